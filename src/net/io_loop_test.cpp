#include "net/io_loop.hpp"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "net/net_test_support.hpp"

namespace kontor::net {
namespace {

TEST(IoLoop, TasksOfAnotherThreadComeInTheirOrderOnTheLoopsThread) {
  IoLoop loop;
  std::string order;
  std::thread::id ran_on;
  std::thread other([&] {
    for (const char c : {'a', 'b', 'c'}) {
      loop.post([&, c] {
        order.push_back(c);
        ran_on = std::this_thread::get_id();
      });
    }
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  other.join();
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(IoLoop, ALoopThatWasStoppedBeforeDoesNotRun) {
  IoLoop loop;
  loop.stop();
  bool ran = false;
  loop.post([&] { ran = true; });
  loop.run();
  EXPECT_FALSE(ran);
}

TEST(IoLoop, TimersComeInTheOrderOfTheirTimeAndNotEarly) {
  IoLoop loop;
  std::string order;
  const DurationNs start = steady_now();
  DurationNs came = 0;
  const Timer late = loop.after(30 * kMillisecond, [&] {
    order.push_back('b');
    came = steady_now();
  });
  const Timer early = loop.after(10 * kMillisecond, [&] { order.push_back('a'); });
  EXPECT_TRUE(kontor::test::run_until(loop, [&] { return order.size() == 2; }));
  EXPECT_EQ(order, "ab");
  EXPECT_GE(came - start, 30 * kMillisecond);
  EXPECT_FALSE(late.is_pending());
}

TEST(IoLoop, ATimerThatIsCanceledDestroyedOrReplacedDoesNotCome) {
  IoLoop loop;
  int came = 0;
  Timer canceled = loop.after(0, [&] { came += 1; });
  {
    const Timer destroyed = loop.after(0, [&] { came += 10; });
  }
  Timer replaced = loop.after(0, [&] { came += 100; });
  replaced = loop.after(0, [&] { came += 1000; });
  canceled.cancel();
  loop.run_for(20 * kMillisecond);
  EXPECT_EQ(came, 1000);
}

TEST(IoLoop, ATimerMayReplaceItselfAndDropItsOwner) {
  IoLoop loop;
  struct Owner {
    Timer timer{};
  };
  auto owner = std::make_shared<Owner>();
  const std::weak_ptr<Owner> watch = owner;
  int ticks = 0;
  owner->timer = loop.after(0, [&, held = owner] {
    held->timer = loop.after(0, [&] { ++ticks; });
    owner.reset();
  });
  loop.run_for(20 * kMillisecond);
  EXPECT_TRUE(watch.expired());
  EXPECT_EQ(ticks, 0) << "the timer went with its owner";
}

TEST(IoLoop, PollRunsWhatIsReadyAndDoesNotWait) {
  IoLoop loop;
  EXPECT_EQ(loop.poll(), 0U);
  loop.post([] {});
  loop.post([] {});
  EXPECT_EQ(loop.poll(), 2U);
  EXPECT_FALSE(loop.run_one_for(kMillisecond));
}

}  // namespace
}  // namespace kontor::net
