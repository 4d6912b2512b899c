#include "engine/wire/sccp_segment.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/base/hex.hpp"

namespace rung::sccp {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Outcome = Reassembly::Outcome;

constexpr Time kStart{1000s};

Bytes counted(std::size_t size) {
  Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(i * 7);
  return octets;
}

Message whole(Octets data, std::uint8_t calling_ssn = 8) {
  Message message;
  message.protocol_class = kReturnOnError;
  message.called.ssn = 6;
  message.calling.ssn = calling_ssn;
  message.data = data;
  return message;
}

std::vector<Message> cut(const Message& message, std::size_t segment_max, std::uint32_t reference) {
  Segmenter segmenter{message, segment_max, reference};
  std::vector<Message> segments;
  for (Message segment; segmenter.next(segment);) segments.push_back(segment);
  EXPECT_EQ(segments.size(), segmenter.count());
  return segments;
}

class ReassemblyTest : public testing::Test {
 protected:
  std::array<Reassembly::Entry, 2> entries_{};
  std::array<std::uint8_t, 2 * 600> storage_{};
  Reassembly reassembly_{entries_, storage_, 10s};
};

TEST(SccpSegment, long_data_is_cut_as_the_clause_draws_it) {
  const Bytes data = counted(350);
  const auto segments = cut(whole(data), 150, 0x112233);
  ASSERT_EQ(segments.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(segments[i].type, Type::xudt);
    EXPECT_EQ(segments[i].protocol_class, kReturnOnError | kInSequence);
    EXPECT_EQ(segments[i].segmentation->first, i == 0);
    EXPECT_FALSE(segments[i].segmentation->in_sequence);
    EXPECT_EQ(segments[i].segmentation->remaining, 2 - i);
    EXPECT_EQ(segments[i].data.size(), i == 2 ? 50U : 150U);
  }
}

TEST(SccpSegment, one_segment_is_a_plain_xudt_and_seventeen_are_too_many) {
  const Bytes data = counted(160);
  const auto one = cut(whole(Octets{data}.first(10)), 10, 1);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_FALSE(one[0].segmentation.has_value());
  EXPECT_EQ(one[0].protocol_class, kReturnOnError);
  EXPECT_EQ(cut(whole(data), 10, 1).size(), 16U);
  EXPECT_TRUE(cut(whole(data), 9, 1).empty());
  EXPECT_TRUE(cut(whole({}), 9, 1).empty());
}

TEST(SccpSegment, the_most_a_segment_carries_is_what_the_pointer_behind_it_reaches) {
  std::array<std::uint8_t, 8> storage;
  const Bytes data = counted(600);
  Message message = whole(data);
  message.called = e164_address("46708000003", 8, storage);
  message.calling = message.called;
  const std::size_t most = segment_data_max(message.called, message.calling);
  EXPECT_EQ(most, 229U);
  std::array<std::uint8_t, kMessageSizeMax> out;
  Message segment = cut(message, most, 1)[0];
  ASSERT_TRUE(encode(segment, out).ok());
  segment.data = Octets{data}.first(most + 1);
  EXPECT_EQ(encode(segment, out).error(), Error::user_data);
  message.called = {};
  message.calling = {};
  EXPECT_EQ(segment_data_max(message.called, message.calling), 249U);
}

TEST_F(ReassemblyTest, what_was_cut_is_put_together_though_two_are_interleaved) {
  const Bytes first = counted(600);
  const Bytes second = counted(300);
  const auto a = cut(whole(first, 8), 200, 5);
  const auto b = cut(whole(second, 6), 100, 5);  // the same reference from another address

  EXPECT_EQ(reassembly_.add(a[0], kStart).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.add(b[0], kStart).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.add(a[1], kStart).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.add(b[1], kStart).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.waiting(), 2U);
  const auto whole_b = reassembly_.add(b[2], kStart);
  EXPECT_EQ(whole_b.outcome, Outcome::complete);
  EXPECT_EQ(to_hex(whole_b.data), to_hex(second));
  const auto whole_a = reassembly_.add(a[2], kStart);
  EXPECT_EQ(whole_a.outcome, Outcome::complete);
  EXPECT_EQ(to_hex(whole_a.data), to_hex(first));
  EXPECT_EQ(reassembly_.waiting(), 0U);
}

TEST_F(ReassemblyTest, a_copy_is_passed_over_and_a_gap_loses_the_message) {
  const Bytes data = counted(400);
  const auto segments = cut(whole(data), 100, 5);

  EXPECT_EQ(reassembly_.add(segments[1], kStart).outcome, Outcome::out_of_order);
  EXPECT_EQ(reassembly_.add(segments[0], kStart).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.add(segments[0], kStart).outcome, Outcome::duplicate);
  EXPECT_EQ(reassembly_.add(segments[1], kStart).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.add(segments[1], kStart).outcome, Outcome::duplicate);
  EXPECT_EQ(reassembly_.add(segments[3], kStart).outcome, Outcome::out_of_order);
  EXPECT_EQ(reassembly_.waiting(), 0U);
  EXPECT_EQ(reassembly_.add(segments[2], kStart).outcome, Outcome::out_of_order);
}

TEST_F(ReassemblyTest, time_number_and_size_are_bounded) {
  const Bytes data = counted(601);
  const auto a = cut(whole(Octets{data}.first(300), 1), 200, 1);
  const auto b = cut(whole(Octets{data}.first(300), 2), 200, 1);
  const auto c = cut(whole(Octets{data}.first(300), 3), 200, 1);
  const auto too_long = cut(whole(data, 4), 200, 1);

  EXPECT_EQ(reassembly_.add(a[0], kStart).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.add(b[0], kStart + 1s).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.add(c[0], kStart + 1s).outcome, Outcome::no_room);
  EXPECT_EQ(reassembly_.expire(kStart + 10s - 1ns), 0U);
  EXPECT_EQ(reassembly_.expire(kStart + 10s), 1U);
  EXPECT_EQ(reassembly_.add(a[1], kStart + 10s).outcome, Outcome::out_of_order);
  EXPECT_EQ(reassembly_.add(b[1], kStart + 10s).outcome, Outcome::complete);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(reassembly_.add(too_long[i], kStart).outcome, Outcome::waiting);
  }
  EXPECT_EQ(reassembly_.add(too_long[3], kStart).outcome, Outcome::too_long);
  EXPECT_EQ(reassembly_.waiting(), 0U);
}

TEST_F(ReassemblyTest, a_first_segment_that_comes_again_begins_anew) {
  const Bytes data = counted(300);
  const auto three = cut(whole(data), 100, 9);
  const auto two = cut(whole(Octets{data}.first(200)), 100, 9);
  EXPECT_EQ(reassembly_.add(three[0], kStart).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.add(two[0], kStart).outcome, Outcome::waiting);
  EXPECT_EQ(reassembly_.waiting(), 1U);
  const auto added = reassembly_.add(two[1], kStart);
  EXPECT_EQ(added.outcome, Outcome::complete);
  EXPECT_EQ(to_hex(added.data), to_hex(Octets{data}.first(200)));
}

}  // namespace
}  // namespace rung::sccp
