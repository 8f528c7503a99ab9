"""Published vectors, by id."""

import json
from pathlib import Path

VECTORS = json.loads(
    (Path(__file__).parents[2] / "fixtures/unionpay/vectors.json").read_text(encoding="utf-8")
)
KNOWN = {one["id"]: one for one in VECTORS["known_answers"]}
DERIVED = {one["id"]: one for one in VECTORS["derived_by_us_not_published"]}
DUMPS = {one["id"]: one for one in VECTORS["dumps"]}


def hexed(text):
    return bytes.fromhex(text)
