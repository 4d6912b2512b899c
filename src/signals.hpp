// How often the user asked this process to stop: SIGINT and SIGTERM, counted.
#pragma once

namespace rung {

/// From now on SIGINT and SIGTERM are counted instead of ending the process.
void count_interrupts();
/// How many came so far.
unsigned interrupts();

}  // namespace rung
