//! What went over each connection, and how it stands with its data plan.

use std::collections::{BTreeMap, BTreeSet};

use super::Coordinator;
use crate::api::{BudgetView, Dirty, UsageView};
use crate::model::{
    Amount, Budget, Counted, Day, DeviceCount, Direction, Edit, Local, Standing, TransferId, Usage,
};
use crate::rules::budget::{next_change, standing, used};
use crate::rules::calendar::wake;
use crate::rules::network::planned;

/// Everything that was counted, and where the counting stands.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) connections: BTreeMap<String, Usage>,
    unsaved: BTreeSet<(String, Day)>,
    /// The last word of the kernel, on which connection, and on which of its devices.
    device: Option<(String, String, DeviceCount)>,
}

impl Coordinator {
    /// The present connection in the ledger.
    pub(super) fn here(&self) -> String {
        self.seen.uuid.clone().unwrap_or_else(|| Usage::UNNAMED.to_owned())
    }

    /// A transfer moved so many bytes since it was last asked.
    pub(super) fn charge(&mut self, id: TransferId, bytes: u64) {
        let Some(entry) = self.book.get(id).filter(|_| bytes > 0) else { return };
        let Some(live) = &entry.live else { return };
        let amount = match entry.transfer.direction {
            Direction::Download => Amount { down: bytes, ..Amount::default() },
            Direction::Upload => Amount { up: bytes, ..Amount::default() },
        };
        let over = live.over.clone();
        self.enter(over, amount);
    }

    /// What the kernel counted on the device of the present connection. Only what came since the last word on the same
    /// device and connection is known to be its own.
    pub(super) fn on_device_count(&mut self, interface: String, count: DeviceCount) {
        let here = self.here();
        let before = self.ledger.device.replace((here.clone(), interface, count));
        let Some((connection, device, before)) = before else { return };
        let after = self.ledger.device.as_ref().map(|(_, device, _)| device);
        let same = connection == here && after == Some(&device);
        // A device that was made anew counts from zero.
        let more = |now: u64, before: u64| now.checked_sub(before).unwrap_or(now);
        if same {
            let device = more(count.received, before.received).saturating_add(more(count.sent, before.sent));
            self.enter(here, Amount { device, ..Amount::default() });
        }
    }

    fn enter(&mut self, connection: String, amount: Amount) {
        if amount == Amount::default() {
            return;
        }
        let today = Local::of(self.now).day();
        if !self.ledger.connections.contains_key(&connection) {
            self.make_room();
        }
        let here = connection == self.here();
        let usage = self.ledger.connections.entry(connection.clone()).or_default();
        if let Some(name) = self.seen.connection.as_ref().filter(|_| here) {
            usage.name.clone_from(name);
        }
        let day = usage.days.entry(today).or_default();
        *day = day.plus(amount);
        usage.days = usage.days.split_off(&Day(today.0.saturating_sub(Usage::DAYS)));
        let _ = self.ledger.unsaved.insert((connection, today));
    }

    /// For one more connection. What is stored of the one that goes is forgotten at a later start.
    fn make_room(&mut self) {
        let connections = &mut self.ledger.connections;
        if connections.len() < Usage::CONNECTIONS {
            return;
        }
        let last = |usage: &Usage| usage.days.last_key_value().map(|(day, _)| *day);
        let idle = connections.iter().min_by_key(|(_, usage)| last(usage)).map(|(key, _)| key.clone());
        if let Some(idle) = idle {
            let _ = connections.remove(&idle);
        }
    }

    /// Once a second while bytes move, and at the end of each run.
    pub(super) fn save_usage(&mut self) {
        for (connection, day) in std::mem::take(&mut self.ledger.unsaved) {
            let Some(usage) = self.ledger.connections.get(&connection) else { continue };
            let Some(amount) = usage.days.get(&day).copied() else { continue };
            let name = usage.name.clone();
            self.save_lazily(Edit::Usage { connection, name, day, amount });
            self.note(Dirty::Network);
        }
    }

    fn standing_of(&self, key: &str, budget: &Budget) -> Standing {
        let now = Local::of(self.now);
        let used = self.ledger.connections.get(key).map_or(0, |usage| used(budget, usage, now.day()));
        standing(budget, used, now)
    }

    fn budget_here(&self) -> Option<(Budget, Standing)> {
        let budget = *self.settings.networks.budget(self.seen.uuid.as_deref())?;
        Some((budget, self.standing_of(&self.here(), &budget)))
    }

    /// What the data plan says of the network that is seen.
    pub(super) fn lay_budget(&mut self) {
        let plan = self.budget_here();
        self.level = plan.map(|(_, standing)| standing.level);
        if let Some((budget, standing)) = plan {
            self.seen = planned(std::mem::take(&mut self.seen), budget.over, standing.level);
        }
    }

    /// Time passed, or bytes did: does the plan, as it stands now, say something else? And when may it next?
    pub(super) fn watch_clock(&mut self) {
        let plan = self.budget_here();
        if plan.map(|(_, standing)| standing.level) != self.level {
            self.look_at_network();
        }
        let due = plan.map(|(budget, standing)| {
            let at = next_change(&budget, standing.used, Local::of(self.now));
            wake(at, self.now)
        });
        self.set_rules_alarm([due, self.hours_due()].into_iter().flatten().min());
    }

    pub(super) fn budget_view(&self) -> Option<BudgetView> {
        let (budget, standing) = self.budget_here()?;
        Some(self.view_of(budget, standing))
    }

    fn view_of(&self, budget: Budget, standing: Standing) -> BudgetView {
        BudgetView { budget, standing, ends: standing.period.end.begin().wall(self.now.zone) }
    }

    /// Every connection that was used or has a plan; the present one first.
    pub fn usage(&self) -> Vec<UsageView> {
        let here = self.here();
        let known = &self.settings.networks.known;
        let planned = known.iter().filter(|(_, known)| known.budget.is_some()).map(|(key, _)| key);
        let mut keys: BTreeSet<&String> = self.ledger.connections.keys().chain(planned).collect();
        let _ = keys.insert(&here);
        let mut views: Vec<UsageView> =
            keys.into_iter().map(|key| self.usage_of(key, *key == here)).collect();
        views.sort_by_key(|view| (!view.here, view.name.clone()));
        views
    }

    fn usage_of(&self, key: &str, here: bool) -> UsageView {
        let usage = self.ledger.connections.get(key);
        let known = self.settings.networks.known.get(key);
        let present = self.seen.connection.clone().filter(|_| here);
        let named = present.or_else(|| known.map(|known| known.name.clone()));
        let name = named.filter(|name| !name.is_empty());
        let first = Day(Local::of(self.now).day().0.saturating_sub(UsageView::DAYS));
        let budget = known.and_then(|known| known.budget);
        UsageView {
            connection: key.to_owned(),
            name: name.or_else(|| usage.map(|usage| usage.name.clone())).unwrap_or_default(),
            here,
            today: Local::of(self.now).day(),
            days: usage.map(|usage| usage.days.clone().split_off(&first)).unwrap_or_default(),
            budget: budget.map(|budget| self.view_of(budget, self.standing_of(key, &budget))),
        }
    }

    /// Is the kernel's count of the present device worth asking for?
    pub fn counts_device(&self) -> Option<&str> {
        let budget = self.settings.networks.budget(self.seen.uuid.as_deref())?;
        let wanted = budget.counts == Counted::Device;
        self.seen.interface.as_deref().filter(|_| wanted)
    }
}
