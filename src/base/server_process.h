#pragma once

#include <signal.h>

#include <initializer_list>

namespace firesteel {

/// What a process that serves does before it starts a thread: other processes of its user cannot read its memory and
/// environment, where tokens and keys lie; a connection that breaks is an error of a write and no signal; `signals` are
/// held until sigtimedwait() takes them, in all threads. Gives them as a set.
sigset_t PrepareServerProcess(std::initializer_list<int> signals);

}  // namespace firesteel
