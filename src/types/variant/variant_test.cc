#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "types/variant/variant_builder.h"
#include "types/variant_text.h"

namespace firesteel {
namespace {

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char c : bytes) {
    text += kDigits[c >> 4];
    text += kDigits[c & 15];
  }
  return text;
}

template <class Append>
std::string Encoded(Append append) {
  VariantBuilder builder;
  append(builder);
  return Hex(builder.value());
}

std::string Json(const VariantBuilder& builder) { return VariantJsonText(builder.value(), builder.Metadata(), "UTC"); }

/// {"b": [1, "x", null, true, 1.50], "a": {"b": 2.5}, "é": "…70 characters…"}
VariantBuilder Sample() {
  VariantBuilder builder;
  std::vector<VariantBuilder::Field> fields;
  fields.push_back({builder.AddKey("b"), builder.OffsetFrom(0)});
  {
    const size_t start = builder.position();
    std::vector<uint32_t> offsets;
    offsets.push_back(builder.OffsetFrom(start));
    builder.AppendLong(1);
    offsets.push_back(builder.OffsetFrom(start));
    builder.AppendString("x");
    offsets.push_back(builder.OffsetFrom(start));
    builder.AppendNull();
    offsets.push_back(builder.OffsetFrom(start));
    builder.AppendBoolean(true);
    offsets.push_back(builder.OffsetFrom(start));
    builder.AppendDecimal(150, 2);
    builder.FinishArray(start, offsets);
  }
  fields.push_back({builder.AddKey("a"), builder.OffsetFrom(0)});
  {
    const size_t start = builder.position();
    std::vector<VariantBuilder::Field> inner{{builder.AddKey("b"), 0}};
    builder.AppendDouble(2.5);
    builder.FinishObject(start, inner);
  }
  fields.push_back({builder.AddKey("é"), builder.OffsetFrom(0)});
  builder.AppendString(std::string(70, 'z'));
  builder.FinishObject(0, fields);
  return builder;
}

TEST(VariantBuilder, WritesIntegersInTheirShortestForm) {
  const auto integer = [](int64_t value) { return Encoded([&](VariantBuilder& b) { b.AppendLong(value); }); };
  EXPECT_EQ(integer(0), "0c00");
  EXPECT_EQ(integer(127), "0c7f");
  EXPECT_EQ(integer(-128), "0c80");
  EXPECT_EQ(integer(128), "108000");
  EXPECT_EQ(integer(-32768), "100080");
  EXPECT_EQ(integer(32768), "1400800000");
  EXPECT_EQ(integer(INT32_MIN), "1400000080");
  EXPECT_EQ(integer(2147483648), "180000008000000000");
  EXPECT_EQ(integer(INT64_MIN), "180000000000000080");
}

TEST(VariantBuilder, WritesDecimalsByDigitsAndScale) {
  const auto decimal = [](int128_t unscaled, int scale) {
    return Encoded([&](VariantBuilder& b) { b.AppendDecimal(unscaled, scale); });
  };
  EXPECT_EQ(decimal(150, 2), "200296000000");
  EXPECT_EQ(decimal(0, 1), "200100000000");
  EXPECT_EQ(decimal(999999999, 9), "2009ffc99a3b");
  EXPECT_EQ(decimal(1000000000, 0), "240000ca9a3b00000000");
  EXPECT_EQ(decimal(1, 10), "240a0100000000000000");
  EXPECT_EQ(decimal(-1, 19), "2813" + std::string(32, 'f'));
  EXPECT_EQ(decimal(1, 38), "2826" + std::string("01") + std::string(30, '0'));
}

TEST(VariantBuilder, WritesOtherScalars) {
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendNull(); }), "00");
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendBoolean(false); }), "08");
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendDouble(1.5); }), "1c000000000000f83f");
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendFloat(1.5F); }), "380000c03f");
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendDate(18262); }), "2c56470000");
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendTimestamp(-1); }), "30ffffffffffffffff");
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendTimestampNtz(1); }), "340100000000000000");
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendBinary("\x01\x02"); }), "3c020000000102");
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendString(std::string(63, 'x')); }).substr(0, 4), "fd78");
  EXPECT_EQ(Encoded([](VariantBuilder& b) { b.AppendString(std::string(64, 'x')); }).substr(0, 12), "404000000078");
}

TEST(VariantBuilder, SortsFieldsAndGivesIdsInOrderOfArrival) {
  const VariantBuilder builder = Sample();
  EXPECT_EQ(Json(builder), R"({"a":{"b":2.5},"b":[1,"x",null,true,1.5],"é":")" + std::string(70, 'z') + "\"}");
  EXPECT_EQ(Hex(builder.Metadata()),
            "010300010204"
            "6261c3a9");
}

