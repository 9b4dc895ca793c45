"""The engine of our own in a real browser: threads, stopping, and what goes wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from build.common.server import ISOLATION, serve
from tests.browser.engine.engine_lab import EngineLab
from tests.browser.engine.in_page import STYLE
from tests.shared.support.style_graphs import Family, make_member
from tests.support.chromium import watched_page
from tests.support.paintings import open_page, state, upload
from tests.support.paths import ROOT

SETUP = """
from app_py.session import Session
MODEL = f"/models/{STYLE}.onnx"

async def open_kernels(threads=None):
    from app_py.onnxruntime.engine_worker import EngineWorker
    from app_py.onnxruntime import platform as platforms
    worker = EngineWorker(platforms.current())
    return await Session.create(MODEL, ["kernels:wasm"], threads=threads, worker=worker)

def noise(height, width):
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8)

async def failure(awaitable):
    try:
        await awaitable
    except AppError as error:
        return [error.code, str(error)]
None
"""


@pytest.fixture(scope="module")
def running_lab(browser: Browser, vendor: Path) -> Iterator[EngineLab]:
    with serve(vendor.parents[1], headers=ISOLATION) as site, watched_page(browser, site) as (page, _watch):
        lab = EngineLab(page, site, ISOLATION)
        lab.python(SETUP)
        yield lab


@pytest.fixture
def lab(running_lab: EngineLab) -> Iterator[EngineLab]:
    yield running_lab
    running_lab.heal()


def test_a_first_visit_paints_on_it_and_downloads_no_other_engine(browser: Browser, vendor: Path) -> None:
    asked: list[str] = []
    with serve(vendor.parents[1], headers=ISOLATION) as site, watched_page(browser, site) as (page, _watch):
        page.on("request", lambda request: asked.append(request.url))
        open_page(page, site, f"?style={STYLE}&size=128&engine=auto")
        upload(page, "cat.jpg", (ROOT / "www" / "photos" / "cat.jpg").read_bytes())
        page.click("#run")
        state(page, "done")
        expect(page.locator("#status")).to_have_attribute("data-engine", "kernels:wasm")
    assert any("/vendor/kernels/" in url for url in asked)
    assert not [url for url in asked if "/vendor/onnx" in url]


def test_one_thread_and_several_give_the_same_bits(lab: EngineLab) -> None:
    told = lab.python(
        """
        tensor = picture(101, 77)
        answers, used = [], []
        for threads in (1, 2, 4):
            session = await open_kernels(threads)
            used.append(session.threads)
            answers.append((await session.run_async(None, {"input": tensor}))[0])
            session.worker.kill()
        expected = await truth(tensor, STYLE)
        equal = [bool(np.array_equal(answers[0], other)) for other in answers]
        {"used": used, "equal": equal, "error": float(np.abs(answers[0] - expected).max())}
        """
    )
    assert told["used"][0] == 1
    assert told["used"][1] == 2
    assert told["equal"] == [True, True, True]
    assert told["error"] < 0.5


def test_members_of_the_family_run_here_as_on_onnxruntime_web(lab: EngineLab) -> None:
    members = (
        Family(width=12, blocks=1, inner=5, ends=7, padding="zeros"),
        Family(width=5, blocks=0, scalings=1, start="unit", ending="sigmoid", channels_last=True),
        Family(width=4, blocks=2, ends=3, normed=False, ending="tanh", relu_after_sum=True),
    )
    write = "([name, data]) => self.py.FS.writeFile(name, Uint8Array.from(data))"
    for i, family in enumerate(members):
        lab.page.evaluate(write, [f"{i}.onnx", list(make_member(family))])
    told = lab.python(
        f"""
        errors = []
        for i in range({len(members)}):
            answers = []
            for provider in ("kernels:wasm", "ort:wasm"):
                session = await Session.create(f"{{i}}.onnx", [provider], threads=2)
                tensor = picture(45, 70)
                last = session.get_inputs()[0].shape[3] == 3
                tensor = tensor.transpose(0, 2, 3, 1) if last else tensor
                answers.append((await session.run_async(None, {{"input": np.ascontiguousarray(tensor)}}))[0])
                await session.close()
            ours, theirs = answers
            assert ours.shape == theirs.shape
            errors.append(float(np.abs(ours - theirs).max() / max(1, np.abs(theirs).max())))
        errors
        """
    )
    assert max(told) < 1e-4


def test_a_page_that_shares_no_memory_paints_with_one_thread_and_the_same_bits(lab: EngineLab) -> None:
    code = """
        session = await open_kernels(2)
        answers = (globals().get("answers") or []) + [(await session.run_async(None, {"input": picture(60, 44)}))[0]]
        threads = session.threads
        session.worker.kill()
        [threads, all(bool(np.array_equal(answers[0], other)) for other in answers)]
    """
    lab.python("answers = []\nNone")
    assert lab.python(code) == [2, True]
    lab.bend("**/thread_count.js", "self.crossOriginIsolated ?", "false ?")
    assert lab.python(code) == [1, True]


def test_what_is_no_number_stays_none_and_what_is_flat_stays_flat(lab: EngineLab) -> None:
    told = lab.python(
        """
        session = await open_kernels(2)
        found = []
        for value in (np.nan, np.inf):
            tensor = picture(40, 48)
            tensor[0, 1, 20, 20] = value
            (made,) = await session.run_async(None, {"input": tensor})
            found.append(bool(np.isnan(made).all()))
        flat = np.full((1, 3, 40, 48), 128, np.float32)
        (made,) = await session.run_async(None, {"input": flat})
        expected = await truth(flat, STYLE)
        session.worker.kill()
        [found, bool(np.isfinite(made).all()), float(np.abs(made - expected).max())]
        """
    )
    assert told[:2] == [[True, True], True]
    assert told[2] < 0.05


def test_bytes_come_back_as_the_rounded_floats(lab: EngineLab) -> None:
    off = lab.python(
        """
        session = await open_kernels(2)
        image = noise(64, 96)
        tensor = image[None].transpose(0, 3, 1, 2).astype(np.float32)
        (floats,) = await session.run_async(None, {"input": tensor})
        made = await session.run_pixels_async(image)
        session.worker.kill()
        rounded = np.rint(np.clip(floats[0].transpose(1, 2, 0), 0, 255))
        int(np.abs(made - rounded).max())
        """
    )
    assert off == 0


def test_a_run_tells_how_far_it_is_can_be_stopped_and_the_session_goes_on(lab: EngineLab) -> None:
    told = lab.python(
        """
        session = await open_kernels(2)
        parts = []
        def hear(part):
            parts.append(part)
            if len(parts) == 3:
                session.stop()
        stopped = await failure(session.run_pixels_async(noise(2000, 2000), on_progress=hear))
        small = await session.run_pixels_async(noise(64, 64))
        alive = session.worker.alive
        session.worker.kill()
        [stopped, parts == sorted(parts) and 0 < parts[0] < parts[-1] < 1, list(small.shape), alive]
        """
    )
    assert told == [["cancelled", "Stopped."], True, [64, 64, 3], True]


def test_a_thread_that_dies_is_noticed(lab: EngineLab) -> None:
    dying = "worker.terminate(); setTimeout(() => resolve(worker), 3000);"
    lab.bend("**/kernels_machine.js", "resolve(worker);", dying)
    told = lab.python(
        """
        session = await open_kernels(2)
        await failure(session.run_async(None, {"input": picture(32, 32)}))
        """
    )
    assert told == ["engine-died", "A thread of the engine did not answer."]


def test_a_thread_that_does_not_start_is_a_fault(lab: EngineLab) -> None:
    lab.bend("**/kernels_machine.js", "'kernels_thread.js'", "'no_such_thread.js'")
    code, words = lab.python("await failure(open_kernels(2))")
    assert code == "engine-unavailable"
    assert "A thread of the engine did not start" in words


def test_a_damaged_file_is_a_sentence_and_another_engine_paints(lab: EngineLab) -> None:
    lab.poison("**/vendor/kernels/*.wasm", "this is no WebAssembly")
    told = lab.python(
        """
        words = await failure(open_kernels(1))
        painter = Painter(library)
        painting = await painter.paint(picture(32, 48), models[STYLE], "auto", ignore)
        painter.stop()
        [words, painting.engine]
        """
    )
    assert told[0][0] == "engine-unavailable"
    assert "simd" in told[0][1] or "relaxed" in told[0][1]
    assert told[1] != "kernels:wasm"


def test_memory_that_does_not_grow_gets_the_next_smaller_program_and_then_words(lab: EngineLab) -> None:
    code = """
        session = await open_kernels(1)
        told = await failure(session.run_pixels_async(noise(1000, 800)))
        session.worker.kill()
        told
    """
    for limit, expected in ((30 * 2**20, None), (2**20, "out-of-memory")):
        refusing = f"if (arenaBytes > {limit}) throw new RangeError(); memory.grow(missing);"
        lab.bend("**/kernels_machine.js", "memory.grow(missing);", refusing)
        told = lab.python(code)
        assert (told and told[0]) == expected
        lab.heal()


def test_a_model_of_another_family_is_refused_by_name(lab: EngineLab) -> None:
    told = lab.python(
        """
        own, MODEL = MODEL, "/models/ops/add.onnx"
        told = await failure(open_kernels(1))
        MODEL = own
        told
        """
    )
    assert told[0] == "unsupported-operator"
    assert "cannot run this model" in told[1]
