"""The built styles and script, how they are served, and the colours of the theme."""

import gzip
import re
from itertools import chain

import httpx
import pytest
from litestar import Litestar

from pledge.resources import resource
from pledge.web.assets import asset_url, assets, serve_asset
from pledge.web.headers import SecurityHeaders

YEAR = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def client() -> httpx.AsyncClient:
    app = SecurityHeaders(Litestar([serve_asset], openapi_config=None), secure=False)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pledge.example")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("pledge.css", "text/css; charset=utf-8"),
        ("pledge.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
        ("touch-icon.png", "image/png"),
    ],
)
async def test_an_asset_is_served_whole_for_a_year(client, name, content_type):
    answer = await client.get(asset_url(name), headers={"accept-encoding": "identity"})
    assert answer.status_code == 200
    assert answer.content == assets()[name].content
    assert answer.headers["content-type"] == content_type
    assert answer.headers["cache-control"] == YEAR
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert "content-encoding" not in answer.headers


async def test_a_browser_that_can_unpack_gets_the_packed_file(client):
    async with client.stream("GET", asset_url("pledge.css"), headers={"accept-encoding": "br, gzip;q=0.8"}) as answer:
        packed = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["content-length"] == str(len(packed))
    assert gzip.decompress(packed) == assets()["pledge.css"].content
    assert len(packed) < 20_000


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("", False), ("*", True), ("gzip;q=0", False), ("gzip; q=0.0, br", False), ("*;q=0, gzip", True), ("GZIP", True)],
)
async def test_what_the_browser_accepts_decides(client, accepted, packed):
    answer = await client.get(asset_url("pledge.js"), headers={"accept-encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert answer.headers["vary"] == "accept-encoding"


async def test_a_picture_that_does_not_shrink_is_never_packed(client):
    answer = await client.get(asset_url("touch-icon.png"), headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


@pytest.mark.parametrize("sent", ["{}", "W/{}", '"other", {}', "*"])
@pytest.mark.parametrize("accepted", ["gzip", "identity"])
async def test_a_browser_that_has_it_gets_304(client, accepted, sent):
    headers = {"accept-encoding": accepted}
    etag = (await client.get(asset_url("pledge.css"), headers=headers)).headers["etag"]
    answer = await client.get(asset_url("pledge.css"), headers=headers | {"if-none-match": sent.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert answer.headers["cache-control"] == YEAR
    assert answer.headers["vary"] == "accept-encoding"


async def test_the_packed_and_the_plain_file_have_different_etags(client):
    etags = [
        (await client.get(asset_url("pledge.css"), headers={"accept-encoding": accepted})).headers["etag"]
        for accepted in ("gzip", "identity")
    ]
    assert etags[0] != etags[1]
    answer = await client.get(asset_url("pledge.css"), headers={"accept-encoding": "gzip", "if-none-match": etags[1]})
    assert answer.status_code == 200


async def test_head_has_the_headers_alone(client):
    answer = await client.head(asset_url("pledge.css"), headers={"accept-encoding": "identity"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(assets()["pledge.css"].content))


@pytest.mark.parametrize(
    "path",
    [
        "/static/0000000000000000/pledge.css",
        "/static/{}/missing.css",
        "/static/{}/manifest.json",
        "/static/{}/pledge.css.gz",
        "/static/{}/..%2fmanifest.json",
        "/static/pledge.css",
    ],
)
async def test_any_other_address_is_not_found(client, path):
    answer = await client.get(path.format(assets()["pledge.css"].fingerprint))
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


def test_an_unknown_name_is_an_error_at_once():
    with pytest.raises(KeyError):
        asset_url("pledge.scss")


def test_the_address_changes_with_the_content():
    urls = [asset_url(name) for name in assets()]
    assert all(re.fullmatch(r"/static/[0-9a-f]{16}/[a-z.-]+", url) for url in urls)
    assert len({url.split("/")[2] for url in urls}) == len(urls)


def test_nothing_of_the_governments_identity_is_left():
    """U6: no typeface, crest, crown or header of GOV.UK; and nothing is fetched from anywhere."""
    for name in ("pledge.css", "pledge.js"):
        text = assets()[name].content.decode()
        assert not re.search(r"GDS Transport|crown|crest|@font-face|govuk-logo|@import|sourceMappingURL", text), name
        assert "url(" not in text
    css = assets()["pledge.css"].content.decode()
    assert not re.search(r"\.govuk-header|font-family:(?!inherit)(?!-apple-system)", css)


def test_the_licence_goes_with_what_it_covers():
    assert "Permission is hereby granted" in (resource("assets") / "govuk-frontend.LICENSE.txt").read_text()


@pytest.mark.parametrize(
    "component",
    [
        *("button", "checkboxes", "character-count", "date-input", "details", "error-message", "error-summary"),
        *("fieldset", "file-upload", "footer", "generic-header", "hint", "input", "inset-text", "label"),
        *("language-navigation", "notification-banner", "pagination", "panel", "password-input", "radios", "select"),
        *("service-navigation", "skip-link", "summary-card", "summary-list", "table", "tag", "task-list", "textarea"),
        *("warning-text", "back-link", "breadcrumbs", "visually-hidden", "grid-row", "link", "list", "body"),
    ],
)
def test_the_styles_of_every_component_we_use_are_there(component):
    assert f".govuk-{component}" in assets()["pledge.css"].content.decode()


# Which colours meet on a page. WCAG 2.2: text 4.5, text of 24 px or parts of a control 3.
TEXT_PAIRS = [
    *((ink, paper) for ink in ("text", "secondary-text") for paper in ("body-background", "template-background")),
    *((ink, paper) for ink in ("link", "link-hover", "link-visited", "link-active") for paper in ("body-background",)),
    *((ink, "template-background") for ink in ("link", "link-hover", "link-visited")),
    *((ink, "surface-background") for ink in ("surface-text", "link", "link-hover", "link-visited", "text")),
    *((ink, "hover") for ink in ("text", "link-hover")),
    *(("#ffffff", paper) for paper in ("brand", "error", "success", "pledge-button", "pledge-button-hover")),
    *(("pledge-button", paper) for paper in ("#ffffff", "surface-background")),
    *((ink, "#ffffff") for ink in ("text", "secondary-text", "link", "link-hover", "error")),
    ("focus-text", "focus"),
    ("error", "body-background"),
    ("error", "pledge-urgent-background"),
    ("text", "pledge-urgent-background"),
    ("link", "pledge-urgent-background"),
    ("text", "pledge-mark"),
]
GRAPHIC_PAIRS = [
    *((line, paper) for line in ("input-border", "error", "success", "brand") for paper in ("body-background",)),
    *((bar, "pledge-bar-track") for bar in ("pledge-bar", "pledge-bar-weak", "error", "text")),
    ("pledge-bar", "#ffffff"),
    ("pledge-mark", "brand"),
    ("focus-text", "body-background"),
]


def colour(name: str) -> str:
    if name.startswith("#"):
        return name
    css = assets()["pledge.css"].content.decode()
    prefix = "" if name.startswith("pledge-") else "govuk-"
    return re.findall(rf"--{prefix}{name}-colour:(#[0-9a-f]{{6}})", css)[-1]  # ours stands last


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio as WCAG 2.2 defines it."""

    def luminance(code: str) -> float:
        parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(colour(first)), luminance(colour(second))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "paper"), TEXT_PAIRS)
def test_text_stands_out_from_what_it_is_on(ink, paper):
    assert contrast(ink, paper) >= 4.5


@pytest.mark.parametrize(("line", "paper"), GRAPHIC_PAIRS)
def test_lines_and_bars_stand_out_from_what_they_are_on(line, paper):
    assert contrast(line, paper) >= 3


def test_the_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_every_colour_of_the_theme_is_in_a_tested_pair():
    css = assets()["pledge.css"].content.decode()
    ours = re.findall(r"--(?:govuk-)?([a-z-]+)-colour:#", css[css.rindex(":root{") :])
    tested = set(chain(*TEXT_PAIRS, *GRAPHIC_PAIRS))
    decoration = {"border", "surface-border"}  # lines between things that also stand apart
    assert set(ours) - tested - decoration == set()
