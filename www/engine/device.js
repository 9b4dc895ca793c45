// @ts-check

/** The smallest module with a SIMD instruction (i8x16.popcnt), as wasm-feature-detect tests for it. */
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/** @returns {boolean} whether WebAssembly has SIMD here, as since 2021 to 2023 in all browsers */
export const hasSimd = () => WebAssembly.validate(new Uint8Array(SIMD));

/** What this device offers to an engine: facts only, the judgement is made in Python. */
export async function probe() {
  return {
    webgl: probeWebgl(),
    webgpu: await probeWebgpu(),
    simd: hasSimd(),
    isolated: self.crossOriginIsolated,
    cores: navigator.hardwareConcurrency ?? 1,
    memory_gb: /** @type {any} */ (navigator).deviceMemory ?? null,
    browser: navigator.userAgent,
    hints: await readHints(),
  };
}

/** @returns {{version: number, vendor: string, renderer: string, max_texture_px: number} | null} */
function probeWebgl() {
  const canvas = new OffscreenCanvas(1, 1);
  const second = canvas.getContext('webgl2');
  const gl = second ?? canvas.getContext('webgl');
  if (!gl) return null;
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info');
  const facts = {
    version: second ? 2 : 1,
    vendor: String(gl.getParameter(unmasked ? unmasked.UNMASKED_VENDOR_WEBGL : gl.VENDOR)),
    renderer: String(gl.getParameter(unmasked ? unmasked.UNMASKED_RENDERER_WEBGL : gl.RENDERER)),
    max_texture_px: Number(gl.getParameter(gl.MAX_TEXTURE_SIZE)),
  };
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return facts;
}

/** @returns {Promise<{vendor: string, architecture: string, description: string, fallback: boolean} | null>} */
async function probeWebgpu() {
  try {
    const adapter = await /** @type {any} */ (navigator).gpu?.requestAdapter();
    if (!adapter) return null;
    const { vendor, architecture, description } = adapter.info;
    return { vendor, architecture, description, fallback: Boolean(adapter.info.isFallbackAdapter ?? adapter.isFallbackAdapter) };
  } catch {
    return null;
  }
}

/** What the user agent string no longer tells, in the browsers that offer it: https://wicg.github.io/ua-client-hints/ */
async function readHints() {
  const { userAgentData } = /** @type {any} */ (navigator);
  const names = ['architecture', 'bitness', 'model', 'platformVersion'];
  return (await userAgentData?.getHighEntropyValues?.(names).catch(() => null)) ?? null;
}
