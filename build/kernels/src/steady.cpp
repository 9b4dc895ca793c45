// Steady in WebAssembly: what app_py/live/ computes, bit for bit, on pictures that come from and go to a canvas.
//
// Pictures from outside are RGBA bytes; the network's are planes of float32, 0..255, `lattice` pixels large; inside,
// pictures are three planes of 8.8 fixed point. The names are those of the Python modules, which say why.

#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name)))

extern "C" unsigned char __heap_base;

namespace {

constexpr int kChannels = 3;
constexpr int kOne = 256, kTop = 255 * kOne;

// motion.py
constexpr int kReach = 4, kSamples = 20000, kClippedAt = 32, kBetterPercent = 95, kRounds = 2;
// weights.py
constexpr int kInputRadius = 2, kOutputRadius = 4, kInputFloor = 26, kOutputFloor = 90;
constexpr int kMovingFloor = 20, kEdge = 32;
constexpr float kLow = 1.7f, kHigh = 5.0f;
constexpr int kFirstNoise = 600, kLeastNoise = 320, kMostNoise = 2048, kSlowest = 3, kFastestRise = 16, kStillest = 64;
constexpr int kNoiseBins = 1024;
// lattice.py
constexpr int kStride = 4, kLeastSide = 8;
// steady.py
constexpr int kCutPercent = 65;

struct Shift {
  int down, right;
};

int absolute(int value) { return value < 0 ? -value : value; }
int least(int a, int b) { return a < b ? a : b; }
int most(int a, int b) { return a > b ? a : b; }
int remainder(int value) { return ((value % kStride) + kStride) % kStride; }

void copy(void* to, const void* from, size_t bytes) { __builtin_memcpy(to, from, bytes); }

// --- memory: everything is allocated once for a size, and all of it given up for the next

uintptr_t heap;

template <typename Value>
Value* allocate(size_t count) {
  heap = (heap + 15) & ~uintptr_t{15};
  auto* place = reinterpret_cast<Value*>(heap);
  heap += count * sizeof(Value);
  const uintptr_t have = __builtin_wasm_memory_size(0) << 16;
  if (heap > have && __builtin_wasm_memory_grow(0, (heap - have + 0xffff) >> 16) == static_cast<size_t>(-1)) __builtin_trap();
  return place;
}

struct Fine {
  uint16_t* plane[kChannels];
};

int height, width, pixels, lattice_height, lattice_width;
uint8_t *input, *output, *luma_now, *luma_before;
float* planes;
Fine now, before, frame, painting, fresh;
int32_t *differs, *columns, *sums, *floors;
uint16_t *weight, *painting_weight;
uint32_t histogram[kNoiseBins];

bool steady = true, has_frame, has_painting, blend_painting;
Shift place, shift;
int fade, noise;
int strength = 128;  // of 128
bool keep_colours;

Fine allocate_fine() {
  Fine fine;
  for (auto& plane : fine.plane) plane = allocate<uint16_t>(pixels);
  return fine;
}

// --- fixed_point.py

int luma(int red, int green, int blue) { return (red * 77 + green * 150 + blue * 29 + 128) >> 8; }

void luma_of(const Fine& fine, uint8_t* result) {
  const auto* red = fine.plane[0];
  const auto* green = fine.plane[1];
  const auto* blue = fine.plane[2];
  for (int i = 0; i < pixels; i++) {
    result[i] = luma((red[i] + 128) >> 8, (green[i] + 128) >> 8, (blue[i] + 128) >> 8);
  }
}

/** The smallest bin that at least `numerator / denominator` of `count` values do not exceed. */
int quantile(int count, int numerator, int denominator) {
  uint64_t below = 0;
  int bin = -1;
  do below += histogram[++bin];
  while (below * denominator < static_cast<uint64_t>(count) * numerator);
  return bin;
}

void clear_histogram() {
  for (auto& bin : histogram) bin = 0;
}

// --- motion.py

int sampling_step() {
  int step = 1;
  while ((height / step) * (width / step) > kSamples) step++;
  return step;
}

bool is_searched() { return least(height, width) > 4 * kReach; }

/** Calls `take(difference)` for every sampled place; after each row, `go_on()` says whether the next is needed. */
template <typename Take, typename GoOn>
void for_differences(Shift by, int step, Take take, GoOn go_on) {
  const int edge = is_searched() ? kReach : 0;
  for (int y = edge; y < height - edge && go_on(); y += step) {
    const uint8_t* seen = luma_now + y * width;
    const uint8_t* was = luma_before + (y - by.down) * width - by.right;
    for (int x = edge; x < width - edge; x += step) take(seen[x] - was[x]);
  }
}

/** The cost of a shift; of one above `limit`, some number above `limit`. */
uint32_t cost(Shift by, int brightened, int step, uint32_t limit) {
  uint32_t sum = 0;
  auto take = [&](int difference) { sum += least(absolute(difference - brightened), kClippedAt); };
  for_differences(by, step, take, [&] { return sum <= limit; });
  return sum;
}

int fade_of(Shift by, int step) {
  clear_histogram();
  int count = 0;
  auto take = [&](int difference) {
    histogram[difference + 255]++;
    count++;
  };
  for_differences(by, step, take, [] { return true; });
  return quantile(count, 1, 2) - 255;
}

/** `guess` is probably right: what costs more is not counted to its end. */
Shift best_shift(Shift guess, int brightened, int step) {
  const uint32_t still = cost({0, 0}, brightened, step, UINT32_MAX);
  const uint32_t guessed = cost(guess, brightened, step, still);
  Shift best{0, 0};
  uint32_t best_cost = guessed < still ? guessed : still, none_yet = 1;
  for (int down = -kReach; down <= kReach; down++) {
    for (int right = -kReach; right <= kReach; right++) {
      const uint32_t found = cost({down, right}, brightened, step, best_cost);
      // Of equals the first counts.
      if (found < best_cost + none_yet) best_cost = found, best = {down, right}, none_yet = 0;
    }
  }
  const bool better = static_cast<uint64_t>(best_cost) * 100 < static_cast<uint64_t>(still) * kBetterPercent;
  return better ? best : Shift{0, 0};
}

void estimate_motion() {
  const int step = sampling_step();
  Shift guess = shift;
  shift = {0, 0};
  fade = fade_of(shift, step);
  if (!is_searched()) return;
  for (int round = 0; round < kRounds; round++) {
    shift = guess = best_shift(guess, fade, step);
    const int found = fade_of(shift, step);
    const bool agreed = found == fade;
    fade = found;
    if (agreed) return;
  }
}

// --- lattice.py

/** `to` becomes `from` moved by `shift`; what came into view has the values that were there before. */
void move(const Fine& from, const Fine& to) {
  const int rows = height - absolute(shift.down), cells = width - absolute(shift.right);
  for (int channel = 0; channel < kChannels; channel++) {
    copy(to.plane[channel], from.plane[channel], pixels * sizeof(uint16_t));
    for (int row = 0; row < rows; row++) {
      const int to_y = row + most(0, shift.down), from_y = row + most(0, -shift.down);
      copy(to.plane[channel] + to_y * width + most(0, shift.right),
           from.plane[channel] + from_y * width + most(0, -shift.right), cells * sizeof(uint16_t));
    }
  }
}

/** All of the new one where it came into view by `shift`. */
void uncover(uint16_t* weights) {
  for (int y = 0; y < height; y++) {
    const bool row = y < shift.down || y >= height + shift.down;
    const int left = row ? width : most(0, shift.right), right = row ? 0 : width + least(0, shift.right);
    for (int x = 0; x < left; x++) weights[y * width + x] = kOne;
    for (int x = right; x < width; x++) weights[y * width + x] = kOne;
  }
}

// --- weights.py

void brighten(const Fine& fine) {
  const int by = fade * kOne;
  for (auto* plane : fine.plane) {
    for (int i = 0; i < pixels; i++) plane[i] = most(0, least(kTop, plane[i] + by));
  }
}

void difference() {
  for (int i = 0; i < pixels; i++) differs[i] = absolute(now.plane[0][i] - before.plane[0][i]);
  for (int channel = 1; channel < kChannels; channel++) {
    for (int i = 0; i < pixels; i++) differs[i] += absolute(now.plane[channel][i] - before.plane[channel][i]);
  }
}

/** `sums` becomes that of `differs` over squares; beyond the edges the edge goes on. Running sums, first over rows. */
void box_sum(int radius) {
  auto row = [](int y) { return differs + most(0, least(height - 1, y)) * width; };
  for (int x = 0; x < width; x++) columns[x] = 0;
  for (int y = -radius; y <= radius; y++) {
    for (int x = 0; x < width; x++) columns[x] += row(y)[x];
  }
  for (int y = 0;; y++) {
    auto column = [](int x) { return columns[most(0, least(width - 1, x))]; };
    int32_t sum = 0;
    for (int x = -radius; x <= radius; x++) sum += column(x);
    for (int x = 0; x < width; x++) {
      sums[y * width + x] = sum;
      sum += column(x + radius + 1) - column(x - radius);
    }
    if (y + 1 == height) return;
    const int32_t *comes = row(y + radius + 1), *goes = row(y - radius);
    for (int x = 0; x < width; x++) columns[x] += comes[x] - goes[x];
  }
}

float samples(int radius) { return static_cast<float>(kChannels * (2 * radius + 1) * (2 * radius + 1)); }

/** How far a place is from the edge that a shift goes towards. */
int to_edge(int at, int length, int shift) { return shift == 0 ? kEdge : least(kEdge, shift > 0 ? length - at : at + 1); }

/** `floors` becomes the least weights of a new painting in a row. */
void painting_floor(int y) {
  const bool moves = (shift.down != 0 || shift.right != 0) && fade == 0;
  const int reach = to_edge(y, height, shift.down);
  for (int x = 0; x < width; x++) {
    const int by_both = kMovingFloor * least(reach, to_edge(x, width, shift.right));
    floors[x] = moves ? (by_both + kEdge / 2) / kEdge : kOutputFloor;
  }
}

void input_floor(int) {
  for (int x = 0; x < width; x++) floors[x] = kInputFloor;
}

/** `result` becomes the weights of the new one, of which `set_floors(y)` tells the least of a row. */
template <typename SetFloors>
void weigh(int radius, SetFloors set_floors, uint16_t* result) {
  const float low = kLow * static_cast<float>(noise) * samples(radius);
  const float high = kHigh * static_cast<float>(noise) * samples(radius);
  const float scale = 1.0f / (high - low);
  for (int y = 0; y < height; y++) {
    set_floors(y);
    const int32_t* from = sums + y * width;
    uint16_t* to = result + y * width;
    for (int x = 0; x < width; x++) {
      float step = (static_cast<float>(from[x]) - low) * scale;
      step = step < 0 ? 0 : step > 1 ? 1 : step;
      const float smooth = step * step * (3.0f - 2.0f * step);
      to[x] = static_cast<int>(smooth * static_cast<float>(kOne - floors[x]) + 0.5f) + floors[x];
    }
  }
  uncover(result);
}

void learn_noise() {
  clear_histogram();
  const int count = kChannels * (2 * kInputRadius + 1) * (2 * kInputRadius + 1);
  int telling = 0;
  for (int i = 0; i < pixels; i++) {
    const int mean = sums[i] / count;
    if (mean < kStillest) continue;
    histogram[least(mean >> 4, kNoiseBins - 1)]++;
    telling++;
  }
  if (static_cast<int64_t>(telling) * 10 < pixels) return;
  const int measured = (quantile(telling, 1, 4) << 4) + 8;
  noise = most(kLeastNoise, least(kMostNoise, noise + least((measured - noise) >> kSlowest, kFastestRise)));
}

bool is_cut() {
  const float limit = kHigh * static_cast<float>(noise) * samples(kInputRadius);
  int changed = 0;
  for (int i = 0; i < pixels; i++) changed += static_cast<float>(sums[i]) > limit;
  return static_cast<int64_t>(changed) * 100 > static_cast<int64_t>(pixels) * kCutPercent;
}

/** `first` becomes the mixture of itself and `second`. */
void blend(const Fine& first, const Fine& second, const uint16_t* weights) {
  for (int channel = 0; channel < kChannels; channel++) {
    uint16_t* a = first.plane[channel];
    const uint16_t* b = second.plane[channel];
    for (int i = 0; i < pixels; i++) a[i] += ((b[i] - a[i]) * static_cast<int>(weights[i]) + 128) >> 8;
  }
}

// --- steady.py

void copy_fine(const Fine& to, const Fine& from) {
  for (int channel = 0; channel < kChannels; channel++) copy(to.plane[channel], from.plane[channel], pixels * sizeof(uint16_t));
}

void read_input() {
  for (int channel = 0; channel < kChannels; channel++) {
    uint16_t* plane = now.plane[channel];
    for (int i = 0; i < pixels; i++) plane[i] = input[4 * i + channel] << 8;
  }
}

/** Blends `now` with the last frame; false for another scene. */
bool blend_frame() {
  luma_of(now, luma_now);
  luma_of(frame, luma_before);
  estimate_motion();
  move(frame, before);
  brighten(before);
  difference();
  box_sum(kInputRadius);
  if (is_cut()) return false;
  if (shift.down == 0 && shift.right == 0 && fade == 0) learn_noise();
  weigh(kInputRadius, input_floor, weight);
  box_sum(kOutputRadius);
  weigh(kOutputRadius, painting_floor, painting_weight);
  blend(before, now, weight);
  copy_fine(frame, before);
  return true;
}

/** Not rounded: what changes by less than a level would reach the network in steps. */
float level(uint16_t fine) { return static_cast<float>(fine) / kOne; }

/** The frame in the network's planes, beginning at `place`; around it, its edges go on. */
void place_in() {
  for (int channel = 0; channel < kChannels; channel++) {
    float* plane = planes + channel * lattice_height * lattice_width;
    for (int y = 0; y < lattice_height; y++) {
      const uint16_t* row = frame.plane[channel] + most(0, least(height - 1, y - place.down)) * width;
      float* to = plane + y * lattice_width;
      for (int x = 0; x < place.right; x++) to[x] = level(row[0]);
      for (int x = 0; x < width; x++) to[place.right + x] = level(row[x]);
      for (int x = place.right + width; x < lattice_width; x++) to[x] = level(row[width - 1]);
    }
  }
}

/** The network's picture, clamped and rounded as app_py/photo/tensors.py does, into `fresh`; false for what is no number. */
bool take_out() {
  bool finite = true;
  for (int channel = 0; channel < kChannels; channel++) {
    for (int y = 0; y < height; y++) {
      const float* from = planes + (channel * lattice_height + y + place.down) * lattice_width + place.right;
      uint16_t* to = fresh.plane[channel] + y * width;
      for (int x = 0; x < width; x++) {
        const float value = from[x];
        finite &= value - value == 0;
        const float clamped = value > 0 ? (value < 255 ? value : 255) : 0;
        to[x] = static_cast<int>(__builtin_rintf(clamped)) << 8;
      }
    }
  }
  return finite;
}

// --- app_py/photo/adjust.py: the photo's colours, then the strength

int byte(int value) { return most(0, least(255, value)); }

void write_output() {
  const int weight_of_painting = strength, weight_of_photo = 128 - strength;
  for (int i = 0; i < pixels; i++) {
    const uint8_t* photo = input + 4 * i;
    int colour[kChannels];
    for (int channel = 0; channel < kChannels; channel++) colour[channel] = (painting.plane[channel][i] + 128) >> 8;
    if (keep_colours) {
      const int brighter = luma(colour[0], colour[1], colour[2]) - luma(photo[0], photo[1], photo[2]);
      for (int channel = 0; channel < kChannels; channel++) colour[channel] = byte(photo[channel] + brighter);
    }
    for (int channel = 0; channel < kChannels; channel++) {
      output[4 * i + channel] = (photo[channel] * weight_of_photo + colour[channel] * weight_of_painting + 64) >> 7;
    }
    output[4 * i + 3] = 255;
  }
}

void begin_scene() {
  copy_fine(frame, now);
  shift = {0, 0};
  fade = 0;
  has_painting = blend_painting = false;
}

}  // namespace

