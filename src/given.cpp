#include "given.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/ladder/reader.hpp"
#include "engine/ue/identity_template.hpp"
#include "gateway/gateway_config.hpp"

namespace rung {
namespace {

constexpr std::string_view kAnyRefusal = "error";
constexpr const char* kRefusal = "error:38";
constexpr std::string_view kNumbered = "+{msisdn}";
constexpr const char* kNamed = "user.{ue}";
constexpr std::string_view kStatusReports = "status_reports";

/// The service centre does what the ladder needs; `error` takes any refusal.
bool sc_does(std::string_view needed, const std::string& stated) {
  const auto does = gateway::parse_sc_result(stated);
  if (needed == kStatusReports) return does.ok() && does->accept;
  if (!does.ok()) return false;
  if (needed == kAnyRefusal) return !does->accept && !does->silent;
  const auto wanted = gateway::parse_sc_result(needed.empty() ? "ok" : needed);
  return wanted.ok() && wanted->accept == does->accept && wanted->silent == does->silent &&
         wanted->rp_cause == does->rp_cause && wanted->failure_cause == does->failure_cause;
}

bool hss_does(std::string_view needed, const std::string& stated) {
  const auto does = gateway::parse_hss_result(stated);
  const auto wanted = gateway::parse_hss_result(needed.empty() ? "ok" : needed);
  return does.ok() && wanted.ok() && does->rp_cause == wanted->rp_cause;
}

/// Every UE of the run is barred: which of them a session takes is not known before.
bool all_barred(const Options& options) {
  const auto barred = gateway::parse_barred(options.barred);
  return barred.ok() && barred->holds(options.msisdn_base) &&
         barred->holds(options.msisdn_base + options.ues - 1);
}

void set(Options& options, const UnstatedGiven& given) {
  if (given.option == "digest") options.digest = true;
  if (given.option == "msisdn-less-delivery") options.msisdn_less_delivery = true;
  if (given.option == "sc-result") options.sc_result = given.value;
  if (given.option == "status-reports") options.status_reports = true;
  if (given.option == "hss-result") options.hss_result = given.value;
  if (given.option == "barred") options.barred = given.value;
  if (given.option == "impu-user") options.impu_user = given.value;
  record_setting(options, given.option, given.value);
}

bool at_default(const Options& options, std::string_view option) {
  if (option == "digest") return !options.digest;
  if (option == "msisdn-less-delivery") return !options.msisdn_less_delivery;
  if (option == "reg-event") return options.reg_event == "always";
  if (option == "status-reports") return !options.status_reports;
  if (option == "impu-user") return options.impu_user == kNumbered;
  if (option == "sc-result") return options.sc_result == "ok";
  if (option == "hss-result") return options.hss_result == "ok";
  return options.barred.empty();
}

}  // namespace

std::string_view foreign_gateway(const Ladder& ladder) {
  const std::string_view kind = ladder.answer_of(Party::gw);
  if (kind == "open") return "a gateway that serves UEs that are not registered";
  return kind == "msisdn_less" ? "a gateway that serves UEs without MSISDN" : std::string_view{};
}

std::vector<UnstatedGiven> unstated_given(const Ladder& ladder, const Options& options) {
  std::vector<UnstatedGiven> unstated;
  const std::string_view sc = ladder.answer_of(Party::sc);
  const std::string_view hss = ladder.answer_of(Party::hss);
  if (ladder.answer_of(Party::gw) == "digest" && !options.digest) {
    unstated.push_back({"digest", "true"});
  }
  if (ladder.answer_of(Party::gw) == "msisdn_less_delivery" && !options.msisdn_less_delivery) {
    unstated.push_back({"msisdn-less-delivery", "true"});
  }
  if (ladder.answer_of(Party::gw) == "subscribes" && options.reg_event == "never") {
    unstated.push_back({"reg-event", "always"});
  }
  if (sc == kStatusReports && !options.status_reports) {
    unstated.push_back({"status-reports", "true"});
  } else if (!sc.empty() && !sc_does(sc, options.sc_result)) {
    unstated.push_back({"sc-result", sc == kAnyRefusal ? kRefusal : std::string(sc)});
  }
  if (!hss.empty() && !hss_does(hss, options.hss_result)) {
    unstated.push_back({"hss-result", std::string(hss)});
  }
  const auto identity = parse_identity_template(options.impu_user);
  if (ladder.needs_named() && identity.ok() && identity->by_msisdn) {
    unstated.push_back({"impu-user", kNamed});
  }
  if (ladder.needs_barred() && !all_barred(options)) {
    unstated.push_back({"barred", fmt::format("{}..{}", options.msisdn_base,
                                              options.msisdn_base + options.ues - 1)});
  }
  return unstated;
}

std::vector<std::string> apply_given(std::span<const Ladder* const> ladders, Options& options) {
  std::vector<std::string> errors;
  for (const Ladder* ladder : ladders) {
    for (const UnstatedGiven& given : unstated_given(*ladder, options)) {
      if (at_default(options, given.option)) {
        set(options, given);
        continue;
      }
      errors.push_back(fmt::format("--{}: ladder {} needs {}, and it is otherwise here",
                                   given.option, ladder->name, given.value));
    }
  }
  return errors;
}

std::vector<std::string> given_errors(const LadderBook& book) {
  std::vector<std::string> errors;
  for (const Ladder& ladder : book.ladders) {
    for (const Given& given : ladder.given) {
      const bool network = given.party == Party::sc || given.party == Party::hss;
      const bool behaviour = given.answer == kAnyRefusal || given.answer == kStatusReports;
      if (!network || behaviour) continue;
      const bool known = given.party == Party::sc ? gateway::parse_sc_result(given.answer).ok()
                                                  : gateway::parse_hss_result(given.answer).ok();
      if (known) continue;
      errors.push_back(to_string(
          TextError{ladder.file, given.place,
                    fmt::format("{} cannot answer '{}'", to_string(given.party), given.answer),
                    given.party == Party::sc ? "a value of --sc-result, error or status_reports"
                                             : "a value of --hss-result"}));
    }
  }
  return errors;
}

bool sends_copies(const Ladder& ladder) {
  return std::ranges::any_of(
      ladder.steps, [](const Step& step) { return !step.copy_of.empty() && !step.forked; });
}

}  // namespace rung
