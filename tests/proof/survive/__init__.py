"""What a bank survives: killed processes, a lost database, a full disk, a clock set back, everything running twice.

`python -m tests.proof.survive [--only PART] [--short]`. Each part is a story of the real program, started as `make run`
starts it, and ends with counts that import nothing of yinuo. The result is docs/proof/survive.json.
"""
