#!/usr/bin/env python3
"""Self-test of scripts/tidy.py: every rule must fire on code that breaks it and stay silent on code that keeps it."""

import unittest

import tidy
from tidy_rules import rooms, shape, table
from tidy_rules.source import Source, scan

HEADER = "#pragma once\n"


def rules(path, text, files=None):
    """The rules that `text` at `path` breaks; `files` are others in the tree."""
    tree = {path: text} | (files or {})
    return [violation.rule for violation in tidy.check(tree) if violation.path == path]


class EdgesTest(unittest.TestCase):
    def including(self, path, header):
        return rules(path, f'{HEADER}#include "{header}"\n', files={f"src/{header}": HEADER})

    def test_edges_of_the_house_are_open(self):
        for path, header in [
            ("src/model/a.hpp", "base/result.hpp"),
            ("src/engine/a.hpp", "strategy/strategy.hpp"),
            ("src/engine/a.hpp", "portfolio/ledger.hpp"),
            ("src/engine/a.hpp", "base/result.hpp"),
            ("src/risk/a.hpp", "execution/order_manager.hpp"),
            ("src/research/a.hpp", "venue/sim/matching.hpp"),
            ("src/research/a.hpp", "data/catalogue.hpp"),
            ("src/venue/binance/a.hpp", "net/http.hpp"),
            ("src/api/a.hpp", "engine/view.hpp"),
            ("apps/kontor/a.hpp", "research/runner.hpp"),
            ("apps/kontor/a.hpp", "venue/binance/adapter.hpp"),
        ]:
            with self.subTest(path=path, header=header):
                self.assertEqual(self.including(path, header), [])

    def test_every_other_edge_is_refused(self):
        for path, header in [
            ("src/base/a.hpp", "model/order.hpp"),
            ("src/model/a.hpp", "engine/state.hpp"),
            ("src/strategy/a.hpp", "risk/limits.hpp"),
            ("src/portfolio/a.hpp", "execution/order_manager.hpp"),
            ("src/engine/a.hpp", "journal/writer.hpp"),
            ("src/engine/a.hpp", "net/http.hpp"),
            ("src/engine/a.hpp", "venue/venue.hpp"),
            ("src/engine/a.hpp", "api/server.hpp"),
            ("src/engine/a.hpp", "data/catalogue.hpp"),
            ("src/venue/sim/a.hpp", "net/http.hpp"),
            ("src/venue/sim/a.hpp", "engine/engine.hpp"),
            ("src/venue/binance/a.hpp", "venue/bybit/parse.hpp"),
            ("src/venue/binance/a.hpp", "venue/sim/matching.hpp"),
            ("src/venue/a.hpp", "venue/sim/matching.hpp"),
            ("src/api/a.hpp", "engine/engine.hpp"),
            ("src/data/a.hpp", "engine/engine.hpp"),
        ]:
            with self.subTest(path=path, header=header):
                self.assertEqual(self.including(path, header), ["room-edge"])

    def test_a_room_that_nobody_drew_is_refused(self):
        self.assertEqual(rules("src/misc/a.hpp", HEADER), ["room-edge"])

    def test_edges_hold_for_unit_tests_too(self):
        self.assertEqual(
            rules("src/model/a_test.cpp", '#include "engine/a.hpp"\n', files={"src/engine/a.hpp": HEADER}), ["room-edge"]
        )

    def test_the_table_itself_has_no_cycles(self):
        self.assertEqual(rooms.table_cycles(), [])

    def test_a_cycle_in_the_table_is_seen(self):
        drawn = table.EDGES["base"]
        try:
            table.EDGES["base"] = ("model",)
            self.assertIn("base", rooms.table_cycles())
        finally:
            table.EDGES["base"] = drawn

    def test_a_cycle_of_files_is_reported_once_with_its_path(self):
        files = {
            "src/model/a.hpp": HEADER + '#include "model/b.hpp"\n',
            "src/model/b.hpp": HEADER + '#include "model/c.hpp"\n',
            "src/model/c.hpp": HEADER + '#include "model/a.hpp"\n',
        }
        found = tidy.check(files)
        self.assertEqual([(found[0].path, found[0].rule)], [("src/model/a.hpp", "include-cycle")])
        self.assertEqual(len(found), 1)
        self.assertIn("src/model/b.hpp -> src/model/c.hpp -> src/model/a.hpp", found[0].message)


