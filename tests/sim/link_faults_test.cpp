// What becomes of sessions when links break under them: associations that end, peers that refuse,
// abort, answer late or send what nobody can read. Whatever it is, the run goes on, the counters
// name it, and afterwards every session and every dialogue is accounted for.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "association_links.hpp"
#include "engine/wire/tcap_writer.hpp"

namespace rung {
namespace {

using Unit = UnitMeddler::Unit;

constexpr std::size_t kLabel = m3ua::kProtocolDataHeaderSize;
constexpr std::uint32_t kUes = 400;
constexpr std::string_view kLadders[] = {"net_mo", "net_mt"};

/// The TCAP message in a UDT, by the pointer to its data (Q.713 4.10); 0: there is none.
std::size_t tcap_of(const Unit& unit) {
  constexpr std::size_t kUdt = 0x09, kDataPointer = kLabel + 4;
  if (unit.size() <= kDataPointer || unit[kLabel] != kUdt) return 0;
  return kDataPointer + unit[kDataPointer] + 1;
}

/// The unit that carries `tcap` instead, back to whoever sent `unit`, or along with it.
Unit with_tcap(const Unit& unit, Octets tcap) {
  m3ua::ProtocolData label;
  sccp::Message message;
  EXPECT_TRUE(m3ua::read(unit, label));
  EXPECT_EQ(sccp::decode(label.user_data, message), sccp::Error::none);
  message.data = tcap;
  std::array<std::uint8_t, 600> octets;
  const auto size = sccp::encode(message, octets);
  label.user_data = Octets(octets).first(*size);
  Unit out(kLabel + *size);
  m3ua::write(label, out);
  return out;
}

class LinkFaults : public testing::Test {
 protected:
  static RigOptions options(AssociationLinks*& links) {
    RigOptions o{.ladders = {"register", "net_mo", "net_mt"}, .ues = kUes, .network = true};
    o.play.sessions_per_ue_max = 1;
    o.make_links = [&links](SimClock& clock, const PlayConfig& play) {
      auto made = std::make_unique<AssociationLinks>(clock, play);
      links = made.get();
      return made;
    };
    return o;
  }
  void SetUp() override {
    links_->come_up();
    ASSERT_EQ(rig_.register_all(), kUes);
  }
  /// So many sessions of each ladder, one of each every 20 ms, until the last has ended.
  void load(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      for (const std::string_view ladder : kLadders) rig_.start(ladder);
      rig_.run(20ms, false);
    }
    rig_.run(300s);
    settle();
  }
  /// Nothing is left, and every session and every dialogue has come to one end.
  void settle() {
    EXPECT_EQ(rig_.player().sessions_active(), 0U);
    for (const std::string_view ladder : kLadders) {
      const LadderIndex index = rig_.program().find(ladder);
      std::uint64_t ended = 0;
      for (std::size_t i = 0; i < kOutcomeCount; ++i) {
        ended += rig_.player().outcomes().count(index, static_cast<Outcome>(i));
      }
      EXPECT_EQ(rig_.player().outcomes().started_count(index), ended) << ladder;
    }
    EXPECT_EQ(rig_.player().pools().dialogues.used, 0U);
    EXPECT_EQ(rig_.count(Counter::dialogues_opened), rig_.count(Counter::dialogues_closed) +
                                                         rig_.count(Counter::dialogues_aborted) +
                                                         rig_.count(Counter::dialogues_given_up));
    rig_.run(15min, false);
    EXPECT_EQ(rig_.gateway().levels().dialogues, 0U) << "the gateway's timers end all of its own";
  }
  [[nodiscard]] std::uint64_t ended(Outcome outcome) const {
    std::uint64_t count = 0;
    for (const std::string_view ladder : kLadders) count += rig_.ended(ladder, outcome);
    return count;
  }
  /// For messages of failing tests.
  [[nodiscard]] std::string outcomes() {
    constexpr const char* names[] = {"passed",  "failed",       "timed out",
                                     "refused", "inconclusive", "aborted"};
    std::string text = rig_.findings_text();
    for (const std::string_view ladder : kLadders) {
      text += fmt::format("\n{}:", ladder);
      for (std::size_t i = 0; i < kOutcomeCount; ++i) {
        text += fmt::format(" {} {}", rig_.ended(ladder, static_cast<Outcome>(i)), names[i]);
      }
      const LadderIndex index = rig_.program().find(ladder);
      for (std::size_t step = 0; step < rig_.program().ladder(index).steps.size(); ++step) {
        const std::uint64_t missed = rig_.player().outcomes().missed_count(index, step);
        if (missed != 0) {
          text += fmt::format(
              ", {} missed {}", missed,
              rig_.program().step_id(index, StepIndex(static_cast<std::uint8_t>(step))));
        }
      }
    }
    return text;
  }
  /// Afterwards all goes as before.
  void recovers() {
    links_->script = [](Time) {};
    const std::uint64_t passed = ended(Outcome::passed);
    load(5);
    EXPECT_EQ(ended(Outcome::passed), passed + 10) << outcomes();
  }
  /// Once, when the load has lasted so long.
  void at(Duration when, std::function<void(Time)> what) {
    const Time due = rig_.now() + when;
    links_->script = [before = std::move(links_->script), due, what = std::move(what),
                      done = false](Time now) mutable {
      before(now);
      if (now < due || std::exchange(done, true)) return;
      what(now);
    };
  }
  /// Each fifth message of the gateway.
  void spoil_each_fifth(std::function<void(Unit&)> how) {
    links_->units.spoil = [how = std::move(how), number = 0](Unit& unit) mutable {
      if (++number % 5 == 0) how(unit);
    };
  }
  void spoil_nothing() {
    links_->units.spoil = [](Unit&) {};
    links_->carrier.spoil = [](MutableOctets) {};
  }

