//! The machine: what it runs on, and when it sleeps.

use super::timers::Due;
use super::{Coordinator, Effect};
use crate::api::Dirty;
use crate::model::{
    Boot, EntryKind, Hold, Intent, Local, Power, PowerWish, Refusal, Span, Stage, TransferId, Wall,
};
use crate::rules::calendar::wake;
use crate::rules::cost::Epoch;
use crate::rules::rate::Level;
use crate::rules::{hours, power};

/// A machine that said it would sleep and then neither does nor says so is awake. Real sleep is longer than this, or over
/// sooner with a word.
const SLEEPS_MOST: Span = Span::seconds(20);

impl Coordinator {
    pub(super) fn on_power(&mut self, power: Power) {
        self.power = power;
    }

    /// What holds at this moment.
    fn machine_now(&self) -> Option<Hold> {
        let now = Local::of(self.now);
        power::hold(&self.power, &self.settings.power).or_else(|| hours::hold(&self.settings.hours, now))
    }

    /// Power, a setting or the hour: does another rule hold now?
    pub(super) fn watch_machine(&mut self) {
        let now = self.machine_now();
        if now != self.machine {
            self.machine = now;
            self.judge_all(false);
        }
        let pace = hours::pace(&self.settings.hours, self.settings.limits.download_pace, Local::of(self.now));
        if self.loaded && pace != self.pace {
            self.pace = pace;
            self.at_once(Effect::Limit { level: Level::Everything, pace });
        }
    }

    /// When the hours may say something else.
    pub(super) fn hours_due(&self) -> Option<Wall> {
        hours::next_change(&self.settings.hours, Local::of(self.now)).map(|at| wake(at, self.now))
    }

    /// When a wait for better hours ends.
    pub(super) fn hours_begin(&self) -> Option<Wall> {
        let at = hours::next_allowed(&self.settings.hours, Local::of(self.now))?;
        Some(at.wall(self.now.zone))
    }

    /// Everything stops and is saved; connections would not survive it anyway.
    pub(super) fn on_sleeps(&mut self) {
        let until = self.now.boot + SLEEPS_MOST;
        self.sleeps_until = Some(until);
        self.set_deadline(until, Due::Wakes);
        let next = Epoch(self.epoch.0 + 1);
        self.epoch = next;
        self.at_once(Effect::Gate { epoch: next, permits: Vec::new() });
        self.at_once(Effect::DropClients);
        for id in self.book.running().collect::<Vec<_>>() {
            self.stop_run(id);
            self.log(id, EntryKind::MachineSleeps);
        }
    }

    pub(super) fn wakes(&mut self, at: Boot) {
        if self.sleeps_until == Some(at) {
            self.on_woke();
        }
    }

    /// What is wanted of the machine now.
    pub fn power_wish(&self) -> PowerWish {
        let moving = self.is_moving();
        // Nothing of what was done may be lost.
        let saving = self.sleeps_until.is_some() && self.is_saving();
        PowerWish {
            delay_sleep: moving || saving,
            block_sleep: moving && self.settings.power.stay_awake && self.sleeps_until.is_none(),
            watch_level: self.settings.power.hold_below.is_some(),
        }
    }

    /// The user agreed: power and hours do not hold it any more.
    pub(super) fn run_anyway(&mut self, id: TransferId) -> Result<(), Refusal> {
        self.remember(id);
        let changed = self.book.change(id, |entry| {
            entry.transfer.start_at = None;
            !std::mem::replace(&mut entry.transfer.permission.unconstrained, true)
        });
        if changed == Some(true) {
            self.log(id, EntryKind::RunsAnyway);
        }
        self.put(id);
        Ok(())
    }

    /// Not before this moment. What runs stops, since that is what was asked for.
    pub(super) fn schedule(&mut self, id: TransferId, at: Option<Wall>) -> Result<(), Refusal> {
        let at = at.filter(|at| *at > self.now.wall);
        if self.book.get(id).is_some_and(|entry| entry.transfer.stage == Stage::Finishing) {
            return Err(self.not_now(id));
        }
        self.remember(id);
        let _ = self.book.change(id, |entry| entry.transfer.start_at = at);
        self.set_intent_to_run(id);
        if at.is_some() {
            self.stop_run(id);
        }
        self.arrive(id);
        self.put(id);
        self.note(Dirty::Order);
        Ok(())
    }

    /// Whoever names a time wants it to run then, even if it was paused.
    fn set_intent_to_run(&mut self, id: TransferId) {
        let _ = self.book.change(id, |entry| entry.transfer.intent = Intent::Run);
    }
}
