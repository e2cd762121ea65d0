#include "sources/parquet/footer.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/error.h"
#include "sources/parquet/thrift_reader.h"

namespace firesteel::sources::parquet {
namespace {

using Type = ThriftReader::Type;
using Field = ThriftReader::Field;
using Kind = Annotation::Kind;

/// Deeper schemas are refused: they would only serve to exhaust the stack.
constexpr int kMaxSchemaDepth = 200;

Annotation FromConvertedType(int64_t converted) {
  Annotation a;
  const auto integer = [&](int bits, bool is_signed) {
    a.kind = Kind::kInteger;
    a.bits = bits;
    a.is_signed = is_signed;
  };
  switch (converted) {
    case 0:
      a.kind = Kind::kString;
      break;
    case 1:
      a.kind = Kind::kMap;
      break;
    case 2:
      a.kind = Kind::kMapKeyValue;
      break;
    case 3:
      a.kind = Kind::kList;
      break;
    case 4:
      a.kind = Kind::kEnum;
      break;
    case 5:
      a.kind = Kind::kDecimal;
      break;
    case 6:
      a.kind = Kind::kDate;
      break;
    case 7:
    case 8:
      a.kind = Kind::kTime;
      a.unit = converted == 7 ? Annotation::Unit::kMillis : Annotation::Unit::kMicros;
      break;
    case 9:
    case 10:
      a.kind = Kind::kTimestamp;
      a.unit = converted == 9 ? Annotation::Unit::kMillis : Annotation::Unit::kMicros;
      break;
    case 11:
    case 12:
    case 13:
    case 14:
      integer(8 << (converted - 11), false);
      break;
    case 15:
    case 16:
    case 17:
    case 18:
      integer(8 << (converted - 15), true);
      break;
    case 19:
      a.kind = Kind::kJson;
      break;
    case 20:
      a.kind = Kind::kBson;
      break;
    case 21:
      a.kind = Kind::kInterval;
      break;
    default:
      a.kind = Kind::kOther;
      break;
  }
  return a;
}

void ReadTimeFields(ThriftReader& reader, Annotation& a) {
  ReadStruct(reader, [&](const Field& field) {
    if (field.id == 1 && (field.type == Type::kTrue || field.type == Type::kFalse)) {
      a.is_adjusted_to_utc = field.type == Type::kTrue;
      return true;
    }
    if (field.id == 2 && field.type == Type::kStruct) {
      ReadStruct(reader, [&](const Field& unit) {
        if (unit.id >= 1 && unit.id <= 3) a.unit = static_cast<Annotation::Unit>(unit.id - 1);
        return false;
      });
      return true;
    }
    return false;
  });
}

Annotation ReadLogicalType(ThriftReader& reader) {
  Annotation a;
  ReadStruct(reader, [&](const Field& field) {
    static constexpr std::array<Kind, 17> kKinds = {
        Kind::kOther, Kind::kString, Kind::kMap,       Kind::kList,    Kind::kEnum,    Kind::kDecimal,
        Kind::kDate,  Kind::kTime,   Kind::kTimestamp, Kind::kOther,   Kind::kInteger, Kind::kNull,
        Kind::kJson,  Kind::kBson,   Kind::kUuid,      Kind::kFloat16, Kind::kVariant};
    a.kind = field.id >= 0 && static_cast<size_t>(field.id) < kKinds.size() ? kKinds[field.id] : Kind::kOther;
    if (field.type != Type::kStruct) return false;
    switch (a.kind) {
      case Kind::kTime:
      case Kind::kTimestamp:
        ReadTimeFields(reader, a);
        return true;
      case Kind::kDecimal:
        ReadStruct(reader, [&](const Field& part) {
          if (part.type != Type::kI32) return false;
          const auto value = static_cast<int32_t>(reader.ReadInteger());
          if (part.id == 1) a.scale = value;
          if (part.id == 2) a.precision = value;
          return true;
        });
        return true;
      case Kind::kInteger:
        ReadStruct(reader, [&](const Field& part) {
          if (part.id == 1 && part.type == Type::kByte) {
            a.bits = reader.ReadByte();
            return true;
          }
          if (part.id == 2) a.is_signed = part.type == Type::kTrue;
          return false;
        });
        return true;
      default:
        return false;
    }
  });
  return a;
}

struct Element {
  SchemaNode node;
  int64_t num_children = 0;
};

Element ReadElement(ThriftReader& reader) {
  Element element;
  std::optional<int64_t> converted;
  std::optional<Annotation> logical;
  int32_t scale = 0;
  int32_t precision = 0;
  ReadStruct(reader, [&](const Field& field) {
    if (field.id == 4 && field.type == Type::kBinary) {
      element.node.name = reader.ReadBinary();
      return true;
    }
    if (field.id == 10 && field.type == Type::kStruct) {
      logical = ReadLogicalType(reader);
      return true;
    }
    if (field.type != Type::kI32) return false;
    const int64_t value = reader.ReadInteger();
    switch (field.id) {
      case 1:
        if (value < 0 || value > 7) throw ThriftReader::BadThrift();
        element.node.type = static_cast<PhysicalType>(value);
        break;
      case 2:
        element.node.type_length = static_cast<int32_t>(value);
        break;
      case 3:
        if (value < 0 || value > 2) throw ThriftReader::BadThrift();
        element.node.repetition = static_cast<Repetition>(value);
        break;
      case 5:
        element.num_children = value;
        break;
      case 6:
        converted = value;
        break;
      case 7:
        scale = static_cast<int32_t>(value);
        break;
      case 8:
        precision = static_cast<int32_t>(value);
        break;
      default:
        break;
    }
    return true;
  });
  if (logical && logical->kind != Kind::kOther) {
    element.node.annotation = *logical;
  } else if (converted) {
    element.node.annotation = FromConvertedType(*converted);
    element.node.annotation.scale = scale;
    element.node.annotation.precision = precision;
  } else if (logical) {
    element.node.annotation = *logical;
  }
  return element;
}

/// The schema is its tree in depth-first order.
SchemaNode TakeTree(std::vector<Element>& elements, size_t& next, int depth) {
  if (next >= elements.size() || depth > kMaxSchemaDepth) throw ThriftReader::BadThrift();
  Element& element = elements[next++];
  SchemaNode node = std::move(element.node);
  for (int64_t i = 0; i < element.num_children; ++i) node.children.push_back(TakeTree(elements, next, depth + 1));
  return node;
}

[[noreturn]] void Refuse(const char* sub_condition, const std::string& path, const std::string& why) {
  // Where the file is named before anything is read of it, Spark writes its path the short way.
  const bool short_path = std::string_view(sub_condition) == "CANNOT_READ_FILE_FOOTER";
  throw QueryError(std::string("FAILED_READ_FILE.") + sub_condition,
                   {{"path", (short_path ? "file:" : "file://") + path}}, nullptr, ErrorClass::kSpark)
      .CausedByIo(path + ": " + why);
}

}  // namespace

const std::string* Footer::Find(std::string_view key) const {
  for (const auto& [name, value] : key_values) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::optional<Footer> ParseFooter(std::string_view bytes) {
  try {
    Footer footer;
    ThriftReader reader(bytes);
    std::vector<Element> elements;
    ReadStruct(reader, [&](const Field& field) {
      if (field.id == 2 && field.type == Type::kList) {
        const ThriftReader::List list = reader.ReadList();
        if (list.element != Type::kStruct) throw ThriftReader::BadThrift();
        for (uint32_t i = 0; i < list.size; ++i) elements.push_back(ReadElement(reader));
        return true;
      }
      if (field.id == 3 && field.type == Type::kI64) {
        footer.num_rows = reader.ReadInteger();
        return true;
      }
      if (field.id == 5 && field.type == Type::kList) {
        const ThriftReader::List list = reader.ReadList();
        if (list.element != Type::kStruct) throw ThriftReader::BadThrift();
        for (uint32_t i = 0; i < list.size; ++i) {
          auto& [key, value] = footer.key_values.emplace_back();
          ReadStruct(reader, [&](const Field& part) {
            if (part.type != Type::kBinary || part.id > 2) return false;
            (part.id == 1 ? key : value) = reader.ReadBinary();
            return true;
          });
        }
        return true;
      }
      return false;
    });
    size_t next = 0;
    footer.root = TakeTree(elements, next, 0);
    return footer;
  } catch (const ThriftReader::BadThrift&) {
    return std::nullopt;
  }
}

Footer ReadFooter(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) Refuse("FILE_NOT_EXIST", path, "No such file or directory");
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) Refuse("NO_HINT", path, std::strerror(errno));
  const auto size = static_cast<int64_t>(file.tellg());
  const auto refuse = [&](const char* why) { Refuse("CANNOT_READ_FILE_FOOTER", path, why); };
  constexpr int64_t kTail = 8;  // length of the footer, then the magic
  if (size < kTail + 4) refuse("the file is too short for a Parquet file");
  std::array<char, kTail> tail{};
  file.seekg(size - kTail);
  file.read(tail.data(), kTail);
  uint32_t length = 0;
  std::memcpy(&length, tail.data(), sizeof length);
  if (!file) refuse("the end of the file cannot be read");
  if (std::memcmp(tail.data() + 4, "PARE", 4) == 0) refuse("the footer is encrypted");
  if (std::memcmp(tail.data() + 4, "PAR1", 4) != 0) refuse("the file is no Parquet file: it does not end with PAR1");
  if (length > size - kTail - 4) refuse("the footer's length is more than the file has");
  std::string bytes(length, '\0');
  file.seekg(size - kTail - static_cast<int64_t>(length));
  file.read(bytes.data(), length);
  std::optional<Footer> footer = file ? ParseFooter(bytes) : std::nullopt;
  if (!footer) refuse("the footer is damaged");
  return *std::move(footer);
}

}  // namespace firesteel::sources::parquet
