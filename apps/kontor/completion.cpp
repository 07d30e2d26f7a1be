#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"

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

/// The command path is what stands before the cursor without options: at most two words deep.
constexpr std::string_view kBash = R"sh(# bash completion of kontor: eval "$(kontor completion bash)"
_kontor() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" path="" words="" word depth=0
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in
      -*) ;;
      *) if [ $depth -lt 2 ] && _kontor_known "${{path:+$path }}$word"; then path="${{path:+$path }}$word"; depth=$((depth + 1)); fi ;;
    esac
  done
  case "$path" in
{0}  esac
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
    if (*shell == "zsh") fmt::print("autoload -U +X bashcompinit && bashcompinit\n");
    fmt::print(kBash, cases(nodes), known_paths(nodes));
    return 0;
  });
}

}  // namespace kontor::app
