"""Reading what somebody typed: every reader, every odd character, and every body that is no form."""

import gc
import re
import unicodedata
import warnings
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.conftest import ask, post

from pledge.web import bodies
from pledge.web.forms import Form, is_secret
from pledge.web.receiving import WrongOrganisation, check_organisation
from pledge.words.text import clean


def form(**values) -> Form:
    return Form({name: value if isinstance(value, list) else [value] for name, value in values.items()})


# — cleaning —


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Pendle   Joinery\t Ltd ", "Pendle Joinery Ltd"),
        ("two\nlines", "two lines"),
        ("Cafe\u0301", "Café"),
        ("non\u00a0breaking\u2003spaces", "non breaking spaces"),
        ("bell\x07 nul\x00 escape\x1b[31m", "bell nul escape[31m"),
        ("right\u202eto left\u2066", "rightto left"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\U0001f468\u200d\U0001f33e farmer", "\U0001f468\u200d\U0001f33e farmer"),
        (
            "\U0001f469\U0001f3fd\u200d\U0001f692 and \u2764\ufe0f\u200d\U0001f525",
            "\U0001f469\U0001f3fd\u200d\U0001f692 and \u2764\ufe0f\u200d\U0001f525",
        ),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("Pen\u200ddle \u200d\u200c", "Pendle"),
        ("\U0001f468\u200d", "\U0001f468"),
        ("\ud800", ""),
        ("\U0001f600 smile", "\U0001f600 smile"),
        ("O’Brien & Söhne", "O’Brien & Söhne"),
    ],
)
def test_a_line_is_cleaned(typed, kept):
    assert clean(typed) == kept


def test_several_lines_stay_lines_and_words_stay_apart():
    assert clean("one\r\ntwo\rthree\n", multiline=True) == "one\ntwo\nthree"
    assert clean("a\u00a0b\tc\u2028d", multiline=True) == "a b c d"


@given(st.text(), st.booleans())
def test_cleaning_is_stable_and_leaves_nothing_invisible(text, multiline):
    once = clean(text, multiline=multiline)
    assert clean(once, multiline=multiline) == once
    assert unicodedata.is_normalized("NFC", once) and once == once.strip()
    assert all(char.isprintable() or char in "\u200c\u200d" or (multiline and char == "\n") for char in once)
    assert not re.search("(^|[\u200c\u200d\\s!-~])[\u200c\u200d]|[\u200c\u200d]$", once)
    once.encode()


@pytest.mark.parametrize(
    "name",
    ["password", "Password2", "new_password", "old-pwd", "otp", "otp_code", "code", "codes", "passcode", "api_token"],
)
def test_a_secret_is_known_by_the_name_of_its_field(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["postcode", "email", "shipping", "spinning", "topic", "sector", "optional"])
def test_an_ordinary_field_is_no_secret(name):
    assert not is_secret(name)


# — readers —


def test_text_is_asked_for_limited_and_optional():
    found = form(name=" ", long="x" * 11, fine=" ok ")
    assert found.text("name", "Enter a name") == "" and found.text("long", None, limit=10) == "x" * 11
    assert found.text("fine", "Enter it") == "ok" and found.text("absent", None) == ""
    assert found.errors == [("name", "Enter a name"), ("long", "“long” is 11 characters long. Use 10 or fewer.")]


def test_a_password_is_taken_as_it_is_typed():
    assert form(password="  spaces and \t tab  ").secret("password") == "  spaces and \t tab  "
    assert form(password="e\u0301").secret("password") == "é"


def test_a_choice_is_one_of_those_on_the_page():
    found = form(kind="business", odd="other", empty="")
    assert found.choice("kind", ["business"], "Choose") == "business"
    assert found.choice("odd", ["business"], "Choose") == "" and found.choice("empty", ["business"], "Choose") == ""
    assert found.choice("absent", ["business"], None) == ""
    assert found.errors == [
        ("odd", "“odd” has an answer that is not on the page. Choose one of those that are."),
        ("empty", "Choose"),
    ]


def test_ticked_boxes_come_in_the_order_of_the_page_once_each():
    found = form(labour=["c", "a", "c", ""], odd=["a", "x"])
    assert found.choices("labour", ["a", "b", "c"]) == ["a", "c"] and not found.errors
    assert (
        found.choices("odd", ["a"]) == ["a"]
        and found.error("odd") == "“odd” has an answer that is not on the page. Choose from those that are."
    )


