"""Changes of the catalogue at a real hub: two pairs of hands, the next signed version, any past date."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from countyhub.catalogue import repository, service
from countyhub.cli import main
from countyhub.clock import china_now
from countyhub.identity import repository as identities
from countyhub.references import service as references
from hubprotocol.references import is_reference_signed
from stationapp.domain import calendar as calendars
from stationapp.domain.catalogue import ItemStatus
from stationapp.domain.catalogue_changes import ChangeState
from stationapp.domain.catalogue_codec import catalogue_from_mapping, catalogue_to_mapping
from stationapp.domain.material_dictionary import MaterialDictionary, MaterialEntry, dictionary_to_mapping
from stationapp.domain.organisation import organisation_to_mapping
from stationapp.domain.refusal import Refused

DICTIONARY = MaterialDictionary((MaterialEntry("id-card", "居民身份证"),))


class Desk:
    """The county's catalogue as its keepers work on it."""

    def __init__(self, county):
        self.hub, self.clock = county.hub, county.clock

    def do(self, act, *arguments):
        return self.hub.database.write(lambda one: getattr(service, act)(one, self.hub, *arguments))

    def catalogue(self):
        with self.hub.database.read() as connection:
            return references.Law(connection, self.hub).current_catalogue

    def item(self, **changes):
        today = self.hub.now().date()
        return replace(self.catalogue().items[0], **{"effective_from": today, **changes})

    def publish(self, *items, dictionary=None):
        number = self.do("draft", "officer", "新要求", items, dictionary).number
        self.do("review", "approver", number)
        return self.do("publish", "window", number)


@pytest.fixture
def desk(county):
    return Desk(county)


def code_of(refused):
    return [reason.code for reason in refused.value.reasons]


def test_a_revision_becomes_the_next_signed_catalogue_and_the_old_version_stays(desk):
    before = desk.catalogue()
    change = desk.publish(desk.item(fee="免费"), dictionary=DICTIONARY)
    after = desk.catalogue()
    assert (change.state, change.published_as) == (ChangeState.PUBLISHED, before.version + 1)
    assert after.version == before.version + 1
    assert [(one.version, one.fee, one.status) for one in reversed(after.versions_of(desk.item().code))] == [
        (1, "不收费", ItemStatus.IN_USE),
        (2, "免费", ItemStatus.REVISED),
    ]
    assert after.dictionary == DICTIONARY
    document = references.read(desk.hub, "catalogue")
    with desk.hub.database.read() as connection:
        public = identities.load(connection).public
    assert is_reference_signed(public, "catalogue", document.version, document.body, document.signature)


def test_what_was_known_on_a_day_can_be_told(desk):
    first = desk.hub.now().date()
    desk.clock.now += timedelta(days=10)
    desk.publish(desk.item(fee="免费"))
    with desk.hub.database.read() as connection:
        law = references.Law(connection, desk.hub)
        assert law.catalogue_on(first).version == 1
        assert law.catalogue_on(first + timedelta(days=9)).version == 1
        assert law.catalogue_on(first + timedelta(days=10)).version == 2
        assert law.catalogue_on(date(2000, 1, 1)).version == 1
        assert law.catalogue(9) is None


def test_the_author_neither_reviews_nor_publishes(desk):
    number = desk.do("draft", "approver", "新要求", [desk.item(fee="免费")]).number
    with pytest.raises(Refused) as refused:
        desk.do("review", "approver", number)
    assert code_of(refused) == ["same-person"]
    desk.do("review", "window", number)
    with pytest.raises(Refused) as refused:
        desk.do("publish", "approver", number)
    assert code_of(refused) == ["same-person"]
    assert desk.catalogue().version == 1
    assert desk.do("publish", "window", number).published_as == 2


@pytest.mark.parametrize(("login", "code"), [("nobody", "no-person"), ("agent", "wrong-post")])
def test_only_persons_of_the_organisation_in_fitting_posts_act(desk, login, code):
    with pytest.raises(Refused) as refused:
        desk.do("draft", login, "新要求", [desk.item(fee="免费")])
    assert code_of(refused) == [code]


