// Convolutions of any kernel, in parts that threads take in turn. A part is tile_rows x tile_cols tiles; a tile is one
// output (DIRECT), 4 x 4 (WINOGRAD), 3 x 3 (BLOCKS) or 2 x 2 (UPSAMPLED).
#pragma once
#include "gemm.h"
#include "patch.h"
#include "statistics.h"
#include "threads.h"
#include "winograd.h"

struct Part {
  int row, col;    // first tile
  int rows, cols;  // how many
};

// The floats of a thread's own scratch memory, one after the other. Odd lengths keep the 36 planes of a transform from
// falling on the same lines of the cache.
struct Scratch {
  float* next;
  float* take(int floats) {
    float* taken = next;
    next += (floats + 7) & ~3;
    return taken;
  }
};

// Keeps one value of four channels and counts it.
struct Kept {
  Vec pivot, sum, squares, bias;
  bool counted;
  __attribute__((always_inline)) void keep(float* to, Vec value) {
    value = add(value, bias);
    store(to, value);
    const Vec apart = sub(value, pivot);
    sum = add(sum, apart);
    squares = madd(apart, apart, squares);
  }
};

INLINE Kept begin(const Step& step, const Sums& sums, int c, Vec first) {
  const Vec bias = step.bias ? load(at(step.bias) + c) : splat(0);
  const Vec pivot = sums.pixels ? load(sums.pivot + c) : add(first, bias);
  return {pivot, load(sums.sum + c), load(sums.squares + c), bias, true};
}

INLINE void end(const Kept& kept, Sums& sums, int c) {
  store(sums.pivot + c, kept.pivot);
  store(sums.sum + c, kept.sum);
  store(sums.squares + c, kept.squares);
}

// One row of tiles, from products in [positions][tiles][channels].
template <int M>
static void write_tiles(const Step& step, const float* products, int apart, int tile_row, int tile_col, int tiles,
                        Sums& sums) {
  constexpr int OUT = Winograd<M>::OUT;
  const View& out = step.out;
  const int channels = out.channels, y0 = tile_row * OUT, x0 = tile_col * OUT;
  const int rows = smaller(OUT, out.height - y0), cols = smaller(tiles * OUT, out.width - x0);
  float* row[OUT];
  for (int y = 0; y < rows; y++) row[y] = tensor_row(out, y0 + y) + x0 * channels;
  for (int c = 0; c < channels; c += LANES) {
    Kept kept;
    for (int t = 0; t < tiles; t++) {
      Vec made[OUT][OUT];
      transform_output<M>(products + t * channels + c, apart, made);
      if (t == 0) kept = begin(step, sums, c, made[0][0]);
      const int across = smaller(OUT, cols - t * OUT), offset = t * OUT * channels + c;
      if (rows == OUT && across == OUT) {
#pragma clang loop unroll(full)
        for (int y = 0; y < OUT; y++)
#pragma clang loop unroll(full)
          for (int x = 0; x < OUT; x++) kept.keep(row[y] + offset + x * channels, made[y][x]);
      } else {
        for (int y = 0; y < rows; y++)
          for (int x = 0; x < across; x++) kept.keep(row[y] + offset + x * channels, made[y][x]);
      }
    }
    end(kept, sums, c);
  }
  sums.pixels += rows * cols;
}

// M = 4: 3x3, M = 1: 3x3 behind an enlargement.
template <int M>
static void convolve_tiles(const Step& step, const Part& part, Scratch scratch, Sums& sums) {
  constexpr int IN = Winograd<M>::IN;
  const int channels = step.in.channels, columns = step.out.channels, tiles = part.rows * part.cols;
  const int height = (part.rows - 1) * M + IN, width = (part.cols - 1) * M + IN;
  float* patch = scratch.take(height * width * channels + LANES);
  read_patch(step, part.row * M, part.col * M, height, width, patch);
  const int v_apart = tiles * channels + 16, p_apart = tiles * columns + 16;
  float *v = scratch.take(IN * IN * v_apart), *products = scratch.take(IN * IN * p_apart);
  float* to = v;
  for (int r = 0; r < part.rows; r++)
    for (int t = 0; t < part.cols; t++, to += channels) {
      const float* from = patch + (r * width + t) * M * channels;
      for (int c = 0; c < channels; c += LANES)
        transform_input<M>(from + c, width * channels, channels, to + c, v_apart);
    }
  const float* weights = at(step.weights);
  for (int p = 0; p < IN * IN; p++, weights += channels * columns)
    gemm(tiles, columns, v + p * v_apart, channels, 1, channels, 0, weights, products + p * p_apart, columns);
  for (int r = 0; r < part.rows; r++)
    write_tiles<M>(step, products + r * part.cols * columns, p_apart, part.row + r, part.col, part.cols, sums);
}

