#include "checks/result_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "checks/result_fields.hpp"

namespace rung {
namespace {

using Json = nlohmann::ordered_json;

/// Writes one struct as an object, field after field.
class Writer {
 public:
  template <class T>
  void operator()(const char* name, const T& value, const char*) {
    object_[name] = json_of(value);
  }
  void seed(const char* name, std::uint64_t value, const char*) {
    object_[name] = std::to_string(value);
  }
  Json take() { return std::move(object_); }

  template <class T>
  static Json json_of(const T& value) {
    if constexpr (result_fields::Described<const T>) {
      Writer writer;
      result_fields::describe(writer, value);
      return writer.take();
    } else {
      return plain(value);
    }
  }

 private:
  template <class T>
  requires std::is_integral_v<T>
  static Json plain(T value) { return value; }
  static Json plain(double value) { return std::isfinite(value) ? Json(value) : Json(0.0); }
  static Json plain(const std::string& value) { return value; }
  static Json plain(Duration value) { return value.count(); }
  static Json plain(Verdict value) { return to_string(value); }
  static Json plain(FramePlace value) {
    return result_fields::kFramePlaces[static_cast<std::size_t>(value)];
  }
  template <class T>
  static Json plain(const std::vector<T>& values) {
    Json array = Json::array();
    for (const T& value : values) array.push_back(json_of(value));
    return array;
  }
  static Json plain(const std::array<std::uint64_t, kVerdictCount>& counts) {
    Json object = Json::object();
    for (std::size_t v = 0; v < kVerdictCount; ++v) {
      object[std::string(to_string(static_cast<Verdict>(v)))] = counts[v];
    }
    return object;
  }
  static Json plain(const CounterSnapshot& counters) {
    Json object = Json::object();
    for (std::size_t i = 0; i < kCounterCount; ++i) {
      object[std::string(kCounterInfo[i].id)] = counters.values[i];
    }
    return object;
  }
  static Json plain(const HistogramSnapshot& h) {
    Json object = {{"count", h.count()},
                   {"sum_ns", h.sum_ns()},
                   {"min_ns", h.min().count()},
                   {"max_ns", h.max().count()}};
    for (const auto& p : result_fields::kPercentiles) {
      object[p.name] = h.percentile(p.percent).count();
    }
    Json buckets = Json::array();
    h.for_each_bucket([&](Duration lower, Duration, std::uint64_t count) {
      buckets.push_back({lower.count(), count});
    });
    object["buckets"] = std::move(buckets);
    return object;
  }

  Json object_ = Json::object();
};

/// A finding quotes what the SUT sent, which need not be text at all.
std::string text_of(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string result_json(const RunResult& result) { return text_of(Writer::json_of(result)); }

std::string suite_json(const SuiteResult& suite) { return text_of(Writer::json_of(suite)); }

}  // namespace rung
