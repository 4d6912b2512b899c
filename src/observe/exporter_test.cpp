#include "observe/exporter.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <regex>
#include <set>
#include <sstream>

namespace rung {
namespace {

using ::testing::HasSubstr;

/// A run at one instant, every counter different from the others.
class Source final : public SnapshotSource {
 public:
  Source() {
    for (std::size_t i = 0; i < kCounterCount; ++i) now.counters.values[i] = 1000 + i;
    now.phase = Phase::measure;
    now.ues = 100;
    now.registered = 70;
    now.sessions_active = 5;
    now.rate_asked = 20000;
    now.sip_failures = {{503, 4}};
    now.rp_failures = {{22, 6}};
    now.transport.rx_dropped = 9;
    Histogram h;
    h.record(1500us);
    h.record(3ms);
    now.measures.push_back({"mo_to_mt", "delivery", h.snapshot(), {}});
    now.lateness = h.snapshot();
  }
  [[nodiscard]] RunSnapshot snapshot() const override { return now; }
  RunSnapshot now;
};

/// GET `path` from 127.0.0.1:`port`; the whole answer.
std::string get(int port, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string request =
      fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
  EXPECT_EQ(send(fd, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  std::string answer;
  char octets[4096];
  for (ssize_t n = 0; (n = recv(fd, octets, sizeof octets, 0)) > 0;) {
    answer.append(octets, static_cast<std::size_t>(n));
  }
  close(fd);
  return answer;
}

/// One exporter for all: the HTTP server takes a second to stop.
class ExporterTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    source_ = std::make_unique<Source>();
    exporter_ = std::make_unique<Exporter>("127.0.0.1:0", *source_);
  }
  static void TearDownTestSuite() {
    exporter_.reset();
    source_.reset();
  }
  static std::string scrape() { return get(exporter_->port(), "/metrics"); }
  static std::unique_ptr<Source> source_;
  static std::unique_ptr<Exporter> exporter_;
};
std::unique_ptr<Source> ExporterTest::source_;
std::unique_ptr<Exporter> ExporterTest::exporter_;

TEST_F(ExporterTest, every_counter_of_the_table_is_served_with_its_value) {
  const std::string page = scrape();

  EXPECT_THAT(page, HasSubstr("200 OK"));
  for (std::size_t i = 0; i < kCounterCount; ++i) {
    const CounterInfo& info = kCounterInfo[i];
    const std::string labels = info.labels.empty() ? "" : fmt::format("{{{}}}", info.labels);
    EXPECT_THAT(page, HasSubstr(fmt::format("\n{}{} {}\n", info.metric, labels, 1000 + i)));
  }
}

TEST_F(ExporterTest, states_codes_and_the_phase_in_force_have_bounded_labels) {
  const std::string page = scrape();

  EXPECT_THAT(page, HasSubstr("\nrung_ues{state=\"registered\"} 70\n"));
  EXPECT_THAT(page, HasSubstr("\nrung_ues{state=\"unregistered\"} 30\n"));
  EXPECT_THAT(page, HasSubstr("\nrung_sessions_active 5\n"));
  EXPECT_THAT(page, HasSubstr("\nrung_rate_asked 20000\n"));
  EXPECT_THAT(page, HasSubstr("\nrung_phase{phase=\"measure\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("\nrung_phase{phase=\"drain\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("\nrung_sip_failures_total{status=\"503\"} 4\n"));
  EXPECT_THAT(page, HasSubstr("\nrung_rp_errors_total{cause=\"22\"} 6\n"));
  EXPECT_THAT(page, HasSubstr("\nrung_socket_dropped_total 9\n"));
}

TEST_F(ExporterTest, latencies_are_histograms_in_seconds_by_ladder_and_measure) {
  const std::string page = scrape();

  const std::string_view of = R"(ladder="mo_to_mt",measure="delivery")";
  EXPECT_THAT(page, HasSubstr(fmt::format("rung_latency_seconds_count{{{}}} 2\n", of)));
  EXPECT_THAT(page,
              HasSubstr(fmt::format("rung_latency_seconds_bucket{{{},le=\"0.001\"}} 0\n", of)));
  EXPECT_THAT(page,
              HasSubstr(fmt::format("rung_latency_seconds_bucket{{{},le=\"0.002\"}} 1\n", of)));
  EXPECT_THAT(page,
              HasSubstr(fmt::format("rung_latency_seconds_bucket{{{},le=\"0.005\"}} 2\n", of)));
  EXPECT_THAT(page,
              HasSubstr(fmt::format("rung_latency_seconds_bucket{{{},le=\"+Inf\"}} 2\n", of)));
  EXPECT_THAT(page, HasSubstr(fmt::format("rung_latency_seconds_sum{{{}}} 0.0045\n", of)));
  EXPECT_THAT(page, HasSubstr("rung_lateness_seconds_count 2\n"));
}

TEST_F(ExporterTest, names_follow_the_conventions_of_prometheus) {
  std::istringstream page(scrape());
  const std::regex type("# TYPE (rung_[a-z0-9_]+) (counter|gauge|histogram)\r?");
  std::set<std::string> seen;
  for (std::string line; std::getline(page, line);) {
    std::smatch match;
    if (line.rfind("# TYPE rung_", 0) != 0) continue;
    ASSERT_TRUE(std::regex_match(line, match, type)) << line;
    EXPECT_TRUE(seen.insert(match[1]).second) << match[1] << " is declared twice";
    const std::string name = match[1];
    EXPECT_EQ(name.ends_with("_total"), match[2] == "counter") << name;
    if (match[2] == "histogram") {
      EXPECT_TRUE(name.ends_with("_seconds")) << name;
    }
  }
  EXPECT_GT(seen.size(), 15U);
}

TEST_F(ExporterTest, scrapes_see_the_run_go_on_and_are_counted) {
  const std::uint64_t before = exporter_->scrapes();
  source_->now.rate_asked = 30000;

  EXPECT_THAT(scrape(), HasSubstr("\nrung_rate_asked 30000\n"));
  EXPECT_EQ(exporter_->scrapes(), before + 1);
  source_->now.rate_asked = 20000;
}

TEST_F(ExporterTest, an_address_in_use_is_an_error_that_names_it) {
  const std::string address = fmt::format("127.0.0.1:{}", exporter_->port());
  try {
    const Exporter second(address, *source_);
    FAIL() << "two exporters on one port";
  } catch (const std::exception& error) {
    EXPECT_THAT(error.what(), HasSubstr("--metrics: cannot listen on '" + address + "'"));
  }
}

}  // namespace
}  // namespace rung
