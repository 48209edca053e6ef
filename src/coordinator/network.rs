//! The network changed: who must stop at once, and who may go on in a moment.

use std::collections::BTreeMap;

use super::timers::Due;
use super::{Coordinator, Effect};
use crate::api::{Dirty, NetworkView, VerdictView};
use crate::model::{CostPolicy, EntryKind, Hold, Link, Network, Span, Stage, TransferId};
use crate::rules::cost::{Class, Epoch, Pass, identity, is_metered, judge};
use crate::rules::lifecycle::Trigger;

/// A network may be changing for this long before an unknown cost counts as known to be unknown.
const SETTLE: Span = Span::seconds(2);
/// Opening waits this long, so that a network that flickers does not start and stop everything.
const OPEN: Span = Span(100);

impl Coordinator {
    pub(super) fn on_network(&mut self, network: Network) {
        if network == self.network {
            return;
        }
        let moved = identity(&network) != identity(&self.network) || network.link != self.network.link;
        let was_up = self.effective().link == Link::Up;
        self.changing_since = match network.link {
            Link::Changing => Some(self.changing_since.unwrap_or(self.now.boot)),
            Link::Up | Link::Down => None,
        };
        if let Some(since) = self.changing_since {
            self.set_deadline(since + SETTLE, Due::NetworkSettles);
        }
        self.network = network;
        self.judge_all(moved);
        if (moved || !was_up) && self.effective().link == Link::Up {
            self.release_waiting();
        }
    }

    /// After sleep every connection is suspect, and what failed before it may work now.
    pub(super) fn on_woke(&mut self) {
        self.judge_all(true);
        self.release_waiting();
    }

    pub(super) fn settle_network(&mut self) {
        if self.changing_since.is_some_and(|since| since + SETTLE <= self.now.boot) {
            self.judge_all(false);
            self.release_waiting();
        }
    }

    pub(super) fn open_gate(&mut self, at: crate::model::Boot) {
        if self.opens_at == Some(at) {
            self.opens_at = None;
        }
    }

    /// The network as the rules should see it: one that does not settle counts as up.
    pub(super) fn effective(&self) -> Network {
        let settled = self.changing_since.is_some_and(|since| since + SETTLE <= self.now.boot);
        let link = if settled { Link::Up } else { self.network.link };
        Network { link, ..self.network.clone() }
    }

    pub(super) fn verdict(&self, class: &Class) -> Result<Pass, Hold> {
        judge(class, &self.effective(), self.settings.unknown_is_metered)
    }

    pub(super) fn verdict_for(&self, id: TransferId) -> Result<Pass, Hold> {
        self.book.get(id).map_or(Err(Hold::NoNetwork), |entry| self.verdict(&entry.class()))
    }

    pub(super) fn network_view(&self) -> NetworkView {
        let network = self.effective();
        let verdicts = CostPolicy::ALL.map(|policy| {
            let view = match self.verdict(&Class { policy, once: None }) {
                Ok(_) => VerdictView::Go,
                Err(hold) => VerdictView::Hold(hold),
            };
            (policy, view)
        });
        let metered = is_metered(&network, self.settings.unknown_is_metered);
        NetworkView { metered, network, verdicts: verdicts.to_vec() }
    }

    /// Asks the rule again for everything that runs. `moved`: addresses or routes are others now, so that no open
    /// connection may be used any more, allowed or not.
    pub(super) fn judge_all(&mut self, moved: bool) {
        let running: Vec<_> = self.book.running().collect();
        let mut verdicts: BTreeMap<Class, Result<Pass, Hold>> = BTreeMap::new();
        let mut permits = Vec::new();
        let mut denied = Vec::new();
        let next = Epoch(self.epoch.0 + 1);
        for id in running {
            let Some(class) = self.book.get(id).map(super::book::Entry::class) else { continue };
            let verdict = match verdicts.get(&class) {
                Some(known) => known.clone(),
                None => {
                    let verdict = self.verdict(&class);
                    let _ = verdicts.insert(class, verdict.clone());
                    verdict
                }
            };
            match verdict {
                Ok(pass) if !moved => permits.push(pass.permit(id, next)),
                Ok(_) => denied.push((id, EntryKind::NetworkChanged)),
                Err(hold) => denied.push((id, EntryKind::Held(hold))),
            }
        }
        if moved || !denied.is_empty() {
            self.epoch = next;
            self.at_once(Effect::Gate { epoch: next, permits });
        }
        if moved {
            self.at_once(Effect::DropClients);
        }
        for (id, why) in denied {
            self.stop_run(id);
            self.log(id, why);
        }
        // The first word on the network after a start is no flicker.
        if std::mem::replace(&mut self.opened_once, true) {
            let opens = self.now.boot + OPEN;
            self.opens_at = Some(opens);
            self.set_deadline(opens, Due::GateOpens);
        }
        self.note(Dirty::Network);
        self.note(Dirty::Everything);
    }

    /// One transfer's class changed: its policy, or a permission.
    pub(super) fn judge_one(&mut self, id: TransferId) {
        let running = self.book.get(id).is_some_and(|entry| entry.live.is_some());
        if let (true, Err(hold)) = (running, self.verdict_for(id)) {
            let next = Epoch(self.epoch.0 + 1);
            let others: Vec<_> = self.book.running().filter(|other| *other != id).collect();
            let permits = others
                .into_iter()
                .filter_map(|other| Some(self.verdict_for(other).ok()?.permit(other, next)))
                .collect();
            self.epoch = next;
            self.at_once(Effect::Gate { epoch: next, permits });
            self.stop_run(id);
            self.log(id, EntryKind::Held(hold));
        }
    }

    /// Faults of the old network say nothing about the new one: everything that waits because of one may try now.
    fn release_waiting(&mut self) {
        let waiting: Vec<_> = self.waiting.iter().copied().collect();
        for id in waiting {
            let of_the_network = self.book.get(id).is_some_and(|entry| match &entry.transfer.stage {
                Stage::Waiting(retry) => retry.fault.is_of_the_network(),
                Stage::Queued
                | Stage::Running
                | Stage::Finishing
                | Stage::Asking(_)
                | Stage::Completed
                | Stage::Canceled
                | Stage::Failed(_) => false,
            });
            if of_the_network {
                let _ = self.book.change(id, |entry| entry.transfer.attempts = 0);
                let _ = self.transit(id, Trigger::Release);
            }
        }
    }
}
