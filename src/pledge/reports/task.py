"""One line of the list of tasks. Pure."""

import msgspec


class Task(msgspec.Struct, frozen=True):
    """One line of the task list: what it is, how far it has come, where it is done.

    ``by`` is a sentence about who can do it; “” when whoever looks at the page can.
    """

    text: str
    status: str
    href: str
    hint: str
    by: str = ""
