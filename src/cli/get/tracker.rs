//! What became of the transfers of one command. Pure: rows in, a verdict out.

use std::collections::BTreeMap;

use crate::api::Row;
use crate::cli::action::{Patience, Then};
use crate::cli::exit::Exit;
use crate::cli::reason::Reason;
use crate::model::{Hold, Status, TransferId};

/// One transfer as this command sees it.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) row: Option<Row>,
    pub(super) fate: Fate,
    whose: Whose,
    said: Option<Said>,
    /// Tenths of the file that were told.
    tenths: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Open,
    Done,
    Failed,
    /// Somebody removed it from the list.
    Gone,
    NeedsUser,
    Held,
}

/// An interruption pauses what is ours, and leaves alone what others began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Ours,
    Theirs,
}

/// What a name that is taken means under `--if-exists skip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skipped {
    IsDone,
    IsFailure,
}

/// What was last told of a transfer. Countdowns move without anything new to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    status: &'static str,
    reason: Option<Reason>,
    attempt: u32,
}

#[derive(Debug)]
pub(super) struct Tracker {
    items: BTreeMap<TransferId, Item>,
    patience: Patience,
    skipped: Skipped,
}

/// What is new about a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// Another status, or another reason for it.
    Status,
    /// Another tenth of it is here.
    Tenth,
    Little,
}

impl Tracker {
    pub(super) const fn new(patience: Patience, skipped: Skipped) -> Self {
        Self { items: BTreeMap::new(), patience, skipped }
    }

    pub(super) fn added(&mut self, id: TransferId) {
        self.track(id, Whose::Ours);
    }

    /// One that was there before. The same address given twice stays ours.
    pub(super) fn attach(&mut self, id: TransferId) {
        self.track(id, Whose::Theirs);
    }

    /// A pause was lifted for this command; when it is interrupted, the pause comes back.
    pub(super) fn resumed(&mut self, id: TransferId) {
        if let Some(item) = self.items.get_mut(&id) {
            item.whose = Whose::Ours;
        }
    }

    /// The file of a Metalink document belongs to whoever asked for the document.
    pub(super) fn bring(&mut self, row: &Row) {
        let whose = row.brought_by.and_then(|by| self.items.get(&by)).map(|item| item.whose);
        if let Some(whose) = whose {
            self.track(row.id, whose);
        }
    }

    fn track(&mut self, id: TransferId, whose: Whose) {
        let _ = self.items.entry(id).or_insert(Item {
            row: None,
            fate: Fate::Open,
            whose,
            said: None,
            tenths: 0,
        });
    }

    /// The transfer with its new row and what is new about it; `None` if it is not one of these.
    pub(super) fn update(&mut self, row: Row) -> Option<(&Item, News)> {
        let fate = self.fate(&row.status);
        let item = self.items.get_mut(&row.id)?;
        let said = Said::of(&row.status);
        let tenths =
            row.progress.total.map_or(0, |total| row.progress.done.saturating_mul(10) / total.max(1));
        let news = if item.said.as_ref() != Some(&said) {
            News::Status
        } else if tenths > item.tenths {
            News::Tenth
        } else {
            News::Little
        };
        item.fate = fate;
        item.said = Some(said);
        item.tenths = tenths;
        item.row = Some(row);
        Some((item, news))
    }

    /// It is nowhere any more. `None` if that is known, or it is not one of these.
    pub(super) fn lose(&mut self, id: TransferId) -> Option<&Item> {
        let item = self.items.get_mut(&id).filter(|item| item.fate != Fate::Gone)?;
        item.fate = Fate::Gone;
        Some(item)
    }

    /// `None` while something may still happen by itself.
    pub(super) fn verdict(&self) -> Option<Exit> {
        let any = |fate| self.items.values().any(|item| item.fate == fate);
        if any(Fate::Open) {
            return None;
        }
        Some(if any(Fate::NeedsUser) {
            Exit::NeedsUser
        } else if any(Fate::Failed) || any(Fate::Gone) {
            Exit::Failed
        } else if any(Fate::Held) {
            Exit::Held
        } else {
            Exit::Done
        })
    }

