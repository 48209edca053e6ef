//! How many bytes a connection may take now: limits for everything, for a group and for a transfer, all at once.
//!
//! Each limit is a queue of time: taking bytes moves its end by the time they are worth, and whoever asks gets the place
//! at the end. So connections that ask again and again are served in turn, and what is granted over a time is the limit
//! times that time, however late anybody wakes up. Take a place for what is in hand, wait until it comes, and do not read
//! further meanwhile: then the other side is slowed down by TCP.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use super::idle::Idle;
use crate::model::{GroupId, Priority, TransferId};

/// A moment in nanoseconds of a clock that never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Nanos(pub u64);

/// One connection, as the engine numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowId(pub u64);

/// What a limit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Everything,
    Group(GroupId),
    Transfer(TransferId),
}

/// How a connection stands to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    Full,
    /// Low priority: only what the others leave.
    Idle,
}

impl Share {
    pub const fn of(priority: Priority) -> Self {
        match priority {
            Priority::High | Priority::Normal => Self::Full,
            Priority::Low => Self::Idle,
        }
    }
}

/// Whose connection it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub transfer: TransferId,
    pub group: Option<GroupId>,
    pub share: Share,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// So many bytes, at most what was asked for; they are counted.
    Take(u64),
    /// Ask again then, or when a limit changes. The place is kept.
    Wait(Nanos),
}

/// Idle time that may be made up for: more would be a burst, less would lose what timers oversleep.
const BURST: u64 = 50_000_000;
const SECOND: u64 = 1_000_000_000;
/// A place is for what the widest limit brings in 20 ms, so that those who share it get the same in turn, and so that what
/// a late one catches up with is less than a place; but for no more than 250 ms of the tightest.
const TURNS: u64 = 50;
const LONGEST: u64 = 4;
/// Smaller places would be all overhead.
const TURN: u64 = 1 << 10;

/// All limits and all who keep to them. O(log connections) a turn; O(connections) when a limit changes.
#[derive(Debug, Clone, Default)]
pub struct Limiter {
    everything: Queue,
    groups: BTreeMap<GroupId, Queue>,
    transfers: BTreeMap<TransferId, Queue>,
    leftover: Queue,
    idle: Idle,
    flows: BTreeMap<FlowId, Flow>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Queue {
    /// Bytes a second.
    limit: Option<NonZeroU64>,
    /// Where the next place begins.
    end: u64,
}

#[derive(Debug, Clone, Copy)]
struct Flow {
    member: Member,
    place: Option<Place>,
    /// Bytes that were counted and may be taken without waiting.
    purse: u64,
}

/// Bytes that were counted but may not be taken yet, and from when each limit allows them: everything, group, transfer, leftover.
#[derive(Debug, Clone, Copy)]
struct Place {
    bytes: u64,
    from: [u64; 4],
}

impl Place {
    fn at(self) -> u64 {
        self.from.into_iter().fold(0, u64::max)
    }
}

impl Queue {
    fn cost(self, bytes: u64) -> u64 {
        self.limit.map_or(0, |limit| scale(bytes, SECOND, limit.get()))
    }

    fn join(&mut self, bytes: u64, now: u64) -> u64 {
        if self.limit.is_none() {
            return 0;
        }
        let from = self.end.max(now.saturating_sub(BURST));
        self.end = from.saturating_add(self.cost(bytes));
        from
    }

    fn leave(&mut self, bytes: u64) {
        self.end = self.end.saturating_sub(self.cost(bytes));
    }

    /// The same bytes at another speed.
    fn stretched(moment: u64, now: u64, old: Option<NonZeroU64>, new: Option<NonZeroU64>) -> u64 {
        match (old, new) {
            (Some(old), Some(new)) => {
                now.saturating_add(scale(moment.saturating_sub(now), old.get(), new.get()))
            }
            (None, _) | (_, None) => now,
        }
    }
}

impl Limiter {
    /// Bytes a second, or no limit; holds from now on, also for those who wait.
    pub fn set(&mut self, level: Level, limit: Option<NonZeroU64>, now: Nanos) {
        let queue = match level {
            Level::Everything => &mut self.everything,
            Level::Group(id) => self.groups.entry(id).or_default(),
            Level::Transfer(id) => self.transfers.entry(id).or_default(),
        };
        let old = std::mem::replace(&mut queue.limit, limit);
        if old == limit {
            return;
        }
        queue.end = Queue::stretched(queue.end, now.0, old, limit);
        let slot = match level {
            Level::Everything => 0,
            Level::Group(_) => 1,
            Level::Transfer(_) => 2,
        };
        self.stretch_places(slot, now, (old, limit), |member| match level {
            Level::Everything => true,
            Level::Group(id) => member.group == Some(id),
            Level::Transfer(id) => member.transfer == id,
        });
        if limit.is_none() {
            self.groups.retain(|_, queue| queue.limit.is_some());
            self.transfers.retain(|_, queue| queue.limit.is_some());
        }
    }

