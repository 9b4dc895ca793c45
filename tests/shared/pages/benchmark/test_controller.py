"""The benchmark page's logic with engines that are under control."""

import asyncio
import io
import json
from collections.abc import Awaitable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app_py.pages.benchmark import controller as controller_module
from app_py.pages.benchmark import measure as measure_module
from app_py.pages.benchmark.controller import BenchmarkController
from app_py.pages.benchmark.results import read_document
from app_py.pages.report import share
from app_py.pages.report.share import to_fragment
from tests.shared.support.fake_engine import DEATH, PROBE, SILENCE, FakePlatform
from tests.shared.support.fake_models import INPUT, MODEL, right
from tests.shared.support.fake_page import FakeFile, FakePage, until
from tests.shared.support.results_samples import document

FILE = {"bytes": len(MODEL), "sha256": "0" * 64}


def manifest() -> bytes:
    models = [
        {
            "id": f"{style}-nc8",
            "style": style,
            "title": style,
            "width": 8,
            "padding": "reflect",
            "file": f"{style}-nc8.onnx",
            "opset": 7,
            "licence": "MIT",
            "reference": {"file": f"{style}.npz", **FILE},
            **FILE,
        }
        for style in ("mosaic", "candy")
    ]
    return json.dumps({"version": 1, "models": models}).encode()


def site() -> dict[str, bytes]:
    reference, photo = io.BytesIO(), io.BytesIO()
    np.savez(reference, input=INPUT, output=right(INPUT))
    Image.new("RGB", (60, 40), (200, 40, 90)).save(photo, "PNG")
    return {
        "../models/manifest.json": manifest(),
        "../models/mosaic-nc8.onnx": MODEL,
        "../models/candy-nc8.onnx": MODEL,
        "../models/mosaic.npz": reference.getvalue(),
        "../models/candy.npz": reference.getvalue(),
        "photos/photos.json": json.dumps([{"file": "one.png"}]).encode(),
        "photos/one.png": photo.getvalue(),
    }


