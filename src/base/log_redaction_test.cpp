#include "base/log_redaction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LogRedaction, NamesOfSecretsAreKnownInAnyCaseAndAsAPart) {
  for (const auto* name :
       {"key", "apiKey", "API_SECRET", "x-mbx-apikey", "listenKey", "accessToken", "password", "db_passwd",
        "Passphrase", "SIGNATURE", "Authorization", "set-cookie", "private_pem"})
    EXPECT_TRUE(names_a_secret(name)) << name;
  for (const auto* name : {"order", "symbol", "reason", "changes", "ke", "sign", "", "ts_wall", "fees"})
    EXPECT_FALSE(names_a_secret(name)) << name;
}

TEST(LogRedaction, FieldsWithSuchANameLoseTheirValueWhateverItsKind) {
  LogRecord record;
  record.fields = {
      {"apiKey", std::string("abc")}, {"pin_token", std::int64_t{4711}}, {"order", std::uint64_t{17}}};
  LogRedaction().redact(record);
  EXPECT_EQ(std::get<std::string>(record.fields[0].value), kRedacted);
  EXPECT_EQ(std::get<std::string>(record.fields[1].value), kRedacted);
  EXPECT_EQ(std::get<std::uint64_t>(record.fields[2].value), 17U);
}

TEST(LogRedaction, ValuesBehindSuchANameInATextGo) {
  const LogRedaction redaction;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"GET /v3/order?symbol=X&api_key=abc123&signature=dead&side=buy",
       "GET /v3/order?symbol=X&api_key=[redacted]&signature=[redacted]&side=buy"},
      {R"({"secret": "s3, cr}et", "symbol": "X"})", R"({"secret": "[redacted]", "symbol": "X"})"},
      {"Authorization: Bearer abc.def-ghi next", "Authorization: Bearer [redacted] next"},
      {"Cookie: a=1; session=2\nHost: x", "Cookie: [redacted]\nHost: x"},
      {R"(body {\"password\":\"hunter2\"})", R"(body {\"password\":\"[redacted]\"})"},
      {R"({"secret": "ab\"cd\\", "symbol": "X"})", R"({"secret": "[redacted]", "symbol": "X"})"},
      {R"(body {\"password\":\"ab\\\"cd\",\"symbol\":\"X\"})",
       R"(body {\"password\":\"[redacted]\",\"symbol\":\"X\"})"},
      {R"("body {\\\"token\\\":\\\"ab\\\"}")", R"("body {\\\"token\\\":\\\"[redacted]\\\"}")"},
      {R"(password="never ends)", R"(password="[redacted])"},
      {"Authorization: HMAC-SHA256 abc, def\nHost: x", "Authorization: [redacted]\nHost: x"},
      {"X-MBX-APIKEY : zzz", "X-MBX-APIKEY : [redacted]"},
      {"cross.toml:9: risk.limit: unknown key: limit", "cross.toml:9: risk.limit: unknown key: limit"},
      {"token=", "token="},
      {"12:30:00 all = well", "12:30:00 all = well"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(redaction.redacted(text), expected);
}

TEST(LogRedaction, KnownSecretsGoWhereverTheyStand) {
  LogRedaction redaction;
  redaction.hide("topsecretvalue");
  redaction.hide("topsecretvalue-longer");
  redaction.hide("tiny");
  LogRecord record;
  record.message = "sent topsecretvalue-longer to venue, tiny";
  record.correlation = "run:topsecretvalue";
  record.fields = {{"url", std::string("https://x/topsecretvalue/topsecretvalue")}};
  redaction.redact(record);
  EXPECT_EQ(record.message, "sent [redacted] to venue, tiny");
  EXPECT_EQ(record.correlation, "run:[redacted]");
  EXPECT_EQ(std::get<std::string>(record.fields[0].value), "https://x/[redacted]/[redacted]");
}

}  // namespace
}  // namespace kontor
