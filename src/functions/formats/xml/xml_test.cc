#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <string>

#include "base/error.h"
#include "functions/formats/xml/xml_document.h"
#include "functions/formats/xml/xml_inference.h"
#include "functions/formats/xml/xml_names.h"
#include "functions/formats/xml/xml_parser.h"
#include "functions/formats/xml/xpath_functions.h"
#include "functions/kernels/collection/memory_column.h"
#include "functions/kernels/xml/xml.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

using Purpose = XmlDocument::Purpose;

/// The events of a text, a letter each: start, end, text, comment, processing instruction, reference, document's end,
/// error.
std::string Events(std::string_view text, Purpose purpose) {
  XmlDocument document(purpose);
  document.Parse(text);
  std::string letters;
  for (const XmlEvent& event : document.events()) letters += "<>tcprD!"[static_cast<size_t>(event.kind)];
  return letters;
}

bool IsSound(const std::string& text, Purpose purpose) { return Events(text, purpose).ends_with('D'); }

std::string Repeated(std::string_view text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result += text;
  return result;
}

/// The value of a path as text, or what is wrong.
std::string XPath(std::string_view text, std::string_view path) {
  XmlDocument document(Purpose::kTree);
  document.Parse(text);
  if (document.events().back().kind == XmlEventKind::kError) return "not sound";
  const xpath::Tree tree(document);
  try {
    const xpath::ExpressionPtr expression = xpath::Parse(path);
    return xpath::ToText(xpath::Evaluate(*expression, tree, [] { return false; }), tree);
  } catch (const xpath::Fault& fault) {
    return fault.text;
  }
}

/// An entity that stands for ten of the one before, and so on.
std::string Laughs(size_t levels) {
  std::string text = "<!DOCTYPE p [<!ENTITY e0 \"lol\">";
  for (size_t i = 1; i <= levels; ++i) {
    text += "<!ENTITY e" + std::to_string(i) + " \"" + Repeated("&e" + std::to_string(i - 1) + ";", 10) + "\">";
  }
  return text + "]><p k=\"&e2;\">&e" + std::to_string(levels) + ";</p>";
}

std::string Attributes(size_t count) {
  std::string text = "<p";
  for (size_t i = 0; i < count; ++i) text += " a" + std::to_string(i) + "=\"\"";
  return text + "/>";
}

TEST(XmlDocument, Events) {
  EXPECT_EQ(Events("<a k='1'>x<b/>y</a>", Purpose::kRecord), "<t<>t>D");
  EXPECT_EQ(Events("<a>1<![CDATA[2]]>3</a>", Purpose::kRecord), "<t>D");
  EXPECT_EQ(Events("<a>1<!-- c -->2<?p q?></a>", Purpose::kRecord), "<tt>D");
  EXPECT_EQ(Events("<a>1<!-- c -->2<?p q?></a>", Purpose::kTree), "<tctp>D");
  EXPECT_EQ(Events("<a>1&e;2</a>", Purpose::kRecord), "<trt>D");
  EXPECT_EQ(Events("<a k='&e;'>1</a>", Purpose::kRecord), "!");
  EXPECT_EQ(Events("<a>1&e;2</a>", Purpose::kTree).back(), '!');
  EXPECT_EQ(Events("<p:a><p:b/></p:a>", Purpose::kRecord), "<<>>D");
  EXPECT_EQ(Events("<a>1</a><b/>", Purpose::kRecord), "<t>!");
  EXPECT_EQ(Events("", Purpose::kRecord), "!");
  EXPECT_EQ(Events("hello", Purpose::kTree), "!");
}

TEST(XmlDocument, OnlyTheFirstPieceOfAJoinedTextIsItsNodeValue) {
  XmlDocument document(Purpose::kTree);
  document.Parse("<a>one<![CDATA[two]]>three</a>");
  EXPECT_EQ(document.Text(document.events()[1].text), "onetwothree");
  EXPECT_EQ(document.events()[1].first_piece, 3U);
}

TEST(XmlDocument, AttributesAreReadInFull) {
  for (const Purpose purpose : {Purpose::kRecord, Purpose::kTree}) {
    XmlDocument document(purpose);
    document.Parse("<a k=\"&lt;&amp;amp;&#38;&#65;\"/>");
    EXPECT_EQ(document.Text(document.AttributesOf(document.events()[0])[0].value), "<&amp;&A");
  }
}

