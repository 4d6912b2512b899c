// Answerer: what the benchmarks' responder says. A REGISTER gets 200, a MESSAGE 202, and with
// reports on the MESSAGE with an RP-ACK that TS 24.341 5.3.3.4 asks for. It keeps no state, so that
// the program it faces is the limit; one in so many of its messages is wrong on purpose.
//
// Ownership: borrows the transport's slots for the length of take().
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/datagram.hpp"
#include "engine/wire/sip_view.hpp"

namespace rung::bench {

enum class Plant : std::uint8_t {
#define RUNG_PLANT(name, kind, requirement) name,
#include "plant.def"
#undef RUNG_PLANT
  none,
};
inline constexpr std::size_t kPlantCount = static_cast<std::size_t>(Plant::none);

struct AnswererOptions {
  Endpoint local;                  // for the Via of reports
  bool reports = false;            // play the gateway: answer, then report
  std::uint64_t plant_one_in = 0;  // of the answers, and of the reports; 0: never
};

struct AnswererCounters {
  std::uint64_t requests = 0;
  std::uint64_t registers = 0;
  std::uint64_t answers = 0;  // to a MESSAGE
  std::uint64_t reports = 0;
  std::uint64_t confirmed = 0;  // 2xx to a report
  std::uint64_t ignored = 0;    // not understood
  Time first = kNever;          // arrival of the first datagram
  std::array<std::uint64_t, kPlantCount> planted{};
};

class Answerer {
 public:
  /// Slots one received datagram may need.
  static constexpr std::size_t kSlotsPerDatagram = 2;

  explicit Answerer(const AnswererOptions& options);

  /// Answers every datagram of a burst. Precondition: kSlotsPerDatagram free slots for each.
  void take(std::span<const RxDatagram> burst, TxQueue& tx);
  [[nodiscard]] const AnswererCounters& counters() const { return counters_; }

 private:
  struct Cycle {  // the kinds of one sort of message, planted in turn
    Plant first;
    std::uint64_t kinds;
    std::uint64_t written = 0;
    std::uint64_t planted = 0;
  };

  void answer_register(const RxDatagram& from, TxQueue& tx);
  void answer_message(const RxDatagram& from, TxQueue& tx);
  void report(const RxDatagram& from, TxQueue& tx);
  Plant next_plant(Cycle& cycle);
  std::size_t write_report(std::string_view contact, Plant plant, MutableOctets out);
  std::size_t write_rpdu(Plant plant, MutableOctets out) const;

  AnswererOptions options_;
  std::string via_;
  sip::View view_;
  Cycle answers_;
  Cycle reports_;
  AnswererCounters counters_;
};

std::string_view to_string(Plant plant);
/// Id of the requirement that `plant` breaks. Precondition: not none.
std::string_view broken_requirement(Plant plant);

}  // namespace rung::bench
