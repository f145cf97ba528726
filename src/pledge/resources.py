"""Where the files beside the code are: in a checkout at its top level, in a wheel under ``pledge/_data``."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_data"
_CHECKOUT = _PACKAGE.parent.parent


def resource(name: str) -> Path:
    """Return the folder ``name`` (``templates``, ``questionnaires``, ``migrations``, ``assets``, ``fonts``).

    Raises FileNotFoundError naming the folder when the installation is incomplete.
    """
    for candidate in (_INSTALLED / name, _CHECKOUT / name, _CHECKOUT / "build" / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"Pledge is not installed completely: the folder “{name}” is missing.")


def kept_beside_the_checkout(name: str) -> Path | None:
    """Return a folder in a checkout's ``build``, made if need be; None in a wheel, or where it cannot be made."""
    if (_INSTALLED / "templates").is_dir():
        return None
    folder = _CHECKOUT / "build" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder
