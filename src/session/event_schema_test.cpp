#include "session/event_schema.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::session {
namespace {

using testing::HasSubstr;

constexpr std::string_view kGoodLine =
    R"({"v":1,"ts":"2025-01-01T00:00:00Z","seq":1,"session_id":"s","type":"order_submitted","level":"info",)"
    R"("message":"","order":{"id":1,"status":"sent","qty":"0.5"},"details":{"record":4},"host":"h",)"
    R"("component":"execution","corr_id":"order:1"})";

std::string complaint_of(std::string_view line) { return EventValidator().complaint(line).value_or("none"); }

/// The good line with one part of its text exchanged.
std::string changed(std::string_view from, std::string_view to) {
  std::string line(kGoodLine);
  const std::size_t at = line.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return line.replace(at, from.size(), to);
}

TEST(EventValidator, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(complaint_of(kGoodLine), "none");
  EXPECT_THAT(complaint_of("{"), HasSubstr("expected a JSON object"));
  EXPECT_THAT(complaint_of("[1]"), HasSubstr("expected a JSON object"));
  EXPECT_EQ(complaint_of(changed("\"v\":1,", "")), "v: expected this field, found none");
  EXPECT_EQ(complaint_of(changed("\"host\":\"h\"", "\"guest\":\"h\"")),
            "guest: the schema knows no such field");
  EXPECT_EQ(complaint_of(changed("\"seq\":1", "\"seq\":0")),
            "seq: expected a whole number from 1 on, found 0");
  EXPECT_THAT(complaint_of(changed("\"qty\":\"0.5\"", "\"qty\":0.5")),
              HasSubstr("order.qty: expected a decimal"));
  EXPECT_THAT(complaint_of(changed("00:00Z", "00:00+01:00")), HasSubstr("ts: expected a time"));
  EXPECT_THAT(complaint_of(changed("\"sent\"", "\"lost\"")), HasSubstr("order.status"));
  EXPECT_THAT(complaint_of(changed("order_submitted", "order_party")),
              HasSubstr("type: expected one of the names"));
  EXPECT_THAT(complaint_of(changed("order_submitted", "phase_end")),
              HasSubstr("phase: expected this field of"));
  EXPECT_THAT(complaint_of(changed("order_submitted", "fill")),
              HasSubstr("details.qty: expected this of fill"));
  EXPECT_THAT(complaint_of(changed("\"record\":4", "\"record\":[4]")), HasSubstr("details"));
}

TEST(EventValidator, MissesNoLine) {
  EventValidator validator;
  EXPECT_FALSE(validator.complaint(kGoodLine));
  EXPECT_EQ(validator.complaint(changed("\"seq\":1", "\"seq\":3")), "seq: expected 2, found 3");
  EXPECT_FALSE(validator.complaint(changed("\"seq\":1", "\"seq\":4")));
  EXPECT_TRUE(validator.complaint(changed("\"seq\":1,\"session_id\":\"s\"", "\"seq\":5,\"x\":\"s\"")));
  EXPECT_FALSE(validator.complaint(changed("\"seq\":1", "\"seq\":6"))) << "told once";
}

TEST(EventSchema, DescribesEveryTypeOnce) {
  std::set<std::string_view> described;
  for (const auto& rule : event_types()) {
    EXPECT_TRUE(described.insert(name_of(rule.type)).second) << name_of(rule.type);
    for (const auto need : rule.needs)
      EXPECT_TRUE(std::ranges::count(event_fields(), need, &FieldRule::name) == 1) << need;
    EXPECT_THAT(event_schema(), HasSubstr(rule.description));
  }
  const auto& types = *std::ranges::find(event_fields(), "type", &FieldRule::name);
  EXPECT_EQ(described, std::set<std::string_view>(types.names.begin(), types.names.end()));
}

}  // namespace
}  // namespace kontor::session
