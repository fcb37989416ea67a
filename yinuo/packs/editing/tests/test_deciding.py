"""Comparing, upgrading, retiring and dating editions on their pages."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from yinuo.engines.editions import load, shelf
from yinuo.engines.editions.models import Edition
from yinuo.packs.editing.tests.test_editing import author, drafted, of, office, somebody  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(office):  # noqa: F811
    return somebody("compliance", office)


def test_a_draft_is_shown_beside_what_it_would_replace(author):  # noqa: F811
    page = drafted(author, "promises", '"3 working days"', '"2 working days"')
    [line] = page.context["changes"]
    assert (line.what, line.where) == ("办结（内部） · 时限", "answer.within")
    assert [span.text for span in line.before if span.marked] == ["3"]
    assert [span.text for span in line.after if span.marked] == ["2"]
    text = page.content.decode()
    assert "<del>3</del> working days" in text
    assert "<ins>2</ins> working days" in text


def test_any_two_editions_of_the_same_thing_are_compared(author, other):  # noqa: F811
    first = of("targets")
    second = drafted(author, "targets", '"0.95"', '"0.96"').context["edition"]
    third = drafted(author, "targets", '"0.98"', '"0.99"').context["edition"]
    page = other.get(f"/editions/{third.pk}/compare", {"with": str(second.pk)})
    assert sorted(line.where for line in page.context["changes"]) == [
        "timely.at_least",
        "within_a_day.at_least",
    ]
    assert {line.row.how for line in page.context["sides"]} >= {"changed", "same"}
    assert page.context["other"].edition == second
    assert other.get(f"/editions/{third.pk}/compare").context["other"].edition == first
    stranger = of("calendar")
    assert other.get(f"/editions/{third.pk}/compare", {"with": str(stranger.pk)}).status_code == 404


def test_a_drawing_is_compared_line_by_line(author):  # noqa: F811
    edition = of("process")
    content = (
        edition.content.replace("<!--", "<!-- newer:", 1)
        if "<!--" in edition.content
        else (edition.content.replace("?>", "?><!-- newer -->", 1))
    )
    page = author.post(f"/editions/{edition.pk}/draft", {"content": content, "note": "注"}, follow=True)
    assert page.context["changes"] == []
    assert "changed" in {line.row.how for line in page.context["sides"]}


def test_a_draft_says_the_day_on_which_it_is_to_come_into_force(author, other):  # noqa: F811
    edition, day = of("targets"), timezone.localdate() + timedelta(days=2)
    said = {"content": edition.content.replace("0.95", "0.96"), "note": "提高", "starts_on": day.isoformat()}
    page = author.post(f"/editions/{edition.pk}/draft", said, follow=True)
    draft = page.context["edition"]
    assert f"{day:%Y-%m-%d}" in page.content.decode()
    assert other.post(f"/editions/{draft.pk}/approve").status_code == 302
    draft.refresh_from_db()
    assert timezone.localtime(draft.effective_from).date() == day
    assert shelf.in_force("targets", edition.key, timezone.now()) == edition
    shown = other.get(f"/editions/{draft.pk}")
    assert "已批准，尚未生效" in shown.content.decode()
    listed = [line.edition for line in other.get("/editions").context["shelf"]]
    assert edition in listed
    assert draft not in listed


def test_a_draft_for_a_day_that_has_passed_is_refused_with_what_was_typed(author):  # noqa: F811
    edition, day = of("targets"), timezone.localdate() - timedelta(days=1)
    said = {"content": edition.content, "note": "提高", "starts_on": day.isoformat()}
    answer = author.post(f"/editions/{edition.pk}/draft", said)
    assert answer.status_code == 422
    assert "过去" in str(answer.context["form"].errors["content"])
    assert not own_drafts().exists()


def test_a_promise_is_drafted_for_one_unit_and_a_code_list_for_none(author, office):  # noqa: F811
    edition = of("promises")
    said = {"content": edition.content, "note": "试点", "unit": str(office.pk)}
    draft = author.post(f"/editions/{edition.pk}/draft", said, follow=True).context["edition"]
    assert draft.unit == office
    form = author.get(f"/editions/{of('terms').pk}/draft").context["form"]
    assert "unit" not in form.fields
    assert "starts_on" not in form.fields


def test_an_edition_is_retired_by_two_people(author, other):  # noqa: F811
    first = of("targets")
    draft = drafted(author, "targets", '"0.95"', '"0.96"').context["edition"]
    other.post(f"/editions/{draft.pk}/approve")
    assert author.post(f"/editions/{draft.pk}/propose-retirement").status_code == 302
    refused = author.post(f"/editions/{draft.pk}/retire")
    assert refused.status_code == 409
    assert "另一人" in refused.context["refusal"]
    assert other.get(f"/editions/{draft.pk}").context["may_retire"]
    assert other.post(f"/editions/{draft.pk}/retire").status_code == 302
    assert shelf.in_force("targets", first.key, timezone.now()) == first


def test_the_only_edition_in_force_is_not_retired(author):  # noqa: F811
    refused = author.post(f"/editions/{of('targets').pk}/propose-retirement")
    assert refused.status_code == 409
    assert "没有" in refused.context["refusal"]


def open_plans():
    """What ships with blanks to fill in is a draft from the beginning."""
    return Edition.objects.filter(state="draft", key="plan003")


def own_drafts():
    """Every other draft."""
    return Edition.objects.filter(state="draft").exclude(key="plan003")


def test_a_calendar_in_force_is_replaced_and_not_retired(author):  # noqa: F811
    refused = author.post(f"/editions/{of('calendar').pk}/propose-retirement")
    assert refused.status_code == 409
    assert "日历" in refused.context["refusal"]
    assert of("calendar").retirement_asked_by is None


def test_a_draft_is_put_away(author):  # noqa: F811
    draft = drafted(author, "targets", '"0.95"', '"0.96"').context["edition"]
    assert author.post(f"/editions/{draft.pk}/discard").status_code == 302
    draft.refresh_from_db()
    assert draft.state == "retired"
    assert [line.edition for line in author.get("/editions").context["waiting"]] == list(open_plans())
    assert author.post(f"/editions/{draft.pk}/discard").status_code == 409


@pytest.fixture
def torn(author, other, tmp_path, monkeypatch):  # noqa: F811
    """A proposal of a newer version for targets that the bank had changed too."""
    ours = drafted(author, "targets", '"0.95"', '"0.96"').context["edition"]
    other.post(f"/editions/{ours.pk}/approve")
    folder = tmp_path / "packs" / ours.key / "content"
    folder.mkdir(parents=True)
    newer = ours.follows.content.replace('"0.95"', '"0.97"').replace('"0.98"', '"0.99"')
    (folder / "targets.toml").write_text(newer, encoding="utf-8")
    monkeypatch.setattr(load, "ROOT", tmp_path)
    assert load.load_first_editions() == (0, 1)
    return own_drafts().get()


def test_a_proposal_shows_what_both_changed_side_by_side_and_is_not_approved(torn, other):
    page = other.get(f"/editions/{torn.pk}")
    [line] = page.context["conflicts"]
    assert line.conflict.path == ("within_a_day", "at_least")
    assert "within_a_day" in line.what
    text = page.content.decode()
    assert "0.<del>96</del>" in text
    assert "0.<ins>97</ins>" in text
    assert not page.context["may_approve"]
    refused = other.post(f"/editions/{torn.pk}/approve")
    assert refused.status_code == 409
    assert other.get(f"/editions/{torn.pk}/draft").status_code == 302  # decided first


def test_deciding_a_proposal_drafts_the_whole_for_somebody_else_to_approve(torn, author, other):  # noqa: F811
    missing = author.post(f"/editions/{torn.pk}/decide", {"note": "x"})
    assert missing.status_code == 409
    said = {"place-1": "theirs", "note": "跟上新版"}
    draft = author.post(f"/editions/{torn.pk}/decide", said, follow=True).context["edition"]
    assert '"0.97"' in draft.content
    assert '"0.99"' in draft.content
    assert other.post(f"/editions/{draft.pk}/approve").status_code == 302
    assert shelf.in_force("targets", draft.key, timezone.now()) == draft


def test_a_proposal_that_was_overtaken_is_put_together_again(torn, author, other):  # noqa: F811
    ours = torn.follows
    content = ours.content.replace('"0.96"', '"0.95"')
    again = author.post(f"/editions/{ours.pk}/draft", {"content": content, "note": "改回"}, follow=True)
    other.post(f"/editions/{again.context['edition'].pk}/approve")
    assert other.get(f"/editions/{torn.pk}").context["may_renew"]
    renewed = other.post(f"/editions/{torn.pk}/renew", follow=True).context["edition"]
    assert renewed.conflicts == []
    assert '"0.97"' in renewed.content
    assert not other.get(f"/editions/{renewed.pk}").context["may_renew"]


def uploaded(client, content, name="new.bpmn"):
    edition = of("process")
    said = {"note": "上传", "file": SimpleUploadedFile(name, content)}
    return client.post(f"/editions/{edition.pk}/draft", said)


def test_a_drawing_is_uploaded_as_a_draft(author):  # noqa: F811
    content = of("process").content.replace("<bpmn:definitions", "<!-- 改 --><bpmn:definitions", 1)
    answer = uploaded(author, b"\xef\xbb\xbf" + content.encode())
    assert answer.status_code == 302
    assert own_drafts().get().content == content


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>"""


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, b"\xff\xfe\x00", b"PK\x03\x04", b"", b"x" * 500_001])
def test_a_hostile_file_is_refused_and_leaves_no_trace(author, content):  # noqa: F811
    answer = uploaded(author, content)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not own_drafts().exists()


def test_a_drawing_too_large_to_read_is_refused_however_sound(author):  # noqa: F811
    content = of("process").content
    padded = content.replace("</bpmn:definitions>", f"<!--{'x' * 500_000}--></bpmn:definitions>")
    answer = uploaded(author, padded.encode())
    assert answer.status_code == 422
    assert not own_drafts().exists()


def test_a_drawing_that_cannot_stand_is_refused_by_the_name_of_its_element(author):  # noqa: F811
    content = of("process").content.replace("userTask", "scriptTask")
    answer = uploaded(author, content.encode())
    assert answer.status_code == 422
    said = str(answer.context["form"].errors["file"])
    assert "不支持" in said
