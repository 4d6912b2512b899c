#include "policy.hpp"

#include <algorithm>

namespace rung {
namespace {

struct PolicyInfo {
  std::string_view key, reason;
};

/// Each key is an option of the same name; its default stands there.
constexpr PolicyInfo kPolicies[] = {
    {"submit-answer",
     "TS 34.229-5 A.13 has the gateway answer a submit with 202; TR 23.804 8.9 leaves room for "
     "200, "
     "and RFC 3428 7 allows both, so neither is held against it unless asked for"},
    {"report-answer",
     "TS 34.229-5 A.14 has a delivery report answered with 202, TR 23.804 8.10 with 200: either "
     "passes unless one is asked for"},
    {"strict",
     "options of the clauses, and demands read from nothing but examples, such as "
     "Request-Disposition: fork in a submit report, are the operator's choice"},
    {"call-id-preserved",
     "a core between us and the gateway may rewrite Call-IDs (RFC 3261 allows it to a back-to-back "
     "user agent); In-Reply-To is then unsupported, not failed"},
    {"lossy",
     "on a path that may lose packets what never came proves nothing, so that it reads "
     "inconclusive"},
    {"reorder-max",
     "UDP keeps no order: a report that overtakes the 202 by less than this is not held against "
     "the gateway"},
    {"timers",
     "RFC 3261 has T1 0.5 s; TS 24.229 7.7 has 2 s between UE and P-CSCF, where the path is a "
     "radio's"},
};

/// Narrows "202 or 200" of one message, and of those like it that do not say otherwise.
void demand_answer(LadderBook& book, std::string_view name, const std::string& answer) {
  if (answer == "either") return;
  for (Message& message : book.messages) {
    if (message.name != name && message.like != name) continue;
    for (FieldRule& field : message.fields) {
      const auto& values = field.values;
      const bool either = field.path == Path::sip_status && field.source == Source::one_of &&
                          std::find(values.begin(), values.end(), answer) != values.end();
      if (either) field.values = {answer};
    }
  }
}

}  // namespace

void apply_policies(const Options& options, LadderBook& book) {
  demand_answer(book, "accepted", options.submit_answer);
  demand_answer(book, "report_accepted", options.report_answer);
}

std::vector<SuitePolicy> policies_in_force(const Options& options) {
  std::vector<SuitePolicy> out;
  for (const PolicyInfo& policy : kPolicies) {
    const auto setting = std::find_if(options.settings.begin(), options.settings.end(),
                                      [&](const auto& pair) { return pair.first == policy.key; });
    if (setting == options.settings.end()) continue;
    out.push_back({std::string(policy.key), setting->second,
                   std::string(option_default(policy.key)), std::string(policy.reason)});
  }
  return out;
}

}  // namespace rung
