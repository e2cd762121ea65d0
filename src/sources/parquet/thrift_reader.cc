#include "sources/parquet/thrift_reader.h"

namespace firesteel::sources::parquet {
namespace {

constexpr int kMaxDepth = 64;

int64_t ZigZag(uint64_t value) { return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1); }

}  // namespace

uint8_t ThriftReader::Next() {
  if (rest_.empty()) throw BadThrift();
  const auto byte = static_cast<uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

uint64_t ThriftReader::ReadVarint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Next();
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  throw BadThrift();
}

void ThriftReader::Advance(size_t bytes) {
  if (bytes > rest_.size()) throw BadThrift();
  rest_.remove_prefix(bytes);
}

ThriftReader::Field ThriftReader::NextField(int16_t last_id) {
  const uint8_t head = Next();
  const auto type = static_cast<Type>(head & 0x0f);
  if (type == Type::kStop) return {0, Type::kStop};
  if (type > Type::kStruct) throw BadThrift();
  const int delta = head >> 4;
  const int64_t id = delta != 0 ? last_id + delta : ReadInteger();
  if (id < 0 || id > INT16_MAX) throw BadThrift();
  return {static_cast<int16_t>(id), type};
}

ThriftReader::List ThriftReader::ReadList() {
  const uint8_t head = Next();
  uint64_t size = head >> 4;
  if (size == 15) size = ReadVarint();
  // Every element takes at least one byte.
  if (size > rest_.size()) throw BadThrift();
  const auto element = static_cast<Type>(head & 0x0f);
  if (element == Type::kStop || element > Type::kStruct) throw BadThrift();
  return {static_cast<uint32_t>(size), element};
}

int64_t ThriftReader::ReadInteger() { return ZigZag(ReadVarint()); }

int8_t ThriftReader::ReadByte() { return static_cast<int8_t>(Next()); }

std::string_view ThriftReader::ReadBinary() {
  const uint64_t size = ReadVarint();
  if (size > rest_.size()) throw BadThrift();
  const std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

void ThriftReader::Skip(Type type, int depth) {
  if (depth > kMaxDepth) throw BadThrift();
  switch (type) {
    case Type::kStop:
      throw BadThrift();
    case Type::kTrue:
    case Type::kFalse:
      // As a field there is no value; as an element there is one byte (see below).
      return;
    case Type::kByte:
      return Advance(1);
    case Type::kI16:
    case Type::kI32:
    case Type::kI64:
      ReadVarint();
      return;
    case Type::kDouble:
      return Advance(8);
    case Type::kBinary:
      ReadBinary();
      return;
    case Type::kList:
    case Type::kSet: {
      const List list = ReadList();
      for (uint32_t i = 0; i < list.size; ++i) {
        if (list.element == Type::kTrue || list.element == Type::kFalse) {
          Advance(1);
        } else {
          Skip(list.element, depth + 1);
        }
      }
      return;
    }
    case Type::kMap: {
      const uint64_t size = ReadVarint();
      if (size == 0) return;
      if (size > rest_.size()) throw BadThrift();
      const uint8_t types = Next();
      for (uint64_t i = 0; i < size; ++i) {
        Skip(static_cast<Type>(types >> 4), depth + 1);
        Skip(static_cast<Type>(types & 0x0f), depth + 1);
      }
      return;
    }
    case Type::kStruct: {
      int16_t last = 0;
      while (true) {
        const Field field = NextField(last);
        if (field.type == Type::kStop) return;
        last = field.id;
        Skip(field.type, depth + 1);
      }
    }
  }
  throw BadThrift();
}

}  // namespace firesteel::sources::parquet
