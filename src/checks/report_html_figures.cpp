#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/html.hpp"
#include "checks/report_html_parts.hpp"
#include "checks/report_parts.hpp"
#include "engine/base/figures.hpp"

namespace rung::report_html_parts {
namespace {

struct LatencyRow {
  std::string name, since;
  const HistogramSnapshot* values;
};

std::vector<LatencyRow> latencies_of(const RunResult& run) {
  std::vector<LatencyRow> rows;
  for (const LadderResult& ladder : run.ladders) {
    for (const MeasureResult& m : ladder.measures) {
      const std::string name = fmt::format("{} {}", ladder.name, m.name);
      if (!m.corrected.empty()) rows.push_back({name, "intended", &m.corrected});
      if (!m.uncorrected.empty()) rows.push_back({name, "sent", &m.uncorrected});
    }
  }
  if (!run.registration_latency.empty()) {
    rows.push_back({"registration", "intended", &run.registration_latency});
  }
  return rows;
}

constexpr struct {
  double percent;
  std::string_view name;
} kPercentiles[] = {{50, "p50"}, {90, "p90"}, {99, "p99"}, {99.9, "p99.9"}, {100, "max"}};

std::string latency_table(const std::vector<LatencyRow>& rows) {
  std::string out =
      "<table class=\"figures\"><caption>Latency</caption>\n<thead><tr><th scope=\"col\">Interval"
      "</th><th scope=\"col\">since</th><th scope=\"col\" class=\"number\">count</th>";
  for (const auto& p : kPercentiles) {
    out += fmt::format("<th scope=\"col\" class=\"number\">{}</th>", p.name);
  }
  out += "</tr></thead><tbody>\n";
  for (const LatencyRow& row : rows) {
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td>",
                       html::escaped(row.name), row.since, count_text(row.values->count()));
    for (const auto& p : kPercentiles) {
      out += fmt::format("<td class=\"number\">{}</td>",
                         duration_text(row.values->percentile(p.percent)));
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table>\n";
}

/// One row an interval: from the intended instant where that is known.
std::vector<LatencyRow> plotted(const std::vector<LatencyRow>& rows) {
  std::vector<LatencyRow> out;
  for (const LatencyRow& row : rows) {
    if (out.empty() || out.back().name != row.name) out.push_back(row);
  }
  return out;
}

/// The nearest of 1, 2 and 5 times a power of ten, downwards or upwards.
double round_step(double value, bool up) {
  const double power = std::pow(10.0, std::floor(std::log10(value) + 1e-9));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (up && factor * power >= value * (1 - 1e-9)) return factor * power;
  }
  if (up) return 10 * power;
  return power * (value >= 5 * power ? 5 : value >= 2 * power ? 2 : 1);
}

/// Percentiles on a logarithmic axis, a line an interval.
class LatencyPlot {
 public:
  explicit LatencyPlot(std::vector<LatencyRow> rows) : rows_(std::move(rows)) {
    double low = 1e12, high = 1;
    for (const LatencyRow& row : rows_) {
      low = std::min(low, value(row, 50));
      high = std::max(high, value(row, 100));
    }
    low_ = round_step(low, false);
    high_ = round_step(std::max(high, 2 * low_), true);
  }

  std::string draw() {
    const int height = kTop + kRow * static_cast<int>(rows_.size()) + 4;
    out_ = fmt::format(
        "<figure class=\"plot\"><div class=\"scroll\"><svg xmlns=\"http://www.w3.org/2000/svg\" "
        "role=\"img\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\"><title>Percentiles of "
        "the latencies on a logarithmic axis</title>\n",
        kLeft + kWidth + 40, height);
    for (double at = low_; at <= high_ * 1.001; at = round_step(1.5 * at, true)) axis(at, height);
    for (std::size_t i = 0; i < rows_.size(); ++i)
      line(rows_[i], kTop + kRow * static_cast<int>(i));
    return std::move(out_) +
           "</svg></div><figcaption>A line from p50 to the highest value; marks at p50, p90, p99 "
           "and "
           "p99.9, from the intended instant where that is known.</figcaption></figure>\n";
  }

