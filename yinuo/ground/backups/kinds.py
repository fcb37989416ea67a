"""What is recorded about backups."""

from yinuo.facts.kinds import Code, FactKind, Flag, Integer, declare

MADE = declare(
    FactKind(
        "backups.made",
        fields={
            "name": Code, "rows": Integer, "files": Integer, "size": Integer, "head": Integer, "seconds": Integer,
            "damaged": Integer,
        },
    )
)  # fmt: skip
BASE_MADE = declare(
    FactKind(
        "backups.base_made",
        fields={
            "name": Code, "files": Integer, "size": Integer, "head": Integer, "seconds": Integer, "damaged": Integer,
        },
    )
)  # fmt: skip
RESTORED = declare(
    FactKind(
        "backups.restored",
        fields={"name": Code, "head": Integer, "erased": Integer, "sessions": Integer, "letters": Integer},
    )
)
RECOVERED = declare(
    FactKind(
        "backups.recovered",
        fields={
            "head": Integer, "files": Integer, "missing": Integer, "erased": Integer, "sessions": Integer,
            "letters": Integer,
        },
    )
)  # fmt: skip
DRILLED = declare(
    FactKind(
        "backups.drilled",
        fields={
            "name": Code,
            "good": Flag,
            "rows": Integer,
            "files": Integer,
            "seconds": Integer,
            "age": Integer,
        },
    )
)
