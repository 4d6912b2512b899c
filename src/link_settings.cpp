#include "link_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace rung {
namespace {

struct LinkOption : OptionValue {
  std::string_view help;
};

constexpr LinkOption kKeys[] = {
#define RUNG_LINK_OPTION(field, name, kind, initial, range, help) \
  {{name, OptionKind::kind, initial, range}, help},
#include "link_option.def"
#undef RUNG_LINK_OPTION
};

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

const LinkOption& nearest(std::string_view key) {
  return *std::min_element(std::begin(kKeys), std::end(kKeys), [&](auto& a, auto& b) {
    return edit_distance(a.name, key) < edit_distance(b.name, key);
  });
}

}  // namespace

LinkFamily::Given& LinkFamily::of(std::string_view name) {
  const auto found = std::find_if(links_.begin(), links_.end(),
                                  [&](const Given& link) { return link.name == name; });
  if (found != links_.end()) return *found;
  links_.push_back({std::string(name), std::vector<GivenValue>(std::size(kKeys)),
                    std::vector<bool>(std::size(kKeys))});
  return links_.back();
}

void LinkFamily::take(std::string_view option, std::string value, std::string where,
                      std::string_view origin, std::vector<std::string>& errors) {
  const std::size_t dot = option.find('.', 5);
  const std::string_view name = option.substr(5, std::min(dot, option.size()) - 5);
  if (dot == std::string_view::npos || !is_name(name)) {
    errors.push_back(
        fmt::format("{}: unknown option '{}', expected link.NAME.KEY with a NAME of lower-case "
                    "letters, digits, - and _",
                    origin, option));
    return;
  }
  const std::string_view key = option.substr(dot + 1);
  const LinkOption& known = nearest(key);
  if (known.name != key) {
    std::string text = fmt::format("{}: unknown option '{}'", origin, option);
    if (edit_distance(known.name, key) <= 3) {
      text += fmt::format(", did you mean 'link.{}.{}'?", name, known.name);
    }
    errors.push_back(text);
    return;
  }
  const auto index = static_cast<std::size_t>(&known - kKeys);
  Given& link = of(name);
  if (profile_ && link.by_flag[index]) return;
  link.keys[index].where = std::move(where);
  link.keys[index].values.push_back(std::move(value));
}

void LinkFamily::begin_profile() {
  profile_ = true;
  for (Given& link : links_) {
    for (std::size_t i = 0; i < link.keys.size(); ++i)
      link.by_flag[i] = !link.keys[i].values.empty();
  }
}

void LinkFamily::finish(std::vector<LinkSettings>& links,
                        std::vector<std::pair<std::string, std::string>>& settings,
                        std::vector<std::string>& errors) const {
  for (const Given& given : links_) {
    LinkSettings& out = links.emplace_back();
    out.name = given.name;
    std::size_t i = 0;
    const auto assign = [&](auto& field) {
      OptionValue info = kKeys[i];
      const std::string full = fmt::format("link.{}.{}", given.name, info.name);
      info.name = full;
      const GivenValue& value = given.keys[i];
      assign_option(info, value.values.empty() ? nullptr : &value, field, errors);
      settings.emplace_back(
          full, value.values.empty() ? std::string(info.initial) : value.values.front());
      ++i;
    };
#define RUNG_LINK_OPTION(field, name, kind, initial, range, help) assign(out.field);
#include "link_option.def"
#undef RUNG_LINK_OPTION
  }
}

LinkSettings default_link(std::string name) {
  LinkSettings link;
  link.name = std::move(name);
  std::vector<std::string> missing;
#define RUNG_LINK_OPTION(field, key, kind, initial, range, help) \
  assign_option(OptionValue{key, OptionKind::kind, initial, range}, nullptr, link.field, missing);
#include "link_option.def"
#undef RUNG_LINK_OPTION
  return link;
}

namespace {

std::string text_of(const std::string& value) { return value; }
std::string text_of(std::uint64_t value) { return fmt::format("{}", value); }
std::string text_of(Duration value) { return exact_duration_text(value); }

}  // namespace

std::vector<std::string> link_flags(const LinkSettings& link) {
  std::vector<std::string> flags;
#define RUNG_LINK_OPTION(field, key, kind, initial, range, help)           \
  if (const std::string text = text_of(link.field); !text.empty()) {       \
    flags.push_back(fmt::format("--link.{}.{}={}", link.name, key, text)); \
  }
#include "link_option.def"
#undef RUNG_LINK_OPTION
  return flags;
}

std::string link_help() {
  std::string text = "\nEach SIGTRAN link, a section [link.NAME] of a profile; may be repeated:\n";
  for (const LinkOption& key : kKeys) {
    std::string notes = key.initial.empty() ? "" : fmt::format("default {}", key.initial);
    if (key.initial.empty() && key.kind != OptionKind::Text) notes = "must be given";
    if (!key.range.empty()) notes += fmt::format("{}{}", notes.empty() ? "" : "; ", key.range);
    text += fmt::format("  --link.NAME.{:<25} {}{}\n", fmt::format("{}=VALUE", key.name), key.help,
                        notes.empty() ? "" : fmt::format(" [{}]", notes));
  }
  return text;
}

}  // namespace rung
