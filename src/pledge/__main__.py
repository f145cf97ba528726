"""``python -m pledge`` is the ``pledge`` command."""

from pledge.cli import main

main()
