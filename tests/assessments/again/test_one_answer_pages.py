"""The page on which one question is answered again."""

from functools import partial

import pytest
from tests.support.cast import colleague
from tests.support.firms import fill_profile, start, submitted
from tests.support.kinds import *  # noqa: F403
