// Ladder files: the built-in ladders and messages with the user's own, read into one book.
#pragma once

#include <string>
#include <vector>

#include "engine/ladder/ladder.hpp"
#include "engine/ladder/requirement.hpp"

namespace rung {

/// Reads built-in and named ladder files into a resolved, validated book. Returns errors as
/// `file:line:column: what, expected what`. `rows` and `table` get the catalogue and what the files
/// declare; the table's texts live in `rows` and `book`.
std::vector<std::string> read_book(const std::vector<std::string>& files, LadderBook& book,
                                   std::vector<Requirement>& rows, RequirementTable& table);

}  // namespace rung
