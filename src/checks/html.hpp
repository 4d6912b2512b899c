// Text for an HTML page. What a SUT sent reaches a page through here and no other way.
#pragma once

#include <string>
#include <string_view>

namespace rung::html {

/// `text` as character data or as an attribute's value in double quotes. UTF-8 stays; markup is
/// escaped; octets that are no UTF-8, control characters other than line feed and characters that
/// turn the direction of writing or cannot be seen come as \xNN or \u{NNNN}.
std::string escaped(std::string_view text);

/// A name for an id attribute and the fragment of a link: anything but letters, digits, '.', '_'
/// and '-' becomes '_'.
std::string anchor(std::string_view text);

}  // namespace rung::html
