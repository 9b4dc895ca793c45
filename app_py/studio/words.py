"""Every sentence that the page says while it works, in one place, ready to be translated.

Sentences of errors are with the errors; labels, and what is said when Python cannot speak, are in `www/index.html`.
"""

WORDS = {
    "loading": "Getting ready. You can already choose a photo and a style.",
    "choose-photo": "Choose a photo to paint.",
    "opening": "Opening {name} …",
    "photo-ready": "{name}, {width} × {height}. Choose a style, then paint.",
    "photo-waiting": "Your photo will be painted as soon as it is open.",
    "settings-changed": "Paint again to see the change.",
    "cancelled": "Stopped. Nothing was lost: paint again when you like.",
    "stage-prepare": "Preparing the photo …",
    "stage-model": "Loading the style {title} …",
    "stage-engine": "Getting the engine ready …",
    "stage-paint": "Painting {width} × {height} in {title} with {engine} …",
    "stage-finish": "Finishing …",
    "done": "Painted in {seconds} s with {engine}, {width} × {height}.",
    "done-reduced": "The photo was reduced to {width} × {height}, the most this page paints. "
    "Painted in {seconds} s with {engine}.",
    "copied": "The painting is in the clipboard.",
    "shown-again": "Shown again.",
    "sheet": "Trying every style on your photo: {done} of {total}.",
    "sheet-done": "Your photo in every style: choose one, then paint it large.",
    "model-added": "Your style {title} joined the gallery. It is kept in this browser only.",
    "model-removed": "Your style was removed from this browser.",
    "fail-drop-empty": "What was dropped is not a file. Drop a photo from your device, or choose one.",
    "fail-paste-empty": "There is no picture in the clipboard. Copy one, then paste it here.",
    "fail-paste-refused": "The browser does not let this button read the clipboard. Press Ctrl+V (or ⌘V) instead.",
    "fail-photo-foreign": "This page opens photos of its own site only. Save the photo and choose the file instead.",
    "fail-copy-refused": "The browser does not let this page write to the clipboard. Save the painting instead.",
    "fail-camera-refused": "The camera was not allowed. Allow it in the browser’s address bar, or choose a photo.",
    "fail-camera-missing": "No camera was found on this device. Choose a photo instead.",
    "fail-camera-busy": "Another program is using the camera. Close it and try again, or choose a photo.",
    "fail-camera-unavailable": "This browser gives pages no camera here. Choose a photo instead.",
    "engine-auto": "Automatic",
    "engine-onnxjs:webgl": "ONNX.js, graphics card (WebGL)",
    "engine-onnxjs:wasm": "ONNX.js, processor (WebAssembly)",
    "engine-onnxjs:cpu": "ONNX.js, processor (JavaScript, slow)",
    "engine-ort:webgpu": "onnxruntime-web, graphics card (WebGPU)",
    "engine-ort:wasm": "onnxruntime-web, processor (WebAssembly)",
    "padding-zero": "zero padding",
    "width-8": "fast",
    "width-16": "fine",
    "width-32": "finest",
}


def say(key: str, **values: object) -> str:
    """The sentence of that key with its values filled in.

    >>> say("engine-auto")
    'Automatic'
    """
    return WORDS[key].format(**values)
