// Parses any octets. What parses is written out again from its fields and must parse to the same
// fields; every value reader and the response writer run over it. Seeds: tests/golden/sip.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/wire/digest.hpp"
#include "engine/wire/sip_view.hpp"
#include "engine/wire/sip_writer.hpp"

namespace rung::sip {
namespace {

void demand(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

std::string rewritten(const View& view) {
  std::string text =
      view.is_request()
          ? std::string(view.method_text()) + " " + std::string(view.request_uri()) + " SIP/2.0\r\n"
          : "SIP/2.0 " + std::to_string(view.status()) + " " + std::string(view.reason()) + "\r\n";
  for (const HeaderField& field : view.fields()) {
    text += std::string(view.name(field)) + ": " + std::string(view.value(field)) + "\r\n";
  }
  return text + "\r\n" + std::string(as_text(view.body())) + std::string(as_text(view.trailing()));
}

void demand_same(const View& a, const View& b) {
  demand(a.method() == b.method() && a.status() == b.status(), "start line");
  demand(a.request_uri() == b.request_uri(), "request URI");
  demand(a.fields().size() == b.fields().size(), "number of fields");
  for (std::size_t i = 0; i < a.fields().size(); ++i) {
    const HeaderField& x = a.fields()[i];
    const HeaderField& y = b.fields()[i];
    demand(x.header == y.header && x.folded == y.folded, "header id");
    demand(a.name(x) == b.name(y) && a.value(x) == b.value(y), "name and value");
  }
  demand(as_text(a.body()) == as_text(b.body()), "body");
  demand(as_text(a.trailing()) == as_text(b.trailing()), "trailing octets");
}

void read_values(const View& view) {
  const std::string_view whole = as_text(view.octets());
  for (const HeaderField& field : view.fields()) {
    const std::string_view value = view.value(field);
    NameAddress address;
    if (parse_name_address(value, address)) {
      demand(inside(address.uri, value) && inside(address.parameters, value), "address inside");
      find_parameter(address.parameters, "tag");
      Uri uri;
      demand(same_uri(address.uri, address.uri) == parse_uri(address.uri, uri),
             "URI equals itself");
    }
    Via via;
    if (parse_via(value, via)) demand(inside(via.branch, value), "branch inside");
    CSeq cseq;
    if (parse_cseq(value, cseq)) demand(!cseq.method_text.empty(), "CSeq method");
    digest::Challenge challenge;
    if (digest::parse_challenge(value, challenge)) demand(inside(challenge.nonce, value), "nonce");
    digest::Credentials credentials;
    if (digest::parse_credentials(value, credentials))
      demand(!credentials.username.empty(), "user");
    demand(inside(media_type(value), value), "media type inside");
    Values values(view, field.header);
    for (std::string_view part; values.next(part);) demand(inside(part, whole), "value inside");
  }
}

void answer(const View& request) {
  // All of them may be mirrored, and Content-Length is one more than a view holds.
  if (request.fields().size() == kHeadersMax) return;
  std::string out(request.octets().size() + 512, '\0');
  const Endpoint source = Endpoint::ipv4(0x0a010203, 4711);
  const MutableOctets room{reinterpret_cast<std::uint8_t*>(out.data()), out.size()};
  const std::size_t size = write_response(request, 200, {}, "tag", {}, {}, room, &source);
  View response;
  demand(size != 0, "response fits");
  demand(parse(room.first(size), response) == Error::none, "response parses");
  demand(response.count(Header::via) == request.count(Header::via), "every Via is mirrored");
  demand(response.header(Header::call_id) == request.header(Header::call_id),
         "Call-ID is mirrored");
}

}  // namespace
}  // namespace rung::sip

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rung;
  using namespace rung::sip;
  View view;
  if (parse({data, size}, view) != Error::none) return 0;
  read_values(view);
  if (view.is_request()) answer(view);
  const std::string text = rewritten(view);
  View again;
  demand(parse(as_octets(text), again) == Error::none, "what was written parses");
  demand_same(view, again);
  return 0;
}
