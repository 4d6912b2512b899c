#include "observe/exporter.hpp"

#include <fmt/format.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include <atomic>
#include <stdexcept>

namespace rung {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// Upper bounds of the latency buckets, in seconds.
constexpr double kBounds[] = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2,
                              0.5,    1,     2,     5,     10,   20,   35,   60};

MetricFamily family(std::string_view name, std::string_view help, MetricType type) {
  MetricFamily f;
  f.name = name;
  f.help = help;
  f.type = type;
  return f;
}

/// Labels of the table's form: key="value",key="value".
std::vector<ClientMetric::Label> labels_of(std::string_view text) {
  std::vector<ClientMetric::Label> labels;
  while (!text.empty()) {
    const std::size_t equals = text.find('='), quote = text.find('"', equals + 2);
    labels.push_back({std::string(text.substr(0, equals)),
                      std::string(text.substr(equals + 2, quote - equals - 2))});
    text.remove_prefix(std::min(quote + 2, text.size()));
  }
  return labels;
}

void add_value(MetricFamily& f, std::vector<ClientMetric::Label> labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  if (f.type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  f.metric.push_back(std::move(metric));
}

void add_histogram(MetricFamily& f, std::vector<ClientMetric::Label> labels,
                   const HistogramSnapshot& h) {
  ClientMetric metric;
  metric.label = std::move(labels);
  for (const double bound : kBounds) {
    const auto limit = Duration{static_cast<std::int64_t>(bound * 1e9)};
    metric.histogram.bucket.push_back({h.cumulative_below(limit), bound});
  }
  metric.histogram.bucket.push_back({h.count(), std::numeric_limits<double>::infinity()});
  metric.histogram.sample_count = h.count();
  metric.histogram.sample_sum = static_cast<double>(h.sum_ns()) / 1e9;
  f.metric.push_back(std::move(metric));
}

void add_counters(const RunSnapshot& s, std::vector<MetricFamily>& out) {
  for (std::size_t i = 0; i < kCounterCount; ++i) {
    const CounterInfo& info = kCounterInfo[i];
    if (out.empty() || out.back().name != info.metric) {
      out.push_back(family(info.metric, info.help, MetricType::Counter));
    }
    add_value(out.back(), labels_of(info.labels), static_cast<double>(s.counters.values[i]));
  }
}

void add_gauges(const RunSnapshot& s, std::vector<MetricFamily>& out) {
  out.push_back(family("rung_ues", "UEs by registration state", MetricType::Gauge));
  add_value(out.back(), {{"state", "registered"}}, static_cast<double>(s.registered));
  add_value(out.back(), {{"state", "unregistered"}}, static_cast<double>(s.ues - s.registered));
  out.push_back(family("rung_sessions_active", "Sessions in flight", MetricType::Gauge));
  add_value(out.back(), {}, static_cast<double>(s.sessions_active));
  out.push_back(
      family("rung_rate_asked", "Sessions per second the profile asks for now", MetricType::Gauge));
  add_value(out.back(), {}, s.rate_asked);
  out.push_back(family("rung_phase", "1 for the phase in force", MetricType::Gauge));
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    add_value(out.back(), {{"phase", std::string(to_string(phase))}}, phase == s.phase ? 1 : 0);
  }
}

void add_transport(const RunSnapshot& s, std::vector<MetricFamily>& out) {
  const auto add = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    out.push_back(family(name, help, MetricType::Counter));
    add_value(out.back(), {}, static_cast<double>(value));
  };
  add("rung_socket_dropped_total", "Datagrams the kernel dropped for want of buffer",
      s.transport.rx_dropped);
  add("rung_socket_send_failed_total", "Datagrams the kernel refused to send",
      s.transport.tx_failed);
  add("rung_socket_unreachable_total", "ICMP port unreachable received, or connections refused",
      s.transport.unreachable);
  add("rung_socket_segmented_total", "Datagrams that left in a UDP_SEGMENT batch",
      s.transport.tx_segmented);
  for (const ConnectionCounterInfo& counter : kConnectionCounterInfo) {
    add(fmt::format("rung_connections_{}_total", counter.name),
        fmt::format("SIP over TCP: {}", counter.help), s.transport.connections.*counter.value);
  }
}

