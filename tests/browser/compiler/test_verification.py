"""`python -m build verify` in small: right models are found right, wrong ones wrong, in a real browser."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnx
import pytest

from build.compiler.targets.catalogue import TARGETS
from build.compiler.verify.browser import Browser, open_browser
from build.compiler.verify.cases import CASES
from build.compiler.verify.measure import measure
from build.compiler.verify.plan import Job, case_jobs
from tests.shared.support.style_graphs import Family, make_member
from tests.support.kernel_graphs import run_onnxruntime

T = TypeVar("T")
NAMES = ("reflect Pad with inputs", "Softmax on an inner axis")


def _in_a_browser(work: Callable[[Browser], T]) -> T:
    """Run `work` with a browser of its own, in a thread: Playwright runs one loop a thread, and tests have theirs."""

    def start() -> T:
        with open_browser() as browser:
            return work(browser)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(start).result()


@pytest.fixture(scope="module")
def jobs(vendor: Path) -> list[Job]:
    assert vendor.is_dir()
    return [job for case in CASES if case.name in NAMES for job in case_jobs(case)]


def test_what_is_right_is_found_right_on_every_backend(jobs: list[Job]) -> None:
    results = _in_a_browser(lambda browser: {(job.label, job.target.name): measure(browser, job) for job in jobs})
    assert len(results) == 6
    assert {key: result.verdict for key, result in results.items()} == dict.fromkeys(results, "right")


def test_our_own_kernels_are_measured_through_their_planner(jobs: list[Job]) -> None:
    model = make_member(Family(width=4, blocks=1))
    feeds = {"input": np.random.default_rng(0).random((1, 3, 24, 36), np.float32) * 255}
    expected = run_onnxruntime(model, feeds)
    target = TARGETS["kernels:wasm"]
    right = Job("member", "member", target, model, 1, (feeds, feeds), (expected, expected), 0.05, True)
    wrong = replace(right, expected=(expected, expected + np.float32(0.1)))
    refused = replace(right, data=jobs[0].data)
    results = _in_a_browser(lambda browser: [measure(browser, job) for job in (right, wrong, refused)])
    assert [result.verdict for result in results] == ["right", "wrong", "refused"]
    assert "cannot run this model" in results[2].refusal


def test_what_is_wrong_or_refused_is_found_out(jobs: list[Job]) -> None:
    right = jobs[0]
    wrong = replace(right, expected=tuple(output + 0.01 * np.abs(output).max() for output in right.expected))
    model = onnx.load_from_string(right.data)
    model.graph.node[0].op_type = "Gelu"
    refused = replace(right, data=model.SerializeToString())
    results = _in_a_browser(lambda browser: [measure(browser, job) for job in (wrong, refused)])
    assert [result.verdict for result in results] == ["wrong", "refused"]
    assert "Gelu" in results[1].refusal


def test_an_old_version_runs_from_its_package() -> None:
    (case,) = (case for case in CASES if case.name == "one value twice")
    (job,) = case_jobs(case)
    assert job.target is TARGETS["onnxjs-0.1.3:webgl"]
    assert _in_a_browser(lambda browser: measure(browser, job)).verdict == "right"
