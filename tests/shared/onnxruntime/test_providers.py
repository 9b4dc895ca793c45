"""What a caller may write for an engine, and the words for what he may not."""

import warnings
from typing import Any

import pytest

from app_py.onnxruntime import engines
from app_py.onnxruntime.errors import InvalidArgument
from app_py.onnxruntime.providers import check_and_normalize_provider_args, check_options, resolve


def test_automatic_is_every_engine_that_is_meant_for_it_after_those_that_were_named() -> None:
    assert (
        list(resolve("auto")) == list(engines.automatic()) == ["ort:wasm", "onnxjs:webgl", "onnxjs:wasm", "onnxjs:cpu"]
    )
    assert list(resolve(["onnxjs:cpu", "auto"])) == ["onnxjs:cpu", "ort:wasm", "onnxjs:webgl", "onnxjs:wasm"]
    assert resolve(["CPUExecutionProvider", "auto"])["ort:wasm"] == "CPUExecutionProvider"


def test_an_engine_is_used_by_the_first_of_its_names() -> None:
    assert resolve(["ort:wasm", "CPUExecutionProvider"]) == {"ort:wasm": "ort:wasm"}


def test_what_is_not_here_is_passed_over_with_a_warning() -> None:
    here = frozenset({"ort:wasm", "onnxjs:cpu"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(resolve("auto", here)) == ["ort:wasm", "onnxjs:cpu"]
        assert list(resolve(["onnxjs:cpu"], here)) == ["onnxjs:cpu"]
    for absent in ("ort:webgpu", "TensorrtExecutionProvider"):
        with pytest.warns(UserWarning, match="'CPUExecutionProvider, ort:wasm, onnxjs:cpu'"):
            assert resolve([absent], here) == {"ort:wasm": "CPUExecutionProvider"}


def test_options_go_with_providers_one_by_one() -> None:
    check_options(None, None)
    check_options(["ort:wasm"], None)
    check_options(["ort:wasm", "onnxjs:cpu"], [{}, {"a": 1}])
    wrong: tuple[tuple[Any, Any, str], ...] = (
        (["ort:wasm"], 5, "'provider_options' should be a sequence"),
        (None, [{}], "should be the same length"),
        (["ort:wasm"], [], "should be the same length"),
        (["ort:wasm"], [None], "values must be dicts"),
        ([("ort:wasm", {})], [{}], "Only string values for 'providers'"),
    )
    for providers, options, words in wrong:
        with pytest.raises(InvalidArgument, match=words):
            check_options(providers, options)


def test_a_provider_that_is_not_available_warns_and_stays_in_the_list() -> None:
    with pytest.warns(UserWarning, match=r"Specified provider 'b' is not in available provider names.*'a'"):
        assert check_and_normalize_provider_args(["b"], None, ["a"]) == (["b"], [{}])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_and_normalize_provider_args(["a"], [{"x": 1}], ["a"]) == (["a"], [{"x": "1"}])
    with pytest.raises(InvalidArgument, match="'providers' should be a sequence"):
        check_and_normalize_provider_args(iter(["a"]), None, ["a"])


def test_what_is_no_provider_is_named() -> None:
    wrong: tuple[Any, ...] = (
        [5],
        [("ort:wasm",)],
        [("ort:wasm", {}, {})],
        [(5, {})],
        [("ort:wasm", [])],
        [["ort:wasm", {}]],
    )
    for providers in wrong:
        with pytest.raises(InvalidArgument, match="A provider is a name, or a name with a dict of options, not "):
            resolve(providers)
    with pytest.raises(InvalidArgument, match="The providers must be a list of names, not int"):
        resolve(5)
    with pytest.raises(InvalidArgument, match=r"The providers here are kernels:wasm, .* and 'auto'"):
        resolve("nothing like it")


def test_the_first_of_each_library() -> None:
    assert list(engines.first_of_each_library({"onnxjs:cpu", "onnxjs:wasm", "ort:webgpu"})) == [
        "ort:webgpu",
        "onnxjs:wasm",
    ]
