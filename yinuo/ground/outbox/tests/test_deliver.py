import threading
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.facts.rows import write_rows
from yinuo.facts.tests.meeting import meet
from yinuo.ground.outbox import claims
from yinuo.ground.outbox.decide import DecisionRefused, count_as_sent, send_again
from yinuo.ground.outbox.deliver import deliver_once
from yinuo.ground.outbox.models import Letter, State
from yinuo.ground.outbox.tests.post import Postbox, a_server, only
from yinuo.ground.outbox.write import letter_row
from yinuo.ground.vault.keys import new_subject_key
from yinuo.ground.vault.models import SubjectKey

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def a_letter(to="min.wang@bank.example", **more):
    key_row, key = new_subject_key()
    more = {
        "subject": "您的投诉 C-1",
        "body": ".\n我们已收到。\n.一行\n",
        "now": NOW,
        "template": "ack",
        **more,
    }
    row = letter_row(subject_id=key_row["subject_id"], key=key, to=to, **more)
    write_rows([(SubjectKey, [key_row]), (Letter, [row])])
    return Letter.objects.get(pk=row["id"])


@pytest.fixture(params=[False, True], ids=["turn by turn", "pipelined"])
def post(settings, request):
    with a_server(Postbox(pipelining=request.param)) as (postbox, address):
        settings.SMTP_URL = f"smtp://{address}"
        settings.LETTERS_FROM = "一诺银行 <service@bank.example>"
        yield postbox


def told():
    return list(Fact.objects.order_by("recorded_at", "id").values_list("kind", flat=True))


def test_a_letter_arrives_once_with_its_words(post):
    case = new_id()
    letter = a_letter(html="<p>我们已收到。</p>", case_id=case)
    assert deliver_once(NOW) == 1
    assert deliver_once(NOW + timedelta(days=1)) == 0
    [message] = post.arrived
    assert message["To"] == "min.wang@bank.example"
    assert message["Subject"] == "您的投诉 C-1"
    assert message["Message-ID"] == letter.message_id
    assert message["From"] == "一诺银行 <service@bank.example>"
    assert post.senders == ["service@bank.example"]
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == ".\n我们已收到。\n.一行\n"
    assert "<p>我们已收到。</p>" in message.get_body(("html",)).get_content()
    letter.refresh_from_db()
    assert letter.state == State.SENT
    assert letter.sent_at >= NOW
    assert letter.claim is None
    assert told() == ["outbox.sent"]
    assert Fact.objects.get().case_id == case


def test_a_batch_goes_over_one_connection_and_the_rest_next_time(post):
    for number in range(5):
        a_letter(f"c{number}@bank.example")
    assert deliver_once(NOW, limit=3) == 3
    assert deliver_once(NOW, limit=3) == 2
    assert len(post.arrived) == 5


def test_a_letter_is_not_sent_before_its_time(post):
    a_letter(now=NOW + timedelta(hours=1))
    assert deliver_once(NOW) == 0
    assert deliver_once(NOW + timedelta(hours=1)) == 1


@pytest.mark.parametrize("where", ["rcpt", "data", "mail"])
def test_a_server_that_says_later_gets_it_later_each_time_later(post, where):
    letter = a_letter()
    setattr(post, where, "451 try later")
    waits, at = [], NOW
    for _ in range(8):
        assert deliver_once(at) == 1
        letter.refresh_from_db()
        assert (letter.state, letter.problem, letter.data_at) == (State.WRITTEN, "smtp:451", None)
        waits.append(round((letter.next_at - at).total_seconds() / 60))
        at = letter.next_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    setattr(post, where, "250 OK")
    assert deliver_once(at) == 1
    assert len(post.arrived) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (State.SENT, 9)


