"""The style that a person names: a model, a style of a shared network, or a mixture."""

from pathlib import Path

from app_py.errors import AppError, ModelError
from app_py.styles.manifest import Catalogue, ModelSpec, parse_catalogue
from app_py.styles.mixtures import mixture_of, read_parts, refusal_of_parts


def find_style(style: str, models: Path) -> ModelSpec:
    """The style with an id, or the mixture that `style` writes out, of those listed in the folder `models`.

    Raises:
        AppError: `model-unavailable`, `manifest-invalid`, `style-unknown`, `mix-invalid`.
    """
    catalogue = _catalogue(models)
    known = {spec.id: spec for spec in (*catalogue.models, *catalogue.styles)}
    if style in known:
        return known[style]
    parts = read_parts(style)
    if "*" not in style and "," not in style:
        raise AppError(f"There is no style {style!r}. There are: {_listed(catalogue)}.", code="style-unknown")
    if parts is None:
        raise AppError(
            f"{style!r} is no mixture: expected styles with weights, painting:a*60,painting:b*40.", code="mix-invalid"
        )
    refusal = refusal_of_parts(known.get, parts)
    mixture = mixture_of(known.get, parts)
    if refusal is not None or mixture is None:
        raise refusal or AppError(f"{style!r} is no mixture.", code="mix-invalid")
    return mixture


def _catalogue(models: Path) -> Catalogue:
    manifest = models / "manifest.json"
    try:
        return parse_catalogue(manifest.read_bytes())
    except OSError as error:
        raise ModelError(f"There is no list of styles at {manifest}. Run `python -m build models`.") from error


def _listed(catalogue: Catalogue) -> str:
    models = sorted(spec.id for spec in catalogue.models if spec.padding == "reflect")
    return ", ".join([*models, *sorted(style.id for style in catalogue.styles)])