def test_yes_or_no_or_neither():
    found = form(a="yes", b="no", c="maybe")
    assert [found.yes_no(name, None) for name in "abcd"] == [True, False, None, None]
    assert found.error("c") and found.yes_no("d", "Choose yes or no") is None and found.error("d") == "Choose yes or no"


def test_a_single_box():
    assert form(agree="yes").tick("agree", "Tick it") is True
    found = form(agree="on")
    assert found.tick("agree", "Tick it") is False and found.error("agree") == "Tick it"


@pytest.mark.parametrize(
    ("typed", "number"), [("7", 7), (" 10 ", 10), ("0", None), ("11", None), ("7.0", None), ("-1", None), ("٣", None),
                          ("²", None), ("1e1", None), ("9" * 19, None), ("9" * 400, None), ("", None)]
)  # fmt: skip
def test_a_number_is_a_whole_one_within_bounds(typed, number):
    found = form(count=typed)
    assert found.number("count", "Enter it", least=1, most=10) == number
    assert bool(found.errors) == (number is None)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Alice@EXAMPLE.org ", "Alice@example.org"),
        ("alice@bücher.example", "alice@bücher.example"),
        ("alice", ""),
        ("alice@", ""),
        ("alice@example", ""),
        ("jürgen@example.org", ""),
        ("a@b@example.org", ""),
        ("alice@example.org, bob@example.org", ""),
        ("alice@example.org\r\nBcc: x@example.org", ""),
        ('"quoted name"@example.org', ""),
        ("alice@[127.0.0.1]", ""),
        ("x@" + "y" * 250 + ".org", ""),
    ],
)
def test_an_address_is_one_that_mail_can_be_sent_to(typed, address):
    found = form(email=typed)
    assert found.email("email", "Enter it") == address
    assert bool(found.errors) == (address == "")


@given(st.text(max_size=80))
def test_every_address_that_the_form_takes_is_one_that_accounts_take(text):
    from pledge.accounts.people import email_key

    for typed in (text, f"{text}@example.org", f"alice@{text}.org"):
        address = form(email=typed).email("email", None)
        if address:
            assert email_key(address).isascii()


def test_the_first_problem_of_a_field_is_the_one_shown_in_the_order_found():
    found = form()
    found.fail("b", "second field")
    found.fail("a", "first field", anchor="a-1")
    found.fail("b", "again")
    assert found.errors == [("b", "second field"), ("a-1", "first field")]


# — what the page shows again —


def test_everything_typed_is_kept_and_defaults_only_stand_in_before():
    before = Form(defaults={"name": "Stored", "labour": ["a", "b"]})
    assert before.value("name") == "Stored" and before.values("labour") == ["a", "b"]
    after = Form({"name": [" typed "]}, defaults={"name": "Stored", "labour": ["a"]})
    assert after.value("name") == " typed " and after.values("labour") == [] and after.value("other") == ""


def test_what_is_given_back_holds_no_passwords_keys_or_ids():
    found = form(
        _key="k", organisation=str(uuid4()), name="Name", note="a\nb", password="p", new_password="q", empty=""
    )
    assert found.typed == [("Name", "Name"), ("Note", "a\nb")]


async def test_a_page_with_problems_shows_every_field_as_it_was_typed(visitor):
    page = await visitor.get("/register")
    odd = 'a "quoted" <b> & ’ \u202e name'
    page = await page.submit(organisation_name=odd, name="", email="x y", password="secret words here")
    fields = page.fields()
    assert (fields["organisation_name"], fields["email"], fields["name"]) == ([odd], ["x y"], [""])
    assert fields["password"] == [""] and "secret words" not in page.html


def test_the_form_names_its_organisation():
    here = uuid4()
    check_organisation(form(organisation=str(here)), here)
    for value in (str(uuid4()), "", "x", str(here).upper(), f"{{{here}}}", f"urn:uuid:{here}"):
        with pytest.raises(WrongOrganisation):
            check_organisation(form(organisation=value), here)
    with pytest.raises(WrongOrganisation):
        check_organisation(form(), here)


def test_the_key_of_a_form_is_the_same_only_for_the_same_form():
    first = form(_key="random", name="Pendle", labour=["a", "b"])
    assert first.key == form(_key="random", name="Pendle", labour=["a", "b"]).key and len(first.key) == 64
    others = [
        form(_key="other", name="Pendle", labour=["a", "b"]),
        form(_key="random", name="Ribble", labour=["a", "b"]),
        form(_key="random", name="Pendle", labour=["a"]),
        form(_key="random", name="Pendle", labour=["a", "b"], more=""),
    ]
    assert len({first.key, *(other.key for other in others)}) == 5
    assert form(name="Pendle").key == "" and form(_key="").key == ""


