#include <gtest/gtest.h>

#include "functions/formats/base64.h"
#include "functions/formats/csv/csv_tokenizer.h"
#include "functions/formats/csv/csv_writer.h"
#include "functions/formats/json/json_inference.h"
#include "functions/formats/json/json_parser.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

using Fields = std::vector<std::string>;
using Options = std::vector<std::pair<std::string, std::string>>;

Fields Split(std::string_view text, const Options& given = {}) {
  const CsvOptions options(FormatOptions(given), "_corrupt_record");
  CsvTokenizer tokenizer(options, "");
  if (tokenizer.Next(text, true) != CsvTokenizer::Result::kRecord) return {"-"};
  return Fields(tokenizer.fields().begin(), tokenizer.fields().end());
}

// Expectations are what Spark 4.3 answers.
TEST(CsvTokenizer, QuotesAsUnivocity) {
  EXPECT_EQ(Split("a,b,"), (Fields{"a", "b", ""}));
  EXPECT_EQ(Split("\"a,b\",c"), (Fields{"a,b", "c"}));
  EXPECT_EQ(Split("\"a\"b,c"), (Fields{"\"a\"b", "c"}));
  EXPECT_EQ(Split("\"a\\\"b\",c"), (Fields{"a\"b", "c"}));
  EXPECT_EQ(Split("\"a\" ,b"), (Fields{"a", "b"}));
  EXPECT_EQ(Split("\"a\" x,b"), (Fields{"\"a\" x", "b"}));
  EXPECT_EQ(Split("\"abc,d"), (Fields{"abc,d"}));
  EXPECT_EQ(Split("\"a\"\"b\",c"), (Fields{"\"a\"\"b\"", "c"}));
  EXPECT_EQ(Split("\"a\"\"b\",c", {{"escape", "\""}}), (Fields{"a\"b", "c"}));
  EXPECT_EQ(Split("\""), (Fields{"\""}));
  EXPECT_EQ(Split("\"\"\""), (Fields{"\""}));
  EXPECT_EQ(Split("a||b||", {{"sep", "||"}}), (Fields{"a", "b", ""}));
}

TEST(CsvTokenizer, RecordsOfSeveralLines) {
  const CsvOptions options(FormatOptions(Options{{"multiLine", "true"}}), "");
  CsvTokenizer tokenizer(options, "\n");
  const std::string text = "a,\"x\ny\"\nb,c\n";
  ASSERT_EQ(tokenizer.Next(text, false), CsvTokenizer::Result::kRecord);
  EXPECT_EQ(tokenizer.fields()[1], "x\ny");
  EXPECT_EQ(tokenizer.consumed(), 8U);
  EXPECT_EQ(tokenizer.Next("b,\"c", false), CsvTokenizer::Result::kNeedMore);
}

TEST(SeparatorOfOption, Escapes) {
  EXPECT_EQ(SeparatorOfOption("\\t"), "\t");
  EXPECT_EQ(SeparatorOfOption("||"), "||");
  EXPECT_EQ(SeparatorOfOption("\\\\"), "\\");
  EXPECT_ANY_THROW(SeparatorOfOption("\\"));
  EXPECT_ANY_THROW(SeparatorOfOption("\\x"));
}

/// The tokens of a text, a letter each.
std::string Tokens(std::string_view text, const Options& given = {}) {
  const JsonOptions options(FormatOptions(given), "");
  JsonTokenizer tokenizer(options);
  tokenizer.Reset(text);
  std::string tokens;
  while (true) {
    const JsonToken token = tokenizer.Next();
    tokens += ".!{}[]nsirtf0"[static_cast<size_t>(token)];
    if (token == JsonToken::kEnd || token == JsonToken::kError) return tokens;
  }
}

