// For tests: one Asp, the messages of its peer, and what it answers as text.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/net/asp.hpp"

namespace rung::m3ua {

using Bytes = std::vector<std::uint8_t>;
using WordList = std::vector<std::pair<Parameter, std::uint32_t>>;

inline constexpr Time kStart{1000s};
inline constexpr std::uint32_t kContext = 100;

inline Bytes message(Type type, const WordList& words = {}) {
  std::array<std::uint8_t, 256> out;
  MessageWriter writer{out, type};
  for (const auto& [parameter, value] : words) writer.word(parameter, value);
  const std::size_t size = writer.finish();
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
}

inline Bytes data_message(const WordList& words = {{Parameter::routing_context, kContext}}) {
  std::array<std::uint8_t, 256> out;
  MessageWriter writer{out, Type::data};
  for (const auto& [parameter, value] : words) writer.word(parameter, value);
  const std::uint8_t user_data[] = {9, 0};
  writer.data({.opc = 1, .dpc = 2, .ni = 2, .sls = 5, .user_data = user_data});
  const std::size_t size = writer.finish();
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
}

/// "ASPUP ACK; NTFY 1/3 rc=100; ERR 6".
inline std::string text_of(const AspOutput& out) {
  std::string text;
  for (std::size_t i = 0; i < out.size(); ++i) {
    View view;
    EXPECT_EQ(decode(out.message(i), view), Error::none);
    if (!text.empty()) text += "; ";
    text += to_string(view.type);
    if (view.has(Parameter::status)) {
      text += fmt::format(" {}/{}", view.status().type, view.status().information);
    }
    const std::pair<Parameter, const char*> shown[] = {{Parameter::error_code, " {}"},
                                                       {Parameter::asp_identifier, " asp={}"},
                                                       {Parameter::traffic_mode, " mode={}"},
                                                       {Parameter::network_appearance, " na={}"},
                                                       {Parameter::routing_context, " rc={}"}};
    for (const auto& [parameter, form] : shown) {
      if (view.has(parameter)) text += fmt::format(fmt::runtime(form), *view.word(parameter));
    }
    const auto codes = view.words(Parameter::affected_point_code);
    for (std::size_t n = 0; n < codes.size(); ++n) {
      const AffectedPointCode code = codes.point_code(n);
      text += fmt::format("{}{}", n == 0 ? " pc=" : ",", code.point_code);
      if (code.mask != 0) text += fmt::format("/{}", code.mask);
    }
  }
  return text;
}

inline AspOptions options_of(Role role) {
  AspOptions options;
  options.role = role;
  options.routing_context = kContext;
  return options;
}

inline const Bytes kUp = message(Type::aspup);
inline const Bytes kUpAck = message(Type::aspup_ack);
inline const Bytes kDown = message(Type::aspdn);
inline const Bytes kDownAck = message(Type::aspdn_ack);
inline const Bytes kActive =
    message(Type::aspac, {{Parameter::traffic_mode, 2}, {Parameter::routing_context, kContext}});
inline const Bytes kActiveAck = message(
    Type::aspac_ack, {{Parameter::traffic_mode, 2}, {Parameter::routing_context, kContext}});
inline const Bytes kInactive = message(Type::aspia, {{Parameter::routing_context, kContext}});
inline const Bytes kInactiveAck =
    message(Type::aspia_ack, {{Parameter::routing_context, kContext}});

struct Machine {
  explicit Machine(const AspOptions& options) : asp(options, as) {}
  /// Its asking and answering halves, as far as the role has them, are in that state.
  Machine(Role role, AspState state) : Machine(options_of(role)) {
    connect();
    const bool asks = role != Role::sg && role != Role::ipsp_server;
    const bool answers = role != Role::asp && role != Role::ipsp_client;
    if (state == AspState::inactive && asks) asp.want(AspState::inactive, now, out);
    if (state != AspState::down && asks) give(kUpAck);
    if (state == AspState::active && asks) give(kActiveAck);
    if (state != AspState::down && answers) give(kUp);
    if (state == AspState::active && answers) give(kActive);
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// What is sent in answer.
  std::string give(const Bytes& octets, std::uint16_t stream = 0) {
    out.clear();
    asp.receive(octets, stream, now, out);
    return text_of(out);
  }
  std::string give_data(const Bytes& octets, std::uint16_t stream = 1) {
    out.clear();
    Data data;
    const bool handed_on = asp.receive_data(octets, stream, now, out, data);
    return handed_on ? fmt::format("handed on, SLS {}", data.protocol.sls) : text_of(out);
  }
  std::string connect() {
    out.clear();
    asp.association_up(now, out);
    return text_of(out);
  }
  std::string wait(Duration duration) {
    now += duration;
    out.clear();
    asp.advance(now, out);
    return text_of(out);
  }
  [[nodiscard]] std::vector<std::uint32_t> told(AspEvent event) const {
    std::vector<std::uint32_t> values;
    for (const auto& happened : out.events()) {
      if (happened.event == event) values.push_back(happened.value);
    }
    return values;
  }

  As as;
  Asp asp;
  AspOutput out;
  Time now = kStart;
};

inline constexpr AspState kD = AspState::down;
inline constexpr AspState kI = AspState::inactive;
inline constexpr AspState kA = AspState::active;
inline const std::string kAspac = "ASPAC mode=2 rc=100";
inline const std::string kUnexpected = "ERR 6";

}  // namespace rung::m3ua
