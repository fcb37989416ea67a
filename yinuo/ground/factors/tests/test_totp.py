"""RFC 6238's published codes, a clock a little off, and nothing further."""

import pytest

from yinuo.ground.factors import totp

SECRET = b"12345678901234567890"  # appendix B of RFC 6238, SHA-1


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_published_codes(seconds, code):
    assert totp.code_of(SECRET, totp.step_at(seconds), digits=8) == code
    assert totp.code_of(SECRET, totp.step_at(seconds)) == code[2:]


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_one_step_off(off, taken):
    now = 1_700_000_000
    code = totp.code_of(SECRET, totp.step_at(now) + off)
    assert totp.step_of(SECRET, code, now) == (totp.step_at(now) + off if taken else None)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_none(code):
    assert totp.step_of(SECRET, code, 59) is None


def test_the_address_for_the_app_says_whose_and_of_whom():
    said = totp.address(SECRET, "li.wei", "Yinuo")
    assert said == "otpauth://totp/Yinuo:li.wei?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Yinuo"
    assert totp.shown(SECRET).replace(" ", "") in said
    assert totp.new_secret() != totp.new_secret()
