#include "emulator/bybit/answer.hpp"

#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {

std::string envelope(const Answer& answer, TimeNs server_time) {
  JsonWriter out;
  out.begin_object()
      .number("retCode", answer.code)
      .text("retMsg", answer.message)
      .raw("result", answer.result)
      .raw("retExtInfo", answer.extension)
      .number("time", milliseconds_of(server_time))
      .end_object();
  return std::move(out).take();
}

}  // namespace kontor::emulator::bybit
