"""Every sentence that the page says while it works, in one place, ready to be translated.

Sentences of errors are with the errors; the page's fixed labels are in `www/index.html`.
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