void add_links(const RunSnapshot& s, std::vector<MetricFamily>& out) {
  if (s.links.empty()) return;
  out.push_back(family("rung_link_active", "1 where traffic may flow on the SIGTRAN link",
                       MetricType::Gauge));
  for (const LinkFigures& link : s.links) {
    add_value(out.back(), {{"link", link.name}}, link.active ? 1 : 0);
  }
  for (const LinkCounterInfo& counter : kLinkCounterInfo) {
    out.push_back(family(fmt::format("rung_link_{}_total", counter.name),
                         fmt::format("SIGTRAN links: {}", counter.help), MetricType::Counter));
    for (const LinkFigures& link : s.links) {
      add_value(out.back(), {{"link", link.name}}, static_cast<double>(link.counts.*counter.value));
    }
  }
}

void add_codes(const RunSnapshot& s, std::vector<MetricFamily>& out) {
  out.push_back(family("rung_sip_failures_total", "Final answers of 300 and above, by status",
                       MetricType::Counter));
  for (const CodeCount& c : s.sip_failures) {
    add_value(out.back(), {{"status", fmt::format("{}", c.code)}}, static_cast<double>(c.count));
  }
  out.push_back(family("rung_rp_errors_total", "RP-ERROR received, by cause", MetricType::Counter));
  for (const CodeCount& c : s.rp_failures) {
    add_value(out.back(), {{"cause", fmt::format("{}", c.code)}}, static_cast<double>(c.count));
  }
}

void add_latencies(const RunSnapshot& s, std::vector<MetricFamily>& out) {
  out.push_back(family("rung_latency_seconds",
                       "Latency from the intended instant, by ladder and measure",
                       MetricType::Histogram));
  for (const MeasureSnapshot& m : s.measures) {
    add_histogram(out.back(), {{"ladder", std::string(m.ladder)}, {"measure", std::string(m.name)}},
                  m.corrected);
  }
  out.push_back(family("rung_latency_uncorrected_seconds",
                       "Latency from the first step as sent, by ladder and measure",
                       MetricType::Histogram));
  for (const MeasureSnapshot& m : s.measures) {
    add_histogram(out.back(), {{"ladder", std::string(m.ladder)}, {"measure", std::string(m.name)}},
                  m.uncorrected);
  }
  out.push_back(family("rung_lateness_seconds",
                       "How late sessions started after their intended instant",
                       MetricType::Histogram));
  add_histogram(out.back(), {}, s.lateness);
}

class RunCollectable final : public prometheus::Collectable {
 public:
  explicit RunCollectable(const SnapshotSource& source) : source_(source) {}
  [[nodiscard]] std::vector<MetricFamily> Collect() const override {
    scrapes_.fetch_add(1, std::memory_order_relaxed);
    const RunSnapshot s = source_.snapshot();
    std::vector<MetricFamily> families;
    add_counters(s, families);
    add_gauges(s, families);
    add_transport(s, families);
    add_links(s, families);
    add_codes(s, families);
    add_latencies(s, families);
    return families;
  }
  [[nodiscard]] std::uint64_t scrapes() const { return scrapes_.load(std::memory_order_relaxed); }

 private:
  const SnapshotSource& source_;
  mutable std::atomic<std::uint64_t> scrapes_{0};
};

}  // namespace

struct Exporter::Impl {
  Impl(const std::string& address, const SnapshotSource& source)
      : collectable(std::make_shared<RunCollectable>(source)), exposer(address, 1) {
    exposer.RegisterCollectable(collectable);
  }
  std::shared_ptr<RunCollectable> collectable;
  prometheus::Exposer exposer;
};

Exporter::Exporter(const std::string& address, const SnapshotSource& source) {
  try {
    impl_ = std::make_unique<Impl>(address, source);
  } catch (const std::exception&) {
    // What the server says of itself names neither the address nor the reason.
    throw std::runtime_error(
        fmt::format("--metrics: cannot listen on '{}', expected a free ADDRESS:PORT", address));
  }
}
Exporter::~Exporter() = default;
int Exporter::port() const { return impl_->exposer.GetListeningPorts().front(); }
std::uint64_t Exporter::scrapes() const { return impl_->collectable->scrapes(); }

}  // namespace rung
