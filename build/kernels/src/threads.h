// How threads share one step: each takes the next part from a counter until none is left, then all meet.
#pragma once
#include "simd.h"

constexpr int MOST_THREADS = 16;

struct Shared {
  int next;        // the next part of this step
  int arrived;     // threads that wait for the step's end
  int meetings;    // how many meetings there were
  int failed;      // somebody did not come
  int generation;  // counts the calls of `run`; helpers wait for it to change
  int first, last, threads;
  u32 program, arena;
};
static Shared shared;

#ifdef THREADS
#define ORDER __ATOMIC_SEQ_CST
constexpr int SPINS = 4000;  // looks before sleeping: waking up costs more than most waits last
constexpr long long PATIENCE_NS = 20'000'000'000;

INLINE int take() { return __atomic_fetch_add(&shared.next, 1, ORDER); }

// Waits until *word is no longer `old`; false after PATIENCE_NS.
static bool wait_for_change(int* word, int old, long long patience_ns) {
  for (int i = 0; i < SPINS; i++)
    if (__atomic_load_n(word, ORDER) != old) return true;
  while (__atomic_load_n(word, ORDER) == old)
    if (__builtin_wasm_memory_atomic_wait32(word, old, patience_ns) == 2) return false;
  return true;
}

// All threads meet; the last to come opens the next step. False where somebody does not come.
static bool meet(int threads) {
  if (threads == 1) return shared.next = 0, true;
  const int meeting = __atomic_load_n(&shared.meetings, ORDER);
  if (__atomic_add_fetch(&shared.arrived, 1, ORDER) == threads) {
    __atomic_store_n(&shared.next, 0, ORDER);
    __atomic_store_n(&shared.arrived, 0, ORDER);
    __atomic_add_fetch(&shared.meetings, 1, ORDER);
    __builtin_wasm_memory_atomic_notify(&shared.meetings, MOST_THREADS);
  } else if (!wait_for_change(&shared.meetings, meeting, PATIENCE_NS)) {
    __atomic_store_n(&shared.failed, 1, ORDER);
  }
  return !__atomic_load_n(&shared.failed, ORDER);
}
#else
INLINE int take() { return shared.next++; }
INLINE bool meet(int) { return shared.next = 0, true; }
#endif
