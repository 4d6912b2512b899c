#include <fmt/format.h>

#include <algorithm>

#include "engine/ladder/player_core.hpp"

// Registration state of the UEs, and digest challenges (RFC 3261 22, RFC 2617; TS 24.229 5.1.1).

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }
/// Challenges one request is answered: a second one with the same credentials means they are wrong.
constexpr std::uint8_t kAttemptsMax = 2;
/// Values of a Service-Route; more of them would not fit into the table.
constexpr std::size_t kRoutesMax = 16;
/// A UE that was busy when its registration had to be refreshed tries again after this long.
constexpr Duration kRefreshRetry = 1s;
/// Bindings of one identity that are looked at in a 2xx.
constexpr std::size_t kBindingsMax = 16;

/// Appends to a fixed buffer; a text that does not fit leaves ok false.
struct Composer {
  std::span<char> out;
  std::size_t size = 0;
  bool ok = true;
  Composer& operator<<(std::string_view text) {
    if (text.size() > out.size() - size) {
      ok = false;
      return *this;
    }
    std::copy(text.begin(), text.end(), out.begin() + static_cast<std::ptrdiff_t>(size));
    size += text.size();
    return *this;
  }
  [[nodiscard]] std::string_view view() const { return {out.data(), size}; }
};

}  // namespace

void Player::Core::begin_register(Live& l, std::size_t step) {
  const UeIndex ue(l.session->ue[l.ladder->steps[step].party]);
  ues.take_cseq(ue);
  ues.set_registering(ue, true);
  ++ues.digest(ue).count;
}

void Player::Core::store_challenge(UeIndex ue) {
  const bool proxy = in_.view.status() == 407;
  const sip::Header header =
      proxy ? sip::Header::proxy_authenticate : sip::Header::www_authenticate;
  digest::Challenge challenge;
  UeTable::Digest& state = ues.digest(ue);
  state = {};
  if (!digest::parse_challenge(in_.view.header(header), challenge) || !challenge.algorithm_md5)
    return;
  state.challenge = challenges_.store({.realm = challenge.realm,
                                       .nonce = challenge.nonce,
                                       .opaque = challenge.opaque,
                                       .has_opaque = challenge.has_opaque,
                                       .qop_auth = challenge.qop_auth});
  ues.set_proxy_challenged(ue, proxy);
}

/// TS 24.229 5.1.2A.1: the preloaded Route is the P-CSCF, then the Service-Route in its order; a
/// 2xx without one takes back what an earlier one gave (RFC 3608 5.1).
void Player::Core::store_route(UeIndex ue) {
  std::uint32_t& handle = ues.route(ue);
  handle = 0;
  sip::Values values(in_.view, sip::Header::service_route);
  std::string_view value;
  if (!values.next(value)) return;
  std::array<std::uint8_t, kEndpointTextSizeMax> proxy;
  std::array<char, RouteTable::kTextMax> text;
  Composer line{text};
  line << "Route: <sip:" << as_text(Octets(proxy.data(), format_endpoint(config_.gateway, proxy)))
       << ";lr>";
  for (std::size_t i = 0; i < kRoutesMax; ++i) {
    line << "," << value;
    if (!values.next(value)) break;
  }
  line << "\r\n";
  if (line.ok) handle = routes_.intern(line.view());
  if (handle == 0) counters_.bump(Counter::route_pool_full);
}

/// The whole header line, or nothing where the UE has none.
std::string_view Player::Core::route_of(UeIndex ue) {
  const std::uint32_t handle = ues.route(ue);
  if (handle == 0) return {};
  const std::string_view line = routes_.find(handle);
  if (line.empty()) counters_.bump(Counter::route_pool_full);
  return line;
}

/// Sends the request again with credentials, in a new transaction (RFC 3261 22.2). False when the
/// challenge cannot be answered, or was answered before.
bool Player::Core::answer_challenge(Live& l, std::size_t step) {
  StepRecord& r = l.records[step];
  const ProgramStep& p = l.ladder->steps[step];
  const UeIndex ue(l.session->ue[p.party]);
  if (r.attempt >= kAttemptsMax || program_.request(p.send).request_uri.empty()) return false;
  store_challenge(ue);
  if (ues.digest(ue).challenge == 0) return false;
  counters_.bump(Counter::challenges);
  ++r.attempt;
  if (p.method == sip::Method::register_) {
    ues.take_cseq(ue);
  } else {
    ues.set_messages_challenged(ue);
  }
  ++ues.digest(ue).count;
  r.copies = 0;
  return true;
}

