import numpy as np
import pytest

from store.arrays import integer_columns, narrow


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
