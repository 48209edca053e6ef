use proptest::prelude::*;

use super::*;

const MS: u64 = 1_000_000;

fn limit(rate: u64) -> Option<NonZeroU64> {
    NonZeroU64::new(rate)
}

fn group_of(number: u64) -> GroupId {
    GroupId(NonZeroU64::new(number).expect("not zero"))
}

fn member(transfer: u64, group: u64, share: Share) -> Member {
    Member { transfer: TransferId::new(transfer).expect("not zero"), group: Some(group_of(group)), share }
}

/// Connections that always have something in hand, woken `late` nanoseconds after their time.
struct Crowd {
    limiter: Limiter,
    /// When each asks next, and what it took.
    flows: Vec<(u64, u64)>,
    chunk: u64,
    late: u64,
    now: u64,
}

impl Crowd {
    fn new(members: &[Member], chunk: u64, late: u64) -> Self {
        let mut limiter = Limiter::default();
        for (number, member) in members.iter().enumerate() {
            limiter.join(FlowId(number as u64), *member);
        }
        Self { limiter, flows: vec![(0, 0); members.len()], chunk, late, now: 0 }
    }

    fn run(&mut self, until: u64) {
        while let Some(next) = (0..self.flows.len()).min_by_key(|flow| self.flows[*flow].0) {
            let now = self.flows[next].0.max(self.now);
            if now >= until {
                break;
            }
            self.now = now;
            match self.limiter.ask(FlowId(next as u64), self.chunk, Nanos(now)) {
                Turn::Take(bytes) => {
                    assert!(bytes > 0 && bytes <= self.chunk);
                    self.flows[next].1 += bytes;
                }
                Turn::Wait(at) => {
                    assert!(at.0 > now);
                    self.flows[next].0 = at.0 + self.late;
                }
            }
        }
        self.now = until;
    }

    fn sum(&self) -> u64 {
        self.flows.iter().map(|(_, taken)| taken).sum()
    }
}

fn close(got: u64, wanted: u64, per_mille: u64) -> bool {
    got.abs_diff(wanted) * 1000 <= wanted * per_mille
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_limit_is_kept_within_three_per_cent_over_twenty_seconds(
        rate in prop_oneof![Just(50_000u64), Just(100 << 10), 50_000..2_000_000u64, 2_000_000..200_000_000u64, Just(200_000_000)],
        flows in 1..9usize,
        chunk in 4_000..400_000u64,
        late in 0..4 * MS,
        level in 0..3usize,
    ) {
        // Larger ones where it is fast, or this takes as long as it pretends.
        let chunk = chunk.max(rate / 500);
        let mut crowd = Crowd::new(&vec![member(1, 1, Share::Full); flows], chunk, late);
        let level = [Level::Everything, Level::Group(group_of(1)), Level::Transfer(TransferId::new(1).expect("one"))][level];
        crowd.limiter.set(level, limit(rate), Nanos(0));
        crowd.run(20 * SECOND);
        prop_assert!(close(crowd.sum(), rate * 20, if rate < 100 << 10 { 50 } else { 30 }), "{} of {}", crowd.sum(), rate * 20);
        let least = crowd.flows.iter().map(|(_, taken)| *taken).min().expect("one");
        let most = crowd.flows.iter().map(|(_, taken)| *taken).max().expect("one");
        prop_assert!(most - least <= rate / 10 + 2 * TURN, "unfair: {least} and {most}");
    }

    #[test]
    fn no_limit_is_ever_exceeded_by_more_than_its_burst(
        everything in 100_000..5_000_000u64, group in 100_000..5_000_000u64, transfer in 100_000..5_000_000u64,
        changes in prop::collection::vec((50..3_000u64, 0..3usize, 100_000..5_000_000u64), 0..6),
    ) {
        let members = [member(1, 1, Share::Full), member(1, 1, Share::Full), member(2, 1, Share::Full), member(3, 2, Share::Full)];
        let one = TransferId::new(1).expect("one");
        let levels = [Level::Everything, Level::Group(group_of(1)), Level::Transfer(one)];
        let mut crowd = Crowd::new(&members, 60_000, MS / 2);
        let mut rates = [everything, group, transfer];
        for (level, rate) in levels.into_iter().zip(rates) {
            crowd.limiter.set(level, limit(rate), Nanos(0));
        }
        let mut allowed = [0u64; 3];
        let mut bursts = [0u64; 3];
        let mut now = 0;
        for (span, level, rate) in changes.into_iter().chain([(3_000, 0, everything)]) {
            now += span * MS;
            crowd.run(now);
            for slot in 0..3 {
                allowed[slot] += rates[slot] * span / 1000;
                // At each change somebody may hold a place of the old size.
                bursts[slot] += rates[slot] / 20 + 4 * (5_000_000 / TURNS + TURN);
            }
            let taken: Vec<u64> = crowd.flows.iter().map(|(_, taken)| *taken).collect();
            let sums = [taken.iter().sum::<u64>(), taken[..3].iter().sum(), taken[..2].iter().sum()];
            for slot in 0..3 {
                prop_assert!(sums[slot] <= allowed[slot] + bursts[slot], "{slot}: {} of {}", sums[slot], allowed[slot]);
            }
            rates[level] = rate;
            crowd.limiter.set(levels[level], limit(rate), Nanos(now));
            for flow in &mut crowd.flows {
                flow.0 = now;
            }
        }
    }
}

