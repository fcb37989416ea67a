"""Real mail servers for tests, in this process: one that takes everything, and ones with a temper."""

from __future__ import annotations

import email
import email.policy
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Postbox:
    """Keeps what arrives. `rcpt` and `data` may be set to answers; `drop_after_data` hangs up instead of answering."""

    def __init__(self, *, pipelining=False):
        self.pipelining = pipelining
        self.arrived, self.recipients, self.senders = [], [], []
        self.rcpt = self.data = self.mail = "250 OK"
        self.drop_after_data = self.drop_at_rcpt = False
        self.during_data = None
        self.refused = ""  # one recipient
        self.confused = False  # goes on to take what it has refused

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.pipelining else responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mail.startswith("250") or self.confused:
            envelope.mail_from = address
        self.senders.append(address)
        return self.mail

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.drop_at_rcpt:
            server.transport.abort()
        self.recipients.append(address)
        if address == self.refused:
            return "550 no such person"
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        if self.during_data:
            self.during_data()
        if self.data.startswith("250"):
            self.arrived.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.drop_after_data:
            server.transport.abort()
        return self.data


class AnyPort(Controller):
    """On a port the system chooses."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def a_server(postbox=None, **options):
    """A running server: yields (postbox, "host:port")."""
    postbox = postbox or Postbox()
    controller = AnyPort(postbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield postbox, f"127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def only(user, password):
    """An authenticator that knows one account."""

    def check(server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)  # not handled: the server itself says 535

    return check