class Setting:
    """A desk on a fake page with fake engines, which take what is no reference as a picture of 1 number to repeat."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.platform = FakePlatform(lambda _provider, feed: right(feed), {**PROBE, "isolated": True})
        self.page = FakePage(site() if files is None else files)
        self.desk = BenchmarkController(self.page, self.platform)

    async def open(self, query: str = "", fragment: str = "") -> dict[str, Any]:
        self.desk.receive({"type": "open", "query": query, "fragment": fragment})
        return await until(self.page, "ready", "error", "done")


def run(work: Awaitable[None]) -> None:
    FakePlatform().block_on(work)


AUTORUN = "?models=mosaic-nc8,candy-nc8&engines=ort:wasm&sizes=64&runs=3&autorun=1"


def test_an_address_runs_the_whole_plan() -> None:
    async def story() -> None:
        setting = Setting()
        shown = await setting.open(AUTORUN)
        assert shown["state"] == "done"
        results = read_document(shown["results"], "own")["results"]
        assert [result["model"] for result in results] == ["mosaic-nc8", "candy-nc8"]
        assert all(len(result["times_ms"]) == 3 and result["check"]["right"] for result in results)
        assert setting.page.drawn == [(64, 64, 3)] * 2
        assert set(shown["texts"]) == {"markdown", "predecessor", "json"}
        assert "<svg" in shown["chart"]
        # A fresh worker for each combination, one for the probe, and none left alive.
        assert len(setting.platform.workers) == 3
        assert all(worker.terminated for worker in setting.platform.workers)

    run(story())


def test_a_failure_in_the_middle_does_not_stop_the_others() -> None:
    async def story() -> None:
        files = site()
        del files["../models/mosaic-nc8.onnx"]
        setting = Setting(files)
        shown = await setting.open(AUTORUN)
        first, second = json.loads(shown["results"])["results"]
        assert first["error"]["code"] == "not-found"
        assert second["error"] is None
        assert "1 of 2 combinations measured. 1 failed" in shown["status"]
        assert "failed: The server answered 404" in shown["texts"]["markdown"]

    run(story())


def test_a_worker_that_dies_in_the_middle() -> None:
    async def story() -> None:
        setting = Setting()
        setting.platform.troubles[("ort:wasm", "run")] = [None, None, DEATH]
        shown = await setting.open(AUTORUN)
        first, second = json.loads(shown["results"])["results"]
        assert first["error"]["code"] == "engine-died"
        assert (len(first["times_ms"]), first["summary"]) == (1, None)
        assert second["check"]["right"]

    run(story())


def test_wrong_pictures_are_reported() -> None:
    async def story() -> None:
        setting = Setting()
        setting.platform.compute = lambda _provider, feed: right(feed) + np.float32(9)
        shown = await setting.open(AUTORUN)
        found = json.loads(shown["results"])["results"][0]["check"]
        assert not found["right"]
        assert found["max_abs_error"] == pytest.approx(9, abs=0.01)
        assert "2 gave wrong pictures" in shown["status"]
        assert "wrong picture" in shown["chart"]

    run(story())


def test_runs_in_the_background_are_marked() -> None:
    async def story() -> None:
        setting = Setting()

        def leave_for_one_run(state: dict[str, Any]) -> None:
            if "run 1 of" in state["status"]:
                setting.desk.receive({"type": "visibility", "hidden": True})
                setting.desk.receive({"type": "visibility", "hidden": False})

        setting.page.on_show = leave_for_one_run
        shown = await setting.open(AUTORUN)
        assert json.loads(shown["results"])["results"][0]["hidden_runs"] == [0]
        assert "in the background for some runs" in shown["status"]

    run(story())


def stop_at(setting: Setting, begin: str, words: str) -> None:
    """Stop where the status begins and goes on like this."""

    def watch(state: dict[str, Any]) -> None:
        if state["status"].startswith(begin) and words in state["status"]:
            setting.page.on_show = lambda _state: None
            setting.desk.receive({"type": "stop"})

    setting.page.on_show = watch


def test_stopping_keeps_every_run_that_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each of so few runs is to be shown.
    monkeypatch.setattr(controller_module, "SHOW_S", 0.0)

    async def story() -> None:
        setting = Setting()
        stop_at(setting, "2 of 2", "run 3 of 3")
        shown = await setting.open(AUTORUN)
        document = read_document(shown["results"], "own")
        first, second = document["results"]
        assert (shown["state"], document["stopped"], first["error"]) == ("done", True, None)
        assert (len(second["times_ms"]), second["summary"], second["error"]["code"]) == (2, None, "stopped")
        assert shown["status"] == "Stopped. 1 of 2 combinations measured."
        assert shown["tables"][0]["caption"].endswith("stopped before the end")
        assert shown["tables"][0]["rows"][1][-1] == "stopped"
        assert "stopped before the end" in shown["texts"]["markdown"].splitlines()[0]
        assert all(worker.terminated for worker in setting.platform.workers)

    run(story())


@pytest.mark.parametrize(
    "words", ["Starting …", "1 of 2: mosaic, fast, 64 px, onnxruntime-web · WebAssembly: starting the engine"]
)
def test_stopping_before_the_first_run_leaves_the_device(words: str) -> None:
    async def story() -> None:
        setting = Setting()
        stop_at(setting, words, "")
        shown = await setting.open(AUTORUN)
        document = read_document(shown["results"], "own")
        assert (shown["state"], document["stopped"], document["results"]) == ("done", True, [])
        assert "os: " in shown["texts"]["predecessor"]
        assert "benchmark using onnxruntime-web" in shown["log"]
        assert shown["status"] == "Stopped. 0 of 2 combinations measured."

    run(story())


@pytest.mark.parametrize("stalled", ["photos/one.png", "../models/mosaic-nc8.onnx", "../models/mosaic.npz"])
def test_stop_does_not_wait_for_a_file_that_does_not_come(stalled: str) -> None:
    async def story() -> None:
        setting = Setting()
        setting.page.stalled = {stalled}
        setting.desk.receive({"type": "open", "query": AUTORUN, "fragment": ""})
        await until(setting.page, "running")
        for _ in range(100):
            await asyncio.sleep(0.002)
        setting.desk.receive({"type": "stop"})
        shown = await until(setting.page, "done")
        assert json.loads(shown["results"])["stopped"]
        # It can be started again at once.
        setting.page.stalled = set()
        setting.desk.receive(
            {"type": "start", "models": ["candy-nc8"], "engines": ["ort:wasm"], "sizes": ["64"], "runs": "1"}
        )
        await until(setting.page, "running")
        assert (await until(setting.page, "done"))["status"] == "1 of 1 combinations measured."

    run(story())


def test_an_engine_that_never_starts_is_one_combinations_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure_module, "OPEN_LIMIT_S", 0.05)

    async def story() -> None:
        setting = Setting()
        setting.platform.troubles[("ort:wasm", "create")] = [SILENCE]
        shown = await setting.open(AUTORUN)
        first, second = json.loads(shown["results"])["results"]
        assert (first["error"]["code"], second["error"]) == ("engine-hung", None)

    run(story())


def test_a_file_that_does_not_come_is_one_combinations_error() -> None:
    async def story() -> None:
        setting = Setting()
        setting.page.broken = {"../models/mosaic-nc8.onnx"}
        shown = await setting.open(AUTORUN)
        first, second = json.loads(shown["results"])["results"]
        assert first["error"]["code"] == "network"
        assert "../models/mosaic-nc8.onnx" in first["error"]["message"]
        assert second["error"] is None

    run(story())


@pytest.mark.parametrize(
    "query", ["?runs=0", "?runs=1000000", "?engines=netscape", "?models=,", "?sizes=1", "?runs=0&autorun=1"]
)
def test_a_bad_address_gets_a_sentence_and_the_page_goes_on(query: str) -> None:
    async def story() -> None:
        setting = Setting()
        shown = await setting.open(query)
        assert (shown["state"], shown["error"], shown["canStart"]) == ("error", "plan-invalid", True)
        start = {"type": "start", "models": ["mosaic-nc8"], "engines": ["ort:wasm"], "sizes": ["64"], "runs": "1"}
        setting.desk.receive(start)
        assert (await until(setting.page, "done"))["error"] is None

    run(story())


def test_empty_fields_of_an_address_mean_the_usual() -> None:
    async def story() -> None:
        shown = await Setting().open("?engines=&models=&sizes=&runs=30")
        assert shown["state"] == "ready"
        checked = {field: [c["value"] for c in choices if c["checked"]] for field, choices in shown["options"].items()}
        assert checked == {
            "models": ["mosaic-nc8"],
            "engines": ["kernels:wasm", "ort:wasm", "onnxjs:wasm"],
            "sizes": ["128", "256"],
        }

    run(story())


def test_other_results_open_beside_ours() -> None:
    async def story() -> None:
        setting = Setting()
        fragment = to_fragment(document())
        shown = await setting.open("", f"#{fragment}")
        assert (shown["state"], len(shown["tables"]), shown["results"]) == ("done", 1, None)
        setting.desk.receive({"type": "file", "name": "phone.json"}, FakeFile(json.dumps(document()).encode()))
        await until(setting.page, "done")
        await asyncio.sleep(0)
        assert [table["caption"].split(":")[0] for table in setting.page.last["tables"]] == [
            "The link's device",
            "phone.json",
        ]
        setting.desk.receive({"type": "close-files"})
        assert setting.page.last["tables"] == []

    run(story())


def test_a_link_opened_in_the_page_is_shown_beside_the_others() -> None:
    async def story() -> None:
        setting = Setting()
        await setting.open()
        fragment = f"#{to_fragment(document())}"
        for number in (1, 2):
            setting.desk.receive({"type": "link", "fragment": fragment})
            for _ in range(20):
                await asyncio.sleep(0)
            assert len(setting.page.last["tables"]) == number
        first, second = (table["caption"].split(":")[0] for table in setting.page.last["tables"])
        assert first != second
        assert setting.page.last["state"] == "done"
        setting.desk.receive({"type": "link", "fragment": "#top"})
        setting.desk.receive({"type": "link", "fragment": "#r=%%%"})
        shown = await until(setting.page, "error")
        assert (shown["error"], len(shown["tables"])) == ("results-invalid", 2)

    run(story())


def test_opened_results_can_be_copied_with_their_devices_without_a_run_here() -> None:
    async def story() -> None:
        setting = Setting()
        shown = await setting.open()
        assert (shown["texts"], shown["devices"]) == ({}, [])
        other = document()
        other["device"] |= {"cores": 64}
        setting.desk.receive({"type": "file", "name": "phone.json"}, FakeFile(json.dumps(other).encode()))
        shown = await until(setting.page, "done")
        assert set(shown["texts"]) == {"markdown"}
        assert "64 cores" in shown["texts"]["markdown"]
        (devices,) = shown["devices"]
        assert devices["columns"] == ["Fact", "phone.json"]
        assert ["Processor", "amd64, 64 cores"] in devices["rows"]

    run(story())


def test_closing_opened_results_says_so() -> None:
    async def story() -> None:
        setting = Setting()
        await setting.open("", f"#{to_fragment(document())}")
        setting.desk.receive({"type": "close-files"})
        shown = setting.page.last
        assert (shown["state"], shown["tables"]) == ("ready", [])
        assert shown["status"] == "The opened results are closed."

    run(story())


def test_a_broken_file_among_others_is_still_named_when_all_are_read() -> None:
    async def story() -> None:
        setting = Setting()
        await setting.open()
        good = json.dumps(document()).encode()
        setting.desk.receive({"type": "file", "name": "bad.json", "first": True}, FakeFile(b"{"))
        setting.desk.receive({"type": "file", "name": "good.json", "first": False}, FakeFile(good))
        for _ in range(20):
            await asyncio.sleep(0)
        shown = setting.page.last
        assert (shown["state"], shown["error"], len(shown["tables"])) == ("error", "results-invalid", 1)
        assert "bad.json is not JSON" in shown["status"]
        assert "good.json is shown" in shown["status"]
        setting.desk.receive({"type": "file", "name": "good.json", "first": True}, FakeFile(good))
        shown = await until(setting.page, "done")
        assert "bad.json" not in shown["status"]

    run(story())


def test_own_results_outlive_a_wrong_file() -> None:
    async def story() -> None:
        setting = Setting()
        await setting.open(AUTORUN)
        setting.desk.receive({"type": "file", "name": "cat.json"}, FakeFile(b"{"))
        shown = await until(setting.page, "error")
        assert shown["results"] is not None

    run(story())


def test_results_too_long_for_a_link_are_said_to_be() -> None:
    async def story() -> None:
        setting = Setting()
        shown = await setting.open(AUTORUN)
        assert (shown["share"] is None, shown["shareNote"]) == (False, "")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(share, "LONGEST", 100)
            setting.desk.show()
        shown = setting.page.last
        assert shown["share"] is None
        assert "Save JSON" in shown["shareNote"]

    run(story())


def test_nonsense_in_the_address_is_not_offered_as_a_size() -> None:
    async def story() -> None:
        shown = await Setting().open(f"?sizes={'9' * 5000},96,cat&runs={'8' * 4000}")
        assert (shown["state"], shown["error"]) == ("error", "plan-invalid")
        assert [choice["value"] for choice in shown["options"]["sizes"] if choice["checked"]] == ["96"]
        assert len(json.dumps(shown)) < 3000

    run(story())


@pytest.mark.parametrize("data", [b"not JSON", json.dumps({"kind": "benchmark"}).encode()])
def test_a_wrong_file_gets_a_sentence(data: bytes) -> None:
    async def story() -> None:
        setting = Setting()
        await setting.open()
        setting.desk.receive({"type": "file", "name": "cat.json"}, FakeFile(data))
        shown = await until(setting.page, "error")
        assert (shown["error"], "cat.json" in shown["status"]) == ("results-invalid", True)

    run(story())


def test_a_damaged_link_does_not_keep_the_page_from_measuring() -> None:
    async def story() -> None:
        setting = Setting()
        shown = await setting.open(AUTORUN, "#r=%%%")
        assert shown["error"] == "results-invalid"
        assert shown["options"]["models"], "the form must be there all the same"

    run(story())


def test_a_missing_manifest_is_said() -> None:
    async def story() -> None:
        shown = await Setting({}).open()
        assert (shown["state"], shown["error"]) == ("error", "not-found")

    run(story())


def test_saving_gives_the_document() -> None:
    async def story() -> None:
        setting = Setting()
        await setting.open(AUTORUN)
        setting.desk.receive({"type": "save"})
        ((name, data),) = setting.page.given
        assert name.endswith(".json")
        assert read_document(data, name)["kind"] == "benchmark"

    run(story())
