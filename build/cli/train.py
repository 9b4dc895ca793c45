"""`python -m build train`."""

import argparse
from pathlib import Path

from build.common.errors import BuildError
from build.common.paths import ROOT
from build.training.card import OWN_LICENCE, Painting, style_name
from build.training.job import Job, checkpoint_path
from build.training.precision import PRECISIONS
from build.training.recipe import Recipe
from build.training.trainer import train
from build.training.vgg import SOURCES

CHECKPOINTS = ROOT / "models" / "checkpoints"
FIRST_STYLE = "starry-night"
NO_START = "none"
SMALLEST_CROP_PX = 32
CROP_MULTIPLE = 8
TEACHER_WEIGHT = 20.0
SCRATCH_STEPS, WARM_STEPS = 2000, 1000

ABOUT_START = (
    "checkpoint of the same width to begin from (default: the project's own of that width, which saves half of"
    ' the time; "none": random weights)'
)


def configure(parser: argparse.ArgumentParser) -> None:
    recipe = Recipe()
    parser.add_argument(
        "--style", type=Path, required=True, metavar="PICTURE", help="the painting whose style to learn"
    )
    parser.add_argument("--content", type=Path, required=True, metavar="FOLDER", help="photos to learn on, any number")
    parser.add_argument(
        "--out",
        type=Path,
        default=CHECKPOINTS,
        help="folder, or .safetensors file, for the result (default: %(default)s)",
    )
    parser.add_argument("--name", help="the style's name (default: from the painting's file name)")
    parser.add_argument("--width", type=int, default=recipe.width, help="channels of the first layer (%(default)s)")
    parser.add_argument("--steps", type=int, help=f"default: {WARM_STEPS}, or {SCRATCH_STEPS} from random weights")
    parser.add_argument("--init", metavar="CHECKPOINT", help=ABOUT_START)
    parser.add_argument(
        "--teacher", type=Path, metavar="CHECKPOINT", help="wider checkpoint of the style to learn from"
    )
    parser.add_argument("--seed", type=int, default=recipe.seed)
    parser.add_argument("--vgg", choices=SOURCES, default=recipe.vgg, help="weights of the loss network (%(default)s)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--precision", choices=PRECISIONS, default="auto", help="auto measures which is faster")
    parser.add_argument("--preview", type=Path, metavar="PHOTO", help="photo that the previews show")
    parser.add_argument("--preview-every", type=int, default=200, metavar="STEPS")
    _configure_recipe(parser, recipe)
    _configure_card(parser)


def _configure_recipe(parser: argparse.ArgumentParser, recipe: Recipe) -> None:
    group = parser.add_argument_group("recipe")
    group.add_argument("--batch", type=int, default=recipe.batch, help="crops a step and process (%(default)s)")
    group.add_argument("--crop", type=int, default=recipe.crop_px, metavar="PX", help="side of a crop (%(default)s)")
    group.add_argument("--late-batch", type=int, default=recipe.late_batch, help="in the last third (%(default)s)")
    group.add_argument("--late-crop", type=int, default=recipe.late_crop_px, metavar="PX", help="(%(default)s)")
    group.add_argument(
        "--painting-px", type=int, default=recipe.painting_px, help="short side of the painting; less: finer strokes"
    )
    group.add_argument("--trim", type=float, default=recipe.trim, help="part of each side to cut off (%(default)s)")
    group.add_argument("--content-weight", type=float, default=recipe.content_weight)
    group.add_argument("--style-weight", type=float, default=recipe.style_weight)
    group.add_argument("--variation-weight", type=float, default=recipe.variation_weight)
    group.add_argument(
        "--steadiness-weight",
        type=float,
        default=recipe.steadiness_weight,
        help="above 0: the painting moves with the photo, without specks on a grid; a tenth more time (%(default)s)",
    )
    group.add_argument("--rate", type=float, default=recipe.rate, help="learning rate (%(default)s)")