TEST(JsonTokenizer, TakesWhatJacksonTakes) {
  EXPECT_EQ(Tokens(R"({"a":[1,2.5,true,false,null,"x"]})"), "{n[irtf0s]}.");
  EXPECT_EQ(Tokens("{'a':NaN}"), "{nr}.");
  EXPECT_EQ(Tokens("{\"a\":1,}"), "{ni!");
  EXPECT_EQ(Tokens("[1,]"), "[i!");
  EXPECT_EQ(Tokens("[01]"), "[!");
  EXPECT_EQ(Tokens("[01]", {{"allowNumericLeadingZeros", "true"}}), "[i].");
  EXPECT_EQ(Tokens("[1.]"), "[!");
  EXPECT_EQ(Tokens("[.5]"), "[!");
  EXPECT_EQ(Tokens("{a:1}"), "{!");
  EXPECT_EQ(Tokens("{a:1}", {{"allowUnquotedFieldNames", "true"}}), "{ni}.");
  EXPECT_EQ(Tokens("[1 /*x*/ , 2]", {{"allowComments", "true"}}), "[ii].");
  EXPECT_EQ(Tokens("[\"a\nb\"]"), "[!");
  EXPECT_EQ(Tokens("[\"\\q\"]"), "[!");
  EXPECT_EQ(Tokens("{\"a\""), "{!");
  EXPECT_EQ(Tokens("]"), "!");
  EXPECT_EQ(Tokens(std::string(2000, '[')).back(), '!');  // Jackson's limit of depth
}

/// The fields of the records of a multiLine file whose lines end so: a|b for each.
std::vector<std::string> Records(std::string_view text, const std::string& line_end, const Options& given = {}) {
  const CsvOptions options(FormatOptions(given), "");
  CsvTokenizer tokenizer(options, line_end);
  std::vector<std::string> records;
  while (!text.empty()) {
    if (tokenizer.Next(text, true) == CsvTokenizer::Result::kRecord) {
      std::string& record = records.emplace_back();
      for (const std::string_view field : tokenizer.fields())
        record += (record.empty() ? "" : "|") + std::string(field);
    }
    text.remove_prefix(tokenizer.consumed());
  }
  return records;
}

// Recorded from Spark (tests/golden/files/damaged_text.test).
TEST(CsvTokenizer, NewlinesThatAreNotTheFilesOwn) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(Records("1,2\r3,4\n5\r\n7,8\n\r9,0\n", "\r"), (Texts{"1|2", "3|4\n5", "7|8\n", "9|0"}));
  EXPECT_EQ(Records("1,\"x\r\ny\"\r\n\n\"7\"\n8,9\n", "\r\n"), (Texts{"1|x\ny", "7", "8|9"}));
  EXPECT_EQ(Records("1,\"x\r\ny\"\r\n\n3", "\r\n", {{"lineSep", "\r\n"}}), (Texts{"1|x\r\ny", "3"}));
  EXPECT_EQ(Records(" \n1\n", "\n", {{"ignoreLeadingWhiteSpace", "true"}}), (Texts{"1"}));
}

TEST(JsonTokenizer, ChecksBytesOfFiles) {
  const JsonOptions options(FormatOptions(Options{}), "");
  JsonTokenizer tokenizer(options, true);
  const auto first = [&](std::string_view text) {
    tokenizer.Reset(text);
    tokenizer.Next();
    return tokenizer.Next();
  };
  EXPECT_EQ(first("[\"\xC3\xA9\", \"\x80\"]"), JsonToken::kString);
  EXPECT_EQ(tokenizer.Next(), JsonToken::kError);
  EXPECT_FALSE(tokenizer.Recover());
  // Cut at its end, a string takes its quote with it.
  EXPECT_EQ(first("[\"a\xE2\x82\",1]"), JsonToken::kError);
  EXPECT_TRUE(tokenizer.Recover());
  EXPECT_EQ(tokenizer.Next(), JsonToken::kInteger);
  EXPECT_EQ(tokenizer.Next(), JsonToken::kEndArray);
}

TEST(JsonInference, Types) {
  const FormatOptions none;
  const JsonOptions options(none, "_corrupt_record");
  JsonInference inference(options, none, "UTC", 0, false);
  inference.Add(R"({"b":1,"a":[1,2.5],"c":{"d":null}})");
  inference.Add(R"([{"b":"x"}])");
  EXPECT_EQ(CatalogString(DataType::Struct(inference.Result())), "struct<a:array<double>,b:string,c:struct<d:string>>");
  inference.Add("broken");
  EXPECT_EQ(inference.Result()[0].name, "_corrupt_record");
}

TEST(Base64, AsJackson) {
  EXPECT_EQ(DecodeBase64("QUI="), "AB");
  EXPECT_EQ(DecodeBase64("QUJD"), "ABC");
  EXPECT_EQ(DecodeBase64("QQ=="), "A");
  EXPECT_EQ(DecodeBase64("Q"), std::nullopt);
  EXPECT_EQ(DecodeBase64("QQ="), std::nullopt);
}

}  // namespace
}  // namespace firesteel::functions
