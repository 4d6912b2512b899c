// For tests: packets in a capture file, and what tshark says about it.
#pragma once

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "engine/base/bytes.hpp"

namespace rung::golden {

inline bool has_tshark() { return std::system("tshark --version > /dev/null 2>&1") == 0; }

/// A capture file in the classic format, link type RAW, deleted at the end. Packets are a second
/// apart.
class CaptureFile {
 public:
  CaptureFile() {
    file_.reset(fdopen(mkstemp(path_.data()), "wb"));
    put_words({0xa1b2c3d4, 0x00040002, 0, 0, 65535, 101});
  }
  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;
  ~CaptureFile() { unlink(path_.c_str()); }

  /// A packet from its IP header on.
  void put(Octets packet) {
    const auto size = static_cast<std::uint32_t>(packet.size());
    put_words({count_++, 0, size, size});
    std::fwrite(packet.data(), 1, packet.size(), file_.get());
  }

  /// What `tshark -r FILE -n` and these options print; empty when it cannot run.
  [[nodiscard]] std::string read(const std::string& options) const {
    std::fflush(file_.get());
    const std::string command = "tshark -r " + path_ + " -n " + options + " 2>/dev/null";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string output;
    std::array<char, 65536> chunk;
    while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe.get())) {
      output.append(chunk.data(), size);
    }
    return output;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void put_words(std::initializer_list<std::uint32_t> words) {
    for (const std::uint32_t word : words) std::fwrite(&word, sizeof word, 1, file_.get());
  }

  std::string path_ = "/tmp/rung_capture_XXXXXX";
  std::unique_ptr<std::FILE, Close> file_;
  std::uint32_t count_ = 0;
};

}  // namespace rung::golden
