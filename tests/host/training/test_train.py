"""Training runs: from a painting and photos to a checkpoint, through stops, crashes and bad input."""

import contextlib
import dataclasses
import errno
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from build.cli.main import main
from build.common.errors import BuildError
from build.models.export.checkpoint import load_checkpoint
from build.models.export.network import Shape, TransformerNet
from build.training import state, trainer
from build.training.job import Job
from build.training.loss_log import read_rows
from build.training.pictures import open_rgb, to_tensor
from build.training.steadiness import moved_back, unsteadiness
from build.training.trainer import train
from tests.host.training.training import small_job, tiny_loss_network, write_picture
from tests.support.paths import ROOT


@pytest.fixture(autouse=True)
def _small_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A tiny loss network, and one thread: at these sizes more of them only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(trainer, "load_loss_network", tiny_loss_network)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def stopped_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ctrl-C before the first report, which is after ten steps."""

    @contextmanager
    def stop() -> Iterator[threading.Event]:
        asked = threading.Event()
        asked.set()
        yield asked

    with monkeypatch.context() as patch:
        patch.setattr(trainer, "stop_asked", stop)
        yield


def changed(job: Job, **recipe: object) -> Job:
    return dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, **recipe))  # type: ignore[arg-type]


def test_makes_a_checkpoint_with_card_curve_and_previews(tmp_path: Path) -> None:
    job = small_job(tmp_path, steps=40, rate=1e-2)
    outcome = train(job)
    assert outcome.finished
    assert load_checkpoint(job.checkpoint).width == 4
    card = json.loads(job.card.read_text())
    assert {"style", "title", "painter", "year", "licence", "source"} <= card.keys()
    assert card["recipe"]["steps"] == card["data"]["steps_done"] == 40
    rows = read_rows(job.folder / "losses.csv")
    assert [row.step for row in rows] == [10, 20, 30, 40]
    assert rows[-1].style < 0.8 * rows[0].style
    assert (job.folder / "losses.svg").read_text().count("<polyline") == 2
    assert sorted(path.name for path in job.folder.glob("preview-*")) == [f"preview-0000{k}0.jpg" for k in (1, 2, 3, 4)]


def test_a_stopped_run_goes_on_to_the_same_weights(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    whole, broken = small_job(tmp_path / "a"), small_job(tmp_path / "b")
    train(whole)
    request.getfixturevalue("stopped_at_once")
    first = train(broken)
    assert (first.finished, first.step) == (False, 10)
    assert load_checkpoint(broken.checkpoint).width == 4
    second = train(broken)
    assert (second.finished, second.step) == (True, 20)
    want, got = load_checkpoint(whole.checkpoint).state, load_checkpoint(broken.checkpoint).state
    assert all(torch.equal(want[key], got[key]) for key in want)


def test_another_seed_gives_another_style(tmp_path: Path) -> None:
    train(small_job(tmp_path / "a"))
    other = small_job(tmp_path / "b", seed=8)
    train(other)
    one = load_checkpoint(small_job(tmp_path / "a").checkpoint).state["conv1.conv2d.weight"]
    assert not torch.equal(one, load_checkpoint(other.checkpoint).state["conv1.conv2d.weight"])


@pytest.mark.usefixtures("stopped_at_once")
def test_a_loss_that_runs_away_keeps_the_last_good_state(tmp_path: Path) -> None:
    job = small_job(tmp_path)
    train(job)
    before = job.state.read_bytes()
    with pytest.raises(BuildError, match=r"no longer a number at step 20.*lower --rate"):
        train(changed(job, rate=1e35))
    assert job.state.read_bytes() == before
    assert train(job).step == 20


@pytest.mark.usefixtures("stopped_at_once")
def test_a_full_disk_keeps_the_last_good_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = small_job(tmp_path)
    train(job)
    before = job.state.read_bytes()

    def full(path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(state, "write_atomically", full)
    with pytest.raises(BuildError, match="the disk is full"):
        train(job)
    assert job.state.read_bytes() == before


@pytest.mark.usefixtures("stopped_at_once")
def test_a_run_does_not_go_on_as_another(tmp_path: Path) -> None:
    job = small_job(tmp_path)
    train(job)
    with pytest.raises(BuildError, match="width 4, not 8"):
        train(changed(job, width=8))
    write_picture(job.painting, 240, 220, 10)
    with pytest.raises(BuildError, match="another painting"):
        train(job)
    job.state.write_bytes(b"nonsense")
    with pytest.raises(BuildError, match="not the state of a training run"):
        train(job)


def test_a_start_of_another_width_is_refused_and_a_teacher_taken(tmp_path: Path) -> None:
    job = small_job(tmp_path)
    wide = tmp_path / "wide-nc8.pth"
    torch.save(TransformerNet(8).state_dict(), wide)
    with pytest.raises(BuildError, match="width 8, but width 4"):
        train(dataclasses.replace(job, start=wide))
    train(dataclasses.replace(changed(job, teacher_weight=20.0), teacher=wide))
    assert load_checkpoint(job.checkpoint).width == 4


@pytest.mark.parametrize(("shape", "said"), [
    (Shape("running"), "it normalizes by running statistics"),
    (Shape("plain", 3), "it normalizes without scale and bias, it has 3 residual blocks"),
    (Shape(transposed=3), "it has transposed convolutions"),
])  # fmt: skip
@pytest.mark.parametrize("role", ["start", "teacher"])
def test_a_start_of_another_kind_is_refused(tmp_path: Path, shape: Shape, said: str, role: str) -> None:
    job = small_job(tmp_path)
    other = tmp_path / "other-nc4.pth"
    torch.save(TransformerNet(4, shape=shape).state_dict(), other)
    with pytest.raises(BuildError, match=f"a network of another kind than is trained here .{said}.; name a"):
        train(dataclasses.replace(job, start=other) if role == "start" else dataclasses.replace(job, teacher=other))


def test_bad_files_among_the_photos_are_skipped_and_counted(tmp_path: Path) -> None:
    job = small_job(tmp_path)
    (job.content / "notes.txt").write_text("no picture")
    write_picture(job.content / "icon.png", 16, 16)
    whole = write_picture(job.content / "sub" / "cut.jpg", 200, 200).read_bytes()
    (job.content / "sub" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    assert train(job).skipped == 3


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda job: job.painting.unlink(), "does not exist"),
        (lambda job: job.painting.write_bytes(b"GIF89a nonsense"), "not a readable picture"),
        (lambda job: write_picture(job.painting, 90, 300), "at least 200 px"),
        (lambda job: [path.unlink() for path in job.content.iterdir()], "holds 0 photos"),
        (lambda job: [path.write_bytes(b"x") for path in job.content.iterdir()], "3 unreadable"),
    ],
)
def test_bad_input_is_one_sentence(
    tmp_path: Path, prepare: object, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    job = small_job(tmp_path)
    prepare(job)  # type: ignore[operator]
    arguments = [
        "--style",
        str(job.painting),
        "--content",
        str(job.content),
        "--out",
        str(tmp_path / "o"),
        "--steps",
        "1",
    ]
    assert main(["train", *arguments]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert message in lines[0]


@pytest.mark.parametrize("option", ["--steps=0", "--crop=33", "--trim=0.5", "--rate=0", "--batch=-1", "--name=???"])
def test_numbers_that_cannot_be_meant_are_refused(
    tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--style", str(tmp_path), "--content", str(tmp_path), option]) == 2
    assert option.partition("=")[0] in capsys.readouterr().err


def run_group(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Exit status and output of a command, whose children end with it even when it hangs."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=240)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, output


def test_two_processes_of_torchrun_train_one_network(tmp_path: Path) -> None:
    train(small_job(tmp_path, steps=10))
    script = tmp_path / "both.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom build.training import trainer\n"
        "from tests.host.training.training import small_job, tiny_loss_network\n"
        "trainer.load_loss_network = tiny_loss_network\n"
        "assert trainer.train(small_job(Path(sys.argv[1]))).step == 20\n"
    )
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node=2",
        str(script),
        str(tmp_path),
    ]
    environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PATH": ""}
    status, output = run_group(command, environment)
    assert status == 0, output
    job = small_job(tmp_path)
    assert json.loads(job.card.read_text())["data"]["processes"] == 2
    assert output.count("2 x cpu") == 1
    assert output.count("going on after step 10") == 1
    alone = small_job(tmp_path / "alone")
    train(alone)
    key = "conv1.conv2d.weight"
    assert not torch.equal(load_checkpoint(job.checkpoint).state[key], load_checkpoint(alone.checkpoint).state[key])


def test_steadiness_is_learned(tmp_path: Path) -> None:
    def unsteady(weight: float) -> float:
        job = small_job(tmp_path / str(weight), steps=100, steadiness_weight=weight)
        network = load_checkpoint(train(job).checkpoint).network()
        photos = to_tensor(open_rgb(job.content / "0.jpg").crop((0, 0, 96, 96)))
        with torch.no_grad():
            return float(unsteadiness(network(photos), moved_back(network, photos, 5)))

    assert unsteady(60.0) < 0.7 * unsteady(0.0)
