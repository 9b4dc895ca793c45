"""How far a quantized file is from the floats that it stands for."""

import numpy as np
import onnx_ir as ir

from build.compiler.verify.feeds import make_feeds
from build.compiler.verify.session import Difference, start_session


def deviation(quantized: ir.Model, floats: ir.Model) -> Difference:
    """The difference of the output that is the furthest off for its range, on seeded noise in 0..1.

    Both are run as the quantized file declares its inputs.
    """
    feeds = {name: np.abs(array) for name, array in make_feeds(quantized, {}).items()}
    results = [
        start_session(ir.to_proto(model).SerializeToString(), what).run(None, feeds)
        for model, what in ((quantized, "the quantized file"), (floats, "its floats"))
    ]
    differences = [
        Difference.between(np.asarray(mine, np.float32), np.asarray(theirs, np.float32))
        for mine, theirs in zip(*results, strict=True)
    ]
    return max(differences, key=lambda difference: difference.maximum / difference.span)
