//! Into the book and out of it, and the turn of each.

use super::book::{Entry, Live, Park};
use super::{Connections, Coordinator, Effect, Ghost, Job, Scope};
use crate::api::Dirty;
use crate::model::{
    Behavior, Boot, Edit, EntryKind, GroupId, Limits, Place, Priority, Rank, Run, Slot, Stage, Transfer,
    TransferId,
};
use crate::rules::lifecycle::{Refused, Trigger, next};
use crate::rules::rate::Speed;
use crate::rules::schedule::{Candidate, Full, Kind};
use crate::rules::segments::FTP_MOST;

/// Starts in one step, and places in the queue that turn out to be taken; the next step goes on. Keeps a step short when
/// a thousand could start, or ten thousand wait for one host.
const TURNS_MOST: usize = 64;

/// Whose turn it is.
enum Next {
    Start(TransferId, Kind),
    /// Ready but for its host or group: it waits there from now on.
    Parked,
    Nobody,
}

impl Coordinator {
    /// Read back from the store.
    pub(super) fn adopt(&mut self, mut transfer: Transfer) {
        let id = transfer.id;
        transfer.stage = next(&transfer.stage, Trigger::Reboot).unwrap_or_default();
        self.next_id = self.next_id.max(id.get() + 1);
        self.enter_book(Entry::new(transfer));
    }

    pub(super) fn enter_book(&mut self, mut entry: Entry) {
        let id = entry.transfer.id;
        entry.in_scope = self.is_in_scope(id);
        self.book.insert(entry);
        self.arrive(id);
        self.file(id);
        self.note(Dirty::Order);
    }

    /// Out of the book, with its run, if any, told to stop.
    pub(super) fn leave_book(&mut self, id: TransferId) -> Option<Entry> {
        self.stop_run(id);
        self.unfile(id);
        let _ = self.explained.remove(&id);
        let _ = self.waiting.remove(&id);
        let entry = self.book.remove(id)?;
        if let Some(live) = &entry.live {
            self.release_load(&entry.transfer, live.kind);
            let ghost = Ghost { run: live.run, slots: live.slots.clone(), leaves: None };
            let _ = self.ghosts.insert(id, ghost);
        }
        self.note(Dirty::Order);
        Some(entry)
    }

    /// The only way from one stage to another.
    pub(super) fn transit(&mut self, id: TransferId, trigger: Trigger) -> Result<(), Refused> {
        let stage = match self.book.get(id) {
            Some(entry) => next(&entry.transfer.stage, trigger)?,
            None => return Err(Refused),
        };
        let _ = self.book.change(id, |entry| entry.transfer.stage = stage);
        self.arrive(id);
        self.put(id);
        Ok(())
    }

    /// Deadlines that belong to the stage.
    pub(super) fn arrive(&mut self, id: TransferId) {
        let Some(entry) = self.book.get(id) else { return };
        let now = self.now;
        let (retry_at, look_at) = match &entry.transfer.stage {
            Stage::Waiting(retry) => (Some(now.boot + (retry.at - now.wall)), None),
            Stage::Asking(question) if question.heals_by_itself() => {
                (None, Some(now.boot + super::disk::look_after(entry.looks)))
            }
            Stage::Asking(_)
            | Stage::Queued
            | Stage::Running
            | Stage::Finishing
            | Stage::Completed
            | Stage::Canceled
            | Stage::Failed(_) => (None, None),
        };
        if retry_at.is_some() {
            let _ = self.waiting.insert(id);
        } else {
            let _ = self.waiting.remove(&id);
        }
        if let Some(entry) = self.book.get_mut(id) {
            entry.retry_at = retry_at;
            entry.look_at = look_at;
            if let Some(at) = entry.transfer.start_at {
                let _ = self.wall_deadlines.insert((at, super::Alarm::Start(id)));
            }
        }
        if let Some(at) = retry_at {
            self.set_deadline(at, super::Due::Retry(id));
        }
        if let Some(at) = look_at {
            self.set_deadline(at, super::Due::Look(id));
        }
    }

    pub(super) fn start_ready(&mut self) {
        let shut = self.opens_at.is_some() || self.sleeps_until.is_some();
        if !self.loaded || self.ending.is_some() || shut || self.scope == Scope::None {
            return;
        }
        for _ in 0..TURNS_MOST {
            match self.next_ready() {
                Next::Start(id, kind) => self.start(id, kind),
                Next::Parked => {}
                Next::Nobody => return,
            }
        }
        // More may be waiting: come back at once.
        self.set_deadline(self.now.boot, super::Due::GateOpens);
    }

