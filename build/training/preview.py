"""What the network in training paints so far, for the eye."""

import io

import torch

from build.training.job import Job
from build.training.photos import Survey
from build.training.pictures import open_rgb, shrink, to_image, to_tensor
from build.training.run import Run
from build.training.state import write_or_explain

PREVIEW_PX = 384
SIDE_MULTIPLE = 4


def sample_picture(job: Job, found: Survey) -> torch.Tensor:
    """The photo that previews show, as float32 `[1,3,H,W]`, 0..255: the one asked for, else the folder's first."""
    image = shrink(open_rgb(job.preview or found.paths[0]), PREVIEW_PX)
    box = (0, 0, image.width // SIDE_MULTIPLE * SIDE_MULTIPLE, image.height // SIDE_MULTIPLE * SIDE_MULTIPLE)
    return to_tensor(image.crop(box))


def save_preview(job: Job, run: Run, found: Survey, step: int) -> None:
    """Paint the sample picture into the run's folder, as `preview-<step>.jpg`."""
    buffer = io.BytesIO()
    to_image(run.paint(sample_picture(job, found))).save(buffer, "JPEG", quality=92)
    write_or_explain(job.folder / f"preview-{step:06}.jpg", buffer.getvalue())
