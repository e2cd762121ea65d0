#include "base/server_process.h"

#include <pthread.h>
#include <sys/prctl.h>

namespace firesteel {

sigset_t PrepareServerProcess(std::initializer_list<int> signals) {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  signal(SIGPIPE, SIG_IGN);
  sigset_t held;
  sigemptyset(&held);
  for (const int number : signals) sigaddset(&held, number);
  // Threads inherit the mask.
  pthread_sigmask(SIG_BLOCK, &held, nullptr);
  return held;
}

}  // namespace firesteel
