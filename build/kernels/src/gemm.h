// The micro-kernel: C[m][n] = sum over k of A[m][k] * B[k][n], everything in registers.
//
// A's row is `segments` runs of `length` floats, `jump` floats apart, so that the rows of a convolution's window are read
// where they lie. B comes in panels of 16 columns, then one of 8 and one of 4 where columns are left, each [k][columns].
// Registers: 4 rows x 16 columns, 6 x 8 or 8 x 4 accumulators, which is what 16 registers of 4 floats can hold.
#pragma once
#include "simd.h"

// STRIDE: floats between rows of A where it is known while compiling, else 0.
template <int ROWS, int VECS, int STRIDE>
__attribute__((noinline)) static void gemm_tile(const float* a, int stride, int segments, int length, int jump,
                                                const float* b, float* c, int c_stride) {
  const int rows_apart = STRIDE ? STRIDE : stride;
  Vec sum[ROWS][VECS];
  for (int m = 0; m < ROWS; m++)
    for (int n = 0; n < VECS; n++) sum[m][n] = splat(0);
  for (int s = 0; s < segments; s++) {
    const float* at = a + s * jump;
    int k = 0;
    for (; k + 4 <= length; k += 4) {
#pragma clang loop unroll(full)
      for (int u = 0; u < 4; u++) {
        Vec factor[VECS];
        for (int n = 0; n < VECS; n++) factor[n] = load(b + (u * VECS + n) * LANES);
        for (int m = 0; m < ROWS; m++) {
          Vec x = load_splat(at + m * rows_apart + u);
          for (int n = 0; n < VECS; n++) sum[m][n] = madd(x, factor[n], sum[m][n]);
        }
      }
      at += 4;
      b += 4 * VECS * LANES;
    }
    for (; k < length; k++) {
      Vec factor[VECS];
      for (int n = 0; n < VECS; n++) factor[n] = load(b + n * LANES);
      for (int m = 0; m < ROWS; m++) {
        Vec x = load_splat(at + m * rows_apart);
        for (int n = 0; n < VECS; n++) sum[m][n] = madd(x, factor[n], sum[m][n]);
      }
      at += 1;
      b += VECS * LANES;
    }
  }
  for (int m = 0; m < ROWS; m++)
    for (int n = 0; n < VECS; n++) store(c + m * c_stride + n * LANES, sum[m][n]);
}

template <int ROWS, int VECS, int STRIDE>
INLINE void gemm_last_rows(int rows, const float* a, int stride, int segments, int length, int jump, const float* b,
                           float* c, int c_stride) {
  if constexpr (ROWS > 0) {
    if (rows == ROWS) return gemm_tile<ROWS, VECS, STRIDE>(a, stride, segments, length, jump, b, c, c_stride);
    gemm_last_rows<ROWS - 1, VECS, STRIDE>(rows, a, stride, segments, length, jump, b, c, c_stride);
  }
}

template <int VECS, int STRIDE>
static void gemm_panel(int rows, const float* a, int stride, int segments, int length, int jump, const float* b, float* c,
                       int c_stride) {
  constexpr int ROWS = VECS == 4 ? 4 : VECS == 2 ? 6 : 8;
  for (; rows >= ROWS; rows -= ROWS) {
    gemm_tile<ROWS, VECS, STRIDE>(a, stride, segments, length, jump, b, c, c_stride);
    a += ROWS * (STRIDE ? STRIDE : stride);
    c += ROWS * c_stride;
  }
  gemm_last_rows<ROWS - 1, VECS, STRIDE>(rows, a, stride, segments, length, jump, b, c, c_stride);
}

template <int STRIDE>
static void gemm_panels(int rows, int columns, const float* a, int stride, int segments, int length, int jump,
                        const float* b, float* c, int c_stride) {
  const int depth = segments * length;
  int n = 0;
  for (; n + 16 <= columns; n += 16, b += depth * 16)
    gemm_panel<4, STRIDE>(rows, a, stride, segments, length, jump, b, c + n, c_stride);
  if (n + 8 <= columns) {
    gemm_panel<2, STRIDE>(rows, a, stride, segments, length, jump, b, c + n, c_stride);
    n += 8, b += depth * 8;
  }
  if (n < columns) gemm_panel<1, STRIDE>(rows, a, stride, segments, length, jump, b, c + n, c_stride);
}

// The widths of the networks that are shipped have kernels of their own: addresses become constants, which is 10 % of all.
static void gemm(int rows, int columns, const float* a, int stride, int segments, int length, int jump, const float* b,
                 float* c, int c_stride) {
  if (stride == 64)
    gemm_panels<64>(rows, columns, a, stride, segments, length, jump, b, c, c_stride);
  else if (stride == 32)
    gemm_panels<32>(rows, columns, a, stride, segments, length, jump, b, c, c_stride);
  else
    gemm_panels<0>(rows, columns, a, stride, segments, length, jump, b, c, c_stride);
}
