"""The demonstration's post office, over real SMTP."""

import email
import os
import signal
import smtplib
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

from yinuo.site.run import free_port

ROOT = Path(__file__).resolve().parents[3]


def connected(port, seconds=20):
    until = time.monotonic() + seconds
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=10)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def test_a_letter_is_kept_as_it_was_written(tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "yinuo", "postoffice", "--port", str(port)]
    office = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "YINUO_HOME": str(tmp_path)}, stdout=subprocess.PIPE, text=True
    )
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = (
        "您的投诉已受理",
        "service@bank.example",
        "wang@example.com",
    )
    letter.set_content("尊敬的客户：\n\n我们将在 2 个工作小时内回复。\n")
    try:
        with connected(port) as client:
            client.send_message(letter)
    finally:
        office.send_signal(signal.SIGTERM)
        said, _ = office.communicate(timeout=20)
    (kept,) = (tmp_path / "postoffice").glob("*.eml")
    read = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
    assert read["Subject"] == "您的投诉已受理"
    assert "2 个工作小时" in read.get_content()
    assert said.splitlines()[-1] == "letters=1"
