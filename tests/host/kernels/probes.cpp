// The parts of the kernels one by one, for tests: each export calls one function of `build/kernels/src/`.
#include "convolution.h"
#include "pointwise.h"

#define EXPORT(name) __attribute__((export_name(#name))) extern "C"

extern "C" void* memset(void* to, int value, Size size) {
  for (u8* p = static_cast<u8*>(to); size--;) *p++ = u8(value);
  return to;
}
extern "C" void* memcpy(void* to, const void* from, Size size) {
  const u8* source = static_cast<const u8*>(from);
  for (u8* p = static_cast<u8*>(to); size--;) *p++ = *source++;
  return to;
}

template <int M>
static void back(const float* m, float* y) {
  constexpr int OUT = Winograd<M>::OUT;
  Vec made[OUT][OUT];
  transform_output<M>(m, LANES, made);
  for (int i = 0; i < OUT * OUT; i++) store(y + i * LANES, made[i / OUT][i % OUT]);
}

// d [inputs][inputs][4] -> v of the same shape; m [inputs][inputs][4] -> y [outputs][outputs][4].
EXPORT(transform_4) void transform_4(const float* d, float* v) { transform_input<4>(d, 6 * LANES, LANES, v, LANES); }
EXPORT(transform_3) void transform_3(const float* d, float* v) { transform_input<3>(d, 5 * LANES, LANES, v, LANES); }
EXPORT(transform_1) void transform_1(const float* d, float* v) { transform_input<1>(d, 3 * LANES, LANES, v, LANES); }
EXPORT(back_4) void back_4(const float* m, float* y) { back<4>(m, y); }
EXPORT(back_3) void back_3(const float* m, float* y) { back<3>(m, y); }
EXPORT(back_1) void back_1(const float* m, float* y) { back<1>(m, y); }

EXPORT(multiply)
void multiply(int rows, int columns, const float* a, int stride, int segments, int length, int jump, const float* b,
              float* c) {
  gemm(rows, columns, a, stride, segments, length, jump, b, c, columns);
}

// `count` operations of {kind, a, b} on n floats.
EXPORT(operate)
void operate(const Operation* operations, int count, float* x, int n) {
  for (int i = 0; i < n; i += LANES) {
    Vec value = load(x + i);
    for (int k = 0; k < count; k++) value = apply(operations[k], value);
    store(x + i, value);
  }
}
EXPORT(round_to_byte) int round_to_byte(float x) { return to_byte(x); }
EXPORT(source) int source(int p, int n, int before, int after, int padding) {
  return source_index(p, n, before, after, padding);
}
EXPORT(merge)
void merge(const float* slots, int count, int channels, float gamma, float beta, float epsilon, float* scale) {
  for (int c = 0; c < channels; c++) merge_slots(slots, count, channels, c, gamma, beta, epsilon, scale);
}
EXPORT(unused) void unused(const Step* step) { convolve(*step, {nullptr}), sum_rows(*step), write_picture(*step), normalize(*step); }
