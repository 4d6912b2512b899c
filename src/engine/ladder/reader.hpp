// Reader: ladder and message files into a LadderBook. It goes on after an error, so that one pass
// tells a tester everything that is wrong. The syntax, one line one thing, indentation free:
//
//   ladder mo_to_mt  "Short message from one UE to another"
//   source TR 23.804 8.9, TS 24.341 B.5
//   given  ue registered, ue2 registered, sc error:38
//   hold   2s
//   s1  ue -> gw   submit
//   s2  gw -> ue   accepted   after s1  within timer_f  [24.341-5.3.3.4.1-a]
//   s3  ue -> gw   copy s1    after s2  wait 100ms
//   s4  gw -> ue2  deliver    after s1  optional  times 1..2  on gm
//   measure delivery s1 -> s4
//
//   requirement my-own-rule "Text of a requirement of one's own"
//
//   message submit_report like gw_message
//     sip.in_reply_to     copied    cause.sip.call_id   [24.341-5.3.3.4.2-c]
//     rp.mti              one_of    RP-ACK RP-ERROR
//     sip.accept_contact  contains  +g.3gpp.smsip require explicit
//     tp.text             ours      text
//     sip.contact         absent    [3428-a]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/ladder/ladder.hpp"
#include "engine/ladder/requirement.hpp"

namespace rung {

/// What is wrong at a place of a text file.
struct TextError {
  std::string file;
  TextPlace place;
  std::string what, expected;
};
/// `file:line:column: what, expected what`.
std::string to_string(const TextError& error);

/// Reads one file's text into `into`, behind what is there; files may refer to each other, so names
/// are looked up by resolve(). Appends to `errors`; true when it added none. Whatever has an error
/// is left out, so that resolve() can go on with the rest.
bool read_ladders(std::string_view text, std::string_view file, LadderBook& into,
                  std::vector<TextError>& errors);

/// Once all files are read: takes over the fields of `like`, and checks what needs the whole book:
/// names, causes, who may send what, references, measures. True when it added no error. Twice is
/// harmless.
bool resolve(LadderBook& book, std::vector<TextError>& errors);

/// Checks that every requirement a step or field names is in `table` or declared in the book, and
/// that a rule judges those that steps name. True when it added no error.
bool validate(const LadderBook& book, const RequirementTable& table,
              std::vector<TextError>& errors);

/// The candidate that differs least from `word`, to be offered in an error; empty when all are far
/// off.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace rung
