import pytest

from pledge.paging import offset, page_number, pages


@pytest.mark.parametrize("asked", [None, "", "0", "-1", "x", "1.5", "²", "１", "1" * 10, " 2"])
def test_what_is_no_number_of_a_page_is_the_first(asked):
    assert page_number(asked) == 1


def test_the_numbers_of_pages():
    assert [page_number(asked) for asked in ("1", "2", "007", "123456789")] == [1, 2, 7, 123_456_789]
    assert [pages(items, 20) for items in (0, 1, 20, 21, 40, 41)] == [1, 1, 1, 2, 2, 3]
    assert [offset(page, 20) for page in (1, 2, 3)] == [0, 20, 40]
