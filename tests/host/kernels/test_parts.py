"""The kernels' parts one by one against numpy: transforms, micro-kernel, padding, statistics, activations, bytes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wasmtime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app_py.kernels import transforms as t
from app_py.kernels.network import Padding, Pointwise
from build.kernels.clang import SOURCES, compile_cpp
from build.kernels.compile import OPTIONS

Floats = NDArray[np.float32]
PLACE = 1 << 18
"""Where a part's arrays begin, and how far apart they are: behind the module's own data."""


class Parts:
    """The probes in memory of their own; arrays go in and out by number."""

    def __init__(self, wasm: bytes) -> None:
        config = wasmtime.Config()
        config.wasm_relaxed_simd = True
        engine = wasmtime.Engine(config)
        self._store = wasmtime.Store(engine)
        self._memory = wasmtime.Memory(self._store, wasmtime.MemoryType(wasmtime.Limits(64, None)))
        module = wasmtime.Module(engine, wasm)
        self._exports = wasmtime.Instance(self._store, module, [self._memory]).exports(self._store)

    def put(self, number: int, array: NDArray[Any]) -> int:
        """Copy an array into place; returns its address."""
        self._memory.write(self._store, np.ascontiguousarray(array).tobytes(), (number + 1) * PLACE)
        return (number + 1) * PLACE

    def get(self, number: int, shape: tuple[int, ...]) -> Floats:
        start = (number + 1) * PLACE
        data = bytes(self._memory.read(self._store, start, start + 4 * int(np.prod(shape))))
        return np.frombuffer(data, np.float32).reshape(shape)

    def call(self, name: str, *arguments: float) -> Any:
        function: Any = self._exports[name]
        return function(self._store, *arguments)


@pytest.fixture(scope="module", params=["simd", "relaxed"])
def parts(request: pytest.FixtureRequest) -> Parts:
    source = Path(__file__).with_name("probes.cpp")
    options, cpu = [*OPTIONS, f"-I{SOURCES}"], ""
    if request.param == "relaxed":
        options, cpu = [*options, "-DRELAXED"], "+relaxed_simd"
    return Parts(compile_cpp(str(source), options, cpu))


RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize(("name", "b"), [("4", t.B4), ("3", t.B3), ("1", t.B1)])
def test_inputs_are_transformed_by_the_matrix(parts: Parts, name: str, b: t.Matrix) -> None:
    d = RANDOM.normal(size=(len(b), len(b), 4)).astype(np.float32)
    parts.call(f"transform_{name}", parts.put(0, d), parts.put(1, np.zeros_like(d)))
    np.testing.assert_allclose(parts.get(1, d.shape), np.einsum("ya,abc,xb->yxc", b, d, b), atol=2e-5)


@pytest.mark.parametrize(("name", "a"), [("4", t.A4), ("3", t.A3), ("1", t.A1)])
def test_products_are_transformed_back_by_the_matrix(parts: Parts, name: str, a: t.Matrix) -> None:
    m = RANDOM.normal(size=(a.shape[1], a.shape[1], 4)).astype(np.float32)
    shape = (a.shape[0], a.shape[0], 4)
    parts.call(f"back_{name}", parts.put(0, m), parts.put(1, np.zeros(shape, np.float32)))
    np.testing.assert_allclose(parts.get(1, shape), np.einsum("ya,abc,xb->yxc", a, m, a), atol=5e-5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.integers(1, 13),
    columns=st.sampled_from([4, 8, 12, 16, 20, 24, 28, 32, 36]),
    segments=st.integers(1, 4),
    length=st.integers(1, 19),
    stride=st.sampled_from([3, 16, 32, 64]),
    gap=st.integers(0, 7),
)
def test_the_micro_kernel_multiplies(
    parts: Parts, rows: int, columns: int, segments: int, length: int, stride: int, gap: int
) -> None:
    jump = length + gap
    random = np.random.default_rng(rows * columns + length)
    a = random.normal(size=rows * stride + segments * jump + 4).astype(np.float32)
    b = random.normal(size=(segments * length, columns))
    at = np.arange(rows)[:, None, None] * stride + np.arange(segments)[:, None] * jump + np.arange(length)
    expected = a[at].reshape(rows, -1).astype(np.float64) @ b.astype(np.float32)
    panels = t.to_panels(b)
    parts.put(2, np.full((rows, columns), np.nan, np.float32))
    parts.call(
        "multiply", rows, columns, parts.put(0, a), stride, segments, length, jump, parts.put(1, panels), 3 * PLACE
    )
    np.testing.assert_allclose(parts.get(2, (rows, columns)), expected, atol=1e-4)


@pytest.mark.parametrize("padding", list(Padding))
def test_padding_finds_numpys_pixel(parts: Parts, padding: Padding) -> None:
    mode: Any = {Padding.ZEROS: "constant", Padding.REFLECT: "reflect", Padding.EDGE: "edge"}[padding]
    for n, before, after in ((5, 4, 4), (9, 0, 3), (2, 1, 1), (40, 4, 2)):
        options = {"constant_values": -1} if padding == Padding.ZEROS else {}
        expected = np.pad(np.arange(n), (before, after), mode=mode, **options)
        found = [parts.call("source", p, n, before, after, int(padding)) for p in range(n + before + after)]
        assert found == expected.tolist()
        # Tiles reach over the edge: what lies there is nothing, or as flat as the picture.
        beyond = parts.call("source", n + before + after, n, before, after, int(padding))
        assert beyond == (-1 if padding == Padding.ZEROS else n - 1)


@pytest.mark.parametrize(("mean", "spread"), [(0.0, 1.0), (250.0, 1e-2), (-1e4, 1.0), (3.0, 0.0)])
def test_statistics_of_parts_are_those_of_the_whole(parts: Parts, mean: float, spread: float) -> None:
    channels, sizes = 4, (7, 1, 120, 64)
    values = (RANDOM.normal(size=(sum(sizes), channels)) * spread + mean).astype(np.float32)
    pieces = np.split(values, np.cumsum(sizes)[:-1])
    slots = [[len(p), *p.mean(0, np.float64), *(p.astype(np.float64).var(0) * len(p))] for p in pieces]
    gamma, beta, epsilon = 1.5, -0.25, 1e-5
    parts.put(1, np.zeros((2, channels), np.float32))
    at = parts.put(0, np.array(slots, np.float32))
    parts.call("merge", at, len(slots), channels, gamma, beta, epsilon, 2 * PLACE)
    factor, summand = parts.get(1, (2, channels))
    exact = values.astype(np.float64)
    expected = gamma / np.sqrt(exact.var(0) + epsilon)
    np.testing.assert_allclose(factor, expected, rtol=2e-2 if spread == 1e-2 else 1e-3)
    middle = exact.mean(0)
    np.testing.assert_allclose(middle * factor + summand, beta, atol=np.abs(expected).max() * abs(mean) * 1e-6 + 1e-5)


@pytest.mark.parametrize(
    ("operation", "exact"),
    [
        ((Pointwise.AFFINE, 255.0, -3.5), lambda x: x * 255 - 3.5),
        ((Pointwise.CLIP, -0.5, 2.0), lambda x: np.clip(x, -0.5, 2)),
        ((Pointwise.SIGMOID, 0.0, 0.0), lambda x: 1 / (1 + np.exp(-x))),
        ((Pointwise.TANH, 0.0, 0.0), np.tanh),
    ],
)
def test_activations(parts: Parts, operation: tuple[Pointwise, float, float], exact: Any) -> None:
    x = np.concatenate([np.linspace(-90, 90, 997), [0.0, -0.0, 1e-30]]).astype(np.float32)
    record = np.array([operation], [("kind", np.int32), ("a", np.float32), ("b", np.float32)])
    address = parts.put(1, x)
    parts.call("operate", parts.put(0, record), 1, address, len(x))
    expected = exact(x.astype(np.float64))
    np.testing.assert_allclose(parts.get(1, x.shape), expected, rtol=3e-7, atol=3e-7)


def test_what_is_no_number_stays_none(parts: Parts) -> None:
    for kind in (Pointwise.CLIP, Pointwise.AFFINE):
        record = np.array([(kind, 0.0, 1.0)], [("kind", np.int32), ("a", np.float32), ("b", np.float32)])
        address = parts.put(1, np.full(4, np.nan, np.float32))
        parts.call("operate", parts.put(0, record), 1, address, 4)
        assert np.isnan(parts.get(1, (4,))).all()


@pytest.mark.parametrize(
    ("value", "byte"),
    [(-np.inf, 0), (-1.0, 0), (0.5, 0), (1.5, 2), (2.5, 2), (127.49, 127), (254.5, 254), (254.6, 255), (1e9, 255),
     (np.inf, 255), (np.nan, 0)],
)  # fmt: skip
def test_numbers_become_bytes(parts: Parts, value: float, byte: int) -> None:
    assert parts.call("round_to_byte", value) == byte
