#include "engine/wire/m3ua_grammar.hpp"

#include <initializer_list>

namespace rung::m3ua {
namespace {

enum class Need : std::uint8_t { optional, mandatory, one_or_more };
struct Item {
  Parameter parameter;
  Need need = Need::optional;
};

constexpr Grammar grammar(Type type, std::initializer_list<Item> items) {
  Grammar g;
  g.type = type;
  for (const Item& item : items) {
    const std::uint32_t bit = 1U << static_cast<unsigned>(item.parameter);
    g.permitted |= bit;
    if (item.need != Need::optional) g.mandatory |= bit;
    if (item.need == Need::one_or_more) g.repeated |= bit;
    g.parameters[g.count++] = item.parameter;
  }
  return g;
}

using P = Parameter;
constexpr Item kAppearance{P::network_appearance};
constexpr Item kContext{P::routing_context};
constexpr Item kAffected{P::affected_point_code, Need::mandatory};
constexpr Item kInfo{P::info};
constexpr Item kAspIdentifier{P::asp_identifier};
constexpr Item kTrafficMode{P::traffic_mode};

// Mandatory is what the clause's own list says. Routing Context and Network Appearance, which it
// calls conditional, are for the link to judge: only it knows whether they are configured.
constexpr Grammar kGrammars[] = {
    grammar(Type::data,
            {kAppearance, kContext, {P::protocol_data, Need::mandatory}, {P::correlation_id}}),
    grammar(Type::duna, {kAppearance, kContext, kAffected, kInfo}),
    grammar(Type::dava, {kAppearance, kContext, kAffected, kInfo}),
    grammar(Type::daud, {kAppearance, kContext, kAffected, kInfo}),
    grammar(Type::scon, {kAppearance,
                         kContext,
                         kAffected,
                         {P::concerned_destination},
                         {P::congestion_level},
                         kInfo}),
    grammar(Type::dupu,
            {kAppearance, kContext, kAffected, {P::user_cause, Need::mandatory}, kInfo}),
    grammar(Type::drst, {kAppearance, kContext, kAffected, kInfo}),
    grammar(Type::aspup, {kAspIdentifier, kInfo}),
    grammar(Type::aspup_ack, {kAspIdentifier, kInfo}),
    grammar(Type::aspdn, {kInfo}),
    grammar(Type::aspdn_ack, {kInfo}),
    grammar(Type::beat, {{P::heartbeat_data}}),
    grammar(Type::beat_ack, {{P::heartbeat_data}}),
    grammar(Type::reg_req, {{P::routing_key, Need::one_or_more}}),
    grammar(Type::reg_rsp, {{P::registration_result, Need::one_or_more}}),
    grammar(Type::dereg_req, {{P::routing_context, Need::mandatory}}),
    grammar(Type::dereg_rsp, {{P::deregistration_result, Need::one_or_more}}),
    grammar(Type::aspac, {kTrafficMode, kContext, kInfo}),
    grammar(Type::aspac_ack, {kTrafficMode, kContext, kInfo}),
    grammar(Type::aspia, {kContext, kInfo}),
    grammar(Type::aspia_ack, {kContext, kInfo}),
    grammar(Type::err, {{P::error_code, Need::mandatory},
                        kContext,
                        kAppearance,
                        {P::affected_point_code},
                        {P::diagnostic}}),
    grammar(Type::ntfy, {{P::status, Need::mandatory}, kAspIdentifier, kContext, kInfo}),
};

}  // namespace

const Grammar* grammar_of(Type type) {
  for (const Grammar& g : kGrammars) {
    if (g.type == type) return &g;
  }
  return nullptr;
}

}  // namespace rung::m3ua
