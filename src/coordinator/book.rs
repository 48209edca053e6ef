//! Unfinished transfers in memory, with an index for each question that a step asks. No question walks the whole book.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Activity, Boot, BootId, Direction, Intent, MountId, Priority, ProbeId, RangeSet, Rank, Run, Shelf, Slot,
    Stage, Ticket, Transfer, TransferId, UriKey,
};
use crate::rules::cost::Class;
use crate::rules::rate::Speed;
use crate::rules::schedule::Kind;

/// Place in the queue.
pub(super) type Turn = (Priority, Rank, TransferId);

#[derive(Debug, Default)]
pub(super) struct Book {
    entries: BTreeMap<TransferId, Entry>,
    /// All unfinished transfers in the order of the queue.
    order: BTreeSet<Turn>,
    /// Those that could start as far as they themselves are concerned.
    ready: BTreeMap<(Class, Kind), BTreeSet<Turn>>,
    /// Ready, but their host or group is busy; the first of each comes back when a place is free.
    parked: BTreeMap<Park, BTreeSet<Turn>>,
    running: BTreeSet<TransferId>,
    addresses: BTreeMap<UriKey, BTreeSet<TransferId>>,
    /// Files of at least so many bytes are a class of their own.
    hold_over: Option<u64>,
    /// Entries and places looked at since the start: the cost of a step in numbers that no busy machine changes.
    visits: Cell<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Park {
    Host(String),
    Group(crate::model::GroupId),
}

#[derive(Debug)]
pub(super) struct Entry {
    pub transfer: Transfer,
    pub live: Option<Live>,
    /// This engine may run it.
    pub in_scope: bool,
    /// Work on the disk that must end before it can start.
    pub errand: bool,
    pub probe: Option<ProbeId>,
    /// When its retry, or the next look at its disk, is due; older deadlines mean nothing.
    pub retry_at: Option<Boot>,
    pub look_at: Option<Boot>,
    /// Looks since the last byte that found the cause gone.
    pub looks: u32,
    /// Length of the file when no commit knows it yet: how much room a look must find.
    pub expected: Option<u64>,
    /// The mount on which its disk broke.
    pub broken: Option<MountId>,
    /// The last ticket that wrote it.
    pub saved_by: Ticket,
    /// What it is counted under.
    pub filed: Option<(Shelf, Direction, bool)>,
    /// Where it stands in `ready` or `parked`.
    place: Option<Place>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Ready(Class, Kind),
    Parked(Park),
}

/// A run as far as it is known here.
#[derive(Debug)]
pub(super) struct Live {
    pub run: Run,
    pub kind: Kind,
    pub slots: Vec<Slot>,
    /// Its secrets were given anew since it started.
    pub renewed: bool,
    /// Told to stop.
    pub stopping: bool,
    pub activity: Activity,
    pub trust: Option<(BootId, Option<MountId>)>,
    pub done: u64,
    pub received: u64,
    pub connections: u16,
    pub speed: Speed,
    pub read_at: Boot,
    pub synced_at: Boot,
    pub synced_bytes: u64,
    pub syncing: bool,
    pub written: Option<RangeSet>,
    /// The connection whose plan it uses up.
    pub over: String,
}

impl Entry {
    pub(super) const fn new(transfer: Transfer) -> Self {
        Self {
            transfer,
            live: None,
            in_scope: true,
            errand: false,
            probe: None,
            retry_at: None,
            look_at: None,
            looks: 0,
            expected: None,
            broken: None,
            saved_by: Ticket(0),
            filed: None,
            place: None,
        }
    }

    pub(super) fn turn(&self) -> Turn {
        (self.transfer.priority, self.transfer.rank, self.transfer.id)
    }

    pub(super) fn kind(&self) -> Kind {
        Kind::of(self.transfer.direction, self.transfer.total())
    }
}

impl Book {
    pub(super) fn get(&self, id: TransferId) -> Option<&Entry> {
        self.visit();
        self.entries.get(&id)
    }

