// ProgramBuilder: compiles ladders into a Program, at start: the shape of a ladder
// (program_steps.cpp), what we send (program_send.cpp with its head, body and values), checks on
// receipt (program_check.cpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ladder/program.hpp"
#include "engine/wire/udh.hpp"

namespace rung {

class ProgramBuilder {
 public:
  ProgramBuilder(const LadderBook& book, Topology topology, const RequirementTable& requirements,
                 const PlayConfig& config);

  void add(const Ladder& ladder);
  void fail(std::string text) { errors_.push_back(std::move(text)); }
  [[nodiscard]] std::vector<std::string>& errors() { return errors_; }
  [[nodiscard]] Program take();

 private:
  // What is known of a step while its ladder is compiled.
  struct Source_ {
    const Step* step = nullptr;
    const Message* message = nullptr;
    bool is_response = false;
    std::vector<std::uint8_t> after;  // as written, drawn steps included
  };

  void step_error(std::size_t step, std::string_view what);
  [[nodiscard]] std::optional<std::uint8_t> step_index(std::string_view id) const;
  [[nodiscard]] const FieldRule* rule(std::size_t step, Path path) const;
  [[nodiscard]] std::string_view fixed_text(std::size_t step, Path path) const;
  [[nodiscard]] std::optional<std::uint64_t> fixed_number(std::size_t step, Path path) const;
  [[nodiscard]] std::uint8_t named_step(std::size_t step, const FieldRule& rule) const;
  [[nodiscard]] ProgramStep& program_step(std::size_t step) { return ladder_.steps[step]; }

  // program_steps.cpp
  void read_steps();
  StepKind kind_of_step(const Step& step, bool is_response) const;
  [[nodiscard]] bool is_ours(Party party) const;
  [[nodiscard]] std::uint8_t party_of(std::size_t step) const;
  void find_opener();
  void join_causes();
  std::uint64_t joined(std::size_t step, std::uint64_t visiting);
  void find_awaited();
  void find_answers();
  void find_discriminators(std::size_t step);
  void find_relayed(std::size_t step);
  void find_submit(std::size_t step);
  [[nodiscard]] std::uint64_t closure(std::size_t step) const;
  void find_needs();
  bool disturbs_others(const ProgramStep& step) const;
  void add_measures();
  void add_rules(std::size_t step);
  std::uint32_t add_requirements(const std::vector<std::string>& ids, std::size_t step,
                                 bool rules_only);

  // program_send.cpp
  void compile_request(std::size_t step);
  void compile_fork(std::size_t step);
  void compile_response(std::size_t step);
  void write_body(TemplateBuilder& builder, SendRequest& request, std::size_t step);
  std::vector<Part> text_parts(std::size_t step, const FieldRule& row, std::size_t& size);
  bool write_text_body(TemplateBuilder& builder, SendRequest& request, std::size_t step);
  bool write_parted_body(TemplateBuilder& builder, SendRequest& request, std::size_t step);
  static void write_rpdu(TemplateBuilder& builder, SendRequest& request);

  // program_header.cpp
  void write_start(TemplateBuilder& builder, SendRequest& request, std::size_t step);
  void write_vias(TemplateBuilder& builder, SendRequest& request, std::size_t step);
  void write_dialog(TemplateBuilder& builder, SendRequest& request, std::size_t step);
  void write_contact(TemplateBuilder& builder, SendRequest& request, std::size_t step);
  void write_others(TemplateBuilder& builder, SendRequest& request, std::size_t step);
  [[nodiscard]] bool left_out(std::size_t step, Path path) const;
  // What ties a request to others of its dialog or registration.
  struct Dialog {
    std::vector<Part> from, from_tag, to, to_tag, call_id, cseq;
  };
  Dialog own_dialog(std::size_t step);
  Dialog subscription_dialog(std::size_t step);

  // program_value.cpp
  std::vector<Part> own_value(std::size_t step, Ours name);
  [[nodiscard]] std::vector<Part> impu_parts(std::uint8_t party) const;
  std::vector<Part> core_value(std::size_t step, Ours name) const;
  std::vector<Part> value_parts(std::size_t step, const FieldRule& rule);
  std::vector<Part> uri_value(std::size_t step, Path path, std::vector<Part> fallback);
  void write_parts(TemplateBuilder& builder, SendRequest& request, const std::vector<Part>& parts);
  void remember(SendRequest& request, Path path, std::vector<Part> parts);
  std::uint8_t save(std::size_t step, Path path);
  PartRange add_parts(std::vector<Part> parts);
  [[nodiscard]] std::size_t fixed_width(const Part& part) const;
  [[nodiscard]] std::uint8_t other_party(std::size_t step) const;

  // program_body.cpp
  bool encode_body(std::size_t step, SendRequest& request);
  void patch_reference(std::size_t step, SendRequest& request);
  bool spoil(std::size_t step, SendRequest& request);
  bool encode_rp(std::size_t step, SendRequest& request, Octets tpdu);
  bool encode_tp(std::size_t step, SendRequest& request, std::vector<std::uint8_t>& out);
  bool fill_address(std::size_t step, SendRequest& request, Path path,
                    std::vector<std::uint8_t>& value, std::uint8_t& digits, std::uint8_t& party);
  bool fill_text(std::size_t step, SendRequest& request, tp::Tpdu& tpdu,
                 std::vector<std::uint8_t>& ud);
  bool fill_header(std::size_t step, SendRequest& request, std::vector<std::uint8_t>& ud);
  void patch_body(SendRequest& request, std::size_t offset, std::size_t width, PatchKind kind,
                  std::uint8_t party, std::uint8_t step);
  [[nodiscard]] std::vector<std::uint8_t> fixed_time(std::size_t step, Path path) const;
  void patch_times(std::size_t step, SendRequest& request, const tp::Tpdu& tpdu);
  void patch_tpdu(std::size_t step, SendRequest& request, std::size_t tpdu_at, std::size_t ud_at);

  // program_map.cpp
  void find_dialogue(std::size_t step);
  void compile_map(std::size_t step);
  bool fill_element(std::size_t step, const FieldRule& rule, SendMap& map);

  // program_check.cpp
  void compile_checks(std::size_t step);
  void add_check(std::size_t step, const FieldRule& rule);
  bool fill_fixed(std::size_t step, const FieldRule& rule, Check& check);
  bool fill_ours(std::size_t step, const FieldRule& rule, Check& check);
  bool fill_copied(std::size_t step, std::uint8_t from_step, Path from, Check& check);
  bool add_value(std::size_t step, Path path, std::string_view text);

  const LadderBook& book_;
  Topology topology_;
  const RequirementTable& table_;
  const PlayConfig& config_;
  Program program_;
  std::vector<std::string> errors_;

  // The ladder at hand.
  const Ladder* source_ = nullptr;
  ProgramLadder ladder_;
  std::vector<Source_> sources_;
  std::uint8_t text_party_ = kNoParty;  // of the step at hand: whose number TP-DA carries
  std::size_t address_digits_at_ = 0;   // within the TPDU
};

}  // namespace rung