def _configure_card(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("card")
    group.add_argument("--title", help="the style's title in the page (default: from its name)")
    group.add_argument("--painter", default="")
    group.add_argument("--year", default="")
    group.add_argument("--source", default="", help="where the picture of the painting comes from")
    group.add_argument("--photos-from", default="", metavar="TEXT", help="where the photos come from")
    group.add_argument("--licence", default=OWN_LICENCE, help="of the trained weights (%(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Train and say where the result is; 0 when it is finished, 3 when it was stopped before its end."""
    job = read_job(arguments)
    outcome = train(job)
    if outcome.shipped is None:
        return 0
    if not outcome.finished:
        print(f"stopped after step {outcome.step} of {job.recipe.steps}; the same command goes on from there")
    size = outcome.checkpoint.stat().st_size / 2**20
    print(f"{outcome.checkpoint} ({size:.1f} MiB, {outcome.shipped.name}) with its card {job.card.name}")
    print(f"losses, previews and the state to go on from: {job.folder}")
    if outcome.skipped:
        print(f"{outcome.skipped} files of {job.content} were skipped: not pictures, or too small")
    return 0 if outcome.finished else 3


def read_job(arguments: argparse.Namespace) -> Job:
    """The job that the arguments describe; `BuildError` where they make no sense."""
    style = style_name(arguments.name or arguments.style.stem)
    start = _start(arguments)
    warm = start is not None or arguments.teacher is not None
    recipe = Recipe(
        width=arguments.width,
        steps=arguments.steps if arguments.steps is not None else WARM_STEPS if warm else SCRATCH_STEPS,
        seed=arguments.seed,
        batch=arguments.batch,
        crop_px=arguments.crop,
        late_batch=arguments.late_batch,
        late_crop_px=arguments.late_crop,
        painting_px=arguments.painting_px,
        trim=arguments.trim,
        content_weight=arguments.content_weight,
        style_weight=arguments.style_weight,
        variation_weight=arguments.variation_weight,
        steadiness_weight=arguments.steadiness_weight,
        teacher_weight=TEACHER_WEIGHT if arguments.teacher else 0.0,
        rate=arguments.rate,
        vgg=arguments.vgg,
        start=start.stem if start else "",
        teacher=arguments.teacher.stem if arguments.teacher else "",
    )
    _check(recipe, arguments.preview_every)
    return Job(
        style=style,
        painting=arguments.style,
        about=Painting(
            title=arguments.title or style.replace("-", " ").capitalize(),
            painter=arguments.painter,
            year=arguments.year,
            source=arguments.source,
        ),
        licence=arguments.licence,
        photos_from=arguments.photos_from,
        content=arguments.content,
        checkpoint=checkpoint_path(arguments.out, style, recipe.width),
        recipe=recipe,
        start=start,
        teacher=arguments.teacher,
        precision=arguments.precision,
        device=arguments.device,
        preview=arguments.preview,
        preview_every=arguments.preview_every,
    )


def _start(arguments: argparse.Namespace) -> Path | None:
    if arguments.init is not None:
        return None if arguments.init == NO_START else Path(arguments.init)
    if arguments.teacher is not None:
        return None
    own = sorted(CHECKPOINTS.glob(f"{FIRST_STYLE}-nc{arguments.width}.*"))
    return next((path for path in own if path.suffix in (".safetensors", ".pth")), None)


def _check(recipe: Recipe, preview_every: int) -> None:
    """Raise `BuildError` for the first number that cannot be meant."""
    counts = {"--steps": recipe.steps, "--batch": recipe.batch, "--late-batch": recipe.late_batch}
    for name, count in {**counts, "--width": recipe.width, "--preview-every": preview_every}.items():
        if count < 1:
            raise BuildError(f"{name} is {count}; it must be at least 1")
    for name, side in {"--crop": recipe.crop_px, "--late-crop": recipe.late_crop_px}.items():
        if side < SMALLEST_CROP_PX or side % CROP_MULTIPLE:
            raise BuildError(f"{name} is {side}; it must be a multiple of {CROP_MULTIPLE} from {SMALLEST_CROP_PX} on")
    if not 0 <= recipe.trim < 0.4:
        raise BuildError(f"--trim is {recipe.trim}; it is the part of each side to cut off, from 0 to 0.4")
    weights = (recipe.content_weight, recipe.style_weight, recipe.variation_weight, recipe.steadiness_weight)
    if recipe.rate <= 0 or min(weights) < 0:
        raise BuildError("--rate must be above 0 and no weight below 0")