# — bodies —

HUNDRED = b"&".join(b"a=1" for _ in range(100))

BAD_BODIES = {
    "no content type": ("", b"email=x", 400),
    "json": ("application/json", b'{"email": "x"}', 400),
    "plain text": ("text/plain", b"email=x", 400),
    "nonsense": (";;;=", b"email=x", 400),
    "bad UTF-8": ("application/x-www-form-urlencoded", b"email=%ff%fe", 400),
    "a surrogate": ("application/x-www-form-urlencoded", b"email=%ed%a0%80", 400),
    "raw bytes": ("application/x-www-form-urlencoded", b"email=\xff", 400),
    "501 fields": ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(501)), 400),
    "64 KB and a byte": ("application/x-www-form-urlencoded", b"a=" + b"x" * (64 * 1024 - 1), 413),
    "multipart, too big": ("multipart/form-data; boundary=b", b"--b\r\n" + b"x" * (64 * 1024), 413),
    "multipart without boundary": ("multipart/form-data", b"--b\r\n", 400),
    "multipart, another boundary": ("multipart/form-data; boundary=c", b"--b\r\n\r\n--b--\r\n", 400),
    "multipart, cut off": ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-da", 400),
}


def part(content: bytes, content_type: str = "") -> bytes:
    kind = f"Content-Type: {content_type}\r\n" if content_type else ""
    head = f'--b\r\nContent-Disposition: form-data; name="email"\r\n{kind}\r\n'
    return head.encode() + content + b"\r\n--b--\r\n"


for charset in (
    "utf-16",
    "rot13",
    "base64",
    "no-such-charset",
    "undefined",
    "idna",
    "unicode_escape",
    "utf-7",
    "a b",
    "",
):
    content = b"\\ud800" if charset == "unicode_escape" else b"\xd8\x00\xff"
    BAD_BODIES[f"multipart in {charset!r}"] = (
        "multipart/form-data; boundary=b", part(content, f"text/plain; charset={charset}"), 400,
    )  # fmt: skip


@pytest.mark.parametrize("kind", BAD_BODIES)
async def test_a_body_that_is_no_form_gets_a_plain_page(application, kind):
    content_type, body, status = BAD_BODIES[kind]
    headers = [("sec-fetch-site", "same-origin")] + ([("content-type", content_type)] if content_type else [])
    answer = await ask(application[0], "POST", "/sign-in", headers=headers, body=body)
    # what can be read at all is a form with problems
    assert answer.status in (status, 422 if "multipart in" in kind else status)
    assert "<h1" in answer.text and "Traceback" not in answer.text and answer.status < 500


@pytest.mark.parametrize("charset", ["utf-8", "unicode_escape"])  # in the second, the last part is no text
async def test_no_file_stays_open_where_nobody_takes_it(application, charset):
    file = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nName\r\n'
    body = file + file + part(b"\\ud800", f"text/plain; charset={charset}")
    headers = [("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=b")]
    headers.append(("content-length", str(len(body))))
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", ResourceWarning)
        answer = await ask(application[0], "POST", "/pledge/sign", headers=headers, body=body)  # nobody is signed in
        gc.collect()
    assert answer.status == 403 and "signed" in answer.text
    assert [str(warning.message) for warning in heard] == []


async def test_the_largest_form_that_is_allowed_is_read(application):
    answer = await post(application[0], "/sign-in", b"email=" + b"x" * (64 * 1024 - 6))
    assert answer.status == 422
    answer = await post(application[0], "/sign-in", b"&".join(b"a=1" for _ in range(500)))
    assert answer.status == 422


async def test_a_size_announced_as_too_big_is_refused_before_reading(application):
    answer = await post(application[0], "/sign-in", b"", ("content-length", str(10**9)), endless=True)
    assert answer.status == 413 and answer.read == 0
    assert "We have not read your form" in answer.text and "Go back: most browsers still have it" in answer.text


async def test_a_size_that_is_no_number_is_refused(application):
    assert (await post(application[0], "/sign-in", b"", ("content-length", "many"))).status == 400


async def test_a_content_type_given_twice_is_no_error_of_ours(application):
    for second in ("text/plain", "application/x-www-form-urlencoded"):
        assert (await post(application[0], "/sign-in", b"email=", ("content-type", second))).status in (400, 422)


