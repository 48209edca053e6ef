//! The present, as clients are shown it. Nothing here changes anything.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use super::Coordinator;
use super::end::final_status;
use crate::api::{Counts, Detail, Dirty, NetworkView, Present, Row, Totals};
use crate::model::{
    Activity, CostPolicy, Direction, Entry, Generation, Group, GroupId, Hold, Intent, Progress, Question,
    Reply, Settings, Shelf, Stage, Status, Transfer, TransferId, Verdict, Wall,
};
use crate::rules::cost::{Class, Permit};
use crate::rules::naming;
use crate::rules::rate::seconds_left;

pub(super) type Groups = BTreeMap<GroupId, Group>;

/// Transfers by shelf and direction, kept up to date by each change instead of counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    book: BTreeMap<(Shelf, Direction), u64>,
    history: BTreeMap<(Shelf, Direction), u64>,
    need_user: u64,
}

impl Tally {
    pub(super) fn add_history(&mut self, changes: &[(Shelf, Direction, i64)]) {
        for (shelf, direction, change) in changes {
            shift(&mut self.history, (*shelf, *direction), *change);
        }
    }

    pub(super) fn set_history(&mut self, counts: &[(Shelf, Direction, i64)]) {
        self.history.clear();
        self.add_history(counts);
    }

    fn sum(&self, of: impl Fn(&(Shelf, Direction)) -> bool) -> u64 {
        let both = self.book.iter().chain(&self.history);
        both.filter(|(key, _)| of(key)).map(|(_, count)| count).sum()
    }
}

fn shift(counts: &mut BTreeMap<(Shelf, Direction), u64>, key: (Shelf, Direction), change: i64) {
    let count = counts.entry(key).or_default();
    *count = count.saturating_add_signed(change);
}

impl Coordinator {
    /// Puts a transfer of the book under its present heading.
    pub(super) fn file(&mut self, id: TransferId) {
        let Some(status) = self.status(id) else { return };
        let Some(entry) = self.book.get_mut(id) else { return };
        let filed = (status.shelf(), entry.transfer.direction, matches!(status, Status::NeedsUser(_)));
        let before = entry.filed.replace(filed);
        if before != Some(filed) {
            self.unshift(before);
            shift(&mut self.counts.book, (filed.0, filed.1), 1);
            self.counts.need_user += u64::from(filed.2);
            self.note(Dirty::Counts);
            self.note(Dirty::Order);
        }
    }

    pub(super) fn unfile(&mut self, id: TransferId) {
        let before = self.book.get_mut(id).and_then(|entry| entry.filed.take());
        self.unshift(before);
        self.note(Dirty::Counts);
    }

    fn unshift(&mut self, filed: Option<(Shelf, Direction, bool)>) {
        if let Some((shelf, direction, need_user)) = filed {
            shift(&mut self.counts.book, (shelf, direction), -1);
            self.counts.need_user = self.counts.need_user.saturating_sub(u64::from(need_user));
        }
    }

    /// What a transfer of the book is doing; a hold is derived here and nowhere else.
    pub(super) fn status(&self, id: TransferId) -> Option<Status> {
        let transfer = &self.book.get(id)?.transfer;
        Some(match &transfer.stage {
            Stage::Running | Stage::Finishing => Status::Running,
            Stage::Asking(question) => Status::NeedsUser(question.clone()),
            Stage::Completed | Stage::Canceled | Stage::Failed(_) => final_status(&transfer.stage),
            Stage::Queued | Stage::Waiting(_) if transfer.intent == Intent::Pause => Status::PausedByUser,
            Stage::Queued | Stage::Waiting(_) => self.waiting_status(id, transfer),
        })
    }

    fn waiting_status(&self, id: TransferId, transfer: &Transfer) -> Status {
        match self.own_hold(id) {
            Some(hold @ Hold::SameAddress(_)) => return Status::Queued(Some(hold)),
            Some(hold) => return Status::PausedSystemPolicy(hold),
            None => {}
        }
        match (self.verdict_for(id), &transfer.stage) {
            (Err(hold), _) => paused(hold),
            (Ok(_), Stage::Waiting(retry)) => Status::WaitingToRetry(retry.clone()),
            (Ok(_), _) => Status::Queued(None),
        }
    }

    fn hours_end(&self, status: &Status) -> Option<Wall> {
        let outside = *status == Status::PausedSystemPolicy(Hold::OutsideHours);
        self.hours_begin().filter(|_| outside)
    }

