"""What the tests of engines' faults do with Python in the page: imported inside Pyodide."""

from typing import Any

import numpy as np

from app_py import InferenceSession
from app_py.engines.painting import Painting
from app_py.photo.tensors import NchwTensor

STYLE = "great-wave-nc8"


def ignore(_name: str, _engine: str, _predicted_ms: float) -> None:
    """No stage is of interest."""


async def truth(tensor: NchwTensor, model: str) -> NchwTensor:
    """What the engine that is right everywhere makes of it."""
    session = await InferenceSession.create(f"/models/{model}.onnx", ["ort:wasm"])
    outputs: list[NchwTensor] = await session.run_async(None, {session.get_inputs()[0].name: tensor})
    await session.close()
    return outputs[0]


def report(painting: Painting, expected: Any) -> dict[str, Any]:
    """What a test asks of a painting, as JSON."""
    return {
        "engine": painting.engine,
        "model": painting.choice.spec.id,
        "notes": painting.notes,
        "reasons": painting.choice.reasons,
        "statuses": {entry.provider: entry.status for entry in painting.choice.table},
        "error": float(np.abs(painting.output - expected).max()),
    }
