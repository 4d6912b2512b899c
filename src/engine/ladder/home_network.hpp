// HomeNetwork: how the network behind the gateway answers what no ladder draws, and what its HSS
// remembers of what ladders do draw. Octets of a reply lie in the reply itself.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/ladder/network_message.hpp"
#include "engine/ladder/play_config.hpp"
#include "engine/party/hss.hpp"

namespace rung {

/// The component that answers an invoke. `parameter` points into `room`, so it is not copied.
struct NetworkReply {
  NetworkReply() = default;
  NetworkReply(const NetworkReply&) = delete;
  NetworkReply& operator=(const NetworkReply&) = delete;

  tcap::ComponentType component = tcap::ComponentType::return_result_last;
  std::int32_t code = 0;  // operation, or error
  MapParameter parameter{};
  bool has_parameter = false;
  tcap::Problem problem{};  // of a Reject

  /// A number, or digits alone, that lives as long as the reply.
  Octets address(std::string_view digits);
  Octets plain(std::string_view digits);

 private:
  Octets kept(std::size_t size);
  std::array<std::uint8_t, 96> room_{};
  std::size_t used_ = 0;
};

class HomeNetwork {
 public:
  /// Subscribers are the UEs of one worker. `config` outlives it.
  HomeNetwork(std::uint32_t subscribers, const PlayConfig& config);

  /// Who an invoke is about; `ue` invalid: nobody of ours.
  struct Subscriber {
    UeIndex ue;
    std::string_view imsi;
    std::string_view msisdn;
  };
  /// Answers the first component of a Begin that came to `element` (TS 29.002 clauses 12, 8).
  void answer(const NetworkMessage& asked, Party element, const Subscriber& subscriber,
              NetworkReply& reply);
  /// What the HSS keeps of an invoke that a ladder answers itself.
  void note(const NetworkMessage& asked, UeIndex ue);
  /// What a ladder answers to a routing inquiry, so that the next one is answered alike.
  void note_nodes(const MapParameter& answer, UeIndex ue);

  [[nodiscard]] const Hss& hss() const { return hss_; }
  /// alertServiceCentre that the HSS sent, service centres counted one by one.
  [[nodiscard]] std::uint64_t alerts() const { return alerts_; }

 private:
  void answer_as_hss(const NetworkMessage& asked, const Subscriber& subscriber,
                     NetworkReply& reply);
  void route(const map::RoutingInfoForSmArg& asked, const Subscriber& subscriber,
             NetworkReply& reply);
  void take(const Hss::Change& change) { alerts_ += change.alerted.size(); }

  const PlayConfig& config_;
  Hss hss_;
  std::uint64_t alerts_ = 0;
};

}  // namespace rung
