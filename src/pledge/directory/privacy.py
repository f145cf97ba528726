"""When the notices were last read against what the site does. What they say of data is in the declarations."""

from datetime import date

REVIEWED = date(2026, 11, 22)
