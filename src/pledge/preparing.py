"""What must be in the database before the site serves: published content, and in the demo its county."""

from pledge.settings import Settings


async def prepare(settings: Settings) -> None:
    """Publish the content that came with this version, and seed the demo when it is asked for."""
