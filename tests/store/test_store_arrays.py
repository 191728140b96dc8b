import weakref

import numpy as np
import pytest

from store.arrays import integer_columns, integers_of_json, narrow


def test_rows_become_columns():
    query, rank = integer_columns(iter([(5, 1), (7, 2**40)]), 2)
    assert (query.tolist(), rank.tolist()) == ([5, 7], [1, 2**40])
    assert all(column.shape == (0,) for column in integer_columns(iter([]), 2))


@pytest.mark.parametrize(
    ("values", "kept"),
    [([], 4), ([1, 2**31 - 1], 4), ([2**31], 8), ([-(2**31)], 4), ([-(2**31) - 1], 8)],
)
def test_numbers_are_kept_in_four_bytes_where_all_of_them_fit(values, kept):
    found = narrow(np.array(values, np.int64))
    assert found.tolist() == values
    assert found.itemsize == kept


def test_equal_numbers_are_kept_once_for_as_long_as_somebody_keeps_them():
    first = narrow(np.arange(5))
    assert narrow(np.arange(5)) is first
    assert narrow(np.arange(5) + 2**40) is not first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1
    gone = weakref.ref(first)
    del first
    assert gone() is None
    assert narrow(np.arange(5)).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("last", "kept"), [(2**31 - 1, 4), (2**31, 8)])
def test_the_numbers_of_a_list_are_kept_in_four_bytes_where_all_of_them_fit(last, kept):
    found = integers_of_json(f"[1,-7,{last}]")
    assert (list(found), found.itemsize) == ([1, -7, last], kept)
