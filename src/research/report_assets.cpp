#include "research/report_assets.hpp"

// The assembler reads the file as it is: a C array of its size would take the compiler seconds and gigabytes.
// The build names the file and rebuilds this source when it changes.
asm(R"(
  .section .rodata
  .balign 16
  .global kontor_report_begin
  .hidden kontor_report_begin
  .global kontor_report_end
  .hidden kontor_report_end
kontor_report_begin:
  .incbin ")" KONTOR_REPORT_TEMPLATE R"("
kontor_report_end:
  .byte 0
  .text
)");

extern "C" {
extern const char kontor_report_begin[];
extern const char kontor_report_end[];
}

namespace kontor::research {

std::string_view report_template() noexcept {
  return {kontor_report_begin, static_cast<std::size_t>(kontor_report_end - kontor_report_begin)};
}

}  // namespace kontor::research
