#include "arrow/ipc_reader.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "arrow/array_export.h"
#include "arrow/dictionary_shapes.h"
#include "arrow/element_copy.h"
#include "arrow/invalid_data.h"
#include "arrow/message_check.h"
#include "arrow/text_check.h"
#include "arrow/type_mapping.h"
#include "base/error.h"
#include "nanoarrow/nanoarrow_ipc.h"

namespace firesteel::arrow {
namespace {

void Check(ArrowErrorCode code, const ArrowError& error) {
  if (code == ENOMEM) throw std::bad_alloc();
  if (code != NANOARROW_OK) ThrowInvalidArrow(error.message);
}

/// A message of the stream: its flatbuffer has been verified, its body lies within the stream.
struct Message {
  uint32_t type = 0;  // an ArrowIpcMessageType
  int64_t rows = 0;   // of a record batch
  SharedBytes owner;  // of the body
  std::string_view body;
};

class IpcReaderImpl final : public IpcReader {
 public:
  explicit IpcReaderImpl(SharedBytes ipc) : ipc_(std::move(ipc)) {
    Start();
    try {
      schema_ = SchemaFromArrow(*wire_schema_.get());
      canonical_schema_ = SchemaToArrow(schema_, "UTC");
      for (size_t i = 0; i < schema_.size(); ++i) {
        canonical_.push_back(IsCanonical(*wire_schema_->children[i], schema_[i].type));
      }
    } catch (...) {
      Stop();
      throw;
    }
  }
  ~IpcReaderImpl() override { Stop(); }
  IpcReaderImpl(const IpcReaderImpl&) = delete;
  IpcReaderImpl& operator=(const IpcReaderImpl&) = delete;

  const Schema& schema() const override { return schema_; }
  const ArrowSchema& arrow_schema() const override { return *canonical_schema_.get(); }

  Owned<ArrowArray> Next() override {
    Message message;
    while (NextMessage(message)) {
      ArrowError error;
      ArrowErrorInit(&error);
      SharedBody body(message);
      if (message.type == NANOARROW_IPC_MESSAGE_TYPE_DICTIONARY_BATCH) {
        Check(ArrowIpcDecoderDecodeDictionaryFromShared(&decoder_, body.get(), NANOARROW_VALIDATION_LEVEL_FULL,
                                                        &dictionaries_, &error),
              error);
        continue;
      }
      Owned<ArrowArray> batch;
      Check(ArrowIpcDecoderDecodeArrayFromSharedWithDictionaries(&decoder_, body.get(), -1, &dictionaries_, batch.get(),
                                                                 NANOARROW_VALIDATION_LEVEL_FULL, &error),
            error);
      Canonicalize(*batch.get());
      return batch;
    }
    return {};
  }

  void Rewind() override {
    Stop();
    Start();
  }

  // Rows of the batches that follow, without looking into them.
  int64_t CountRest() {
    int64_t rows = 0;
    Message message;
    while (NextMessage(message)) rows += message.rows;
    return rows;
  }

 private:
  /// The body as a shared buffer of the library, which keeps the stream's bytes alive.
  class SharedBody {
   public:
    explicit SharedBody(const Message& message) {
      ArrowBuffer buffer;
      ArrowBufferInit(&buffer);
      auto* owner = new SharedBytes(message.owner);
      buffer.allocator = ArrowBufferDeallocator(&Free, owner);
      buffer.data = reinterpret_cast<uint8_t*>(const_cast<char*>(message.body.data()));
      buffer.size_bytes = buffer.capacity_bytes = static_cast<int64_t>(message.body.size());
      if (ArrowSharedBufferInit(&shared_, &buffer) != NANOARROW_OK) {
        ArrowBufferReset(&buffer);
        throw std::bad_alloc();
      }
    }
    ~SharedBody() { ArrowBufferReset(&shared_); }
    SharedBody(const SharedBody&) = delete;
    SharedBody& operator=(const SharedBody&) = delete;
    ArrowBuffer* get() { return &shared_; }