    /// For fields that no index depends on; otherwise [`Book::change`].
    pub(super) fn get_mut(&mut self, id: TransferId) -> Option<&mut Entry> {
        self.visit();
        self.entries.get_mut(&id)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = TransferId> + '_ {
        self.entries.keys().copied().inspect(|_| self.visit())
    }

    pub(super) fn order(&self) -> impl DoubleEndedIterator<Item = Turn> + '_ {
        self.order.iter().copied().inspect(|_| self.visit())
    }

    pub(super) fn running(&self) -> impl Iterator<Item = TransferId> + '_ {
        self.running.iter().copied().inspect(|_| self.visit())
    }

    pub(super) fn is_running(&self, id: TransferId) -> bool {
        self.running.contains(&id)
    }

    pub(super) fn is_at_rest(&self) -> bool {
        self.running.is_empty()
    }

    pub(super) fn visits(&self) -> u64 {
        self.visits.get()
    }

    fn visit(&self) {
        self.visits.set(self.visits.get() + 1);
    }

    pub(super) fn neighbours(&self, turn: Turn) -> (Option<Turn>, Option<Turn>) {
        self.visit();
        let before = self.order.range(..turn).next_back().copied();
        let after =
            self.order.range((std::ops::Bound::Excluded(turn), std::ops::Bound::Unbounded)).next().copied();
        (before, after)
    }

    /// First and last rank within a priority.
    pub(super) fn ends(&self, priority: Priority) -> (Option<Rank>, Option<Rank>) {
        let all = (priority, Rank(i64::MIN), first_id())..=(priority, Rank(i64::MAX), last_id());
        self.visit();
        let mut range = self.order.range(all);
        let first = range.next().map(|turn| turn.1);
        (first, range.next_back().map(|turn| turn.1).or(first))
    }

    /// The unfinished transfer that has this address first.
    pub(super) fn holder(&self, key: &UriKey) -> Option<TransferId> {
        self.visit();
        self.addresses.get(key)?.first().copied()
    }

    pub(super) fn insert(&mut self, entry: Entry) {
        let id = entry.transfer.id;
        let _ = self.order.insert(entry.turn());
        if let Some(key) = entry.transfer.source.key() {
            let _ = self.addresses.entry(key).or_default().insert(id);
        }
        let _ = self.entries.insert(id, entry);
        self.place(id);
    }

    pub(super) fn remove(&mut self, id: TransferId) -> Option<Entry> {
        self.unplace(id);
        let entry = self.entries.remove(&id)?;
        let _ = self.order.remove(&entry.turn());
        let _ = self.running.remove(&id);
        self.leave_address(&entry.transfer);
        Some(entry)
    }

    /// Changes an entry and puts every index right.
    pub(super) fn change<R>(&mut self, id: TransferId, edit: impl FnOnce(&mut Entry) -> R) -> Option<R> {
        self.unplace(id);
        let entry = self.entries.get_mut(&id)?;
        let (turn, key) = (entry.turn(), entry.transfer.source.key());
        let result = edit(entry);
        if entry.live.is_some() {
            let _ = self.running.insert(id);
        } else {
            let _ = self.running.remove(&id);
        }
        let (new_turn, new_key) = (entry.turn(), entry.transfer.source.key());
        if turn != new_turn {
            let _ = self.order.remove(&turn);
            let _ = self.order.insert(new_turn);
        }
        if key != new_key {
            if let Some(key) = key {
                self.leave(&key, id);
            }
            if let Some(key) = new_key {
                let _ = self.addresses.entry(key).or_default().insert(id);
            }
        }
        self.place(id);
        Some(result)
    }

    /// What the rule of cost must know of a transfer.
    pub(super) fn class(&self, id: TransferId) -> Option<Class> {
        self.entries.get(&id).map(|entry| Class::of(&entry.transfer, self.hold_over))
    }

    /// The user moved the threshold: many may be of another class now.
    pub(super) fn set_hold_over(&mut self, hold_over: Option<u64>) {
        if self.hold_over == hold_over {
            return;
        }
        self.hold_over = hold_over;
        let ids: Vec<_> = self.ids().collect();
        for id in ids {
            self.unplace(id);
            self.place(id);
        }
    }

    /// How many of each class are ready.
    pub(super) fn ready_counts(&self) -> impl Iterator<Item = (&Class, u64)> {
        self.ready.iter().map(|((class, _), turns)| {
            self.visit();
            (class, turns.len() as u64)
        })
    }

    /// The first of those that are ready, for each class and kind.
    pub(super) fn ready(&self) -> impl Iterator<Item = (&Class, Kind, Turn)> {
        self.ready.iter().filter_map(|((class, kind), turns)| {
            self.visit();
            Some((class, *kind, *turns.first()?))
        })
    }

    pub(super) fn park(&mut self, id: TransferId, at: Park) {
        self.unplace(id);
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let _ = self.parked.entry(at.clone()).or_default().insert(entry.turn());
        entry.place = Some(Place::Parked(at));
    }

    /// A place at this host or group is free: its first waiter is ready again.
    pub(super) fn unpark(&mut self, at: &Park) {
        if let Some(turn) = self.parked.get(at).and_then(BTreeSet::first).copied() {
            self.unplace(turn.2);
            self.place(turn.2);
        }
    }

    /// Limits changed: everybody may try again.
    pub(super) fn unpark_all(&mut self) {
        let ids: Vec<_> = self.parked.values().flatten().map(|turn| turn.2).collect();
        for id in ids {
            self.unplace(id);
            self.place(id);
        }
    }

    fn place(&mut self, id: TransferId) {
        self.visit();
        let Some(entry) = self.entries.get(&id) else { return };
        if !self.is_ready(entry) {
            return;
        }
        let (class, kind, turn) = (Class::of(&entry.transfer, self.hold_over), entry.kind(), entry.turn());
        let _ = self.ready.entry((class.clone(), kind)).or_default().insert(turn);
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.place = Some(Place::Ready(class, kind));
        }
    }

    fn is_ready(&self, entry: &Entry) -> bool {
        let transfer = &entry.transfer;
        transfer.stage == Stage::Queued
            && transfer.intent == Intent::Run
            && transfer.start_at.is_none()
            && entry.in_scope
            && entry.live.is_none()
            && !entry.errand
            && transfer.source.key().is_none_or(|key| self.holder(&key) == Some(transfer.id))
    }

    fn unplace(&mut self, id: TransferId) {
        self.visit();
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let turn = entry.turn();
        match entry.place.take() {
            Some(Place::Ready(class, kind)) => take_out(&mut self.ready, &(class, kind), &turn),
            Some(Place::Parked(at)) => take_out(&mut self.parked, &at, &turn),
            None => {}
        }
    }

    fn leave_address(&mut self, transfer: &Transfer) {
        if let Some(key) = transfer.source.key() {
            self.leave(&key, transfer.id);
        }
    }

    /// The next one with the same address, if it waited for this one, becomes ready.
    fn leave(&mut self, key: &UriKey, id: TransferId) {
        let Some(ids) = self.addresses.get_mut(key) else { return };
        let _ = ids.remove(&id);
        match ids.first().copied() {
            Some(next) => {
                self.unplace(next);
                self.place(next);
            }
            None => {
                let _ = self.addresses.remove(key);
            }
        }
    }
}

fn take_out<K: Ord, V: Ord>(index: &mut BTreeMap<K, BTreeSet<V>>, key: &K, value: &V) {
    if let Some(set) = index.get_mut(key) {
        let _ = set.remove(value);
        if set.is_empty() {
            let _ = index.remove(key);
        }
    }
}

const fn first_id() -> TransferId {
    TransferId(std::num::NonZeroU64::MIN)
}

const fn last_id() -> TransferId {
    TransferId(std::num::NonZeroU64::MAX)
}
