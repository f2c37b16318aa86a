"""The k nearest rows of a table, found in C."""

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path

SOURCE = r"""
#include <math.h>
#include <stddef.h>
#include <stdint.h>

static double dot(const double *a, const double *b, size_t dim)
{
    double sum = 0.0;
    for (size_t i = 0; i < dim; i++)
        sum += a[i] * b[i];
    return sum;
}

int64_t top_k(const double *query, const double *rows, size_t n_rows, size_t dim,
              size_t k, int64_t *indices, double *scores)
{
    double query_length = sqrt(dot(query, query, dim));
    if (query_length == 0.0)
        return -1;
    size_t count = 0;
    for (size_t r = 0; r < n_rows; r++) {
        const double *row = rows + r * dim;
        double length = sqrt(dot(row, row, dim));
        if (length == 0.0)
            continue;
        double score = dot(query, row, dim);
        if (count == k && !(score > scores[k - 1]))
            continue;
        /* The last one goes, if all places are taken; lower ones move down to make room. */
        size_t place = count < k ? count++ : k - 1;
        while (place > 0 && score > scores[place - 1]) {
            scores[place] = scores[place - 1];
            indices[place] = indices[place - 1];
            place--;
        }
        scores[place] = score;
        indices[place] = (int64_t)r;
    }
    return (int64_t)count;
}
"""


def nearest(query: list[float], rows: list[list[float]], k: int) -> list[tuple[int, float]]:
    """Return index and cosine of the `k` rows nearest to the query, best first."""
    if k < 1:
        raise ValueError("k must be at least 1")
    if not query or any(len(row) != len(query) for row in rows):
        raise ValueError("query and rows must have the same dim, at least 1")
    flat = [value for row in rows for value in row]
    count, indices, scores = call_top_k(query, flat, len(rows), k)
    if count < 0:
        raise ValueError("a query of zeros has no direction")
    return list(zip(indices, scores, strict=True))


# ----- Given. Leave everything below as it is. -----

GUARDS = 8
UNTOUCHED = -77


class Overrun(Exception):
    """The C function wrote where it should not."""


@cache
def library() -> ctypes.CDLL:
    """Compile and load the source."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "libtopk.so")
        options = ["-std=c11", "-O1", "-Wall", "-Werror", "-ffp-contract=off", "-shared", "-fPIC"]
        command = ["cc", *options, "-x", "c", "-o", str(path), "-", "-lm"]
        done = subprocess.run(command, input=SOURCE, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise SyntaxError(f"cc does not accept SOURCE:\n{done.stderr}")
        return ctypes.CDLL(str(path))  # stays loaded when the file is gone


def call_top_k(
    query: list[float], rows: list[float], n_rows: int, k: int
) -> tuple[int, list[int], list[float]]:
    """Call `top_k`: what it returned, and the indices and scores that it has written."""
    function = library().top_k
    function.restype = ctypes.c_int64
    doubles, integers = ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_int64)
    sizes = [ctypes.c_size_t] * 3
    function.argtypes = [doubles, doubles, *sizes, integers, doubles]
    given = (ctypes.c_double * len(query))(*query)
    table = (ctypes.c_double * len(rows))(*rows)
    indices = (ctypes.c_int64 * (k + GUARDS))(*[UNTOUCHED] * (k + GUARDS))
    scores = (ctypes.c_double * (k + GUARDS))(*[UNTOUCHED] * (k + GUARDS))
    count = function(given, table, n_rows, len(query), k, indices, scores)
    written = max(count, 0)
    if any(value != UNTOUCHED for value in [*indices[written:], *scores[written:]]):
        raise Overrun(f"top_k returned {count}, and has written behind that")
    if list(given) != query or list(table) != rows:
        raise Overrun("top_k has changed its input")
    return count, indices[:written], scores[:written]