#[test]
fn what_one_cannot_use_the_others_get() {
    let members = [member(1, 1, Share::Full), member(2, 1, Share::Full), member(3, 2, Share::Full)];
    let mut crowd = Crowd::new(&members, 50_000, MS / 2);
    crowd.limiter.set(Level::Everything, limit(3_000_000), Nanos(0));
    crowd.limiter.set(Level::Transfer(TransferId::new(1).expect("one")), limit(200_000), Nanos(0));
    crowd.run(20 * SECOND);
    let taken: Vec<u64> = crowd.flows.iter().map(|(_, taken)| *taken).collect();
    assert!(close(taken[0], 4_000_000, 30), "{taken:?}");
    assert!(close(taken[1], 28_000_000, 30) && close(taken[2], 28_000_000, 30), "{taken:?}");
}

#[test]
fn a_new_limit_holds_for_those_who_wait() {
    let mut crowd = Crowd::new(&[member(1, 1, Share::Full); 4], 100_000, 0);
    crowd.limiter.set(Level::Everything, limit(1_000), Nanos(0));
    crowd.run(5 * SECOND);
    crowd.limiter.set(Level::Everything, limit(10_000_000), Nanos(5 * SECOND));
    for flow in &mut crowd.flows {
        flow.0 = 5 * SECOND;
    }
    let before = crowd.sum();
    crowd.run(6 * SECOND);
    assert!(close(crowd.sum() - before, 10_000_000, 60), "{}", crowd.sum() - before);
    crowd.limiter.set(Level::Everything, None, Nanos(6 * SECOND));
    // What is left of a place comes first.
    let asks: Vec<Turn> = (0..3).map(|_| crowd.limiter.ask(FlowId(0), 1 << 30, Nanos(6 * SECOND))).collect();
    assert!(
        asks.iter().all(|turn| matches!(turn, Turn::Take(_))) && asks[2] == Turn::Take(1 << 30),
        "{asks:?}"
    );
}

#[test]
fn who_leaves_gives_its_place_back() {
    let mut limiter = Limiter::default();
    limiter.set(Level::Everything, limit(1_000), Nanos(SECOND));
    limiter.join(FlowId(1), member(1, 1, Share::Full));
    limiter.join(FlowId(2), member(1, 1, Share::Full));
    assert_eq!(limiter.ask(FlowId(1), 2000, Nanos(SECOND)), Turn::Take(TURN));
    let first = limiter.ask(FlowId(1), 1000, Nanos(SECOND));
    assert!(matches!(first, Turn::Wait(_)));
    limiter.leave(FlowId(1));
    assert_eq!(limiter.ask(FlowId(2), 1000, Nanos(SECOND)), first);
}

/// A line that two share as TCP would: half for each if both want it. Ticks of 10 ms.
fn share_a_line(line: u64, wish: u64, from: u64, until: u64, limiter: &mut Limiter) -> (u64, u64) {
    let mut taken = [0u64; 2];
    for tick in from..until {
        let now = Nanos(tick * 10 * MS);
        let per_tick = line / 100;
        let mut low = 0;
        while low < per_tick
            && let Turn::Take(bytes) = limiter.ask(FlowId(2), 1024.min(per_tick - low), now)
        {
            low += bytes;
        }
        let fair = low.min(per_tick / 2);
        let full = (wish / 100).min(per_tick - fair);
        if full > 0 {
            assert_eq!(limiter.ask(FlowId(1), full, now), Turn::Take(full));
        }
        taken[0] += full;
        taken[1] += low.min(per_tick - full);
    }
    (taken[0], taken[1])
}

#[test]
fn low_priority_gets_only_what_others_leave() {
    let mut limiter = Limiter::default();
    limiter.join(FlowId(1), member(1, 1, Share::Full));
    limiter.join(FlowId(2), member(2, 1, Share::Idle));
    let line = 4_000_000;
    let (_, alone) = share_a_line(line, 0, 0, 1_000, &mut limiter);
    assert!(alone >= line * 10 * 95 / 100, "alone it gets the line: {alone}");
    let (full, low) = share_a_line(line, line, 1_000, 7_000, &mut limiter);
    assert!(full >= line * 60 * 90 / 100, "the other keeps its speed: {full}");
    assert!(low > 60 * (4 << 10) / 2, "and it stays alive: {low}");
    let (full, low) = share_a_line(line, line / 5, 7_000, 13_000, &mut limiter);
    assert!(full >= line / 5 * 60 * 97 / 100, "{full}");
    assert!(low >= line * 60 / 2, "what a slow one leaves is used: {low}");
    let (_, alone) = share_a_line(line, 0, 13_000, 14_000, &mut limiter);
    assert!(alone >= line * 10 * 85 / 100, "alone again: {alone}");
}
