// Ladder files: the built-in ladders and messages with the user's own, read into one book.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/ladder/ladder.hpp"
#include "engine/ladder/requirement.hpp"
#include "options.hpp"

namespace rung {

/// What `--topology` says.
Topology topology_of(const Options& options);

/// Reads built-in and named ladder files into a resolved, validated book. Returns errors as
/// `file:line:column: what, expected what`. `rows` and `table` get the catalogue and what the files
/// declare; the table's texts live in `rows` and `book`.
std::vector<std::string> read_book(const std::vector<std::string>& files, LadderBook& book,
                                   std::vector<Requirement>& rows, RequirementTable& table);

/// Copies the user's ladder files into a run directory, so that its report can draw what was played
/// whatever becomes of them. Empty when good, else the error.
std::string keep_ladders(const std::vector<std::string>& files,
                         const std::filesystem::path& directory);
/// The copies in a run directory, in the order they were given.
std::vector<std::string> kept_ladders(const std::filesystem::path& directory);

}  // namespace rung
