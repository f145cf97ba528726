"""Settings: what is wrong or unsafe is refused by name, and the README lists them all."""

from pathlib import Path

import pytest

from pledge.settings import SETTINGS, SettingsError, load, table, without_passwords

README = Path(__file__).parent.parent / "README.md"


def test_without_any_setting_everything_is_for_this_machine():
    found = load({})
    assert found.database_url == "sqlite:///var/pledge.sqlite" and found.base_url == "http://127.0.0.1:8000"
    assert not found.secure and found.on_loopback and not found.demo and not found.debug
    assert found.smtp_url == "" and found.trusted_proxies == 0 and found.partnership is None


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://pledge.example.org", "https://pledge.example.org"),
        ("https://Pledge.Example.org/", "https://pledge.example.org"),
        ("https://pledge.example.org:443", "https://pledge.example.org"),
        ("https://pledge.example.org:8443", "https://pledge.example.org:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        (" http://127.0.0.1:8000 ", "http://127.0.0.1:8000"),
    ],
)
def test_the_address_is_as_browsers_send_it(given, address):
    found = load({"PLEDGE_BASE_URL": given})
    assert found.base_url == address and found.secure == address.startswith("https://")


MAIL = {"PLEDGE_MAIL_FROM": "pledge@example.org"}

WRONG = [
    ({"PLEDGE_BASE_URL": "http://pledge.example.org"}, "https://"),
    ({"PLEDGE_BASE_URL": "http://192.168.1.5:8000"}, "https://"),
    ({"PLEDGE_BASE_URL": "pledge.example.org"}, "Give an address"),
    ({"PLEDGE_BASE_URL": "https://pledge.example.org/pledge"}, "Give an address"),
    ({"PLEDGE_BASE_URL": "https://pledge.example.org?x=1"}, "Give an address"),
    ({"PLEDGE_BASE_URL": "https://user:hunter2@pledge.example.org"}, "Give an address"),
    ({"PLEDGE_BASE_URL": "https://[::1"}, "Give an address"),
    ({"PLEDGE_BASE_URL": "https://x:99999"}, "Give an address"),
    ({"PLEDGE_BASE_URL": "https://x:port"}, "Give an address"),
    ({"PLEDGE_BASE_URL": ""}, "Give an address"),
    ({"PLEDGE_DATABASE_URL": "mysql://x"}, "must start with"),
    ({"PLEDGE_DATABASE_URL": "pledge.sqlite"}, "must start with"),
    ({"PLEDGE_DATABASE_URL": "sqlite:///"}, "names no file"),
    ({"PLEDGE_DATABASE_URL": "sqlite:///:memory:"}, "names no file"),
    ({"PLEDGE_SMTP_URL": "http://mail.example.org", **MAIL}, "smtp://"),
    ({"PLEDGE_SMTP_URL": "smtp://", **MAIL}, "Give an address"),
    ({"PLEDGE_SMTP_URL": "smtp://mail.example.org:port", **MAIL}, "Give an address"),
    ({"PLEDGE_SMTP_URL": "smtp://mail.example.org"}, "PLEDGE_MAIL_FROM is not set"),
    ({"PLEDGE_SMTP_URL": "smtp://mail.example.org", "PLEDGE_MAIL_FROM": "Pledge"}, "Give an e-mail address"),
    ({"PLEDGE_SMTP_URL": "smtp://mail.example.org", "PLEDGE_MAIL_FROM": "a@b.example\r\nBcc: c"}, "e-mail address"),
    ({"PLEDGE_TRUSTED_PROXIES": "-1"}, "whole number"),
    ({"PLEDGE_TRUSTED_PROXIES": "11"}, "whole number"),
    ({"PLEDGE_TRUSTED_PROXIES": "²"}, "whole number"),
    ({"PLEDGE_TRUSTED_PROXIES": "9" * 5000}, "whole number"),
    ({"PLEDGE_DATABASE_URL": "postgresql://u:p@127.0.0.1:abc/x"}, "has a host or port that cannot be one"),
    ({"PLEDGE_DATABASE_URL": "postgresql://u:p@one:5432,two:99999/x"}, "has a host or port that cannot be one"),
    ({"PLEDGE_DATABASE_URL": "postgresql://[::1/x"}, "has a host or port that cannot be one"),
    ({"PLEDGE_TRUSTED_PROXIES": ""}, "whole number"),
    ({"PLEDGE_DEMO": "maybe"}, "Use 1 for yes or 0 for no"),
    ({"PLEDGE_DEMO": "1", "PLEDGE_BASE_URL": "https://pledge.example.org"}, "not this machine"),
    ({"PLEDGE_DEBUG": "1", "PLEDGE_BASE_URL": "https://pledge.example.org"}, "not this machine"),
    ({"PLEDGE_PARTNERSHIP": "/no/such/file.yaml"}, "no such file"),
    ({"PLEDGE_DATABSE_URL": "x"}, "is not a setting of Pledge"),
]


@pytest.mark.parametrize(("environment", "words"), WRONG)
def test_what_is_wrong_or_unsafe_is_refused_by_name(environment, words):
    with pytest.raises(SettingsError, match=words) as refused:
        load(environment)
    assert any(name in str(refused.value) for name in {*environment, *SETTINGS}) and "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value).strip()


def test_what_is_right_is_taken():
    found = load(
        {
            "PLEDGE_DATABASE_URL": "postgresql://u:p@db/pledge",
            "PLEDGE_BASE_URL": "https://pledge.example.org",
            "PLEDGE_SMTP_URL": "smtps://u:p@mail.example.org",
            "PLEDGE_MAIL_FROM": "The Pledge <pledge@example.org>",
            "PLEDGE_TRUSTED_PROXIES": "2",
            "PLEDGE_DEBUG": "off",
            "OTHER": "x",
        }
    )
    assert found.secure and not found.on_loopback and found.trusted_proxies == 2 and not found.debug
    assert load({"PLEDGE_DEMO": "yes"}).demo


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("postgresql://user:pa@ss@host:5432/name", "postgresql://…@host:5432/name"),
        ("postgresql://host/name?password=x", "postgresql://host/name?…"),
        ("postgresql:///name?user=u&password=a@b", "postgresql:///name?…"),
        ("sqlite:///var/pledge.sqlite", "sqlite:///var/pledge.sqlite"),
        ("pledge@example.org", "pledge@example.org"),
        ("", ""),
    ],
)
def test_passwords_are_never_shown(value, shown):
    assert without_passwords(value) == shown


def test_the_readme_lists_every_setting():
    _, start, rest = README.read_text(encoding="utf-8").partition("<!-- settings -->\n")
    written, end, _ = rest.partition("<!-- /settings -->")
    assert start and end
    assert written.strip() == table(), "run: python -m pledge.settings"
    assert set(SETTINGS) <= set(written.replace("`", " ").split())
