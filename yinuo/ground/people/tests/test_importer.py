import csv
import io
from datetime import date

import pytest

from yinuo.ground.people.importer import import_people, import_units
from yinuo.ground.people.models import Posting, Unit, User
from yinuo.ground.people.tree import ancestors

pytestmark = pytest.mark.django_db

UNITS = """\
code,kind,layer,name_zh_hans,name_en,name_zh_hant,parent_code,opened_on,closed_on
one,outlet,front,西湖支行,West Lake,西湖分理處,city,2026-01-01,
city,branch,,杭州分行,Hangzhou,杭州分行,head,2026-01-01,
head,head_office,,总行,Head office,總行,,2020-01-01,
old,outlet,front,老支行,Old,老支行,city,2026-01-01,2026-05-01
"""
PEOPLE = """\
username,staff_number,name,language,role,unit_code,valid_from,valid_to,deputy_for
li.na,S2,李娜,,lead,one,2026-07-01,2026-08-01,S1
Wang.Min,S1,王小敏,zh-hans,lead,one,2026-01-01,,
Wang.Min,S1,王小敏,zh-hans,handler,city,2026-01-01,,
"""


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_units_go_in_whatever_their_order_and_again_change_nothing():
    assert str(import_units(rows(UNITS))) == "new 4, changed 0, unchanged 0, refused 0"
    one, city, head = (Unit.objects.get(code=code) for code in ("one", "city", "head"))
    assert ancestors(one.pk, date(2026, 1, 1)) == [city.pk, head.pk]
    assert Unit.objects.get(code="old").closed_on == date(2026, 5, 1)
    assert str(import_units(rows(UNITS))) == "new 0, changed 0, unchanged 4, refused 0"


def test_a_new_name_is_taken_over_and_a_move_is_not():
    import_units(rows(UNITS))
    again = import_units(
        rows(UNITS.replace("West Lake", "Xihu").replace("老支行,Old,老支行,city", "老支行,Old,老支行,head"))
    )
    assert str(again) == "new 0, changed 1, unchanged 2, refused 1"
    assert again.refused[0].row == 5
    assert again.refused[0].column == "parent_code"
    assert Unit.objects.get(code="one").name_en == "Xihu"


def test_bad_unit_rows_come_back_with_row_column_and_reason_and_the_others_go_in():
    text = UNITS + (
        "lost,outlet,,丢,,,nowhere,2026-01-01,\n"
        "day,outlet,,日,,,head,01/02/2026,\n"
        "bad code,outlet,,码,,,head,2026-01-01,\n"
        "early,outlet,,早,,,head,2019-01-01,\n"
        ",outlet,,无,,,head,2026-01-01,\n"
    )
    done = import_units(rows(text))
    assert done.new == 4
    assert [(r.row, r.column) for r in done.refused] == [
        (6, "parent_code"),
        (7, "opened_on"),
        (8, "code"),
        (9, ""),
        (10, "code"),
    ]
    assert all(r.reason for r in done.refused)
    assert Unit.objects.count() == 4


def test_units_below_each_other_are_refused_and_do_not_hang():
    text = UNITS.splitlines()[0] + "\na,outlet,,甲,,,b,2026-01-01,\nb,outlet,,乙,,,a,2026-01-01,\n"
    assert [r.row for r in import_units(rows(text)).refused] == [2, 3]


def test_people_go_in_with_one_posting_a_row_and_again_change_nothing():
    import_units(rows(UNITS))
    assert str(import_people(rows(PEOPLE))) == "new 3, changed 0, unchanged 0, refused 0"
    wang = User.objects.get(username="wang.min")
    assert wang.postings.count() == 2
    assert not wang.has_usable_password()
    assert Posting.objects.get(deputy_for=wang).user.username == "li.na"
    assert str(import_people(rows(PEOPLE))) == "new 0, changed 0, unchanged 3, refused 0"


def test_bad_people_rows_leave_nothing_behind():
    import_units(rows(UNITS))
    text = PEOPLE + (
        "x.y,S9,某人,zh-hans,king,one,2026-01-01,,\n"
        "x.y,S9,某人,zh-hans,lead,nowhere,2026-01-01,,\n"
        "x.y,S9,某人,fr,lead,one,2026-01-01,,\n"
        "other,S1,王小敏,zh-hans,lead,one,2026-01-01,,\n"
        "x.y,S9,,zh-hans,lead,one,2026-01-01,,\n"
        "x.y,S9,某人,zh-hans,lead,one,2026-13-01,,\n"
        "x.y,S9,某人,zh-hans,lead,one,2026-01-01,,S1\n"
        "wang.min,S9,某人,zh-hans,lead,one,2026-01-01,,\n"
    )
    done = import_people(rows(text), known_roles={"lead", "handler"})
    assert done.new == 3
    assert [(r.row, r.column) for r in done.refused] == [
        (5, "role"),
        (6, "unit_code"),
        (7, "language"),
        (8, "username"),
        (9, "name"),
        (10, "valid_from"),
        (11, ""),
        (12, "username"),
    ]
    assert not User.objects.filter(staff_number="S9").exists()


def test_a_unit_reads_in_the_readers_language():
    from django.utils.translation import override

    import_units(rows(UNITS))
    one = Unit.objects.get(code="one")
    with override("en"):
        assert str(one) == "West Lake"
    with override("zh-hant"):
        assert str(one) == "西湖分理處"
    with override("zh-hans"):
        assert str(one) == "西湖支行"


def test_reasons_are_in_the_readers_language_and_name_no_field_in_english():
    from django.utils.translation import override

    import_units(rows(UNITS))
    import_people(rows(PEOPLE))
    units = (
        UNITS.splitlines()[0] + "\nlost,outlet,,丢,,,nowhere,2026-01-01,\nday,outlet,,日,,,head,01/02/2026,\n"
    )
    units += ",outlet,,无,,,head,2026-01-01,\none,outlet,front,西湖支行,West Lake,,head,2026-01-01,\n"
    people = (
        PEOPLE.splitlines()[0]
        + "\nx.y,S9,某人,fr,lead,one,2026-01-01,,\nwang.min,S9,某人,,lead,one,2026-01-01,,\n"
    )
    people += "x.y,S9,某人,,lead,nowhere,2026-01-01,,\nx.y,S9,,,lead,one,2026-01-01,,\nx.y,S9,某人,,king,one,2026-01-01,,\n"
    told = []
    for language in ("zh-hans", "en", "zh-hant"):
        with override(language):
            refused = import_units(rows(units)).refused
            refused += import_people(rows(people), known_roles={"lead"}).refused
        told.append([each.reason for each in refused])
    assert len(told[0]) == 9
    for simplified, english, traditional in zip(*told, strict=True):
        assert english not in (simplified, traditional)
        assert "sername" not in simplified + traditional
