import json
import re
from pathlib import Path

import pytest
from django.test import Client

from yinuo.ground.people.tests.bank import a_person
from yinuo.site import materials
from yinuo.site.cli import main

LOCKED = re.findall(r"^([A-Za-z0-9._-]+)==", materials.LOCK.read_text(encoding="utf-8"), re.M)
# Nothing that would bind a bank to publish what it builds around Yinuo.
REFUSED = re.compile(r"\b(A?GPL|SSPL|BUSL|Commons Clause|non-?commercial)", re.I)


def test_the_bill_holds_every_locked_library_and_every_file_of_others():
    bill = materials.cyclonedx()
    names = {each["name"] for each in bill["components"]}
    assert set(LOCKED) <= names
    kept = {path.name for path in materials.VENDOR.parent.iterdir()} - {"VENDOR.toml", "LICENSES.txt"}
    members = [each for each in materials.materials() if each.kind == "file"]
    assert len(members) == len(kept)
    assert all(re.fullmatch(r"[0-9a-f]{64}", each["hashes"][0]["content"]) for each in bill["components"])
    assert len({each["bom-ref"] for each in bill["components"]}) == len(bill["components"])


def test_every_part_that_is_installed_says_its_licence_and_none_binds_a_bank():
    for each in materials.materials():
        assert each.licence or not each.installed, each.name
        assert not REFUSED.search(each.licence.replace("LGPL", "")), (each.name, each.licence)


def test_the_bill_is_printed_as_json_and_the_same_each_time(capsys):
    assert main(["sbom"]) == 0
    first = capsys.readouterr().out
    assert main(["sbom"]) == 0
    assert capsys.readouterr().out == first
    assert json.loads(first)["specVersion"] == "1.6"


def test_the_bill_goes_into_a_file_or_one_sentence_says_why_not(capsys, tmp_path):
    assert main(["sbom"]) == 0
    printed = capsys.readouterr().out
    assert main(["sbom", "--output", str(tmp_path / "bill.json")]) == 0
    assert (tmp_path / "bill.json").read_text() == printed
    assert main(["sbom", "--output", str(tmp_path / "missing" / "bill.json")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.django_db
def test_staff_read_whose_work_this_stands_on():
    staff = Client()
    staff.force_login(a_person())
    page = staff.get("/licences", headers={"accept-language": "en"}).content.decode()
    for each in materials.materials():
        assert each.name in page
        assert each.version in page
    assert "django" in page.lower()
    assert Client().get("/licences").status_code == 302


def test_the_lock_is_beside_the_program():
    assert Path(materials.LOCK).is_file()
