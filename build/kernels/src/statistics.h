// Mean and variance of each channel of a whole picture, for InstanceNorm.
//
// Each part of a convolution leaves, in a slot of its own, how many pixels it wrote and of each channel their mean and
// the sum of squared differences from it (M2); sums are taken of differences from the part's first pixel, so that a
// large mean does not swallow a small variance. Slots are merged in float64 in their order, whichever thread wrote them, so that
// threads change no bit. Merging: Chan, Golub and LeVeque 1979, http://i.stanford.edu/pub/cstr/reports/cs/tr/79/773/CS-TR-79-773.pdf
#pragma once
#include "simd.h"
#include "step.h"

constexpr int MOST_CHANNELS = 256;

struct Sums {
  float pivot[MOST_CHANNELS], sum[MOST_CHANNELS], squares[MOST_CHANNELS];
  int pixels;
};

INLINE void clear(Sums& sums, int channels) {
  sums.pixels = 0;
  for (int c = 0; c < channels; c += LANES) store(sums.sum + c, splat(0)), store(sums.squares + c, splat(0));
}

INLINE int slot_floats(int channels) { return 1 + 2 * channels; }

static void write_slot(const Sums& sums, int channels, float* slot) {
  slot[0] = float(sums.pixels);
  for (int c = 0; c < channels; c++) {
    const float mean = sums.sum[c] / slot[0];
    slot[1 + c] = sums.pivot[c] + mean;
    slot[1 + channels + c] = sums.squares[c] - sums.sum[c] * mean;
  }
}

// scale and shift of one channel: gamma * (x - mean) / sqrt(variance + epsilon) + beta = x * scale + shift
static void merge_slots(const float* slots, int count, int channels, int c, float gamma, float beta, float epsilon,
                        float* scale) {
  double pixels = 0, mean = 0, m2 = 0;
  for (int i = 0; i < count; i++, slots += slot_floats(channels)) {
    const double more = slots[0], all = pixels + more, apart = slots[1 + c] - mean;
    mean += apart * more / all;
    m2 += slots[1 + channels + c] + apart * apart * pixels * more / all;
    pixels = all;
  }
  // Rounding may leave a flat picture an M2 just below 0.
  const double variance = m2 < 0 ? 0 : m2 / pixels;
  const double factor = gamma / __builtin_sqrt(variance + epsilon);
  scale[c] = float(factor);
  scale[channels + c] = float(beta - mean * factor);
}
