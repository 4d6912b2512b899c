#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/ladder/field.hpp"
#include "engine/ladder/reader.hpp"
#include "engine/ladder/reader_line.hpp"
#include "engine/ue/session_pool.hpp"

namespace rung {
namespace {

template <class Named>
std::vector<std::string_view> names_of(const std::vector<Named>& all) {
  std::vector<std::string_view> names;
  for (const Named& one : all) names.push_back(one.name);
  return names;
}

// Takes over the fields of `like`, bases first.
class Inheritance {
 public:
  Inheritance(LadderBook& book, std::vector<TextError>& errors)
      : book_(book), errors_(errors), state_(book.messages.size(), State::untouched) {}

  void run() {
    for (std::size_t i = 0; i < book_.messages.size(); ++i) settle(i);
  }

 private:
  enum class State : std::uint8_t { untouched, open, settled };

  void settle(std::size_t index) {
    if (state_[index] != State::untouched) return;
    state_[index] = State::open;
    Message& message = book_.messages[index];
    if (!message.like.empty()) take_over(message);
    state_[index] = State::settled;
  }

  void take_over(Message& message) {
    const Message* base = book_.message(message.like);
    if (base == nullptr) {
      const std::string near = nearest(message.like, names_of(book_.messages));
      return report_once(
          errors_, message.file, message.place,
          fmt::format("message {} is like an unknown '{}'", message.name, message.like),
          near.empty() ? "a message of these files" : near);
    }
    const auto base_index = static_cast<std::size_t>(base - book_.messages.data());
    if (state_[base_index] == State::open) {
      return report_once(
          errors_, message.file, message.place,
          fmt::format("message {} is like itself by way of {}", message.name, message.like),
          "a message that is not like this one");
    }
    settle(base_index);
    std::vector<FieldRule> merged = base->fields;
    for (FieldRule& own : message.fields) replace(merged, std::move(own));
    message.fields = std::move(merged);
  }

  // Where both rows hold the own one counts; what is left of the base's stays.
  static void replace(std::vector<FieldRule>& merged, FieldRule own) {
    std::size_t place = merged.size();
    for (std::size_t i = 0; i < merged.size(); ++i) {
      FieldRule& base = merged[i];
      if (base.path != own.path) continue;
      base.on_gm &= !own.on_gm;
      base.on_isc &= !own.on_isc;
      if (!base.on_gm && !base.on_isc) place = std::min(place, i);
    }
    if (place == merged.size()) {
      merged.push_back(std::move(own));
      return;
    }
    merged[place] = std::move(own);
    std::erase_if(merged, [](const FieldRule& f) { return !f.on_gm && !f.on_isc; });
  }

  LadderBook& book_;
  std::vector<TextError>& errors_;
  std::vector<State> state_;
};

const FieldRule* field_of(const Message& message, Path path) {
  const auto found = std::find_if(message.fields.begin(), message.fields.end(),
                                  [&](const FieldRule& f) { return f.path == path; });
  return found == message.fields.end() ? nullptr : &*found;
}

bool is_response(const Message& message) { return field_of(message, Path::sip_status) != nullptr; }
bool is_request(const Message& message) { return field_of(message, Path::sip_method) != nullptr; }

bool receipt_only(Source source) {
  switch (source) {
    case Source::one_of:
    case Source::contains:
    case Source::differs:
    case Source::if_present:
    case Source::not_contains:
    case Source::at_most: return true;
    default: return false;
  }
}

// What spoils a message of ours on purpose, and what no message has as a field.
bool send_only(Path path) {
  return path == Path::sip_header || path == Path::rp_cut || path == Path::rp_pad ||
         path == Path::tp_cut;
}

/// A leg of the network side: MAP goes over it, not SIP.
bool is_network(const Step& step) { return in_network(step.from) || in_network(step.to); }

// Checks one ladder against the book. `gw` is the SUT: what it sends, we receive.
class LadderCheck {
 public:
  LadderCheck(const LadderBook& book, Ladder& ladder, std::vector<TextError>& errors)
      : book_(book), ladder_(ladder), errors_(errors) {}