    /// The first of the queue that may run, by every rule.
    fn next_ready(&mut self) -> Next {
        let limits = self.settings.limits;
        let may_run = |(class, kind, turn)| {
            let open = !self.load.is_kind_full(kind, &limits) && self.verdict(class).is_ok();
            open.then_some((turn, kind))
        };
        let first = self.book.ready().filter_map(may_run).min_by_key(|(turn, _)| *turn);
        let Some(((_, _, id), kind)) = first else { return Next::Nobody };
        let Some(entry) = self.book.get(id) else { return Next::Nobody };
        if self.ghosts.contains_key(&id) {
            // Its last worker has not let go of the file yet; its report comes soon.
            self.book.park(id, Park::Host(format!("run of {id}")));
            return Next::Parked;
        }
        let candidate = candidate(&entry.transfer, kind, self.behavior(entry.transfer.group));
        let place = match self.load.admit(&candidate, &limits) {
            Ok(()) => return Next::Start(id, kind),
            Err(Full::Kind) => return Next::Nobody,
            Err(Full::Host) => Some(Park::Host(entry.transfer.source.url.host().to_owned())),
            Err(Full::Group) => entry.transfer.group.map(Park::Group),
        };
        let Some(place) = place else { return Next::Nobody };
        self.book.park(id, place);
        Next::Parked
    }

    fn start(&mut self, id: TransferId, kind: Kind) {
        let Ok(pass) = self.verdict_for(id) else { return };
        let run = Run(self.next_run);
        self.next_run += 1;
        // An upload writes nothing that could be claimed.
        let slots = if kind == Kind::Upload { Vec::new() } else { self.take_slots(id) };
        let (now, over) = (self.now, self.here());
        let started = self.book.change(id, |entry| {
            entry.transfer.stage = next(&entry.transfer.stage, Trigger::Start).unwrap_or_default();
            entry.transfer.started = entry.transfer.started.or(Some(now.wall));
            let done = entry.transfer.synced.bytes();
            entry.live = Some(Live { over, ..Live::new(run, kind, slots.clone(), done, now.boot) });
            (entry.transfer.clone(), entry.probe.take())
        });
        let Some((transfer, probe)) = started else { return };
        let behavior = self.behavior(transfer.group);
        self.load.add(&candidate(&transfer, kind, behavior));
        let permit = pass.permit(id, self.epoch);
        let _ = self.explained.remove(&id);
        self.log(id, EntryKind::Allowed { network: self.seen.connection.clone(), why: pass.grounds() });
        let most = if transfer.source.url.is_ftp() { FTP_MOST } else { u16::MAX };
        let connections = Connections {
            fixed: self.connections_of(&transfer).map(|fixed| fixed.min(most)),
            per_host: self.settings.limits.per_host.min(most),
            remembered: self.remembered(transfer.source.url.host()),
        };
        let timeouts = self.settings.timeouts;
        let user_agent = self.settings.user_agent.clone();
        let finished = self.settings.finished;
        let chunk = self.settings.uploads.chunk;
        self.at_once(Effect::Start(Box::new(Job {
            run,
            transfer,
            permit,
            slots,
            connections,
            timeouts,
            user_agent,
            encryption: self.settings.ftp.encryption,
            finished,
            chunk,
            probe,
        })));
        self.file(id);
        self.note(Dirty::Row(id));
        self.note(Dirty::Order);
    }

    /// The fixed number of connections, where the user chose one.
    fn connections_of(&self, transfer: &Transfer) -> Option<u16> {
        transfer.options.connections.or(self.settings.limits.per_file)
    }

    /// Two for each connection: one may wait for the commit that makes it free while the next part is under way.
    fn take_slots(&mut self, id: TransferId) -> Vec<Slot> {
        let parts = self.book.get(id).map_or(1, |entry| match entry.kind() {
            Kind::Small => 1,
            Kind::Large | Kind::Upload => {
                2 * self.connections_of(&entry.transfer).unwrap_or(Limits::PER_FILE_MOST)
            }
        });
        self.slots.split_off(self.slots.len().saturating_sub(usize::from(parts)))
    }

    /// Tells a run to stop; its report brings it back into the queue.
    pub(super) fn stop_run(&mut self, id: TransferId) {
        let Some(entry) = self.book.get_mut(id) else { return };
        let Some(live) = entry.live.as_mut().filter(|live| !live.stopping) else { return };
        if entry.transfer.stage == Stage::Finishing {
            return;
        }
        live.stopping = true;
        let run = live.run;
        self.at_once(Effect::Stop { id, run });
        self.note(Dirty::Row(id));
    }

    /// The run is over: its place is free.
    pub(super) fn end_run(&mut self, id: TransferId) {
        let ended = self.book.change(id, |entry| {
            let live = entry.live.take();
            entry.transfer.mark = None;
            live.map(|live| (live, entry.transfer.clone()))
        });
        let Some(Some((live, transfer))) = ended else { return };
        self.release_load(&transfer, live.kind);
        self.free_slots(live.slots);
        self.note(Dirty::Order);
    }

    /// A size became known: it may count as small now.
    pub(super) fn reclassify(&mut self, id: TransferId) {
        let limits = self.settings.limits;
        let Some(entry) = self.book.get(id) else { return };
        let (kind, transfer) = (entry.kind(), entry.transfer.clone());
        let Some(was) = entry.live.as_ref().map(|live| live.kind) else { return };
        if kind == was || self.load.is_kind_full(kind, &limits) {
            return;
        }
        let behavior = self.behavior(transfer.group);
        self.load.remove(&candidate(&transfer, was, behavior));
        self.load.add(&candidate(&transfer, kind, behavior));
        if let Some(live) = self.book.get_mut(id).and_then(|entry| entry.live.as_mut()) {
            live.kind = kind;
        }
    }

