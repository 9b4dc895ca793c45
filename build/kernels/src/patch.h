// What a convolution reads: a rectangle of its input, normalized, activated, padded and laid out [rows][cols][channels].
#pragma once
#include "simd.h"
#include "step.h"

static u8* arena;

template <typename T = float>
INLINE T* at(u32 address) { return reinterpret_cast<T*>(arena + address); }

INLINE float* tensor_row(const View& view, int y) {
  const int row = (y + view.shift) % view.capacity;
  return at(view.data) + Size(row) * view.width * view.channels;
}

// Where padded coordinate p lies on an axis of n pixels; -1 for zeros. Tiles reach over the edge, beyond the padding; what
// they compute there is not kept, but the least difference rounds what is, so a flat picture must be flat there, too.
INLINE int source_index(int p, int n, int before, int after, int padding) {
  const int i = p - before;
  if (i >= 0 && i < n) return i;
  if (padding == ZEROS) return -1;
  if (padding == EDGE || i >= n + after) return i < 0 ? 0 : n - 1;
  return i < 0 ? -i : 2 * n - 2 - i;
}

// Four channels of a tensor as they are read through a view.
INLINE Vec seen(const View& view, const float* x, int c) {
  Vec value = load(x + c);
  if (view.scale) {
    const float* scale = at(view.scale);
    value = madd(value, load(scale + c), load(scale + view.channels + c));
  }
  return view.relu ? max(value, splat(0)) : value;
}

template <bool SCALED, bool RELU>
INLINE void read_tensor(const float* x, int pixels, int channels, const float* scale, float* to) {
  for (int i = 0; i < pixels; i++, x += channels, to += channels)
    for (int c = 0; c < channels; c += LANES) {
      Vec value = load(x + c);
      if (SCALED) value = madd(value, load(scale + c), load(scale + channels + c));
      if (RELU) value = max(value, splat(0));
      store(to + c, value);
    }
}

static void read_pixels(const View& view, int y, int x, int pixels, float* to) {
  const int channels = view.channels;
  const float* scale = at(view.scale);
  if (view.layout == TENSOR) {
    const float* from = tensor_row(view, y) + x * channels;
    if (view.scale && view.relu) return read_tensor<true, true>(from, pixels, channels, scale, to);
    if (view.scale) return read_tensor<true, false>(from, pixels, channels, scale, to);
    if (view.relu) return read_tensor<false, true>(from, pixels, channels, scale, to);
    return read_tensor<false, false>(from, pixels, channels, scale, to);
  }
  const Size plane = Size(view.height) * view.width;
  const Size first = Size(y) * view.width + x;
  for (int i = 0; i < pixels; i++)
    for (int c = 0; c < channels; c++, to++) {
      float value;
      if (view.layout == BYTES)
        value = at<u8>(view.data)[(first + i) * channels + c];
      else
        value = at(view.data)[view.layout == PLANES ? c * plane + first + i : (first + i) * channels + c];
      *to = view.scale ? value * scale[c] + scale[channels + c] : value;
    }
}

INLINE void write_zeros(float* to, int floats) { __builtin_memset(to, 0, floats * sizeof(float)); }

// The rectangle from padded coordinates (top, left).
static void read_patch(const Step& step, int top, int left, int rows, int cols, float* patch) {
  const View& in = step.in;
  const int height = in.height << step.doubled, width = in.width << step.doubled, channels = in.channels;
  for (int r = 0; r < rows; r++, patch += cols * channels) {
    const int y = source_index(top + r, height, step.top, step.bottom, step.padding);
    if (y < 0) {
      write_zeros(patch, cols * channels);
      continue;
    }
    for (int col = 0; col < cols;) {
      const int x = source_index(left + col, width, step.left, step.right, step.padding);
      const bool inside = x >= 0 && left + col == x + step.left && !step.doubled;
      const int run = inside ? smaller(cols - col, width - x) : 1;
      float* to = patch + col * channels;
      if (x < 0)
        write_zeros(to, channels);
      else
        read_pixels(in, y >> step.doubled, x >> step.doubled, run, to);
      col += run;
    }
  }
}
