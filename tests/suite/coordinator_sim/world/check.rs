//! What must hold after every step, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use longshore::api::Present;
use longshore::coordinator::Deadline;
use longshore::model::{Hold, Link, Local, Network, Shelf, Status, TransferId, Usage};
use longshore::rules::budget::{standing, used};
use longshore::rules::cost::{Unknown, admit};
use longshore::rules::network::{planned, seen};
use longshore::rules::{hours, power};

use super::{HOSTS, World};

impl World {
    pub(super) fn check(&self) {
        self.nothing_runs_without_permission();
        self.limits_are_kept();
        self.no_slot_is_used_twice();
        self.counts_are_right();
        self.nobody_waits_for_nothing();
    }

    fn nothing_runs_without_permission(&self) {
        let Some(network) = self.effective_network() else { return };
        for worker in self.workers.values().filter(|worker| worker.permit >= self.epoch) {
            let Some(row) = self.brain.row(worker.id) else { continue };
            let class = self.class(&row, worker);
            let allowed = admit(&class, &network, self.unknown(), self.machine().as_ref()).is_ok();
            assert!(allowed || worker.stopping, "{} runs on {network:?} as {:?}", worker.id, worker.policy);
        }
    }

    fn limits_are_kept(&self) {
        let limits = self.brain.settings().limits;
        let running = self.brain.running().count();
        assert!(running <= usize::from(limits.large + limits.small + limits.uploads), "{running} run");
        for name in HOSTS {
            let here =
                self.brain.running().filter_map(|id| self.brain.row(id)).filter(|row| row.host == name);
            assert!(here.count() <= usize::from(limits.per_host));
        }
    }

    fn no_slot_is_used_twice(&self) {
        let slots: Vec<_> = self.workers.values().flat_map(|worker| &worker.slots).copied().collect();
        let distinct: BTreeSet<_> = slots.iter().collect();
        assert_eq!(slots.len(), distinct.len());
    }

    /// Maintained counts of the book are what counting would give.
    fn counts_are_right(&self) {
        let counts = self.brain.counts();
        let total: u64 = counts.shelves.values().sum();
        assert_eq!(total, counts.downloads + counts.uploads);
        let book: BTreeMap<Shelf, u64> = (1..self.stored.next_id + 64)
            .filter_map(|id| self.brain.row(TransferId::new(id)?))
            .fold(BTreeMap::new(), |mut shelves, row| {
                *shelves.entry(row.status.shelf()).or_default() += 1;
                shelves
            });
        if self.saves.is_empty() && !self.store_failed && self.recounts.is_empty() {
            let ended = self.stored.history.len() as u64;
            assert_eq!(counts.of(Shelf::Finished) + counts.of(Shelf::Failed), ended, "ended");
        }
        for shelf in [Shelf::Active, Shelf::Waiting, Shelf::Paused] {
            assert_eq!(counts.of(shelf), book.get(&shelf).copied().unwrap_or_default(), "{shelf:?}");
        }
    }

    /// Whoever waits for a time has a deadline, and no deadline is in the past.
    fn nobody_waits_for_nothing(&self) {
        let (boot, wall) = self.brain.due();
        if let Some(Deadline::Boot(at, why)) = boot {
            assert!(at >= self.now.boot, "{why:?} is overdue");
        }
        for id in (1..self.stored.next_id + 64).filter_map(TransferId::new) {
            let Some(row) = self.brain.row(id) else { continue };
            match row.status {
                Status::WaitingToRetry(_) => assert!(boot.is_some(), "{id} waits for ever"),
                Status::PausedNoNetwork(Hold::CaptivePortal) => {
                    // One that still waits for its old worker, or for the disk, is asked about once that is over.
                    let busy = self.workers.values().any(|worker| worker.id == id)
                        || self.errands.iter().any(|(errand, _)| *errand == id);
                    assert!(busy || boot.is_some(), "{id} waits for a sign-in that nobody asks about");
                }
                Status::PausedNoNetwork(Hold::NetworkChanging) => {
                    assert!(boot.is_some(), "{id} waits for a network that never settles");
                }
                Status::PausedSystemPolicy(Hold::Scheduled(_) | Hold::OutsideHours) => {
                    assert!(wall.is_some(), "{id} is never started");
                }
                _ => {}
            }
        }
    }

    fn effective_network(&self) -> Option<Network> {
        // While a network is changing only the coordinator knows for how long.
        let held_still = self.network.link != Link::Changing;
        held_still.then(|| self.seen())
    }

    /// The network with the user's word and the data plan laid over it.
    pub(super) fn seen(&self) -> Network {
        let seen = seen(&self.network, &self.settings.networks);
        let Some(budget) = self.settings.networks.budget(seen.uuid.as_deref()) else { return seen };
        let now = Local::of(self.now);
        let key = seen.uuid.as_deref().unwrap_or(Usage::UNNAMED);
        let views = self.brain.usage();
        let days = views.into_iter().find(|view| view.connection == key).map(|view| view.days);
        let usage = Usage { days: days.unwrap_or_default(), ..Usage::default() };
        let level = standing(budget, used(budget, &usage, now.day()), now).level;
        planned(seen, budget.over, level)
    }

    /// What holds whoever is bound by it.
    pub(super) fn machine(&self) -> Option<Hold> {
        let hours = || hours::hold(&self.settings.hours, Local::of(self.now));
        power::hold(&self.power, &self.settings.power).or_else(hours)
    }

    pub(super) const fn unknown(&self) -> Unknown {
        Unknown::of(self.settings.unknown_is_metered)
    }
}