    /// Ids of transfers that run, in the order of the queue.
    pub fn active(&self) -> Vec<TransferId> {
        let mut turns: Vec<_> =
            self.book.running().filter_map(|id| Some(self.book.get(id)?.turn())).collect();
        turns.sort_unstable();
        turns.into_iter().map(|(_, _, id)| id).collect()
    }

    /// In memory: unfinished, or ended so recently that the store's reader would still tell the old story.
    pub fn contains(&self, id: TransferId) -> bool {
        self.book.get(id).is_some() || self.archiving.contains_key(&id)
    }

    /// Removed, whatever the store's reader still says.
    pub fn is_removed(&self, id: TransferId) -> bool {
        self.deleting.contains(&id)
    }

    /// All there are.
    pub const fn groups(&self) -> &Groups {
        &self.groups
    }

    pub fn len(&self) -> usize {
        self.book.len()
    }

    pub fn is_empty(&self) -> bool {
        self.book.len() == 0
    }

    /// Leave to ask a server what it has, before there is a transfer. It moves bytes like any other.
    ///
    /// # Errors
    /// Why not now.
    pub fn probe_permit(&self, policy: CostPolicy) -> Result<Permit, Hold> {
        let pass = self.verdict(&Class::plain(policy))?;
        Ok(pass.permit(TransferId(NonZeroU64::MAX), self.epoch))
    }

    pub fn generation(&self, id: TransferId) -> Generation {
        let ended = || self.archiving.get(&id).map(|(_, ended)| ended.generation);
        self.book.get(id).map(|entry| entry.transfer.generation).or_else(ended).unwrap_or_default()
    }

    /// Everything about a transfer in memory; its log comes from the store.
    pub fn detail(&self, id: TransferId, log: Vec<Entry>) -> Option<Detail> {
        let Some(entry) = self.book.get(id) else {
            return self.archiving.get(&id).map(|(_, ended)| detail_of((**ended).clone(), log, &self.groups));
        };
        let written = entry.live.as_ref().and_then(|live| live.written.as_ref());
        let present = written.unwrap_or(&entry.transfer.synced);
        Some(Detail {
            row: self.row(id)?,
            response: entry.transfer.response.clone(),
            validator: entry.transfer.validator.clone(),
            expected: entry.transfer.options.check.expected.clone(),
            present: present.iter().collect(),
            log,
            reply: reply_of(&entry.transfer),
        })
    }
}

impl Present for Coordinator {
    fn row(&self, id: TransferId) -> Option<Row> {
        let Some(entry) = self.book.get(id) else {
            return self.archiving.get(&id).map(|(_, ended)| row_of(ended, &self.groups));
        };
        let transfer = &entry.transfer;
        let status = self.status(id)?;
        let group = transfer.group.and_then(|group| self.groups.get(&group)).map(|group| group.name.clone());
        let done = entry.live.as_ref().map_or_else(|| shown(transfer), |live| live.done);
        let (rate, connections) =
            entry.live.as_ref().map_or((0, 0), |live| (live.speed.per_second(), live.connections));
        let total = transfer.total();
        let left = total.and_then(|total| seconds_left(total.saturating_sub(done), rate));
        let pausing = transfer.intent == Intent::Pause && entry.live.is_some();
        let progress = Progress { done, total, rate, left, connections };
        let activity = entry.live.as_ref().map(|live| live.activity).unwrap_or_default();
        Some(Row {
            pausing,
            activity,
            progress,
            group,
            held_until: until(&status).or_else(|| self.hours_end(&status)),
            ..row(transfer, status)
        })
    }

    fn counts(&self) -> Counts {
        Counts {
            shelves: Shelf::ALL.map(|shelf| (shelf, self.counts.sum(|key| key.0 == shelf))).into(),
            downloads: self.counts.sum(|key| key.1 == Direction::Download),
            uploads: self.counts.sum(|key| key.1 == Direction::Upload),
            need_user: self.counts.need_user,
        }
    }

    fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for id in self.book.running() {
            let Some(entry) = self.book.get(id) else { continue };
            let rate = entry.live.as_ref().map_or(0, |live| live.speed.per_second());
            match entry.transfer.direction {
                Direction::Download => totals.down += rate,
                Direction::Upload => totals.up += rate,
            }
        }
        totals
    }

    fn network(&self) -> NetworkView {
        self.network_view()
    }

    fn settings(&self) -> Settings {
        self.settings.clone()
    }
}

