"""Each of two watchers hears when the other falls silent, and somebody is written to."""

from __future__ import annotations

import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from yinuo.facts.sequencer import sequence_once
from yinuo.ground.outbox.models import Letter
from yinuo.ground.vitals.models import Alarm, Pulse
from yinuo.ground.vitals.names import BACKGROUND, LIVE, SILENT
from yinuo.ground.vitals.pulse import beat
from yinuo.site.background import LOOPS, Loop, Pulses
from yinuo.site.run import free_port
from yinuo.site.watch import hear, look

pytestmark = pytest.mark.django_db


class Post:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.content)
        return "250 taken"


@pytest.fixture
def post(settings):
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{controller.port}"
    settings.ALARMS_TO = ["duty@bank.example", "second@bank.example"]
    yield handler
    controller.stop()


def test_the_background_raises_what_is_not_well_and_writes_to_everybody_on_duty(post):
    now = timezone.now()
    beat([f"{BACKGROUND}jobs", LIVE], now)
    assert look(now) == 0
    assert look(now + timedelta(seconds=SILENT + 1)) == 2  # nobody has been heard of for too long
    letters = [message_from_bytes(each, policy=policy.default) for each in post.taken]
    assert {each["To"] for each in letters} == {"duty@bank.example", "second@bank.example"}
    assert "process.background" in letters[0].get_content()
    assert not Letter.objects.exists()


def test_the_live_process_raises_the_alarm_of_a_dead_background_once_and_leaves_its_end_to_it(post):
    now = timezone.now()
    beat([f"{BACKGROUND}jobs"], now)
    assert hear(now) == 0
    later = now + timedelta(seconds=SILENT + 1)
    assert hear(later) == 1
    assert hear(later + timedelta(seconds=15)) == 0
    assert Pulse.objects.get(name=LIVE).at == later + timedelta(seconds=15)
    beat([f"{BACKGROUND}jobs"], later + timedelta(seconds=30))
    while sequence_once():
        pass
    assert look(later + timedelta(seconds=30)) == 1
    assert not Alarm.objects.filter(cleared_at=None).exists()
    assert len(post.taken) == 4


def test_who_has_just_been_started_does_not_miss_a_background_that_may_yet_be_started(post):
    assert hear(timezone.now(), grown=False) == 0
    assert Pulse.objects.filter(name=LIVE).exists()
    (own,) = (loop for loop in LOOPS if loop.name == "watch")
    assert 0 < own.after + own.rest < SILENT  # it is not itself the one that was silent for too long


def test_the_live_process_is_silent_about_what_only_the_background_looks_at(post):
    now = timezone.now()
    beat([f"{BACKGROUND}jobs"], now)
    Letter.objects.create(
        template="t", subject_key_id="0" * 32, to_ct=b"", subject_ct=b"", body_ct=b"", message_id="<x@y>",
        created_at=now, next_at=now, state="doubtful",
    )  # fmt: skip
    assert hear(now) == 0


def test_an_alarm_stands_although_no_mail_server_answers(settings):
    settings.SMTP_URL, settings.ALARMS_TO = f"smtp://127.0.0.1:{free_port()}", ["duty@bank.example"]
    now = timezone.now()
    assert look(now) == 2
    assert Alarm.objects.filter(cleared_at=None).count() == 2


def test_a_loop_that_hangs_is_heard_of_as_silent_while_the_others_run():
    pulses = Pulses(
        [
            Loop("quick", lambda: 0, 1),
            Loop("hangs", lambda: 0, 1),
            Loop("steady", lambda: 0, 1, steadily=print),
        ]
    )
    begun = timezone.now()
    pulses.heard("quick")
    pulses.tell(["quick", "hangs", "steady"])
    heard = dict(Pulse.objects.values_list("name", "at"))
    assert heard["background.hangs"] <= begun <= heard["background.quick"] <= heard["background.steady"]


def test_the_background_looks_and_every_loop_of_it_has_a_pulse():
    assert "watch" in {loop.name for loop in LOOPS}
    Pulses(LOOPS).tell([loop.name for loop in LOOPS])
    assert Pulse.objects.count() == len(LOOPS)


def test_pulses_end_when_told(monkeypatch):
    monkeypatch.setattr("yinuo.site.background.connections.close_all", lambda: None)
    stop = threading.Event()
    stop.set()
    Pulses(LOOPS).until(stop, [])
    assert not Pulse.objects.exists()
