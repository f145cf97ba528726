"""The codes of authenticator apps."""

import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from pledge.accounts import totp
from pledge.accounts.devices import in_words

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B
MOMENT = datetime(2026, 11, 22, 10, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "last_six"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
     (20000000000, "353130")],
)  # fmt: skip
def test_the_codes_of_the_standard(seconds, last_six):
    """RFC 6238, appendix B, has eight digits; six are the last six of them."""
    moment = datetime.fromtimestamp(seconds, UTC)
    assert pyotp.TOTP(RFC_SECRET).at(moment) == last_six
    assert totp.matching_step(RFC_SECRET, last_six, moment) == seconds // 30


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off_and_no_more(steps, fits):
    app = pyotp.TOTP(pyotp.random_base32())
    digits = app.at(MOMENT, counter_offset=steps)
    assert totp.matching_step(app.secret, digits, MOMENT) == (app.timecode(MOMENT) + steps if fits else None)


def test_a_code_is_good_for_its_half_minute_to_the_second():
    secret, start = pyotp.random_base32(), datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    digits = pyotp.TOTP(secret).at(start)
    moments = {seconds: totp.matching_step(secret, digits, start + timedelta(seconds=seconds)) is not None
               for seconds in (-31, -30, 0, 29, 30, 59, 60)}  # fmt: skip
    assert moments == {-31: False, -30: True, 0: True, 29: True, 30: True, 59: True, 60: False}


def test_a_step_that_was_used_or_passed_over_is_never_accepted_again():
    app = pyotp.TOTP(pyotp.random_base32())
    now = app.timecode(MOMENT)
    accepted = [totp.matching_step(app.secret, app.generate_otp(step), MOMENT, after=now)
                for step in (now - 1, now, now + 1)]  # fmt: skip
    assert accepted == [None, None, now + 1]


def test_spaces_do_not_matter_and_anything_else_does():
    secret = pyotp.random_base32()
    digits = pyotp.TOTP(secret).at(MOMENT)
    for typed in (digits, f"{digits[:3]} {digits[3:]}", f" {digits} "):
        assert totp.matching_step(secret, typed, MOMENT)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    for typed in ("", digits[:5], digits + "0", f"-{digits}", wide, "\ud800", "x" * 10_000):
        assert totp.matching_step(secret, typed, MOMENT) is None


def test_a_secret_can_be_typed():
    assert totp.groups("ABCDEFGHIJKL") == "ABCD EFGH IJKL"


def test_an_address_and_its_qr_code_say_all_that_an_app_needs():
    address = totp.address(RFC_SECRET, "olive+x@example.org", "Pledge")
    assert address == f"otpauth://totp/Pledge:olive%2Bx%40example.org?secret={RFC_SECRET}&issuer=Pledge"
    size, path = totp.qr(address)
    corner = [f"M{4 + x} 4h1v1h-1z" for x in range(7)]  # the finder pattern, behind a quiet edge of four modules
    assert size >= 8 + 21 and all(mark in path for mark in corner) and "M3 " not in path
    assert totp.qr(address.replace("GEZD", "GEZE"))[1] != path


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_in_plain_words(header, words):
    assert in_words(header) == words
