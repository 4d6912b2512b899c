#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checks/result_fields.hpp"
#include "checks/result_json.hpp"

namespace rung {
namespace {

using Json = nlohmann::ordered_json;

Json typed(const char* type) { return {{"type", type}}; }
Json whole_number() { return {{"type", "integer"}, {"minimum", 0}}; }

/// Writes the schema of one struct, from a default value of it.
class SchemaWriter {
 public:
  template <class T>
  void operator()(const char* name, const T& value, const char* meaning) {
    add(name, schema_of(value), meaning);
  }
  void seed(const char* name, std::uint64_t, const char* meaning) {
    add(name, {{"type", "string"}, {"pattern", "^[0-9]+$"}}, meaning);
  }

  template <class T>
  static Json schema_of(const T& value) {
    if constexpr (result_fields::Described<const T>) {
      SchemaWriter writer;
      result_fields::describe(writer, value);
      return object(std::move(writer.properties_));
    } else {
      return plain(value);
    }
  }

 private:
  void add(const char* name, Json schema, const char* meaning) {
    schema["description"] = meaning;
    properties_[name] = std::move(schema);
  }
  static Json object(Json properties) {
    Json required = Json::array();
    for (const auto& property : properties.items()) required.push_back(property.key());
    return {{"type", "object"}, {"properties", std::move(properties)}, {"required", required}};
  }

  static Json plain(bool) { return typed("boolean"); }
  template <class T>
  requires std::is_unsigned_v<T>
  static Json plain(T) { return whole_number(); }
  static Json plain(std::int64_t) { return typed("integer"); }
  static Json plain(double) { return typed("number"); }
  static Json plain(const std::string&) { return typed("string"); }
  static Json plain(Duration) { return typed("integer"); }
  static Json plain(Verdict) {
    Json names = Json::array();
    for (std::size_t v = 0; v < kVerdictCount; ++v)
      names.push_back(to_string(static_cast<Verdict>(v)));
    return {{"enum", names}};
  }
  static Json plain(FramePlace) { return {{"enum", result_fields::kFramePlaces}}; }
  template <class T>
  static Json plain(const std::vector<T>&) {
    return {{"type", "array"}, {"items", schema_of(T{})}};
  }
  static Json plain(const std::array<std::uint64_t, kVerdictCount>&) {
    Json properties = Json::object();
    for (std::size_t v = 0; v < kVerdictCount; ++v) {
      properties[std::string(to_string(static_cast<Verdict>(v)))] = whole_number();
    }
    return object(std::move(properties));
  }
  static Json plain(const CounterSnapshot&) {
    Json properties = Json::object();
    for (const CounterInfo& counter : kCounterInfo) {
      Json schema = whole_number();
      schema["description"] = counter.labels.empty() ? std::string(counter.help)
                                                     : std::string(counter.help) + " {" +
                                                           std::string(counter.labels) + "}";
      properties[std::string(counter.id)] = std::move(schema);
    }
    return object(std::move(properties));
  }
  static Json plain(const HistogramSnapshot&) {
    Json properties = Json::object();
    for (const char* name : {"count", "sum_ns", "min_ns", "max_ns"}) {
      properties[name] = whole_number();
    }
    for (const auto& p : result_fields::kPercentiles) properties[p.name] = whole_number();
    properties["buckets"] = {
        {"type", "array"},
        {"description", "lower edge in nanoseconds and count; empty ones left out"},
        {"items", {{"type", "array"}, {"items", whole_number()}}}};
    return object(std::move(properties));
  }

  Json properties_ = Json::object();
};

template <class T>
std::string schema_text(const char* file, std::uint32_t version) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", fmt::format("{} of rung, schema {}", file, version)}};
  schema.update(SchemaWriter::schema_of(T{}));
  schema["properties"]["schema"]["const"] = version;
  return schema.dump(1) + "\n";
}

}  // namespace

std::string result_schema_json() { return schema_text<RunResult>("result.json", kRunResultSchema); }

std::string suite_schema_json() {
  return schema_text<SuiteResult>("suite.json", kSuiteResultSchema);
}

}  // namespace rung
