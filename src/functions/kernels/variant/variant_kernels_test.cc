#include <gtest/gtest.h>

#include "base/error.h"
#include "functions/formats/json/variant_json.h"
#include "functions/kernels/variant/edit.h"
#include "functions/kernels/variant/path.h"
#include "types/variant_text.h"

namespace firesteel::functions {
namespace {

bool Parse(std::string_view json, VariantBuilder& builder) {
  JsonTokenizer tokenizer(StrictJsonOptions());
  return ParseJsonAsVariant(tokenizer, json, builder);
}

std::string Normal(std::string_view json) {
  VariantBuilder builder;
  if (!Parse(json, builder)) return "malformed";
  return VariantJsonText(builder.value(), builder.Metadata(), "UTC");
}

std::string Repeated(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(VariantJson, ReadsJson) {
  EXPECT_EQ(Normal(R"( {"b": [1, 1.50, 1e3, "x\n\u00e9"], "a": null} tail)"),
            R"({"a":null,"b":[1,1.5,1000.0,"x\né"]})");
  EXPECT_EQ(Normal("9223372036854775808"), "9223372036854775808");
  EXPECT_EQ(Normal("-0.0"), "0");
  EXPECT_EQ(Normal("123456789012345678901234567890123456789"), "1.2345678901234568E38");
  EXPECT_EQ(Normal("1e400"), "\"Infinity\"");
}

TEST(VariantJson, RefusesWhatIsNoJson) {
  for (const char* text : {"",
                           "  ",
                           "nul",
                           "[1,]",
                           "[1",
                           "{\"a\":1,}",
                           "{\"a\"}",
                           "'x'",
                           "{a:1}",
                           "01",
                           "+1",
                           ".5",
                           "5.",
                           "1e",
                           "NaN",
                           "\"\\ud800\"",
                           "{\"\\udc00\":1}",
                           "\"a\tb\"",
                           "{\"a\":1,\"a\":2}",
                           "1x"}) {
    EXPECT_EQ(Normal(text), "malformed") << text;
  }
}

TEST(VariantJson, LimitsHostileTexts) {
  EXPECT_EQ(Normal(Repeated("[", 1000) + Repeated("]", 1000)).size(), 2000u);
  EXPECT_EQ(Normal(Repeated("[", 1001) + Repeated("]", 1001)), "malformed");
  EXPECT_EQ(Normal(Repeated("[", 100000)), "malformed");
  EXPECT_EQ(Normal(Repeated("{\"a\":", 100000)), "malformed");
  EXPECT_EQ(Normal(Repeated("1", 1001)), "malformed");
  EXPECT_EQ(Normal("\"" + std::string(20'000'001, 'x') + "\""), "malformed");
  // More than 128 MiB of three-byte arrays and their offsets.
  VariantBuilder builder;
  std::string arrays = "[";
  arrays.reserve(60'000'000);
  for (int i = 0; i < 20'000'000; ++i) arrays += i == 0 ? "[]" : ",[]";
  EXPECT_THROW(Parse(arrays + "]", builder), VariantTooLarge);
}

TEST(VariantPath, ReadsPaths) {
  EXPECT_EQ(ParseVariantPath("$")->size(), 0u);
  const VariantPath path = *ParseVariantPath("$.a b['c.d'][\"e'f\"][12].ü");
  ASSERT_EQ(path.size(), 5u);
  EXPECT_EQ(path[0].key, "a b");
  EXPECT_EQ(path[1].key, "c.d");
  EXPECT_EQ(path[3].index, 12);
  EXPECT_EQ(VariantPathText(path), "$.a b['c.d'].e'f[12].ü");
  EXPECT_EQ(ParseVariantPath("$['']")->at(0).key, "");
  for (const char* text : {"", "a", "$.", "$a", "$[", "$[]", "$[x]", "$[-1]", "$[99999999999]", "$['a]", "$['a'",
                           "$..a", "$.a[", "$.a['", "$.a[\"b']", " $", "$ .a"}) {
    EXPECT_FALSE(ParseVariantPath(text)) << text;
  }
}

std::string Edited(std::string_view json, std::string_view path, VariantEdit edit) {
  VariantBuilder source;
  EXPECT_TRUE(Parse(json, source));
  const std::string metadata = source.Metadata();
  VariantBuilder out;
  try {
    EditVariant(
        Variant(source.value(), metadata), *ParseVariantPath(path), edit, [](VariantBuilder& b) { b.AppendLong(9); },
        out);
  } catch (const VariantPathMismatch& mismatch) {
    return "mismatch at " + std::to_string(mismatch.depth);
  } catch (const VariantTooLarge&) {
    return "too large";
  } catch (const QueryError& error) {
    return error.condition();
  }
  return VariantJsonText(out.value(), out.Metadata(), "UTC");
}

TEST(VariantEdit, InsertsSetsDeletesAppends) {
  EXPECT_EQ(Edited(R"({"a":1})", "$.b.c[1]", VariantEdit::kInsert), R"({"a":1,"b":{"c":[null,9]}})");
  EXPECT_EQ(Edited(R"({"a":1})", "$.a", VariantEdit::kInsert), "VARIANT_DUPLICATE_KEY");
  EXPECT_EQ(Edited("[1,2]", "$[1]", VariantEdit::kInsert), "[1,9,2]");
  EXPECT_EQ(Edited("[1,2]", "$[1]", VariantEdit::kSet), "[1,9]");
  EXPECT_EQ(Edited("[1,2]", "$[3]", VariantEdit::kSet), "[1,2,null,9]");
  EXPECT_EQ(Edited("[1,2]", "$[3]", VariantEdit::kSetIfThere), "[1,2]");
  EXPECT_EQ(Edited("[1,2]", "$.a", VariantEdit::kSet), "mismatch at 0");
  EXPECT_EQ(Edited(R"({"a":[1]})", "$.a.b", VariantEdit::kSet), "mismatch at 1");
  EXPECT_EQ(Edited(R"({"a":[1]})", "$.a.b", VariantEdit::kDelete), R"({"a":[1]})");
  EXPECT_EQ(Edited(R"({"a":[1,2]})", "$.a[0]", VariantEdit::kDelete), R"({"a":[2]})");
  EXPECT_EQ(Edited(R"({"a":[1]})", "$.a", VariantEdit::kAppendElement), R"({"a":[1,9]})");
  EXPECT_EQ(Edited("[]", "$", VariantEdit::kAppendElement), "[9]");
  EXPECT_EQ(Edited("1", "$", VariantEdit::kAppendElement), "mismatch at 0");
  EXPECT_EQ(Edited("[1]", "$[2147483647]", VariantEdit::kInsert), "too large");
}

TEST(VariantEdit, RefusesPathsDeeperThanVariantsMayBe) {
  EXPECT_EQ(Edited("{}", "$" + Repeated(".a", 100000), VariantEdit::kInsert), "MALFORMED_VARIANT");
}

TEST(VariantEdit, StripsNulls) {
  VariantBuilder source;
  ASSERT_TRUE(Parse(R"([null,{"a":null,"b":[null,1]}])", source));
  const std::string metadata = source.Metadata();
  VariantBuilder out;
  StripVariantNulls(Variant(source.value(), metadata), true, out);
  EXPECT_EQ(VariantJsonText(out.value(), out.Metadata(), "UTC"), R"([{"b":[1]}])");
  StripVariantNulls(Variant(source.value(), metadata), false, out);
  EXPECT_EQ(VariantJsonText(out.value(), out.Metadata(), "UTC"), R"([null,{"b":[null,1]}])");
}

}  // namespace
}  // namespace firesteel::functions
