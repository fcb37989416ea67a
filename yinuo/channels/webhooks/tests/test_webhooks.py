"""A program is told the facts it may read, once each and in their order, by messages it can check."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Receiver
from standardwebhooks.webhooks import WebhookVerificationError

from yinuo.channels.api.auth import make_token, revoke_token
from yinuo.channels.api.models import Token, Webhook
from yinuo.channels.api.tests.conftest import _own_home, bank
from yinuo.channels.webhooks import actions, deliver
from yinuo.channels.webhooks.target import Target, TargetRefused
from yinuo.facts.follow import head
from yinuo.facts.models import Fact
from yinuo.facts.sequencer import sequence_once
from yinuo.ground.vault.keys import KeyDestroyed
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint

__all__ = ["_own_home", "bank"]
pytestmark = pytest.mark.django_db
State = Webhook.State


class Heard:
    """A receiver on this machine: keeps what it is told, answers as it is told to."""

    def __init__(self) -> None:
        self.messages: list[tuple[dict[str, str], bytes]] = []
        self.status, self.headers = 204, {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.messages.append(({name.lower(): each for name, each in self.headers.items()}, body))
                self.send_response(outer.status)
                for name, each in outer.headers.items():
                    self.send_header(name, each)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/told?x=1"

    def items(self) -> list[dict]:
        return [item for _headers, body in self.messages for item in json.loads(body)["items"]]


@pytest.fixture
def heard(settings) -> Iterator[Heard]:
    receiver = Heard()
    settings.WEBHOOK_HOSTS = [receiver.host]
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def token(bank) -> Token:
    make_token(bank.person("auditor"), bank.head, name="warehouse", scopes=("audit.view",))
    return Token.objects.get(name="warehouse")


@pytest.fixture
def webhook(bank, token, heard) -> Webhook:
    made, heard.secret = actions.make(token, heard.url, by=bank.person("secadmin"))
    return made


def happens(bank, times: int = 1) -> int:
    for turn in range(times):
        a_complaint(bank, at=MONDAY + timedelta(minutes=turn))
    sequence_once()
    return head()


def told(after: timedelta = timedelta()) -> int:
    rounds = 0
    while deliver.deliver(timezone.now() + after):
        rounds += 1
    return rounds


def test_facts_arrive_in_their_order_without_gap_or_doubling(bank, webhook, heard):
    last = happens(bank, 3)
    assert told() >= 1
    seqs = [item["seq"] for item in heard.items()]
    assert seqs == list(range(webhook.seq + 1, last + 1))
    happens(bank)
    told()
    seqs = [item["seq"] for item in heard.items()]
    assert seqs == list(range(webhook.seq + 1, head() + 1))
    assert told() == 0


def test_a_library_of_others_finds_every_message_ours_and_a_changed_one_not(bank, webhook, heard):
    happens(bank)
    told()
    headers, body = heard.messages[0]
    assert Receiver(heard.secret).verify(body, headers)["items"]
    with pytest.raises(WebhookVerificationError):
        Receiver(heard.secret).verify(body.replace(b"complaints", b"compliments"), headers)
    with pytest.raises(WebhookVerificationError):
        Receiver(heard.secret).verify(body, headers | {"webhook-id": "another"})


def test_a_message_that_was_not_taken_comes_again_the_same_under_the_same_id(bank, webhook, heard):
    heard.status = 500
    happens(bank)
    assert told() == 0
    webhook.refresh_from_db()
    assert (webhook.problem, webhook.attempts, webhook.state) == ("http_500", 1, State.ON)
    happens(bank)  # what comes meanwhile does not get into it
    heard.status = 204
    assert told() == 0  # not before its time
    told(after=timedelta(minutes=1))
    (first, before), (second, after) = heard.messages[0], heard.messages[1]
    assert first["webhook-id"] == second["webhook-id"]
    assert before == after
    assert (
        len({item["seq"] for item in heard.items()[len(json.loads(before)["items"]) :]})
        == head() - webhook.seq
    )
    webhook.refresh_from_db()
    assert (webhook.problem, webhook.attempts, webhook.failing_since) == ("", 0, None)


def test_who_dies_between_being_heard_and_noting_it_says_the_same_again(bank, webhook, heard, monkeypatch):
    happens(bank)
    monkeypatch.setattr(deliver, "_release", lambda *_args, **_kwargs: False)  # the process is gone
    deliver.deliver(timezone.now())
    monkeypatch.undo()
    assert told() == 0  # the lease stands
    told(after=deliver.LEASE * 2)
    ids = [headers["webhook-id"] for headers, _body in heard.messages]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_two_schedulers_say_nothing_twice(bank, webhook, heard):
    happens(bank)
    now = timezone.now()
    seen_before = Webhook.objects.get()
    assert deliver._claim(Webhook.objects.get(), now)
    assert not deliver._claim(seen_before, now)


def test_after_three_days_it_is_given_up_with_a_fact_and_goes_on_where_it_stood(bank, webhook, heard):
    heard.status = 503
    happens(bank)
    told()
    told(after=deliver.PATIENCE + timedelta(hours=1))
    webhook.refresh_from_db()
    assert webhook.state == State.GIVEN_UP
    assert Fact.objects.filter(kind="webhooks.changed").latest("recorded_at").data["state"] == "given_up"
    heard.status = 200
    assert actions.change(webhook, State.ON, by=bank.person("secadmin"))
    sequence_once()
    heard.messages.clear()
    told()
    assert [item["seq"] for item in heard.items()] == list(range(webhook.seq + 1, head() + 1))


def test_a_receiver_that_is_gone_is_told_nothing_more_and_one_that_asks_for_time_gets_it(
    bank, webhook, heard
):
    heard.status, heard.headers = 429, {"Retry-After": "1800"}
    happens(bank)
    told()
    webhook.refresh_from_db()
    assert webhook.next_at - timezone.now() > timedelta(minutes=29)
    heard.status = 410
    told(after=timedelta(hours=1))
    webhook.refresh_from_db()
    assert webhook.state == State.GIVEN_UP


def test_what_the_token_may_not_read_is_passed_over(bank, heard):
    make_token(bank.person("auditor"), bank.head, name="blind", scopes=("complaints.view",))
    actions.make(Token.objects.get(name="blind"), heard.url, by=bank.person("secadmin"))
    last = happens(bank)
    told()
    assert heard.messages == []
    assert Webhook.objects.get().seq == last


def test_only_the_kinds_that_were_asked_for_are_told(bank, token, heard):
    actions.make(token, heard.url, kinds="complaints.received", by=bank.person("secadmin"))
    happens(bank, 2)
    told()
    assert [item["kind"] for item in heard.items()] == ["complaints.received"] * 2


def test_nothing_is_sent_for_a_token_that_was_taken_away(bank, webhook, token, heard):
    happens(bank)
    revoke_token(token, by=bank.person("secadmin"))
    told()
    webhook.refresh_from_db()
    assert (heard.messages, webhook.state, webhook.problem) == ([], State.GIVEN_UP, "token")


def test_a_removed_one_is_silent_for_good_and_its_secret_is_gone(bank, webhook, heard):
    happens(bank)
    assert actions.change(webhook, State.REMOVED, by=bank.person("secadmin"))
    assert not actions.change(webhook, State.ON, by=bank.person("secadmin"))
    assert told() == 0
    with pytest.raises(KeyDestroyed):
        actions.secret_of(webhook)


def test_played_again_it_tells_everything_after_a_place_once_more(bank, webhook, heard):
    happens(bank)
    told()
    heard.messages.clear()
    actions.replay(webhook, 0, by=bank.person("secadmin"))
    sequence_once()
    told()
    assert [item["seq"] for item in heard.items()] == list(range(1, head() + 1))
    with pytest.raises(ValueError, match=r"\d"):
        actions.replay(webhook, head() + 1, by=bank.person("secadmin"))


def test_a_redirection_leads_nowhere(bank, webhook, heard):
    heard.status, heard.headers = 302, {"Location": heard.url}
    happens(bank)
    told()
    webhook.refresh_from_db()
    assert (len(heard.messages), webhook.problem) == (1, "http_302")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://elsewhere.example/x", "host_not_named"),
        ("https://127.0.0.1:9/x", "host_not_named"),
        ("http://bank.example/x", "not_secure"),
        ("ftp://bank.example/x", "unreadable"),
        ("https://bank.example@elsewhere.example/", "unreadable"),
        ("https://bank.example:x/", "unreadable"),
        ("https://bank.example/\r\nX: y", "unreadable"),
        ("//bank.example/", "unreadable"),
        ("", "unreadable"),
    ],
)
def test_only_what_the_bank_names_is_sent_to(url, code):
    with pytest.raises(TargetRefused) as refused:
        Target.read(url, ["bank.example"])
    assert str(refused.value) == code
    assert Target.read("https://bank.example/a?b=c", ["bank.example"]).address.path == "/a?b=c"


def test_a_host_the_bank_no_longer_names_is_told_nothing(bank, webhook, heard, settings):
    settings.WEBHOOK_HOSTS = []
    happens(bank)
    told()
    webhook.refresh_from_db()
    assert (heard.messages, webhook.problem) == ([], "host_not_named")