 private:
  static constexpr int kLeft = 250, kWidth = 640, kTop = 26, kRow = 22;

  static double value(const LatencyRow& row, double percent) {
    return std::max(1.0, static_cast<double>(row.values->percentile(percent).count()));
  }
  [[nodiscard]] double x_of(double value) const {
    return kLeft + kWidth * std::log(value / low_) / std::log(high_ / low_);
  }

  void axis(double at, int height) {
    std::string name = duration_text(Duration{static_cast<std::int64_t>(at + 0.5)});
    if (const auto point = name.find('.'); point != std::string::npos) {
      name.erase(point, name.find(' ') - point);  // "1.00 ms"
    }
    out_ += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2}\"/><text "
        "class=\"tick\" x=\"{0:.1f}\" y=\"{3}\">{4}</text>\n",
        x_of(at), kTop - 8, height - 4, kTop - 12, name);
  }

  void line(const LatencyRow& row, int y) {
    const int middle = y + 10;
    out_ += fmt::format("<text class=\"name\" x=\"{}\" y=\"{}\">{}</text>", kLeft - 14, middle + 4,
                        html::escaped(row.name));
    out_ += fmt::format(
        "<line class=\"range\" x1=\"{0:.1f}\" y1=\"{2}\" x2=\"{1:.1f}\" y2=\"{2}\"/>"
        "<line class=\"end\" x1=\"{1:.1f}\" y1=\"{3}\" x2=\"{1:.1f}\" y2=\"{4}\"/>",
        x_of(value(row, 50)), x_of(value(row, 100)), middle, middle - 5, middle + 5);
    for (const auto& p : kPercentiles) {
      if (p.percent == 100) continue;
      out_ += fmt::format(
          "<circle class=\"p{}\" cx=\"{:.1f}\" cy=\"{}\" r=\"{}\"><title>{} {}</title></circle>",
          p.percent == 50 ? "50" : "", x_of(value(row, p.percent)), middle,
          p.percent == 50 ? 5 : 3.5, p.name, duration_text(row.values->percentile(p.percent)));
    }
    out_ += '\n';
  }

  std::vector<LatencyRow> rows_;
  double low_ = 1, high_ = 10;  // ns
  std::string out_;
};

std::string table(std::string_view title, const std::vector<report::FigureRow>& rows,
                  std::string_view kind = "number") {
  std::string out = fmt::format("<table class=\"figures\"><caption>{}</caption>\n<tbody>\n", title);
  for (const report::FigureRow& row : rows) {
    out += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"{}\">{}</td>{}</tr>\n",
                       html::escaped(row.name), kind, html::escaped(row.figure),
                       row.remark.empty() ? "" : "<td>" + html::escaped(row.remark) + "</td>");
  }
  return out + "</tbody></table>\n";
}

}  // namespace

std::string figures_part(const ReportInput& input) {
  if (input.single == nullptr) return {};
  const RunResult& run = *input.single;
  std::string out = "<section id=\"figures\"><h2>Figures</h2>\n<div class=\"columns\">\n" +
                    table("Rates, per second of the measure phase", report::rate_rows(run)) +
                    table("Short messages", report::message_rows(run)) +
                    table("SIP messages", report::traffic_rows(run)) + "</div>\n";
  if (run.rates.registrations > 0) out += "<p class=\"dim\">* over the register phase</p>\n";
  const auto latencies = latencies_of(run);
  if (!latencies.empty()) {
    out += "<div class=\"scroll\">" + latency_table(latencies) + "</div>\n" +
           LatencyPlot(plotted(latencies)).draw();
  }
  return out + table("Generator", report::generator_rows(run), "text") + "</section>\n";
}

}  // namespace rung::report_html_parts