/// Everything about an ended transfer.
pub fn detail_of(transfer: Transfer, log: Vec<Entry>, groups: &Groups) -> Detail {
    Detail {
        row: row_of(&transfer, groups),
        reply: reply_of(&transfer),
        present: transfer.synced.iter().collect(),
        response: transfer.response,
        validator: transfer.validator,
        expected: transfer.options.check.expected,
        log,
    }
}

/// The row of an ended transfer, from the history.
pub fn row_of(transfer: &Transfer, groups: &Groups) -> Row {
    let group = transfer.group.and_then(|group| groups.get(&group)).map(|group| group.name.clone());
    Row { group, ..row(transfer, final_status(&transfer.stage)) }
}

fn row(transfer: &Transfer, status: Status) -> Row {
    let source = &transfer.source;
    let guess = || naming::from_url(&source.url).map_or_else(|| source.url.host().to_owned(), String::from);
    let done = shown(transfer);
    Row {
        id: transfer.id,
        direction: transfer.direction,
        name: transfer.target.name.as_ref().map_or_else(guess, ToString::to_string),
        host: source.url.host().to_owned(),
        url: source.url.to_string(),
        folder: transfer.target.folder.clone(),
        file: transfer.local_file(),
        status,
        pausing: false,
        activity: Activity::default(),
        brought_by: transfer.options.brought_by,
        checksum: verdict(transfer),
        progress: Progress { done, total: transfer.total(), ..Progress::default() },
        policy: transfer.policy,
        unconstrained: transfer.permission.unconstrained,
        once: transfer.permission.network.clone(),
        priority: transfer.priority,
        group: None,
        resumable: transfer.resumable,
        restarted: transfer.restarted,
        http_status: transfer.response.as_ref().map(|response| response.status),
        content_type: transfer.response.as_ref().and_then(|response| response.content_type.clone()),
        added: transfer.added,
        started: transfer.started,
        finished: transfer.finished,
        held_until: None,
    }
}

fn reply_of(transfer: &Transfer) -> Option<Reply> {
    transfer.upload.as_ref().and_then(|upload| upload.reply.clone())
}

/// What is shown before a file was checked: what is claimed, not only what is proven.
fn shown(transfer: &Transfer) -> u64 {
    let marked: u64 = transfer.mark.as_ref().map_or(0, |mark| mark.written.bytes());
    transfer.synced.bytes().max(marked)
}

fn paused(hold: Hold) -> Status {
    match hold {
        Hold::Metered | Hold::Roaming | Hold::OverBudget | Hold::OverSize | Hold::NetworkNotAllowed => {
            Status::PausedCostedNetwork(hold)
        }
        Hold::NetworkChanging | Hold::NoNetwork | Hold::CaptivePortal | Hold::VpnUp => {
            Status::PausedNoNetwork(hold)
        }
        Hold::PowerSaver
        | Hold::OnBattery
        | Hold::OutsideHours
        | Hold::Scheduled(_)
        | Hold::SameAddress(_)
        | Hold::GroupPaused => Status::PausedSystemPolicy(hold),
    }
}

/// What its check came to, as far as anybody knows.
fn verdict(transfer: &Transfer) -> Option<Verdict> {
    match &transfer.stage {
        Stage::Asking(Question::ChecksumMismatch(_)) => Some(Verdict::Mismatch),
        Stage::Completed => transfer.options.check.verdict,
        Stage::Asking(_)
        | Stage::Queued
        | Stage::Running
        | Stage::Finishing
        | Stage::Waiting(_)
        | Stage::Canceled
        | Stage::Failed(_) => None,
    }
}

const fn until(status: &Status) -> Option<Wall> {
    match status {
        Status::WaitingToRetry(retry) => Some(retry.at),
        Status::PausedSystemPolicy(Hold::Scheduled(at)) => Some(*at),
        Status::Queued(_)
        | Status::Running
        | Status::PausedByUser
        | Status::PausedCostedNetwork(_)
        | Status::PausedNoNetwork(_)
        | Status::PausedSystemPolicy(_)
        | Status::NeedsUser(_)
        | Status::Completed
        | Status::Canceled
        | Status::Failed(_) => None,
    }
}
