#include "firesteel/row.h"

#include <type_traits>
#include <variant>

namespace firesteel::client {
namespace {

// Texts in quotes, so that Row(a='1') and Row(a=1) differ.
std::string QuotedText(const Value& value) {
  const std::string* text = value.get_if<std::string>();
  if (!text) return value.to_string();
  std::string quoted = "'";
  for (char c : *text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace

std::optional<size_t> Row::index_of(std::string_view name) const {
  std::optional<size_t> index = schema_ ? schema_->index_of(name) : std::nullopt;
  return index && *index < values_.size() ? index : std::nullopt;
}

const Value* Row::find(std::string_view name) const {
  const std::optional<size_t> index = index_of(name);
  return index ? &values_[*index] : nullptr;
}

std::string Row::to_string() const {
  std::string text = "Row(";
  for (size_t i = 0; i < values_.size(); ++i) {
    if (i > 0) text += ", ";
    if (schema_ && i < schema_->size()) text += (*schema_)[i].name + "=";
    text += QuotedText(values_[i]);
  }
  return text + ")";
}

Error internal::WrongType(const Row& row, size_t index) {
  std::string column = "Column " + std::to_string(index);
  if (row.schema() && index < row.schema()->size()) column += " (" + (*row.schema())[index].name + ")";
  if (row[index].is_null()) return Error::Invalid(column + " is null: ask for a std::optional.");
  return Error::Invalid(column + " is of type " + row[index].type().simple_string() +
                        ": its value does not fit the type that was asked for.");
}

}  // namespace firesteel::client
