"""Demonstration accounts: readable by the owner, refused in a real bank."""

import pytest

from yinuo.site.accounts import Account, NotADemonstration, keep, kept, new_password, one_per_role, table
from yinuo.site.cli import main

LIN = Account("lin", "aaaa-bbbb-cccc-dddd", "林晓", "handler", "城东支行")
XU = Account("xu", "eeee-ffff-gggg-hhhh", "许哲", "handler", "城东支行")
HE = Account("he", "jjjj-kkkk-mmmm-nnnn", "何敏", "lead", "总行")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("YINUO_HOME", str(tmp_path))


def test_accounts_are_kept_for_the_owners_eyes_only():
    path = keep([LIN, XU, HE])
    assert path.stat().st_mode & 0o777 == 0o600
    assert kept() == [LIN, XU, HE]


def test_one_account_per_role_is_shown(capsys):
    keep([LIN, XU, HE])
    assert one_per_role(kept()) == [LIN, HE]
    assert main(["accounts"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "accounts=3 shown=2"


def test_a_real_bank_keeps_no_passwords(settings, capsys, tmp_path):
    settings.DEMONSTRATION = False
    with pytest.raises(NotADemonstration):
        keep([LIN])
    assert not (tmp_path / "accounts.json").exists()
    assert main(["accounts"]) == 1
    assert main(["demo"]) == 1


def test_passwords_are_long_enough_and_never_the_same():
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(each) == 19 for each in made)


def test_chinese_names_line_up():
    lines = table([LIN, Account("someone", "x", "A", "lead", "B")]).splitlines()
    assert len(lines) == 2
    assert lines[0].index("aaaa") == lines[1].index("x")
