"""Words that the studio chooses by a name: of engines, of stages, of what failed on the page's side."""

from app_py.words import mark, say

_ENGINES = {
    "auto": mark("Automatic"),
    "onnxjs:webgl": mark("ONNX.js, graphics card (WebGL)"),
    "onnxjs:wasm": mark("ONNX.js, processor (WebAssembly)"),
    "onnxjs:cpu": mark("ONNX.js, processor (JavaScript, slow)"),
    "ort:webgpu": mark("onnxruntime-web, graphics card (WebGPU)"),
    "ort:wasm": mark("onnxruntime-web, processor (WebAssembly)"),
}

_STAGES = {
    "prepare": mark("Preparing the photo …"),
    "model": mark("Loading the style {title} …"),
    "engine": mark("Getting the engine ready …"),
    "paint": mark("Painting {width} × {height} in {title} with {engine} …"),
    "finish": mark("Finishing …"),
}

_FAILURES = {
    "drop-empty": mark("What was dropped is not a file. Drop a photo from your device, or choose one."),
    "paste-empty": mark("There is no picture in the clipboard. Copy one, then paste it here."),
    "paste-refused": mark("The browser does not let this button read the clipboard. Press Ctrl+V (or ⌘V) instead."),
    "photo-foreign": mark("This page opens photos of its own site only. Save the photo and choose the file instead."),
    "copy-refused": mark("The browser does not let this page write to the clipboard. Save the painting instead."),
    "camera-refused": mark("The camera was not allowed. Allow it in the browser’s address bar, or choose a photo."),
    "camera-missing": mark("No camera was found on this device. Choose a photo instead."),
    "camera-busy": mark("Another program is using the camera. Close it and try again, or choose a photo."),
    "camera-unavailable": mark("This browser gives pages no camera here. Choose a photo instead."),
}


def engine_name(engine: str) -> str:
    """What an engine, or `auto`, is called.

    >>> engine_name("auto")
    'Automatic'
    """
    return say(_ENGINES[engine])


def stage_words(stage: str, **values: object) -> str:
    """What happens at a stage of a painting; of the values each stage uses its own."""
    return say(_STAGES[stage], **values)


def failure_words(code: str) -> str:
    """What to say about a failure that the page reports by its code."""
    return say(_FAILURES[code])
