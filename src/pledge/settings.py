"""Settings: the environment (``PLEDGE_*``) read once into one frozen object.

Every setting is described in ``SETTINGS``. ``python -m pledge.settings`` prints the README's table of them, and a test
compares the two.
A setting that would be unsafe in production is refused by name at start.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LOOPBACK = {"127.0.0.1", "::1", "localhost"}

# name → (default, meaning): the one list behind the README table and `pledge config`
SETTINGS: dict[str, tuple[str, str]] = {
    "PLEDGE_DATABASE_URL": (
        "sqlite:///var/pledge.sqlite",
        "Where the data is: `sqlite:///path` (embedded) or `postgresql://user:password@host/name`.",
    ),
    "PLEDGE_BACKUPS": (
        "",
        "The folder for the backup that goes before each migration. Empty: `backups` beside the SQLite file, or "
        "`var/backups`.",
    ),
    "PLEDGE_BASE_URL": (
        "http://127.0.0.1:8000",
        "The address people type. Links in e-mails start with it. `https://` except on this machine.",
    ),
    "PLEDGE_SMTP_URL": (
        "",
        "Where e-mail goes: `smtp://user:password@host:587` (STARTTLS; without a password, when offered) or "
        "`smtps://…:465`. Empty: e-mail waits in the outbox.",
    ),
    "PLEDGE_MAIL_FROM": ("pledge@localhost", "The sender's address of every e-mail."),
    "PLEDGE_PARTNERSHIP": (
        "",
        "A partnership file of your own (name, county, districts). Empty: Pan-Lancashire.",
    ),
    "PLEDGE_PARTNERSHIP_EMAIL": (
        "",
        "Where people write about privacy, accessibility and complaints. Empty: the partnership file's, or its number.",
    ),
    "PLEDGE_QUESTIONNAIRES": (
        "",
        "A folder with questionnaires and a pledge of your own. Empty: those that come with Pledge.",
    ),
    "PLEDGE_TRUSTED_PROXIES": (
        "0",
        "How many reverse proxies stand in front of Pledge. With 0 `X-Forwarded-For` is ignored.",
    ),
    "PLEDGE_DEMO": (
        "0",
        "`1` seeds and serves the invented demo county. Only on this machine, only on demo data.",
    ),
    "PLEDGE_DEBUG": ("0", "`1` reloads templates and logs more. Never in production."),
}


class SettingsError(Exception):
    """A setting is missing or unsafe. The message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, checked."""

    database_url: str
    backups: Path | None
    base_url: str
    smtp_url: str
    mail_from: str
    partnership: Path | None
    partnership_email: str | None
    trusted_proxies: int
    demo: bool
    debug: bool

    @property
    def secure(self) -> bool:
        """Whether people reach Pledge over https, so that cookies can be ``__Host-`` and ``Secure``."""
        return self.base_url.startswith("https://")

    @property
    def on_loopback(self) -> bool:
        """Whether the base address is this machine only."""
        return urlsplit(self.base_url).hostname in LOOPBACK


def _flag(name: str, value: str) -> bool:
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise SettingsError(f"{name} is “{value}”. Use 1 for yes or 0 for no.")


def _address(name: str, value: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        sound = bool(parts.hostname) and parts.port != 0  # asking for the port checks it
    except ValueError:
        sound = False
    if not sound:
        raise SettingsError(f"{name} is “{without_passwords(value)}”. Give an address such as {example}.")
    return parts


def _base_url(value: str) -> str:
    """Return the address as browsers send it in Origin: lower case, without a default port or a closing slash."""
    parts = _address("PLEDGE_BASE_URL", value, example := "https://pledge.example.org")
    if (
        parts.scheme not in {"http", "https"}
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or parts.username
    ):
        raise SettingsError(f"PLEDGE_BASE_URL is “{without_passwords(value)}”. Give an address such as {example}.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsError("PLEDGE_BASE_URL must start with https:// except on this machine (127.0.0.1).")
    default = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, default) else "")


def _has_ports(url: str) -> bool:
    """Whether every host of a PostgreSQL address (there may be several, for failover) is followed by a port or none."""
    try:
        hosts = urlsplit(url).netloc.rpartition("@")[2].split(",")
    except ValueError:
        return False
    ports = [host.rpartition("]")[2].partition(":")[2] for host in hosts]
    return all(
        not port or (port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536) for port in ports
    )


def _is_address(value: str) -> bool:
    return "@" in value.strip("@") and value.isprintable()


def _check_mail(smtp_url: str, mail_from: str) -> None:
    parts = _address("PLEDGE_SMTP_URL", smtp_url, "smtp://user:password@mail.example.org:587")
    if parts.scheme not in {"smtp", "smtps"}:
        raise SettingsError("PLEDGE_SMTP_URL must start with smtp:// or smtps://.")
    _, address = parseaddr(mail_from)
    if not _is_address(address) or not mail_from.isprintable():
        raise SettingsError(f"PLEDGE_MAIL_FROM is “{' '.join(mail_from.split())}”. Give an e-mail address.")
    if address.endswith("@localhost") and parts.hostname not in LOOPBACK:
        raise SettingsError("PLEDGE_MAIL_FROM is not set. Give the address that e-mails from Pledge come from.")


def without_passwords(value: str) -> str:
    """Return a setting as it may be shown: an address without its user, password and parameters."""
    scheme, separator, rest = value.partition("://")
    if not separator:
        return value
    rest, question, _ = rest.partition("?")
    _, at, shown = rest.rpartition("@")
    return f"{scheme}://{'…@' if at else ''}{shown}{'?…' if question else ''}"


def questionnaires_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """Return the folder that PLEDGE_QUESTIONNAIRES names, None without one, whatever the other settings are.

    Raises SettingsError when there is no such folder.
    """
    env = os.environ if environment is None else environment
    named = env.get("PLEDGE_QUESTIONNAIRES", "").strip()
    if named and not os.path.isdir(named):  # noqa: PTH112 - also false for a name that no file can have
        raise SettingsError(f"PLEDGE_QUESTIONNAIRES is “{named}”, and there is no such folder.")
    return Path(named) if named else None


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environment`` (the process's own by default).

    Raises SettingsError, naming the setting, when one is wrong or unsafe.
    """
    env = os.environ if environment is None else environment
    unknown = sorted(name for name in env if name.startswith("PLEDGE_") and name not in SETTINGS)
    unknown = [name for name in unknown if not name.startswith("PLEDGE_TEST_")]
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting of Pledge. Run “pledge config” for the list.")

    def get(name: str) -> str:
        return env.get(name, SETTINGS[name][0]).strip()

    base_url = _base_url(get("PLEDGE_BASE_URL"))
    database_url = get("PLEDGE_DATABASE_URL")
    if not database_url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise SettingsError("PLEDGE_DATABASE_URL must start with sqlite:/// or postgresql://.")
    if database_url in {"sqlite:///", "sqlite:///:memory:"}:
        raise SettingsError("PLEDGE_DATABASE_URL names no file. Give one, such as sqlite:///var/pledge.sqlite.")
    if not database_url.startswith("sqlite:") and not _has_ports(database_url):
        raise SettingsError(
            "PLEDGE_DATABASE_URL has a host or port that cannot be one. Write postgresql://user:password@host:5432/name."
        )
    smtp_url, mail_from = get("PLEDGE_SMTP_URL"), get("PLEDGE_MAIL_FROM")
    if smtp_url:
        _check_mail(smtp_url, mail_from)
    proxies = get("PLEDGE_TRUSTED_PROXIES")
    if not (proxies.isascii() and proxies.isdigit() and len(proxies) <= 2 and int(proxies) <= 10):
        raise SettingsError(f"PLEDGE_TRUSTED_PROXIES is “{proxies}”. Give a whole number from 0 to 10.")
    partnership = get("PLEDGE_PARTNERSHIP")
    if partnership and not Path(partnership).is_file():
        raise SettingsError(f"PLEDGE_PARTNERSHIP is “{partnership}”, and there is no such file.")
    questionnaires_folder(env)
    partnership_email = get("PLEDGE_PARTNERSHIP_EMAIL")
    if partnership_email and not _is_address(partnership_email):
        raise SettingsError(f"PLEDGE_PARTNERSHIP_EMAIL is “{partnership_email}”. Give an e-mail address.")
    settings = Settings(
        database_url=database_url,
        backups=Path(backups) if (backups := get("PLEDGE_BACKUPS")) else None,
        base_url=base_url,
        smtp_url=smtp_url,
        mail_from=mail_from,
        partnership=Path(partnership) if partnership else None,
        partnership_email=partnership_email or None,
        trusted_proxies=int(proxies),
        demo=_flag("PLEDGE_DEMO", get("PLEDGE_DEMO")),
        debug=_flag("PLEDGE_DEBUG", get("PLEDGE_DEBUG")),
    )
    if settings.demo and not settings.on_loopback:
        raise SettingsError(
            "PLEDGE_DEMO is on, but PLEDGE_BASE_URL is not this machine. The demo runs on 127.0.0.1 only."
        )
    if settings.debug and not settings.on_loopback:
        raise SettingsError("PLEDGE_DEBUG is on, but PLEDGE_BASE_URL is not this machine. Switch it off.")
    return settings


def table() -> str:
    """Return the settings as a Markdown table, for the README."""
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |"
        for name, (default, meaning) in SETTINGS.items()
    ]
    return "\n".join(["| setting | without it | what it is |", "|---|---|---|", *rows])


if __name__ == "__main__":
    print(table())
