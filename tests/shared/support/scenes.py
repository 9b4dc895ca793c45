"""Hand-made scenes for what moves: frames of a textured picture that stands, pans, is crossed, cut or faded."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from app_py.live.fixed_point import Frame

Picture = npt.NDArray[np.float64]

SENSOR_SIGMA = 3.0


def texture(height: int, width: int, seed: int = 1) -> Picture:
    """A picture, `(height, width, 3)`, 20..235, with structure at all scales, as photographs have it."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3))
    for scale in (4, 8, 16, 32, 64):
        coarse = rng.normal(size=(height // scale + 2, width // scale + 2, 3))
        rows, columns = np.arange(height) / scale, np.arange(width) / scale
        picture += scale**0.7 * _bilinear(coarse, rows, columns)
    low, high = np.quantile(picture, (0.01, 0.99))
    return np.asarray(np.clip(20 + 215 * (picture - low) / (high - low), 20, 235))


def _bilinear(picture: Picture, rows: npt.NDArray[np.float64], columns: npt.NDArray[np.float64]) -> Picture:
    top, left = rows.astype(int), columns.astype(int)
    down, right = (rows - top)[:, None, None], (columns - left)[None, :, None]
    upper = picture[top][:, left] * (1 - right) + picture[top][:, left + 1] * right
    lower = picture[top + 1][:, left] * (1 - right) + picture[top + 1][:, left + 1] * right
    return np.asarray(upper * (1 - down) + lower * down)


def seen(picture: Picture, rng: np.random.Generator, sigma: float = SENSOR_SIGMA) -> Frame:
    """What a sensor makes of a picture."""
    return np.clip(np.rint(picture + rng.normal(0, sigma, picture.shape)), 0, 255).astype(np.uint8)


def pan(
    height: int, width: int, frames: int, step: tuple[float, float], sigma: float = SENSOR_SIGMA
) -> Iterator[Frame]:
    """The camera goes on by `step` (down, right) pixels a frame: the scene by as much up and to the left."""
    reach = [round(abs(pixels) * frames) + 2 for pixels in step]
    whole = texture(height + reach[0], width + reach[1])
    rng = np.random.default_rng(2)
    for index in range(frames):
        # A step below nothing starts at the far end.
        at = [index * pixels if pixels >= 0 else (frames - index) * -pixels for pixels in step]
        picture = _bilinear(whole, at[0] + np.arange(float(height)), at[1] + np.arange(float(width)))
        yield seen(picture, rng, sigma)


def still(height: int, width: int, frames: int, sigma: float = SENSOR_SIGMA) -> Iterator[Frame]:
    return pan(height, width, frames, (0, 0), sigma)


def passing(height: int, width: int, frames: int) -> Iterator[tuple[Frame, npt.NDArray[np.bool_]]]:
    """Something passes a still scene from left to right; beside each frame, where it was in that or the last one."""
    picture, thing = texture(height, width), texture(height // 3, width // 4, seed=9)
    rng = np.random.default_rng(3)
    last = np.zeros((height, width), bool)
    for index in range(frames):
        left, top = 3 * index + 4, height // 3
        covered = np.zeros((height, width), bool)
        covered[top : top + thing.shape[0], left : left + thing.shape[1]] = True
        whole = picture.copy()
        whole[covered] = thing[:, : min(thing.shape[1], width - left)].reshape(-1, 3)
        yield seen(whole, rng), covered | last
        last = covered


def flicker(paintings: list[Frame], step: tuple[int, int] = (0, 0), skipped: int = 8) -> float:
    """The mean change from one painting to the next, of 255, the motion of the camera by `step` taken back."""
    down, right = step
    changes = []
    for before, now in zip(paintings[skipped:], paintings[skipped + 1 :], strict=False):
        height, width = now.shape[:2]
        here = now[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)]
        there = before[max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)]
        changes.append(np.abs(here.astype(float) - there).mean())
    return float(np.mean(changes))