/** Make room for frames of a size; the scene begins anew. */
EXPORT(open) void open_size(int new_height, int new_width) {
  height = new_height, width = new_width, pixels = height * width;
  lattice_height = most(kLeastSide, (height + kStride - 1) / kStride * kStride) + kStride;
  lattice_width = most(kLeastSide, (width + kStride - 1) / kStride * kStride) + kStride;
  heap = reinterpret_cast<uintptr_t>(&__heap_base);
  input = allocate<uint8_t>(4 * pixels);
  output = allocate<uint8_t>(4 * pixels);
  planes = allocate<float>(kChannels * lattice_height * lattice_width);
  luma_now = allocate<uint8_t>(pixels);
  luma_before = allocate<uint8_t>(pixels);
  now = allocate_fine(), before = allocate_fine(), frame = allocate_fine();
  painting = allocate_fine(), fresh = allocate_fine();
  differs = allocate<int32_t>(pixels);
  sums = allocate<int32_t>(pixels);
  columns = allocate<int32_t>(width);
  floors = allocate<int32_t>(width);
  weight = allocate<uint16_t>(pixels);
  painting_weight = allocate<uint16_t>(pixels);
  has_frame = has_painting = false;
  noise = kFirstNoise;
  place = {0, 0};
}

/** RGBA, `height` x `width`: the frame, to be written before `take`. */
EXPORT(input) uint8_t* input_place() { return input; }
/** RGBA, `height` x `width`: the painting, after `give`. */
EXPORT(output) uint8_t* output_place() { return output; }
/** float32 `(3, lattice_height, lattice_width)`: what the network gets from `take`, and `give` from the network. */
EXPORT(planes) float* planes_place() { return planes; }
EXPORT(lattice_height) int lattice_height_now() { return lattice_height; }
EXPORT(lattice_width) int lattice_width_now() { return lattice_width; }

