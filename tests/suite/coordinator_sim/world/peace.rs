//! How a life must end: everything that wants to run has run, and the store knows all of it.

use longshore::api::{Act, Present, Row};
use longshore::coordinator::{Deadline, Input, Order};
use longshore::model::{Hold, Network, NetworkCost, Power, Shelf, Stage, Status, TransferId};
use longshore::rules::cost::{Class, admit};

use super::World;

impl World {
    /// Some network that stays: everything it allows completes, and the rest waits for the reason that the rule gives.
    pub(super) fn come_to_rest(&mut self) {
        self.calm = true;
        self.network = Network { cost: NetworkCost::Fixed, roaming: self.roll(3) == 0, ..self.net() };
        self.step(Input::Network(self.network.clone()));
        self.wait_until_settled();
    }

    /// Held, and rightly so.
    fn waits_for_the_rule(&self, row: &Row) -> bool {
        let (Status::PausedCostedNetwork(hold)
        | Status::PausedNoNetwork(hold)
        | Status::PausedSystemPolicy(hold)) = &row.status
        else {
            return false;
        };
        let stored = self.stored.book.get(&row.id).expect("what waits is stored");
        let class = Class::of(stored, self.settings.networks.hold_over);
        admit(&class, &self.seen(), self.unknown(), self.machine().as_ref()) == Err(hold.clone())
    }

    /// Peace: a good network, a store that works, time that passes. Everything that wants to run completes.
    pub(super) fn calm_down(&mut self) {
        self.calm = true;
        self.network = Network {
            cost: NetworkCost::Unrestricted,
            connection: Some("home".into()),
            ..Network::default()
        };
        self.step(Input::Network(self.network.clone()));
        self.order(Order::Act(Act::Configure(Box::default())));
        self.power = Power::default();
        self.step(Input::Power(self.power));
        self.wait_until_settled();
        assert!(self.asked.is_empty(), "requests without an answer: {:?}", self.asked);
        let held = self.rows().filter(|row| matches!(row.status, Status::PausedCostedNetwork(_))).count();
        assert_eq!(held, 0, "nothing is held on a network that costs nothing");
        self.the_store_knows_everything();
    }

    fn wait_until_settled(&mut self) {
        for _ in 0..20_000 {
            self.commit();
            self.disk_answers();
            for _ in 0..4 {
                self.worker_moves();
            }
            if self.saves.is_empty() && self.workers.is_empty() && self.is_settled() {
                break;
            }
            let (boot, wall) = self.brain.due();
            let next = match (boot, wall, self.workers.is_empty() && self.saves.is_empty()) {
                (Some(Deadline::Boot(at, _)), _, true) => at.0.saturating_sub(self.now.boot.0).max(1),
                (None, Some(Deadline::Wall(at, _)), true) => {
                    u64::try_from(at.0 - self.now.wall.0).unwrap_or(1).max(1)
                }
                _ => 50,
            };
            self.advance(next.min(86_400_000));
        }
        assert!(self.is_settled(), "something waits for ever: {:?}", self.unsettled());
    }

    fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        (1..self.stored.next_id + 64).filter_map(|id| self.brain.row(TransferId::new(id)?))
    }

    fn unsettled(&self) -> Vec<(TransferId, Status)> {
        self.rows()
            .filter(|row| !matches!(row.status, Status::PausedByUser | Status::NeedsUser(_)))
            .filter(|row| !self.waits_behind_a_pause(row) && !self.waits_for_the_rule(row))
            .map(|row| (row.id, row.status))
            .collect()
    }

    fn waits_behind_a_pause(&self, row: &Row) -> bool {
        let Status::Queued(Some(Hold::SameAddress(other))) = row.status else {
            return false;
        };
        self.brain.row(other).is_some_and(|row| {
            matches!(row.status, Status::PausedByUser | Status::NeedsUser(_)) || self.waits_for_the_rule(&row)
        })
    }

    fn is_settled(&self) -> bool {
        self.unsettled().is_empty()
            && self.saves.is_empty()
            && self.errands.is_empty()
            && self.fetches.is_empty()
            && self.recounts.is_empty()
            // What the store refused is stored again after a while, and then counted.
            && !self.store_failed
    }

    fn the_store_knows_everything(&self) {
        for (id, stored) in &self.stored.book {
            let row = self.brain.row(*id).unwrap_or_else(|| panic!("{id} is stored but not known"));
            assert_eq!(row.policy, stored.policy, "{id}");
            assert_eq!(row.priority, stored.priority, "{id}");
        }
        for transfer in self.stored.history.values().filter(|transfer| transfer.stage == Stage::Completed) {
            let total = transfer.total().expect("a completed transfer has a length");
            assert!(transfer.synced.covers(total), "{} is called complete", transfer.id);
        }
        let counts = self.brain.counts();
        let failed =
            self.stored.history.values().filter(|t| matches!(t.stage, Stage::Failed(_))).count() as u64;
        assert_eq!(counts.of(Shelf::Failed), failed);
        assert_eq!(counts.of(Shelf::Finished), self.stored.history.len() as u64 - failed);
        assert_eq!(self.brain.len(), self.stored.book.len());
    }
}
