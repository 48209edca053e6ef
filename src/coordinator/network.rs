//! The network changed: who must stop at once, and who may go on in a moment.

mod portal;

use std::collections::BTreeMap;

use super::book::Entry;
use super::timers::Due;
use super::{Coordinator, Effect};
use crate::api::{Cause, Dirty, NetworkView, Notice, VerdictView};
use crate::model::{
    Budget, Connectivity, CostPolicy, EntryKind, Hold, Intent, KnownNetwork, Link, Network, Networks,
    Refusal, Span, Stage, TransferId, Treat, Usage,
};
use crate::rules::cost::{Class, Epoch, Pass, Unknown, admit, identity, is_metered, judge};
use crate::rules::lifecycle::Trigger;
use crate::rules::network::{Shift, moved, seen, shift};

/// A network may be changing for this long before an unknown cost counts as known to be unknown.
const SETTLE: Span = Span::seconds(2);
/// Opening waits this long, so that a network that flickers does not start and stop everything.
const OPEN: Span = Span(100);
/// The kernel knows of a switch before the desktop says what it costs: measured, up to some hundred milliseconds.
const UNSURE: Span = Span::seconds(1);
/// Stopped transfers whose logs follow the network; a thousand that were added at once need not.
const EXPLAINED_MOST: usize = 256;

impl Coordinator {
    pub(super) fn on_network(&mut self, network: Network) {
        if network == self.network {
            return;
        }
        self.network = network;
        match self.network.link {
            Link::Changing => self.settle_later(),
            Link::Up | Link::Down => self.changing_since = None,
        }
        self.look_at_network();
    }

    /// Nobody has said anything yet, or what was said is no last word.
    pub(super) fn settle_later(&mut self) {
        let since = *self.changing_since.get_or_insert(self.now.boot);
        self.set_deadline(since + SETTLE, Due::NetworkSettles);
    }

    /// The network as the user wants it seen is another one, perhaps: everything is judged anew.
    pub(super) fn look_at_network(&mut self) {
        let settled = self.changing_since.is_some_and(|since| since + SETTLE <= self.now.boot);
        let link = if settled { Link::Up } else { self.network.link };
        let observed = Network { link, ..self.network.clone() };
        let before = std::mem::replace(&mut self.seen, seen(&observed, &self.settings.networks));
        self.lay_budget();
        let shift = shift(&before, &self.seen);
        self.unsure_until = match shift {
            Shift::None => self.unsure_until,
            Shift::Paths => Some(self.now.boot + UNSURE),
            Shift::Network => None,
        };
        let moved = shift != Shift::None;
        self.judge_all(moved);
        if (moved && self.seen.link == Link::Up) || is_better(&before, &self.seen) {
            self.release_waiting();
        }
    }

    /// A setting changed; any may matter here.
    pub(super) fn judge_by_settings(&mut self) {
        self.book.set_hold_over(self.settings.networks.hold_over);
        self.look_at_network();
    }

    /// After sleep every connection is suspect, and what failed before it may work now.
    pub(super) fn on_woke(&mut self) {
        self.sleeps_until = None;
        self.judge_all(true);
        self.release_waiting();
    }

    pub(super) fn settle_network(&mut self) {
        if self.changing_since.is_some_and(|since| since + SETTLE <= self.now.boot) {
            self.look_at_network();
        }
    }

    pub(super) fn open_gate(&mut self, at: crate::model::Boot) {
        if self.opens_at == Some(at) {
            self.opens_at = None;
        }
    }

    const fn unknown(&self) -> Unknown {
        Unknown::of(self.settings.unknown_is_metered)
    }

    pub(super) fn verdict(&self, class: &Class) -> Result<Pass, Hold> {
        admit(class, &self.seen, self.unknown(), self.machine.as_ref())
    }

    pub(super) fn verdict_for(&self, id: TransferId) -> Result<Pass, Hold> {
        self.book.class(id).map_or(Err(Hold::NoNetwork), |class| self.verdict(&class))
    }

