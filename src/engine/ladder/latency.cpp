#include "engine/ladder/latency.hpp"

#include "engine/ladder/program.hpp"

namespace rung {
namespace {

std::size_t measures_of(const Program& program) {
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < program.size(); ++i)
    count += program.measures(LadderIndex(i)).size();
  return count;
}

}  // namespace

LatencyBlock::LatencyBlock(const Program& program) : histograms_(measures_of(program)) {
  std::size_t first = 0;
  for (std::uint32_t i = 0; i < program.size(); ++i) {
    first_.push_back(first);
    first += program.measures(LadderIndex(i)).size();
  }
}

}  // namespace rung
