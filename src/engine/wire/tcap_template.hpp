// A TCAP message that is sent millions of times: rendered once, then copied with its transaction
// ids and a few fixed-width fields patched.
//
// A peer's transaction id has 1 to 4 octets, and with it the lengths in front of it change: there
// is one rendering for each. What is behind the ids stays where it is, counted from the end, so a
// Field holds in all of them.
//
//   const Template answer{message};                          // an End with a ReturnResultLast
//   const Template::Field id = answer.invoke_id();
//   ...
//   const std::size_t size = answer.write(out, {}, their_id);
//   Template::octets(out.first(size), id)[0] = invoke_id;
#pragma once

#include <array>

#include "engine/base/bytes.hpp"
#include "engine/wire/tcap.hpp"
#include "engine/wire/template.hpp"

namespace rung::tcap {

class Template {
 public:
  /// Octets at a fixed distance from the end of the message.
  struct Field {
    std::uint16_t from_end = 0;
    std::uint16_t width = 0;
  };

  static constexpr std::size_t kSizeMax = 1024;

  Template() = default;
  /// Renders `message`; its ids say only which of the two there are. Precondition: it has room in
  /// kSizeMax octets. Its spans are not needed afterwards.
  explicit Template(const Message& message);

  /// The field that holds `octets`, which must lie inside the message's parameters or user
  /// information: an address of a decoded or filled-in struct, say, of which write() then patches
  /// the digits. Found by its octets; precondition: they are there exactly once.
  [[nodiscard]] Field field(Octets octets) const;
  /// The invoke id of the first component. Precondition: there is one, of one octet.
  [[nodiscard]] Field invoke_id() const { return invoke_id_; }

  /// Copies the message into `out` with these ids: `otid` of 4 octets where the template has one,
  /// `dtid` of 1 to 4 where it has one. The size; 0 where `out` is too small.
  std::size_t write(MutableOctets out, const TransactionId& otid, const TransactionId& dtid) const;

  /// The octets of a field in a message that write() has written, all of it.
  static MutableOctets octets(MutableOctets message, Field field) {
    return message.subspan(message.size() - field.from_end, field.width);
  }

 private:
  struct Rendering {
    MessageTemplate octets{};
    Field otid{};
    Field dtid{};
  };
  /// By the octets of the DTID; one alone where there is none.
  std::array<Rendering, 4> renderings_{};
  bool has_otid_ = false;
  bool has_dtid_ = false;
  Field invoke_id_{};
};

}  // namespace rung::tcap
