"""What is recorded about files; their names and contents stay in rows and folders that can be erased."""

from yinuo.facts.kinds import Code, FactKind, Id, declare

INFECTED = declare(FactKind("files.infected", fields={"file": Id, "found": Code}))