TEST(VariantBuilder, OrdersKeysAsJavaDoes) {
  EXPECT_LT(CompareVariantKeys("", "a"), 0);
  EXPECT_LT(CompareVariantKeys("Z", "a"), 0);
  EXPECT_LT(CompareVariantKeys("a", "é"), 0);
  EXPECT_LT(CompareVariantKeys("😀", "\xEE\x80\x80"), 0);  // a surrogate pair before U+E000
  EXPECT_GT(CompareVariantKeys("x\xEF\xBF\xBF", "x😀"), 0);
  EXPECT_LT(CompareVariantKeys("\xED\x9F\xBF", "😀"), 0);
  EXPECT_EQ(CompareVariantKeys("ab", "ab"), 0);
}

TEST(VariantBuilder, RefusesKeysGivenTwice) {
  VariantBuilder builder;
  std::vector<VariantBuilder::Field> fields;
  for (int i = 0; i < 2; ++i) {
    fields.push_back({builder.AddKey("k"), builder.OffsetFrom(0)});
    builder.AppendNull();
  }
  EXPECT_THROW(builder.FinishObject(0, fields), QueryError);
}

TEST(VariantBuilder, WidensCountsOffsetsAndIds) {
  VariantBuilder builder;
  std::vector<uint32_t> offsets;
  for (int i = 0; i < 256; ++i) {
    offsets.push_back(builder.OffsetFrom(0));
    builder.AppendLong(1);
  }
  builder.FinishArray(0, offsets);
  EXPECT_EQ(Hex(builder.value().substr(0, 9)), "170001000000000200");  // four bytes of count, two an offset
  VariantBuilder object;
  std::vector<VariantBuilder::Field> fields;
  for (int i = 0; i < 300; ++i) {
    fields.push_back({object.AddKey("key" + std::to_string(i)), object.OffsetFrom(0)});
    object.AppendString(std::string(300, 'x'));
  }
  object.FinishObject(0, fields);
  EXPECT_EQ(Hex(object.value().substr(0, 5)), "5a2c010000");  // large, two bytes an id, three an offset
  const std::string metadata = object.Metadata();
  const Variant variant(object.value(), metadata);
  EXPECT_EQ(variant.size(), 300u);
  EXPECT_EQ(variant.Find("key299")->bytes().size(), 300u);
  EXPECT_FALSE(variant.Find("key300"));
}

TEST(VariantBuilder, EndsAtTheSizeLimit) {
  VariantBuilder builder;
  const std::string piece(kVariantSizeLimit / 2, 'x');
  builder.AppendString(piece);
  EXPECT_THROW(builder.AppendString(piece), VariantTooLarge);
  VariantBuilder keys;
  keys.AddKey(piece);
  keys.AddKey(piece + "y");
  EXPECT_THROW(keys.Metadata(), VariantTooLarge);
}

TEST(Variant, ReadsWhatIsBuilt) {
  const VariantBuilder builder = Sample();
  const std::string metadata = builder.Metadata();
  const Variant root(builder.value(), metadata);
  ASSERT_EQ(root.type(), VariantType::kObject);
  ASSERT_EQ(root.size(), 3u);
  EXPECT_EQ(root.field(0).key, "a");
  EXPECT_EQ(root.Find("a")->Find("b")->real(), 2.5);
  const Variant array = *root.Find("b");
  ASSERT_EQ(array.size(), 5u);
  EXPECT_EQ(array.element(0).integer(), 1);
  EXPECT_EQ(array.element(1).text(), "x");
  EXPECT_EQ(array.element(2).type(), VariantType::kNull);
  EXPECT_TRUE(array.element(3).boolean());
  EXPECT_EQ(array.element(4).decimal().scale, 1);
  EXPECT_FALSE(root.Find("c"));
  VariantBuilder copy;
  copy.AppendVariant(array);
  EXPECT_EQ(copy.value(), array.exact());
  EXPECT_EQ(Hex(copy.Metadata()), "010000");
  EXPECT_TRUE(IsValidVariant(builder.value(), metadata));
}

/// Reads all there is, in every way. Must end, and throw nothing but QueryError.
void ReadAll(std::string_view value, std::string_view metadata) {
  const auto attempt = [&](auto read) {
    try {
      read();
    } catch (const QueryError& error) {
      EXPECT_TRUE(error.condition() == "MALFORMED_VARIANT" || error.condition() == "VARIANT_DUPLICATE_KEY" ||
                  error.condition() == "UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT")
          << error.condition();
    }
  };
  attempt([&] { VariantJsonText(value, metadata, "UTC"); });
  attempt([&] {
    VariantBuilder copy;
    copy.AppendVariant(Variant(value, metadata));
  });
  attempt([&] { Variant(value, metadata).Find("b"); });
  IsValidVariant(value, metadata);
}

