// Winograd's minimal filtering: Y = A^T [(G g G^T) . (B^T d B)] A with element-wise products in the middle, in place of
// every output's own sum (Lavin and Gray 2015, https://arxiv.org/abs/1509.09308). A transform is made from polynomials
// at some points; `app_py/kernels/transforms.py` has the matrices, applies G to the weights, and the tests hold the
// B^T and A^T below, written out with few operations, to the same matrices.
//
//   Winograd<4>  F(4,3): 6 inputs, 4 outputs, points 0, 1, -1, 2, -2, infinity     36 products for 16 outputs, not 144
//   Winograd<3>  F(3,3): 5 inputs, 3 outputs, points 0, 1, -1, 2, infinity         25 for 9, not 81
//   Winograd<1>  3 taps on an input enlarged twice, on the small grid: 3 inputs, 2 outputs   9 for 4, not 36
//
// The last: of x0 x1 x2, enlarged to x0 x0 x1 x1 x2 x2, the two outputs at x1 are
//   y0 = g0 x0 + (g1 + g2) x1 = g0 (x0 - x1) + (g0 + g1 + g2) x1
//   y1 = (g0 + g1) x1 + g2 x2 = g2 (x2 - x1) + (g0 + g1 + g2) x1
//
// Inputs that are all alike must give exact zeros wherever a row of B^T sums to zero, so that all outputs of a flat
// picture are the same bits: a norm would magnify the least difference between them 300 times, layer after layer. So
// differences are taken first.
#pragma once
#include "simd.h"

template <int M>
struct Winograd;

template <>
struct Winograd<4> {
  static constexpr int IN = 6, OUT = 4;
  INLINE void input(Vec* d) {
    const Vec two = splat(2), four = splat(4);
    const Vec even = nmadd(four, d[2], d[4]), odd = nmadd(four, d[1], d[3]);
    const Vec even2 = sub(d[4], d[2]), odd2 = mul(two, sub(d[3], d[1]));
    const Vec first = madd(four, sub(d[0], d[2]), even2);
    const Vec last = madd(four, sub(d[1], d[3]), sub(d[5], d[3]));
    d[0] = first;
    d[1] = add(even, odd);
    d[2] = sub(even, odd);
    d[3] = add(even2, odd2);
    d[4] = sub(even2, odd2);
    d[5] = last;
  }
  INLINE void output(const Vec* m, Vec* y) {
    const Vec even = add(m[1], m[2]), odd = sub(m[1], m[2]), even2 = add(m[3], m[4]), odd2 = sub(m[3], m[4]);
    y[0] = add(add(m[0], even), even2);
    y[1] = madd(splat(2), odd2, odd);
    y[2] = madd(splat(4), even2, even);
    y[3] = add(madd(splat(8), odd2, odd), m[5]);
  }
};

template <>
struct Winograd<3> {
  static constexpr int IN = 5, OUT = 3;
  INLINE void input(Vec* d) {
    const Vec two = splat(2);
    const Vec at_two = sub(d[3], d[1]);
    const Vec first = madd(two, sub(d[0], d[2]), at_two);
    const Vec third = sub(d[3], d[2]);
    const Vec at_one = nmadd(two, d[1], third), at_minus_one = madd(two, sub(d[1], d[2]), third);
    d[4] = madd(two, sub(d[1], d[3]), sub(d[4], d[2]));
    d[0] = first;
    d[1] = at_one;
    d[2] = at_minus_one;
    d[3] = at_two;
  }
  INLINE void output(const Vec* m, Vec* y) {
    const Vec even = add(m[1], m[2]), odd = sub(m[1], m[2]);
    y[0] = add(add(m[0], even), m[3]);
    y[1] = madd(splat(2), m[3], odd);
    y[2] = add(madd(splat(4), m[3], even), m[4]);
  }
};

template <>
struct Winograd<1> {
  static constexpr int IN = 3, OUT = 2;
  INLINE void input(Vec* d) {
    d[0] = sub(d[0], d[1]);
    d[2] = sub(d[2], d[1]);
  }
  INLINE void output(const Vec* m, Vec* y) {
    y[0] = add(m[0], m[1]);
    y[1] = add(m[2], m[1]);
  }
};

// B^T d B of 4 channels; d's pixels lie `pixel` floats and its rows `row` floats apart, the results `apart`.
template <int M>
INLINE void transform_input(const float* d, int row, int pixel, float* v, int apart) {
  constexpr int IN = Winograd<M>::IN;
  Vec half[IN][IN];
  for (int x = 0; x < IN; x++) {
    Vec column[IN];
    for (int y = 0; y < IN; y++) column[y] = load(d + y * row + x * pixel);
    Winograd<M>::input(column);
    for (int y = 0; y < IN; y++) half[y][x] = column[y];
  }
  for (int y = 0; y < IN; y++) {
    Winograd<M>::input(half[y]);
    for (int x = 0; x < IN; x++) store(v + (y * IN + x) * apart, half[y][x]);
  }
}

// A^T m A of 4 channels.
template <int M>
INLINE void transform_output(const float* m, int apart, Vec y[][Winograd<M>::OUT]) {
  constexpr int IN = Winograd<M>::IN, OUT = Winograd<M>::OUT;
  Vec half[OUT][IN];
  for (int x = 0; x < IN; x++) {
    Vec column[IN], made[OUT];
    for (int k = 0; k < IN; k++) column[k] = load(m + (k * IN + x) * apart);
    Winograd<M>::output(column, made);
    for (int k = 0; k < OUT; k++) half[k][x] = made[k];
  }
  for (int k = 0; k < OUT; k++) Winograd<M>::output(half[k], y[k]);
}