def test_an_incomplete_item_is_drafted_but_not_reviewed(desk):
    bare = desk.item(code="NEW", name="新事项", basis="")
    number = desk.do("draft", "officer", "新设", [bare]).number
    with pytest.raises(Refused) as refused:
        desk.do("review", "approver", number)
    assert code_of(refused) == ["item-incomplete"]
    desk.do("amend", "officer", number, [replace(bare, basis="条例")])
    assert desk.do("review", "approver", number).state is ChangeState.REVIEWED


def test_the_catalogue_may_have_moved_on_since_the_review(desk):
    today = desk.hub.now().date()
    late = desk.do("draft", "officer", "先起草", [desk.item(fee="减半")]).number
    desk.do("review", "approver", late)
    desk.publish(desk.item(fee="免费", effective_from=today + timedelta(days=30)))
    with pytest.raises(Refused) as refused:
        desk.do("publish", "window", late)
    assert code_of(refused) == ["before-last-version"]


def test_what_was_rejected_is_amended_and_reviewed_again(desk):
    number = desk.do("draft", "officer", "新要求", [desk.item(fee="免费")]).number
    desk.do("reject", "approver", number, "依据不足")
    with pytest.raises(Refused) as refused:
        desk.do("publish", "window", number)
    assert code_of(refused) == ["wrong-state"]
    desk.do("amend", "officer", number, [desk.item(fee="减半")])
    change = desk.do("review", "approver", number)
    assert [step.act for step in change.steps] == ["draft", "reject", "amend", "review"]
    with desk.hub.database.read() as connection:
        assert repository.everything(connection) == [change]


def test_a_published_change_is_withdrawn_by_another_person_and_undone(desk):
    number = desk.publish(desk.item(fee="免费")).number
    with pytest.raises(Refused) as refused:
        desk.do("withdraw", "window", number, "有误")
    assert code_of(refused) == ["same-person"]
    change, version = desk.do("withdraw", "approver", number, "有误")
    assert (change.state, version) == (ChangeState.WITHDRAWN, 3)
    item = desk.catalogue().in_force(desk.item().code, desk.hub.now().date())
    assert (item.fee, item.version) == ("不收费", 3)


def test_an_item_is_suspended_cancelled_and_resumed_from_a_day_on(desk):
    code, day = desk.item().code, desk.hub.now().date() + timedelta(days=5)
    desk.publish(*service.with_status(desk.catalogue(), [code], ItemStatus.SUSPENDED, day))
    assert desk.catalogue().in_force(code, day - timedelta(days=1)).status is ItemStatus.IN_USE
    assert desk.catalogue().in_force(code, day).status is ItemStatus.SUSPENDED
    with pytest.raises(Refused):
        service.with_status(desk.catalogue(), ["unknown"], ItemStatus.CANCELLED, day)


def test_what_equals_the_catalogue_is_no_change(desk):
    with pytest.raises(Refused) as refused:
        desk.do("draft", "officer", "新要求", desk.catalogue().items)
    assert code_of(refused) == ["nothing-changed"]
    catalogue, today = desk.catalogue(), desk.hub.now().date()
    edited = (replace(catalogue.items[0], fee="免费"),)
    change = desk.do("draft", "officer", "新要求", edited, None, today)
    assert [item.effective_from for item in change.items] == [today]


@pytest.fixture
def run(tmp_path, county_papers, capsys):
    """Runs a command against a hub in a file; returns exit code and the lines it printed."""
    organisation, catalogue, calendar, _ = county_papers
    papers = {
        "organisation": organisation_to_mapping(organisation),
        "catalogue": catalogue_to_mapping(catalogue),
        "calendar": calendars.to_mapping(calendar),
    }
    options = []
    for name, data in papers.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
        options += [f"--{name}", str(tmp_path / f"{name}.json")]

    def command(*words):
        code = main([*words, "--database", f"sqlite:///{tmp_path}/hub.db"])
        output = capsys.readouterr()
        return code, [json.loads(line) for line in (output.out or output.err).splitlines()]

    assert command("init", "--county", "510704", *options)[0] == 0
    return command