/// The bytes in memory of their own, so that a sanitizer sees a read behind them.
void ReadAllOf(const std::string& value, const std::string& metadata) {
  const std::vector<char> exact_value(value.begin(), value.end());
  const std::vector<char> exact_metadata(metadata.begin(), metadata.end());
  ReadAll({exact_value.data(), exact_value.size()}, {exact_metadata.data(), exact_metadata.size()});
}

TEST(Variant, RefusesTruncatedBytes) {
  const VariantBuilder builder = Sample();
  const std::string value(builder.value());
  const std::string metadata = builder.Metadata();
  for (size_t cut = 0; cut < value.size(); ++cut) {
    EXPECT_FALSE(IsValidVariant(value.substr(0, cut), metadata)) << cut;
    ReadAllOf(value.substr(0, cut), metadata);
  }
  for (size_t cut = 0; cut < metadata.size(); ++cut) {
    EXPECT_FALSE(IsValidVariant(value, metadata.substr(0, cut))) << cut;
    ReadAllOf(value, metadata.substr(0, cut));
  }
}

TEST(Variant, ReadsCorruptBytesWithinTheirBounds) {
  const VariantBuilder builder = Sample();
  const std::string value(builder.value());
  const std::string metadata = builder.Metadata();
  for (const int byte : {0x00, 0x01, 0x02, 0x03, 0x0E, 0x13, 0x3F, 0x40, 0x7F, 0x80, 0xFE, 0xFF}) {
    for (size_t i = 0; i < value.size(); ++i) {
      std::string bad = value;
      bad[i] = static_cast<char>(byte);
      ReadAllOf(bad, metadata);
    }
    for (size_t i = 0; i < metadata.size(); ++i) {
      std::string bad = metadata;
      bad[i] = static_cast<char>(byte);
      ReadAllOf(value, bad);
    }
  }
}

TEST(Variant, EndsWhereBytesArePartsOfManyValues) {
  // Arrays of two elements that are the same bytes, 40 levels deep: 2^40 values in a few hundred bytes.
  std::string value("\x0C\x01", 2);
  for (int level = 0; level < 40; ++level) {
    std::string outer("\x0F\x02", 2);  // four bytes an offset
    outer += std::string(8, '\0');
    const auto size = static_cast<uint32_t>(value.size());
    for (int i = 0; i < 4; ++i) outer += static_cast<char>(size >> (8 * i));
    value = outer + value;
  }
  const std::string metadata("\x01\x00\x00", 3);
  EXPECT_THROW(VariantJsonText(value, metadata, "UTC"), QueryError);
  EXPECT_FALSE(IsValidVariant(value, metadata));
  VariantBuilder copy;
  EXPECT_THROW(copy.AppendVariant(Variant(value, metadata)), QueryError);
}

TEST(Variant, RefusesNestingThatWouldOverflowTheStack) {
  std::string value("\x0C\x01", 2);
  for (int level = 0; level < 100000; ++level) {
    // The innermost byte is the same for all: only headers are added.
    std::string header("\x0F\x01", 2);
    header += std::string(4, '\0');
    const auto size = static_cast<uint32_t>(2 + 10 * level);
    for (int i = 0; i < 4; ++i) header += static_cast<char>(size >> (8 * i));
    value.insert(0, header);
    if (level == 3000) break;
  }
  const std::string metadata("\x01\x00\x00", 3);
  EXPECT_THROW(VariantJsonText(value, metadata, "UTC"), QueryError);
  EXPECT_FALSE(IsValidVariant(value, metadata));
}

TEST(Variant, RefusesOtherVersionsAndUnknownTypes) {
  EXPECT_THROW(Variant("\x0C\x01", "\x02"), QueryError);
  EXPECT_THROW(Variant("\x0C\x01", ""), QueryError);
  const std::string metadata("\x01\x00\x00", 3);
  try {
    Variant("\x48", metadata).type();
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.condition(), "UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT");
    EXPECT_EQ(error.parameters().at(0).second, "18");
  }
}

TEST(Variant, ChecksDecimals) {
  const std::string metadata("\x01\x00\x00", 3);
  const auto decimal = [&](const std::string& bytes) { return Variant(bytes, metadata).decimal(); };
  EXPECT_EQ(static_cast<int64_t>(decimal(std::string("\x20\x02\x64\x00\x00\x00", 6)).unscaled), 1);
  EXPECT_EQ(decimal(std::string("\x20\x02\x64\x00\x00\x00", 6)).scale, 0);
  EXPECT_THROW(decimal(std::string("\x20\x0A\x01\x00\x00\x00", 6)), QueryError);  // scale 10 in four bytes
  EXPECT_THROW(decimal(std::string("\x20\x00\x00\xCA\x9A\x3B", 6)), QueryError);  // ten digits in four bytes
  EXPECT_THROW(decimal(std::string("\x20\x00\x01", 3)), QueryError);
}

}  // namespace
}  // namespace firesteel
