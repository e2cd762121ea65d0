#include "arrow/stream_file.h"

#include <cerrno>
#include <cstring>
#include <string>

#include "nanoarrow/nanoarrow_ipc.h"

namespace firesteel::arrow {
namespace {

struct ViewGuard {
  ArrowArrayView view;
  ViewGuard() { ArrowArrayViewInitFromType(&view, NANOARROW_TYPE_UNINITIALIZED); }
  ~ViewGuard() { ArrowArrayViewReset(&view); }
};

struct WriterGuard {
  ArrowIpcWriter writer;
  WriterGuard() { std::memset(&writer, 0, sizeof writer); }
  ~WriterGuard() {
    if (writer.private_data != nullptr) ArrowIpcWriterReset(&writer);
  }
};

Status NotWritten(const ArrowError& error) {
  return Status::Error(std::string("the Arrow data cannot be written: ") +
                       (error.message[0] != '\0' ? error.message : std::strerror(errno)));
}

Status OfStream(ArrowArrayStream& stream) {
  const char* text = stream.get_last_error(&stream);
  return Status::Error(text != nullptr && *text != '\0' ? text : "the result cannot be read");
}

}  // namespace

Result<int64_t> WriteStreamToFile(ArrowArrayStream& stream, std::FILE* file, FileForm form) {
  ArrowError error;
  ArrowErrorInit(&error);
  Owned<ArrowSchema> schema;
  if (stream.get_schema(&stream, schema.get()) != 0) return OfStream(stream);
  ArrowIpcOutputStream output;
  if (ArrowIpcOutputStreamInitFile(&output, file, /*close_on_release=*/0) != NANOARROW_OK) return NotWritten(error);
  WriterGuard guard;
  if (ArrowIpcWriterInit(&guard.writer, &output) != NANOARROW_OK) return NotWritten(error);
  if (form == FileForm::kFile && ArrowIpcWriterStartFile(&guard.writer, &error) != NANOARROW_OK) {
    return NotWritten(error);
  }
  ViewGuard view;
  if (ArrowArrayViewInitFromSchema(&view.view, schema.get(), &error) != NANOARROW_OK ||
      ArrowIpcWriterWriteSchema(&guard.writer, schema.get(), &error) != NANOARROW_OK) {
    return NotWritten(error);
  }
  int64_t rows = 0;
  while (true) {
    Owned<ArrowArray> batch;
    if (stream.get_next(&stream, batch.get()) != 0) return OfStream(stream);
    if (batch.empty()) break;
    if (ArrowArrayViewSetArray(&view.view, batch.get(), &error) != NANOARROW_OK ||
        ArrowIpcWriterWriteArrayView(&guard.writer, &view.view, &error) != NANOARROW_OK) {
      return NotWritten(error);
    }
    rows += batch->length;
  }
  const bool ended = form == FileForm::kFile
                         ? ArrowIpcWriterFinalizeFile(&guard.writer, &error) == NANOARROW_OK
                         : ArrowIpcWriterWriteArrayView(&guard.writer, nullptr, &error) == NANOARROW_OK;
  if (!ended || std::fflush(file) != 0) return NotWritten(error);
  return rows;
}

}  // namespace firesteel::arrow
