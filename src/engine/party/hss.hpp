// Hss: what the HLR/HSS remembers of the subscribers of one worker, and what it decides by it
// (TS 29.002 clauses 12.1, 12.3, 23.3 to 23.6; TS 23.040 3.2; TR 23.804 8.1 to 8.10). State and
// decisions only: octets, numbers of nodes and timers are its caller's. Allocated at start.
//
// Three kinds of node may deliver to a subscriber: its gateway, an MSC and an SGSN. Each has a flag
// that it could not (UNRI, MNRF, MNRG) with the diagnostic it gave; MCEF, that the memory is full,
// is the subscriber's own. Service centres that wait for an alert are its message waiting data.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/fixed_vector.hpp"
#include "engine/base/ids.hpp"
#include "engine/wire/map.hpp"
#include "engine/wire/map_routing.hpp"
#include "engine/wire/map_user_error.hpp"

namespace rung {

enum class ServingNode : std::uint8_t { gateway, msc, sgsn };
inline constexpr std::size_t kServingNodes = 3;

/// Place of a service centre, or of a gateway, in the run's list of them.
using CentreIndex = Index<struct CentreTag>;
using GatewayIndex = Index<struct GatewayTag>;

struct HssPolicy {
  /// relay: an inquiry goes on to the subscriber's gateway, which answers it (TS 23.204 6.4).
  /// addresses: the answer lists up to three nodes, the gateway among them (TR 23.804 8.4).
  enum class Routing : std::uint8_t { relay, addresses };
  Routing routing = Routing::relay;
  /// Every subscriber has gateway 0 whether or not it told us so (TR 23.804 8.7 step 5).
  bool gateway_preconfigured = false;
  /// Order in which nodes are offered (TR 23.804 8.4 step 3).
  std::array<ServingNode, kServingNodes> priority{ServingNode::gateway, ServingNode::msc,
                                                  ServingNode::sgsn};
};

class Hss {
 public:
  /// Service centres that one subscriber's message waiting data hold at most.
  static constexpr std::size_t kWaitingMax = 4;
  /// Service centres and gateways that a run may have.
  static constexpr std::uint32_t kCentresMax = 255;
  static constexpr std::uint32_t kGatewaysMax = 254;

  /// `count` subscribers, each attached to an MSC and an SGSN, none with a gateway of its own.
  Hss(std::uint32_t count, const HssPolicy& policy);

  /// What a change leads to.
  struct Change {
    std::optional<bool> connected;                    // told to the presence server
    FixedVector<CentreIndex, kWaitingMax> alerted{};  // by alertServiceCentre, one each
  };
  /// anyTimeModification with modifyRegistrationStatus activate, or updateGprsLocation of a gateway
  /// that reuses Gr. Being reachable again over IP alerts whoever waits (23.204 6.5b).
  Change activate(UeIndex ue, GatewayIndex gateway);
  /// Deactivate, or purgeMS. One of a gateway that is not the subscriber's changes nothing.
  Change deactivate(UeIndex ue, GatewayIndex gateway);
  /// The subscriber attaches to or leaves an MSC or SGSN. Precondition: `node` is no gateway.
  void set_attached(UeIndex ue, ServingNode node, bool attached);