TEST(XmlDocument, EntitiesOfTheTextItselfAreReplacedForXPathOnly) {
  const std::string text = "<!DOCTYPE a [<!ENTITY e \"v<b/>\"><!ATTLIST a k CDATA \"d\">]><a>x&e;y</a>";
  EXPECT_EQ(Events(text, Purpose::kTree), "<t<>t>D");
  EXPECT_EQ(Events(text, Purpose::kRecord), "<trt>D");
  EXPECT_EQ(XPath(text, "concat(a, a/@k)"), "xvyd");
}

TEST(XmlDocument, NothingIsReadFromOutside) {
  const std::string entity = "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>[&e;]</a>";
  EXPECT_EQ(XPath(entity, "a"), "[]");
  EXPECT_EQ(Events(entity, Purpose::kRecord), "<trt>D");
  EXPECT_EQ(XPath("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a>1</a>", "a"), "not sound");
  EXPECT_EQ(XPath("<!DOCTYPE a [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><a>1</a>", "a"), "not sound");
  EXPECT_EQ(Events("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a>1</a>", Purpose::kRecord), "<t>D");
}

TEST(XmlDocument, EntitiesThatGrowAreRefusedInTime) {
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(IsSound(Laughs(3), Purpose::kTree));
  for (const size_t levels : {5, 9, 30}) {
    EXPECT_FALSE(IsSound(Laughs(levels), Purpose::kTree)) << levels;
  }
  EXPECT_EQ(Events("<!DOCTYPE a [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]><a>&a;</a>", Purpose::kTree).back(), '!');
  // One large entity again and again.
  const std::string large =
      "<!DOCTYPE a [<!ENTITY e \"" + std::string(1 << 20, 'x') + "\">]><a>" + Repeated("&e;", 1000) + "</a>";
  EXPECT_FALSE(IsSound(large, Purpose::kTree));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

TEST(XmlDocument, NothingIsWrittenToTheLog) {
  ::testing::internal::CaptureStderr();
  for (const Purpose purpose : {Purpose::kRecord, Purpose::kTree}) {
    EXPECT_TRUE(IsSound("<!DOCTYPE a [<!ENTITY lt \"x\"><!ENTITY e \"1\"><!ENTITY e \"2\">]><a>&lt;</a>", purpose));
    EXPECT_FALSE(IsSound("<a><b></a>", purpose));
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(XmlDocument, DepthIsLimitedAsByWoodstox) {
  const auto nested = [](size_t levels) { return Repeated("<a>", levels) + "x" + Repeated("</a>", levels); };
  EXPECT_TRUE(IsSound(nested(1000), Purpose::kRecord));
  EXPECT_FALSE(IsSound(nested(1001), Purpose::kRecord));
  EXPECT_FALSE(IsSound(nested(100000), Purpose::kRecord));
  EXPECT_EQ(XPath(nested(100000), "count(//a)"), "100000");
  EXPECT_EQ(XPath(nested(100000), "string(//a[not(a)])"), "x");
  EXPECT_EQ(XPath(Repeated("<a>", 100000), "a"), "not sound");
}

TEST(XmlDocument, ManyAttributesAreRefusedBeforeTheyAreCompared) {
  EXPECT_TRUE(IsSound(Attributes(1024), Purpose::kRecord));
  EXPECT_FALSE(IsSound(Attributes(2000), Purpose::kRecord));
  EXPECT_TRUE(IsSound(Attributes(10000), Purpose::kTree));
  EXPECT_FALSE(IsSound(Attributes(10001), Purpose::kTree));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(IsSound(Attributes(2000000), Purpose::kTree));
  // Hidden in the text of an entity, behind a comment with a quote.
  const std::string hidden = "<!-- it's --><!DOCTYPE a [<!ENTITY e '" + Attributes(200000) + "'>]><a>&e;</a>";
  EXPECT_FALSE(IsSound(hidden, Purpose::kTree));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  EXPECT_TRUE(IsSound("<a>" + Repeated("<b k='='/>= <!-- === '-->", 20000) + "</a>", Purpose::kTree));
}

TEST(XmlDocument, LargeTexts) {
  const std::string large = "<a><b>" + std::string(100 << 20, 'x') + "</b></a>";
  XmlDocument document(Purpose::kRecord);
  document.Parse(large);
  EXPECT_EQ(document.events().back().kind, XmlEventKind::kEndDocument);
  EXPECT_EQ(document.events()[2].text.size, 100U << 20);
}

TEST(XPath, ErrorsInJavasWords) {
  const std::string transformer = "javax.xml.transform.TransformerException: ";
  EXPECT_EQ(XPath("<a/>", "a["), transformer +
                                     "A location path was expected, but the end of the XPath expression was "
                                     "found instead.");
  EXPECT_EQ(XPath("<a/>", "a b c"), transformer + "Extra illegal tokens: 'b', 'c'");
  EXPECT_EQ(XPath("<a/>", "a/"), transformer + "A location step was expected following the '/' or '//' token.");
  EXPECT_EQ(XPath("<a/>", "(a"), transformer + "Expected ), but found: ");
  EXPECT_EQ(XPath("<a/>", "nope(a)"), transformer + "Could not find function: nope");
  EXPECT_EQ(XPath("<a/>", "nope::a"), transformer + "illegal axis name: nope");
  EXPECT_EQ(XPath("<a/>", "count()"),
            transformer + "com.sun.org.apache.xpath.internal.functions.FuncCount only allows 1 arguments");
  EXPECT_EQ(XPath("<a/>", "\"x"), transformer + "misquoted literal... expected double quote!");
  EXPECT_EQ(XPath("<a/>", "@"), transformer + "A node test that matches either NCName:* or QName was expected.");
  EXPECT_EQ(XPath("<a/>", "#"),
            transformer + "A location path was expected, but the following token was encountered:  #");
  EXPECT_EQ(XPath("<a/>", " "), transformer + "Empty expression!");
  EXPECT_EQ(XPath("<a/>", "count(1)"),
            "com.sun.org.apache.xpath.internal.XPathException: Can not convert #NUMBER to a NodeList!");
  EXPECT_NE(XPath("<a/>", Repeated("(", 100000)).find("too deep"), std::string::npos);
  EXPECT_NE(XPath("<a/>", Repeated("-", 100000) + "1").find("too deep"), std::string::npos);
  EXPECT_NE(XPath("<a/>", "1" + Repeated("+1", 100000)).find("too long"), std::string::npos);
}

TEST(XPath, EvaluationCanBeGivenUp) {
  XmlDocument document(Purpose::kTree);
  document.Parse(Repeated("<a>", 3000) + Repeated("</a>", 3000));
  const xpath::Tree tree(document);
  const xpath::ExpressionPtr expression = xpath::Parse("//a[count(.//a[count(.//a) > 1]) > 1]");
  EXPECT_THROW(xpath::Evaluate(*expression, tree, [] { return true; }), xpath::Interrupted);
}

TEST(XPath, NumbersHaveJavasTexts) {
  EXPECT_EQ(xpath::TextOfNumber(-0.0), "0");
  EXPECT_EQ(xpath::TextOfNumber(1e22), "10000000000000000000000");
  EXPECT_EQ(xpath::TextOfNumber(-1.5e-8), "-0.000000015");
  EXPECT_EQ(xpath::TextOfNumber(123456789012.5), "123456789012.5");
  EXPECT_EQ(xpath::NumberOfText(" -.5\n"), -0.5);
  EXPECT_TRUE(std::isnan(xpath::NumberOfText("1e3")));
  EXPECT_TRUE(std::isnan(xpath::NumberOfText("1.2.3")));
  EXPECT_TRUE(std::isnan(xpath::NumberOfText("-")));
}

TEST(XmlNames, FaultsInWoodstoxsWords) {
  EXPECT_EQ(XmlNameFault("a-b.c"), "");
  EXPECT_EQ(XmlNameFault("имя"), "");
  EXPECT_EQ(XmlNameFault("a b"), "Illegal name character ' ' (code 32)");
  EXPECT_EQ(XmlNameFault("1a"), "Illegal first name character '1' (code 49)");
  EXPECT_EQ(XmlNameFault("n:a"), "Illegal name character ':' (code 58)");
  EXPECT_EQ(XmlNameFault(""), "Illegal to pass empty name");
}

/// to_xml of a struct.
std::string Written(const std::vector<StructField>& fields, ValueList values, const Value& options = Value{}) {
  const DataType type = DataType::Struct(fields);
  const TypedValue given{DataType::Map(DataType::String(), DataType::String()), options};
  try {
    return RunOnce(kToXml, {{type, Value::List(std::move(values))}, given}, DataType::String()).text();
  } catch (const QueryError& error) {
    return error.message();
  }
}

StructField Field(std::string name, DataType type) { return {std::move(name), std::move(type), true, ""}; }

// Expectations are what Spark 4.3 answers.
TEST(XmlWriter, AttributesElementsAndNulls) {
  const DataType text = DataType::String();
  EXPECT_EQ(Written({Field("a", text), Field("_id", DataType::Int())}, {Value{"x"}, Value{int64_t{7}}}),
            "<ROW id=\"7\">\n    <a>x</a>\n</ROW>");
  EXPECT_EQ(Written({Field("a", text)}, {Value{}}), "<ROW/>");
  EXPECT_EQ(Written({Field("a", text)}, {Value{""}}), "<ROW>\n    <a></a>\n</ROW>");
  EXPECT_EQ(Written({Field("_VALUE", text), Field("b", text)}, {Value{"text"}, Value{"1"}}),
            "<ROW>text\n    <b>1</b>\n</ROW>");
  const DataType inner = DataType::Struct({Field("b", text)});
  EXPECT_EQ(Written({Field("a", inner)}, {Value::List({Value{"x"}})}),
            "<ROW>\n    <a>\n        <b>x</b>\n    </a>\n</ROW>");
  EXPECT_EQ(Written({Field("a", text), Field("b", inner)}, {Value{"1"}, Value::List({Value{"2"}})},
                    Value::List({Value{"indent"}, Value{""}})),
            "<ROW><a>1</a><b><b>2</b></b></ROW>\n");
}

TEST(XmlWriter, WhatHasNoForm) {
  const DataType text = DataType::String();
  EXPECT_EQ(Written({Field("a", text)}, {Value{"<&>\"' ]]>\r\x7f"}}),
            "<ROW>\n    <a>&lt;&amp;>\"' ]]&gt;&#xd;&#x7f;</a>\n</ROW>");
  EXPECT_EQ(Written({Field("_a", text)}, {Value{"<&>\"'\n\t"}}), "<ROW a=\"&lt;&amp;>&quot;'&#xa;&#x9;\"/>");
  EXPECT_EQ(Written({Field("a", text)}, {Value{std::string(1, '\x01')}}),
            "Invalid white space character (0x1) in text to output (in xml 1.1, could output as a character entity)");
  EXPECT_EQ(Written({Field("a b", text)}, {Value{"x"}}), "Illegal name character ' ' (code 32)");
}

TEST(XPathKernels, ErrorsWithoutACondition) {
  const auto ask = [](const char* document, const char* path) -> std::string {
    try {
      return RunOnce(kXPathString, {{DataType::String(), Value{document}}, {DataType::String(), Value{path}}},
                     DataType::String())
          .text();
    } catch (const QueryError& error) {
      return error.message();
    }
  };
  EXPECT_EQ(ask("<a>1</a>", "a"), "1");
  EXPECT_EQ(ask("<a>", "a/b"), "Error loading expression 'a/b'");
  EXPECT_EQ(ask("<a/>", "a["),
            "Invalid XPath 'a['javax.xml.transform.TransformerException: A location path was expected, but the end of "
            "the XPath expression was found instead.");
  EXPECT_EQ(ask("<a/>", "count(1)"),
            "Invalid XML document: com.sun.org.apache.xpath.internal.XPathException: Can not convert #NUMBER to a "
            "NodeList!\n<a/>");
}

TEST(XmlInference, DeepRecords) {
  const FormatOptions all;
  const XmlOptions options(all);
  const XmlInference inference(options, all, {}, "UTC", 0);
  XmlDocument document(Purpose::kRecord);
  document.Parse(Repeated("<a>", 1000) + Repeated("</a>", 1000));
  ASSERT_TRUE(inference.TypeOf(document).has_value());
  document.Parse("<p><a k=\"1\">2.5</a><a>x</a></p>");
  EXPECT_EQ(SqlTypeName(*inference.TypeOf(document)), "STRUCT<a: ARRAY<STRUCT<_VALUE: STRING, _k: BIGINT>>>");
}

}  // namespace
}  // namespace firesteel::functions
