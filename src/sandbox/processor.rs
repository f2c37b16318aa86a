//! Where a slot's processes run.
//!
//! A case is a chain of processes that wake each other, one at a time: the slot, its nest, the program. When all processors
//! are busy Linux hardly looks for an idle one for whoever is woken, so two chains end up on one processor while another
//! idles: for a fifth of the time with two slots on two of them. So each slot stays on a processor of its own, with all that
//! is forked for it, where there are as many slots as processors and control groups hold the limits. Only programs go where
//! they like.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The processor of a slot.
#[derive(Debug, Clone, Copy)]
pub struct Processor {
    /// The kernel's number of it.
    pub number: usize,
    /// All that there are for this run.
    all: CpuSet,
}

impl Processor {
    /// That of slot `slot` of so many; `None` where there are more slots or fewer than processors. `run` is what differs between
    /// runs, so that the first slots of all of them do not meet on one processor.
    pub fn of(slot: u32, slots: u32, run: &impl Hash) -> Option<Processor> {
        let first = BuildHasherDefault::<DefaultHasher>::default().hash_one(run) % u64::from(slots.max(1));
        choose(sched_getaffinity(None).ok()?, (u64::from(slot) + first) % u64::from(slots.max(1)), slots)
    }

    /// Has this process stay there, and what it forks. Whether it may.
    pub fn stay(&self) -> bool {
        let mut only = CpuSet::new();
        only.set(self.number);
        sched_setaffinity(None, &only).is_ok()
    }

    /// Lets this process go wherever the run may.
    pub fn leave(&self) {
        let _ = sched_setaffinity(None, &self.all);
    }
}

fn choose(all: CpuSet, place: u64, slots: u32) -> Option<Processor> {
    if all.count() != slots {
        return None;
    }
    let number = (0..CpuSet::MAX_CPU).filter(|&number| all.is_set(number)).nth(usize::try_from(place).ok()?)?;
    Some(Processor { number, all })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(numbers: &[usize]) -> CpuSet {
        let mut set = CpuSet::new();
        for &number in numbers {
            set.set(number);
        }
        set
    }

    fn numbers(all: &[usize], slots: u32) -> Vec<Option<usize>> {
        (0..slots).map(|slot| choose(set(all), slot.into(), slots).map(|one| one.number)).collect()
    }

    #[test]
    fn each_slot_has_its_own_of_the_processors_that_the_run_may_use() {
        assert_eq!(numbers(&[0, 1], 2), [Some(0), Some(1)]);
        assert_eq!(numbers(&[3, 8, 9], 3), [Some(3), Some(8), Some(9)]);
    }

    #[test]
    fn with_more_slots_than_processors_or_fewer_none_has() {
        assert_eq!(numbers(&[0, 1], 1), [None]);
        assert_eq!(numbers(&[0, 1], 3), [None, None, None]);
    }
}
