// The rules of DESIGN.md section 2 and of the style guide, each a function from a source to what
// is wrong with it. A rule looks at the path first and says nothing about files it is not for.
#pragma once

#include <string>
#include <vector>

#include "tidy/source.hpp"

namespace rung::tidy {

/// Includes follow the arrows between folders, are rooted at src, and name their header.
void check_include_arrows(const Source& source, Violations& out);

/// The kernel's and DPDK's own names stay inside the transports.
void check_transport_tokens(const Source& source, Violations& out);

/// What the hot path may not use, with what to use instead.
void check_hot_path(const Source& source, Violations& out);

/// 100 columns (tables excepted), no tabs, no blanks or carriage returns at line ends.
void check_layout(const Source& source, Violations& out);

/// At most 600 lines, tables excepted.
void check_file_length(const Source& source, Violations& out);

/// #pragma once, and no using-directive in a header.
void check_header_shape(const Source& source, Violations& out);

/// No reminders, banner lines or paths of somebody's machine.
void check_words(const Source& source, Violations& out);

/// No function of more than 70 lines.
void check_function_length(const Source& source, Violations& out);

struct FunctionShape {
  std::string head;            // the text before the body, blanks folded
  std::size_t first_line = 0;  // from 1, where the head begins
  std::size_t lines = 0;       // from there to the closing brace
};

/// The functions defined in `source`, found by matching braces at namespace and class level.
std::vector<FunctionShape> functions_of(const Source& source);

/// All rules over one source.
void check_all_rules(const Source& source, Violations& out);

}  // namespace rung::tidy
