"""The database is restarted under load, in peace and by a crash: the program goes on by itself."""

from __future__ import annotations

import time
from typing import Any

from bench.bank import Bank
from tests.proof.survive.story import at_rest, customers_at, goes_on, more, running, verdict

MODES = ("fast", "immediate")  # sessions are ended; the server is stopped as by a power cut and recovers
BETWEEN = 100  # complaints acknowledged between two restarts


def prove(short: bool) -> dict[str, Any]:
    """Restart so many times; nobody may have to start the program again."""
    moments = []
    with Bank() as bank:
        bank.open()
        with customers_at(bank) as customers:
            more(customers, BETWEEN)
            before = running(bank)
            for mode in MODES * (1 if short else 6):
                begun = time.monotonic()
                bank.cluster.restart(mode)
                down = time.monotonic() - begun
                acknowledged = more(customers, 1)
                whole = goes_on(bank)
                moments.append(
                    {
                        "mode": mode,
                        "seconds_restarting": round(down, 2),
                        "until_acknowledged": round(acknowledged, 2),
                        "until_all_goes_on": round(whole, 2),
                    }
                )
                more(customers, BETWEEN)
            after = running(bank)
        decided = at_rest(bank, hasten=short)
        bank.shut()
        found = verdict(bank, customers)
    same = before == after
    return found | {
        "ok": found["ok"] and same,
        "restarts": len(moments),
        "processes_the_same": same,
        "doubtful_letters_decided": decided,
        "moments": moments,
    }
