"""The listing of the site's files, and the folder for any static host."""

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest

from build.cli.site import MARK, write_site
from build.common.errors import BuildError
from build.site.compress import compressed_copies
from build.site.headers import content_security_policy, headers_file
from build.site.listing import LISTING, make_listing, site_files, write_listing
from tests.support.paths import ROOT

PAGE = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">' + "<p>words</p>" * 100
MODEL = {"file": "a.onnx", "reference": {"file": "a.reference.npz"}, "preview": {"file": "a.preview.webp"}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one model, in a folder whose own name is hidden: what is hidden in the project counts alone."""
    files = {
        "www/index.html": PAGE,
        "www/main.js": "main",
        "www/.swap": "an editor's",
        "www/i18n/de.json": "{}",
        "www/vendor/onnxruntime-web/ort.webgpu.min.mjs": "webgpu",
        "www/vendor/onnxruntime-web/ort.wasm.min.mjs": "wasm",
        "www/vendor/site.json": "an old listing",
        "models/manifest.json": json.dumps({"models": [MODEL]}),
        "models/a.onnx": "model",
        "models/a.reference.npz": "reference",
        "models/a.preview.webp": "preview",
        "models/left-over.onnx": "not in the manifest",
        "models/ops/ops.json": "[]",
        "models/ops/.half-written.npz": "",
        "models/checkpoints/a.pth": "weights",
    }
    for name, content in files.items():
        path = tmp_path / ".hidden" / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path / ".hidden" / "project"


def test_every_file_that_a_page_can_ask_for_is_listed(project: Path) -> None:
    assert {file.path: file.keep for file in site_files(project)} == {
        "index.html": "always",
        "main.js": "always",
        "i18n/de.json": "used",
        "vendor/onnxruntime-web/ort.webgpu.min.mjs": "used",
        "vendor/onnxruntime-web/ort.wasm.min.mjs": "roomy",
        "../models/manifest.json": "always",
        "../models/a.onnx": "roomy",
        "../models/a.reference.npz": "roomy",
        "../models/a.preview.webp": "always",
        "../models/ops/ops.json": "used",
    }


def test_the_release_changes_with_any_file_and_with_nothing_else(project: Path) -> None:
    first = make_listing(site_files(project), "release")
    assert make_listing(site_files(project), "release") == first
    (project / "models" / "a.preview.webp").write_text("repainted")
    assert make_listing(site_files(project), "release")["release"] != first["release"]


def test_a_listing_is_written_once_the_models_are_there(project: Path) -> None:
    (project / "models" / "manifest.json").unlink()
    write_listing(project)
    assert (project / LISTING).read_text() == "an old listing"
    (project / "models" / "manifest.json").write_text(json.dumps({"models": [MODEL]}))
    write_listing(project)
    assert json.loads((project / LISTING).read_text())["mode"] == "development"


@pytest.mark.parametrize(("lost", "sentence"), [("manifest.json", "build models"), ("a.onnx", "build models")])
def test_missing_models_name_the_command(project: Path, lost: str, sentence: str) -> None:
    (project / "models" / lost).unlink()
    with pytest.raises(BuildError, match=sentence):
        site_files(project)


def test_the_site_is_whole_and_holds_nothing_else(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "dist" / "site"
    sizes = write_site(project, site_files(project), out, tmp_path / "cache")
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    compressed = {f"{name}.{suffix}" for name in ("www/index.html", "models/manifest.json") for suffix in ("br", "gz")}
    assert compressed <= found
    listed = {file.path for file in site_files(project)}
    own = {"index.html", "_headers", ".nojekyll", MARK, LISTING.as_posix()}
    assert found - compressed == own | {f"www/{name}".replace("www/../", "") for name in listed}
    assert json.loads((out / LISTING).read_text())["mode"] == "release"
    assert sizes["index.html"] == (out / "www" / "index.html.br").stat().st_size


def test_a_new_site_replaces_the_old_one_only(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_site(project, site_files(project), out, tmp_path / "cache")
    (project / "www" / "main.js").unlink()
    write_site(project, site_files(project), out, tmp_path / "cache")
    assert not (out / "www" / "main.js").exists()
    (out / MARK).unlink()
    with pytest.raises(BuildError, match="holds something else"):
        write_site(project, site_files(project), out, tmp_path / "cache")


def test_compressed_copies_are_the_file_where_they_pay(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    copies = compressed_copies(path, tmp_path / "cache")
    assert brotli.decompress(copies[".br"]) == gzip.decompress(copies[".gz"]) == path.read_bytes()
    path.write_text("x")
    assert compressed_copies(path, tmp_path / "cache") == {}
    picture = tmp_path / "picture.webp"
    picture.write_bytes(b"0" * 1000)
    assert compressed_copies(picture, tmp_path / "cache") == {}


def test_the_headers_are_the_service_workers_and_the_pages() -> None:
    headers = headers_file(ROOT)
    script = (ROOT / "www" / "offline" / "isolation.js").read_text()
    for name, value in re.findall(r"'(Cross-Origin-[\w-]+)': '([\w-]+)'", script):
        assert f"  {name}: {value}\n" in headers
    assert headers.count("Cross-Origin-") == 3


@pytest.mark.parametrize("page", sorted((ROOT / "www").glob("*.html")), ids=lambda path: path.name)
def test_every_page_states_a_strict_policy_before_anything_it_loads(page: Path) -> None:
    policy = content_security_policy(page)
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert not re.search(r"(?<!wasm-)unsafe-eval|https?:|\*", policy)
    text = page.read_text()
    assert text.index("Content-Security-Policy") < min(text.index("<script"), text.index("<link"))
    # A host's header and a page's own policy both hold: what one page needs, the header must allow.
    common = dict(part.split(" ", 1) for part in content_security_policy(ROOT / "www" / "index.html").split("; "))
    for name, sources in (part.split(" ", 1) for part in policy.split("; ")):
        assert set(sources.split()) <= set(common.get(name, common["default-src"]).split()), name


def test_a_page_without_a_policy_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>")
    with pytest.raises(BuildError, match="no Content-Security-Policy"):
        content_security_policy(tmp_path / "page.html")