def test_after_five_days_of_later_the_letter_has_failed(post):
    letter = a_letter()
    post.rcpt = "451 try later"
    deliver_once(NOW + timedelta(days=5, minutes=1))
    letter.refresh_from_db()
    assert letter.state == State.FAILED
    assert told() == ["outbox.failed"]


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_a_refused_letter_fails_and_the_others_go_on(post, where):
    letter = a_letter()
    setattr(post, where, "550 no such person")
    deliver_once(NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == (State.FAILED, "smtp:550")
    setattr(post, where, "250 OK")
    a_letter("other@bank.example")
    deliver_once(NOW)
    assert [message["To"] for message in post.arrived] == ["other@bank.example"]


def test_a_refused_sender_is_no_letters_fault(post):
    letter = a_letter()
    post.mail = "550 who are you"
    deliver_once(NOW)
    letter.refresh_from_db()
    assert letter.state == State.WRITTEN


def test_a_server_that_takes_what_it_has_refused_gets_no_empty_letter(post):
    letters = [a_letter(), a_letter("other@bank.example")]
    post.mail, post.confused = "451 try later", True
    deliver_once(NOW)
    assert post.arrived == []
    for letter in letters:
        letter.refresh_from_db()
        assert (letter.state, letter.problem) == (State.WRITTEN, "smtp:451")


def test_a_refused_recipient_among_others_stops_nobody_else(post):
    letters = [a_letter(f"c{number}@bank.example") for number in range(25)]
    post.refused = "c7@bank.example"
    deliver_once(NOW)
    assert len(post.arrived) == 24
    assert Letter.objects.get(state=State.FAILED) == letters[7]


def test_a_line_that_goes_dead_among_many_doubts_only_the_letter_under_way(post):
    for number in range(25):
        a_letter(f"c{number}@bank.example")
    post.during_data = lambda: setattr(post, "drop_after_data", len(post.arrived) == 12)
    deliver_once(NOW)
    states = Counter(Letter.objects.values_list("state", flat=True))
    assert states == {State.SENT: 24, State.DOUBTFUL: 1}
    assert len(post.arrived) == len({message["Message-ID"] for message in post.arrived}) == 25


def test_a_line_that_goes_dead_after_the_text_leaves_a_doubt_and_nothing_is_sent_again(post):
    letter, other = a_letter(), a_letter("other@bank.example")
    post.drop_after_data = True
    post.during_data = lambda: setattr(post, "drop_after_data", not post.arrived)
    deliver_once(NOW)
    states = sorted(Letter.objects.values_list("state", flat=True))
    assert states == [State.DOUBTFUL, State.SENT]
    assert deliver_once(NOW + timedelta(days=1)) == 0
    assert len(post.arrived) == 2
    assert {letter.pk, other.pk} == {found.pk for found in Letter.objects.all()}
    assert sorted(told()) == ["outbox.doubtful", "outbox.sent"]


def test_a_line_that_goes_dead_before_the_text_is_tried_again(post):
    letter = a_letter()
    post.drop_at_rcpt = True
    deliver_once(NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == (State.WRITTEN, "connection_lost")
    post.drop_at_rcpt = False
    deliver_once(letter.next_at)
    assert len(post.arrived) == 1


def test_an_unreachable_server_costs_no_attempt(settings):
    letters = [a_letter(), a_letter()]
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    assert deliver_once(NOW) == 2
    for letter in letters:
        letter.refresh_from_db()
        assert (letter.state, letter.attempts, letter.problem) == (State.WRITTEN, 0, "unreachable")
        assert NOW < letter.next_at <= NOW + timedelta(minutes=1, seconds=40)


def test_a_worker_killed_before_the_text_loses_nothing(post):
    letter = a_letter()
    claims.claim(NOW, 1)
    assert deliver_once(NOW + timedelta(minutes=4)) == 0
    assert deliver_once(NOW + timedelta(minutes=6)) == 1
    assert len(post.arrived) == 1
    letter.refresh_from_db()
    assert letter.state == State.SENT


def test_a_worker_killed_after_the_text_leaves_a_doubt(post):
    letter = a_letter()
    [claimed] = claims.claim(NOW, 1)
    assert claims.begin_data([claimed], NOW) == [claimed]
    assert deliver_once(NOW + timedelta(minutes=6)) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == (State.DOUBTFUL, "worker_lost")
    assert post.arrived == []


def test_a_worker_that_lost_its_claim_sends_nothing_and_changes_nothing(post):
    letter = a_letter()
    [slow] = claims.claim(NOW, 1)
    claims.reclaim(NOW + timedelta(minutes=6))
    [quick] = claims.claim(NOW + timedelta(minutes=6), 1)
    assert claims.begin_data([slow], NOW) == []
    claims.sent([slow], NOW)
    claims.failed(slow, "late")
    letter.refresh_from_db()
    assert (letter.state, letter.claim) == (State.SENDING, quick.claim)
    assert told() == []


def test_when_the_text_leaves_the_moment_is_already_noted(post):
    letter = a_letter()
    seen = []
    real = claims.begin_data

    def spy(claimed, now):
        done = real(claimed, now)
        seen.append(len(post.arrived))
        return done

    post.during_data = lambda: seen.append("data")
    claims_begin, claims.begin_data = claims.begin_data, spy
    try:
        deliver_once(NOW)
    finally:
        claims.begin_data = claims_begin
    assert seen == [0, "data"]
    letter.refresh_from_db()
    assert letter.data_at is not None


def test_an_erased_customer_gets_no_letter(post):
    letter = a_letter()
    SubjectKey.objects.update(wrapped=None, destroyed_at=NOW)
    deliver_once(NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == (State.FAILED, "erased")
    assert post.recipients == []


def test_a_letter_changed_in_the_database_is_not_sent(post):
    letter, good = a_letter(), a_letter("good@bank.example")
    Letter.objects.filter(pk=letter.pk).update(to_ct=good.to_ct)
    deliver_once(NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == (State.FAILED, "tampered")
    assert post.recipients == ["good@bank.example"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_signing_in_at_the_server_works_and_a_wrong_password_is_nobodys_letter(settings):
    options = {"authenticator": only("bank", "p@ss:w/rd"), "auth_required": True, "auth_require_tls": False}
    with a_server(Postbox(), **options) as (postbox, address):
        letter = a_letter()
        settings.SMTP_URL = f"smtp://bank:wrong@{address}"
        deliver_once(NOW)
        letter.refresh_from_db()
        assert (letter.state, letter.problem) == (State.WRITTEN, "unreachable")
        settings.SMTP_URL = f"smtp://bank:p%40ss%3Aw%2Frd@{address}"
        deliver_once(letter.next_at)
        assert len(postbox.arrived) == 1


def test_a_person_decides_about_a_doubtful_letter(post):
    letter, other, failed = a_letter(), a_letter(), a_letter()
    Letter.objects.update(state=State.DOUBTFUL)
    Letter.objects.filter(pk=failed.pk).update(state=State.FAILED)
    clerk = new_id()
    count_as_sent(letter.pk, by=clerk, now=NOW)
    send_again(other.pk, by=clerk, now=NOW)
    with pytest.raises(DecisionRefused):
        count_as_sent(failed.pk, by=clerk)
    with pytest.raises(DecisionRefused):
        send_again(letter.pk, by=clerk)
    assert deliver_once(NOW) == 1
    assert [message["Message-ID"] for message in post.arrived] == [other.message_id]
    assert told() == ["outbox.sent", "outbox.resent", "outbox.sent"]


@pytest.mark.django_db(transaction=True)
def test_a_letter_of_a_transaction_that_failed_never_leaves(post):
    with transaction.atomic():
        a_letter()
        transaction.set_rollback(True)
    assert deliver_once(NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_delivering_inside_a_transaction_is_a_mistake(post):
    a_letter()
    with pytest.raises(RuntimeError), transaction.atomic():
        deliver_once(NOW)
    assert post.arrived == []


@pytest.mark.django_db(transaction=True)
def test_what_one_worker_is_taking_another_passes_by():
    a_letter()
    taken, also = [], []
    meet(lambda: taken.extend(claims.claim(NOW, 5)), lambda: also.extend(claims.claim(NOW, 5)))
    assert (len(taken), also) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_every_letter_once(post):
    for number in range(40):
        a_letter(f"c{number}@bank.example")

    def work():
        with closing(connection):
            while deliver_once(NOW, limit=3):
                pass

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(m["To"] for m in post.arrived) == sorted(f"c{number}@bank.example" for number in range(40))
    assert set(Letter.objects.values_list("state", flat=True)) == {State.SENT}
