// The way of DATA, the message that carries all traffic: read without looking at what else M3UA
// knows, written by patching a header that was rendered once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/wire/m3ua.hpp"

namespace rung::m3ua {

/// What decode_data() found. User data points into the octets.
struct Data {
  ProtocolData protocol{};
  bool has_routing_context = false;
  bool has_network_appearance = false;
  std::uint32_t routing_context = 0;
  std::uint32_t network_appearance = 0;
};

/// True for a header that says DATA; nothing else of it is looked at.
[[nodiscard]] bool is_data(Octets octets);

/// decode() for DATA alone: accepts and refuses the same octets. Precondition: is_data().
[[nodiscard]] Error decode_data(Octets octets, Data& out);

/// Everything of DATA that does not change from message to message.
struct DataLabel {
  std::uint32_t opc = 0;
  std::uint32_t dpc = 0;
  std::uint8_t si = kServiceSccp;
  std::uint8_t ni = 0;
  std::uint8_t mp = 0;
  std::optional<std::uint32_t> routing_context{};
  std::optional<std::uint32_t> network_appearance{};
};

/// The octets in front of the user data, rendered once; SLS and the two lengths are patched.
class DataHeader {
 public:
  /// Common header, network appearance, routing context, parameter header, routing label.
  static constexpr std::size_t kSizeMax = kHeaderSize + 8 + 8 + 4 + kProtocolDataHeaderSize;

  DataHeader() = default;
  explicit DataHeader(const DataLabel& label);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Octets of the whole message around `user_data_size` octets, padding included.
  [[nodiscard]] std::size_t message_size(std::size_t user_data_size) const {
    return (size_ + user_data_size + 3) & ~std::size_t{3};
  }
  /// Writes header and padding around user data that lies, or will be put, at out[size()]. Returns
  /// message_size(); 0 when that does not fit into `out` or passes what a length can say.
  std::size_t write(std::uint8_t sls, std::size_t user_data_size, MutableOctets out) const;

 private:
  std::array<std::uint8_t, kSizeMax> octets_{};
  std::size_t size_ = 0;
};

}  // namespace rung::m3ua
