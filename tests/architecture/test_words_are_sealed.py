"""No column can hold a customer's words or data in plain text: whatever is wide enough is sealed, or says why it need not be."""

from __future__ import annotations

from django.apps import apps
from django.db import models

WIDE = 40  # characters: a code, a number or a digest needs no more, a name and a phone number do not need it
PLAIN = {
    "facts": "typed fields and digests; the gate takes no text",
    "people": "staff and units of the bank",
    "vitals": "names of processes and kinds of errors",
    "federation": "who staff are at the bank's identity provider",
    "factors": "digests, and secrets of staff sealed by the vault",
    "terms": "lists of the bank",
    "editions": "decisions of the bank, which hold for everybody",
    "jobs": "ids, counts and kinds of errors",
    "loops": "keys of rules and kinds of errors",
    "api": "names that staff give to tokens, and hashes",
    "files.StoredFile": "kinds and the hash of sealed bytes; name and content are sealed with a key of their own",
    "customers.PersonExport": "counts and a hash; its password is sealed",
    "outbox.Letter": "codes and ids; what it says and to whom is sealed",
    "cases.Case": "a marking of the process, keys of steps",
    "cases.Step": "keys of steps",
    "cases.Clock": "keys of promises",
    "cases.Rung": "keys of promises",
    "cases.NumberBlock": "series of numbers",
    "cases.Receipt": "digests; the answer is sealed",
    "cases.Approval": "codes and numbers of what is asked; the reason is sealed",
    "cases.BulkAct": "codes of a list's filters; what was given is sealed",
    "cases.BulkRow": "sentences of ours",
    "cases.Changeover": "about editions, which no customer is named in",
    "cases.Intention": "sentences of ours; what was typed is sealed",
    "complaints.Complaint": "codes, and keys of imported rows",
    "preventions": "about a cause, of which no customer is the subject",
    "portal.PortalDraft": "a hash; what was typed is sealed",
}  # fmt: skip


def test_whatever_can_hold_words_is_sealed_or_says_why_not():
    found = set()
    for model in apps.get_models():
        if not model.__module__.startswith("yinuo."):
            continue
        for field in model._meta.local_fields:
            if _is_wide(field) and not {model._meta.app_label, model._meta.label} & PLAIN.keys():
                found.add(f"{model._meta.label}.{field.name}")
    assert found == set()


def test_the_list_names_only_what_is_there():
    labels = {name for model in apps.get_models() for name in (model._meta.app_label, model._meta.label)}
    assert PLAIN.keys() <= labels


def _is_wide(field: models.Field) -> bool:
    if isinstance(field, models.TextField | models.JSONField):
        return True
    return isinstance(field, models.CharField) and not field.choices and (field.max_length or WIDE + 1) > WIDE
