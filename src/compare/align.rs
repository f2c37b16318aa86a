//! Which rows of two lists belong together, so that one missing row does not look like a hundred changed ones.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// Beyond so many rows on one side they are only compared place by place.
pub(super) const MOST_ROWS: usize = 1_000_000;
/// The time after which a rougher alignment will do.
const DEADLINE: Duration = Duration::from_millis(100);

/// What belongs to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// These two; they may still differ.
    Pair(usize, usize),
    /// An expected row without a partner.
    Missing(usize),
    /// An actual row without a partner.
    Extra(usize),
}

/// Aligns two lists, given the hashes of their rows. Equal rows should have equal hashes.
pub(super) fn align(expected: &[u64], actual: &[u64]) -> Vec<Row> {
    let place_by_place = || in_place(0..expected.len(), 0..actual.len()).collect();
    let differing = expected.iter().zip(actual).filter(|(e, a)| e != a).count();
    let same_length = expected.len() == actual.len();
    if expected.len().max(actual.len()) > MOST_ROWS || (same_length && differing * 2 <= expected.len()) {
        return place_by_place();
    }
    let deadline = Instant::now().checked_add(DEADLINE);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, expected, actual, deadline);
    let changes: usize = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })).map(size).sum();
    if same_length && changes >= differing {
        return place_by_place();
    }
    ops.iter().flat_map(|op| in_place(op.old_range(), op.new_range())).collect()
}

fn size(op: &DiffOp) -> usize {
    op.old_range().len().max(op.new_range().len())
}

/// The first with the first, the second with the second, and what is left over alone.
pub(super) fn in_place(expected: Range<usize>, actual: Range<usize>) -> impl Iterator<Item = Row> {
    let both = expected.len().min(actual.len());
    let (e, a) = (expected.start, actual.start);
    let pairs = (0..both).map(move |i| Row::Pair(e + i, a + i));
    let missing = (e + both..expected.end).map(Row::Missing);
    let extra = (a + both..actual.end).map(Row::Extra);
    pairs.chain(missing).chain(extra)
}
