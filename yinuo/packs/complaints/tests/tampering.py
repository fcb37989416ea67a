"""Random changes to a proof, by somebody without our key, with a key of their own, or with ours but not our old heads."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yinuo.facts import canonical, seals

Content = dict[str, bytes]
Change = Callable[[Content, Content, random.Random], None]


def _any(content: Content, chance: random.Random) -> str:
    return chance.choice(sorted(content))


def bit_flipped(content: Content, other: Content, chance: random.Random) -> None:
    name = _any(content, chance)
    data = bytearray(content[name])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    content[name] = bytes(data)


def truncated(content: Content, other: Content, chance: random.Random) -> None:
    name = _any(content, chance)
    content[name] = content[name][: chance.randrange(len(content[name]))]


def grown(content: Content, other: Content, chance: random.Random) -> None:
    name, more = _any(content, chance), chance.choice([b"\n", b" ", b"\x00", b"{}\n", b"\r\n"])
    content[name] = chance.choice([content[name] + more, more + content[name]])


def line_removed(content: Content, other: Content, chance: random.Random) -> None:
    name, lines = _lines(content, chance)
    del lines[chance.randrange(len(lines))]
    content[name] = b"".join(lines)


def line_repeated(content: Content, other: Content, chance: random.Random) -> None:
    name, lines = _lines(content, chance)
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    content[name] = b"".join(lines)


def lines_swapped(content: Content, other: Content, chance: random.Random) -> None:
    name, lines = _lines(content, chance)
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    content[name] = b"".join(lines)


def file_removed(content: Content, other: Content, chance: random.Random) -> None:
    del content[_any(content, chance)]


def file_added(content: Content, other: Content, chance: random.Random) -> None:
    name = chance.choice(
        ["more.txt", "editions/another.txt", ".hidden", "verify.pyc", "deep/er/file", "proof.json.bak"]
    )
    content[name] = chance.randbytes(chance.randrange(20))


def files_swapped(content: Content, other: Content, chance: random.Random) -> None:
    one, two = chance.sample(sorted(content), 2)
    content[one], content[two] = content[two], content[one]


def file_renamed(content: Content, other: Content, chance: random.Random) -> None:
    name = _any(content, chance)
    content[name + chance.choice(["x", ".txt", "~"])] = content.pop(name)


def value_edited(content: Content, other: Content, chance: random.Random) -> None:
    name = chance.choice([each for each in sorted(content) if each.endswith(".json")])
    content[name] = canonical.dumps(_edited(json.loads(content[name]), chance)).encode()


def fact_edited(content: Content, other: Content, chance: random.Random) -> None:
    lines = content["facts.jsonl"].splitlines()
    place = chance.randrange(len(lines))
    lines[place] = canonical.dumps(_edited(json.loads(lines[place]), chance)).encode()
    content["facts.jsonl"] = b"\n".join(lines) + b"\n"


def signature_made_up(content: Content, other: Content, chance: random.Random) -> None:
    content["proof.sig"] = f"{chance.randbytes(64).hex()}\n".encode()


def file_of_another_case(content: Content, other: Content, chance: random.Random) -> None:
    name = chance.choice(sorted(set(content) & set(other)))
    content[name] = other[name]


def signature_of_another_case(content: Content, other: Content, chance: random.Random) -> None:
    for name in chance.choice(
        [("proof.sig",), ("proof.json", "proof.sig"), ("proof.json", "proof.sig", "places.json")]
    ):
        content[name] = other[name]


def hash_made_to_fit(content: Content, other: Content, chance: random.Random) -> None:
    """Something is changed and the statement with it; the signature cannot follow."""
    _beside_the_statement(content, other, chance)
    content["proof.json"] = stated_again(content)


def _beside_the_statement(content: Content, other: Content, chance: random.Random) -> None:
    """A change inside of any file but the statement, which is about to be made anew."""
    said = content["proof.json"]
    _inside(content, other, chance)
    content["proof.json"] = said


def signed_by_another_key(content: Content, other: Content, chance: random.Random) -> None:
    """All is made to fit, with a key of one's own in place of the bank's."""
    if chance.random() < 0.5:
        _beside_the_statement(content, other, chance)
    key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
    content["public-key.txt"] = f"{key.public_key().public_bytes_raw().hex()}\n".encode()
    content["proof.json"] = stated_again(content)
    content["proof.sig"] = f"{key.sign(content['proof.json']).hex()}\n".encode()


def fact_forged_by_the_bank(content: Content, other: Content, chance: random.Random) -> None:
    """Whoever holds today's key signs a changed story: the head that was signed then does not bear it out."""
    change = chance.choice([_fact_forged, _fact_hidden, _edition_forged, _verdict_forged, _path_forged])
    change(content, chance)
    content["proof.json"] = stated_again(content)
    content["proof.sig"] = f"{seals.seal(content['proof.json'])}\n".encode()


