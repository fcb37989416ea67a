"""`yinuo erasures`: erasing, the refusal by code, the list and its replay; retention as a bank says it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from yinuo.ground.customers.models import Erasure
from yinuo.packs.complaints.models import Complaint
from yinuo.packs.complaints.tests.bank import WORDS, a_bank, a_complaint, closed
from yinuo.site import cli
from yinuo.site.retention import years_by_kind


def said(capsys, *words):
    status = cli.main(["erasures", *words])
    return status, capsys.readouterr().out.strip().splitlines()


@pytest.mark.django_db
def test_a_customer_is_erased_listed_and_found_erased_by_the_replay(capsys, tmp_path):
    case = closed(a_bank(), at=timezone.now() - timedelta(days=4 * 366))
    status, lines = said(capsys, "erase", "--case", case.number)
    assert (status, lines[-1].split()[:2]) == (0, ["erased=true", f"customer={case.customer_id}"])
    assert Complaint.objects.get().words != WORDS
    status, lines = said(capsys, "list")
    assert (status, json.loads(lines[0])["customer"], lines[-1]) == (0, str(case.customer_id), "erasures=1")
    listed = tmp_path / "erasures.jsonl"
    listed.write_text("\n".join(lines))
    assert said(capsys, "replay", "--file", str(listed)) == (0, ["listed=1 erased_again=0"])


@pytest.mark.django_db
def test_a_refusal_names_every_reason_and_erases_nothing(capsys):
    case = a_complaint(a_bank())
    status, lines = said(capsys, "erase", "--case", case.number)
    assert (status, lines) == (1, ["kept because of open_case", "erased=false reasons=open_case"])
    assert not Erasure.objects.exists()
    assert Complaint.objects.get().words == WORDS


@pytest.mark.django_db
@pytest.mark.parametrize("words", [("erase",), ("replay",), ("list", "--since", "2026-01-01T00:00:00")])
def test_what_is_not_said_whole_changes_nothing(capsys, words):
    assert said(capsys, *words) == (1, [])


@pytest.mark.django_db
def test_a_list_that_is_none_is_refused(capsys, tmp_path):
    broken = tmp_path / "x.jsonl"
    broken.write_text('{"customer": "nobody"}')
    assert said(capsys, "replay", "--file", str(broken)) == (1, [])


def test_years_are_read_by_kind_and_never_none():
    assert years_by_kind("3") == {"": 3}
    assert years_by_kind("3,callbacks=5") == {"": 3, "callbacks": 5}
    for wrong in ("", "x", "0", "3,callbacks", "3,callbacks=0"):
        with pytest.raises(ValueError):
            years_by_kind(wrong)