  void run() {
    if (ladder_.steps.empty()) {
      error(ladder_.place, fmt::format("ladder {} has no step", ladder_.name), "at least one");
    }
    for (std::size_t i = 0; i < ladder_.steps.size(); ++i) {
      Step& step = ladder_.steps[i];
      unique_id(i);
      parties(step);
      causes(i);
      copy(i);
      modifiers(step);
      const Message* message = message_of(step);
      // What a copy says was settled where its original was sent.
      if (message != nullptr && step.copy_of.empty()) kind(i, *message);
      ue(step);
    }
    for (std::size_t i = 0; i < ladder_.measures.size(); ++i) measure(i);
  }

 private:
  void error(TextPlace place, std::string what, std::string expected) {
    report_once(errors_, ladder_.file, place, std::move(what), std::move(expected));
  }

  // Index of the step called `id` among the first `count`, or `count`.
  [[nodiscard]] std::size_t find(std::string_view id, std::size_t count) const {
    std::size_t i = 0;
    while (i < count && ladder_.steps[i].id != id) ++i;
    return i;
  }

  [[nodiscard]] std::string ids_above(std::size_t index) const {
    std::vector<std::string_view> ids;
    for (std::size_t i = 0; i < index; ++i) ids.push_back(ladder_.steps[i].id);
    return ids.empty() ? "no cause: this is the first step" : one_of_names(ids);
  }

  void unique_id(std::size_t index) {
    const Step& step = ladder_.steps[index];
    if (find(step.id, index) != index) {
      error(step.place, fmt::format("a second step '{}'", step.id), "another id");
    }
  }

  void parties(const Step& step) {
    if (step.from == step.to) {
      error(step.place,
            fmt::format("step {} goes from {} to itself", step.id, to_string(step.from)),
            "two parties");
    }
  }

  // Steps of a UE are its own; the others, those with our S-CSCF or the network, say whose they
  // are.
  void ue(const Step& step) {
    const auto is_ue = [](Party party) { return party == Party::ue || party == Party::ue2; };
    if (!step.has_ue || (!is_ue(step.from) && !is_ue(step.to))) return;
    error(step.place, fmt::format("step {} says for whom it is, and has a UE", step.id),
          "'for' on a step between gw and cscf, sc, hss, msc or sgsn");
  }

  // Neither end is the SUT: it is drawn, and nothing is sent or compared.
  static bool is_drawn(const Step& step) { return step.from != Party::gw && step.to != Party::gw; }

  void causes(std::size_t index) {
    const Step& step = ladder_.steps[index];
    ancestors_[index] = 0;
    for (const std::string& id : step.after) {
      const std::size_t cause = find(id, index);
      if (cause == index) {
        const bool below = find(id, ladder_.steps.size()) != ladder_.steps.size();
        error(step.place,
              fmt::format("step {} comes after {} '{}'", step.id,
                          below ? "a step that is not above it," : "an unknown", id),
              ids_above(index));
        continue;
      }
      ancestors_[index] |= ancestors_[cause] | std::uint64_t{1} << cause;
    }
  }

  // A copy is sent as its original was, so it takes over the message.
  void copy(std::size_t index) {
    Step& step = ladder_.steps[index];
    if (step.copy_of.empty()) return;
    const std::size_t original = find(step.copy_of, index);
    if (original == index) {
      return error(step.place, fmt::format("step {} copies an unknown '{}'", step.id, step.copy_of),
                   ids_above(index));
    }
    const Step& source = ladder_.steps[original];
    if (step.from == Party::gw || source.from != step.from || source.to != step.to ||
        !source.copy_of.empty()) {
      return error(step.place, fmt::format("step {} cannot copy {}", step.id, source.id),
                   "a step of ours between the same parties that is no copy itself");
    }
    step.message = source.message;
    const Message* message = book_.message(step.message);
    if (step.forked && message != nullptr && !is_request(*message)) {
      error(step.place, fmt::format("step {} cannot fork {}", step.id, source.id), "a request");
    }
  }

