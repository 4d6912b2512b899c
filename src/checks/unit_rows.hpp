// A message of the network side as a report shows it: SCCP, TCAP, MAP and the TPDU in it, each row
// a field of path.def.
#pragma once

#include "checks/message_rows.hpp"

namespace rung {

/// `packet`: an SCTP packet with one M3UA DATA, as captures show units of links. `outgoing`: the
/// tester sent it. Any octets give rows; what does not decode is shown with the reason.
DecodedMessage decode_unit(Octets packet, bool outgoing);

}  // namespace rung