   private:
    static void Free(ArrowBufferAllocator* allocator, uint8_t*, int64_t) {
      delete static_cast<SharedBytes*>(allocator->private_data);
    }
    ArrowBuffer shared_;
  };

  void Start() {
    position_ = 0;
    if (ArrowIpcDecoderInit(&decoder_) != NANOARROW_OK) throw std::bad_alloc();
    started_ = true;
    dictionaries_.private_data = nullptr;
    try {
      ReadSchema();
    } catch (...) {
      Stop();
      throw;
    }
  }

  void Stop() {
    if (!started_) return;
    started_ = false;
    if (dictionaries_.private_data) ArrowIpcDictionariesReset(&dictionaries_);
    ArrowIpcDecoderReset(&decoder_);
    wire_schema_.Reset();
  }

  void ReadSchema() {
    Message message;
    if (!NextMessage(message) || message.type != NANOARROW_IPC_MESSAGE_TYPE_SCHEMA) {
      ThrowInvalidArrow("the stream does not begin with a schema");
    }
    ArrowError error;
    ArrowErrorInit(&error);
    if (decoder_.endianness == NANOARROW_IPC_ENDIANNESS_BIG) ThrowInvalidArrow("big-endian data is not supported");
    ArrowIpcDictionaryEncodings encodings;
    Check(ArrowIpcDecoderDecodeSchemaWithDictionaries(&decoder_, wire_schema_.get(), &encodings, &error), error);
    try {
      dictionary_shapes_ = ShapesOf(encodings);
    } catch (...) {
      ArrowIpcDictionaryEncodingsReset(&encodings);
      throw;
    }
    ArrowErrorCode code = ArrowIpcDictionariesInit(&dictionaries_, &encodings, &error);
    if (code == NANOARROW_OK) {
      code = ArrowIpcDecoderSetSchemaWithDictionaries(&decoder_, wire_schema_.get(), &encodings, &error);
    }
    ArrowIpcDictionaryEncodingsReset(&encodings);
    Check(code, error);
  }

  // False at the end of the stream.
  bool NextMessage(Message& message) {
    const std::string_view rest = ipc_->view().substr(position_);
    if (rest.empty()) return false;
    CheckHeaderLength(rest);
    ArrowError error;
    ArrowErrorInit(&error);
    int32_t prefix = 0;
    const ArrowErrorCode code = ArrowIpcDecoderPeekHeader(&decoder_, ViewOf(rest), &prefix, &error);
    if (code == ENODATA) return false;
    Check(code, error);
    const auto header_bytes = static_cast<size_t>(decoder_.header_size_bytes);
    if (decoder_.header_size_bytes < prefix || header_bytes > rest.size()) {
      ThrowInvalidArrow("a message is cut off");
    }
    // The library reads the flatbuffer where it lies: at a multiple of 8 bytes.
    std::string_view header = rest.substr(0, header_bytes);
    if (reinterpret_cast<uintptr_t>(header.data() + prefix) % 8 != 0) {
      aligned_header_.resize(header_bytes / 8 + 2);
      char* copy = reinterpret_cast<char*>(aligned_header_.data()) + (prefix == 4 ? 4 : 0);
      std::memcpy(copy, header.data(), header_bytes);
      header = std::string_view(copy, header_bytes);
    }
    CheckSchemaSize(header.substr(static_cast<size_t>(prefix)));
    Check(ArrowIpcDecoderVerifyHeader(&decoder_, ViewOf(header), &error), error);
    const int64_t body_bytes = decoder_.body_size_bytes;
    if (body_bytes < 0 || static_cast<uint64_t>(body_bytes) > rest.size() - header_bytes) {
      ThrowInvalidArrow("a message is cut off");
    }
    // Whatever stands in the message: not always a value of the enumeration.
    static_assert(sizeof decoder_.message_type == sizeof message.type);
    std::memcpy(&message.type, &decoder_.message_type, sizeof message.type);
    message.rows = 0;
    switch (message.type) {
      case NANOARROW_IPC_MESSAGE_TYPE_RECORD_BATCH:
      case NANOARROW_IPC_MESSAGE_TYPE_DICTIONARY_BATCH: {
        const bool dictionary = message.type == NANOARROW_IPC_MESSAGE_TYPE_DICTIONARY_BATCH;
        const int64_t rows = CheckBatchHeader(header.substr(static_cast<size_t>(prefix)), dictionary,
                                              rest.substr(header_bytes, static_cast<size_t>(body_bytes)));
        if (!dictionary) message.rows = rows;
        if (!wire_schema_.get()->release) ThrowInvalidArrow("the stream does not begin with a schema");
        if (dictionary) CheckDictionaryShape(header.substr(static_cast<size_t>(prefix)), dictionary_shapes_);
        break;
      }
      case NANOARROW_IPC_MESSAGE_TYPE_SCHEMA:
        if (wire_schema_.get()->release) ThrowInvalidArrow("a second schema");
        CheckSchemaHeader(header.substr(static_cast<size_t>(prefix)));
        break;
      default:
        ThrowInvalidArrow("an unknown kind of message");
    }
    Check(ArrowIpcDecoderDecodeHeader(&decoder_, ViewOf(header), &error), error);
    message.owner = ipc_;
    message.body = rest.substr(header_bytes, static_cast<size_t>(body_bytes));
    if (reinterpret_cast<uintptr_t>(message.body.data()) % 8 != 0) {
      message.owner = Bytes::Of(std::string(message.body));
      message.body = message.owner->view();
    }
    position_ += header_bytes + static_cast<size_t>(body_bytes);
    return true;
  }

