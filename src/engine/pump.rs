//! The only place where the engine waits. Whatever comes first becomes an input, the coordinator answers with effects,
//! and each is performed. It sleeps on kernel timers: between deadlines nothing wakes it.

mod playing;
mod sources;
mod start;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use futures::channel::oneshot;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;

use super::lane::ToLane;
use super::lanes::Lanes;
use super::meter::RunMeter;
use super::serve::Serving;
use super::subscribers::{Pace, Subscribers};
use super::worker::Wishes;
use super::{Shared, intake, queries};
use crate::api::{ClientId, Dirty, Envelope, Notice, Outcome, Query, Request, Stopped};
use crate::coordinator::{Coordinator, Deadline, Dice, ErrandResult, Input, Order, Reading, Report};
use crate::disk::Claim;
use crate::model::{
    Boot, Direction, DiskFault, PowerWish, ProbeId, Refusal, Run, SafeUrl, Shelf, Span, StoreTrouble, Ticket,
    Transfer, TransferId,
};
use crate::platform::{Clock, PowerNews, Timer, Vault};
use crate::protocol::Gate;
use crate::protocol::gate::Epochs;
use crate::protocol::http::Question;
use crate::store::{Ack, Store};

use sources::{Sources, Woken};
use start::entry_of;

pub(super) use start::run;

/// Meters are read this often while somebody looks ...
const METERS: Span = Span(100);
/// ... and marks are made this often in any case.
const MARKS: Span = Span::seconds(1);
/// A machine that slept longer than this has other connections now.
const SLEPT: Span = Span::seconds(2);
/// By then the window stands; the database is looked through while nobody waits for it.
const CHECK_AFTER: Span = Span(1500);
/// For the last words to those who are connected.
const FAREWELL: std::time::Duration = std::time::Duration::from_millis(300);
/// Reports on their way; a worker with one more waits.
const REPORTS_MOST: usize = 1024;

pub(super) struct Pump {
    pub brain: Coordinator,
    dice: Dice,
    pub store: Arc<Store>,
    pub shared: Arc<Shared>,
    pub clock: Clock,
    pub epochs: Epochs,
    pub vault: Vault,
    pub lanes: Lanes,
    pub folder: PathBuf,
    downloads: PathBuf,
    pub subscribers: Subscribers,
    pub running: BTreeMap<TransferId, Running>,
    pub claims: BTreeMap<TransferId, Vec<Claim>>,
    pub disk_work: JoinSet<Internal>,
    pub internal: mpsc::UnboundedSender<Internal>,
    replies: BTreeMap<(ClientId, u64), oneshot::Sender<Outcome>>,
    pub probing: usize,
    pub serving: Serving,
    /// Has the watcher of the network look again.
    pub look_again: Arc<Notify>,
    /// What is wanted of the machine.
    pub power_wish: watch::Sender<PowerWish>,
    /// The newest settings that were written, and how many were to be: a late write must not undo a newer one.
    pub settings_written: Arc<Mutex<u64>>,
    pub settings_wanted: u64,
    meters_at: Option<Boot>,
    marks_at: Boot,
    flush_at: Option<Boot>,
    asleep: Span,
    /// The database is looked through once, when the start is over.
    check_at: Option<Boot>,
    /// Serves the whole queue until it is told to end.
    stays: bool,
    /// Questions about the network from before it was known, and when they are answered at the latest.
    pub waiting: Vec<Waiting>,
    pub network_known: bool,
    pub began: Boot,
    /// Notices from before anybody listened.
    untold: Vec<Notice>,
    why: Stopped,
    pub ended: bool,
}

/// A run, seen from here.
pub(super) struct Running {
    pub run: Run,
    pub gate: Gate,
    pub meter: Arc<RunMeter>,
    pub wishes: watch::Sender<Wishes>,
}

/// A question that would be answered wrongly now.
pub(super) struct Waiting {
    pub query: Query,
    pub reply: oneshot::Sender<Outcome>,
    pub until: Boot,
}

