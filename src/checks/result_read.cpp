#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "checks/result_fields.hpp"
#include "checks/result_json.hpp"

namespace rung {
namespace {

using Json = nlohmann::json;

/// Reads one object into one struct. The first mismatch of the whole file is kept in `error`, after
/// which nothing more is read.
class ObjectReader {
 public:
  ObjectReader(const Json& object, std::string path, std::string& error)
      : object_(object), path_(std::move(path)), error_(error) {}

  template <class T>
  void operator()(const char* name, T& value, const char*) {
    const auto member = object_.find(name);
    if (member == object_.end() || !error_.empty()) return;
    read(*member, path_.empty() ? name : path_ + "." + name, value, error_);
  }
  void seed(const char* name, std::uint64_t& value, const char*) {
    std::string text;
    (*this)(name, text, nullptr);
    for (const char digit : text) {
      if (digit < '0' || digit > '9') return complain(error_, name, "a decimal number as text");
      value = value * 10 + static_cast<std::uint64_t>(digit - '0');
    }
  }

  template <class T>
  static void read(const Json& json, const std::string& path, T& value, std::string& error) {
    if constexpr (result_fields::Described<T>) {
      if (!json.is_object()) return complain(error, path, "an object");
      ObjectReader reader(json, path, error);
      result_fields::describe(reader, value);
    } else {
      plain(json, path, value, error);
    }
  }

 private:
  static void complain(std::string& error, std::string_view path, std::string_view expected) {
    if (error.empty()) error = fmt::format("{}: expected {}", path, expected);
  }

  static void plain(const Json& json, const std::string& path, bool& value, std::string& error) {
    if (!json.is_boolean()) return complain(error, path, "true or false");
    value = json.get<bool>();
  }
  template <class T>
  requires std::is_unsigned_v<T>
  static void plain(const Json& json, const std::string& path, T& value, std::string& error) {
    if (!json.is_number_unsigned() || json.get<std::uint64_t>() > std::numeric_limits<T>::max()) {
      return complain(error, path, fmt::format("0 to {}", std::numeric_limits<T>::max()));
    }
    value = json.get<T>();
  }
  static void plain(const Json& json, const std::string& path, std::int64_t& value,
                    std::string& error) {
    if (!json.is_number_integer()) return complain(error, path, "an integer");
    value = json.get<std::int64_t>();
  }
  static void plain(const Json& json, const std::string& path, double& value, std::string& error) {
    if (!json.is_number()) return complain(error, path, "a number");
    value = json.get<double>();
  }
  static void plain(const Json& json, const std::string& path, std::string& value,
                    std::string& error) {
    if (!json.is_string()) return complain(error, path, "text");
    value = json.get<std::string>();
  }
  static void plain(const Json& json, const std::string& path, Duration& value,
                    std::string& error) {
    std::int64_t nanoseconds = 0;
    plain(json, path, nanoseconds, error);
    value = Duration{nanoseconds};
  }
  static void plain(const Json& json, const std::string& path, Verdict& value, std::string& error) {
    for (std::size_t v = 0; v < kVerdictCount; ++v) {
      value = static_cast<Verdict>(v);
      if (json.is_string() && json.get_ref<const std::string&>() == to_string(value)) return;
    }
    complain(error, path, "a verdict");
  }
  static void plain(const Json& json, const std::string& path, FramePlace& value,
                    std::string& error) {
    const auto& names = result_fields::kFramePlaces;
    for (std::size_t i = 0; i < names.size(); ++i) {
      value = static_cast<FramePlace>(i);
      if (json.is_string() && json.get_ref<const std::string&>() == names[i]) return;
    }
    complain(error, path, "none, in_file or overwritten");
  }
  template <class T>
  static void plain(const Json& json, const std::string& path, std::vector<T>& values,
                    std::string& error) {
    if (!json.is_array()) return complain(error, path, "an array");
    values.resize(json.size());
    for (std::size_t i = 0; i < values.size() && error.empty(); ++i) {
      read(json[i], fmt::format("{}[{}]", path, i), values[i], error);
    }
  }
  static void plain(const Json& json, const std::string& path,
                    std::array<std::uint64_t, kVerdictCount>& counts, std::string& error) {
    if (!json.is_object()) return complain(error, path, "an object");
    ObjectReader reader(json, path, error);
    for (std::size_t v = 0; v < kVerdictCount; ++v) {
      reader(to_string(static_cast<Verdict>(v)).data(), counts[v], nullptr);
    }
  }
  static void plain(const Json& json, const std::string& path, CounterSnapshot& counters,
                    std::string& error) {
    if (!json.is_object()) return complain(error, path, "an object");
    ObjectReader reader(json, path, error);
    for (std::size_t i = 0; i < kCounterCount; ++i) {
      reader(kCounterInfo[i].id.data(), counters.values[i], nullptr);
    }
  }
  static void plain(const Json& json, const std::string& path, HistogramSnapshot& histogram,
                    std::string& error) {
    if (!json.is_object()) return complain(error, path, "an object");
    ObjectReader reader(json, path, error);
    std::vector<std::vector<std::uint64_t>> buckets;
    std::uint64_t sum = 0;
    Duration min{}, max{};
    reader("sum_ns", sum, nullptr);
    reader("min_ns", min, nullptr);
    reader("max_ns", max, nullptr);
    reader("buckets", buckets, nullptr);
    for (const auto& bucket : buckets) {
      if (bucket.size() != 2) return complain(error, path + ".buckets", "pairs of edge and count");
      const auto edge = std::min<std::uint64_t>(bucket[0], histogram_shape::kValueMax);
      histogram.restore_bucket(Duration{static_cast<std::int64_t>(edge)}, bucket[1]);
    }
    histogram.restore_figures(sum, min, max);
  }

  const Json& object_;
  std::string path_;
  std::string& error_;
};

template <class T>
Result<T, std::string> load(std::string_view text, std::uint32_t version) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::string("not JSON, or cut off");
  if (!json.is_object()) return std::string("expected an object");
  T result;
  std::string error;
  result.schema = 0;
  ObjectReader::read(json, "", result, error);
  if (result.schema != version) {
    return fmt::format("schema: {}, this program reads {}", result.schema, version);
  }
  if (!error.empty()) return error;
  return result;
}

}  // namespace

Result<RunResult, std::string> load_result_json(std::string_view text) {
  return load<RunResult>(text, kRunResultSchema);
}

Result<SuiteResult, std::string> load_suite_json(std::string_view text) {
  return load<SuiteResult>(text, kSuiteResultSchema);
}

}  // namespace rung