CHANGES: list[Change] = [
    bit_flipped, truncated, grown, line_removed, line_repeated, lines_swapped, file_removed, file_added, files_swapped,
    file_renamed, value_edited, fact_edited, signature_made_up, file_of_another_case, signature_of_another_case,
    hash_made_to_fit, signed_by_another_key, fact_forged_by_the_bank,
]  # fmt: skip


def changed(content: Content, other: Content, chance: random.Random) -> tuple[str, Content]:
    """What was done, and what became of the proof: never the same as before."""
    while True:
        change, made = chance.choice(CHANGES), dict(content)
        change(made, other, chance)
        if made != content:
            return change.__name__, made


def _inside(content: Content, other: Content, chance: random.Random) -> None:
    before = dict(content)
    while content == before:
        chance.choice([bit_flipped, line_removed, lines_swapped, fact_edited])(content, other, chance)


def _fact_forged(content: Content, chance: random.Random) -> None:
    before = content["facts.jsonl"]
    while content["facts.jsonl"] == before:
        fact_edited(content, {}, chance)


def _fact_hidden(content: Content, chance: random.Random) -> None:
    lines, places = content["facts.jsonl"].splitlines(keepends=True), json.loads(content["places.json"])
    own = json.loads(content["proof.json"])["case"].encode()
    hidden = chance.choice([place for place, line in enumerate(lines) if own in line])
    del lines[hidden]
    if chance.random() < 0.5:
        del places[hidden]
    content["facts.jsonl"], content["places.json"] = b"".join(lines), canonical.dumps(places).encode()


def _edition_forged(content: Content, chance: random.Random) -> None:
    name = chance.choice([each for each in sorted(content) if each.startswith("editions/")])
    content[name] += b"\n# more time\n"
    if chance.random() < 0.5:  # with its digest: a fact tells of another
        listed = json.loads(content["editions.json"])
        for each in listed:
            if each["file"] == name:
                each["digest"], each["told"] = sha256(content[name]).hexdigest(), True
        content["editions.json"] = canonical.dumps(listed).encode()


def _verdict_forged(content: Content, chance: random.Random) -> None:
    listed = json.loads(content["clocks.json"])
    chosen = chance.choice(listed)
    chosen["judged"] = "broken" if chosen["judged"] != "broken" else "kept"
    content["clocks.json"] = canonical.dumps(listed).encode()


def _path_forged(content: Content, chance: random.Random) -> None:
    places = json.loads(content["places.json"])
    chosen = chance.choice(places)
    match chance.randrange(3):
        case 0:
            chosen["seq"] += chance.choice([-1, 1])
        case 1:
            chosen["path"][chance.randrange(len(chosen["path"]))] = chance.randbytes(32).hex()
        case _:
            chosen["path"] = chosen["path"][1:] if chance.random() < 0.5 else [*chosen["path"], "00" * 32]
    content["places.json"] = canonical.dumps(places).encode()


def stated_again(content: Content) -> bytes:
    """The statement with the hashes that the files have now."""
    said = json.loads(content["proof.json"])
    said["files"] = {
        name: sha256(data).hexdigest()
        for name, data in content.items()
        if name not in ("proof.json", "proof.sig")
    }
    return canonical.dumps(said).encode()


def _lines(content: Content, chance: random.Random) -> tuple[str, list[bytes]]:
    name = chance.choice([each for each in sorted(content) if content[each].count(b"\n") > 1])
    return name, content[name].splitlines(keepends=True)


def _edited(value: object, chance: random.Random) -> object:
    """One value somewhere inside becomes another."""
    if isinstance(value, dict) and value:
        key = chance.choice(sorted(value))
        return value | {key: _edited(value[key], chance)}
    if isinstance(value, list) and value:
        place = chance.randrange(len(value))
        return [*value[:place], _edited(value[place], chance), *value[place + 1 :]]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice([-1, 1])
    return f"{value}x" if isinstance(value, str) else "x"