/// What the pump's own helpers have to say.
pub(super) enum Internal {
    Nothing,
    Answered {
        reply: oneshot::Sender<Outcome>,
        outcome: Outcome,
    },
    Rows {
        reply: oneshot::Sender<Outcome>,
        ids: Vec<TransferId>,
        /// Those of them that the store was asked for.
        asked: BTreeSet<TransferId>,
        ended: Result<Vec<crate::api::Row>, StoreTrouble>,
    },
    Log {
        reply: oneshot::Sender<Outcome>,
        id: TransferId,
        log: Vec<crate::model::Entry>,
        ended: bool,
    },
    Ended {
        reply: oneshot::Sender<Outcome>,
        detail: Option<Box<crate::api::Detail>>,
    },
    Fetched {
        client: ClientId,
        seq: u64,
        order: Order,
        rows: Result<Vec<Transfer>, StoreTrouble>,
    },
    Errand {
        id: TransferId,
        result: ErrandResult,
    },
    Looked {
        id: TransferId,
        found: Result<(), DiskFault>,
    },
    Counted {
        after: Ticket,
        history: Vec<(Shelf, Direction, i64)>,
    },
    Checked(Result<(), StoreTrouble>),
    /// The network was taken away under a look at what a server has.
    ProbeHeld {
        probe: ProbeId,
        reply: oneshot::Sender<Outcome>,
    },
    ProbeEnded,
}

impl Pump {
    async fn serve(&mut self, mut sources: Sources) {
        while !self.ended {
            self.after_step(&sources.timer);
            match sources.next(&mut self.disk_work).await {
                Woken::Envelope(Some(envelope)) => self.envelope(envelope),
                // Everybody who could ask for anything is gone.
                Woken::Envelope(None) | Woken::Signal => self.step(Input::ShutDown),
                Woken::GiveUp => {
                    self.why = Stopped::Yielded;
                    self.step(Input::ShutDown);
                }
                Woken::Report(id, run, report) => self.report(id, run, report),
                Woken::Ack(Ack { ticket, result: Ok(()) }) => self.step(Input::Saved(ticket)),
                Woken::Ack(Ack { ticket, result: Err(trouble) }) => {
                    self.step(Input::SaveFailed(ticket, trouble));
                }
                Woken::Network(network) => {
                    self.network_known = true;
                    self.step(Input::Network(network));
                    self.answer_waiting();
                }
                Woken::Power(PowerNews::Is(power)) => self.step(Input::Power(power)),
                Woken::Power(PowerNews::Sleeps) => self.step(Input::Sleeps),
                Woken::Power(PowerNews::Wakes) => self.step(Input::Woke),
                Woken::Internal(internal) => self.internal(internal),
                Woken::Timer => self.timer(),
            }
        }
    }

    pub(super) fn step(&mut self, input: Input) {
        let effects = self.brain.step(input, self.clock.now(), &mut self.dice);
        self.perform(effects);
    }

    /// The store's queue is full: the same as a store that is busy.
    pub(super) fn refuse(&mut self, ticket: Ticket) {
        self.step(Input::SaveFailed(ticket, StoreTrouble::Locked));
    }

    fn envelope(&mut self, envelope: Envelope) {
        match envelope {
            Envelope::Subscribe { client, events } => {
                self.subscribers.add(client, events);
                for notice in std::mem::take(&mut self.untold) {
                    self.subscribers.note(&Dirty::Notice(notice));
                }
            }
            Envelope::Request { reply, request: Request::Query(query), .. } => self.query_known(query, reply),
            Envelope::Request { client, seq, request: Request::Command(command), reply } => {
                let order = intake::order(command, &self.vault, self.brain.settings(), &self.downloads);
                let _ = self.replies.insert((client, seq), reply);
                self.step(Input::Order { client, seq, order });
            }
        }
    }

    pub(super) fn reply(&mut self, client: ClientId, seq: u64, outcome: Outcome) {
        if let Some(reply) = self.replies.remove(&(client, seq)) {
            queries::answer(reply, outcome);
        }
    }

    pub(super) fn fetch(&mut self, client: ClientId, seq: u64, order: Order, ids: Vec<TransferId>) {
        let internal = self.internal.clone();
        self.store.reader().rows(
            ids,
            Box::new(move |rows| {
                let rows = rows.map_err(|error| error.trouble());
                let _ = internal.send(Internal::Fetched { client, seq, order, rows });
            }),
        );
    }

    /// Looks the database through; a sound one is backed up, once a day.
    fn check_store(&mut self) {
        let store = Arc::clone(&self.store);
        let now = self.clock.now().wall;
        let _ = self.disk_work.spawn_blocking(move || {
            let checked = store.quick_check().and_then(|()| store.backup(now));
            Internal::Checked(checked.map(|_| ()).map_err(|error| error.trouble()))
        });
    }