class IncludesTest(unittest.TestCase):
    def test_fences(self):
        for path, header, fenced in [
            ("src/engine/a.hpp", "boost/asio.hpp", True),
            ("src/net/a.hpp", "boost/beast/core.hpp", False),
            ("src/research/a.hpp", "CLI/CLI.hpp", True),
            ("apps/kontor/a.hpp", "CLI/CLI.hpp", False),
            ("src/data/catalogue.hpp", "simdjson.h", True),
            ("src/data/importers/recording.hpp", "simdjson.h", False),
            ("src/venue/bybit/parse.hpp", "simdjson.h", False),
            ("src/venue/bybit/rest.hpp", "simdjson.h", True),
            ("src/research/analysis.cpp", "boost/json.hpp", True),
            ("src/research/analysis_json.cpp", "boost/json/value.hpp", False),
            ("src/research/runner.cpp", "toml++/toml.h", True),
            ("src/research/config_reader.cpp", "toml++/toml.h", False),
            ("src/data/check.cpp", "curl/curl.h", True),
            ("src/data/fetch.cpp", "curl/curl.h", False),
            ("src/research/a.cpp", "zstd.h", True),
            ("src/data/a.cpp", "zstd.h", False),
            ("src/research/a.cpp", "torch/torch.h", True),
            ("src/model/a.cpp", "gtest/gtest.h", True),
            ("src/model/a_test.cpp", "gmock/gmock.h", False),
            ("src/research/a.cpp", "benchmark/benchmark.h", True),
        ]:
            with self.subTest(path=path, header=header):
                prefix = HEADER if path.endswith(".hpp") else ""
                self.assertEqual(rules(path, f"{prefix}#include <{header}>\n"), ["fence"] if fenced else [])

    def test_quotes_are_for_paths_from_src(self):
        self.assertEqual(rules("src/data/a.hpp", HEADER + '#include "b.hpp"\n', files={"src/data/b.hpp": HEADER}), ["include-name"])
        self.assertEqual(
            rules("src/data/a.hpp", HEADER + "#include <data/b.hpp>\n", files={"src/data/b.hpp": HEADER}), ["include-name"]
        )
        self.assertEqual(rules("src/data/a.hpp", HEADER + '#include "zlib.h"\n'), ["include-name"])

    def test_the_own_header_comes_first(self):
        files = {"src/data/a.hpp": HEADER, "src/data/b.hpp": HEADER}
        second = '#include "data/b.hpp"\n#include "data/a.hpp"\n'
        self.assertEqual(rules("src/data/a.cpp", second, files=files), ["own-header"])
        self.assertEqual(rules("src/data/a_test.cpp", second, files=files), ["own-header"])
        self.assertEqual(rules("src/data/a_test.cpp", second, files=files | {"src/data/a.cpp": '#include "data/a.hpp"\n'}), [])
        self.assertEqual(rules("src/data/a.cpp", '#include "data/a.hpp"\n#include <map>\n', files=files), [])

    def test_shipped_code_includes_no_test_support(self):
        files = {"tests/support/data.hpp": HEADER}
        self.assertIn("test-include", rules("src/data/a.hpp", HEADER + '#include "tests/support/data.hpp"\n', files=files))
        self.assertEqual(rules("src/data/a_test.cpp", '#include "tests/support/data.hpp"\n', files=files), [])

    def test_an_include_in_a_comment_is_none(self):
        self.assertEqual(rules("src/engine/a.hpp", HEADER + '// #include "net/http.hpp"\n/*\n#include <thread>\n*/\n'), [])


