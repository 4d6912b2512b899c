// rung faults: the named misbehaviours of the embedded gateway, with the requirements they violate.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "gateway/fault.hpp"
#include "verbs.hpp"

namespace rung {

int verb_faults(const Options& options) {
  if (options.as == "json") {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const gateway::FaultInfo& fault : gateway::faults()) {
      list.push_back({{"id", fault.number},
                      {"name", fault.name},
                      {"leg", fault.leg},
                      {"violates", fault.violates},
                      {"what", fault.line},
                      {"needs", fault.needs}});
    }
    fmt::print("{}\n", list.dump(2));
    return kExitPass;
  }
  for (const gateway::FaultInfo& fault : gateway::faults()) {
    fmt::print("{:<4} {:<34} {}\n{:<4} {:<34} violates {}\n", fault.number, fault.name, fault.line,
               "", "", fault.violates);
    if (!fault.needs.empty()) fmt::print("{:<4} {:<34} needs {}\n", "", "", fault.needs);
  }
  return kExitPass;
}

}  // namespace rung
