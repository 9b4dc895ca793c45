"""The kernels as the present sources make them, compiled once a session."""

import pytest

from build.kernels.compile import compile_variant
from tests.support.kernel_host import HostKernels


@pytest.fixture(scope="session")
def kernel_files() -> dict[str, bytes]:
    return {name: compile_variant(name) for name in ("simd", "relaxed")}


@pytest.fixture(params=["simd", "relaxed"])
def kernels(kernel_files: dict[str, bytes], request: pytest.FixtureRequest) -> HostKernels:
    return HostKernels(kernel_files[request.param])
