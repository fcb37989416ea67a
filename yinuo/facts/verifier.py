"""Checks the proof of a complaint. It needs nothing but Python 3.8 and this one file.

    python verify.py [FOLDER] [--key FINGERPRINT]

FOLDER is where the proof lies, by default the folder of this file. FINGERPRINT is what the bank publishes; without it,
what is printed has to be compared by eye. Take this file from the bank's publication, not from the folder you doubt.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

STATEMENT, SIGNATURE, KEY = "proof.json", "proof.sig", "public-key.txt"
FACTS, PLACES, EDITIONS, CLOCKS = "facts.jsonl", "places.json", "editions.json", "clocks.json"
STAMPED, STAMP = "stamp.json", "stamp.tsr"
LARGEST = 1 << 30  # bytes of one file


class Rejected(Exception):
    """Something was changed, is missing or was added; the text says what."""


# Ed25519 as RFC 8032, section 5.1, in extended coordinates; only checking, of public things: no secret to leak by time.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
if TYPE_CHECKING:  # before 3.9 this is no value
    Point = tuple[int, int, int, int]
ZERO = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    """The sum of two points."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    x, t, z, y = f - e, d - c, d + c, f + e
    return x * t % P, z * y % P, t * z % P, x * y % P


def times(number: int, point: Point) -> Point:
    """A point added to itself so many times."""
    total = ZERO
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def decode(text: bytes) -> Point | None:
    """The point written in 32 bytes; None for what is none, or is not written the one way."""
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if len(text) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (not x and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether whoever holds the key signed the message."""
    if len(signature) != 64 or BASE is None:
        return False
    a, r, s = decode(key), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or key_is_small(a):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return (
        not (left[0] * right[2] - right[0] * left[2]) % P
        and not (left[1] * right[2] - right[1] * left[2]) % P
    )


def key_is_small(point: Point) -> bool:
    """Points of small order, for which a signature over anything can be made up."""
    x, y, z, _ = times(8, point)
    return not x % P and not (y - z) % P


def sha(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """The one way in which facts and statements are written down (RFC 8785 without fractions)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def climb(place: int, size: int, hashed: bytes, path: list[bytes]) -> bytes:
    """From the hash of a position to the root of the tree (RFC 9162, section 2.1.3.2)."""
    index, last = place - 1, size - 1
    for other in path:
        if not last:
            reject(f"place {place}: its path is too long")
        if index & 1 or index == last:
            hashed = hashlib.sha256(b"\x01" + other + hashed).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hashed = hashlib.sha256(b"\x01" + hashed + other).digest()
        index, last = index >> 1, last >> 1
    if last:
        reject(f"place {place}: its path is too short")
    return hashed


def reject(why: str) -> NoReturn:
    """Say what is wrong."""
    raise Rejected(why)


def read(folder: str, name: str) -> bytes:
    """The bytes of one file; the path is one of ours, never one from the folder."""
    path = os.path.join(folder, *name.split("/"))
    if os.path.islink(path) or not os.path.isfile(path):
        reject(f"{name}: missing")
    if os.path.getsize(path) > LARGEST:
        reject(f"{name}: too large")
    with open(path, "rb") as file:
        return file.read()


def hexadecimal(folder: str, name: str, size: int) -> bytes:
    """A file that holds one number of so many bytes."""
    text = read(folder, name)
    try:
        found = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        return reject(f"{name}: is not what it was")
    if len(found) != size or text != found.hex().encode() + b"\n":
        reject(f"{name}: is not what it was")
    return found


def there(folder: str) -> list[str]:
    """Every file below the folder; links, and folders without a file, do not belong there."""
    found = []
    for place, folders, files in os.walk(folder):
        below = os.path.relpath(place, folder).replace(os.sep, "/")
        if not folders and not files:
            reject(f"{below}: an empty folder that does not belong here")
        for name in folders + files:
            if os.path.islink(os.path.join(place, name)):
                reject(f"{name}: a link does not belong here")
        found += [name if below == "." else f"{below}/{name}" for name in files]
    return found


def statement(folder: str, key: bytes) -> dict[str, Any]:
    """What the bank states, once its signature holds."""
    text = read(folder, STATEMENT)
    if not signed(key, text, hexadecimal(folder, SIGNATURE, 64)):
        reject(f"{STATEMENT}: the signature does not hold")
    said = json.loads(text.decode())
    if said.get("what") != "yinuo.proof/1":
        reject(f"{STATEMENT}: is no proof of a complaint")
    return dict(said)


def files(folder: str, said: dict[str, Any]) -> dict[str, bytes]:
    """The files that the statement lists, each as it was; and no others are there."""
    listed, present = said["files"], set(there(folder))
    for name in sorted(set(listed) - present):
        reject(f"{name}: missing")
    for name in sorted(present - set(listed) - {STATEMENT, SIGNATURE}):
        reject(f"{name}: does not belong here")
    found = {}
    for name in sorted(listed):
        found[name] = read(folder, name)
        if sha(found[name]) != listed[name]:
            reject(f"{name}: is not what it was")
    return found


def facts(said: dict[str, Any], content: dict[str, bytes], key: bytes) -> list[dict[str, Any]]:
    """The facts, each shown to stand at its place below the signed head; those of the case are all there."""
    head = dict(said["head"])
    seal = bytes.fromhex(head.pop("seal"))
    if not signed(key, canonical(dict(head, what="yinuo.checkpoint/1")), seal):
        reject("the head: its seal does not hold")
    lines, places, found = content[FACTS].split(b"\n"), json.loads(content[PLACES].decode()), []
    if lines.pop() != b"" or len(lines) != len(places):
        reject(f"{FACTS}: not as many facts as places")
    last = 0
    for number, line in enumerate(lines):
        seq, path = places[number]["seq"], [bytes.fromhex(each) for each in places[number]["path"]]
        if not last < seq <= head["seq"]:
            reject(f"place {seq}: out of order")
        last = seq
        leaf = hashlib.sha256(b"\x00" + f"{seq}:{sha(line)}".encode()).digest()
        if climb(seq, head["seq"], leaf, path).hex() != head["root"]:
            reject(f"place {seq}: the fact does not belong to the head")
        found.append(json.loads(line.decode()))
    own = sum(fact["case"] == said["case"] for fact in found)
    if own != said["facts"]:
        reject(f"{FACTS}: {own} facts of the case, {said['facts']} are stated")
    return found


def stamped(said: dict[str, Any], content: dict[str, bytes], key: bytes) -> bool:
    """Whether a time stamp is there; it is one of this head. Who signed it needs more than Python: openssl says."""
    if STAMPED not in content and STAMP not in content:
        return False
    of, head = json.loads(content[STAMPED].decode()), said["head"]
    if of["key"] != key.hex() or any(of[name] != head[name] for name in head):
        reject(f"{STAMPED}: is of another head")
    if hashlib.sha256(content[STAMPED]).digest() not in content[STAMP]:
        reject(f"{STAMP}: is of something else")
    return True


def editions(content: dict[str, bytes], happened: list[dict[str, Any]]) -> int:
    """Each edition's text is the one that a fact tells of."""
    told = {
        (fact["data"]["edition_kind"], fact["data"]["key"], fact["data"]["number"], fact["data"]["digest"])
        for fact in happened
        if fact["kind"].startswith("editions.")
    }
    listed = json.loads(content[EDITIONS].decode())
    for each in listed:
        name = f"{each['kind']} {each['key']} {each['number']}"
        if sha(content[each["file"]]) != each["digest"]:
            reject(f"{name}: the text does not match its digest")
        if each["told"] != ((each["kind"], each["key"], each["number"], each["digest"]) in told):
            reject(f"{name}: not told of as stated")
    return len(listed)


def clocks(content: dict[str, bytes], happened: list[dict[str, Any]], case: str) -> int:
    """Each verdict that facts tell is the last one they tell."""
    verdicts = {}
    for fact in happened:
        if fact["kind"] == "clock.judged" and fact["case"] == case:
            verdicts[fact["data"]["promise"]] = fact["data"]["verdict"]
    listed = json.loads(content[CLOCKS].decode())
    for each in listed:
        if each["judged"] != verdicts.get(each["promise"]):
            reject(f"{each['promise']}: another verdict than its facts tell")
    return len(listed)


def check(folder: str, fingerprint: str = "") -> str:
    """One line about what was found whole; Rejected otherwise."""
    try:
        key = hexadecimal(folder, KEY, 32)
        if fingerprint and sha(key) != fingerprint.lower():
            reject(f"{KEY}: another key than the one given: {sha(key)}")
        said = statement(folder, key)
        content = files(folder, said)
        happened = facts(said, content, key)
        judged, timed = editions(content, happened), clocks(content, happened, said["case"])
        stamp = "enclosed" if stamped(said, content, key) else "none"
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError) as error:
        raise Rejected(f"cannot be read ({type(error).__name__}: {error})") from None
    return (
        f"ok=true case={said['number']} facts={len(happened)} editions={judged} clocks={timed} "
        f"head={said['head']['seq']} at={said['head']['at']} stamp={stamp} key={sha(key)}"
    )


