"""Papers wait for the seal; the chief representative keeps it, and it is noted who put it on."""

from __future__ import annotations

from pathlib import Path

import pytest

from desks_at_work import Desks, desks
from stationapp.domain.refusal import Refused
from stationapp.services.seals import note_sealed, waiting_for_seal, why_not_sealing


def examined_and_told(at: Desks) -> str:
    """A case the township asked a supplement for: a numbered notice of its organ."""
    case_id = at.at_township()
    at.act("clerk", case_id, "request_supplement")
    return case_id


def test_a_numbered_paper_waits_for_the_seal_of_its_own_organ(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        examined_and_told(at)
        (waiting,) = waiting_for_seal(at.at("clerk"))
        assert waiting.number.startswith("游仙沉抗")
        assert waiting_for_seal(at.at("agent")) == []


def test_only_the_chief_seals_where_there_is_one(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        examined_and_told(at)
        clerk = at.at("clerk")
        (waiting,) = waiting_for_seal(clerk)
        with pytest.raises(Refused, match="首席代表"):
            note_sealed(clerk, waiting.number)
        chief = clerk.organisation.post("township-chief")
        person = clerk.organisation.person("p-township-chief")
        assert chief is not None
        assert person is not None
        clerk.post, clerk.person = chief, person
        done, _ = note_sealed(clerk, waiting.number)
        assert (done.number, done.by) == (waiting.number, "测试township-chief")
        assert waiting_for_seal(clerk) == []
        with pytest.raises(Refused, match="不在待盖章"):
            note_sealed(clerk, waiting.number)


def test_where_there_is_no_chief_whoever_works_there_seals(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        assert why_not_sealing(at.at("agent")) == ""
        assert why_not_sealing(at.at("window")) != ""
