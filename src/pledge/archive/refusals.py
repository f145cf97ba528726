"""Why a backup or a restore is not done."""

from pledge.database.troubles import Unusable


class ArchiveRefused(Unusable):
    """A backup cannot be made or restored. ``code`` is for programs; the message is one plain sentence or two."""
