"""The doctor names what is wrong and what to do, and is content with what is right."""

from __future__ import annotations

import pytest
from django.db import connection

from yinuo.facts import guards
from yinuo.site import cli
from yinuo.site.examination import examine
from yinuo.site.run import free_port

pytestmark = pytest.mark.django_db


def found() -> dict[str, tuple[bool | None, str]]:
    return {each.what: (each.right, each.said) for each in examine()}


def test_a_fresh_bank_has_its_tables_triggers_and_declarations():
    looked = found()
    assert looked["tables"] == (True, "all there")
    assert looked["triggers of facts"] == (True, "in place")
    assert looked["declarations"] == (True, "no error")


def test_a_trigger_that_was_taken_away_is_named():
    with guards.lifted(connection):
        assert found()["triggers of facts"][0] is False


def test_a_key_that_others_may_read_is_named(settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    tmp_path.chmod(0o700)
    (tmp_path / "keys").mkdir(mode=0o700)
    key = tmp_path / "keys" / "vault"
    key.write_text("x")
    key.chmod(0o640)
    assert found()["home and keys"] == (False, "chmod go= vault")
    key.chmod(0o600)
    assert found()["home and keys"][0] is True


def test_in_production_secrets_come_from_the_environment_cookies_are_secure_and_nothing_is_debugged(settings):
    settings.DEMONSTRATION = False
    settings.DEBUG = True
    looked = found()
    assert [looked[name][0] for name in ("https", "secrets", "debug", "backups")] == [False] * 4
    assert looked["proxies"][0] is None
    assert looked["database kind"][0] is (connection.vendor == "postgresql")


def test_a_mail_server_that_does_not_answer_is_named_by_host_and_port(settings):
    settings.SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    right, said = found()["mail server"]
    assert right is False
    assert "127.0.0.1" in said


def test_what_breaks_one_look_hides_no_other(settings):
    settings.SMTP_URL = "carrier-pigeon://"
    looked = found()
    assert looked["mail"] == (False, "could not be looked at: ValueError")
    assert "facts.seal_lag" in looked


def test_the_command_ends_with_status_1_and_a_line_for_programs(capsys, settings):
    settings.SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("ok=false looked=")


def test_a_scanner_that_does_not_answer_is_named_and_one_is_asked_for_in_production(settings, tmp_path):
    assert found()["scanner for malware"][0] is None
    settings.DEMONSTRATION = False
    assert found()["scanner for malware"][0] is False
    settings.CLAMD_URL = f"unix:{tmp_path}/nobody"
    assert found()["scanner for malware"] == (False, "does not answer; files wait for it")
