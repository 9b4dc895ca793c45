"""What files other than Python say of engines is what the registry says."""

import re

from app_py.onnxruntime import engines
from app_py.onnxruntime.providers import AUTO
from build.runtime.lock import read_lock
from tests.support.paths import ROOT

OPTION = re.compile(r'<option value="([^"]+)"[^>]*>([^<]*)</option>')


def test_versions_are_those_that_the_runtime_pins() -> None:
    pinned = {file.package.name: file.package.version for file in read_lock()}
    for engine in engines.ENGINES:
        package = engine.title.lower().replace(".", "")
        assert pinned.get(package, engine.version) == engine.version
    assert {engine.title for engine in engines.ENGINES} >= {"ONNX.js", "onnxruntime-web"}


def test_the_page_lists_the_engines_of_the_registry() -> None:
    html = (ROOT / "www" / "index.html").read_text(encoding="utf-8")
    select = html[html.index('<select id="engine">') :]
    options = OPTION.findall(select[: select.index("</select>")])
    assert options == [
        (AUTO, "Automatic"),
        *((engine.id, f"{engine.title} · {engine.api}") for engine in engines.ENGINES),
    ]


def test_every_library_has_its_script() -> None:
    for engine in engines.ENGINES:
        script = ROOT / "www" / "engine" / f"{engine.library}.js"
        assert "export async function open(" in script.read_text(encoding="utf-8")
