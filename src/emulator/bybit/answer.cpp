#include "emulator/bybit/answer.hpp"

#include "emulator/bybit/json_writer.hpp"

namespace kontor::emulator::bybit {

std::string envelope(const Answer& answer, TimeNs server_time) {
  JsonWriter out;
  out.begin_object()
      .field_number("retCode", answer.code)
      .field("retMsg", answer.message)
      .field_raw("result", answer.result)
      .field_raw("retExtInfo", answer.extension)
      .field_number("time", milliseconds_of(server_time))
      .end_object();
  return std::move(out).take();
}

}  // namespace kontor::emulator::bybit
