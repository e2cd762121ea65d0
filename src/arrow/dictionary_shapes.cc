#include "arrow/dictionary_shapes.h"

#include <cstring>

#include "arrow/invalid_data.h"
#include "nanoarrow/nanoarrow.h"
#include "nanoarrow/nanoarrow_ipc.h"

namespace firesteel::arrow {
namespace {

bool SameType(const ArrowSchema& left, const ArrowSchema& right) {
  if (std::strcmp(left.format, right.format) != 0 || left.n_children != right.n_children) return false;
  if ((left.dictionary == nullptr) != (right.dictionary == nullptr)) return false;
  if (left.dictionary != nullptr && !SameType(*left.dictionary, *right.dictionary)) return false;
  for (int64_t i = 0; i < left.n_children; ++i) {
    if (!SameType(*left.children[i], *right.children[i])) return false;
  }
  return true;
}

void Count(const ArrowArrayView& view, BatchShape& shape) {
  ++shape.nodes;
  for (const ArrowBufferType type : view.layout.buffer_type) {
    if (type == NANOARROW_BUFFER_TYPE_NONE) break;
    ++shape.buffers;
  }
  for (int64_t i = 0; i < view.n_children; ++i) Count(*view.children[i], shape);
}

BatchShape ShapeOf(const ArrowSchema& schema) {
  ArrowArrayView view;
  ArrowError error;
  ArrowErrorInit(&error);
  if (ArrowArrayViewInitFromSchema(&view, &schema, &error) != NANOARROW_OK) ThrowInvalidArrow(error.message);
  BatchShape shape;
  Count(view, shape);
  ArrowArrayViewReset(&view);
  return shape;
}

}  // namespace

DictionaryShapes ShapesOf(const ArrowIpcDictionaryEncodings& encodings) {
  const auto* begin = reinterpret_cast<const ArrowIpcDictionaryEncoding*>(encodings.encodings.data);
  const auto count = static_cast<size_t>(encodings.encodings.size_bytes) / sizeof(ArrowIpcDictionaryEncoding);
  DictionaryShapes shapes;
  std::map<int64_t, const ArrowSchema*> values;
  for (size_t i = 0; i < count; ++i) {
    const ArrowSchema& schema = *begin[i].schema->dictionary;
    const auto [first, added] = values.emplace(begin[i].id, &schema);
    if (added) {
      shapes[begin[i].id] = ShapeOf(schema);
    } else if (!SameType(*first->second, schema)) {
      ThrowInvalidArrow("fields of different types share a dictionary");
    }
  }
  return shapes;
}

}  // namespace firesteel::arrow