/** Whether flicker is taken away; the scene begins anew. */
EXPORT(set_steady) void set_steady(int wanted) {
  steady = wanted != 0;
  has_frame = has_painting = false;
}

/** The strength of 128, and whether the photo's colours are kept. */
EXPORT(set_look) void set_look(int of_128, int keep) {
  strength = of_128;
  keep_colours = keep != 0;
}

/** The next painting is of another style: it is shown as it is. */
EXPORT(forget_paintings) void forget_paintings() { has_painting = false; }

EXPORT(take) void take() {
  read_input();
  if (has_frame && steady && blend_frame()) {
    blend_painting = true;
  } else {
    begin_scene();
  }
  has_frame = true;
  place = steady ? Shift{remainder(place.down - shift.down), remainder(place.right - shift.right)} : Shift{0, 0};
  place_in();
}

/** 1, or 0 where the network gave what is no number: then `output` is left as it was. */
EXPORT(give) int give() {
  if (!take_out()) return 0;
  if (has_painting && blend_painting) {
    move(painting, before);
    blend(before, fresh, painting_weight);
    copy_fine(painting, before);
  } else {
    copy_fine(painting, fresh);
  }
  has_painting = true;
  write_output();
  return 1;
}

/** The last painting written to `output` again, with the look of now. */
EXPORT(write) void write() { write_output(); }

EXPORT(noise) int noise_now() { return noise; }
