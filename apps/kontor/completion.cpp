#include <algorithm>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "base/log_settings.hpp"
#include "command.hpp"
#include "data/import_format.hpp"
#include "research/run_text.hpp"
#include "strategy/indicators/registry.hpp"
#include "strategy/strategy.hpp"

namespace kontor::app {
namespace {

/// One command with everything that may follow it.
struct Node {
  std::string path;  ///< `data import`; empty for the program itself
  std::vector<std::string> words;
};

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

void collect(const CLI::App& app, const std::string& path, std::vector<Node>& nodes) {
  Node node{path, {}};
  for (const CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; })) {
    node.words.push_back(below->get_name());
    collect(*below, path.empty() ? below->get_name() : path + " " + below->get_name(), nodes);
  }
  const auto options = option_names(app);
  node.words.insert(node.words.end(), options.begin(), options.end());
  nodes.push_back(std::move(node));
}

std::string cases(const std::vector<Node>& nodes) {
  std::string text;
  for (const auto& node : nodes)
    text += fmt::format("    \"{}\") words=\"{}\" ;;\n", node.path, fmt::join(node.words, " "));
  return text;
}

/// The command path is what stands before the cursor without options: at most two words deep. The word before
/// decides where it is an option with known values, then the command, then what begins the word itself.
constexpr std::string_view kBash = R"sh(# bash completion of kontor: eval "$(kontor completion bash)"
_kontor() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" path="" words="" word depth=0
  COMPREPLY=()
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in
      -*) ;;
      *) if [ $depth -lt 2 ] && _kontor_known "${{path:+$path }}$word"; then path="${{path:+$path }}$word"; depth=$((depth + 1)); fi ;;
    esac
  done
  case "$path $previous" in
    "data fetch --kind") words="bar trade funding" ;;
    "data synthesize --kind") words="bar trade quote book" ;;
    *" --kind") words="bar trade quote book funding" ;;
    *" --format") words="{2}" ;;
    *" --market") words="spot futures" ;;
    *" --timeframe") words="1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w" ;;
    *" --sort") words="{3}" ;;
    *" --level") words="{6}" ;;
    *" --component") words="{7}" ;;
    *" --log-level") words="{6} $(printf '%s= ' {7})" ;;
    *" --store"|*" --runs"|*" --out"|*" -o"|*" --cache") COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); return; fi
  case "$path" in
{0}  esac
  case "$current" in
    -*) ;;
    *) case "$path" in
      "backtest"|"preflight") COMPREPLY=($(compgen -f -X '!*.toml' -- "$current") $(compgen -d -- "$current")); return ;;
      "data import") COMPREPLY=($(compgen -f -- "$current")); return ;;
      "strategies") words="{4}" ;;
      "indicator") words="{5}" ;;
      "completion") words="bash zsh" ;;
      "report"|"runs show"|"runs compare") words="latest $("${{COMP_WORDS[0]}}" -q runs 2>/dev/null | awk 'NR > 1 {{ print $1 }}')" ;;
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ ${{#COMPREPLY[@]}} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}}
_kontor_known() {{
  case "$1" in
    {1}) return 0 ;;
  esac
  return 1
}}
complete -o filenames -F _kontor kontor
)sh";

/// zsh has `complete` only after both of these.
constexpr std::string_view kZshPrologue =
    "autoload -U compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n";

/// What `names` yields, by spaces.
template <class Range, class Name>
std::string joined(const Range& range, Name&& name) {
  std::string text;
  for (const auto& element : range) text += fmt::format("{}{}", text.empty() ? "" : " ", name(element));
  return text;
}

std::string format_words() {
  std::string text = data::format_names();
  std::erase(text, ',');
  return text;
}

std::string known_paths(const std::vector<Node>& nodes) {
  std::vector<std::string> quoted;
  for (const auto& node : nodes) {
    if (!node.path.empty()) quoted.push_back("\"" + node.path + "\"");
  }
  return fmt::format("{}", fmt::join(quoted, "|"));
}

}  // namespace

void add_completion(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(parent, "completion", "Print a completion script for bash or zsh",
                                  "  eval \"$(kontor completion bash)\"     in ~/.bashrc\n"
                                  "  eval \"$(kontor completion zsh)\"      in ~/.zshrc\n");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
  set_action(*command, globals, [shell, &parent]() -> Result<int> {
    std::vector<Node> nodes;
    collect(parent, "", nodes);
    std::reverse(nodes.begin(), nodes.end());
    if (*shell == "zsh") fmt::print("{}", kZshPrologue);
    fmt::print(kBash, cases(nodes), known_paths(nodes), format_words(),
               "id " + joined(research::sortable_figures(), std::identity()),
               joined(strategy::builtin_strategies(), [](const auto& known) { return known.name; }),
               joined(strategy::indicators::descriptors(), [](const auto& known) { return known.name; }),
               log_level_names(), log_component_names());
    return 0;
  });
}

}  // namespace kontor::app
