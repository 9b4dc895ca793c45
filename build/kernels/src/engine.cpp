// What JavaScript calls. The arena (weights, numbers, steps, tensors, pictures) is laid out by `app_py/kernels/`; memory is
// given by the caller, and nothing is allocated here. `docs/design/own-engine.md` is the way in.
#include "step.h"

#include "threads.h"

#include "convolution.h"
#include "pointwise.h"

#define EXPORT(name) __attribute__((export_name(#name))) extern "C"

// What the compiler may call by itself; there is no library.
extern "C" void* memset(void* to, int value, Size size) {
  for (u8* p = static_cast<u8*>(to); size--;) *p++ = u8(value);
  return to;
}
extern "C" void* memcpy(void* to, const void* from, Size size) {
  const u8* source = static_cast<const u8*>(from);
  for (u8* p = static_cast<u8*>(to); size--;) *p++ = *source++;
  return to;
}

static void perform(const Step& step, Scratch scratch) {
  switch (step.kind) {
    case STATISTICS:
      return normalize(step);
    case SUM:
      return sum_rows(step);
    case PICTURE:
      return write_picture(step);
    default:
      return convolve(step, scratch);
  }
}

static bool perform_all(int thread, u32 scratch, u32 scratch_bytes) {
  arena = reinterpret_cast<u8*>(shared.arena);
  const Step* steps = at<Step>(shared.program);
  // Copies: after the last meeting the first thread may already be writing what comes next.
  const int first = shared.first, last = shared.last, threads = shared.threads;
  for (int i = first; i < last; i++) {
    perform(steps[i], {at(scratch + thread * scratch_bytes)});
    if (!meet(threads)) return false;
  }
  return true;
}

static u32 scratch_address, scratch_size;

// Code that does nothing, for `build bench --suite placement`: what comes after it lies elsewhere.
#ifdef PLACEMENT
static volatile int moved;
__attribute__((noinline)) static void take_place() {
#pragma clang loop unroll(full)
  for (int i = 0; i < PLACEMENT; i++) moved = i;
}
#else
INLINE void take_place() {}
#endif

// Steps first..last-1 of the program; 0, or 1 where a thread did not come. Called by the first thread, which works, too.
EXPORT(run)
int run(u32 arena_address, u32 program, int first, int last, u32 scratch, u32 scratch_bytes, int threads) {
  take_place();
  shared.arena = arena_address, shared.program = program, shared.first = first, shared.last = last;
  shared.threads = threads, shared.next = 0;
  scratch_address = scratch, scratch_size = scratch_bytes;
#ifdef THREADS
  __atomic_add_fetch(&shared.generation, 1, ORDER);
  __builtin_wasm_memory_atomic_notify(&shared.generation, MOST_THREADS);
#endif
  return perform_all(0, scratch, scratch_bytes) ? 0 : 1;
}

#ifdef THREADS
// What every other thread does for as long as it lives: wait for a call of `run`, and take its share.
EXPORT(help)
void help(int thread, int seen_generation) {
  for (;;) {
    if (!wait_for_change(&shared.generation, seen_generation, -1)) return;
    seen_generation++;
    if (thread < shared.threads) perform_all(thread, scratch_address, scratch_size);
  }
}
EXPORT(generation) int generation() { return __atomic_load_n(&shared.generation, ORDER); }
#endif
EXPORT(step_bytes) int step_bytes() { return sizeof(Step); }
