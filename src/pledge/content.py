"""Storing the content that comes with a version of Pledge: its questionnaires and its pledge."""

from pledge.assessments import definitions
from pledge.assessments.definitions import NotPublishable
from pledge.database.unit import write
from pledge.organisations.reference import ReferenceDataError
from pledge.pledges import publishing
from pledge.pledges.text import shipped


async def publish() -> None:
    """Store what is not stored yet, in one unit. Raises NotPublishable."""

    async def unit() -> None:
        await definitions.publish()
        await publishing.publish(pledge)

    try:
        pledge = shipped()
        await write(unit)
    except ReferenceDataError as error:
        raise NotPublishable(str(error)) from None
