#include "base/log_line.h"

#include <gtest/gtest.h>

namespace firesteel::log {
namespace {

std::string Line(Format format, std::string_view message, const Fields& fields) {
  std::string out;
  AppendLine(format, "T", 'I', "info", message, {{"session_id", "s"}}, fields, out);
  return out;
}

TEST(LogLine, SaysNamesAndValues) {
  const Fields fields = {{"rows", int64_t{5}}, {"seconds", 0.25}, {"state", "succeeded"}};
  EXPECT_EQ(Line(Format::kText, "operation ended", fields),
            "T I operation ended session_id=s rows=5 seconds=0.250 state=succeeded\n");
  EXPECT_EQ(Line(Format::kJson, "operation ended", fields),
            "{\"ts\":\"T\",\"level\":\"info\",\"msg\":\"operation ended\",\"session_id\":\"s\",\"rows\":5,"
            "\"seconds\":0.250,\"state\":\"succeeded\"}\n");
}

TEST(LogLine, ClientsCannotForgeLinesOrFields) {
  const Fields hostile = {{"user_id", "u rows=9\nT E all is lost\"\\\x1b[31m"}, {"empty", ""}};
  EXPECT_EQ(Line(Format::kText, "a\nb\x7f", hostile),
            "T I a\\nb\\x7f session_id=s user_id=\"u rows=9\\nT E all is lost\\\"\\\\\\x1b[31m\" empty=\"\"\n");
  const std::string json = Line(Format::kJson, "a\nb", hostile);
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  EXPECT_NE(json.find("\"msg\":\"a\\nb\""), std::string::npos) << json;
}

TEST(LogLine, RepairsWhatIsNoUtf8) { EXPECT_EQ(Line(Format::kText, "\xff", {}), "T I \xef\xbf\xbd session_id=s\n"); }

}  // namespace
}  // namespace firesteel::log
