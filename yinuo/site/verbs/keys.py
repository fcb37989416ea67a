"""`yinuo keys`: the rings of master keys and index keys."""

from __future__ import annotations

import argparse

from yinuo.site.cli import Refused
from yinuo.site.keyring import Ring

words = "master keys of what customers told us, and index keys by which they are found: how it stands, add, rotate, retire"
example = "yinuo keys rotate"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=["status", "add", "rotate", "retire"],
        help="status: which keys there are and how much needs each; add: a new one, used from now on; rotate: let background "
        "work bring everything to the newest; retire: take an old one away that nothing needs",
    )
    parser.add_argument(
        "--ring", choices=["vault", "index"], default="vault", help="which ring (default vault)"
    )
    parser.add_argument("--number", type=int, help="the key to retire")


def run(options: argparse.Namespace) -> int:
    acts = {"status": _status, "add": _add, "rotate": _rotate, "retire": _retire}
    return acts[options.act](options)


def _status(options: argparse.Namespace) -> int:
    from yinuo.ground.customers.rotation import KIND, needed
    from yinuo.ground.jobs.models import Job

    del options
    counted: list[str] = []
    for name, ring in _rings().items():
        rows = needed(name)
        for number in sorted({*ring, *rows}):
            place = ring.place(number) if number in ring else "MISSING"
            use = "in use" if number == max(ring) else "old"
            print(f"{name} {number}: {place}, {use}, needed by {rows.get(number, 0)} rows")
        old = sum(count for number, count in rows.items() if number != max(ring))
        counted.append(f"{name}={max(ring)} {name}_keys={len(ring)} {name}_waiting={old}")
    job = Job.objects.filter(kind=KIND).order_by("-created_at").first()
    state = f"{job.state} progress={job.progress}/{job.total or 0}" if job else "never"
    print(f"{' '.join(counted)} rotation={state}")
    return 0


def _add(options: argparse.Namespace) -> int:
    from yinuo.ground.customers.rotation import added
    from yinuo.site.keyring import RingRefused

    try:
        number = _rings()[options.ring].add()
    except RingRefused as refusal:
        raise Refused(str(refusal)) from None
    added(options.ring, number)
    print(
        "Back the folder of keys up before you go on. `yinuo keys rotate` brings what is there to the new key."
    )
    print(f"ring={options.ring} added={number}")
    return 0


def _rotate(options: argparse.Namespace) -> int:
    from yinuo.ground.customers.rotation import begin

    del options
    job = begin()
    print("Background work brings both rings to their newest keys; `yinuo keys status` says how far it is.")
    print(f"job={job.pk} state={job.state}")
    return 0


def _retire(options: argparse.Namespace) -> int:
    from yinuo.ground.customers.rotation import StillNeeded, retire
    from yinuo.site.keyring import RingRefused

    if options.number is None:
        raise Refused("which one? Give --number. Nothing was changed.")
    ring = _rings()[options.ring]
    try:
        retire(options.ring, options.number, lambda: ring.retire(options.number))
    except StillNeeded as reason:
        raise Refused(
            f"{reason.rows} rows still need key {options.number}: yinuo keys rotate. Nothing was changed."
        ) from None
    except RingRefused as refusal:
        raise Refused(str(refusal)) from None
    print(f"ring={options.ring} retired={options.number}")
    return 0


def _rings() -> dict[str, Ring]:
    from django.conf import settings

    return {"vault": settings.VAULT_KEYS, "index": settings.INDEX_KEYS}
