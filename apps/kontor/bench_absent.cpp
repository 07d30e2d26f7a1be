// Stands in for bench.cpp where a build has no benchmarks, so that nobody takes figures from such a build.

#include "command.hpp"

namespace kontor::app {

void add_bench(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(parent, "bench", "Measure how fast this build is (release builds only)",
                                  "  kontor bench            needs a build of the preset 'release'\n");
  set_action(*command, globals, []() -> Result<int> {
    return fail(ErrorKind::usage, "expected a build of the preset 'release', found one without benchmarks");
  });
}

}  // namespace kontor::app
