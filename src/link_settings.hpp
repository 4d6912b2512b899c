// The family of options link.NAME.KEY: SIGTRAN links by name. link_option.def is the only list of
// the keys.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "option_value.hpp"

namespace rung {

struct LinkSettings {
  std::string name;
#define RUNG_LINK_OPTION(field, name, kind, initial, range, help) option_kind::kind field{};
#include "link_option.def"
#undef RUNG_LINK_OPTION
};

/// Collects what is given of links, from flags first and then from a profile.
class LinkFamily {
 public:
  /// Whether an option of that name belongs here.
  static bool holds(std::string_view option) { return option.starts_with("link."); }

  /// One option with its value; `where` as GivenValue has it, `origin` what an unknown name is
  /// reported for. What a flag gave, a profile does not change.
  void take(std::string_view option, std::string value, std::string where, std::string_view origin,
            std::vector<std::string>& errors);
  /// From now on what is taken comes from a profile.
  void begin_profile();

  /// All links, and each key with its value as text.
  void finish(std::vector<LinkSettings>& links,
              std::vector<std::pair<std::string, std::string>>& settings,
              std::vector<std::string>& errors) const;

 private:
  struct Given {
    std::string name;
    std::vector<GivenValue> keys;  // in the table's order
    std::vector<bool> by_flag;
  };
  Given& of(std::string_view name);

  std::vector<Given> links_;
  bool profile_ = false;
};

/// A link of that name whose keys have their defaults; those that must be given are empty or 0.
LinkSettings default_link(std::string name);

/// Its keys as flags, but those that are empty: "--link.NAME.KEY=VALUE".
std::vector<std::string> link_flags(const LinkSettings& link);

/// The keys with their defaults and ranges, for --help.
std::string link_help();

}  // namespace rung