class DeterminismTest(unittest.TestCase):
    def broken(self, code, path="src/engine/a.cpp"):
        return rules(path, code)

    def test_banned_tokens(self):
        for rule, code in [
            ("clock", "auto f() { return std::chrono::system_clock::now(); }"),
            ("clock", "auto f() { return std::time(nullptr); }"),
            ("clock", "void f() { timespec t; clock_gettime(CLOCK_REALTIME, &t); }"),
            ("random", "void f() { std::random_device device; }"),
            ("random", "int f() { return rand(); }"),
            ("random", "void f(G& g) { std::normal_distribution<> d; }"),
            ("random", "void f(V& v, G& g) { std::ranges::shuffle(v, g); }"),
            ("thread", "void f() { std::jthread t([] {}); }"),
            ("thread", "void f(M& m) { std::scoped_lock lock(m); }"),
            ("thread", "struct A { std::atomic<int> count; };"),
            ("environment", 'auto f() { return std::getenv("HOME"); }'),
            ("file", 'void f() { std::ifstream in("a"); }'),
            ("file", 'bool f() { return std::filesystem::exists("a"); }'),
            ("file", 'void f() { std::cout << "a"; }'),
            ("file", 'int f() { return ::open("a", 0); }'),
            ("socket", "int f() { return ::socket(1, 2, 3); }"),
            ("clock", "#include <ctime>\n"),
            ("thread", "#include <mutex>\n"),
            ("file", "#include <fstream>\n"),
            ("socket", "#include <sys/socket.h>\n"),
            ("random", "#include <sys/random.h>\n"),
        ]:
            with self.subTest(code=code):
                self.assertEqual(self.broken(code), [rule])

    def test_words_of_the_domain_are_not_banned(self):
        for code in [
            "Price open() const { return open_; }",
            "void f(Bar& bar) { bar.open(); session.connect(); time(bar); }",
            "// std::thread and std::ifstream in a comment\n",
            'auto f() { return "std::random_device"; }',
            "int operand(int x) { return x; }",
            "TimePoint ts_clock;",
        ]:
            with self.subTest(code=code):
                self.assertNotIn("clock", self.broken(code, "src/model/a.cpp"))
                self.assertEqual([r for r in self.broken(code) if r != "mutable-static"], [])

    def test_only_deterministic_rooms_are_held(self):
        code = "void f() { std::jthread t([] {}); }"
        for path in ["src/data/a.cpp", "src/research/a.cpp", "src/base/log.cpp", "src/base/ring_queue.hpp", "apps/kontor/a.cpp"]:
            with self.subTest(path=path):
                prefix = HEADER if path.endswith(".hpp") else ""
                self.assertEqual(self.broken(prefix + code, path), [])
        for room in table.DETERMINISTIC_ROOMS:
            with self.subTest(room=room):
                self.assertEqual(self.broken(code, f"src/{room}/a.cpp"), ["thread"])

    def test_walks_over_unordered_containers(self):
        declared = "std::unordered_map<int, std::pair<int, int>> orders_;\n"
        for walk in [
            "for (const auto& [id, order] : orders_) use(order);",
            "for (auto& order : state.orders_) use(order);",
            "use(orders_.begin());",
            "std::ranges::sort(orders_);",
        ]:
            with self.subTest(walk=walk):
                code = f"struct A {{ {declared} void f() {{ {walk} }} }};"
                self.assertEqual(self.broken(code), ["unordered-iteration"])
        self.assertEqual(self.broken(f"struct A {{ {declared} void f() {{ orders_.find(1); }} }};"), [])
        alias = "using Index = std::unordered_set<int>;\nstruct A { Index ids; int f() { for (int id : ids) use(id); return 0; } };"
        self.assertEqual(self.broken(alias), ["unordered-iteration"])

    def test_a_member_of_the_own_header_is_known_in_the_source(self):
        files = {"src/engine/a.hpp": HEADER + "struct A { std::unordered_map<int, int> index; void f(); };\n"}
        code = '#include "engine/a.hpp"\nvoid A::f() { for (auto& x : index) use(x); }\n'
        self.assertEqual(rules("src/engine/a.cpp", code, files=files), ["unordered-iteration"])

    def test_order_by_pointer(self):
        for code in [
            "struct A { std::map<Order*, int> m; };",
            "struct A { std::set<const model::Order*> m; };",
            "struct A { std::unordered_map<Order*, int> m; };",
            "struct A { std::map<std::shared_ptr<Order>, int> m; };",
            "auto f(Order* o) { return reinterpret_cast<std::uintptr_t>(o); }",
        ]:
            with self.subTest(code=code):
                self.assertEqual(self.broken(code), ["pointer-order"])
        self.assertEqual(self.broken("struct A { std::map<OrderId, Order*> m; };"), [])

    def test_mutable_statics(self):
        for code in [
            "int f() { static int count = 0; return ++count; }",
            "int f() { static std::array<int, 2> seen{}; return seen[0]; }",
            "static int count = 0;",
            "namespace a { int count{0}; }",
            "namespace { std::vector<int> cache; }",
            "struct A { static int count; };",
            "struct A { static inline int count = 0; };",
            'void f() { static const char* name = "a"; }',
        ]:
            with self.subTest(code=code):
                self.assertEqual(self.broken(code), ["mutable-static"])
        for code in [
            "int f() { static const int limit = 3; return limit; }",
            "static constexpr std::array<int, 2> table = {1, 2};",
            "constexpr int limit = 3;",
            "inline constexpr std::string_view name = \"a\";",
            "static int helper(int x) { return x; }",
            "struct A { static A create(int x); static constexpr int limit = 2; int member = 0; };",
            "using Table = std::array<int, 2>;",
            "extern template class Foo<int>;",
            "enum class Kind : int { a, b };",
            "static_assert(sizeof(int) == 4);",
            "template <typename T> concept Number = std::integral<T>;",
            "const char* const name = \"a\";",
        ]:
            with self.subTest(code=code):
                self.assertEqual(self.broken(code), [])

    def test_doubles_in_exact_rooms(self):
        for room in table.EXACT_ROOMS:
            self.assertIn("double", self.broken("struct A { double price; };", f"src/{room}/a.cpp"))
        self.assertIn("double", self.broken("auto f() { return 0.5; }", "src/risk/a.cpp"))
        self.assertIn("double", self.broken("auto f() { return 1e-9; }", "src/risk/a.cpp"))
        self.assertEqual(self.broken("struct A { double ratio; };  // analytics", "src/risk/a.cpp"), [])
        self.assertEqual(self.broken("// analytics: a ratio\ndouble f(int a);", "src/risk/a.cpp"), [])
        self.assertEqual(self.broken("double f(int a,\n         int b);  // analytics", "src/risk/a.cpp"), [])
        self.assertEqual(self.broken("int f() { return 1'000; }  // half: 0.5", "src/risk/a.cpp"), [])
        self.assertEqual(self.broken("struct A { double value; };", "src/strategy/a.cpp"), [])
        self.assertEqual(self.broken("struct A { double value; };", "src/risk/a_test.cpp"), [])

    def test_singletons_in_any_room(self):
        for code in [
            "struct A { static A& instance(); };",
            "struct A { static A& get_instance() { return *p; } };",
            "Registry& registry() { static Registry all; return all; }",
        ]:
            with self.subTest(code=code):
                self.assertIn("singleton", self.broken(code, "src/data/a.cpp"))
        self.assertEqual(self.broken("const Registry& builtin() { static const Registry all; return all; }", "src/data/a.cpp"), [])