  void modifiers(const Step& step) {
    const bool received = step.from == Party::gw;
    const auto wrong = [&](std::string_view word, std::string_view kind) {
      error(step.place,
            fmt::format("step {} is {}, so '{}' means nothing", step.id,
                        received ? "received" : "sent", word),
            fmt::format("'{}' on a step that is {}", word, kind));
    };
    if (!received && step.has_within) wrong("within", "received");
    if (!received && step.optional) wrong("optional", "received");
    if (!received && step.times_max > 1) wrong("times", "received");
    if (received && (step.wait != Duration{} || !step.wait_timer.empty())) wrong("wait", "sent");
  }

  const Message* message_of(const Step& step) {
    const Message* message = book_.message(step.message);
    if (message != nullptr || step.message.empty()) return message;
    const std::string near = nearest(step.message, names_of(book_.messages));
    error(step.place, fmt::format("step {} is an unknown message '{}'", step.id, step.message),
          near.empty() ? "a message of these files" : near);
    return nullptr;
  }

  // A request or an answer, and each row such that this step can do it.
  void kind(std::size_t index, const Message& message) {
    if (is_network(ladder_.steps[index])) return network(index, message);
    for (const FieldRule& field : message.fields) {
      if (in_network(field.path)) return wrong_leg(index, message, field, "SIP: sip, rp and tp");
    }
    if (is_request(message) == is_response(message)) {
      return report_once(errors_, message.file, message.place,
                         fmt::format("message {} has {}", message.name,
                                     is_request(message) ? "both sip.method and sip.status"
                                                         : "neither sip.method nor sip.status"),
                         "one of them");
    }
    if (is_response(message)) answers(index);
    if (is_drawn(ladder_.steps[index])) return;
    for (const FieldRule& field : message.fields) row(index, message, field);
  }

  void wrong_leg(std::size_t index, const Message& message, const FieldRule& field,
                 std::string_view paths) {
    const Step& step = ladder_.steps[index];
    report_once(
        errors_, field.file, field.place,
        fmt::format("{} has {}, and step {} is from {} to {}", message.name, to_string(field.path),
                    step.id, to_string(step.from), to_string(step.to)),
        fmt::format("fields of {}", paths));
  }

  // MAP: what it is says tcap.message, and all but a Begin belong to a dialogue.
  void network(std::size_t index, const Message& message) {
    for (const FieldRule& field : message.fields) {
      if (!in_network(field.path) && !in_tpdu(field.path)) {
        return wrong_leg(index, message, field, "MAP: sccp, tcap, map and tp");
      }
    }
    const FieldRule* type = field_of(message, Path::tcap_message);
    if (type == nullptr || type->source != Source::fixed) {
      return report_once(errors_, message.file, message.place,
                         fmt::format("message {} has no tcap.message", message.name),
                         "`tcap.message fixed` begin, continue, end or abort");
    }
    const Step& step = ladder_.steps[index];
    if (type->values.front() != "begin" && !in_dialogue(index)) {
      error(
          step.place, fmt::format("step {} belongs to no dialogue", step.id),
          fmt::format("after a begin between {} and {}", to_string(step.from), to_string(step.to)));
    }
    if (is_drawn(step)) return;
    for (const FieldRule& field : message.fields) row(index, message, field);
  }

  // The last message before it on its leg left the dialogue open.
  [[nodiscard]] bool in_dialogue(std::size_t index) const {
    const Step& step = ladder_.steps[index];
    for (std::size_t i = index; i-- > 0;) {
      const Step& before = ladder_.steps[i];
      const bool same_leg = (before.from == step.from && before.to == step.to) ||
                            (before.from == step.to && before.to == step.from);
      if (!same_leg || (ancestors_[index] >> i & 1U) == 0) continue;
      const Message* message = book_.message(before.message);
      const FieldRule* type = message == nullptr ? nullptr : field_of(*message, Path::tcap_message);
      if (type == nullptr || type->values.empty()) return true;  // an error of its own
      return type->values.front() != "end" && type->values.front() != "abort";
    }
    return false;
  }

