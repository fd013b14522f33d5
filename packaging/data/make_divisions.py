"""Make resources/divisions/510704.json out of two editions of the statistical division list.

    python packaging/data/make_divisions.py FOLDER resources/divisions/510704.json

FOLDER holds divisions_510704_20171031.csv and divisions_510704_20230630.csv with the columns
code12, level, name, parent_code12, kind. Source of both: the Statistics Bureau's public list.

A successor is written only where the two lists themselves show it; everything else is named as unresolved.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from stationapp.domain.divisions import Divisions, divisions_to_mapping, short_name
from stationapp.domain.organisation import Division, Level

EDITIONS = ("2017-10-31", "2023-06-30")
LEVELS = {"county": Level.COUNTY, "township": Level.TOWNSHIP, "village": Level.VILLAGE}
SAME, RENAMED, KEPT, MOVED, SEAT, MOST = (
    "同一代码、同一名称",
    "同一代码，只是名称写法不同",
    "同一代码沿用，名称改变，且新名称在2017年版别处不存在",
    "同名村（社区）改属其他乡镇（街道）",
    "与乡镇同名的驻地社区归入该乡镇（街道）",
    "辖内能够确定去向的村（社区）过半数归入该乡镇（街道）",
)
HOW = (
    "两个版本取自国家统计局统计用区划代码（2017-10-31 与 2023-06-30）。实际并乡并村在2019至2020年间，"
    "但只有这两个版本可查，故旧行以2023-06-30为失效日、新行以该日为生效日。",
    "代码相同而名称换成2017年版其他乡镇已有的村名且末三位相同的（如510704104204由六合村变为白鹤村），"
    "是迁来的村占用了腾出的代码，不当作原村的承继者。",
    f"承继依据：{RENAMED}；{KEPT}；{MOVED}（同名且归入原乡镇的承继乡镇，或末三位相同；村改社区算同名，"
    f"社区改村不算）；{MOST}（至少两个）；{SEAT}。",
    "不能由数据确定的，successors 留空并列入 unresolved，须由人工查行政区划调整文件后填写。",
)


@dataclass
class Edition:
    """The rows of one edition by code."""

    names: dict[str, str] = field(default_factory=dict)
    levels: dict[str, Level] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)

    def codes(self, level: Level) -> list[str]:
        return [code for code, own in self.levels.items() if own is level]


def read(path: Path) -> Edition:
    edition = Edition()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["code12"]
            edition.names[code] = row["name"]
            edition.levels[code] = LEVELS[row["level"]]
            edition.parents[code] = row["parent_code12"]
    return edition


def stem(name: str) -> str:
    """柏林镇社区居民委员会, 柏林社区居民委员会 and 柏林村民委员会 share the stem 柏林."""
    place = short_name(name)
    for ending in ("社区", "村"):
        place = place.removesuffix(ending) or place
    return place if len(place) < 3 else place.removesuffix("镇").removesuffix("乡")


def is_community(code: str) -> bool:
    return code[9] == "0"


class Comparison:
    """What the old and the new edition say about each other."""

    def __init__(self, old: Edition, new: Edition) -> None:
        self.old, self.new = old, new
        self.successors: dict[str, tuple[str, ...]] = {}
        self.evidence: dict[str, str] = {}
        self._keep_codes()
        self._moves = self._same_name_moves()
        self._townships = self._township_majorities()
        self._move_villages()

    def gone(self, level: Level) -> list[str]:
        return [code for code in self.old.codes(level) if code not in self.successors]

    def _note(self, code: str, successor: str, evidence: str) -> None:
        self.successors[code] = (successor,)
        self.evidence[code] = evidence

    def _keep_codes(self) -> None:
        old_stems = {(stem(name), code[9:]) for code, name in self.old.names.items()}
        for code in self.old.names.keys() & self.new.names.keys():
            before, after = self.old.names[code], self.new.names[code]
            if before == after:
                self._note(code, code, SAME)
            elif self.old.levels[code] is not Level.VILLAGE or stem(before) == stem(after):
                self._note(code, code, RENAMED)
            elif not any(stem(after) == known for known, _ in old_stems):
                self._note(code, code, KEPT)

    def _same_name_moves(self) -> dict[str, list[str]]:
        """For every village that is gone: the villages of the same name that were not there before."""
        gone = self.gone(Level.VILLAGE)
        arrived = [
            code
            for code in self.new.codes(Level.VILLAGE)
            if code not in self.old.names or code not in self.successors
        ]
        communities = {stem(self.old.names[code]) for code in gone if is_community(code)}

        def matches(code: str, new: str) -> bool:
            name = stem(self.old.names[code])
            if stem(self.new.names[new]) != name:
                return False
            became_community = is_community(new) and not is_community(code) and name not in communities
            return is_community(new) == is_community(code) or became_community

        return {code: [new for new in arrived if matches(code, new)] for code in gone}

    def _township_majorities(self) -> dict[str, str]:
        """For every old township: where most of the villages went whose way is plain."""
        votes: dict[str, Counter[str]] = {}
        for code, found in self._moves.items():
            plain = [new for new in found if is_community(new) == is_community(code)]
            if len(plain) == 1:
                votes.setdefault(self.old.parents[code], Counter())[self.new.parents[plain[0]]] += 1
        majorities = {}
        for township, counted in votes.items():
            first, count = counted.most_common(1)[0]
            if count >= 2 and count * 2 > counted.total():
                majorities[township] = (first, MOST)
            elif seat := self._seat_of(township):
                majorities[township] = (self.new.parents[seat], SEAT)
        for township, (successor, evidence) in majorities.items():
            if township not in self.successors:
                self._note(township, successor, evidence)
        return {township: successor for township, (successor, _) in majorities.items()}

    def _seat_of(self, township: str) -> str:
        """Return the community now that was the township's own namesake: 白蝉社区 of 白蝉镇."""
        for code, found in self._moves.items():
            own = self.old.parents[code] == township and is_community(code)
            if own and len(found) == 1 and stem(self.old.names[code]) == stem(self.old.names[township]):
                return found[0]
        return ""

    def _move_villages(self) -> None:
        for code, found in self._moves.items():
            township = self.old.parents[code]
            near = {self._townships.get(township, ""), township}
            sure = [new for new in found if self.new.parents[new] in near or new[9:] == code[9:]]
            if len(sure) == 1:
                self._note(code, sure[0], MOVED)

    def rows(self) -> list[Division]:
        rows = []
        for code, name in self.old.names.items():
            same = self.evidence.get(code) == SAME
            rows.append(
                Division(
                    code,
                    self.old.levels[code],
                    name,
                    self.old.parents[code],
                    EDITIONS[0],
                    "" if same else EDITIONS[1],
                    () if same else self.successors.get(code, ()),
                )
            )
        for code, name in self.new.names.items():
            if self.evidence.get(code) != SAME:
                rows.append(Division(code, self.new.levels[code], name, self.new.parents[code], EDITIONS[1]))
        return sorted(rows, key=lambda row: (row.code, row.valid_from))


def main(folder: Path, target: Path) -> None:
    old, new = (read(folder / f"divisions_510704_{day.replace('-', '')}.csv") for day in EDITIONS)
    comparison = Comparison(old, new)
    lost = [*comparison.gone(Level.TOWNSHIP), *comparison.gone(Level.VILLAGE)]
    document = {
        "note": list(HOW),
        "editions": list(EDITIONS),
        "unresolved": [{"code": code, "name": old.names[code]} for code in sorted(lost)],
        "evidence": {c: e for c, e in sorted(comparison.evidence.items()) if e != SAME},
        **divisions_to_mapping(Divisions(comparison.rows())),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(dump(document), encoding="utf-8")


def dump(document: dict[str, object]) -> str:
    """One line a row, so that a change to one place is a change of one line."""
    parts = []
    for key, value in document.items():
        if key in ("rows", "unresolved") and isinstance(value, list):
            lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in value)
            parts.append(f'"{key}": [\n{lines}\n]')
        else:
            parts.append(f'"{key}": {json.dumps(value, ensure_ascii=False, indent=1)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
