"""A bare Litestar application: the plaintext that everything is measured against."""

from litestar import Litestar, get


@get("/", media_type="text/plain", sync_to_thread=False)
def plain() -> str:
    """Answer with two letters."""
    return "ok"


app = Litestar([plain], openapi_config=None)
