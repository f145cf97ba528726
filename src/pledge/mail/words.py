"""The words of e-mails: plain-text templates in ``templates/mail/``; the first line is the subject."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pledge.mail.outbox import Message
from pledge.resources import resource
from pledge.web.templates import FILTERS
from pledge.words.names import unlinked
from pledge.words.text import clean, isolated


class Mailroom:
    """Writes messages. ``base_url`` starts every link; ``common`` is what every template may use."""

    def __init__(self, base_url: str, common: dict[str, Any]) -> None:
        self.base_url = base_url
        self._environment = Environment(
            loader=FileSystemLoader(resource("templates") / "mail"),
            autoescape=False,  # noqa: S701  plain text: nothing to escape into
            undefined=StrictUndefined,
            finalize=isolated,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(FILTERS, unlinked=unlinked)
        self._environment.globals.update({"product": "Pledge", "base_url": base_url, **common})

    def write(
        self,
        recipient: str,
        template: str,
        *,
        calendar: str = "",
        calendar_method: str = "",
        reply_to: str = "",
        **context: Any,
    ) -> Message:
        """Return the message of ``templates/mail/<template>.txt`` to a recipient."""
        text = self._environment.get_template(f"{template}.txt").render(context)
        subject, _, body = text.partition("\n")
        footer = self._environment.get_template("footer.txt").render(context)
        return Message(
            recipient=recipient,
            subject=clean(subject.removeprefix("Subject:"))[:200],
            body=f"{body.strip()}\n\n{footer.strip()}\n",
            calendar=calendar,
            calendar_method=calendar_method,
            reply_to=reply_to,
        )