    pub(super) fn network_view(&self) -> NetworkView {
        let verdicts = CostPolicy::ALL.map(|policy| {
            let view = match judge(&Class::plain(policy), &self.seen, self.unknown()) {
                Ok(pass) => VerdictView::Go(pass.grounds()),
                Err(hold) => VerdictView::Hold(hold),
            };
            (policy, view)
        });
        let known = self.settings.networks.of(self.seen.uuid.as_deref());
        NetworkView {
            metered: is_metered(&self.seen, self.unknown()),
            network: self.seen.clone(),
            treat: known.map(|known| known.treat).unwrap_or_default(),
            choice: known.map(|known| known.choice).unwrap_or_default(),
            verdicts: verdicts.to_vec(),
            budget: self.budget_view(),
        }
    }

    /// "Use this network once."
    pub(super) fn allow_here(&mut self, id: TransferId) -> Result<(), Refusal> {
        let here = identity(&self.seen).ok_or(Refusal::NoSuchNetwork)?;
        self.remember(id);
        let _ = self.book.change(id, |entry| entry.transfer.permission.network = Some(here));
        self.put(id);
        Ok(())
    }

    /// What the user says of a connection, given by name or UUID; the present one when none is named.
    pub(super) fn treat(&mut self, which: Option<&str>, change: NetworkWord) -> Result<(), Refusal> {
        let unnamed = which.map_or(self.seen.uuid.is_none(), |which| which == Usage::UNNAMED);
        let found = if unnamed && change.fits_unnamed() {
            Some((Usage::UNNAMED.to_owned(), None))
        } else {
            self.find_network(which)
        };
        let (uuid, name) = found.ok_or(Refusal::NoSuchNetwork)?;
        let mut settings = self.settings.clone();
        let known = settings.networks.of(Some(&uuid)).cloned().unwrap_or_default();
        let known = match change {
            NetworkWord::Treat(treat) => KnownNetwork { treat, ..known },
            NetworkWord::Choice(choice) => KnownNetwork { choice, ..known },
            NetworkWord::Budget(budget) => KnownNetwork { budget, ..known },
        };
        let name = name.filter(|name| name.len() <= Networks::NAME_MOST).unwrap_or(known.name);
        if !settings.networks.set(&uuid, KnownNetwork { name, ..known }) {
            return Err(Refusal::TooMany { most: Networks::MOST });
        }
        self.configure(settings)
    }

