"""What a password must be, after OWASP ASVS 5.0 6.2: long, not common, not about its owner; nothing about its signs
unless a bank's regulator asks for that (settings PASSWORD_*). All are given as Django's validators."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinuo.ground.people.models import User

MOST = 128  # a megabyte to be hashed would be an attack
SHORTEST_WORD = 3
COMMON_WORDS = Path(__file__).parent / "content" / "common_passwords.txt"


class Argon2(Argon2PasswordHasher):
    """argon2id in one lane: as OWASP advises, and a hundred people signing in at once do not fill the memory."""

    time_cost = 2
    memory_cost = 47104
    parallelism = 1


class Rule:
    """One rule: `check` raises ValidationError, `get_help_text` says what is asked for."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Django's name for checking."""
        problem = self.problem(password, user)
        if problem:
            raise ValidationError(problem, code=type(self).__name__.lower())

    def problem(self, password: str, user: User | None) -> str:
        """What is wrong, "" if nothing is."""
        raise NotImplementedError

    def get_help_text(self) -> str:
        """Nothing: the page says it once for all rules."""
        return ""


class Length(Rule):
    """At least as long as the bank says, at most what is still cheap to hash."""

    def problem(self, password: str, user: User | None) -> str:
        """Counted in characters, so that Chinese ones count as people count them."""
        least, length = settings.PASSWORD_LENGTH, len(password)
        if length < least:
            return ngettext(
                "At least %(least)d character is needed.", "At least %(least)d characters are needed.", least
            ) % {"least": least}
        return _("At most %(most)d characters.") % {"most": MOST} if length > MOST else ""


class Kinds(Rule):
    """So many kinds of characters, where a bank is told to ask for that."""

    def problem(self, password: str, user: User | None) -> str:
        """Capitals, small letters, digits, everything else."""
        found = {_kind(letter) for letter in password}
        asked = settings.PASSWORD_KINDS
        if len(found) >= asked:
            return ""
        return _("Of capitals, small letters, digits and other signs at least %(asked)d are needed.") % {
            "asked": asked
        }


class Common(Rule):
    """Among those tried first, in English or Chinese; digits and signs hung on a common word do not help."""

    def problem(self, password: str, user: User | None) -> str:
        """Compared without regard to capitals, and without what is hung on either end."""
        plain = _plain(password)
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
        known = _common()
        repeated = len(set(plain)) <= SHORTEST_WORD
        if plain in known or (core and core in known) or repeated or _runs(plain):
            return _("This is one of the passwords that are guessed first.")
        return ""


class Context(Rule):
    """Nothing about its owner or the bank."""

    def problem(self, password: str, user: User | None) -> str:
        """A word of the context is refused where it is a part of the password."""
        words = list(settings.PASSWORD_WORDS)
        if user is not None:
            words += [user.username, *re.split(r"[._@-]", user.username), user.staff_number, user.name]
        plain = _plain(password)
        for word in map(_plain, words):
            if (len(word) >= SHORTEST_WORD or not word.isascii()) and word and word in plain:
                return _("It must not contain your name, user name, staff number or the name of the bank.")
        return ""


class History(Rule):
    """Not the present one, nor one of the former ones the bank remembers."""

    def problem(self, password: str, user: User | None) -> str:
        """By their hashes: nobody knows what they were."""
        if user is None or not user.password:
            return ""
        former = user.passwords_used.order_by("-at").values_list("password", flat=True)
        for used in (user.password, *former[: settings.PASSWORD_HISTORY]):
            if check_password(password, used):
                return _("You had this password before.")
        return ""


def _kind(letter: str) -> str:
    kinds = (("capital", letter.isupper()), ("small", letter.islower()), ("digit", letter.isdigit()))
    return next((name for name, is_it in kinds if is_it), "sign")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


def _runs(plain: str) -> bool:
    """All of it one row of neighbours: 123456789012, abcdefghijkl."""
    steps = {(ord(b) - ord(a)) for a, b in pairwise(plain)}
    return bool(steps) and (steps <= {1, -9} or steps <= {-1, 9})


@cache
def _common() -> frozenset[str]:
    """Django's twenty thousand, and those that are typed first where Chinese is spoken."""
    ours = COMMON_WORDS.read_text(encoding="utf-8").split("\n")
    said = {_plain(line) for line in ours if line and not line.startswith("#")}
    return frozenset(CommonPasswordValidator().passwords | said)