async def test_a_form_that_never_arrives_is_given_up(application, monkeypatch):
    monkeypatch.setattr(bodies, "FORM_SECONDS", 0.05)
    answer = await post(application[0], "/sign-in", endless=True)
    assert answer.status == 408 and "<h1" in answer.text


async def test_a_browser_that_goes_away_while_sending_is_no_error_of_ours(application, caplog):
    answer = await post(application[0], "/sign-in", body=None)
    assert answer.status == 400 and not [record for record in caplog.records if record.levelname == "ERROR"]


# — other odd requests —

ODD_TARGETS = {
    "malformed percent-encoding": b"/sign-in?next=%zz%",
    "malformed percent-encoding in the path": b"/organisation/%zz",
    "bytes that are no text": b"/organisation/%ff%fe",
    "a long path": b"/" + b"x" * 10_000,
    "a long link": b"/t/" + b"x" * 10_000,
    "NUL in the path": b"/t/a%00b",
    "NUL in a field": b"/sign-in?next=/%00",
    "NUL in a notice": b"/sign-in?notice=%00",
    "dots": b"/static/../../etc/passwd",
    "encoded dots": b"/static/%2e%2e/%2e%2e%2fetc%2fpasswd",
    "many parameters": b"/sign-in?" + b"&".join(b"a%d=1" % n for n in range(2000)),
    "an empty parameter": b"/sign-in?&&==&",
    "a parameter that is no text": b"/sign-in?next=%ff",
}


@pytest.mark.parametrize("kind", ODD_TARGETS)
async def test_an_odd_address_is_no_error_of_ours(db, application, kind):
    answer = await ask(application[0], "GET", ODD_TARGETS[kind])
    assert answer.status in (200, 303, 400, 404) and "Traceback" not in answer.text


@pytest.mark.parametrize(
    "cookie", ["x" * 20_000, "pledge=" + "x" * 5000, "pledge", "pledge=; pledge=\xff\xfe", "=;=;;", "pledge=a; " * 500]
)
async def test_an_odd_cookie_is_nobodys(db, application, cookie):
    answer = await ask(application[0], "GET", "/organisation/edit", headers=[("cookie", cookie)])
    assert answer.status == 303 and answer.header("location").startswith("/sign-in")


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1:8000@evil", "a b", "x" * 3000, "[::1", "127.0.0.1:99999"]
)
async def test_the_host_that_a_browser_names_is_never_used(db, application, host):
    answer = await ask(application[0], "GET", "/organisation/edit", headers=[("host", host)])
    assert answer.status in (303, 400)
    assert answer.status == 400 or answer.header("location").startswith("/sign-in?")


async def test_nul_and_control_characters_in_fields_are_left_out_on_both_databases(site, visitor):
    page = await visitor.get("/register")
    page = await page.submit(
        organisation_name="Pendle\x00 Joinery\x1b", name="Al\x00ice", email="alice@example.org",
        password="three brown\x00 oak tables", _key="\x00key",
    )  # fmt: skip
    assert page.url == "/register/check-your-email"
    (mail,) = await site.mails()
    assert "Pendle Joinery" in mail.body and "Hello Alice," in mail.body


def dated(day: str, month: str, year: str) -> Form:
    return Form({"by-day": [day], "by-month": [month], "by-year": [year]})


def test_a_day_is_read_from_three_boxes():
    form = dated(" 04", "12 ", "2026")
    assert form.day("by", None) == date(2026, 12, 4) and not form.errors
    for empty, missing, told in ((dated("", " ", ""), None, []), (Form({"x": ["1"]}), "Say by when", ["Say by when"])):
        assert empty.day("by", missing) is None and [message for _, message in empty.errors] == told


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (("30", "2", "2027"), "30 2 2027"),
        (("", "2", ""), "– 2 –"),
        (("1", "May", "2027"), "1 May 2027"),
        (("1", "1", "1999"), "1 1 1999"),
        (("1", "1", "2" * 5000), "1 1 2222222222"),
    ],
)
def test_what_is_no_day_is_named_as_it_was_typed(typed, shown):
    form = dated(*typed)
    form.call("by", "By when")
    assert form.day("by", "Say by when") is None
    told = f"“By when”: “{shown}” is not a day in the calendar. Enter day, month and year, like 28 3 2027."
    assert form.errors == [("by", told)]