@pytest.mark.parametrize("ending", ["json", "xlsx"])
def test_a_file_goes_out_is_edited_and_comes_back_as_a_change(run, tmp_path, ending):
    out = tmp_path / f"目录.{ending}"
    assert run("catalogue", "export", str(out))[1][0]["version"] == 1
    code, lines = run("catalogue", "draft", str(out), "--by", "officer", "--reason", "核对")
    assert (code, lines[0]["error"]) == (3, "nothing-changed")
    edit(out)
    line, *others = run("catalogue", "check", str(out))[1]
    assert line["kind"] == "修订"
    assert all(one["kind"] == "未变" for one in others)
    today = (
        china_now().date().isoformat()
    )  # As the command reads the clock, whatever zone this machine is in.
    words = ("--by", "officer", "--reason", "免费办理", "--effective", today)
    assert run("catalogue", "draft", str(out), *words)[1][0]["state"] == "草稿"
    assert run("catalogue", "review", "1", "--by", "approver")[0] == 0
    (published,) = run("catalogue", "publish", "1", "--by", "window")[1]
    assert (published["state"], published["catalogue"]) == ("已发布", 2)
    assert [step["by"] for step in published["steps"]] == ["唐立", "任远", "邓小湖"]
    versions = run("catalogue", "history", line["code"])[1]
    assert [(one["kind"], one["changed"], one["reason"]) for one in versions] == [
        ("新增", [], ""),
        ("修订", ["fee"], "免费办理"),
    ]
    assert run("catalogue", "at", line["code"], "--on", today)[1][1]["state"] == "修订"
    assert run("catalogue", "at", "NOTHING", "--on", today)[0] == 1
    assert run("catalogue", "compare", "1", "2")[1][0]["text"].startswith("修订“城乡居民养老保险参保登记”")
    assert run("catalogue", "changes")[1][0]["change"] == 1
    assert run("catalogue", "history", "NOTHING")[0] == 1


def edit(path):
    """Do what a person would: another fee."""
    if path.suffix == ".json":
        path.write_text(path.read_text(encoding="utf-8").replace("不收费", "免费", 1), encoding="utf-8")
        assert catalogue_from_mapping(json.loads(path.read_text(encoding="utf-8")))
        return
    from openpyxl import load_workbook

    book = load_workbook(path)
    headers = [cell.value for cell in book["事项"][1]]
    book["事项"].cell(2, headers.index("收费标准") + 1).value = "免费"
    book.save(path)


def test_suspending_and_coverage_by_command(run, tmp_path):
    item = run("catalogue", "coverage")[1][0]
    assert item["in_service"]
    assert item["received"] == ["县级", "乡镇级", "村级"]
    words = ("--by", "officer", "--reason", "政策调整")
    assert run("catalogue", "suspend", item["code"], *words)[1][0]["state"] == "草稿"
    run("catalogue", "review", "1", "--by", "window")
    run("catalogue", "publish", "1", "--by", "window")
    (tmp_path / "minimum.txt").write_text(f"{item['name']}\n生育登记\n", encoding="utf-8")
    code, lines = run("catalogue", "coverage", "--required", str(tmp_path / "minimum.txt"))
    assert code == 1
    assert (lines[-1]["outside"], lines[-1]["minimum_outside"], lines[-1]["minimum_unknown"]) == (
        1,
        [item["code"]],
        ["生育登记"],
    )
    code, lines = run("catalogue", "withdraw", "1", "--by", "approver", "--note", "恢复")
    assert (code, lines[0]["catalogue"]) == (0, 3)
    assert run("catalogue", "coverage")[1][0]["in_service"]


def test_the_dictionary_of_materials_is_drafted_by_itself(run, tmp_path):
    (tmp_path / "materials.json").write_text(json.dumps(dictionary_to_mapping(DICTIONARY)), encoding="utf-8")
    words = ("--by", "officer", "--reason", "材料目录化")
    (drafted,) = run("catalogue", "draft", str(tmp_path / "materials.json"), *words)[1]
    assert (drafted["items"], drafted["dictionary"]) == ([], True)
    run("catalogue", "review", "1", "--by", "approver")
    assert run("catalogue", "publish", "1", "--by", "window")[1][0]["catalogue"] == 2
    run("catalogue", "export", str(tmp_path / "out.json"))
    exported = catalogue_from_mapping(json.loads((tmp_path / "out.json").read_text(encoding="utf-8")))
    assert exported.dictionary == DICTIONARY
