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
    {"sc-named-by",
     "TS 23.204 6.3 leaves open whether RP-DA or the Request-URI names the service centre where "
     "they differ, and so does TR 23.804 8.9: either passes unless one is asked for"},
    {"reg-event",
     "TS 24.341 5.3.3.2 has the gateway subscribe to the registration event; where the S-CSCF "
     "embeds the UE's REGISTER (TS 23.204 6.0a) an operator may do without: when-needed demands "
     "it after a plain REGISTER, never makes our S-CSCF embed and demands nothing"},
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

/// Narrows what a field of one message may be, "202 or 200", and of those like it that do not say
/// otherwise, to the one value demanded.
void demand(LadderBook& book, std::string_view name, Path path, const std::string& demanded) {
  for (Message& message : book.messages) {
    if (message.name != name && message.like != name) continue;
    for (FieldRule& field : message.fields) {
      const auto& values = field.values;
      const bool either = field.path == path && field.source == Source::one_of &&
                          std::find(values.begin(), values.end(), demanded) != values.end();
      if (either) field.values = {demanded};
    }
  }
}

void demand_answer(LadderBook& book, std::string_view name, const std::string& answer) {
  if (answer != "either") demand(book, name, Path::sip_status, answer);
}

/// RP-DA of that ladder names a service centre that nobody knows, the Request-URI one that all do.
void demand_service_centre(LadderBook& book, const std::string& named_by) {
  if (named_by == "either") return;
  demand(book, "report_sc_named_twice", Path::rp_mti, named_by == "rp-da" ? "RP-ERROR" : "RP-ACK");
}

/// Nobody subscribes, so that a REGISTER has to say what a NOTIFY would have said: it embeds the
/// UE's own. A SUBSCRIBE may come all the same.
void demand_no_subscription(LadderBook& book) {
  constexpr std::string_view kSubscribes = "24.341-5.3.3.2-d";
  for (Ladder& ladder : book.ladders) {
    for (Step& step : ladder.steps) {
      if (std::erase(step.requirements, kSubscribes) == 0) continue;
      step.optional = true;
      step.has_within = false;  // nor is it waited for
    }
  }
  const Message* embedded = book.message("register_embedded");
  if (embedded == nullptr) return;
  const std::vector<FieldRule> rows = embedded->fields;
  for (Message& message : book.messages) {
    for (FieldRule& field : message.fields) {
      const bool body = field.path == Path::sip_body || field.path == Path::sip_content_type;
      if ((message.name != "register" && message.like != "register") || !body) continue;
      const auto at = std::find_if(rows.begin(), rows.end(), [&](const FieldRule& row) {
        return row.path == field.path && row.on_isc && field.on_isc &&
               field.source != Source::absent;
      });
      if (at != rows.end()) field = *at;
    }
  }
}

}  // namespace

void apply_policies(const Options& options, LadderBook& book) {
  demand_answer(book, "accepted", options.submit_answer);
  demand_answer(book, "report_accepted", options.report_answer);
  demand_service_centre(book, options.sc_named_by);
  if (options.reg_event == "never") demand_no_subscription(book);
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
