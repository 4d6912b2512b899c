// Writes a TCAP message around MAP parameters, from its last component to its first octet: each
// octet is written once and no length is patched.
//
//   tcap::Writer writer{buffer};
//   map::write(writer.parameter(), argument);          // of the last component
//   writer.invoke(1, code);
//   const Octets message = writer.finish(Type::begin, otid, {}, dialogue);
#pragma once

#include "engine/wire/tcap.hpp"

namespace rung::tcap {

class Writer {
 public:
  /// Writes into the tail of `out`.
  explicit Writer(MutableOctets out) : ber_(out) {}

  /// For the parameter of the next component, written before the component itself.
  ber::Writer& parameter() { return ber_; }

  /// The component around what was written to parameter() since the one before; components are
  /// given from the last to the first.
  void invoke(std::int8_t id, std::int32_t operation, std::optional<std::int8_t> linked_id = {});
  /// Without a parameter there is no operation code either.
  void return_result(std::int8_t id, std::int32_t operation,
                     ComponentType type = ComponentType::return_result_last);
  void return_error(std::int8_t id, std::int32_t error);
  void reject(std::optional<std::int8_t> id, Problem problem);
  /// Any component as decoded, its parameter included.
  void component(const Component& component);

  /// The whole message: component portion, dialogue portion, P-Abort cause, ids. An id of size 0,
  /// a dialogue with pdu none and no cause are left out. Empty when the message has no room.
  Octets finish(Type type, const TransactionId& otid, const TransactionId& dtid,
                const Dialogue& dialogue = {}, std::optional<PAbortCause> cause = {});

 private:
  void close(ComponentType type);
  void write_dialogue(Type type, const Dialogue& dialogue);

  ber::Writer ber_;
  std::size_t component_mark_ = 0;
};

}  // namespace rung::tcap
