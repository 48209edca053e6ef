//! What workers say. A report of a run that is over changes nothing.

use super::{Begun, Coordinator, Dice, Effect, End, Reading, Report, Written};
use crate::api::Dirty;
use crate::model::{
    Connectivity, DiskFault, EntryKind, Fault, Intent, Mark, MountId, NameClash, Question, RangeSet, Retry,
    Run, Span, Stage, TransferId,
};
use crate::rules::lifecycle::{Trigger, next};
use crate::rules::retry::{Fate, Tries, fate};

/// A file is synced after this long ...
const SYNC_EVERY: Span = Span::seconds(30);
/// ... or after this many bytes, so that a power cut costs neither minutes nor gigabytes.
const SYNC_BYTES: u64 = 256 << 20;

impl Coordinator {
    pub(super) fn on_report(&mut self, id: TransferId, run: Run, report: Report, dice: &mut Dice) {
        if self.ghosts.get(&id).is_some_and(|ghost| ghost.run == run) {
            match report {
                Report::Stopped { .. }
                | Report::Broke { .. }
                | Report::Metalink { .. }
                | Report::Finished { .. } => {
                    self.free_ghost(id);
                }
                // Nobody will acknowledge these: the worker was told to stop.
                Report::Upload(_)
                | Report::Begun(_)
                | Report::Synced { .. }
                | Report::HostAllows { .. }
                | Report::Checking
                | Report::Expects(_)
                | Report::NothingBeside
                | Report::Mirrors(_)
                | Report::MirrorDropped { .. }
                | Report::MirrorLied { .. }
                | Report::Verified
                | Report::Bad { .. }
                | Report::Filled
                | Report::Renamed { .. } => {}
            }
            return;
        }
        if self.book.get(id).and_then(|entry| entry.live.as_ref()).is_none_or(|live| live.run != run) {
            return;
        }
        match report {
            Report::Begun(begun) => self.on_begun(id, run, *begun),
            Report::Synced { synced } => self.on_synced(id, synced),
            Report::Upload(report) => self.on_upload(id, run, report),
            Report::HostAllows { connections } => self.on_host_allows(id, connections),
            Report::Checking => self.on_checking(id),
            Report::Expects(expected) => {
                self.learn(id, &expected);
                self.put(id);
            }
            Report::Metalink { files, end } => self.on_metalink(id, files, end),
            Report::Mirrors(urls) => self.on_mirrors(id, &urls),
            Report::MirrorDropped { url, fault } => self.log(id, EntryKind::MirrorDropped { url, fault }),
            Report::MirrorLied { url } => self.on_mirror_lied(id, url),
            Report::NothingBeside => self.log(id, EntryKind::NothingBeside),
            Report::Verified => self.on_verified_file(id, run),
            Report::Bad { bad, synced } => self.on_bad(id, run, &bad, synced),
            Report::Filled => self.on_filled(id),
            Report::Renamed { name } => {
                let _ = self.book.change(id, |entry| entry.transfer.target.name = Some(name.clone()));
                self.log(id, EntryKind::Named { name: name.to_string() });
                self.put(id);
                self.then(Effect::Acknowledge { id, run });
            }
            Report::Finished { total } => self.complete(id, total),
            Report::Stopped { end } => self.on_stopped(id, end),
            Report::Broke { fault, end } => self.on_broke(id, fault, end, dice),
        }
    }

    fn on_begun(&mut self, id: TransferId, run: Run, begun: Begun) {
        let named =
            self.book.get(id).is_none_or(|entry| entry.transfer.target.name.as_ref() != Some(&begun.name));
        if named {
            self.log(id, EntryKind::Named { name: begun.name.to_string() });
        }
        self.log(
            id,
            EntryKind::Answered {
                status: begun.response.status,
                from: begun.from,
                total: begun.validator.total,
                resumable: begun.resumable,
            },
        );
        let _ = self.book.change(id, |entry| {
            let transfer = &mut entry.transfer;
            transfer.target.name = Some(begun.name);
            transfer.target.create_folder = false;
            transfer.part = Some(begun.part);
            transfer.validator = Some(begun.validator);
            transfer.resumable = Some(begun.resumable);
            transfer.response = Some(begun.response);
            if let Some(live) = entry.live.as_mut() {
                live.trust = Some((begun.boot, begun.mount));
            }
        });
        if let Some(expected) = &begun.expected {
            self.learn(id, expected);
        }
        self.reclassify(id);
        self.put(id);
        self.then(Effect::Acknowledge { id, run });
        // Its size is known now, and may be more than this network is meant for.
        self.judge_one(id);
    }

