// Steps that look at each pixel by itself: statistics into scale and shift, sums of two tensors, the finished picture.
#pragma once
#include "patch.h"
#include "statistics.h"
#include "threads.h"

constexpr int ROWS_AT_ONCE = 8;

static void normalize(const Step& step) {
  const int channels = step.out.channels;
  for (int i; (i = take()) * LANES < channels;)
    for (int c = i * LANES; c < (i + 1) * LANES; c++)
      merge_slots(at(step.statistics), step.slots, channels, c, at(step.gamma)[c], at(step.beta)[c], step.epsilon,
                  at(step.out.scale));
}

// out = in + other, each as its view shows it; out may lie on either.
static void sum_rows(const Step& step) {
  const int count = parts(step.last_row - step.first_row, ROWS_AT_ONCE);
  for (int i; (i = take()) < count;) {
    const int first = step.first_row + i * ROWS_AT_ONCE;
    for (int y = first; y < smaller(first + ROWS_AT_ONCE, step.last_row); y++) {
      const float *a = tensor_row(step.in, y), *b = tensor_row(step.other, y);
      float* to = tensor_row(step.out, y);
      const int channels = step.out.channels;
      for (int x = 0; x < step.out.width; x++, a += channels, b += channels, to += channels)
        for (int c = 0; c < channels; c += LANES) store(to + c, add(seen(step.in, a, c), seen(step.other, b, c)));
    }
  }
}

// e^x: 2^n times a polynomial of what is left, off by 2 units in the last place (Cephes, https://www.netlib.org/cephes/, expf).
INLINE Vec exponential(Vec x) {
  x = min(max(x, splat(-87.3f)), splat(88.3f));
  const Vec n = wasm_f32x4_nearest(mul(x, splat(1.44269504f)));
  x = nmadd(n, splat(0.693359375f), x);
  x = nmadd(n, splat(-2.12194440e-4f), x);
  Vec p = splat(1.9875691500e-4f);
  const float rest[] = {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
  for (float factor : rest) p = madd(p, x, splat(factor));
  p = add(madd(p, mul(x, x), x), splat(1));
  const Vec power = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127)), 23);
  return mul(p, power);
}

INLINE Vec sigmoid(Vec x) { return wasm_f32x4_div(splat(1), add(splat(1), exponential(wasm_f32x4_neg(x)))); }

struct Operation {
  int kind;
  float a, b;
};

INLINE Vec apply(const Operation& operation, Vec x) {
  switch (operation.kind) {
    case AFFINE:
      return madd(x, splat(operation.a), splat(operation.b));
    case CLIP:
      return min(max(x, splat(operation.a)), splat(operation.b));
    case SIGMOID:
      return sigmoid(x);
    default:
      return sub(mul(splat(2), sigmoid(mul(splat(2), x))), splat(1));  // tanh
  }
}

// Rounded to the nearest and held within 0..255; NaN is 0.
INLINE u8 to_byte(float x) { return u8(__builtin_wasm_trunc_saturate_u_i32_f32(x < 255 ? __builtin_rintf(x) : x > 0 ? 255 : 0)); }

static void write_pixel(const View& out, Size pixel, int c, const float* values) {
  const Size plane = Size(out.height) * out.width;
  for (int i = 0; i < LANES && c + i < out.channels; i++) {
    if (out.layout == BYTES)
      at<u8>(out.data)[pixel * out.channels + c + i] = to_byte(values[i]);
    else
      at(out.data)[out.layout == PLANES ? (c + i) * plane + pixel : pixel * out.channels + c + i] = values[i];
  }
}

// The network's last tensor, as much of it as the picture has pixels, in the picture's own form.
static void write_picture(const Step& step) {
  const View& out = step.out;
  const int count = parts(step.last_row - step.first_row, ROWS_AT_ONCE);
  const Operation* operations = at<Operation>(step.pointwise);
  for (int i; (i = take()) < count;) {
    const int first = step.first_row + i * ROWS_AT_ONCE;
    for (int y = first; y < smaller(first + ROWS_AT_ONCE, step.last_row); y++) {
      const float* x = tensor_row(step.in, y);
      Size pixel = Size(y) * out.width;
      for (int col = 0; col < out.width; col++, pixel++, x += step.in.channels) {
        for (int c = 0; c < out.channels; c += LANES) {
          Vec value = seen(step.in, x, c);
          for (int k = 0; k < step.count; k++) value = apply(operations[k], value);
          float values[LANES];
          store(values, value);
          write_pixel(out, pixel, c, values);
        }
      }
    }
  }
}
