from django.utils import timezone

from yinuo.facts.ids import new_id
from yinuo.ground.files import quarantine
from yinuo.site.cli import main


def test_quarantine_is_listed_and_emptied_by_a_command(settings, tmp_path, capsys):
    settings.YINUO_HOME = tmp_path
    kept = quarantine.keep([b"bad"], "Some.Name", owner_kind="tests", owner_id=new_id(), at=timezone.now())
    assert main(["quarantine"]) == 0
    assert kept.sha256 in capsys.readouterr().out
    assert main(["quarantine", "--remove", "../../etc/passwd"]) == 2
    assert main(["quarantine", "--remove", kept.sha256]) == 0
    assert main(["quarantine", "--remove", kept.sha256]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "removed=0"
    assert list(quarantine.all_kept()) == []
