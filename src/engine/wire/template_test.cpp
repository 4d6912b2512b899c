#include "engine/wire/template.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/prng.hpp"
#include "engine/wire/guard_page.hpp"

namespace rung {
namespace {

std::string patched(std::size_t width, void (*put)(MutableOctets, std::uint64_t),
                    std::uint64_t value) {
  std::vector<std::uint8_t> octets(width + 2, '#');
  put(MutableOctets(octets).subspan(1, width), value);
  EXPECT_EQ(octets.front(), '#');
  EXPECT_EQ(octets.back(), '#');
  return std::string(as_text(octets)).substr(1, width);
}

TEST(Template, writes_its_octets_and_slots_are_patched_in_place) {
  TemplateBuilder builder;
  builder.text("Call-ID: ");
  const Slot id = builder.slot(8);
  builder.text("@a;x=");
  const Slot x = builder.slot(3, '-');
  builder.octets(as_octets(std::string_view("\0\xff", 2)));
  const MessageTemplate message = std::move(builder).build();

  std::vector<std::uint8_t> out(64);
  const auto layout = message.write(out);
  ASSERT_EQ(layout.size, message.size());
  EXPECT_EQ(as_text({out.data(), layout.size}),
            std::string_view("Call-ID: 00000000@a;x=---\0\xff", 27));
  put_hex(slot_octets(out, layout, id), 0xbeef);
  put_text(slot_octets(out, layout, x), "ab");
  EXPECT_EQ(as_text({out.data(), 25}), "Call-ID: 0000beef@a;x=ab ");
  EXPECT_EQ(as_text(message.octets()).substr(9, 8), "00000000")
      << "the template itself is not touched";
}

TEST(Template, gaps_are_filled_and_later_slots_move) {
  TemplateBuilder builder;
  builder.text("In-Reply-To: ");
  EXPECT_EQ(builder.gap(), 0U);
  builder.text("\r\nVia: ");
  EXPECT_EQ(builder.gap(), 1U);
  builder.text("\r\nn=");
  const Slot n = builder.slot(4);
  const MessageTemplate message = std::move(builder).build();
  ASSERT_EQ(message.gap_count(), 2U);

  std::vector<std::uint8_t> out(128);
  for (const std::string_view id : {"", "short", "a-much-longer-call-id@host"}) {
    const std::string_view gaps[] = {id, "x"};
    const auto layout = message.write(out, gaps);
    put_decimal(slot_octets(out, layout, n), 42);
    EXPECT_EQ(as_text({out.data(), layout.size}),
              "In-Reply-To: " + std::string(id) + "\r\nVia: x\r\nn=0042");
  }
}

TEST(Template, as_many_gaps_as_the_bound_says) {
  TemplateBuilder builder;
  std::vector<std::string_view> gaps;
  std::string expected;
  for (std::size_t i = 0; i < kTemplateGapsMax; ++i) {
    builder.text("<");
    EXPECT_EQ(builder.gap(), i);
    gaps.emplace_back("ab");
    expected += "<ab";
  }
  builder.text(">");
  const MessageTemplate message = std::move(builder).build();
  std::vector<std::uint8_t> out(128);
  const auto layout = message.write(out, gaps);
  EXPECT_EQ(as_text({out.data(), layout.size}), expected + ">");
  EXPECT_EQ(layout.start[kTemplateGapsMax], expected.size());
}

TEST(Template, too_small_a_buffer_is_left_alone) {
  TemplateBuilder plain;
  plain.text("0123456789");
  TemplateBuilder gapped;
  gapped.text("01234");
  gapped.gap();
  gapped.text("6789");
  const MessageTemplate a = std::move(plain).build();
  const MessageTemplate b = std::move(gapped).build();
  const std::string_view gap[] = {"5"};
  for (std::size_t size = 0; size < 10; ++size) {
    const GuardedCopy out(std::string(size, '#'));
    EXPECT_EQ(a.write(out.writable()).size, 0U);
    EXPECT_EQ(b.write(out.writable(), gap).size, 0U);
    EXPECT_EQ(out.text(), std::string(size, '#'));
  }
  const GuardedCopy exact(std::string(10, '#'));
  EXPECT_EQ(b.write(exact.writable(), gap).size, 10U);
  EXPECT_EQ(exact.text(), "0123456789");
}

TEST(Template, slot_at_marks_octets_already_written) {
  TemplateBuilder builder;
  builder.text("abc");
  builder.gap();
  builder.octets(as_octets("\x01\x02\x03\x04"));
  const Slot second = builder.slot_at(3, 2);
  EXPECT_EQ(second.piece, 1);
  EXPECT_EQ(second.offset, 1);
  EXPECT_EQ(second.width, 2);
}

TEST(Template, hex_fills_the_slot_with_leading_zeros) {
  EXPECT_EQ(patched(16, put_hex, 0x0123456789abcdef), "0123456789abcdef");
  EXPECT_EQ(patched(1, put_hex, 0xf), "f");
  EXPECT_EQ(patched(5, put_hex, 0xa0b1c), "a0b1c");
  EXPECT_EQ(patched(8, put_hex, 0), "00000000");
  EXPECT_EQ(patched(20, put_hex, ~0ULL), "0000ffffffffffffffff");
}

TEST(Template, get_hex_reverses_put_hex) {
  std::uint64_t value = 0;
  for (const std::uint64_t v : {0ULL, 1ULL, 0xdeadbeefULL, ~0ULL}) {
    ASSERT_TRUE(get_hex(patched(16, put_hex, v), value));
    EXPECT_EQ(value, v);
  }
  for (const std::string_view text : {"", "g", "A", "0x1", "12345678901234567", "1 "}) {
    EXPECT_FALSE(get_hex(text, value)) << text;
  }
}

TEST(Template, decimal_fills_the_slot_with_leading_zeros) {
  EXPECT_EQ(patched(1, put_decimal, 7), "7");
  EXPECT_EQ(patched(2, put_decimal, 7), "07");
  EXPECT_EQ(patched(7, put_decimal, 1234567), "1234567");
  EXPECT_EQ(patched(20, put_decimal, 18446744073709551615ULL), "18446744073709551615");
  EXPECT_EQ(patched(22, put_decimal, 1), "0000000000000000000001");
}

TEST(Template, decimal_agrees_with_the_library_at_every_width) {
  Prng prng(1);
  for (std::size_t width = 1; width <= 19; ++width) {
    const std::uint64_t bound = std::stoull("1" + std::string(width, '0'));
    for (int i = 0; i < 2000; ++i) {
      const std::uint64_t value = prng.below(bound);
      const std::string digits = std::to_string(value);
      ASSERT_EQ(patched(width, put_decimal, value),
                std::string(width - digits.size(), '0') + digits);
    }
  }
}

TEST(Template, semi_octets_read_back_at_every_count_of_digits) {
  Prng prng(2);
  for (std::size_t digits = 1; digits <= kSemiOctetDigitsMax; ++digits) {
    const std::uint64_t bound = std::stoull("1" + std::string(digits, '0'));
    for (int i = 0; i < 2000; ++i) {
      const std::string text = std::to_string(bound + prng.below(bound)).substr(1);
      std::uint8_t slot[(kSemiOctetDigitsMax + 1) / 2];
      const std::span<std::uint8_t> used(slot, (digits + 1) / 2);
      put_semi_octets(used, std::stoull(text), digits);
      std::string read;
      for (const std::uint8_t octet : used) {
        read += static_cast<char>('0' + octet % 16);
        if (octet / 16 != 15) read += static_cast<char>('0' + octet / 16);
      }
      ASSERT_EQ(read, text);
    }
  }
}

TEST(Template, semi_octets_are_swapped_and_filled) {
  // TS 23.040 9.1.2.3: the first digit lies in the low half; an odd count ends in F.
  std::uint8_t odd[6];
  put_semi_octets(odd, 12125551111, 11);
  EXPECT_EQ(as_text(odd), "\x21\x21\x55\x15\x11\xf1");  // catalogue G-06, TP-OA
  std::uint8_t even[2];
  put_semi_octets(even, 34, 4);
  EXPECT_EQ(as_text(even), std::string_view("\x00\x43", 2));
}

TEST(TemplateDeathTest, a_value_that_does_not_fit_is_a_bug) {
  std::uint8_t slot[2];
  EXPECT_DEATH(put_hex(slot, 0x100), "");
  EXPECT_DEATH(put_decimal(slot, 100), "");
  EXPECT_DEATH(put_text(slot, "abc"), "");
  EXPECT_DEATH(put_semi_octets(slot, 10000, 4), "");
  EXPECT_DEATH(put_semi_octets(slot, 1, 5), "");
}

}  // namespace
}  // namespace rung
