//! Questions that change nothing: the book answers from memory, the history from the store's reader.

use std::collections::BTreeSet;

use futures::channel::oneshot;

use super::pump::{Internal, Pump, Waiting};
use crate::api::{Outcome, Present, ProbeState, Probed, Query, Row, View};
use crate::coordinator::row_of;
use crate::model::{
    Boot, Fault, Hold, ProbeId, Question as Asked, Refusal, SafeUrl, Shelf, Span, TransferId, Validator,
};
use crate::protocol::Answer;
use crate::protocol::http::{Insecure, Question};
use crate::rules::answer::{self, Verdict};
use crate::rules::naming;
use crate::rules::retry::{Fate, Tries, fate};
use crate::rules::segments::Ask;
use crate::store::OrderQuery;

type Reply = oneshot::Sender<Outcome>;

/// Probes under way at once; a dialog with more lines asks for them one after another.
const PROBES_MOST: usize = 4;

/// After the start: the network is known by then or counts as changing ...
const NETWORK_WITHIN: Span = Span::seconds(2);
/// ... and a window is not kept from its rows for longer.
const ROWS_WITHIN: Span = Span(500);

impl Pump {
    /// Right after a start nobody has asked the system about the network yet: that is not "the network is changing".
    pub(super) fn query_known(&mut self, query: Query, reply: Reply) {
        let within = match &query {
            Query::Network | Query::Usage => NETWORK_WITHIN,
            Query::Rows(_) | Query::Detail(_) | Query::Probe { .. } => ROWS_WITHIN,
            Query::Order(_) | Query::Settings | Query::Address(_) => return self.query(query, reply),
        };
        let until = self.began + within;
        if self.network_known || until <= self.clock.now().boot {
            return self.query(query, reply);
        }
        self.waiting.push(Waiting { query, reply, until });
    }

    /// When pictures are drawn at the latest, if they should not be drawn yet.
    pub(super) fn picture_waits_until(&self, now: Boot) -> Option<Boot> {
        let until = self.began + ROWS_WITHIN;
        (!self.network_known && now < until).then_some(until)
    }

    /// Answers what need not or must not wait any longer.
    pub(super) fn answer_waiting(&mut self) {
        let now = self.clock.now().boot;
        let known = self.network_known;
        for waiting in std::mem::take(&mut self.waiting) {
            if known || waiting.until <= now {
                self.query(waiting.query, waiting.reply);
            } else {
                self.waiting.push(waiting);
            }
        }
    }

    fn query(&mut self, query: Query, reply: Reply) {
        match query {
            Query::Order(view) => self.query_order(view, reply),
            Query::Rows(ids) => self.query_rows(ids, reply),
            Query::Detail(id) => self.query_detail(id, reply),
            Query::Network => answer(reply, Outcome::Network(Box::new(self.brain.network()))),
            Query::Usage => answer(reply, Outcome::Usage(self.brain.usage())),
            Query::Settings => answer(reply, Outcome::Settings(Box::new(self.brain.settings().clone()))),
            Query::Address(id) => {
                let outcome = self.address(id);
                answer(reply, outcome);
            }
            Query::Probe { probe, url, credentials } => {
                let credentials = credentials
                    .map(|given| (given.user.reveal().to_owned(), given.password.reveal().to_owned()));
                self.query_probe(probe, url, credentials, reply);
            }
        }
    }

    fn query_order(&mut self, view: View, reply: Reply) {
        if view.shelf == Some(Shelf::Active) {
            let shown = |id: &TransferId| self.brain.row(*id).is_some_and(|row| fits(&row, &view));
            let ids = self.brain.active().into_iter().filter(shown).collect();
            return answer(reply, Outcome::Order(ids));
        }
        let active: BTreeSet<_> = self.brain.running().collect();
        let hide = view.shelf.is_some();
        let query = OrderQuery {
            shelf: view.shelf,
            direction: view.direction,
            group: view.group,
            search: view.search,
            sort: sort(view.sort),
            descending: view.descending,
        };
        let internal = self.internal.clone();
        self.store.reader().order(
            query,
            Box::new(move |result| {
                // What runs is stored as waiting: it stands on another shelf.
                let ids = result.map(|ids| {
                    ids.into_iter().filter(|id| !(hide && active.contains(id))).collect::<Vec<_>>()
                });
                let outcome = ids
                    .map_or_else(|error| Outcome::Refused(Refusal::Store(error.trouble())), Outcome::Order);
                let _ = internal.send(Internal::Answered { reply, outcome });
            }),
        );
    }

    pub(super) fn query_rows(&mut self, ids: Vec<TransferId>, reply: Reply) {
        if ids.len() > Query::ROWS {
            return answer(reply, Outcome::Refused(Refusal::TooMany { most: Query::ROWS }));
        }
        let ended: Vec<_> = ids.iter().copied().filter(|id| !self.brain.contains(*id)).collect();
        let asked = ended.iter().copied().collect();
        let groups = self.brain.groups().clone();
        if ended.is_empty() {
            return answer(reply, Outcome::Rows(self.rows(&ids, &[])));
        }
        let internal = self.internal.clone();
        self.store.reader().rows(
            ended,
            Box::new(move |result| {
                let rows = result
                    .map(|found| found.iter().map(|ended| row_of(ended, &groups)).collect())
                    .map_err(|error| error.trouble());
                let _ = internal.send(Internal::Rows { reply, ids, asked, ended: rows });
            }),
        );
    }

