// Four floats at a time. WebAssembly SIMD: https://github.com/WebAssembly/spec/blob/main/proposals/simd/SIMD.md
#pragma once
#include <wasm_simd128.h>

#define INLINE static inline __attribute__((always_inline))

using Vec = v128_t;
constexpr int LANES = 4;

INLINE Vec load(const float* p) { return wasm_v128_load(p); }
INLINE Vec load_splat(const float* p) { return wasm_v128_load32_splat(p); }
INLINE void store(float* p, Vec x) { wasm_v128_store(p, x); }
INLINE Vec splat(float x) { return wasm_f32x4_splat(x); }
INLINE Vec add(Vec a, Vec b) { return wasm_f32x4_add(a, b); }
INLINE Vec sub(Vec a, Vec b) { return wasm_f32x4_sub(a, b); }
INLINE Vec mul(Vec a, Vec b) { return wasm_f32x4_mul(a, b); }
// As onnxruntime's Relu and Clip: NaN stays NaN.
INLINE Vec max(Vec a, Vec b) { return wasm_f32x4_max(a, b); }
INLINE Vec min(Vec a, Vec b) { return wasm_f32x4_min(a, b); }

// c + a*b and c - a*b; one rounding with relaxed SIMD where the processor has fused multiply-add, two without.
#ifdef RELAXED
INLINE Vec madd(Vec a, Vec b, Vec c) { return wasm_f32x4_relaxed_madd(a, b, c); }
INLINE Vec nmadd(Vec a, Vec b, Vec c) { return wasm_f32x4_relaxed_nmadd(a, b, c); }
#else
INLINE Vec madd(Vec a, Vec b, Vec c) { return add(c, mul(a, b)); }
INLINE Vec nmadd(Vec a, Vec b, Vec c) { return sub(c, mul(a, b)); }
#endif

INLINE int smaller(int a, int b) { return a < b ? a : b; }
INLINE int larger(int a, int b) { return a > b ? a : b; }
INLINE int parts(int whole, int size) { return (whole + size - 1) / size; }