  // The library adds to the length before it compares it.
  static void CheckHeaderLength(std::string_view rest) {
    uint32_t words[2] = {0, 0};
    std::memcpy(words, rest.data(), std::min(rest.size(), sizeof words));
    if ((words[0] == 0xFFFFFFFF ? words[1] : words[0]) > rest.size()) ThrowInvalidArrow("a message is cut off");
  }

  static ArrowBufferView ViewOf(std::string_view bytes) {
    ArrowBufferView view;
    view.data.data = bytes.data();
    view.size_bytes = static_cast<int64_t>(bytes.size());
    return view;
  }

  void Canonicalize(ArrowArray& batch) const {
    if (batch.n_children != static_cast<int64_t>(schema_.size())) ThrowInvalidArrow("a batch lacks columns");
    for (size_t i = 0; i < schema_.size(); ++i) {
      ArrowArray& column = *batch.children[i];
      if (column.length != batch.length) ThrowInvalidArrow("the columns of a batch have different lengths");
      if (!canonical_[i]) {
        ColumnBuilder builder(schema_[i].type);
        CopyElements(*wire_schema_->children[i], column, schema_[i].type, builder);
        Owned<ArrowArray> copy = ExportColumn(builder);
        column.release(&column);
        column = copy.Release();
      }
      CheckTexts(column, schema_[i].type);
    }
  }

  const SharedBytes ipc_;
  size_t position_ = 0;
  bool started_ = false;
  ArrowIpcDecoder decoder_;
  ArrowIpcDictionaries dictionaries_;
  DictionaryShapes dictionary_shapes_;
  std::vector<uint64_t> aligned_header_;
  Owned<ArrowSchema> wire_schema_;
  Owned<ArrowSchema> canonical_schema_;
  Schema schema_;
  std::vector<bool> canonical_;
};

}  // namespace

std::unique_ptr<IpcReader> IpcReader::Open(SharedBytes ipc) { return std::make_unique<IpcReaderImpl>(std::move(ipc)); }

int64_t CountRows(const SharedBytes& ipc) { return IpcReaderImpl(ipc).CountRest(); }

}  // namespace firesteel::arrow