  AssociationLinks* links_ = nullptr;
  SimRig rig_{options(links_)};
};

TEST_F(LinkFaults, without_one_every_session_passes) {
  std::set<std::uint8_t> sls;
  links_->units.answer = [&](Octets unit) {
    m3ua::ProtocolData label;
    EXPECT_TRUE(m3ua::read(unit, label));
    sls.insert(label.sls);
    return Unit{};
  };
  load(20);
  EXPECT_EQ(sls.size(), 16U) << "Q.704 2.2.4: four bits, and all in use";
  EXPECT_EQ(*sls.rbegin(), 15U);
  EXPECT_EQ(ended(Outcome::passed), 40U) << outcomes();
  EXPECT_EQ(rig_.count(Counter::dialogues_closed), rig_.count(Counter::dialogues_opened));
  EXPECT_GE(rig_.count(Counter::dialogues_closed), 60U) << "one MO, two MT";
  EXPECT_EQ(rig_.count(Counter::map_stale), 0U);
}

TEST_F(LinkFaults, an_association_that_the_peer_aborts_costs_what_was_under_way) {
  at(200ms, [&](Time now) { links_->gateway_link().reset(now); });
  load(20);

  EXPECT_EQ(links_->figures().counts.downs, 1U);
  EXPECT_EQ(links_->figures().counts.ups, 2U);
  EXPECT_GT(ended(Outcome::passed), 0U);
  EXPECT_GT(ended(Outcome::timed_out) + ended(Outcome::failed) + ended(Outcome::refused), 0U)
      << "it is the SUT's end that went";
  EXPECT_EQ(ended(Outcome::inconclusive), 0U) << "nothing was lost on our side";
  recovers();
}

/// Killed, it says nothing; started again, it knows of no association and aborts ours.
TEST_F(LinkFaults, a_peer_that_is_killed_and_started_again_is_met_anew) {
  at(200ms, [&](Time) { links_->carrier.silent = true; });
  at(260ms, [&](Time now) { links_->gateway_link().reset(now); });
  at(600ms, [&](Time) { links_->carrier.silent = false; });
  load(60);
  rig_.run(120s, false);  // SCTP's own timers find out at last

  EXPECT_EQ(links_->figures().counts.downs, 1U);
  EXPECT_TRUE(links_->figures().active);
  EXPECT_GT(ended(Outcome::passed), 5U) << "before";
  EXPECT_EQ(ended(Outcome::inconclusive), 0U);
  recovers();
}

TEST_F(LinkFaults, a_path_that_is_silent_for_long_ends_the_association_and_not_the_run) {
  at(200ms, [&](Time) { links_->carrier.silent = true; });
  at(120s, [&](Time) { links_->carrier.silent = false; });
  load(20);

  EXPECT_EQ(links_->figures().counts.downs, 1U) << "retransmissions in vain end it";
  EXPECT_GT(ended(Outcome::timed_out) + ended(Outcome::refused) + ended(Outcome::failed), 0U);
  rig_.run(120s, false);
  recovers();
}

TEST_F(LinkFaults, nothing_is_sent_to_a_point_code_that_is_unavailable_until_it_is_back) {
  const std::uint32_t code = links_->gateway_link().options().opc;
  const auto announce = [&](m3ua::DestinationStatus status) {
    return [&, status](Time now) { links_->gateway_link().announce(code, status, now); };
  };
  at(200ms, announce(m3ua::DestinationStatus::unavailable));
  at(400ms, announce(m3ua::DestinationStatus::available));
  load(30);

  EXPECT_GT(links_->figures().counts.unavailable, 0U);
  EXPECT_EQ(links_->player_end().counters().unreachable, links_->figures().counts.unavailable);
  EXPECT_EQ(links_->figures().counts.downs, 0U);
  EXPECT_GT(ended(Outcome::passed), 30U);
  recovers();
}

TEST_F(LinkFaults, what_sccp_returns_ends_its_session_without_blame) {
  links_->units.answer = [number = 0](Octets octets) mutable {
    m3ua::ProtocolData label;
    sccp::Message message;
    Unit out;
    if (++number % 5 != 0 || !m3ua::read(octets, label)) return out;
    if (sccp::decode(label.user_data, message) != sccp::Error::none) return out;
    const sccp::Message back = sccp::returned(message, sccp::ReturnCause::subsystem_failure);
    out.resize(600);
    const auto size = sccp::encode(back, std::span(out).subspan(kLabel));
    std::swap(label.opc, label.dpc);
    const Unit data(out.begin() + kLabel, out.begin() + kLabel + static_cast<long>(*size));
    label.user_data = data;
    out.resize(m3ua::write(label, out));
    return out;
  };
  load(20);

  EXPECT_GT(rig_.count(Counter::map_returned), 0U);
  EXPECT_GT(ended(Outcome::refused), 0U);
  EXPECT_GT(ended(Outcome::passed), 0U);
  links_->units.answer = [](Octets) { return Unit{}; };
  recovers();
}

class LinkFaultsAbort : public LinkFaults, public testing::WithParamInterface<bool> {};

TEST_P(LinkFaultsAbort, ends_its_dialogue_and_session) {
  spoil_each_fifth([&](Unit& unit) {
    m3ua::ProtocolData label;
    NetworkMessage message;
    if (!m3ua::read(unit, label) || !read_transaction(label.user_data, message)) return;
    if (message.tcap.dtid.size == 0) return;
    std::array<std::uint8_t, 128> room;
    tcap::Writer writer(room);
    tcap::Dialogue user;
    user.pdu = tcap::DialoguePdu::abort;
    const auto provider = tcap::PAbortCause::resource_limitation;
    unit = with_tcap(
        unit, GetParam() ? writer.finish(tcap::Type::abort, {}, message.tcap.dtid, user)
                         : writer.finish(tcap::Type::abort, {}, message.tcap.dtid, {}, provider));
  });
  load(20);

  EXPECT_GT(rig_.count(Counter::dialogues_aborted), 0U);
  EXPECT_GT(ended(Outcome::passed), 0U);
  EXPECT_EQ(ended(Outcome::inconclusive), 0U);
  spoil_nothing();
  recovers();
}
INSTANTIATE_TEST_SUITE_P(LinkFaults, LinkFaultsAbort, testing::Bool(),
                         [](const auto& of) { return of.param ? "u_abort" : "p_abort"; });

TEST_F(LinkFaults, an_answer_behind_its_deadline_finds_nobody) {
  at(100ms, [&](Time) { links_->units.delay = 12s; });
  load(20);
  links_->units.delay = {};
  rig_.run(30s, false);

  EXPECT_GT(rig_.count(Counter::map_stale), 0U);
  EXPECT_GT(ended(Outcome::timed_out) + ended(Outcome::failed), 0U);
  EXPECT_EQ(rig_.player().pools().dialogues.used, 0U);
  recovers();
}

/// What of a message nobody can read, layer by layer.
struct Garbage {
  const char* name;
  void (*spoil)(Unit&);
};
class LinkFaultsGarbage : public LinkFaults, public testing::WithParamInterface<Garbage> {};

TEST_P(LinkFaultsGarbage, is_counted_and_nothing_more_is_lost_than_it_took) {
  spoil_each_fifth(GetParam().spoil);
  load(20);

  EXPECT_GT(rig_.count(Counter::map_malformed) + ended(Outcome::refused) + ended(Outcome::failed),
            0U);
  EXPECT_GT(ended(Outcome::passed), 0U);
  EXPECT_LT(ended(Outcome::passed), 40U);
  EXPECT_EQ(ended(Outcome::inconclusive), 0U) << "the SUT sent it";
  EXPECT_EQ(links_->figures().counts.downs, 0U);
  spoil_nothing();
  recovers();
}
INSTANTIATE_TEST_SUITE_P(
    LinkFaults, LinkFaultsGarbage,
    testing::Values(Garbage{"sccp_type", [](Unit& unit) { unit[kLabel] = 0xee; }},
                    Garbage{"sccp_pointers", [](Unit& unit) { unit[kLabel + 2] = 0xff; }},
                    Garbage{"sccp_cut", [](Unit& unit) { unit.resize(kLabel + 7); }},
                    Garbage{"tcap_type", [](Unit& unit) { unit[tcap_of(unit)] = 0x21; }},
                    Garbage{"tcap_length", [](Unit& unit) { unit[tcap_of(unit) + 1] = 0x7f; }},
                    Garbage{"tcap_octets",
                            [](Unit& unit) {
                              for (std::size_t i = tcap_of(unit) + 2; i < unit.size(); ++i) {
                                unit[i] = static_cast<std::uint8_t>(i * 37);
                              }
                            }},
                    Garbage{"map_parameter",
                            [](Unit& unit) {  // behind an operation code: a NULL for its SEQUENCE
                              for (std::size_t i = tcap_of(unit); i + 3 < unit.size(); ++i) {
                                const bool code = unit[i] == 0x02 && unit[i + 1] == 0x01;
                                if (code && unit[i + 3] == 0x30) unit[i + 3] = 0x05;
                              }
                            }}),
    [](const auto& of) { return of.param.name; });

TEST_F(LinkFaults, m3ua_that_nobody_can_read_gets_an_err) {
  links_->carrier.spoil = [number = 0](MutableOctets message) mutable {
    constexpr std::size_t kClass = 2, kTransfer = 1;
    if (message[kClass] == kTransfer && ++number % 5 == 0) message[kClass] = 0x7e;
  };
  load(20);

  EXPECT_GT(links_->figures().counts.errors_sent, 0U);
  EXPECT_EQ(links_->figures().counts.downs, 0U);
  EXPECT_GT(ended(Outcome::passed), 0U);
  EXPECT_EQ(ended(Outcome::inconclusive), 0U);
  spoil_nothing();
  recovers();
}

TEST_F(LinkFaults, what_there_is_no_room_for_waits) {
  links_->stalled = true;
  for (int i = 0; i < 300; ++i) EXPECT_EQ(rig_.start("net_mt"), StartResult::started);
  rig_.run(1s, false);
  links_->stalled = false;
  rig_.run(300s);
  settle();

  EXPECT_EQ(ended(Outcome::passed), 300U) << outcomes();
  EXPECT_EQ(links_->player_end().counters().lost_by_us(), 0U);
}

/// What came found no room here: that it is missing is not the SUT's doing. What the SUT said
/// because of it stays a finding, of a run that is invalid.
TEST_F(LinkFaults, what_our_own_side_loses_is_not_missing) {
  links_->deaf = true;
  for (int i = 0; i < 300; ++i) EXPECT_EQ(rig_.start("net_mt"), StartResult::started);
  rig_.run(1s, false);
  links_->deaf = false;
  rig_.run(300s);
  settle();

  EXPECT_GT(links_->figures().counts.dropped, 0U);
  EXPECT_EQ(links_->player_end().counters().rx_dropped, links_->figures().counts.dropped);
  EXPECT_GT(ended(Outcome::inconclusive), 0U);
  EXPECT_EQ(ended(Outcome::timed_out), 0U);
  recovers();
}

}  // namespace
}  // namespace rung