  // The first cause of an answer is the request it answers.
  void answers(std::size_t index) {
    const Step& step = ladder_.steps[index];
    const std::size_t cause = step.after.empty() ? index : find(step.after.front(), index);
    if (cause == index) {
      if (step.after.empty()) {
        error(step.place, fmt::format("step {} answers nothing", step.id),
              "after and the request it answers");
      }
      return;
    }
    const Step& asked = ladder_.steps[cause];
    const Message* request = book_.message(asked.message);
    if (request == nullptr) return;
    if (!is_request(*request) || asked.from != step.to || asked.to != step.from) {
      error(step.place, fmt::format("step {} cannot answer {}", step.id, asked.id),
            fmt::format("first after a request from {} to {}", to_string(step.to),
                        to_string(step.from)));
    }
  }

  void row(std::size_t index, const Message& message, const FieldRule& field) {
    const Step& step = ladder_.steps[index];
    if (step.from == Party::gw && send_only(field.path)) {
      report_once(errors_, field.file, field.place,
                  fmt::format("{} is received, and {} is for sending only", message.name,
                              to_string(field.path)),
                  "a field that a message has");
    }
    const bool other_reference = field.path == Path::rp_mr && field.source == Source::differs;
    if (step.from != Party::gw && receipt_only(field.source) && !other_reference) {
      report_once(errors_, field.file, field.place,
                  fmt::format("{} is sent by {}, and '{}' is for receipt only", message.name,
                              to_string(step.from), to_string(field.source)),
                  "fixed, ours, copied, any or absent");
    }
    if (step.from != Party::gw && in_info(field.path) && field.source != Source::template_) {
      report_once(errors_, field.file, field.place,
                  fmt::format("{} is sent by {}, and {} is read only", message.name,
                              to_string(step.from), to_string(field.path)),
                  "info.document template and the name of a body");
    }
    if (!field.step.empty()) reference(index, field);
    if (field.source == Source::template_) body(step, message, field);
  }

  void body(const Step& step, const Message& message, const FieldRule& field) {
    const std::string& name = field.values.front();
    if (step.from == Party::gw) {
      report_once(errors_, field.file, field.place,
                  fmt::format("{} is received, and 'template' is for sending only", message.name),
                  "another source");
    }
    if (book_.body(name) != nullptr) return;
    const std::string near = nearest(name, names_of(book_.bodies));
    report_once(errors_, field.file, field.place,
                fmt::format("message {} has an unknown body '{}'", message.name, name),
                near.empty() ? "a body of these files" : near);
  }

  // What a row refers to must have come before the step, or there is nothing to compare with.
  void reference(std::size_t index, const FieldRule& field) {
    const Step& step = ladder_.steps[index];
    if (field.step == "cause") {
      if (!step.after.empty()) return;
      return report_once(errors_, field.file, field.place,
                         fmt::format("{} of step {} refers to its cause, and it has none",
                                     to_string(field.path), step.id),
                         "after and a step");
    }
    const std::size_t source = find(field.step, ladder_.steps.size());
    if (source < index && (ancestors_[index] >> source & 1U) != 0) return;
    report_once(errors_, field.file, field.place,
                fmt::format("{} of step {} in ladder {} refers to '{}'", to_string(field.path),
                            step.id, ladder_.name, field.step),
                fmt::format("a step that {} is after, or cause", step.id));
  }

  void measure(std::size_t index) {
    const Measure& measure = ladder_.measures[index];
    const std::size_t count = ladder_.steps.size();
    for (const std::string* id : {&measure.from, &measure.to}) {
      if (find(*id, count) != count) continue;
      error(measure.place, fmt::format("measure {} names an unknown step '{}'", measure.name, *id),
            ids_above(count));
    }
    if (measure.from == measure.to) {
      error(measure.place, fmt::format("measure {} ends where it begins", measure.name),
            "two steps");
    }
    for (std::size_t i = 0; i < index; ++i) {
      if (ladder_.measures[i].name != measure.name) continue;
      error(measure.place, fmt::format("a second measure '{}'", measure.name), "another name");
    }
  }

  const LadderBook& book_;
  Ladder& ladder_;
  std::vector<TextError>& errors_;
  std::array<std::uint64_t, kSessionStepsMax> ancestors_{};
};

}  // namespace

bool resolve(LadderBook& book, std::vector<TextError>& errors) {
  const std::size_t before = errors.size();
  Inheritance(book, errors).run();
  for (Ladder& ladder : book.ladders) LadderCheck(book, ladder, errors).run();
  return errors.size() == before;
}

}  // namespace rung
