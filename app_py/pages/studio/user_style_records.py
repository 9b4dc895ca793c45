"""The records of a visitor's own styles: models, paintings and mixtures, each in a record of its own.

Nothing lists them: two pages that each add a style write nothing of each other's.
"""

import json
from collections.abc import Callable

from app_py.pages.studio.settings import Store
from app_py.records import parse_record
from app_py.styles.manifest import ModelSpec
from app_py.styles.user_model_record import read_spec, to_record

PREFIX = "own/"
_RECORD = "/record"


def record_key(style_id: str) -> str:
    return f"{PREFIX}{style_id}{_RECORD}"


def to_entry(spec: ModelSpec) -> dict[str, str]:
    """What is written of a style: one key of the store and its text."""
    return {record_key(spec.id): json.dumps(to_record(spec))}


async def read_records(store: Store, wanted: Callable[[str], bool]) -> dict[str, ModelSpec]:
    """The kept styles whose ids are `wanted`, by their ids; a damaged record stays where it is and is no style."""
    specs = {}
    for key in await store.keys(PREFIX):
        style_id = key.removeprefix(PREFIX).removesuffix(_RECORD)
        if key == record_key(style_id) and wanted(style_id):
            spec = read_spec(parse_record(await store.get(key)))
            if spec and spec.id == style_id:
                specs[style_id] = spec
    return specs