class ShapeTest(unittest.TestCase):
    def test_file_length(self):
        lines = "int f();\n" * (table.FILE_LINES - 1)
        self.assertEqual(rules("src/data/a.hpp", HEADER + lines), [])
        self.assertEqual(rules("src/data/a.hpp", HEADER + lines + "int g();\n"), ["file-length"])
        top = "// tidy: " + "allow(file-length): one table of a protocol\n"
        self.assertEqual(rules("src/data/a.hpp", top + HEADER + lines + "int g();\n"), [])

    def test_function_length(self):
        def function(lines):
            return "int f() {\n" + "  step();\n" * (lines - 2) + "}\n"

        self.assertEqual(rules("src/data/a.cpp", function(table.FUNCTION_LINES)), [])
        self.assertEqual(rules("src/data/a.cpp", function(table.FUNCTION_LINES + 1)), ["function-length"])
        inside = "namespace a {\nclass B {\n public:\n" + function(table.FUNCTION_LINES + 1) + "};\n}\n"
        self.assertEqual(rules("src/data/a.cpp", inside), ["function-length"])
        data = "constexpr int t[] = {\n" + "  1,\n" * 100 + "};\n"
        self.assertEqual(rules("src/data/a.cpp", data), [])

    def test_names_of_files(self):
        self.assertEqual(rules("src/data/Catalogue.cpp", ""), ["file-name"])
        self.assertEqual(rules("src/data/a-b.cpp", ""), ["file-name"])

    def test_pragma_once(self):
        self.assertEqual(rules("src/data/a.hpp", "#ifndef A\n#define A\n#endif\n"), ["pragma-once"])
        self.assertEqual(rules("src/data/a.hpp", "// What this is.\n#pragma once\n"), [])

    def test_words_and_paths(self):
        for text, rule in [
            ("// TO" + "DO: later\n", "left-over"),
            ("// FIX" + "ME\n", "left-over"),
            ("// not " + "implemented\n", "left-over"),
            ("open('/" + "tmp/x')\n", "machine-path"),
            ("see /" + "home/someone/notes\n", "machine-path"),
            ("cd /" + "work/kontor\n", "machine-path"),
        ]:
            with self.subTest(text=text):
                self.assertEqual([v.rule for v in tidy.check({"docs/a.md": text})], [rule])
        self.assertEqual(tidy.check({"docs/a.md": "https://example.org/work/a and mktemp /var/x.XXXXXX\n"}), [])

    def test_tests_that_cannot_fail(self):
        for line in ["EXPECT_TRUE(true);", "TEST(A, DISABLED_b) {}", "SUCCEED();"]:
            with self.subTest(line=line):
                self.assertEqual(rules("src/data/a_test.cpp", line), ["empty-test"])

    def test_suppressions_name_check_and_reason(self):
        bare = "int x;  // NOLINT\n"
        full = "int x;  // NOLINT" + "(misc-x): the C interface wants it\n"
        self.assertEqual(rules("src/data/a.cpp", bare), ["suppression"])
        self.assertEqual(rules("src/data/a.cpp", full), [])

    def test_required_files(self):
        missing = [violation.path for violation in shape.check_required({"run"})]
        self.assertIn("CHANGELOG.md", missing)
        self.assertNotIn("run", missing)


