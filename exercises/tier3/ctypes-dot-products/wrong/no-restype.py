"""A Python binding for a small C library of dot products."""

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Given: the library. It knows only addresses and lengths, so it cannot check what it is given.
SOURCE = r"""
#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* What a code that is not 0 means. The text is a constant of the library: nobody frees it. */
const char *dots_message(int code)
{
    if (code == 1)
        return "a value is not finite";
    if (code == 2)
        return "a row of zeros has no direction";
    return "unknown error";
}

/* The dot product of n numbers each, added up in single precision. */
double dot_f32(const float *a, const float *b, size_t n)
{
    float sum = 0.0f;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The same in double precision. */
double dot_f64(const double *a, const double *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The dot product of the query with each row. A row has dim numbers, and the next row begins
   right after it. Writes n_rows scores. Returns 0, or 1 when a value is not finite; then
   *bad_row is the number of the row, or -1 for the query. */
int dot_rows(const float *query, const float *rows, size_t n_rows, size_t dim,
             double *scores, int64_t *bad_row)
{
    *bad_row = -1;
    for (size_t i = 0; i < dim; i++)
        if (!isfinite(query[i]))
            return 1;
    for (size_t r = 0; r < n_rows; r++) {
        double sum = 0.0;
        for (size_t i = 0; i < dim; i++) {
            if (!isfinite(rows[r * dim + i])) {
                *bad_row = (int64_t)r;
                return 1;
            }
            sum += (double)query[i] * rows[r * dim + i];
        }
        scores[r] = sum;
    }
    return 0;
}

/* Gives each row the length 1, IN PLACE. Returns 0, or 1 (not finite) or 2 (only zeros); then
   *bad_row is the number of the row, and the rows before it are changed already. */
int unit_rows(float *rows, size_t n_rows, size_t dim, int64_t *bad_row)
{
    for (size_t r = 0; r < n_rows; r++) {
        double sum = 0.0;
        for (size_t i = 0; i < dim; i++)
            sum += (double)rows[r * dim + i] * rows[r * dim + i];
        *bad_row = (int64_t)r;
        if (!isfinite(sum))
            return 1;
        if (sum == 0.0)
            return 2;
        for (size_t i = 0; i < dim; i++)
            rows[r * dim + i] = (float)(rows[r * dim + i] / sqrt(sum));
    }
    return 0;
}

/* FNV-1a over n bytes. */
uint64_t checksum(const unsigned char *bytes, size_t n)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3u;
    return hash;
}
"""


class DotsError(Exception):
    """Given: the library refused its input. `row` is -1 for the query."""

    def __init__(self, code: int, row: int, message: str) -> None:
        super().__init__(f"{'query' if row < 0 else f'row {row}'}: {message}")
        self.code = code
        self.row = row


@cache
def library() -> ctypes.CDLL:
    """Given: the library, built, loaded and declared once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "libdots.so")
        options = ["-O1", "-shared", "-fPIC", "-ffp-contract=off", "-x", "c"]
        subprocess.run(
            ["cc", *options, "-o", str(path), "-", "-lm"], input=SOURCE, text=True, check=True
        )
        lib = ctypes.CDLL(str(path))  # stays loaded when the file is gone
    declare(lib)
    return lib


def declare(lib: ctypes.CDLL) -> None:
    """Tell ctypes the arguments and the result of each function of the library."""
    size = ctypes.c_size_t
    row = ctypes.POINTER(ctypes.c_int64)
    # Unlike a plain pointer, an ndpointer refuses an array of another dtype or layout.
    floats = np.ctypeslib.ndpointer(np.float32, flags="C_CONTIGUOUS")
    doubles = np.ctypeslib.ndpointer(np.float64, flags="C_CONTIGUOUS")
    lib.dots_message.argtypes = [ctypes.c_int]
    lib.dots_message.restype = ctypes.c_char_p
    lib.dot_f32.argtypes = [floats, floats, size]
    lib.dot_f64.argtypes = [doubles, doubles, size]
    lib.dot_rows.argtypes = [floats, floats, size, size, doubles, row]
    lib.dot_rows.restype = ctypes.c_int
    lib.unit_rows.argtypes = [floats, size, size, row]
    lib.unit_rows.restype = ctypes.c_int
    lib.checksum.argtypes = [ctypes.c_char_p, size]
    lib.checksum.restype = ctypes.c_uint64


def check(code: int, bad_row: ctypes.c_int64) -> None:
    """Raise DotsError when the library returned a code that is not 0."""
    if code != 0:
        message = library().dots_message(code).decode("ascii")
        raise DotsError(code, bad_row.value, message)


def dot(a: NDArray[Any], b: NDArray[Any]) -> float:
    """The dot product of two vectors."""
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"not two vectors of one length: {a.shape} and {b.shape}")
    single = a.dtype == b.dtype == np.float32
    dtype, function = (
        (np.float32, library().dot_f32) if single else (np.float64, library().dot_f64)
    )
    result: float = function(
        np.ascontiguousarray(a, dtype=dtype), np.ascontiguousarray(b, dtype=dtype), len(a)
    )
    return result


def score_rows(
    query: NDArray[Any], rows: NDArray[Any], dim: int | None = None
) -> NDArray[np.float64]:
    """The dot product of the query with each row, maybe of the first `dim` numbers only."""
    if query.ndim != 1 or rows.ndim != 2 or len(query) != rows.shape[1]:
        raise ValueError(f"a query of shape {query.shape} does not fit rows of {rows.shape}")
    if dim is None:
        dim = len(query)
    if not 1 <= dim <= len(query):
        raise ValueError(f"dim is {dim}, and the rows have {len(query)} numbers")
    scores = np.empty(len(rows), dtype=np.float64)
    bad_row = ctypes.c_int64()
    code = library().dot_rows(
        np.ascontiguousarray(query[:dim], dtype=np.float32),
        np.ascontiguousarray(rows[:, :dim], dtype=np.float32),
        len(rows),
        dim,
        scores,
        ctypes.byref(bad_row),
    )
    check(code, bad_row)
    return scores


def unit_rows(rows: NDArray[Any]) -> NDArray[np.float32]:
    """A new table: each row divided by its length."""
    if rows.ndim != 2:
        raise ValueError(f"not a table: {rows.shape}")
    result = np.array(rows, dtype=np.float32, order="C")  # always a copy
    bad_row = ctypes.c_int64()
    code = library().unit_rows(result, *result.shape, ctypes.byref(bad_row))
    check(code, bad_row)
    return result


def checksum(table: NDArray[Any]) -> int:
    """The library's checksum of the numbers of a table, row by row."""
    data = table.tobytes(order="C")
    result: int = library().checksum(data, len(data))
    return result


def feature_dot(table: NDArray[Any], i: int, j: int) -> float:
    """Given: the dot product of two columns of a table."""
    return dot(table[:, i], table[:, j])


def score_features(query: NDArray[Any], features: NDArray[Any]) -> NDArray[np.float64]:
    """Given: the scores of a table that is stored feature by feature."""
    return score_rows(query, features.T)


def unit_features(features: NDArray[Any]) -> NDArray[np.float32]:
    """Given: the unit rows of a table that is stored feature by feature."""
    return unit_rows(features.T)


def checksum_features(features: NDArray[Any]) -> int:
    """Given: the checksum of a table that is stored feature by feature."""
    return checksum(features.T)