    /// Those that did not end, in the order they were given.
    pub(super) fn open(&self) -> Vec<TransferId> {
        self.unfinished().map(|(id, _)| *id).collect()
    }

    /// Those whose end may have been missed: what ran when last seen, and the head of the queue.
    pub(super) fn suspects(&self, most: usize) -> Vec<TransferId> {
        let runs = |item: &Item| item.row.as_ref().is_some_and(|row| row.status == Status::Running);
        let running = self.unfinished().filter(|(_, item)| runs(item));
        let rest = self.unfinished().filter(|(_, item)| !runs(item));
        running.chain(rest).take(most).map(|(id, _)| *id).collect()
    }

    /// What an interruption pauses.
    pub(super) fn ours(&self) -> Vec<TransferId> {
        self.unfinished().filter(|(_, item)| item.whose == Whose::Ours).map(|(id, _)| *id).collect()
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    fn unfinished(&self) -> impl Iterator<Item = (&TransferId, &Item)> {
        self.items.iter().filter(|(_, item)| match item.fate {
            Fate::Open | Fate::NeedsUser | Fate::Held => true,
            Fate::Done | Fate::Failed | Fate::Gone => false,
        })
    }

    fn fate(&self, status: &Status) -> Fate {
        match status {
            Status::Completed => Fate::Done,
            Status::Failed(_) => Fate::Failed,
            Status::Canceled => match self.skipped {
                Skipped::IsDone => Fate::Done,
                Skipped::IsFailure => Fate::Failed,
            },
            Status::NeedsUser(_) => match self.patience.on_question {
                Then::Wait => Fate::Open,
                Then::End => Fate::NeedsUser,
            },
            Status::Queued(None) | Status::Running | Status::WaitingToRetry(_) => Fate::Open,
            Status::PausedByUser => self.held(),
            Status::Queued(Some(hold))
            | Status::PausedCostedNetwork(hold)
            | Status::PausedNoNetwork(hold)
            | Status::PausedSystemPolicy(hold) => match hold {
                // Over in a moment, or as soon as another transfer ends.
                Hold::NetworkChanging | Hold::SameAddress(_) => Fate::Open,
                Hold::Metered
                | Hold::Roaming
                | Hold::OverBudget
                | Hold::NoNetwork
                | Hold::CaptivePortal
                | Hold::NetworkNotAllowed
                | Hold::VpnUp
                | Hold::OverSize
                | Hold::PowerSaver
                | Hold::OnBattery
                | Hold::OutsideHours
                | Hold::Scheduled(_)
                | Hold::GroupPaused => self.held(),
            },
        }
    }

    const fn held(&self) -> Fate {
        match self.patience.on_hold {
            Then::Wait => Fate::Open,
            Then::End => Fate::Held,
        }
    }
}

impl Said {
    const fn of(status: &Status) -> Self {
        let attempt = match status {
            Status::WaitingToRetry(retry) => retry.attempt,
            Status::Queued(_)
            | Status::Running
            | Status::PausedByUser
            | Status::PausedCostedNetwork(_)
            | Status::PausedNoNetwork(_)
            | Status::PausedSystemPolicy(_)
            | Status::NeedsUser(_)
            | Status::Completed
            | Status::Canceled
            | Status::Failed(_) => 0,
        };
        Self { status: status.name(), reason: Reason::of(status), attempt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fake::row;
    use crate::model::{Failure, Fault, Question, Retry, Wall};

    const IMPATIENT: Patience = Patience { on_hold: Then::End, on_question: Then::End };
    const USUAL: Patience = Patience { on_hold: Then::Wait, on_question: Then::End };
    const PATIENT: Patience = Patience { on_hold: Then::Wait, on_question: Then::Wait };

    fn verdict(patience: Patience, statuses: &[Status]) -> Option<u8> {
        let mut tracker = Tracker::new(patience, Skipped::IsFailure);
        for (id, status) in (1..).zip(statuses) {
            let row = row(id, status.clone());
            tracker.added(row.id);
            let _ = tracker.update(row);
        }
        tracker.verdict().map(Exit::code)
    }

    #[test]
    fn exit_codes_are_those_of_the_specification() {
        let failed = Status::Failed(Failure { fault: Fault::TooManyRedirects, attempts: 0 });
        let asks = Status::NeedsUser(Question::SignIn);
        let held = Status::PausedCostedNetwork(Hold::Metered);
        let changing = Status::PausedNoNetwork(Hold::NetworkChanging);
        let retry = Status::WaitingToRetry(Retry { at: Wall(0), attempt: 1, fault: Fault::Stalled });
        let done = Status::Completed;
        let table: &[(Patience, &[&Status], Option<u8>)] = &[
            (USUAL, &[], Some(0)),
            (USUAL, &[&done, &done], Some(0)),
            (USUAL, &[&done, &failed], Some(1)),
            (USUAL, &[&done, &Status::Canceled], Some(1)),
            (USUAL, &[&done, &asks], Some(3)),
            (USUAL, &[&failed, &asks], Some(3)),
            (PATIENT, &[&failed, &asks], None),
            (USUAL, &[&held], None),
            (IMPATIENT, &[&held, &done], Some(4)),
            (IMPATIENT, &[&Status::PausedByUser], Some(4)),
            (IMPATIENT, &[&held, &failed], Some(1)),
            (IMPATIENT, &[&held, &failed, &asks], Some(3)),
            (IMPATIENT, &[&changing], None),
            (IMPATIENT, &[&retry], None),
            (IMPATIENT, &[&Status::Running, &asks, &failed], None),
            (IMPATIENT, &[&Status::Queued(None), &held], None),
        ];
        for (patience, statuses, expected) in table {
            let statuses: Vec<Status> = statuses.iter().copied().cloned().collect();
            assert_eq!(verdict(*patience, &statuses), *expected, "{statuses:?}");
        }
    }

    #[test]
    fn a_removed_transfer_failed_and_a_skipped_one_did_not() {
        let mut tracker = Tracker::new(USUAL, Skipped::IsDone);
        let skipped = row(1, Status::Canceled);
        tracker.added(skipped.id);
        let _ = tracker.update(skipped);
        assert_eq!(tracker.verdict(), Some(Exit::Done));
        let gone = TransferId::new(2).unwrap();
        tracker.added(gone);
        assert_eq!(tracker.verdict(), None);
        assert!(tracker.lose(gone).is_some() && tracker.lose(gone).is_none());
        assert_eq!(tracker.verdict(), Some(Exit::Failed));
    }

    #[test]
    fn an_interruption_pauses_what_is_ours() {
        let mut tracker = Tracker::new(USUAL, Skipped::IsFailure);
        let id = |n| TransferId::new(n).unwrap();
        tracker.added(id(1));
        tracker.attach(id(1));
        tracker.attach(id(2));
        tracker.attach(id(3));
        tracker.resumed(id(3));
        tracker.added(id(4));
        let _ = tracker.update(row(4, Status::Completed));
        assert_eq!(tracker.ours(), [id(1), id(3)]);
    }

    #[test]
    fn a_countdown_is_no_news_but_the_next_try_is() {
        let mut tracker = Tracker::new(USUAL, Skipped::IsFailure);
        let waiting = |attempt, at| {
            row(1, Status::WaitingToRetry(Retry { at: Wall(at), attempt, fault: Fault::Stalled }))
        };
        tracker.added(waiting(1, 0).id);
        let mut news = |row| tracker.update(row).map(|(_, news)| news);
        assert_eq!(news(waiting(1, 10)), Some(News::Status));
        assert_eq!(news(waiting(1, 9)), Some(News::Little));
        assert_eq!(news(waiting(2, 9)), Some(News::Status));
        assert_eq!(news(row(9, Status::Running)), None);
    }
}
