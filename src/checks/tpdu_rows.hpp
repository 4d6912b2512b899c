// The rows of a TPDU for a report: TS 23.040 9.2.2, field by field as it lies on the wire.
#pragma once

#include "checks/message_rows.hpp"
#include "engine/wire/tpdu.hpp"

namespace rung {

/// `octets`: the whole TPDU that `tpdu` was decoded from, with `error`.
MessageLayer tpdu_layer(const tp::Tpdu& tpdu, tp::Error error, Octets octets);

}  // namespace rung
