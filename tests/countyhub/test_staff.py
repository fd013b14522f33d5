"""Who holds which post until when, at the hub."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from countyhub.cli import OK, main
from countyhub.references import organisation_check
from countyhub.references.publishing import publish_organisation
from stationapp.domain.organisation import Organisation
from stationapp.domain.refusal import Refused


def with_term(organisation: Organisation, since: str, until: str) -> Organisation:
    """The organisation, a version on, with a term for its first post."""
    first, *others = organisation.posts
    return replace(
        organisation,
        version=organisation.version + 1,
        posts=(replace(first, since=since, until=until), *others),
    )


def test_the_command_prints_the_terms_that_end_soon(county, county_papers, database_url, tmp_path, capsys):
    edited = with_term(county_papers[0], "2020-01-01", "2020-12-31")
    county.hub.database.write(lambda connection: publish_organisation(connection, county.hub, edited, {}))
    where = ["staff", "--database", database_url, "--files", str(tmp_path / "files")]
    assert main(where) == OK
    everybody = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(everybody) == len(county_papers[0].posts)
    assert main([*where, "--within", "30"]) == OK
    (row,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (row["post"], row["until"], row["over"]) == (
        county_papers[0].posts[0].post_id, "2020-12-31", True
    )  # fmt: skip


def test_a_term_longer_than_a_year_is_not_published(county_papers):
    with pytest.raises(Refused, match="一年一任") as caught:
        organisation_check.refuse_unsound(with_term(county_papers[0], "2026-01-01", "2027-06-30"))
    assert [reason.code for reason in caught.value.reasons] == ["bad-term"]
