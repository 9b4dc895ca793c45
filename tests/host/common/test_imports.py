"""What a built model depends on is found by following imports."""

from build.common.imports import sources_of
from build.common.paths import ROOT
from build.models.variants import BUILDER


def test_everything_that_decides_a_models_bytes_is_found() -> None:
    found = {str(path.relative_to(ROOT)) for path in sources_of(BUILDER)}
    wanted = {
        "build/models/builder.py",
        "build/models/export/network.py",
        "build/compiler/lowering.py",
        "build/compiler/explain.py",
        "build/compiler/validity.py",
        "build/compiler/refusals.py",
        "build/compiler/passes/identities.py",
        "build/compiler/rules/pads/crop_to_slice.py",
        "build/compiler/targets/tables/onnxjs-0.1.8.json",
        "build/compiler/verify/host.py",
    }
    assert wanted <= found


def test_what_it_does_not_import_is_left_out() -> None:
    found = {str(path.relative_to(ROOT)) for path in sources_of(BUILDER)}
    assert not {path for path in found if path.startswith(("build/training", "build/bench", "build/cli", "app_py"))}
