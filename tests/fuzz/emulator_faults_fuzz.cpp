#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "emulator/fault_plan.hpp"

// Arbitrary text as a plan of faults: a plan or an error, and the plan that was there stays after an error.
// What a plan answers keeps within what it may be told, and the same plan answers the same.

namespace {

using namespace kontor;
using emulator::FaultPlan;

constexpr TimeNs kOpening = 1'700'000'000 * kSecond;
constexpr int kQuestions = 20;

void check_answers(FaultPlan& plan, FaultPlan& twin) {
  for (int i = 0; i < kQuestions; ++i) {
    const TimeNs now = kOpening + i * 7 * kSecond;
    const auto fault = plan.before_request(now, i % 2 == 0);
    const auto same = twin.before_request(now, i % 2 == 0);
    ASSERT(fault.action == same.action && fault.delay_ns == same.delay_ns);
    ASSERT(fault.delay_ns >= 0 && fault.delay_ns <= kHour && fault.retry_after_ns >= 0);
    ASSERT(plan.after_acceptance() == twin.after_acceptance() && plan.reply() == twin.reply());
    ASSERT(plan.private_message().action == twin.private_message().action);
    ASSERT(plan.market_message().action == twin.market_message().action);
    ASSERT(plan.socket_tick() == twin.socket_tick());
    for (const auto& due : plan.take_due(now)) ASSERT(due.at <= now && !due.symbol.empty());
    static_cast<void>(twin.take_due(now));
    ASSERT(plan.next_due() > now && plan.maintenance_left_ns(now) >= 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  FaultPlan plan(1);
  ASSERT(plan.set("latency_ms=5-200,gap=0.5", kOpening).has_value());
  if (!plan.set(text, kOpening)) {
    ASSERT(plan.text() == "latency_ms=5-200,gap=0.5");
    return 0;
  }
  ASSERT(plan.text() == text);
  ASSERT(plan.clock_skew_ns() >= -kDay && plan.clock_skew_ns() <= kDay);
  FaultPlan twin(1);
  ASSERT(twin.set(plan.text(), kOpening).has_value());
  check_answers(plan, twin);
  ASSERT(plan.set("none", kOpening) && plan.before_request(kOpening, true).delay_ns == 0);
  return 0;
}
