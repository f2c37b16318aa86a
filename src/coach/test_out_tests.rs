#![expect(clippy::unwrap_used, reason = "the shipped pack is sound")]
use std::collections::BTreeSet;

use super::*;
use crate::catalog::{Expectations, PackSource, load};

#[test]
fn a_few_exercises_of_different_topics_prove_a_tier() {
    let pack = load(&PackSource::Shipped, Expectations::Required).unwrap();
    for tier in &pack.tiers {
        let all = pack.of_tier(&tier.id).count();
        let chosen = choose(&pack, &tier.id);
        let topics: BTreeSet<_> = chosen.iter().map(|exercise| exercise.topic).collect();
        assert_eq!(topics.len(), chosen.len(), "{}", tier.id);
        assert!(!chosen.is_empty() && chosen.len() <= MOST && (chosen.len() < all || all <= LEAST), "{}", tier.id);
        // The hardest of the tier is among them.
        let hardest = pack.of_tier(&tier.id).map(|exercise| exercise.difficulty).max();
        assert_eq!(chosen.iter().map(|exercise| exercise.difficulty).max(), hardest, "{}", tier.id);
    }
}
