// The SIGTRAN links of a run: from their settings to carriers, associations and a Transport.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/net/link_transport.hpp"
#include "engine/net/unit_tap.hpp"
#include "options.hpp"

namespace rung {

/// A socket that carries links: one for each local address.
struct CarrierPlan {
  bool over_ip = false;  // else in UDP
  Endpoint local{};
  friend bool operator==(const CarrierPlan&, const CarrierPlan&) = default;
};

/// One link as the engine takes it; its name is lent by the settings.
struct LinkPlan {
  m3ua::LinkOptions options{};
  std::string as{};     // empty: one of its own
  Duration recovery{};  // of that
};

struct LinkPlans {
  std::vector<CarrierPlan> carriers;
  std::vector<LinkPlan> links;
};

/// Checks the links against each other too. All errors together, as parse_options() gives them.
Result<LinkPlans, std::vector<std::string>> plan_links(const std::vector<LinkSettings>& links);

/// Between whom link number `link` runs.
m3ua::UnitEnds ends_of(const LinkPlans& plans, std::size_t link);

/// All links of a run: one thread has them.
class LinkWire {
 public:
  /// Opens sockets and links. `taps` see the packets, one tap for each carrier; they and the
  /// settings that the plans came from outlive this. The error is a sentence.
  static Result<std::unique_ptr<LinkWire>, std::string> open(const LinkPlans& plans,
                                                             std::span<Tap* const> taps, Time now);

  [[nodiscard]] m3ua::LinkTransport& transport() { return *transport_; }
  [[nodiscard]] SctpStack& stack() { return stack_; }
  [[nodiscard]] std::size_t active() const;
  /// Ends all links in order, for which the peers get a moment.
  void close();

 private:
  explicit LinkWire(Time now) : stack_(SctpStackOptions{}, now) {}
  void open_links(const std::vector<LinkPlan>& plans);

  // Packets leave through the carriers until the stack is gone.
  std::vector<std::unique_ptr<Transport>> carriers_;
  SctpStack stack_;
  std::unique_ptr<m3ua::LinkTransport> transport_;
};

}  // namespace rung
