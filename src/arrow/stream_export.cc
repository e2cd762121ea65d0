#include <cerrno>
#include <string>
#include <utility>

#include "arrow/ipc_reader.h"
#include "nanoarrow/nanoarrow.h"

namespace firesteel::arrow {
namespace {

struct StreamState {
  std::unique_ptr<IpcReader> reader;
  std::string error;
};

StreamState& StateOf(ArrowArrayStream* stream) { return *static_cast<StreamState*>(stream->private_data); }

// The C interface knows no exceptions.
template <class Action>
int Guarded(ArrowArrayStream* stream, const Action& action) {
  try {
    action(StateOf(stream));
    return 0;
  } catch (const std::bad_alloc&) {
    StateOf(stream).error = "out of memory";
    return ENOMEM;
  } catch (const std::exception& e) {
    StateOf(stream).error = e.what();
    return EINVAL;
  }
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
  return Guarded(stream, [&](StreamState& state) {
    if (ArrowSchemaDeepCopy(&state.reader->arrow_schema(), out) != NANOARROW_OK) throw std::bad_alloc();
  });
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
  out->release = nullptr;
  return Guarded(stream, [&](StreamState& state) {
    Owned<ArrowArray> batch = state.reader->Next();
    if (!batch.empty()) *out = batch.Release();
  });
}

const char* GetLastError(ArrowArrayStream* stream) { return StateOf(stream).error.c_str(); }

void Release(ArrowArrayStream* stream) {
  delete &StateOf(stream);
  stream->release = nullptr;
}

}  // namespace

Owned<ArrowArrayStream> ExportStream(std::unique_ptr<IpcReader> reader) {
  Owned<ArrowArrayStream> stream;
  stream->private_data = new StreamState{std::move(reader), ""};
  stream->get_schema = GetSchema;
  stream->get_next = GetNext;
  stream->get_last_error = GetLastError;
  stream->release = Release;
  return stream;
}

}  // namespace firesteel::arrow
