"""Targets are what the published packages say: the tables are read again and compared."""

from pathlib import Path

import pytest

from build.common.errors import BuildError
from build.compiler.targets.catalogue import TARGETS, find_target
from build.compiler.targets.extract import npm_package, onnxjs_table, ort_table, ort_web_table, serialise
from build.compiler.targets.onnxjs import SHIPPED
from build.compiler.targets.operators import TABLES, Versions, load_operators, supports


@pytest.mark.parametrize("version", ["0.1.3", "0.1.4", "0.1.5", "0.1.8"])
def test_the_onnxjs_tables_are_those_of_the_packages(version: str) -> None:
    _skip_without("onnxjs", version)
    assert serialise(onnxjs_table(version)) == (TABLES / f"onnxjs-{version}.json").read_bytes()


def test_the_onnxruntime_web_table_is_that_of_the_package() -> None:
    _skip_without("onnxruntime-web", "1.30.0")
    assert serialise(ort_web_table("1.30.0")) == (TABLES / "onnxruntime-web-1.30.json").read_bytes()


def test_the_onnxruntime_table_is_that_of_the_package() -> None:
    assert serialise(ort_table()) == (TABLES / "onnxruntime.json").read_bytes()


def _skip_without(name: str, version: str) -> None:
    try:
        npm_package(name, version)
    except BuildError as error:
        pytest.skip(f"the package cannot be fetched: {error}")


@pytest.mark.parametrize(
    ("target", "operator", "opset", "expected"),
    [
        ("onnxjs-0.1.8:webgl", "Upsample", 7, True),
        # Their repository lists it from 9 on; what they published does not.
        ("onnxjs-0.1.8:webgl", "Upsample", 9, False),
        ("onnxjs-0.1.8:webgl", "Pad", 11, False),
        ("onnxjs-0.1.8:wasm", "Pad", 7, True),
        ("onnxjs-0.1.8:cpu", "Split", 7, False),
        ("onnxjs-0.1.5:webgl", "InstanceNormalization", 7, False),
        ("onnxjs-0.1.5:cpu", "Pad", 7, False),
        ("onnxjs-0.1.3:webgl", "Clip", 7, False),
        ("onnxruntime-web-1.30:wasm", "InstanceNormalization", 18, True),
    ],
)
def test_facts_about_operators(target: str, operator: str, opset: int, expected: bool) -> None:
    assert supports(TARGETS[target].operators, operator, opset) is expected


def test_the_versions_0_1_4_and_0_1_5_do_not_share_a_table() -> None:
    assert load_operators("onnxjs-0.1.4", "webgl") != load_operators("onnxjs-0.1.5", "webgl")


def test_the_shipped_target_is_what_all_backends_share() -> None:
    for backend in SHIPPED.backends:
        single = TARGETS[f"{SHIPPED.name}:{backend}"].operators
        assert all(set(ranges) <= set(single[name]) for name, ranges in SHIPPED.operators.items())


def test_an_unknown_target_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BuildError, match=r"no target 'onnxjs-9'; known are onnxjs-0\.1\.8, "):
        find_target("onnxjs-9")


def test_a_bundle_without_a_table_is_not_taken_for_one(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"npm could not fetch|npm is not installed"):
        npm_package("onnxjs", "0.0.0-none", tmp_path)


def test_version_ranges() -> None:
    assert 7 in Versions.parse("7+")
    assert 6 not in Versions.parse("7+")
    assert 10 in Versions.parse("7-10")
    assert 11 not in Versions.parse("7-10")
    assert [str(Versions.parse(text)) for text in ("7+", "7-10", "8")] == ["7+", "7-10", "8"]
