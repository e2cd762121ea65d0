#include "arrow/array_export.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace firesteel::arrow {
namespace {

/// What an exported array owns.
struct Holder {
  std::vector<std::string> storage;
  std::vector<const void*> buffers;
  std::vector<Owned<ArrowArray>> children;
  std::vector<ArrowArray*> child_pointers;
};

void ReleaseHolder(ArrowArray* array) {
  delete static_cast<Holder*>(array->private_data);
  array->release = nullptr;
}

Owned<ArrowArray> Wrap(std::unique_ptr<Holder> holder, int64_t length, int64_t null_count) {
  for (const std::string& buffer : holder->storage) {
    holder->buffers.push_back(buffer.empty() ? nullptr : buffer.data());
  }
  for (Owned<ArrowArray>& child : holder->children) holder->child_pointers.push_back(child.get());
  Owned<ArrowArray> array;
  array->length = length;
  array->null_count = null_count;
  array->offset = 0;
  array->n_buffers = static_cast<int64_t>(holder->buffers.size());
  array->n_children = static_cast<int64_t>(holder->children.size());
  array->buffers = holder->buffers.data();
  array->children = holder->child_pointers.data();
  array->dictionary = nullptr;
  array->release = ReleaseHolder;
  array->private_data = holder.release();
  return array;
}

// The buffers of a column and its children stand in the order of Take: depth first.
Owned<ArrowArray> Build(const ColumnBuilder& column, const std::vector<ColumnBuilder::Node>& nodes,
                        std::vector<std::string>& buffers, size_t& node, size_t& buffer) {
  const ColumnBuilder::Node own = nodes[node++];
  size_t count = 0;
  switch (column.layout()) {
    case ColumnLayout::kNull:
      break;
    case ColumnLayout::kStruct:
      count = 1;
      break;
    case ColumnLayout::kBytes:
      count = 3;
      break;
    default:
      count = 2;
  }
  auto holder = std::make_unique<Holder>();
  for (size_t i = 0; i < count; ++i) holder->storage.push_back(std::move(buffers[buffer++]));
  for (size_t i = 0; i < column.child_count(); ++i) {
    holder->children.push_back(Build(column.child(i), nodes, buffers, node, buffer));
  }
  return Wrap(std::move(holder), own.length, own.null_count);
}

}  // namespace

Owned<ArrowArray> ExportColumn(ColumnBuilder& column) {
  std::vector<ColumnBuilder::Node> nodes;
  std::vector<std::string> buffers;
  column.Take(nodes, buffers);
  size_t node = 0;
  size_t buffer = 0;
  return Build(column, nodes, buffers, node, buffer);
}

Owned<ArrowArray> ExportColumns(std::vector<ColumnBuilder>& columns, int64_t rows) {
  auto holder = std::make_unique<Holder>();
  holder->storage.emplace_back();
  for (ColumnBuilder& column : columns) holder->children.push_back(ExportColumn(column));
  return Wrap(std::move(holder), rows, 0);
}

}  // namespace firesteel::arrow