def main(given: list[str]) -> int:
    """Check what the command line names: 0 whole, 1 rejected, 2 not understood."""
    fingerprint, rest = "", list(given)
    if "--key" in rest:
        place = rest.index("--key")
        fingerprint = rest[place + 1] if len(rest) > place + 1 else "?"
        del rest[place : place + 2]
    if len(rest) > 1 or any(each.startswith("-") for each in rest):
        return say(2, str(__doc__))
    try:
        found = check(rest[0] if rest else os.path.dirname(os.path.abspath(__file__)), fingerprint)
    except Rejected as why:
        return say(1, f"ok=false REJECTED: {why}")
    end = "as the bank signed it" if fingerprint else "if this is the key that the bank publishes"
    if " stamp=enclosed " in found:
        end += f".\nWHEN: openssl ts -verify -data {STAMPED} -in {STAMP} -CAfile ROOT-OF-THE-AUTHORITY"
        end += f"\n      openssl ts -reply -in {STAMP} -text"
        return say(0, f"{found}\nWHOLE, {end}")
    return say(0, f"{found}\nWHOLE, {end}.")


def say(status: int, text: str) -> int:
    """Tell whoever asked, in ASCII: their screen may know nothing else."""
    sys.stdout.write(text.encode("ascii", "backslashreplace").decode() + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
