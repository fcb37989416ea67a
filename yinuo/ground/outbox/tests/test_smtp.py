import smtplib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.outbox.smtp import Conversation, Server, _dotted, server_from_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:8025", Server("127.0.0.1", 8025)),
        ("smtp://mail.bank.example", Server("mail.bank.example", 25)),
        ("smtps://u%40x:p%2F@mail.bank.example", Server("mail.bank.example", 465, "u@x", "p/", tls=True)),
        ("smtp://mail:587?starttls=never", Server("mail", 587, starttls=False)),
    ],
)
def test_a_server_is_read_from_its_url(url, server):
    assert server_from_url(url) == server


@pytest.mark.parametrize("url", ["", "http://mail", "smtp://", "smtp://mail:port"])
def test_other_urls_are_refused(url):
    with pytest.raises(ValueError):
        server_from_url(url)


def test_a_password_is_never_sent_in_the_clear_to_another_machine(monkeypatch):
    sent = []

    class Plain(smtplib.SMTP):
        def connect(self, host="", port=0):
            self.sock = None
            return 220, b"hello"

        def ehlo_or_helo_if_needed(self):
            self.esmtp_features = {"auth": "PLAIN"}

        def login(self, user, password):
            sent.append(password)

        def close(self):
            sent.append("closed")

    monkeypatch.setattr(smtplib, "SMTP", Plain)
    with pytest.raises(smtplib.SMTPException, match="clear"):
        Conversation(Server("mail.bank.example", 25, "user", "secret"), "a@bank.example")
    assert sent == ["closed"]


@given(st.binary())
def test_whatever_a_letter_says_it_does_not_end_the_text_early(text):
    wire = _dotted(text)
    assert wire.endswith(b"\r\n.\r\n") or wire == b".\r\n"
    lines = wire[: -len(b".\r\n")].split(b"\r\n")
    assert b"." not in lines
    undone = b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)
    plain = b"\n".join(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")).replace(
        b"\n", b"\r\n"
    )
    assert undone in (plain, plain + b"\r\n")