// Kernels of 4 to 9: blocks of 3 x 3 by F(3,3), summed before the output's transform. The inputs' transforms are shared: the
// block beside is the same transform one tile further.
static void convolve_blocks(const Step& step, const Part& part, Scratch scratch, Sums& sums) {
  constexpr int IN = 5, OUT = 3;
  const int channels = step.in.channels, columns = step.out.channels, blocks = parts(step.kernel, 3);
  const int rows = part.rows + blocks - 1, cols = part.cols + blocks - 1;
  const int height = (rows - 1) * OUT + IN, width = (cols - 1) * OUT + IN, line = cols * channels;
  float* patch = scratch.take(height * width * channels + LANES);
  read_patch(step, part.row * OUT, part.col * OUT, height, width, patch);
  const int v_apart = (rows * line + 8 + 3) & ~3, p_apart = part.cols * columns;
  float *v = scratch.take(IN * IN * v_apart), *products = scratch.take(IN * IN * p_apart);
  for (int r = 0; r < rows; r++)
    for (int t = 0; t < cols; t++) {
      const float* from = patch + (r * width + t) * OUT * channels;
      // With 3 channels the 4th lane is the next pixel's first, and is written over by it.
      for (int c = 0; c < channels; c += LANES)
        transform_input<3>(from + c, width * channels, channels, v + r * line + t * channels + c, v_apart);
    }
  const int depth = blocks * blocks * channels;
  for (int r = 0; r < part.rows; r++) {
    const float* weights = at(step.weights);
    for (int p = 0; p < IN * IN; p++, weights += depth * columns)
      gemm(part.cols, columns, v + p * v_apart + r * line, channels, blocks, blocks * channels, line, weights,
           products + p * p_apart, columns);
    write_tiles<3>(step, products, p_apart, part.row + r, part.col, part.cols, sums);
  }
}

// Every output its own sum.
static void convolve_directly(const Step& step, const Part& part, Scratch scratch, Sums& sums) {
  const int channels = step.in.channels, columns = step.out.channels, stride = step.stride, kernel = step.kernel;
  const int height = (part.rows - 1) * stride + kernel, width = (part.cols - 1) * stride + kernel;
  float* patch = scratch.take(height * width * channels + LANES);
  read_patch(step, part.row * stride, part.col * stride, height, width, patch);
  for (int r = 0; r < part.rows; r++) {
    float* row = tensor_row(step.out, part.row + r) + part.col * columns;
    gemm(part.cols, columns, patch + r * stride * width * channels, stride * channels, kernel, kernel * channels,
         width * channels, at(step.weights), row, columns);
    for (int c = 0; c < columns; c += LANES) {
      Kept kept = begin(step, sums, c, load(row + c));
      for (int x = 0; x < part.cols; x++) kept.keep(row + x * columns + c, load(row + x * columns + c));
      end(kept, sums, c);
    }
    sums.pixels += part.cols;
  }
}

INLINE int tile_side(int kind) { return kind == WINOGRAD ? 4 : kind == BLOCKS ? 3 : kind == UPSAMPLED ? 2 : 1; }

static void convolve(const Step& step, Scratch scratch) {
  const int side = tile_side(step.kind);
  const int first = step.first_row / side, tile_rows = parts(step.last_row, side) - first;
  const int tile_cols = parts(step.out.width, side), across = parts(tile_cols, step.tile_cols);
  const int count = parts(tile_rows, step.tile_rows) * across;
  for (int i; (i = take()) < count;) {
    const int row = i / across * step.tile_rows, col = i % across * step.tile_cols;
    const Part part = {first + row, col, smaller(step.tile_rows, tile_rows - row), smaller(step.tile_cols, tile_cols - col)};
    Sums sums;
    clear(sums, step.out.channels);
    if (step.kind == WINOGRAD)
      convolve_tiles<4>(step, part, scratch, sums);
    else if (step.kind == UPSAMPLED)
      convolve_tiles<1>(step, part, scratch, sums);
    else if (step.kind == BLOCKS)
      convolve_blocks(step, part, scratch, sums);
    else
      convolve_directly(step, part, scratch, sums);
    if (step.statistics)
      write_slot(sums, step.out.channels, at(step.statistics) + (step.slots + i) * slot_floats(step.out.channels));
  }
}