    /// Not worth a commit: after a crash the file itself tells how far it came.
    fn on_filled(&mut self, id: TransferId) {
        let filled = self.book.change(id, |entry| {
            let stage = next(&entry.transfer.stage, Trigger::Fill).ok()?;
            entry.transfer.stage = stage;
            Some(())
        });
        if filled.flatten().is_some() {
            self.file(id);
            self.note(Dirty::Row(id));
        }
    }

    fn on_synced(&mut self, id: TransferId, synced: RangeSet) {
        let now = self.now.boot;
        let _ = self.book.change(id, |entry| {
            entry.transfer.synced = synced;
            if let Some(live) = entry.live.as_mut() {
                live.syncing = false;
                live.synced_at = now;
                live.synced_bytes = live.received;
            }
        });
        self.save_progress(id);
    }

    /// Told to stop, and it did: back into the queue, where intent and holds decide.
    fn on_stopped(&mut self, id: TransferId, end: End) {
        self.take_end(id, end);
        let _ = self.transit(id, Trigger::Yield);
    }

    fn on_broke(&mut self, id: TransferId, fault: Fault, end: End, dice: &mut Dice) {
        let moved = end.received > 0;
        let live = self.book.get(id).and_then(|entry| entry.live.as_ref());
        let renewed = live.is_some_and(|live| live.renewed);
        let (total, on) = (end.total, self.mount_of_run(id));
        self.take_end(id, end);
        let _ = self.book.change(id, |entry| {
            entry.expected = total;
            entry.broken = matches!(fault, Fault::Disk(DiskFault::Io { .. })).then_some(on).flatten();
        });
        let no_network = self.verdict_for(id).is_err();
        let told = self.book.get(id).is_some_and(|entry| entry.transfer.intent == Intent::Pause);
        if fault == Fault::Gated
            || (matches!(fault, Fault::SecretLost | Fault::HeaderLost) && renewed)
            || told
            || (no_network && fault.is_of_the_network())
        {
            let _ = self.transit(id, Trigger::Yield);
            return;
        }
        if self.begins_anew(id, &fault) {
            return;
        }
        if fault == Fault::Disk(DiskFault::NameTaken) && self.skips_taken_names(id) {
            self.log(id, EntryKind::Broke(fault));
            return self.skip(id);
        }
        let tries = self.tries(id, moved, dice);
        let fate = fate(fault.clone(), &tries);
        // A question about the disk says the same in its own line.
        if !matches!(fate, Fate::Ask(Question::Disk(_))) {
            self.log(id, EntryKind::Broke(fault.clone()));
        }
        let trigger = match fate {
            Fate::Requeue => Trigger::Yield,
            Fate::RetryAfter(span) => {
                self.log(id, EntryKind::TryingAgainIn(span));
                Trigger::Backoff(Retry { at: self.now.wall + span, attempt: tries.attempt, fault })
            }
            Fate::Ask(question) => {
                self.log(id, EntryKind::Asked(question.clone()));
                Trigger::Ask(question)
            }
            Fate::Fail(failure) => return self.fail(id, failure),
        };
        let _ = self.transit(id, trigger);
    }

    fn mount_of_run(&self, id: TransferId) -> Option<MountId> {
        let (_, mount) = self.book.get(id)?.live.as_ref()?.trust?;
        mount
    }

    fn skips_taken_names(&self, id: TransferId) -> bool {
        self.book.get(id).is_some_and(|entry| entry.transfer.target.clash == NameClash::Skip)
    }

    /// The file was recorded but never came to hold a durable byte: losing it loses nothing.
    pub(super) fn begins_anew(&mut self, id: TransferId, fault: &Fault) -> bool {
        let empty = self.book.get(id).is_some_and(|entry| entry.transfer.synced.is_empty());
        if !(empty && *fault == Fault::Disk(DiskFault::PartMissing)) {
            return false;
        }
        let _ = self.book.change(id, |entry| {
            entry.transfer.part = None;
            entry.transfer.generation = entry.transfer.generation.next();
            entry.transfer.validator = None;
        });
        let back = self.transit(id, Trigger::Yield).or_else(|_| self.transit(id, Trigger::Release));
        back.is_ok()
    }

