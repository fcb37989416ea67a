import email
import email.policy

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yinuo.facts.ids import new_id
from yinuo.facts.rows import write_rows
from yinuo.ground.outbox.message import compose
from yinuo.ground.outbox.models import Letter, State
from yinuo.ground.outbox.write import Content, LetterRefused, letter_row, open_letter
from yinuo.ground.vault.ciphertext import CiphertextRefused

KEY = b"k" * 32
GOOD = {"to": "min.wang@bank.example", "subject": "您的投诉", "body": "我们已收到。"}


def a_row(**changes):
    return letter_row(subject_id=new_id(), key=KEY, template="ack", now=timezone.now(), **{**GOOD, **changes})


def test_building_a_letter_touches_no_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        a_row()


@pytest.mark.django_db
def test_a_letter_is_kept_sealed_and_reads_back_whole():
    write_rows([(Letter, [a_row(html="<p>我们已收到。</p>")])])
    letter = Letter.objects.get()
    assert open_letter(letter, KEY) == Content(**GOOD, html="<p>我们已收到。</p>")
    assert letter.state == State.WRITTEN
    stored = b"".join(bytes(getattr(letter, f"{name}_ct")) for name in ("to", "subject", "body", "html"))
    for plain in ("min.wang", "投诉", "收到"):
        assert plain.encode() not in stored


@pytest.mark.django_db
def test_a_part_moved_to_another_place_is_refused():
    write_rows([(Letter, [a_row(), a_row()])])
    one, two = Letter.objects.all()
    for change in ({"subject_ct": one.body_ct}, {"to_ct": two.to_ct}):
        changed = Letter.objects.get(pk=one.pk)
        for name, value in change.items():
            setattr(changed, name, value)
        with pytest.raises(CiphertextRefused):
            open_letter(changed, KEY)


@pytest.mark.parametrize(
    "bad",
    [
        {"to": "nobody"},
        {"to": "a@b.example\nBcc: x@y.example"},
        {"to": "王@bank.example"},
        {"to": ""},
        {"subject": "one\r\nBcc: x@y.example"},
        {"subject": "  "},
        {"subject": "a\u2028b"},
        {"body": " \n"},
    ],
)
def test_letters_no_server_could_take_are_refused_without_repeating_them(bad):
    with pytest.raises(LetterRefused) as refused:
        a_row(**bad)
    assert "example" not in str(refused.value)


def test_the_same_letter_is_the_same_message_at_every_attempt(settings):
    settings.LETTERS_FROM = "一诺银行 <service@bank.example>"
    letter = Letter(**a_row(html="<p>x</p>"))
    content = open_letter(letter, KEY)
    one, two = compose(letter, content), compose(letter, content)
    assert one == two
    assert one.isascii()
    assert read(one)["Message-ID"] == letter.message_id == f"<{letter.pk}@bank.example>"
    assert read(one)["From"] == "一诺银行 <service@bank.example>"


def read(wire):
    return email.message_from_bytes(wire, policy=email.policy.default)


texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])).filter(lambda text: text.strip())


@given(texts, texts)
def test_any_words_arrive_as_written(subject, body):
    letter = Letter(**a_row(subject=subject, body=body))
    wire = compose(letter, open_letter(letter, KEY))
    assert wire.isascii()
    assert max(map(len, wire.split(b"\r\n"))) <= 78
    assert b"\n" not in wire.replace(b"\r\n", b"")
    message = read(wire)
    assert message["Subject"].strip() == subject.strip()
    assert message.get_content().removesuffix("\n").removesuffix("\r") == body
    assert not message.defects