  /// What a sendRoutingInfoForSM asks.
  struct Inquiry {
    CentreIndex centre;
    bool priority = false;              // sm-RP-PRI: try even who is flagged as not reachable
    bool gprs_support = false;          // two numbers may be returned
    bool ip_messaging_support = false;  // three (TR 23.804 8.4)
    bool from_gateway = false;          // by its calling address; never relayed again
    bool t4_trigger = false;            // device trigger: never relayed
    bool has_correlation_id = false;    // MSISDN-less: the gateway's number is the answer
  };
  /// A number of the answer: whose, and as whose it is given out. They differ where an SMS-GMSC
  /// that knows of no gateway is given the gateway's number as that of an MSC or SGSN.
  struct Number {
    ServingNode node{};
    ServingNode given_as{};
  };
  /// A node that is flagged as not reachable, and why; without diagnostic: never said.
  struct Absence {
    ServingNode node{};
    std::optional<map::AbsentSubscriberDiagnosticSm> diagnostic{};
  };
  /// informServiceCentre, which rides with the answer.
  struct Waiting {
    bool centre_not_included = false;
    bool mcef = false, mnrf = false, mnrg = false;
  };
  struct Routing {
    enum class Kind : std::uint8_t { relay, numbers, absent };
    Kind kind = Kind::absent;
    FixedVector<Number, kServingNodes> numbers{};
    FixedVector<Absence, kServingNodes> absences{};
    bool with_imsi = false;  // absent, but the gateway may deliver: absentSubscriberSM has the IMSI
    std::optional<Waiting> waiting{};
  };
  /// An inquiry that ends in absence puts the centre among those that wait.
  Routing route(UeIndex ue, const Inquiry& inquiry);

  /// What one node reports of a delivery.
  struct Outcome {
    ServingNode node{};
    map::SmDeliveryOutcome outcome{};
    std::optional<map::AbsentSubscriberDiagnosticSm> diagnostic{};
  };
  struct ReportAnswer {
    std::optional<map::UserError> error{};  // messageWaitingListFull
    Change change{};
  };
  /// reportSM-DeliveryStatus. Where a gateway serves the subscriber only its own report counts;
  /// that of an SMS-GMSC is acknowledged (23.204 6.5a).
  ReportAnswer report(UeIndex ue, CentreIndex centre, std::span<const Outcome> outcomes,
                      bool from_gateway);

  /// readyForSM: present again at `node`, or memory available again.
  Change ready(UeIndex ue, ServingNode node, bool memory_available);

  [[nodiscard]] bool connected(UeIndex ue) const;
  /// Invalid when the subscriber has none.
  [[nodiscard]] GatewayIndex gateway(UeIndex ue) const;
  [[nodiscard]] bool attached(UeIndex ue, ServingNode node) const;
  /// UNRI, MNRF or MNRG.
  [[nodiscard]] bool unreachable(UeIndex ue, ServingNode node) const;
  [[nodiscard]] bool memory_full(UeIndex ue) const;
  [[nodiscard]] bool waits(UeIndex ue, CentreIndex centre) const;
  [[nodiscard]] std::size_t octets() const { return rows_.size() * sizeof(Row); }

 private:
  static constexpr std::uint8_t kNoGateway = 0xff;
  static constexpr std::uint8_t kNoDiagnostic = 0xff;
  struct Row {
    std::uint8_t attached = 0;     // one bit a ServingNode; the gateway's: IP-connected
    std::uint8_t unreachable = 0;  // one bit a ServingNode
    bool memory_full = false;
    std::uint8_t gateway = kNoGateway;
    std::array<std::uint8_t, kServingNodes> diagnostic{kNoDiagnostic, kNoDiagnostic, kNoDiagnostic};
    std::uint8_t waiting_count = 0;
    std::array<std::uint8_t, kWaitingMax> waiting{};
  };
  static_assert(sizeof(Row) <= 16);

  [[nodiscard]] static std::uint8_t bit(ServingNode node) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(node));
  }
  [[nodiscard]] bool served(const Row& row) const;
  [[nodiscard]] bool offered(const Row& row, ServingNode node, const Inquiry& inquiry) const;
  [[nodiscard]] std::optional<Waiting> waiting_of(const Row& row, CentreIndex centre) const;
  static bool waits(const Row& row, CentreIndex centre);
  static bool add_waiting(Row& row, CentreIndex centre);
  static void set_reachable(Row& row, ServingNode node);
  static void alert(Row& row, Change& change);
  void list_numbers(const Row& row, const Inquiry& inquiry, Routing& routing) const;
  static void list_absences(const Row& row, Routing& routing);

  HssPolicy policy_;
  std::vector<Row> rows_;
};

}  // namespace rung