/// The whole header line, or nothing where the UE has no challenge to answer.
std::string_view Player::Core::credentials(const Live& l, std::size_t step, std::span<char> out) {
  const ProgramStep& p = l.ladder->steps[step];
  const SendRequest& request = program_.request(p.send);
  const UeIndex ue(l.session->ue[p.party]);
  const bool due_now = p.method == sip::Method::register_ || l.records[step].attempt > 0 ||
                       ues.messages_challenged(ue);
  StoredChallenge challenge;
  if (request.unauthorized || !due_now) return {};
  if (!challenges_.find(ues.digest(ue).challenge, challenge)) return {};

  const std::uint8_t whose = request.for_peer ? static_cast<std::uint8_t>(1 - p.party) : p.party;
  std::array<char, 16> nc_text;
  fmt::format_to_n(nc_text.data(), 8, "{:08x}", std::max(ues.digest(ue).count, 1U));
  const std::string_view nc(nc_text.data(), 8);
  std::array<std::uint8_t, 16> cnonce_octets;
  put_hex(cnonce_octets, key_of(l, static_cast<std::uint8_t>(step)) ^ config_.seed << 8);
  const std::string_view cnonce = as_text(cnonce_octets);
  std::array<char, 96> name_text;
  Composer name{name_text};
  name << digits(number(l, whose), whose) << "@" << config_.domain;
  std::array<char, 96> password_text;
  Composer password{password_text};
  const std::string_view pattern = config_.password;
  const std::size_t mark = pattern.find("%u");
  password << pattern.substr(0, mark);
  if (mark != std::string_view::npos) {
    password << "+" << digits(number(l, whose), whose) << pattern.substr(mark + 2);
  }
  const std::string_view realm = challenge.realm;
  const digest::HexDigest ha1 = digester_.ha1(name.view(), realm, password.view());
  const std::string_view qop = challenge.qop_auth ? "auth" : "";
  const digest::HexDigest response =
      digester_.response({ha1.data(), ha1.size()}, challenge.nonce, nc, cnonce, qop,
                         sip::method_name(p.method), request.request_uri);
  Composer line{out};
  line << (ues.proxy_challenged(ue) ? "Proxy-Authorization" : "Authorization")
       << ": Digest username=\"" << name.view() << "\",realm=\"" << realm << "\",nonce=\""
       << challenge.nonce << "\",uri=\"" << request.request_uri << "\",response=\""
       << std::string_view(response.data(), response.size()) << "\",algorithm=MD5";
  if (challenge.qop_auth) line << ",cnonce=\"" << cnonce << "\",qop=auth,nc=" << nc;
  if (challenge.has_opaque) line << ",opaque=\"" << challenge.opaque << "\"";
  line << "\r\n";
  return line.ok ? line.view() : std::string_view{};
}

/// The `expires` of our own binding among those a 2xx to our REGISTER lists. False when it lists
/// none of ours, or ours without that parameter.
bool Player::Core::own_binding_expires(const Live& l, std::size_t request,
                                       std::string_view& value) const {
  std::array<std::uint8_t, kEndpointTextSizeMax> address;
  const Endpoint own = config_.addresses.of(number(l, l.ladder->steps[request].party));
  const std::string_view own_text = as_text(Octets(address.data(), format_endpoint(own, address)));
  sip::Values contacts(in_.view, sip::Header::contact);
  std::string_view contact;
  sip::NameAddress parsed;
  for (std::size_t i = 0; i < kBindingsMax && contacts.next(contact); ++i) {
    if (!sip::parse_name_address(contact, parsed)) continue;
    if (parsed.uri.find(own_text) == std::string_view::npos) continue;
    const sip::Parameter expires = sip::find_parameter(parsed.parameters, "expires");
    if (!expires.present) continue;
    value = expires.value;
    return true;
  }
  return false;
}

/// RFC 3261 10.2.4: the expiry of our own binding, else of the first one, else of the answer.
std::uint32_t Player::Core::granted_expires(const Live& l, std::size_t request) {
  std::uint32_t granted = config_.expires_s;
  std::uint32_t value = 0;
  std::string_view own;
  if (own_binding_expires(l, request, own) && sip::parse_u32(own, value)) return value;
  if (sip::parse_u32(in_.view.header(sip::Header::expires), value)) granted = value;
  const FieldValue first = field_of(Path::sip_contact_expires, in_, actual_scratch_);
  return first.present && first.well_formed ? static_cast<std::uint32_t>(first.number) : granted;
}

/// A 2xx to a REGISTER of ours.
void Player::Core::registered_by(Live& l, std::size_t step, Time at) {
  const ProgramStep& p = l.ladder->steps[step];
  const SendRequest& request = program_.request(p.send);
  const UeIndex ue(l.session->ue[p.party]);
  if (request.for_peer) return;
  if (request.zero_expires) {
    ues.set_registered(ue, false);
    ues.route(ue) = 0;
    ues.timers().cancel(ue.value);
    counters_.bump(Counter::deregistrations);
    return;
  }
  const std::uint32_t granted = granted_expires(l, step);
  counters_.bump(Counter::registrations);
  ues.set_registered(ue, granted > 0);
  if (!plays_cscf()) store_route(ue);
  if (!refresh || granted == 0 || request.keeps_expires) {
    ues.timers().cancel(ue.value);
    return;
  }
  const double seconds = std::max(1.0, granted * config_.refresh_at);
  ues.timers().schedule(ue.value, at + Duration{static_cast<std::int64_t>(seconds * 1e9)});
}

void Player::Core::refresh_ue(UeIndex ue, Time now) {
  if (!refresh || !ues.registered(ue) || !refresh_ladder_.valid()) return;
  if (tx_.free() < tx_reserve_) return ues.timers().schedule(ue.value, now);
  const StartResult result = start_on(refresh_ladder_, ue, now, now, false);
  if (result != StartResult::started) ues.timers().schedule(ue.value, now + kRefreshRetry);
}

}  // namespace rung
