//! When to wake up, and why.

use super::Coordinator;
use crate::api::UndoToken;
use crate::model::{Boot, Hold, Intent, Stage, TransferId, Wall};
use crate::rules::lifecycle::Trigger;

/// What a deadline is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// A network that has been changing for two seconds counts as settled.
    NetworkSettles,
    /// Permission that was just given takes effect.
    GateOpens,
    /// Did the user sign in to the captive portal?
    AskPortal,
    Retry(TransferId),
    /// A full disk or missing folder is looked at again.
    Look(TransferId),
    /// A cancel or remove can no longer be taken back.
    Doom(UndoToken),
    SaveAgain,
    /// A machine that was to sleep is awake.
    Wakes,
    /// The end comes, saved or not.
    End,
}

/// What a moment of the calendar is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// A start at a time of day.
    Start(TransferId),
    /// The rules that follow the calendar may say something else.
    Rules,
}

/// The next moment to call [`Coordinator::step`] with [`super::Input::Tick`], by the clock that decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    Boot(Boot, Due),
    Wall(Wall, Alarm),
}

impl Coordinator {
    /// The next deadline on each clock: boot time, then wall time.
    pub fn due(&self) -> (Option<Deadline>, Option<Deadline>) {
        let boot = self.deadlines.first().map(|(at, due)| Deadline::Boot(*at, *due));
        let wall = self.wall_deadlines.first().map(|(at, alarm)| Deadline::Wall(*at, *alarm));
        (boot, wall)
    }

    pub(super) fn set_deadline(&mut self, at: Boot, due: Due) {
        let _ = self.deadlines.insert((at, due));
    }

    pub(super) fn pass_deadlines(&mut self) {
        while let Some((at, due)) = self.deadlines.first().copied()
            && at <= self.now.boot
        {
            let _ = self.deadlines.pop_first();
            self.pass(at, due);
        }
        while let Some((at, alarm)) = self.wall_deadlines.first().copied()
            && at <= self.now.wall
        {
            let _ = self.wall_deadlines.pop_first();
            match alarm {
                Alarm::Start(id) => self.start_time_came(id, at),
                Alarm::Rules => self.rules_due = None,
            }
        }
    }

    /// The rules are looked at then, and not before.
    pub(super) fn set_rules_alarm(&mut self, due: Option<Wall>) {
        if self.rules_due == due {
            return;
        }
        if let Some(before) = std::mem::replace(&mut self.rules_due, due) {
            let _ = self.wall_deadlines.remove(&(before, Alarm::Rules));
        }
        if let Some(at) = due {
            let _ = self.wall_deadlines.insert((at, Alarm::Rules));
        }
    }

    fn pass(&mut self, at: Boot, due: Due) {
        match due {
            Due::NetworkSettles => self.settle_network(),
            Due::GateOpens => self.open_gate(at),
            Due::AskPortal => self.ask_portal(at),
            Due::Retry(id) => {
                let due = self.book.get(id).is_some_and(|entry| {
                    entry.retry_at == Some(at) && matches!(entry.transfer.stage, Stage::Waiting(_))
                });
                if due {
                    let _ = self.transit(id, Trigger::Release);
                }
            }
            Due::Look(id) => self.look(id, at),
            Due::Doom(token) => self.doom(token),
            Due::SaveAgain => self.save_again(),
            Due::Wakes => self.wakes(at),
            Due::End => {}
        }
    }

    fn start_time_came(&mut self, id: TransferId, at: Wall) {
        let came = self.book.get(id).is_some_and(|entry| entry.transfer.start_at == Some(at));
        if came {
            let _ = self.book.change(id, |entry| entry.transfer.start_at = None);
            self.put(id);
        }
    }

    /// Holds that are not about the network.
    pub(super) fn own_hold(&self, id: TransferId) -> Option<Hold> {
        let transfer = &self.book.get(id)?.transfer;
        if transfer.intent == Intent::Pause {
            return None;
        }
        if let Some(at) = transfer.start_at {
            return Some(Hold::Scheduled(at));
        }
        let holder = transfer.source.key().and_then(|key| self.book.holder(&key))?;
        (holder != id).then_some(Hold::SameAddress(holder))
    }
}