    /// Must come before the first [`Limiter::ask`]; again when its group or share changes.
    pub fn join(&mut self, flow: FlowId, member: Member) {
        self.leave(flow);
        let _ = self.flows.insert(flow, Flow { member, place: None, purse: 0 });
    }

    /// What it did not take is free for others.
    pub fn leave(&mut self, flow: FlowId) {
        if let Some(Flow { member, place, purse }) = self.flows.remove(&flow) {
            let bytes = purse.saturating_add(place.map_or(0, |place| place.bytes));
            for queue in self.queues(member).into_iter().flatten() {
                queue.leave(bytes);
            }
        }
    }

    /// May `flow` take `want` bytes? Strangers may: nothing is known that speaks against it.
    pub fn ask(&mut self, flow: FlowId, want: u64, now: Nanos) -> Turn {
        self.judge_leftover(now);
        let Some(known) = self.flows.get(&flow).copied() else { return Turn::Take(want) };
        let member = known.member;
        let mut purse = known.purse;
        if purse == 0 {
            let place = known.place.unwrap_or_else(|| self.take_place(member, want, now));
            if place.at() > now.0 {
                self.keep(flow, Some(place), 0);
                return Turn::Wait(Nanos(place.at()));
            }
            purse = place.bytes;
        }
        let bytes = want.min(purse);
        self.keep(flow, None, purse - bytes);
        self.idle.took(member.share, bytes);
        Turn::Take(bytes)
    }

    fn keep(&mut self, flow: FlowId, place: Option<Place>, purse: u64) {
        if let Some(flow) = self.flows.get_mut(&flow) {
            (flow.place, flow.purse) = (place, purse);
        }
    }

    fn take_place(&mut self, member: Member, want: u64, now: Nanos) -> Place {
        let mut queues = self.queues(member);
        let limits = || queues.iter().flatten().filter_map(|queue| queue.limit).map(NonZeroU64::get);
        let bytes = match (limits().min(), limits().max()) {
            (Some(tightest), Some(widest)) => (widest / TURNS).min(tightest / LONGEST).max(TURN),
            (None, _) | (_, None) => want,
        };
        let from = queues.each_mut().map(|queue| queue.as_mut().map_or(0, |queue| queue.join(bytes, now.0)));
        Place { bytes, from }
    }

    fn queues(&mut self, member: Member) -> [Option<&mut Queue>; 4] {
        [
            Some(&mut self.everything),
            member.group.and_then(|group| self.groups.get_mut(&group)),
            self.transfers.get_mut(&member.transfer),
            (member.share == Share::Idle).then_some(&mut self.leftover),
        ]
    }

    /// Those with low priority get what the last moments say that the others leave.
    fn judge_leftover(&mut self, now: Nanos) {
        if let Some(limit) = self.idle.judge(now.0) {
            let old = std::mem::replace(&mut self.leftover.limit, limit);
            self.leftover.end = Queue::stretched(self.leftover.end, now.0, old, limit);
            self.stretch_places(3, now, (old, limit), |member| member.share == Share::Idle);
        }
    }

    fn stretch_places(
        &mut self,
        slot: usize,
        now: Nanos,
        (old, new): (Option<NonZeroU64>, Option<NonZeroU64>),
        concerns: impl Fn(Member) -> bool,
    ) {
        for flow in self.flows.values_mut().filter(|flow| concerns(flow.member)) {
            if let Some(place) = &mut flow.place {
                place.from[slot] = Queue::stretched(place.from[slot], now.0, old, new);
            }
        }
    }
}

/// `value * times / of` without overflow on the way; `of` is not zero.
fn scale(value: u64, times: u64, of: u64) -> u64 {
    let scaled = u128::from(value) * u128::from(times) / u128::from(of.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
