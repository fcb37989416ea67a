"""Every kind of edition is laid out to be read, not only as text, in three languages."""

import pytest

from yinuo.engines.editions.kinds import all_kinds
from yinuo.engines.editions.models import Edition
from yinuo.packs.editing.tests.test_editing import author, of, office, somebody  # noqa: F401
from yinuo.web.edition_pages import page_of
from yinuo.web.sheets import Drawn, Letter, Table, Year

pytestmark = pytest.mark.django_db


def sheets(client, edition, language="zh-hans"):
    client.cookies["yinuo_language"] = language
    page = client.get(f"/editions/{edition.pk}")
    assert page.status_code == 200
    return page.context["sheets"], page.content.decode()


def test_every_shipped_edition_is_laid_out_in_three_languages(author):  # noqa: F811
    for edition in Edition.objects.all():
        for language in ("zh-hans", "en", "zh-hant"):
            laid, page = sheets(author, edition, language)
            assert laid, edition
            assert all(sheet.title in page or "&" in sheet.title for sheet in laid)


def test_every_kind_that_ships_has_a_page_of_its_own(office):  # noqa: F811
    shipped = {edition.kind for edition in Edition.objects.all()}
    assert shipped <= {kind.name for kind in all_kinds()}
    assert [kind for kind in sorted(shipped) if page_of(kind).name == kind] == []


def test_promises_read_as_a_table_of_what_starts_stops_and_ends_them(author):  # noqa: F811
    laid, page = sheets(author, of("promises"), "en")
    table, ladders = laid
    [answer] = [row for row in table.rows if row[0].sub == "answer"]
    assert [cell.text for cell in answer[1:5]] == [
        "all",
        "Complained",
        "answered the customer",
        "3 working days",
    ]
    [legal] = [row for row in table.rows if row[0].sub == "legal"]
    assert legal[4].sub == "extended to 30 natural days; extended to 60 natural days"
    assert (legal[6].text, legal[6].tone) == ("not confirmed", "risk")
    assert any("at 80% of the time: the handler" in row[1].text for row in ladders.rows)
    assert "plan 000: handled within 3 working days" in page


def test_letters_stand_side_by_side_with_their_gaps_filled(author):  # noqa: F811
    laid, _page = sheets(author, of("letters"))
    assert all(isinstance(sheet, Letter) and len(sheet.versions) == 3 for sheet in laid)
    assert all("$" not in version.subject for sheet in laid for version in sheet.versions)
    english = laid[0].versions[1]
    assert "TS-2026-000123" in english.subject


def test_a_calendar_reads_as_years_with_days_off_and_weekends_worked(author):  # noqa: F811
    laid, page = sheets(author, of("calendar"))
    hours, *years = laid
    assert isinstance(hours, Table)
    assert all(isinstance(year, Year) for year in years)
    [year] = [year for year in years if year.title == "2026"]
    october = {day.day: day for week in year.months[9][1] for day in week}
    assert (october[1].css, october[1].told) == ("is-off", "国庆节")
    assert (october[10].css, october[17].css) == ("is-extra", "is-rest")
    assert "国庆节" in page


def test_redress_limits_say_who_agrees_to_how_much(author):  # noqa: F811
    laid, _page = sheets(author, of("redress"), "en")
    assert [(row[0].text, row[1].text) for row in laid[0].rows] == [
        ("200.00", "whoever proposes it, alone"),
        ("5,000.00", "team lead or head of branch or head of service quality"),
        ("100,000.00", "head of service quality"),
    ]


def test_a_code_list_shows_what_replaces_a_code(author):  # noqa: F811
    edition = of("terms")
    content = edition.content.replace(
        'code = "B-01", ', 'code = "B-01", retired = true, replaced_by = "B-02", ', 1
    )
    drafted = author.post(f"/editions/{edition.pk}/draft", {"content": content, "note": "合并"}, follow=True)
    laid, page = sheets(author, drafted.context["edition"], "en")
    cells = {row[0].text: row[5] for table in laid for row in table.rows}
    assert (cells["B-01"].text, cells["B-01"].sub, cells["B-01"].tone) == (
        "retired",
        "replaced by B-02",
        "risk",
    )
    assert "replaced by B-02" in page


def test_a_process_is_drawn_with_its_proof_and_a_row_a_step(author):  # noqa: F811
    laid, page = sheets(author, of("process"), "en")
    drawn, table = laid
    assert isinstance(drawn, Drawn)
    assert "none is a dead end" in page
    assert {row[0].sub for row in table.rows} >= {"investigate", "answer"}
    assert all(row[1].text == "0" and not row[1].url for row in table.rows)


def test_an_unknown_step_is_not_found(author):  # noqa: F811
    assert author.get(f"/editions/{of('process').pk}/steps/nowhere").status_code == 404
    assert author.get(f"/editions/{of('targets').pk}/steps/answer").status_code == 404
    assert author.get(f"/editions/{of('process').pk}/steps/answer").status_code == 200
