//! Who may run now. The queue's order is priority, then place; limits are per kind and per host.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use crate::model::{Behavior, Direction, GroupId, Limits, Priority};

/// Which limit a transfer counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A download of at least [`Limits::SMALL_BYTES`], or of unknown size.
    Large,
    Small,
    Upload,
}

impl Kind {
    pub const fn of(direction: Direction, total: Option<u64>) -> Self {
        match (direction, total) {
            (Direction::Upload, _) => Self::Upload,
            (Direction::Download, Some(total)) if total < Limits::SMALL_BYTES => Self::Small,
            (Direction::Download, _) => Self::Large,
        }
    }
}

/// What runs at this moment, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Load {
    large: u16,
    small: u16,
    uploads: u16,
    hosts: BTreeMap<String, u16>,
    /// Transfers of normal or low priority that run, by group.
    groups: BTreeMap<GroupId, u16>,
}

/// A transfer as far as its turn is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    pub kind: Kind,
    pub host: &'a str,
    pub priority: Priority,
    pub group: Option<(GroupId, Behavior)>,
}

/// Why it is not its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// No transfer of this kind can start.
    Kind,
    Host,
    /// Its group runs one at a time.
    Group,
}

impl Load {
    /// # Errors
    /// The limit that is reached.
    pub fn admit(&self, candidate: &Candidate<'_>, limits: &Limits) -> Result<(), Full> {
        if self.of_kind(candidate.kind) >= limit(candidate.kind, limits) {
            return Err(Full::Kind);
        }
        if self.hosts.get(candidate.host).is_some_and(|running| *running >= limits.per_host) {
            return Err(Full::Host);
        }
        match candidate.group {
            Some((group, Behavior::Serialized))
                if candidate.priority != Priority::High && self.groups.contains_key(&group) =>
            {
                Err(Full::Group)
            }
            Some((_, Behavior::Serialized | Behavior::Parallel)) | None => Ok(()),
        }
    }

    /// Nothing at all can start, whatever is waiting.
    pub fn is_full(&self, limits: &Limits) -> bool {
        [Kind::Large, Kind::Small, Kind::Upload]
            .iter()
            .all(|kind| self.of_kind(*kind) >= limit(*kind, limits))
    }

    /// No transfer of this kind can start.
    pub const fn is_kind_full(&self, kind: Kind, limits: &Limits) -> bool {
        self.of_kind(kind) >= limit(kind, limits)
    }

    pub fn add(&mut self, candidate: &Candidate<'_>) {
        *self.of_kind_mut(candidate.kind) += 1;
        *self.hosts.entry(candidate.host.to_owned()).or_default() += 1;
        if let (Some((group, _)), Priority::Normal | Priority::Low) = (candidate.group, candidate.priority) {
            *self.groups.entry(group).or_default() += 1;
        }
    }

    pub fn remove(&mut self, candidate: &Candidate<'_>) {
        let running = self.of_kind_mut(candidate.kind);
        *running = running.saturating_sub(1);
        decrement(&mut self.hosts, candidate.host);
        if let (Some((group, _)), Priority::Normal | Priority::Low) = (candidate.group, candidate.priority) {
            decrement(&mut self.groups, &group);
        }
    }

    const fn of_kind(&self, kind: Kind) -> u16 {
        match kind {
            Kind::Large => self.large,
            Kind::Small => self.small,
            Kind::Upload => self.uploads,
        }
    }

    const fn of_kind_mut(&mut self, kind: Kind) -> &mut u16 {
        match kind {
            Kind::Large => &mut self.large,
            Kind::Small => &mut self.small,
            Kind::Upload => &mut self.uploads,
        }
    }
}

const fn limit(kind: Kind, limits: &Limits) -> u16 {
    match kind {
        Kind::Large => limits.large,
        Kind::Small => limits.small,
        Kind::Upload => limits.uploads,
    }
}

fn decrement<K: Ord + Borrow<Q>, Q: Ord + ?Sized>(counts: &mut BTreeMap<K, u16>, key: &Q) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            let _ = counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;

    fn candidate(kind: Kind) -> Candidate<'static> {
        Candidate { kind, host: "example.org", priority: Priority::Normal, group: None }
    }

    #[test]
    fn each_kind_has_its_own_limit() {
        let limits = Limits { large: 1, small: 1, uploads: 1, ..Limits::default() };
        let mut load = Load::default();
        for kind in [Kind::Large, Kind::Small, Kind::Upload] {
            assert!(!load.is_full(&limits));
            assert_eq!(load.admit(&candidate(kind), &limits), Ok(()));
            load.add(&candidate(kind));
            assert_eq!(load.admit(&candidate(kind), &limits), Err(Full::Kind));
        }
        assert!(load.is_full(&limits));
        load.remove(&candidate(Kind::Small));
        assert_eq!(load.admit(&candidate(Kind::Small), &limits), Ok(()));
    }

    #[test]
    fn one_host_is_not_asked_for_more_than_its_share() {
        let limits = Limits { per_host: 1, ..Limits::default() };
        let mut load = Load::default();
        load.add(&candidate(Kind::Large));
        assert_eq!(load.admit(&candidate(Kind::Small), &limits), Err(Full::Host));
        let other = Candidate { host: "example.net", ..candidate(Kind::Small) };
        assert_eq!(load.admit(&other, &limits), Ok(()));
    }

    #[test]
    fn a_serialized_group_runs_one_at_a_time_but_lets_high_priority_in() {
        let group = Some((GroupId(NonZeroU64::MIN), Behavior::Serialized));
        let normal = Candidate { group, ..candidate(Kind::Large) };
        let high = Candidate { priority: Priority::High, ..normal };
        let limits = Limits::default();
        let mut load = Load::default();
        load.add(&high);
        assert_eq!(load.admit(&normal, &limits), Ok(()));
        load.add(&normal);
        assert_eq!(load.admit(&normal, &limits), Err(Full::Group));
        assert_eq!(load.admit(&high, &limits), Ok(()));
    }
}