    pub(super) fn rank_at_end(&self, priority: Priority) -> Rank {
        Rank(self.book.ends(priority).1.map_or(0, |last| last.0.saturating_add(Rank::GAP)))
    }

    pub(super) fn move_to(&mut self, id: TransferId, place: Place) {
        let Some(entry) = self.book.get(id) else { return };
        let turn = entry.turn();
        let (priority, _, _) = turn;
        let same = |other: &super::book::Turn| other.0 == priority && other.2 != id;
        let rank = match place {
            Place::Top => self.book.ends(priority).0.map(|first| Rank(first.0.saturating_sub(Rank::GAP))),
            Place::Bottom => Some(self.rank_at_end(priority)),
            Place::Up => self.book.neighbours(turn).0.filter(same).map(|above| self.rank_before(above, id)),
            Place::Down => {
                let below = self.book.neighbours(turn).1.filter(same);
                below.map(|below| match self.book.neighbours(below).1.filter(same) {
                    Some(after) => self.rank_before(after, id),
                    None => self.rank_at_end(priority),
                })
            }
            Place::Before(other) => {
                self.book.get(other).map(Entry::turn).filter(same).map(|turn| self.rank_before(turn, id))
            }
        };
        if let Some(rank) = rank {
            let _ = self.book.change(id, |entry| entry.transfer.rank = rank);
            self.put(id);
            self.note(Dirty::Order);
        }
    }

    /// Halfway between a turn and the one before it; when there is no room, the whole priority is spread out anew.
    fn rank_before(&mut self, turn: super::book::Turn, moving: TransferId) -> Rank {
        let mut before = self.book.neighbours(turn).0.filter(|other| other.0 == turn.0);
        if before.is_some_and(|other| other.2 == moving)
            && let Some(skipped) = before
        {
            before = self.book.neighbours(skipped).0.filter(|other| other.0 == turn.0);
        }
        let low = before.map_or(turn.1.0.saturating_sub(2 * Rank::GAP), |other| other.1.0);
        let middle = low + (turn.1.0 - low) / 2;
        if middle > low {
            return Rank(middle);
        }
        self.spread(turn.0);
        let spread = self.book.get(turn.2).map_or(0, |entry| entry.transfer.rank.0);
        Rank(spread - Rank::GAP / 2)
    }

    fn spread(&mut self, priority: Priority) {
        let all: Vec<_> = self.book.order().filter(|turn| turn.0 == priority).map(|turn| turn.2).collect();
        for (index, id) in all.into_iter().enumerate() {
            let rank = Rank(i64::try_from(index).unwrap_or(i64::MAX / Rank::GAP).saturating_mul(Rank::GAP));
            let _ = self.book.change(id, |entry| entry.transfer.rank = rank);
            self.put(id);
        }
    }

    pub(super) fn free_ghost(&mut self, id: TransferId) {
        if let Some(ghost) = self.ghosts.remove(&id) {
            self.free_slots(ghost.slots);
            if let Some((folder, part)) = ghost.leaves {
                self.then(Effect::Discard { folder, part });
            }
            // What it claimed is of no use to anybody; an own commit need not hold it.
            self.save_lazily(Edit::NextId(self.next_id));
            self.book.unpark(&Park::Host(format!("run of {id}")));
        }
    }

    pub(super) fn new_id(&mut self) -> Option<TransferId> {
        let id = TransferId::new(self.next_id)?;
        self.next_id += 1;
        Some(id)
    }

    fn behavior(&self, group: Option<GroupId>) -> Option<(GroupId, Behavior)> {
        group.and_then(|id| Some((id, self.groups.get(&id)?.behavior)))
    }

    fn release_load(&mut self, transfer: &Transfer, kind: Kind) {
        let behavior = self.behavior(transfer.group);
        self.load.remove(&candidate(transfer, kind, behavior));
        self.book.unpark(&Park::Host(transfer.source.url.host().to_owned()));
        if let Some(group) = transfer.group {
            self.book.unpark(&Park::Group(group));
        }
    }

    pub(super) fn is_in_scope(&self, id: TransferId) -> bool {
        match &self.scope {
            Scope::All => true,
            Scope::Only { ids, .. } => ids.contains(&id),
            Scope::None => false,
        }
    }
}

fn candidate(transfer: &Transfer, kind: Kind, group: Option<(GroupId, Behavior)>) -> Candidate<'_> {
    Candidate { kind, host: transfer.source.url.host(), priority: transfer.priority, group }
}

impl Live {
    const fn new(run: Run, kind: Kind, slots: Vec<Slot>, done: u64, now: Boot) -> Self {
        Self {
            run,
            kind,
            slots,
            renewed: false,
            stopping: false,
            activity: crate::model::Activity::Moving,
            trust: None,
            done,
            received: 0,
            connections: 0,
            speed: Speed::zero(),
            read_at: now,
            synced_at: now,
            synced_bytes: 0,
            syncing: false,
            written: None,
            over: String::new(),
        }
    }
}
