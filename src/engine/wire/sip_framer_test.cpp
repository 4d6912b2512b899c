#include "engine/wire/sip_framer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/datagram.hpp"

namespace rung::sip {
namespace {

// RFC 3428 10, F1, shortened.
const std::string kMessage =
    "MESSAGE sip:user2@domain.com SIP/2.0\r\nVia: SIP/2.0/TCP a.com;branch=z9hG4bK776\r\n"
    "Content-Type: text/plain\r\nContent-Length: 18\r\n\r\nWatson, come here.";
const std::string kAnswer = "SIP/2.0 200 OK\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n";

struct Cut {
  std::vector<std::string> messages;
  std::size_t pings = 0;
  FrameKind fault = FrameKind::incomplete;
};

/// Feeds `stream` in pieces of `piece` octets, as a transport would.
Cut cut(const std::string& stream, std::size_t piece) {
  Cut out;
  std::string front;
  FrameProgress progress;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    front += stream.substr(at, piece);
    while (!front.empty()) {
      const StreamFrame f = frame(as_octets(front), progress);
      if (f.kind == FrameKind::incomplete) break;
      if (f.kind >= FrameKind::no_length) {
        out.fault = f.kind;
        return out;
      }
      if (f.kind == FrameKind::message) out.messages.push_back(front.substr(0, f.size));
      if (f.kind == FrameKind::ping) {
        EXPECT_EQ(as_text(f.answer), "\r\n");
        ++out.pings;
      }
      front.erase(0, f.size);
    }
  }
  EXPECT_EQ(front, "");
  return out;
}

TEST(SipFramer, cuts_a_stream_at_content_length_however_it_is_split) {
  const std::string stream = kMessage + kAnswer + "\r\n" + kMessage + "\r\n\r\n" + kAnswer;
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    const Cut found = cut(stream, piece);
    ASSERT_EQ(found.messages, (std::vector<std::string>{kMessage, kAnswer, kMessage, kAnswer}))
        << "in pieces of " << piece;
    ASSERT_EQ(found.pings, 1U) << "in pieces of " << piece;
  }
}

TEST(SipFramer, answers_each_double_line_end_and_no_single_one) {
  EXPECT_EQ(cut("\r\n", 1).pings, 0U);
  EXPECT_EQ(cut("\r\n\r\n", 1).pings, 1U);
  EXPECT_EQ(cut("\r\n\r\n\r\n\r\n", 3).pings, 2U);
  EXPECT_EQ(cut("\r\n" + kAnswer + "\r\n", 2).pings, 0U);
}

TEST(SipFramer, reads_the_length_in_all_its_spellings) {
  for (const std::string header : {"content-length:18", "l: 18", "L :18 ", "Content-Length:\r\n 18",
                                   "Content-Length: 0018", "l: 18\r\nContent-Length: 18"}) {
    std::string text = kMessage;
    text.replace(text.find("Content-Length: 18"), 18, header);
    EXPECT_EQ(cut(text, 7).messages, std::vector<std::string>{text}) << header;
  }
}

TEST(SipFramer, names_what_it_cannot_cut) {
  const auto with = [](const std::string& header) {
    std::string text = kMessage;
    text.replace(text.find("Content-Length: 18"), 18, header);
    return cut(text, 11).fault;
  };
  EXPECT_EQ(with("Subject: none"), FrameKind::no_length);
  EXPECT_EQ(with("Content-Length:"), FrameKind::bad_length);
  EXPECT_EQ(with("Content-Length: 1x"), FrameKind::bad_length);
  EXPECT_EQ(with("Content-Length: -1"), FrameKind::bad_length);
  EXPECT_EQ(with("l: 18\r\nContent-Length: 19"), FrameKind::bad_length);
  EXPECT_EQ(with("Content-Length: 4096"), FrameKind::too_long);
  EXPECT_EQ(with("Content-Length: 99999999999999999999999"), FrameKind::too_long);
  EXPECT_EQ(cut("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 5).fault, FrameKind::foreign);
  EXPECT_EQ(cut("SIP/2.0\r\n", 9).fault, FrameKind::foreign);
  EXPECT_EQ(cut("\n\n\n", 1).fault, FrameKind::foreign);
  EXPECT_EQ(cut(std::string(kDatagramSizeMax, 'x'), 100).fault, FrameKind::too_long);
}

TEST(SipFramer, takes_the_longest_message_a_buffer_holds_and_no_longer_one) {
  std::string text = kMessage;
  text.replace(text.find("Content-Length: 18"), 18, "Content-Length: 0000");
  const std::size_t head = text.find("\r\n\r\n") + 4;
  const auto message = [&](std::size_t body) {
    std::string number = std::to_string(body);
    number.insert(0, 4 - number.size(), '0');
    std::string out = text.substr(0, head) + std::string(body, 'x');
    return out.replace(out.find("0000"), 4, number);
  };
  const std::string longest = message(kDatagramSizeMax - head);
  EXPECT_EQ(cut(longest + kAnswer, 512).messages, (std::vector<std::string>{longest, kAnswer}));
  EXPECT_EQ(cut(message(kDatagramSizeMax - head + 1), 512).fault, FrameKind::too_long);
}

}  // namespace
}  // namespace rung::sip