    pub(super) fn take_end(&mut self, id: TransferId, end: End) {
        let now = self.now.wall;
        let live = self.book.get(id).and_then(|entry| entry.live.as_ref());
        let read = live.map_or(0, |live| live.received);
        self.charge(id, end.received.saturating_sub(read));
        self.save_usage();
        self.end_run(id);
        let _ = self.book.change(id, |entry| {
            if let Some(synced) = end.synced {
                entry.transfer.synced = synced;
            }
            entry.transfer.mark = None;
            if end.received > 0 {
                entry.transfer.progressed = Some(now);
                entry.transfer.attempts = 0;
            }
        });
        self.put(id);
    }

    fn tries(&mut self, id: TransferId, moved: bool, dice: &mut Dice) -> Tries {
        let now = self.now.wall;
        // Where the Internet cannot be reached, trying costs no try.
        let counts = self.seen.connectivity == Connectivity::Internet;
        let counted = self.book.change(id, |entry| {
            let transfer = &mut entry.transfer;
            transfer.attempts = if moved { 1 } else { transfer.attempts.saturating_add(1) };
            Tries {
                attempt: transfer.attempts,
                most: transfer.attempts_most.filter(|_| counts),
                without_progress: now - transfer.progressed.unwrap_or(transfer.added),
                has_bytes: !transfer.synced.is_empty(),
                dice: dice.thousandth(),
            }
        });
        counted.unwrap_or(Tries {
            attempt: 1,
            most: None,
            without_progress: Span::ZERO,
            has_bytes: false,
            dice: 0,
        })
    }

    pub(super) fn on_meters(&mut self, readings: Vec<Reading>) {
        let second = readings.iter().any(|reading| reading.written.is_some());
        for reading in readings {
            self.on_reading(reading);
        }
        if second {
            self.save_usage();
        }
    }

    fn on_reading(&mut self, reading: Reading) {
        let Reading { id, run, done, received, connections, written } = reading;
        let now = self.now;
        let Some(entry) = self.book.get_mut(id) else { return };
        let Some(live) = entry.live.as_mut().filter(|live| live.run == run) else { return };
        let span = now.boot - live.read_at;
        if span > Span::ZERO {
            live.speed = live.speed.after(received.saturating_sub(live.received), span);
            live.read_at = now.boot;
        }
        let more = received.saturating_sub(live.received);
        let moved = more > 0;
        live.done = done;
        live.received = received;
        live.connections = connections;
        if moved {
            entry.looks = 0;
            entry.transfer.progressed = Some(now.wall);
        }
        self.charge(id, more);
        let Some(entry) = self.book.get_mut(id) else { return };
        if let Some(written) = written {
            live_written(entry, &written.ranges);
            self.on_mark(id, written, moved);
        }
        self.note(Dirty::Row(id));
    }

    /// Once a second: what was written is noted, and synced when it is time.
    fn on_mark(&mut self, id: TransferId, written: Written, moved: bool) {
        let now = self.now.boot;
        let Some(entry) = self.book.get_mut(id) else { return };
        let Some(live) = entry.live.as_mut() else { return };
        let Some((boot, mount)) = live.trust else { return };
        let run = live.run;
        let unsynced = live.received.saturating_sub(live.synced_bytes);
        let due = unsynced > 0 && (now - live.synced_at >= SYNC_EVERY || unsynced >= SYNC_BYTES);
        let sync = due && !live.syncing && !live.stopping && entry.transfer.stage == Stage::Running;
        live.syncing |= sync;
        if moved {
            let Written { mark, ranges } = written;
            entry.transfer.mark = Some(Mark { written: ranges, boot, at: now, mount });
            self.save_progress(id);
            self.then(Effect::Marked { id, run, mark });
        }
        if sync {
            self.at_once(Effect::Sync { id, run });
        }
    }
}

fn live_written(entry: &mut super::book::Entry, written: &RangeSet) {
    if let Some(live) = entry.live.as_mut() {
        live.written = Some(written.clone());
    }
}
