"""Where a model's bytes and its weights' come from, and what is said where they do not."""

from pathlib import Path
from typing import Any

import pytest

from app_py.onnxruntime.errors import Fail, InvalidArgument, InvalidProtobuf, NoModel, NoSuchFile
from app_py.onnxruntime.model_source import Source, check_header, read_at_once, read_external, read_model
from app_py.onnxruntime.onnx_header import read_header
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform
from tests.shared.support.onnx_bytes import FLOAT, INT64, STRING, _field, _number

MODEL = onnx_bytes.model(external="weights.bin")


def external(source: Source, model: bytes = MODEL, files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    platform = FakePlatform()
    platform.files = files or {}
    found: dict[str, bytes] = platform.block_on(read_external(read_header(model), source, platform))
    return found


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_of_every_kind(kind: Any) -> None:
    assert read_at_once(kind(MODEL)) == Source(MODEL, None)


def test_files_and_addresses(tmp_path: Path) -> None:
    file = tmp_path / "m.onnx"
    file.write_bytes(MODEL)
    assert read_at_once(file) == read_at_once(str(file)) == Source(MODEL, file)
    assert read_at_once(tmp_path / "other.onnx") is None
    with pytest.raises(InvalidProtobuf, match="it is a folder"):
        read_at_once(tmp_path)
    platform = FakePlatform()
    platform.files = {"https://site/m.onnx": MODEL}
    assert platform.block_on(read_model("https://site/m.onnx", platform)) == Source(MODEL, "https://site/m.onnx")
    assert platform.block_on(read_model(file, platform)) == Source(MODEL, file)


def test_what_is_not_there_or_no_source() -> None:
    platform = FakePlatform()
    with pytest.raises(NoSuchFile, match=r"Load model from nowhere\.onnx failed"):
        platform.block_on(read_model(Path("nowhere.onnx"), platform))
    with pytest.raises(NoSuchFile, match="empty path"):
        read_at_once("")
    with pytest.raises(InvalidArgument, match="Unable to load from type 'list'"):
        read_at_once([])


def test_weights_lie_beside_a_file(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"1234")
    assert external(Source(MODEL, tmp_path / "m.onnx")) == {"weights.bin": b"1234"}
    (tmp_path / "weights.bin").unlink()
    with pytest.raises(NoSuchFile, match=r"The model's weights in .*weights\.bin are missing"):
        external(Source(MODEL, tmp_path / "m.onnx"))


def test_weights_lie_beside_an_address() -> None:
    files = {"https://site/a/weights.bin": b"1234"}
    assert external(Source(MODEL, "https://site/a/m.onnx"), files=files) == {"weights.bin": b"1234"}
    inner = onnx_bytes.model(external="sub/weights.bin")
    files = {"https://site/a/sub/weights.bin": b"5"}
    assert external(Source(inner, "https://site/a/m.onnx"), inner, files) == {"sub/weights.bin": b"5"}


@pytest.mark.parametrize("name", ["../weights.bin", "a/../../weights.bin", "/etc/weights.bin", "sub/.."])
@pytest.mark.parametrize("place", [None, "https://site/m.onnx"])
def test_weights_outside_the_models_folder_are_never_read(name: str, place: str | None) -> None:
    model = onnx_bytes.model(external=name)
    with pytest.raises(Fail, match="lie outside the model's folder") as caught:
        external(Source(model, place), model)
    assert caught.value.code == "model-invalid"


def test_bytes_alone_have_nothing_beside_them() -> None:
    with pytest.raises(Fail, match=r"weights in another file, weights\.bin") as caught:
        external(Source(MODEL))
    assert caught.value.code == "model-invalid"
    assert external(Source(onnx_bytes.model()), onnx_bytes.model()) == {}


def weight(name: str, *entries: tuple[str, str], location: int = 1) -> bytes:
    fields = b"".join(_field(13, _field(1, key) + _field(2, value)) for key, value in entries)
    return _field(5, _number(2, FLOAT) + _field(8, name) + fields + _number(14, location))


def test_each_file_is_named_once_and_only_where_weights_lie_in_it() -> None:
    graph = (
        weight("a", ("location", "one.bin"), ("offset", "0"))
        + weight("b", ("offset", "4"), ("location", "one.bin"))
        + weight("c", ("location", "two.bin"))
        + weight("d", ("location", "not.bin"), location=0)
    )
    assert read_header(_number(1, 3) + _field(7, graph)).external_files == ("one.bin", "two.bin")


def test_inputs_that_engines_take() -> None:
    for kind in (FLOAT, INT64, STRING):
        header = read_header(onnx_bytes.model((("x", kind, (1,)),)))
        assert check_header(header) is header
    with pytest.raises(InvalidArgument, match=r"'x' is a tensor\(complex64\).*float, .*string"):
        check_header(read_header(onnx_bytes.model((("x", 14, (1,)),))))
    with pytest.raises(NoModel, match="has no outputs"):
        check_header(read_header(onnx_bytes.model(outputs=())))