    pub(super) fn recount(&mut self, after: Ticket) {
        let internal = self.internal.clone();
        self.store.reader().counts(Box::new(move |counted| {
            // A store that cannot be read now says so elsewhere.
            let Ok(counted) = counted else { return };
            let history = counted.iter().map(entry_of).collect();
            let _ = internal.send(Internal::Counted { after, history });
        }));
    }

    fn report(&mut self, id: TransferId, run: Run, report: Report) {
        let over = match &report {
            Report::Finished { .. }
            | Report::Metalink { .. }
            | Report::Stopped { .. }
            | Report::Broke { .. } => true,
            Report::Begun(_)
            | Report::Upload(_)
            | Report::Synced { .. }
            | Report::HostAllows { .. }
            | Report::Checking
            | Report::Expects(_)
            | Report::NothingBeside
            | Report::Mirrors(_)
            | Report::MirrorDropped { .. }
            | Report::MirrorLied { .. }
            | Report::Verified
            | Report::Bad { .. }
            | Report::Filled
            | Report::Renamed { .. } => false,
        };
        if over && self.running.get(&id).is_some_and(|running| running.run == run) {
            let _ = self.running.remove(&id);
            self.shared.brakes.end(id);
            self.shared.upload_brakes.end(id);
        }
        self.step(Input::Report { id, run, report });
    }

    fn internal(&mut self, internal: Internal) {
        match internal {
            Internal::Nothing => {}
            Internal::Answered { reply, outcome } => queries::answer(reply, outcome),
            // Some ended while the others were read: the store has them now.
            Internal::Rows { reply, ids, asked, ended: Ok(_) } if self.ended_meanwhile(&ids, &asked) => {
                self.query_rows(ids, reply);
            }
            Internal::Rows { reply, ids, ended: Ok(ended), .. } => {
                queries::answer(reply, Outcome::Rows(self.rows(&ids, &ended)));
            }
            Internal::Rows { reply, ended: Err(trouble), .. } => {
                queries::answer(reply, Outcome::Refused(Refusal::Store(trouble)));
            }
            Internal::Log { reply, id, log, ended: false } => {
                match self.brain.detail(id, log.clone()) {
                    Some(detail) => queries::answer(reply, Outcome::Detail(Some(Box::new(detail)))),
                    // It ended while its log was read.
                    None => self.ended_detail(id, log, reply),
                }
            }
            Internal::Log { reply, id, log, ended: true } => self.ended_detail(id, log, reply),
            Internal::Ended { reply, detail } => queries::answer(reply, Outcome::Detail(detail)),
            Internal::Fetched { client, seq, order, rows: Ok(rows) } => {
                self.step(Input::Fetched { client, seq, order, rows });
            }
            Internal::Fetched { client, seq, rows: Err(trouble), .. } => {
                self.reply(client, seq, Outcome::Refused(Refusal::Store(trouble)));
            }
            Internal::Errand { id, result } => self.step(Input::Errand { id, result }),
            Internal::Looked { id, found } => self.step(Input::Looked { id, found }),
            Internal::Counted { after, history } => self.step(Input::Counted { after, history }),
            Internal::Checked(Ok(())) => {}
            Internal::Checked(Err(trouble)) => self.subscribers.note(&Dirty::Notice(Notice::Store(trouble))),
            Internal::ProbeHeld { probe, reply } => self.probe_held(probe, reply),
            Internal::ProbeEnded => self.probing = self.probing.saturating_sub(1),
        }
    }

    fn ended_detail(
        &mut self,
        id: TransferId,
        log: Vec<crate::model::Entry>,
        reply: oneshot::Sender<Outcome>,
    ) {
        let groups = self.brain.groups().clone();
        let internal = self.internal.clone();
        self.store.reader().rows(
            vec![id],
            Box::new(move |rows| {
                let row = rows.ok().and_then(|rows| rows.into_iter().next());
                let detail =
                    row.map(|transfer| Box::new(crate::coordinator::detail_of(transfer, log, &groups)));
                let _ = internal.send(Internal::Ended { reply, detail });
            }),
        );
    }

