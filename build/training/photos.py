"""A folder of photos -> seeded batches of crops, decoded ahead of their use."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from build.common.errors import BuildError
from build.training.pictures import UNREADABLE, open_rgb, shrink

# Photos are kept at this short side: windows of a third of it still fill a crop of 128 px.
PHOTO_PX = 420
SMALLEST_PHOTO_PX = 96
SMALLEST_WINDOW = 0.35
# A window is enlarged at most by this much, so that large crops do not train on blur.
LARGEST_ENLARGEMENT = 4 / 3
CACHE_BYTES = 512 * 2**20
MAX_WORKERS = 8

CropsAt = Callable[[int], tuple[int, int]]


@dataclass(frozen=True)
class Survey:
    """What a folder of photos holds."""

    paths: tuple[Path, ...]
    unreadable: int
    too_small: int

    def __str__(self) -> str:
        text = f"{len(self.paths)} photos"
        skipped = [(self.unreadable, "unreadable"), (self.too_small, f"under {SMALLEST_PHOTO_PX} px")]
        reasons = ", ".join(f"{count} {reason}" for count, reason in skipped if count)
        return f"{text} ({reasons}: skipped)" if reasons else text


def survey(folder: Path) -> Survey:
    """Look at the header of every file below `folder`; `BuildError` where no usable photo is among them."""
    if not folder.is_dir():
        raise BuildError(f"the photo folder {folder} does not exist or is not a folder")
    good, unreadable, too_small = [], 0, 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        try:
            with Image.open(path) as image:
                large_enough = min(image.size) >= SMALLEST_PHOTO_PX
        except UNREADABLE:
            unreadable += 1
            continue
        if large_enough:
            good.append(path)
        else:
            too_small += 1
    found = Survey(tuple(good), unreadable, too_small)
    if not good:
        raise BuildError(
            f"the photo folder {folder} holds {found}; put some dozens of photos there (JPEG, PNG or WebP,"
            f" short side at least {SMALLEST_PHOTO_PX} px)"
        )
    return found


class Photos:
    """The crops of every step. A step's crops depend on the seed, the process and the step alone, so that a resumed
    run sees what an unbroken one would have seen.
    """

    def __init__(self, paths: tuple[Path, ...], seed: int, rank: int = 0) -> None:
        self.paths = paths
        self.seed = seed
        self.rank = rank
        self.damaged: set[Path] = set()
        self._cache: dict[Path, Image.Image] = {}
        self._cached_bytes = 0
        self._lock = threading.Lock()

    def crops(self, step: int, count: int, side_px: int) -> torch.Tensor:
        """float32 `[count,3,side_px,side_px]`, 0..255, RGB."""
        random = np.random.default_rng([self.seed, self.rank, step])
        crops = [self._crop(random, side_px) for _ in range(count)]
        return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float()

    def ahead(self, start: int, stop: int, crops_at: CropsAt) -> Iterator[torch.Tensor]:
        """The crops of steps `start` to `stop`, made by threads some steps before they are asked for."""
        workers = min(MAX_WORKERS, max(1, (os.cpu_count() or 1) // 2))
        pending: deque[Future[torch.Tensor]] = deque()
        with ThreadPoolExecutor(workers, thread_name_prefix="photos") as pool:
            try:
                for step in range(start, min(stop, start + 2 * workers)):
                    pending.append(pool.submit(self.crops, step, *crops_at(step)))
                for step in range(start, stop):
                    crops = pending.popleft().result()
                    following = step + 2 * workers
                    if following < stop:
                        pending.append(pool.submit(self.crops, following, *crops_at(following)))
                    yield crops
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _crop(self, random: np.random.Generator, side_px: int) -> np.ndarray:
        """A random square window of a random photo, resized to `side_px`, mirrored half of the time."""
        image = self._pick(random)
        short = min(image.size)
        least = max(SMALLEST_WINDOW * short, min(short, side_px / LARGEST_ENLARGEMENT))
        window = random.uniform(least, short)
        left, top = random.uniform(0, image.width - window), random.uniform(0, image.height - window)
        box = (left, top, left + window, top + window)
        crop = image.resize((side_px, side_px), Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
        pixels = np.asarray(crop)
        return pixels[:, ::-1] if random.random() < 0.5 else pixels

    def _pick(self, random: np.random.Generator) -> Image.Image:
        """A random photo. One whose header was right but whose pixels are not is left out from then on."""
        while len(self.damaged) < len(self.paths):
            path = self.paths[random.integers(len(self.paths))]
            if path in self.damaged:
                continue
            try:
                return self._open(path)
            except UNREADABLE:
                self.damaged.add(path)
        raise BuildError(f"none of the {len(self.paths)} photos can be decoded; check the folder given with --content")

    def _open(self, path: Path) -> Image.Image:
        kept = self._cache.get(path)
        if kept is not None:
            return kept
        image = shrink(open_rgb(path, enough_px=PHOTO_PX), PHOTO_PX)
        size = image.width * image.height * 3
        with self._lock:
            if path not in self._cache and self._cached_bytes + size <= CACHE_BYTES:
                self._cache[path] = image
                self._cached_bytes += size
        return image
