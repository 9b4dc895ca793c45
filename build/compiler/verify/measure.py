"""One job in the browser -> its result."""

import numpy as np

from build.common.errors import BuildError
from build.compiler.verify.browser import Browser, EngineRefusal, Outputs
from build.compiler.verify.plan import Job
from build.compiler.verify.record import Result
from build.compiler.verify.session import Difference, Floats


def measure(browser: Browser, job: Job) -> Result:
    """Run a job on the backend of its target and compare. A refusal or a wrong shape is a result, not an error."""
    (backend,) = job.target.backends
    try:
        answers = browser.run(job.target, backend, job.data, job.runs)
        worst = max(
            (Difference.between(a, e) for a, e in _pairs(job, answers)), key=lambda difference: difference.maximum
        )
    except (EngineRefusal, BuildError) as problem:
        return Result(job.nodes, len(job.data), None, None, str(problem)[:300], job.shipped, False)
    scale = 1.0 if job.shipped or "input" in job.runs[0] else max(float(np.abs(e).max()) for e in job.expected)
    passed = worst.maximum <= job.tolerance * scale
    maximum, mean = (float(f"{number:.3g}") for number in (worst.maximum, worst.mean))
    return Result(job.nodes, len(job.data), maximum, mean, "", job.shipped, passed)


def _pairs(job: Job, answers: list[Outputs]) -> list[tuple[Floats, Floats]]:
    """What was found and what was expected: one output for each run of a model, all outputs for a case's single run."""
    found = [np.asarray(output, np.float32) for answer in answers for output in answer.values()]
    if len(found) != len(job.expected):
        raise BuildError(f"{len(found)} outputs came back where {len(job.expected)} were expected")
    return [(mine, np.asarray(theirs, np.float32)) for mine, theirs in zip(found, job.expected, strict=True)]
