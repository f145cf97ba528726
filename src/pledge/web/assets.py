"""Styles, script and icons, served from memory under addresses that change with their content.

``hatch_build.py`` makes them. An address like ``/static/3f9a…/pledge.css`` never means anything else, so
browsers keep the file for a year and ask again only when the page names another.
"""

import json
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from pledge.policy.policies import PUBLIC
from pledge.resources import resource
from pledge.web.guard import AnyRequest

_CONTENT_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
}


class Asset(NamedTuple):
    """A file as it is served: its content, its gzip variant (None where that would save nothing)."""

    fingerprint: str
    content_type: str
    content: bytes
    packed: bytes | None


@cache
def assets() -> MappingProxyType[str, Asset]:
    """Return every asset by name. Raises FileNotFoundError when the installation has none."""
    folder = resource("assets")
    fingerprints = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    found = {}
    for name, fingerprint in fingerprints.items():
        packed = folder / f"{name}.gz"
        found[name] = Asset(
            fingerprint,
            _CONTENT_TYPES[name.rpartition(".")[2]],
            (folder / name).read_bytes(),
            packed.read_bytes() if packed.is_file() else None,
        )
    return MappingProxyType(found)


def asset_url(name: str) -> str:
    """Return the address of the asset ``name`` (``pledge.css``). Raises KeyError when there is none."""
    return f"/static/{assets()[name].fingerprint}/{name}"


@get("/static/{fingerprint:str}/{name:str}", policy=PUBLIC, anonymous=True)
async def serve_asset(request: AnyRequest, fingerprint: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Answer with an asset, packed if the browser can unpack it; 304 if it has it; 404 for any other address."""
    asset = assets().get(name)
    if asset is None or asset.fingerprint != fingerprint:
        raise NotFoundException
    packed = asset.packed if _accepts_gzip(request.headers.get("accept-encoding", "")) else None
    etag = f'"{fingerprint}-gzip"' if packed else f'"{fingerprint}"'
    headers = {"etag": etag, "cache-control": "public, max-age=31536000, immutable"}
    if asset.packed:
        headers["vary"] = "accept-encoding"
    if _holds(request.headers.get("if-none-match", ""), etag):
        return Response(b"", status_code=304, headers=headers, media_type=asset.content_type)
    headers["content-disposition"] = "inline"
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(packed or asset.content, headers=headers, media_type=asset.content_type)


def _accepts_gzip(header: str) -> bool:
    """Tell whether an Accept-Encoding header allows gzip (a quality of nought refuses it)."""
    qualities = {}
    for part in header.lower().split(","):
        coding, _, parameter = part.partition(";")
        quality = parameter.strip().removeprefix("q=")
        qualities[coding.strip()] = quality.strip("0.") != "" if quality else True
    return qualities.get("gzip", qualities.get("*", False))


def _holds(if_none_match: str, etag: str) -> bool:
    """Tell whether an If-None-Match header names ``etag``, comparing weakly as RFC 9110 §13.1.2 asks."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag in tags