class EscapeTest(unittest.TestCase):
    CODE = "void f() { std::jthread t([] {}); }"

    def escaped(self, comment, before=True):
        text = f"// tidy: {comment}\n{self.CODE}\n" if before else f"{self.CODE}  // tidy: {comment}\n"
        return rules("src/engine/a.cpp", text)

    def test_an_escape_with_a_reason_holds(self):
        self.assertEqual(self.escaped("allow(thread): joined before the call returns"), [])
        self.assertEqual(self.escaped("allow(thread): joined before the call returns", before=False), [])

    def test_an_escape_without_a_reason_does_not(self):
        self.assertEqual(sorted(self.escaped("allow(thread)")), ["escape", "thread"])
        self.assertEqual(sorted(self.escaped("allow(thread):")), ["escape", "thread"])
        self.assertEqual(sorted(self.escaped("allow: because")), ["escape", "thread"])

    def test_an_escape_for_another_rule_does_not(self):
        self.assertEqual(sorted(self.escaped("allow(clock): stamped outside")), ["escape", "thread"])
        self.assertEqual(sorted(self.escaped("allow(thraed): typing error")), ["escape", "thread"])

    def test_an_escape_that_nothing_needs_is_reported(self):
        self.assertEqual(rules("src/engine/a.cpp", "// tidy: " + "allow(thread): once needed\nint f();\n"), ["escape"])

    def test_an_escape_covers_its_own_statement_only(self):
        text = "// tidy: " + f"allow(thread): joined\n{self.CODE}\nint g();\n{self.CODE}\n"
        self.assertEqual(rules("src/engine/a.cpp", text), ["thread"])


class ScannerTest(unittest.TestCase):
    def test_functions_and_other_brackets_are_told_apart(self):
        code = Source(
            "a.cpp",
            """
namespace a {
class B : public C {
 public:
  explicit B(int x) : x_(x), y_{2} { use('{'); }
  template <typename T>
  auto f(T t = {}) const noexcept -> std::map<int, int> { return {}; }
  B& operator=(const B& other) { return *this; }
 private:
  int x_{1};
};
enum class E { a, b };
constexpr int t[] = {1, 2};
TEST(A, b) { auto f = [] { return "}"; }; }
}
""",
        ).code
        functions, declarations = scan(code)
        self.assertEqual([function.name for function in functions], ["B", "f", "operator=", "TEST(A, b)"])
        self.assertIn("int x_{1}", [declaration.text for declaration in declarations])

    def test_every_rule_is_listed_once(self):
        families = [rooms.RULES, tidy.determinism.RULES, shape.RULES, tidy.ESCAPE_RULES]
        self.assertEqual(len(tidy.RULES), sum(len(family) for family in families))


if __name__ == "__main__":
    unittest.main()
