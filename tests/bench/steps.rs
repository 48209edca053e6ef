//! How long a step of the coordinator takes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::crowd::{Crowd, Moment};

const DAYS: usize = 15;
const QUEUED: u64 = 10_000;
const ALLOWED: Duration = Duration::from_millis(1);

pub(super) fn measure() {
    println!("a step of the coordinator, in microseconds: median and longest of {DAYS}");
    let worst = [
        day("", || Crowd::new(QUEUED, 1_000)),
        day("; those that wait do so for their host", || Crowd::new(QUEUED, 10)),
        day(" beside a get", || Crowd::get(QUEUED)),
    ];
    let worst = worst.into_iter().max().unwrap_or_default();
    let verdict = if worst < ALLOWED { "reached" } else { "MISSED" };
    println!("slowest kind of step: {} us of {} allowed: {verdict}", worst.as_micros(), ALLOWED.as_micros());
}

/// The slowest kind's median: a busy machine makes single steps long.
fn day(what: &str, crowd: impl Fn() -> Crowd) -> Duration {
    let mut took: BTreeMap<Moment, Vec<Duration>> = BTreeMap::new();
    for _ in 0..DAYS {
        let mut crowd = crowd();
        for moment in Moment::ALL {
            let input = crowd.input(moment);
            let before = Instant::now();
            let effects = crowd.step(input);
            took.entry(moment).or_default().push(before.elapsed());
            drop(effects);
            let _ = crowd.settle();
        }
    }
    println!("{} running, {QUEUED} queued{what}", crowd().running());
    let mut worst = Duration::ZERO;
    for (moment, mut times) in took {
        times.sort_unstable();
        let median = times[times.len() / 2];
        worst = worst.max(median);
        let longest = times.last().copied().unwrap_or_default();
        println!("{:>16} {:>8} {:>8}", format!("{moment:?}"), median.as_micros(), longest.as_micros());
    }
    worst
}
