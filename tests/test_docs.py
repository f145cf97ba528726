"""What ``make lint`` sees in the documents."""

import pytest

from tests.support import docs


def test_nothing_is_wrong_now():
    assert list(docs.problems()) == []


@pytest.mark.parametrize(
    "words, found",
    [
        ("Set `PLEDGE_NO_SUCH`.", ["setting PLEDGE_NO_SUCH"]),
        ("Run `make nothing`.", ["make nothing"]),
        ("See `src/pledge/nowhere.py`.", ["src/pledge/nowhere.py, which is not there"]),
        ("`tests/test_docs.py::test_none` shows it.", ["tests/test_docs.py::test_none, which is not there"]),
        ("`pledge fly` and `pledge suppliers fly`.", ["pledge fly", "pledge suppliers fly"]),
        ("`pledge suppliers check FILE --never`.", ["pledge suppliers check FILE --never"]),
        ("`pledge suppliers check | fly`.", ["pledge suppliers check | fly"]),
        ("`/pledge/lost`, `GET /shares/{id}`.", ["page /pledge/lost", "page /shares/{id}"]),
        ("`/pledge/kept`, `/`, `/demo/mailbox`, `POST /suppliers/{id}/ask?step=1`, not `<a href=/x>`.", []),
        (
            "`make run`, `pledge suppliers check | codes`, `pledge backup FILE`, `PLEDGE_DEMO=1`, `src/pledge/app.py`.",
            [],
        ),
    ],
)
def test_names(words, found):
    assert list(docs.names(words)) == found


def test_links(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A heading, here")
    text = "[a](page.md#a-heading-here) [b](page.md#gone) [c](gone.md) [d](https://example.org/x) [e](#a-heading-here)"
    assert list(docs.links(page, text)) == [
        "link to page.md#gone, which has no such heading",
        "link to gone.md, which is not there",
    ]


def test_markers():
    assert list(docs.markers("a\n" + "<" * 7 + " HEAD\nb\n" + "=" * 7 + "\n")) == [
        "conflict marker " + "<" * 7,
        "conflict marker " + "=" * 7,
    ]
    assert list(docs.markers("Heading\n" + "=" * 7 + "\n")) == []


def test_unlinked(tmp_path):
    readme, docs_ = tmp_path / "README.md", tmp_path / "docs"
    texts = {
        readme: "[a](docs/a.md#heading) [all of them](docs/decisions)",
        docs_ / "a.md": "[to itself](a.md) [b](b.md)",
        docs_ / "b.md": "",
        docs_ / "decisions" / "0001.md": "",
        docs_ / "lost.md": "[to itself](lost.md#there)",
    }
    assert list(docs.unlinked(texts)) == [docs_ / "lost.md"]


def test_untidy():
    text = "A line \n```\nmake run\n```\n  ```\nis open\n"
    assert list(docs.untidy(text)) == ["line 1 ends with a space", "a block of code that is not closed"]
    assert list(docs.untidy("Text with ``` in it.\n```\nmake\n```\n")) == []