    pub(super) fn probe(
        &mut self,
        probe: ProbeId,
        question: Question,
        gate: Gate,
        reply: oneshot::Sender<Outcome>,
    ) {
        let (answered, answer) = tokio::sync::oneshot::channel();
        let first: SafeUrl = question.url.clone();
        let user_agent = self.brain.settings().user_agent.clone();
        let question = Box::new(question);
        self.lanes.fixed().tell(ToLane::Probe { probe, question, user_agent, gate, reply: answered });
        let internal = self.internal.clone();
        let _ = self.disk_work.spawn_local(async move {
            let state = match answer.await {
                Ok(Ok(answer)) => queries::found(&first, &answer),
                // It was cut off in the middle.
                Ok(Err(crate::protocol::Error::Gated)) | Err(_) => {
                    let _ = internal.send(Internal::ProbeHeld { probe, reply });
                    return Internal::ProbeEnded;
                }
                Ok(Err(error)) => queries::trouble(error.fault()),
            };
            let outcome = Outcome::Probed(Box::new(crate::api::Probed { probe, state }));
            let _ = internal.send(Internal::Answered { reply, outcome });
            Internal::ProbeEnded
        });
    }

    fn tell_later(&mut self, notice: Notice) {
        self.untold.push(notice);
    }

    fn timer(&mut self) {
        let asleep = self.clock.asleep();
        if asleep.0.saturating_sub(self.asleep.0) > SLEPT.0 {
            self.step(Input::Woke);
        }
        self.asleep = asleep;
        let now = self.clock.now().boot;
        if self.check_at.is_some_and(|at| at <= now) {
            self.check_at = None;
            self.check_store();
        }
        if self.meters_at.is_some_and(|at| at <= now) {
            self.read_meters(now);
        }
        self.answer_waiting();
        self.step(Input::Tick);
    }

    fn read_meters(&mut self, now: Boot) {
        let mark = now - self.marks_at >= MARKS;
        if mark {
            self.marks_at = now;
        }
        let readings = self.running.iter().map(|(id, running)| Reading {
            id: *id,
            run: running.run,
            done: running.meter.done(),
            received: running.meter.received(),
            connections: running.meter.connections(),
            written: mark.then(|| running.meter.mark()),
        });
        let readings = readings.collect();
        self.meters_at = None;
        self.step(Input::Meters(readings));
        if mark {
            self.read_device();
        }
    }

    /// Only while bytes move, and only where the kernel's count is what the user wants counted.
    fn read_device(&mut self) {
        let Some(interface) = self.brain.counts_device().map(str::to_owned) else { return };
        if let Some(count) = crate::platform::network::device_count(&interface) {
            self.step(Input::DeviceCount { interface, count });
        }
    }

    /// Tells clients what is due to be told, and sets the timers for what is not.
    fn after_step(&mut self, timer: &Timer) {
        let now = self.clock.now().boot;
        let wish = self.brain.power_wish();
        let _ = self.power_wish.send_if_modified(|last| std::mem::replace(last, wish) != wish);
        let pace = if self.running.is_empty() { Pace::AtOnce } else { Pace::Steady };
        // The first picture waits a moment for the network, or everything in it would be said to wait for one.
        self.flush_at = match self.picture_waits_until(now) {
            Some(at) if !self.subscribers.is_empty() => Some(at),
            Some(_) | None => self.subscribers.flush(now, pace, &self.brain),
        };
        self.meters_at = match (self.running.is_empty(), self.subscribers.is_empty()) {
            (true, _) => None,
            (false, true) => Some(self.meters_at.unwrap_or(now + MARKS)),
            (false, false) => Some(self.meters_at.map_or(now + METERS, |at| at.min(now + METERS))),
        };
        self.refresh_offers();
        let (boot, wall) = self.brain.due();
        let due = |deadline| match deadline {
            Deadline::Boot(at, _) => Some(at),
            Deadline::Wall(..) => None,
        };
        let waits = self.waiting.iter().map(|waiting| waiting.until).min();
        let own = [boot.and_then(due), self.meters_at, self.flush_at, self.check_at, waits];
        let boot = own.into_iter().flatten().min();
        let wall = wall.and_then(|deadline| match deadline {
            Deadline::Wall(at, _) => Some(at),
            Deadline::Boot(..) => None,
        });
        timer.set(boot, wall);
    }

    async fn end(mut self) {
        // A disk that hangs must not hold up the end.
        let all = async { while self.disk_work.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(FAREWELL, all).await;
        self.disk_work.abort_all();
        self.lanes.end();
        // The last to hold it closes it, which writes what waits.
        drop(self.store);
    }
}
