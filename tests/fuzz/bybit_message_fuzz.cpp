#include "tests/fuzz/venue_message_fuzz_support.hpp"
#include "venue/bybit/protocol.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kontor::fuzz::check_message(data, size, [] { return kontor::bybit::make_protocol(); });
  return 0;
}
