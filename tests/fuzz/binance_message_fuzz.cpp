#include "tests/fuzz/venue_message_fuzz_support.hpp"
#include "venue/binance/protocol.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kontor::fuzz::check_message(data, size, [] { return kontor::binance::make_protocol(); });
  return 0;
}
