"""What the county publishes for the full story: its own catalogue at first, and what changes in the middle."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from stationapp.demo.full.actors import PCS
from stationapp.demo.full.stage import Stage
from stationapp.platform.resources import resource

SUSPENDED = "就业困难人员认定"
LEAVER_POST = f"{PCS['tongwa']}/agent"
"""The post whose holder B loses it in the middle of the story."""

_CHANGES: Mapping[str, Mapping[str, Any]] = {
    "公共租赁住房申请资格审核认定": {"co_departments": ["mzj", "gaj"]},
}
"""What the story needs of the demonstration's items beyond what they have."""


def own_catalogue(folder: Path) -> Path:
    """Write the catalogue with which the hub begins, and return the file."""
    data = json.loads(resource("catalogue", "demonstration.json").read_text("utf-8"))
    for item in data["items"]:
        item.update(_CHANGES.get(item["name"], {}))
    return _write(folder / "catalogue.json", data)


def acts_of_the_hub(stage: Stage, folder: Path) -> Mapping[str, Callable[[], None]]:
    """Return what the hub's own people and the hub itself do in the story, by the names the scenarios use."""

    def act(command: str, *arguments: str) -> None:
        stage.hub.ask(command, *arguments)
        stage.there_is_news()

    def suspend() -> None:
        act("publish", "catalogue", str(_without_item(folder, stage.clock.today())))

    return {
        "sweep": lambda: act("sweep"),
        "publish_catalogue": suspend,
        "publish_organisation": lambda: act("publish", "organisation", str(_without_leaver(folder))),
    }


def _without_item(folder: Path, today: date) -> Path:
    """A new version of the item, which says from today on that it is suspended; the old one stays as it was."""
    data = json.loads((folder / "catalogue.json").read_text("utf-8"))
    data["version"] += 1
    (old,) = (item for item in data["items"] if item["name"] == SUSPENDED)
    new = {**old, "version": old["version"] + 1, "status": "suspended", "effective_from": today.isoformat()}
    old["effective_to"] = today.isoformat()
    data["items"].append(new)
    return _write(folder / "catalogue-2.json", data)


def _without_leaver(folder: Path) -> Path:
    data = json.loads(resource("demo", "county.json").read_text("utf-8"))
    for post in data["posts"]:
        if post["post_id"] == LEAVER_POST:
            post["holder_b"] = ""
    return _write(folder / "county-2.json", data)


def _write(path: Path, data: Any) -> Path:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path