    pub(super) fn ended_meanwhile(&self, ids: &[TransferId], asked: &BTreeSet<TransferId>) -> bool {
        let nowhere = |id: &&TransferId| {
            !asked.contains(*id) && !self.brain.contains(**id) && !self.brain.is_removed(**id)
        };
        ids.iter().find(nowhere).is_some()
    }

    /// Rows in the order asked; what is in the book is newer than what was read.
    pub(super) fn rows(&self, ids: &[TransferId], ended: &[Row]) -> Vec<Row> {
        let read =
            |id: TransferId| ended.iter().find(|row| row.id == id && !self.brain.is_removed(id)).cloned();
        let find = |id: TransferId| self.brain.row(id).or_else(|| read(id));
        ids.iter().filter_map(|id| find(*id)).collect()
    }

    fn query_detail(&mut self, id: TransferId, reply: Reply) {
        let internal = self.internal.clone();
        let reader = self.store.reader();
        let ended = !self.brain.contains(id);
        reader.log(
            id,
            Box::new(move |log| {
                let _ = internal.send(Internal::Log { reply, id, log: log.unwrap_or_default(), ended });
            }),
        );
    }

    fn query_probe(
        &mut self,
        probe: ProbeId,
        url: SafeUrl,
        credentials: Option<(String, String)>,
        reply: Reply,
    ) {
        let state = |state| Outcome::Probed(Box::new(Probed { probe, state }));
        if self.probing >= PROBES_MOST {
            return answer(reply, state(ProbeState::Busy));
        }
        let policy = self.brain.settings().cost_policy;
        let gate = match self.brain.probe_permit(policy) {
            Ok(permit) => self.epochs.gate(permit),
            Err(hold) => return answer(reply, state(ProbeState::Held(hold))),
        };
        let question = Question {
            url,
            direct: None,
            method: crate::model::Method::default(),
            headers: Vec::new(),
            credentials,
            ask: Some(Ask { from: 0, to: None }),
            insecure_redirects: Insecure::Refuse,
            encryption: self.brain.settings().ftp.encryption,
            timeouts: self.brain.settings().timeouts,
            now: self.clock.now().wall,
        };
        self.probing += 1;
        self.probe(probe, question, gate, reply);
    }
}

impl Pump {
    /// Why it was cut off: what holds now, or the change itself if that is over.
    pub(super) fn probe_held(&self, probe: ProbeId, reply: Reply) {
        let policy = self.brain.settings().cost_policy;
        let hold = self.brain.probe_permit(policy).err().unwrap_or(Hold::NetworkChanging);
        answer(reply, Outcome::Probed(Box::new(Probed { probe, state: ProbeState::Held(hold) })));
    }
}

/// What a dialog is told of an answer.
pub(super) fn found(first: &SafeUrl, answer: &Answer) -> ProbeState {
    let asked = answer::Asked {
        ask: Ask { from: 0, to: None },
        ranged: true,
        known: None,
        has_bytes: false,
        page_expected: naming::may_be_page(first, None),
        claimed: None,
    };
    let name = || {
        naming::from_answer(
            answer.disposition.as_deref(),
            answer.head.content_type.as_deref(),
            &answer.url,
            first,
        )
    };
    let state = |seen: &Validator, resumable| ProbeState::Found {
        name: name(),
        total: seen.total,
        content_type: answer.head.content_type.clone(),
        resumable,
        url: answer.url.clone(),
    };
    match answer::judge(&asked, &answer.head) {
        Verdict::Take(take) => state(&take.seen, take.resumable),
        Verdict::AlreadyComplete { total } => {
            state(&Validator { total: Some(total), ..Validator::default() }, true)
        }
        // It will be asked once more without a range; all that is known is that ranges do not work.
        Verdict::AskPlainly => state(&Validator::default(), false),
        Verdict::Refuse(Fault::InvalidResponse(crate::model::Lie::NotTheFile)) => {
            ProbeState::Asks(Asked::WebPage { title: None, address: answer.url.clone() })
        }
        Verdict::Refuse(fault) => trouble(fault),
    }
}

pub(super) fn trouble(fault: Fault) -> ProbeState {
    let tries = Tries { attempt: 1, most: Some(1), without_progress: Span::ZERO, has_bytes: false, dice: 0 };
    match fate(fault.clone(), &tries) {
        Fate::Ask(question) => ProbeState::Asks(question),
        Fate::Fail(failure) => ProbeState::Failed(failure),
        Fate::RetryAfter(_) | Fate::Requeue => {
            ProbeState::Failed(crate::model::Failure { fault, attempts: 1 })
        }
    }
}

pub(super) fn answer(reply: Reply, outcome: Outcome) {
    // A client that is gone needs no answer.
    let _ = reply.send(outcome);
}

fn fits(row: &Row, view: &View) -> bool {
    let words = view.search.to_lowercase();
    view.direction.is_none_or(|direction| direction == row.direction)
        && view.group.as_ref().is_none_or(|group| row.group.as_ref() == Some(group))
        && (words.is_empty() || row.name.to_lowercase().contains(&words) || row.host.contains(&words))
}

const fn sort(sort: crate::api::Sort) -> crate::store::Sort {
    match sort {
        crate::api::Sort::Queue => crate::store::Sort::Queue,
        crate::api::Sort::Name => crate::store::Sort::Name,
        crate::api::Sort::Size => crate::store::Sort::Size,
        crate::api::Sort::Added => crate::store::Sort::Added,
    }
}