    fn find_network(&self, which: Option<&str>) -> Option<(String, Option<String>)> {
        let present = self.seen.uuid.clone().map(|uuid| (uuid, self.seen.connection.clone()));
        let Some(which) = which else { return present };
        let here = present.filter(|(uuid, name)| uuid == which || name.as_deref() == Some(which));
        let known = || {
            let all = &self.settings.networks.known;
            all.iter().find(|(uuid, known)| *uuid == which || known.name == which)
        };
        let used = || {
            let all = &self.ledger.connections;
            all.iter().find(|(uuid, usage)| *uuid == which || usage.name == which)
        };
        here.or_else(|| known().map(|(uuid, known)| (uuid.clone(), Some(known.name.clone()))))
            .or_else(|| used().map(|(uuid, usage)| (uuid.clone(), Some(usage.name.clone()))))
            .or_else(|| is_uuid(which).then(|| (which.to_owned(), None)))
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
            let Some(class) = self.book.class(id) else { continue };
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
                Err(hold) => denied.push((id, self.held(hold))),
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
            self.explain_later(id, &why);
            self.log(id, why);
        }
        // The first word on the network after a start is no flicker.
        if std::mem::replace(&mut self.opened_once, true) {
            let opens = (self.now.boot + OPEN).max(self.unsure_until.unwrap_or_default());
            self.opens_at = Some(opens);
            self.set_deadline(opens, Due::GateOpens);
        }
        self.tell_change();
        self.note(Dirty::Network);
        self.note(Dirty::Everything);
    }

    /// One word to the user when a network that holds still stops or releases what the last one did not. Costs as much as
    /// there are classes, however many wait.
    fn tell_change(&mut self) {
        if self.seen.link == Link::Changing || !self.loaded {
            return;
        }
        self.explain();
        let terms = (self.seen.clone(), self.unknown(), self.machine.clone());
        let Some((network, unknown, machine)) = self.told.replace(terms) else { return };
        let cause = if machine == self.machine { Cause::Network } else { Cause::Machine };
        let was_allowed = |class: &Class| admit(class, &network, unknown, machine.as_ref()).is_ok();
        let mut members: BTreeMap<Class, u64> = BTreeMap::new();
        for (class, count) in self.book.ready_counts() {
            *members.entry(class.clone()).or_default() += count;
        }
        for class in self.book.running().filter_map(|id| self.book.class(id)) {
            *members.entry(class).or_default() += 1;
        }
        let (mut held, mut released) = (0, 0);
        for (class, count) in members {
            match (was_allowed(&class), self.verdict(&class).is_ok()) {
                (true, false) => held += count,
                (false, true) => released += count,
                (true, true) | (false, false) => {}
            }
        }
        if held > 0 {
            self.note(Dirty::Notice(Notice::Holding { count: held, cause }));
        }
        if released > 0 {
            self.note(Dirty::Notice(Notice::Released { count: released, cause }));
        }
    }

    /// A transfer that has to wait from its first moment on says so in its log.
    pub(super) fn log_hold(&mut self, id: TransferId) {
        if let Err(hold) = self.verdict_for(id) {
            let entry = self.held(hold);
            self.explain_later(id, &entry);
            self.log(id, entry);
        }
    }

    fn explain_later(&mut self, id: TransferId, said: &EntryKind) {
        if self.explained.len() < EXPLAINED_MOST {
            let hold = if let EntryKind::HeldOn { hold, .. } = said { Some(hold.clone()) } else { None };
            let _ = self.explained.insert(id, hold);
        }
    }

    /// A switch may pass through "no network" before it ends on one that costs: the log says each.
    fn explain(&mut self) {
        for (id, said) in std::mem::take(&mut self.explained) {
            let waits = |entry: &Entry| {
                entry.transfer.intent == Intent::Run && !matches!(entry.transfer.stage, Stage::Asking(_))
            };
            if !self.book.get(id).is_some_and(waits) {
                continue;
            }
            match self.verdict_for(id) {
                Err(hold) if Some(&hold) != said.as_ref() => self.log_hold(id),
                // What was said last still holds, or its start will say so.
                Ok(_) | Err(_) => drop(self.explained.insert(id, said)),
            }
        }
    }

    /// For the log: why, and on which network.
    pub(super) fn held(&self, hold: Hold) -> EntryKind {
        EntryKind::HeldOn { hold, network: self.seen.connection.clone() }
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
            let entry = self.held(hold);
            self.log(id, entry);
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

/// What the user says of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) enum NetworkWord {
    Treat(Treat),
    Choice(crate::model::Choice),
    Budget(Option<Budget>),
}

impl NetworkWord {
    /// Those that nobody names share one plan; anything else needs a name to be remembered by.
    const fn fits_unnamed(self) -> bool {
        matches!(self, Self::Budget(_))
    }
}

/// What failed before may work now.
fn is_better(before: &Network, after: &Network) -> bool {
    let reach = |network: &Network| match network.connectivity {
        Connectivity::None => 0,
        Connectivity::Local | Connectivity::Portal => 1,
        Connectivity::Limited => 2,
        Connectivity::Internet => 3,
    };
    let gained = || after.paths.iter().any(|path| !before.paths.contains(path));
    after.link == Link::Up && (moved(before, after) || reach(after) > reach(before) || gained())
}

/// RFC 9562: 8-4-4-4-12 hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
