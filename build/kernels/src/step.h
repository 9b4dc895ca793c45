// One step of a program, as `app_py/kernels/program.py` writes it: 32-bit fields, little-endian, in this order.
// Addresses are bytes from the start of the arena; 0 stands for none.
#pragma once

using u8 = unsigned char;
using u32 = unsigned;
using Size = decltype(sizeof(0));

enum Kind { DIRECT, WINOGRAD, BLOCKS, UPSAMPLED, STATISTICS, SUM, PICTURE };
enum Layout { TENSOR, BYTES, PLANES, PIXELS };
enum Padding { ZEROS, REFLECT, EDGE };
enum Pointwise { AFFINE, CLIP, SIGMOID, TANH };

// Rows of float32 [width][channels] (channels a multiple of 4), or a picture. Of a tensor only `capacity` rows are
// kept at a time: row y lies at (y + shift) % capacity. What is read is max(x * scale + shift, relu ? 0 : -inf).
struct View {
  u32 data;
  int capacity, shift, height, width, channels;
  int layout;  // Layout; PLANES is float32 [channels][height][width], PIXELS is float32 [height][width][channels], BYTES uint8
  u32 scale;   // float32 [2][channels]: factors, then summands
  int relu;
};

struct Step {
  int kind;
  View in, other, out;
  int first_row, last_row;  // of the output
  int kernel, stride, doubled;  // doubled: the input counts as enlarged twice, each pixel to 2 x 2
  int padding, top, left, bottom, right;
  int tile_rows, tile_cols;  // a thread takes so many tiles at a time
  u32 weights, bias;
  u32 statistics;  // float32 [slots][1 + 2 * channels], see statistics.h
  int slots;       // STATISTICS: how many there are; a convolution: the first that it writes
  u32 gamma, beta;
  float epsilon;
  u32 pointwise;  // [count] of {int Pointwise, float a, float b}
  int count;
};
