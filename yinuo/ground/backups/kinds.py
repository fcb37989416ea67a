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
RESTORED = declare(
    FactKind(
        "backups.restored",
        fields={"name": Code, "head": Integer, "erased": Integer, "sessions": Integer, "letters": Integer},
    )
)
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
