"""A client generated from the schema does what the schema says it can, with types and without a line of ours."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from http import HTTPStatus
from types import ModuleType

import pytest

from yinuo.channels.api.auth import make_token
from yinuo.channels.api.urls import api
from yinuo.packs.complaints.tests.bank import MONDAY, closed

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "a_generated_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> ModuleType:
    folder = tmp_path_factory.mktemp("client")
    schema, settings = folder / "openapi.json", folder / "settings.yml"
    schema.write_text(json.dumps(api.get_openapi_schema()), encoding="utf-8")
    settings.write_text("post_hooks: []\n", encoding="utf-8")  # nobody reads how it is laid out
    made = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "openapi_python_client",
                "generate",
                "--meta",
                "none",
                "--fail-on-warning",
            ),
            *("--path", schema, "--output-path", folder / NAME, "--config", settings),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module(NAME)
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


@pytest.fixture
def client(generated, live_server, bank):
    scopes = ("complaints.register", "complaints.view", "callbacks.view", "measures.view")
    token = make_token(bank.person("lead"), bank.head, name="client", scopes=scopes)
    return generated.AuthenticatedClient(base_url=live_server.url, token=token)


def operation(name: str) -> ModuleType:
    return importlib.import_module(f"{NAME}.api.{name}")


def model(name: str) -> type:
    return getattr(importlib.import_module(f"{NAME}.models"), name)


def test_it_brings_a_complaint_and_reads_it_back(client):
    body = model("ComplaintIn")(words="柜台多收了两百元。", name="王小敏", source="hotline")
    receive = operation("complaints.complaints_receive")
    brought = receive.sync_detailed(client=client, body=body, idempotency_key="client-0001")
    assert brought.status_code == HTTPStatus.CREATED
    again = receive.sync_detailed(client=client, body=body, idempotency_key="client-0001")
    assert (again.status_code, again.parsed) == (HTTPStatus.OK, brought.parsed)
    read = operation("complaints.complaints_whole").sync(brought.parsed.number, client=client)
    assert (read.words, read.source, read.customer) == ("柜台多收了两百元。", "hotline", "王*敏")
    either = operation("cases.cases_whole").sync(brought.parsed.number, client=client)
    assert either.kind == "complaints"
    assert either.opened_at == read.opened_at


def test_it_reads_a_figure_and_the_complaints_behind_it(client, bank):
    number = closed(bank, at=MONDAY).number
    window = {"period": f"{MONDAY:%Y}Q{(MONDAY.month + 2) // 3}"}
    read = operation("measures.measures_whole").sync("complaints.handling_days", client=client, **window)
    assert read.reading.n == 1
    behind = operation("complaints.complaints_listed").sync(client=client, measure=read.key, **window)
    assert [each.number for each in behind.items] == [number]


def test_a_refusal_is_a_problem_with_a_code_for_programs(client):
    refused = operation("complaints.complaints_listed").sync(client=client, after="nonsense")
    assert isinstance(refused, model("Problem"))
    assert (refused.status, refused.code) == (400, "cursor_unknown")
