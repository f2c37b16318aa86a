//! Statistics of a class, as pure functions.

/// A row of yes and no, one for each student.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// Adds one at the end.
    pub fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        if bit && let Some(last) = self.words.last_mut() {
            *last |= 1 << (self.len % 64);
        }
        self.len += 1;
    }

    /// The one at this place; no where there is none.
    pub fn get(&self, index: usize) -> bool {
        self.words.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// How many are yes.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// Pearson's correlation; of a row of 0 and 1 with numbers it is the point-biserial one. `None` where one of the two
/// rows does not vary, and for fewer than two pairs.
pub fn correlation(pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    // Welford's updates: sums of squares would lose what differs between large equal numbers.
    let (mut n, mut mean_x, mut mean_y) = (0.0, 0.0, 0.0);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        n += 1.0;
        let (dx, dy) = (x - mean_x, y - mean_y);
        mean_x += dx / n;
        mean_y += dy / n;
        xx += dx * (x - mean_x);
        yy += dy * (y - mean_y);
        xy += dx * (y - mean_y);
    }
    let scale = (xx * yy).sqrt();
    (scale > 1e-9).then(|| (xy / scale).clamp(-1.0, 1.0))
}

/// The value below which this share of them lies, between two neighbours where it falls there (type 7, as in NumPy).
/// `None` of nothing. They must be sorted.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    Some(sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64))
}

/// The arithmetic mean; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// How many of these shares, 0 to 1, are in each of `bins` equal parts; 1 is in the last.
pub fn histogram(shares: &[f64], bins: usize) -> Vec<usize> {
    let mut counts = vec![0; bins];
    for share in shares {
        // A share such as 0.15 must not fall below its own edge for want of a bit.
        let bin = (share * bins as f64 + 1e-9).floor() as usize;
        if let Some(count) = counts.get_mut(bin.min(bins.saturating_sub(1))) {
            *count += 1;
        }
    }
    counts
}

/// The least value of the best quarter, of which there is at least one; equal values are all in. `None` of nothing.
pub fn best_quarter(values: &mut [u32]) -> Option<u32> {
    let from = values.len().checked_sub(values.len().div_ceil(4).max(1))?;
    Some(*values.select_nth_unstable(from).1)
}

/// Rounded to thousandths, so that what is written does not depend on the last bit.
pub fn thousandths(value: f64) -> f64 {
    // Adding 0 makes 0 of -0.
    (value * 1000.0).round() / 1000.0 + 0.0
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn correlation_on_known_numbers() {
        // numpy.corrcoef([1, 1, 0, 1, 0, 0], [9, 7, 4, 6, 5, 2])[0, 1]
        let items = [1.0, 1.0, 0.0, 1.0, 0.0, 0.0];
        let rests = [9.0, 7.0, 4.0, 6.0, 5.0, 2.0];
        let r = correlation(items.into_iter().zip(rests)).unwrap();
        assert!((r - 0.826_810_630_803_111_8).abs() < 1e-12, "{r}");
        // The textbook's formula for the point-biserial: (M1 - M0) / s * sqrt(p q).
        let by_hand =
            (22.0 / 3.0 - 11.0 / 3.0) / (rests.map(|y| (y - 5.5f64).powi(2)).iter().sum::<f64>() / 6.0).sqrt() / 2.0;
        assert!((r - by_hand).abs() < 1e-12, "{by_hand}");
        let opposite = correlation([(0.0, 3.0), (1.0, 2.0), (2.0, 1.0)].into_iter()).unwrap();
        assert!((opposite + 1.0).abs() < 1e-12);
        let far = correlation([(1.0, 1e9 + 1.0), (2.0, 1e9 + 2.0), (3.0, 1e9 + 3.0)].into_iter()).unwrap();
        assert!((far - 1.0).abs() < 1e-9, "{far}");
    }

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        assert_eq!(correlation([(1.0, 2.0), (1.0, 3.0)].into_iter()), None);
        assert_eq!(correlation([(1.0, 0.3), (2.0, 0.3), (3.0, 0.3)].into_iter()), None);
        assert_eq!(correlation([(1.0, 2.0)].into_iter()), None);
        assert_eq!(correlation(std::iter::empty()), None);
    }

    #[test]
    fn quantiles_as_numpy_has_them() {
        let values = [1.0, 2.0, 4.0, 8.0];
        // numpy.percentile([1, 2, 4, 8], [0, 25, 50, 75, 90, 100])
        for (share, expected) in [(0.0, 1.0), (0.25, 1.75), (0.5, 3.0), (0.75, 5.0), (0.9, 6.8), (1.0, 8.0)] {
            assert!((quantile(&values, share).unwrap() - expected).abs() < 1e-12);
        }
        assert_eq!(quantile(&[7.0], 0.9), Some(7.0));
        assert_eq!((quantile(&[], 0.5), mean(&[]), mean(&values)), (None, None, Some(3.75)));
    }

    #[test]
    fn shares_fall_into_their_bins() {
        assert_eq!(histogram(&[0.0, 0.049, 0.05, 0.15, 0.95, 1.0], 20)[..4], [2, 1, 0, 1]);
        assert_eq!(histogram(&[0.0, 0.5, 0.999, 1.0], 2), [1, 3]);
        assert_eq!(histogram(&[0.5], 0), [0; 0]);
    }

    #[test]
    fn the_best_quarter_has_all_equals() {
        assert_eq!(best_quarter(&mut [5, 1, 9, 9, 2, 3, 4, 9]), Some(9));
        assert_eq!(best_quarter(&mut [1, 2, 3, 4, 5]), Some(4));
        assert_eq!(best_quarter(&mut [3]), Some(3));
        assert_eq!(best_quarter(&mut []), None);
    }

    #[test]
    fn bits_over_several_words() {
        let mut bits = Bits::default();
        (0..130).for_each(|index| bits.push(index % 3 == 0));
        assert_eq!((bits.count(), bits.get(129), bits.get(128), bits.get(500)), (44, true, false, false));
    }

    #[test]
    fn rounding_leaves_no_minus_zero() {
        assert_eq!((thousandths(-0.0001).to_string(), thousandths(0.12349)), ("0".to_owned(), 0.123));
    }
}
