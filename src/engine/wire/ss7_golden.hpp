// For tests: the golden vectors of tests/golden/ss7.
#pragma once

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/wire/sms_golden.hpp"

namespace rung::golden {

struct Ss7Vector {
  std::string place;  // file:line name
  std::string name;
  std::vector<std::uint8_t> octets;  // of the M3UA message
  Fields fields;
};

/// Every vector of tests/golden/ss7/`file`. A line that does not read has no octets, which the test
/// that reads them all reports.
inline std::vector<Ss7Vector> load_ss7(const std::string& file) {
  std::vector<Ss7Vector> vectors;
  std::ifstream stream(RUNG_SOURCE_DIR "/tests/golden/ss7/" + file);
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    if (line.empty() || line.starts_with('#')) continue;
    Ss7Vector vector;
    const std::size_t first = line.find('|');
    const std::size_t second = line.find('|', first + 1);
    vector.name = line.substr(0, line.find_first_of(" |"));
    vector.place = fmt::format("{}:{} {}", file, number, vector.name);
    if (second != std::string::npos) {
      const auto octets = parse_hex(line.substr(first + 1, second - first - 1));
      if (octets.ok()) vector.octets = *octets;
      vector.fields = parse_fields(line.substr(second + 1));
    }
    vectors.push_back(vector);
  }
  return vectors;
}

}  // namespace rung::golden
