//! Points in files: exact decimal numbers, never binary fractions.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use crate::batch::Points;

/// Points as a JSON number of at most two decimals: `12.5`, where [`Points`] itself is written in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(pub Points);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.to_string().parse::<Number>().map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Exact, D::Error> {
        let number = Number::deserialize(deserializer)?.to_string();
        let wrong = || serde::de::Error::custom(format!("`{number}` is no number of points: 12 and 12.25 are"));
        parse(&number).map(Exact).ok_or_else(wrong)
    }
}

/// Points from their text: digits, and up to two more after a point. `None` for anything else.
pub fn parse(text: &str) -> Option<Points> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 15) || !digits(rest, 2) {
        return None;
    }
    let hundredths: u64 = format!("{rest:0<2}").parse().ok()?;
    Some(Points::hundredths(whole.parse::<u64>().ok()? * 100 + hundredths))
}

/// How many percent `points` are of `most`, rounded to hundredths of one; `None` where `most` is nothing.
pub fn percent(points: Points, most: Points) -> Option<Points> {
    scaled(points, most, Points::whole(100))
}

/// The same share of `possible` that `points` are of `most`, rounded to the nearest hundredth, halves up; `None` where
/// `most` is nothing.
pub fn scaled(points: Points, most: Points, possible: Points) -> Option<Points> {
    let [points, most, possible] = [points, most, possible].map(|points| u128::from(points.in_hundredths()));
    let share = (points * possible * 2 + most).checked_div(most * 2)?;
    u64::try_from(share).ok().map(Points::hundredths)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn as_a_number_and_back() {
        for hundredths in [0, 1, 10, 33, 100, 1205, 1250, 99_999_999] {
            let points = Exact(Points::hundredths(hundredths));
            let text = serde_json::to_string(&points).unwrap();
            assert_eq!(text, points.0.to_string());
            assert_eq!(serde_json::from_str::<Exact>(&text).unwrap(), points);
        }
        for wrong in ["-1", "1e3", "1.234", "\"1\"", "null", "NaN"] {
            assert!(serde_json::from_str::<Exact>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_are_rounded_once() {
        let whole = Points::whole;
        assert_eq!(percent(whole(1), whole(3)), Some(Points::hundredths(3333)));
        assert_eq!(percent(whole(2), whole(3)), Some(Points::hundredths(6667)));
        assert_eq!(percent(whole(2), whole(0)), None);
        assert_eq!(scaled(whole(5), whole(8), whole(10)), Some(Points::hundredths(625)));
    }
}
