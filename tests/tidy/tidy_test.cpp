// A unit test of the source tree: each rule is tried on small texts that obey and break it, then
// all of them are run over the project itself.
#include <gtest/gtest.h>

#include <string>

#include "tidy/rules.hpp"

namespace rung::tidy {
namespace {

using Rule = void (*)(const Source&, Violations&);

Violations broken(Rule rule, const std::string& path, const std::string& content) {
  Violations out;
  rule(make_source(path, content), out);
  return out;
}

bool obeys(Rule rule, const std::string& path, const std::string& content) {
  return broken(rule, path, content).empty();
}

TEST(Tree, obeys_every_rule) {
  const std::vector<Source> sources = read_tree(RUNG_SOURCE_DIR);
  ASSERT_GT(sources.size(), 20U);
  Violations out;
  for (const Source& source : sources) check_all_rules(source, out);
  EXPECT_TRUE(out.empty()) << out.size() << " broken rules:\n" << to_string(out);
}

TEST(IncludeArrows, downward_includes_pass) {
  EXPECT_TRUE(obeys(check_include_arrows, "src/engine/wire/a.cpp",
                    "#include \"engine/wire/a.hpp\"\n#include <span>\n"
                    "#include \"engine/base/bytes.hpp\"\n#include <openssl/md5.h>\n"));
  EXPECT_TRUE(obeys(check_include_arrows, "src/engine/net/a.cpp",
                    "#include \"engine/wire/net_headers.hpp\"\n"));
  EXPECT_TRUE(
      obeys(check_include_arrows, "src/engine/net/a.cpp", "#include \"engine/wire/m3ua.hpp\"\n"));
  EXPECT_TRUE(obeys(check_include_arrows, "src/main.cpp",
                    "#include \"options.hpp\"\n#include \"checks/report.hpp\"\n"));
}

TEST(IncludeArrows, an_upward_include_is_reported_with_its_line) {
  const Violations v = broken(check_include_arrows, "src/engine/wire/a.cpp",
                              "\n  # include \"engine/ladder/ladder.hpp\"\n");
  ASSERT_EQ(v.size(), 1U);
  EXPECT_EQ(v[0].line, 2U);
  EXPECT_NE(v[0].advice.find("engine/ladder/ladder.hpp"), std::string::npos);
  EXPECT_NE(to_string(v).find("src/engine/wire/a.cpp:2: "), std::string::npos);
}

struct ForbiddenArrow {
  const char* path;
  const char* include;
};

class ForbiddenArrows : public testing::TestWithParam<ForbiddenArrow> {};

TEST_P(ForbiddenArrows, are_reported) {
  const std::string line = std::string("#include \"") + GetParam().include + "\"\n";
  EXPECT_EQ(broken(check_include_arrows, GetParam().path, line).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    DesignSection2, ForbiddenArrows,
    testing::Values(ForbiddenArrow{"src/engine/base/a.hpp", "engine/wire/sip_view.hpp"},
                    ForbiddenArrow{"src/engine/net/a.cpp", "engine/wire/sip_view.hpp"},
                    ForbiddenArrow{"src/engine/ue/a.cpp", "engine/wire/rp.hpp"},
                    ForbiddenArrow{"src/engine/party/a.cpp", "engine/ladder/a.hpp"},
                    ForbiddenArrow{"src/engine/ladder/a.cpp", "engine/net/transport.hpp"},
                    ForbiddenArrow{"src/engine/ladder/a.cpp", "checks/rules.hpp"},
                    ForbiddenArrow{"src/engine/load/a.cpp", "checks/rules.hpp"},
                    ForbiddenArrow{"src/engine/load/a_test.cpp", "gateway/gateway.hpp"},
                    ForbiddenArrow{"src/gateway/a.cpp", "engine/ladder/a.hpp"},
                    ForbiddenArrow{"src/gateway/a.cpp", "engine/ue/a.hpp"},
                    ForbiddenArrow{"src/checks/a.cpp", "engine/load/a.hpp"},
                    ForbiddenArrow{"src/observe/a.cpp", "engine/ladder/a.hpp"},
                    ForbiddenArrow{"src/checks/a.cpp", "options.hpp"},
                    ForbiddenArrow{"src/engine/wire/a.cpp", "rp.hpp"},
                    ForbiddenArrow{"src/engine/wire/a.cpp", "../base/bytes.hpp"},
                    ForbiddenArrow{"src/engine/newcomer/a.cpp", "engine/base/bytes.hpp"}));

TEST(IncludeArrows, an_include_in_a_comment_does_not_count) {
  EXPECT_TRUE(obeys(check_include_arrows, "src/engine/base/a.hpp",
                    "// #include \"engine/load/worker.hpp\"\n"
                    "/*\n#include \"engine/load/worker.hpp\"\n*/\n"));
}

TEST(IncludeArrows, a_project_header_in_angle_brackets_is_reported) {
  EXPECT_FALSE(
      obeys(check_include_arrows, "src/engine/wire/a.cpp", "#include <engine/base/bytes.hpp>\n"));
}

TEST(TestOnly, is_a_header_that_tests_alone_reach) {
  const auto include = [](const std::string& name) { return "#include \"" + name + "\"\n"; };
  std::vector<Source> sources = {
      make_source("src/engine/wire/a.hpp", ""),
      make_source("src/engine/wire/a.cpp", include("engine/wire/a.hpp")),
      make_source("src/engine/wire/a_test.cpp",
                  include("engine/wire/a.hpp") + include("engine/wire/golden.hpp")),
      make_source("src/engine/wire/golden.hpp", include("engine/wire/golden_line.hpp")),
      make_source("src/engine/wire/golden_line.hpp", ""),
      make_source("src/engine/wire/nobody.hpp", ""),
  };

  mark_test_only(sources);

  const bool expected[] = {false, false, true, true, true, false};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    EXPECT_EQ(sources[i].test_only, expected[i]) << sources[i].path;
  }
}

TEST(IncludeArrows, scenarios_hold_no_code) {
  EXPECT_TRUE(obeys(check_include_arrows, "src/scenarios/a.hpp", "#include <span>\n"));
  EXPECT_FALSE(obeys(check_include_arrows, "src/scenarios/a.cpp", "int x;\n"));
}

TEST(TransportTokens, stay_in_the_transports) {
  const std::string line = "io_uring_queue_init(8, &ring, 0);\n";
  EXPECT_TRUE(obeys(check_transport_tokens, "src/engine/net/a.cpp", line));
  EXPECT_FALSE(obeys(check_transport_tokens, "src/engine/net/a.hpp", line));
  EXPECT_FALSE(obeys(check_transport_tokens, "src/engine/load/a.cpp", line));
  EXPECT_FALSE(obeys(check_transport_tokens, "src/gateway/a.cpp", "rte_mbuf* m;\n"));
  EXPECT_FALSE(obeys(check_transport_tokens, "src/gateway/a.cpp", "#include <liburing.h>\n"));
  EXPECT_FALSE(obeys(check_transport_tokens, "src/gateway/a.cpp", "#include <usrsctp.h>\n"));
}

TEST(TransportTokens, are_whole_prefixes_outside_texts) {
  EXPECT_TRUE(obeys(check_transport_tokens, "src/doctor.cpp",
                    "read(\"/proc/sys/kernel/io_uring_disabled\"); int sorte_x; // rte_mbuf\n"));
}

class HotPathBans : public testing::TestWithParam<const char*> {};

TEST_P(HotPathBans, are_reported_where_the_path_is_hot_and_nowhere_else) {
  const std::string line = std::string(GetParam()) + "\n";
  for (const char* path : {"src/engine/wire/a.cpp", "src/engine/ladder/player.cpp",
                           "src/engine/ladder/transaction_table.hpp",
                           "src/engine/load/worker_loop.cpp", "src/engine/net/a.hpp"}) {
    EXPECT_FALSE(obeys(check_hot_path, path, line)) << path << ": " << line;
  }
  for (const char* path : {"src/checks/a.cpp", "src/engine/ladder/reader.cpp",
                           "src/engine/wire/a_test.cpp", "tests/sim/a.cpp"}) {
    EXPECT_TRUE(obeys(check_hot_path, path, line)) << path << ": " << line;
  }
}

INSTANTIATE_TEST_SUITE_P(StyleGuide22, HotPathBans,
                         testing::Values("std::function<void()> f;", "std::map<int, int> m;",
                                         "std::unordered_map<A, B> m;", "std::shared_ptr<A> a;",
                                         "std::string s(x);", "auto s = std::to_string(5);",
                                         "auto* p = new A;", "void* p = malloc(5);",
                                         "std::mutex m;", "std::lock_guard lock(m);",
                                         "throw Bad{};", "clock_gettime(CLOCK_REALTIME, &t);",
                                         "auto t = std::chrono::steady_clock::now();",
                                         "printf(\"x\");", "std::cerr << 1;",
                                         "auto s = fmt::format(\"x\");"));

TEST(HotPathBans, say_what_to_use_instead) {
  const Violations v = broken(check_hot_path, "src/engine/wire/a.cpp", "\nstd::mutex m;\n");
  ASSERT_EQ(v.size(), 1U);
  EXPECT_EQ(v[0].line, 2U);
  EXPECT_NE(v[0].advice.find("single writer"), std::string::npos);
}

TEST(HotPathBans, leave_views_comments_texts_and_placement_alone) {
  EXPECT_TRUE(obeys(check_hot_path, "src/engine/wire/a.cpp",
                    "std::string_view s = \"throw new std::string\";  // malloc(), new ideas\n"
                    "auto* a = ::new (buffer) A;\nTime renewed = arrival_time(t);\n"
                    "auto news = newest; constexpr int throwaway = 1;\n"));
}

TEST(HotPathBans, spare_functions_that_fail_with_a_sentence) {
  const std::string body = " {\n  a = new A;\n  throw fmt::format(\"x\");\n}\n";
  EXPECT_TRUE(obeys(check_hot_path, "src/engine/net/a.cpp",
                    "Result<A, NetError> A::open(const Options& o)" + body));
  EXPECT_EQ(broken(check_hot_path, "src/engine/net/a.cpp",
                   "NetError check(int x)" + body + "void A::send()" + body)
                .size(),
            3U);
}

TEST(HotPathBans, only_the_clock_reads_the_clock) {
  const std::string line = "clock_gettime(CLOCK_MONOTONIC, &t);\n";
  EXPECT_TRUE(obeys(check_hot_path, "src/engine/net/clock.cpp", line));
  EXPECT_FALSE(obeys(check_hot_path, "src/engine/net/udp.cpp", line));
}

TEST(Layout, lines_end_at_column_100) {
  EXPECT_TRUE(obeys(check_layout, "src/a.cpp", std::string(100, 'x') + "\n"));
  EXPECT_FALSE(obeys(check_layout, "src/a.cpp", std::string(101, 'x') + "\n"));
  EXPECT_FALSE(obeys(check_layout, "scripts/demo", std::string(101, 'x') + "\n"));
}

TEST(Layout, columns_are_characters) {
  std::string line;
  for (int i = 0; i < 100; ++i) line += "\u00e9";
  EXPECT_TRUE(obeys(check_layout, "src/a.cpp", line + "\n"));
}

TEST(Layout, no_tabs_and_no_blanks_at_line_ends) {
  EXPECT_FALSE(obeys(check_layout, "src/a.cpp", "\tint x;\n"));
  EXPECT_FALSE(obeys(check_layout, "src/a.cpp", "int x; \n"));
  EXPECT_FALSE(obeys(check_layout, "src/a.cpp", "int x;\r\n"));
}

TEST(FileLength, is_600_lines_except_for_tables) {
  std::string lines;
  for (int i = 0; i < 600; ++i) lines += "x\n";
  EXPECT_TRUE(obeys(check_file_length, "src/a.cpp", lines));
  EXPECT_FALSE(obeys(check_file_length, "src/a.cpp", lines + "x\n"));
  EXPECT_TRUE(obeys(check_file_length, "src/a.def", lines + "x\n"));
}

TEST(HeaderShape, headers_guard_themselves) {
  EXPECT_TRUE(obeys(check_header_shape, "src/a.hpp", "// What it is.\n#pragma once\n"));
  EXPECT_FALSE(obeys(check_header_shape, "src/a.hpp", "// #pragma once\nint f();\n"));
  EXPECT_TRUE(obeys(check_header_shape, "src/a.cpp", "int x;\n"));
}

TEST(HeaderShape, headers_open_no_namespace_to_others) {
  const std::string once = "#pragma once\n";
  EXPECT_FALSE(obeys(check_header_shape, "src/a.hpp", once + "using namespace std;\n"));
  EXPECT_TRUE(obeys(check_header_shape, "src/engine/base/time.hpp",
                    once + "using namespace std::chrono_literals;\n"));
  EXPECT_FALSE(
      obeys(check_header_shape, "src/engine/base/time.hpp", once + "using namespace std;\n"));
}

TEST(Words, reminders_banners_and_machine_paths_are_reported) {
  EXPECT_FALSE(obeys(check_words, "src/a.cpp", std::string("// TO") + "DO later\n"));
  EXPECT_FALSE(obeys(check_words, "README.md", std::string("FIX") + "ME\n"));
  EXPECT_FALSE(obeys(check_words, "scripts/demo", std::string("cd /wo") + "rk/main\n"));
  EXPECT_FALSE(obeys(check_words, "src/a.cpp", std::string("/") + "/ -----------\n"));
  EXPECT_TRUE(obeys(check_words, "src/a.cpp", "// engine/work/x and build/worker.hpp: -- fine\n"));
}

std::string function_of_lines(int lines) {
  std::string text = "int f(int x) {\n";
  for (int i = 0; i < lines - 2; ++i) text += "  ++x;\n";
  return text + "}\n";
}

TEST(FunctionLength, the_wall_is_70_lines) {
  EXPECT_TRUE(obeys(check_function_length, "src/a.cpp", function_of_lines(70)));
  const Violations v = broken(check_function_length, "src/a.cpp", "\n" + function_of_lines(71));
  ASSERT_EQ(v.size(), 1U);
  EXPECT_EQ(v[0].line, 2U);
}

TEST(FunctionLength, counts_members_tests_and_functions_in_namespaces) {
  const std::string body = function_of_lines(71);
  EXPECT_FALSE(obeys(check_function_length, "src/a.hpp", "namespace a::b {\n" + body + "}\n"));
  EXPECT_FALSE(obeys(check_function_length, "src/a.hpp",
                     "template <class T>\nclass A final : public B {\n public:\n" + body + "};\n"));
  EXPECT_FALSE(
      obeys(check_function_length, "src/a_test.cpp", "TEST(A, b)" + body.substr(body.find(" {"))));
}

TEST(FunctionLength, does_not_count_tables_and_classes) {
  std::string table = "constexpr std::array<int, sizeof(int)> k = {\n";
  std::string type = "struct A {\n";
  for (int i = 0; i < 100; ++i) {
    table += "  1,\n";
    type += "  int a;\n";
  }
  EXPECT_TRUE(obeys(check_function_length, "src/a.cpp", table + "};\n" + type + "};\n"));
}

TEST(FunctionLength, finds_each_function_once_with_its_extent) {
  const std::vector<FunctionShape> found = functions_of(make_source("src/a.cpp", R"(
#define MACRO(x) { \
  x
namespace n {
A::A(int x) : a_{x},
              b_{[](int y) { return y; }} {
  if (x) { run("}"); }
}
enum class E { a, b };
bool operator==(const A& a, const A& b) { return a.x == b.x && '{' != '}'; }
struct S {
 public:
  // About g.
  void g() const noexcept {
    for (;;) {}
  }
  int x = 1'000;
};
}  // namespace n
)"));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].first_line, 5U);
  EXPECT_EQ(found[0].lines, 4U);
  EXPECT_EQ(found[1].lines, 1U);
  EXPECT_EQ(found[2].first_line, 14U);
  EXPECT_EQ(found[2].lines, 3U);
}

}  // namespace
}  // namespace rung::tidy
