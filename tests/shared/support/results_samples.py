"""A benchmark's results document, complete and valid, to be changed by tests."""

from typing import Any

DEVICE: dict[str, Any] = {
    "os": "Linux x86_64",
    "browser": "Chrome 156.0.0.0",
    "engine": "Blink 156.0.0.0",
    "cpu_arch": "amd64",
    "model": "unknown",
    "mobile": False,
    "cores": 2,
    "memory_gb": 8,
    "gpu": "SwiftShader",
    "webgpu": "none",
    "isolated": False,
    "threads": 1,
}


SUMMARY = {
    "mean_ms": 1500.0,
    "median_ms": 1500.0,
    "p90_ms": 1580.0,
    "min_ms": 1400.0,
    "max_ms": 1600.0,
    "sd_ms": 141.4214,
    "megapixels_per_s": 0.0109,
}


def result(**changes: Any) -> dict[str, Any]:
    """One measured combination."""
    return {
        "model": "mosaic-nc8",
        "engine": "onnxjs:cpu",
        "engine_version": "0.1.8",
        "size": 128,
        "width": 128,
        "height": 128,
        "file": "../models/mosaic-nc8.onnx",
        "start_ms": 50.0,
        "load_ms": 110.2,
        "warmup_ms": 1691.6,
        "times_ms": [1400.0, 1600.0],
        "call_ms": [1401.0, 1603.0],
        "hidden_runs": [],
        "summary": dict(SUMMARY),
        "check": {"max_abs_error": 0.002, "tolerance": 3.0, "right": True},
        "memory_bytes": None,
        "error": None,
        **changes,
    }


def document(*results: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A whole document around these results, or around one."""
    return {
        "kind": "benchmark",
        "version": 1,
        "created": "2026-11-22T10:41:06+01:00",
        "device": dict(DEVICE),
        "plan": {"models": ["mosaic-nc8"], "engines": ["onnxjs:cpu"], "sizes": [128], "runs": 2},
        "results": list(results) or [result()],
        "stopped": False,
        **changes,
    }
