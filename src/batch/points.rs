//! Points, as an exact number.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// Points in hundredths of one, so that sums and texts of them are exact: what a gradebook compares are two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(u64);

impl Points {
    /// No points.
    pub const ZERO: Points = Points(0);

    /// So many whole points.
    pub fn whole(points: u32) -> Points {
        Points(u64::from(points) * 100)
    }

    /// So many hundredths.
    pub fn hundredths(hundredths: u64) -> Points {
        Points(hundredths)
    }

    /// How many hundredths they are.
    pub fn in_hundredths(self) -> u64 {
        self.0
    }

    /// What remains after so many percent are taken off, rounded to the nearest hundredth, halves up. 100 and more leave
    /// nothing.
    pub fn less_percent(self, percent: u32) -> Points {
        let kept = u64::from(100 - percent.min(100));
        Points((self.0 * kept + 50) / 100)
    }

    /// As a share of `most`, from 0 to 1; 0 where `most` is nothing.
    pub fn share_of(self, most: Points) -> f64 {
        if most.0 == 0 { 0.0 } else { self.0 as f64 / most.0 as f64 }
    }
}

impl Add for Points {
    type Output = Points;
    fn add(self, other: Points) -> Points {
        Points(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Points) {
        *self = *self + other;
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Points>>(all: I) -> Points {
        all.fold(Points::ZERO, Add::add)
    }
}

/// `12`, `12.5`, `12.25`: a point as the decimal mark, no zeros that say nothing.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        let text = match (rest, rest % 10) {
            (0, _) => whole.to_string(),
            (_, 0) => format!("{whole}.{}", rest / 10),
            _ => format!("{whole}.{rest:02}"),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_text_and_less_a_share() {
        for (hundredths, text) in [(0, "0"), (5, "0.05"), (50, "0.5"), (1200, "12"), (1250, "12.5"), (1234, "12.34")] {
            assert_eq!(Points::hundredths(hundredths).to_string(), text);
        }
        assert_eq!(Points::whole(10).less_percent(15).to_string(), "8.5");
        assert_eq!(Points::hundredths(1).less_percent(50).to_string(), "0.01");
        assert_eq!(Points::whole(3).less_percent(150), Points::ZERO);
        assert_eq!(Points::whole(1).share_of(Points::ZERO), 0.0);
        assert_eq!([Points::whole(1), Points::hundredths(25)].into_iter().sum::<Points>().to_string(), "1.25");
    }
}
