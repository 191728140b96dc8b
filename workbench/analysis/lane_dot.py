"""The exact score of a pair: a float64 dot product that has the same bits on every machine.

The product of two float32 numbers is exact in float64, so only the order of the additions can
change the sum. It is fixed here: element ``i`` is added to lane ``i % 8``, and the eight lanes are
folded in halves, ``((l0+l4) + (l2+l6)) + ((l1+l5) + (l3+l7))``. The loop is written as LLVM vector
code because numba may not reorder float additions: left to itself it runs lane after lane, several
times slower.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from workbench.analysis.compiled import compiled

Vectors = npt.NDArray[np.float32]

LANES = 8


@intrinsic  # type: ignore[untyped-decorator]
def lane_dot(_typing: Any, a: Any, b: Any) -> Any:
    """Exact score of two contiguous float32 rows whose length is a multiple of ``LANES``."""
    for row in (a, b):
        if row.dtype != types.float32 or row.ndim != 1 or row.layout != "C":
            return None
    return types.float64(a, b), _emit


def _emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    a, b = (
        context.make_array(kind)(context, builder, arg)
        for kind, arg in zip(signature.args, args, strict=True)
    )
    size = builder.extract_value(a.shape, 0)
    zero, step = ir.Constant(size.type, 0), ir.Constant(size.type, LANES)
    sums_type = ir.VectorType(ir.DoubleType(), LANES)
    sums = cgutils.alloca_once_value(builder, ir.Constant(sums_type, [0.0] * LANES))
    with cgutils.for_range_slice(builder, zero, size, step, inc=True) as (i, _):
        product = builder.fmul(_load(builder, a, i), _load(builder, b, i))
        builder.store(builder.fadd(builder.load(sums), product), sums)
    return _fold(builder, builder.load(sums))


def _load(builder: Any, array: Any, i: Any) -> Any:
    floats = ir.VectorType(ir.FloatType(), LANES).as_pointer()
    lanes = builder.load(builder.bitcast(builder.gep(array.data, [i]), floats))
    lanes.align = 4
    return builder.fpext(lanes, ir.VectorType(ir.DoubleType(), LANES))


def _fold(builder: Any, lanes: Any) -> Any:
    int32 = ir.IntType(32)
    half = LANES // 2
    while half:
        low, high = (
            builder.shuffle_vector(
                lanes,
                lanes,
                ir.Constant(ir.VectorType(int32, half), list(range(first, first + half))),
            )
            for first in (0, half)
        )
        lanes = builder.fadd(low, high)
        half //= 2
    return builder.extract_element(lanes, ir.Constant(int32, 0))


@compiled
def score_pairs(
    left: Vectors,
    right: Vectors,
    left_rows: npt.NDArray[np.int64],
    right_rows: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Exact scores (n,) of the pairs ``left[left_rows[i]], right[right_rows[i]]``."""
    scores = np.empty(left_rows.size)
    for i in range(left_rows.size):
        scores[i] = lane_dot(left[left_rows[i]], right[right_rows[i]])
    return scores


@compiled
def squared_norms(vectors: Vectors) -> npt.NDArray[np.float64]:
    """Squared length (n,) of each row; not finite exactly where the row is not."""
    squares = np.empty(vectors.shape[0])
    for i in range(vectors.shape[0]):
        squares[i] = lane_dot(vectors[i], vectors[i])
    return squares
