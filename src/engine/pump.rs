//! The only place where the engine waits. Whatever comes first becomes an input, the coordinator answers with effects,
//! and each is performed. It sleeps on kernel timers: between deadlines nothing wakes it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use futures::StreamExt;
use futures::channel::{mpsc as requests, oneshot};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::lane::{Lane, ToLane};
use super::meter::RunMeter;
use super::subscribers::Subscribers;
use super::worker::Wishes;
use super::{Book, Parts, Reports, Shared, Signals, intake, queries, shared};
use crate::api::{ClientId, Dirty, Envelope, Notice, Outcome, Request, Stopped};
use crate::coordinator::{Coordinator, Deadline, Dice, ErrandResult, Input, Loaded, Order, Reading, Report};
use crate::disk::Claim;
use crate::model::{
    Boot, Direction, Network, ProbeId, Refusal, Run, SafeUrl, Shelf, Slot, Span, StoreTrouble, Ticket,
    Transfer, TransferId,
};
use crate::platform::{Clock, NetworkSource, Timer, Vault};
use crate::protocol::Gate;
use crate::protocol::gate::Epochs;
use crate::protocol::http::Question;
use crate::store::{Ack, Found, Store};

/// Meters are read this often while somebody looks ...
const METERS: Span = Span(100);
/// ... and marks are made this often in any case.
const MARKS: Span = Span::seconds(1);
/// A machine that slept longer than this has other connections now.
const SLEPT: Span = Span::seconds(2);
/// For the last words to those who are connected.
const FAREWELL: std::time::Duration = std::time::Duration::from_millis(500);
/// Reports on their way; a worker with one more waits.
const REPORTS_MOST: usize = 1024;

pub(super) struct Pump {
    pub brain: Coordinator,
    dice: Dice,
    pub store: Store,
    pub shared: Arc<Shared>,
    pub clock: Clock,
    pub epochs: Epochs,
    pub vault: Vault,
    pub lane: Lane,
    pub folder: PathBuf,
    downloads: PathBuf,
    pub subscribers: Subscribers,
    pub running: BTreeMap<TransferId, Running>,
    pub claims: BTreeMap<TransferId, Vec<Claim>>,
    pub disk_work: JoinSet<Internal>,
    pub internal: mpsc::UnboundedSender<Internal>,
    replies: BTreeMap<(ClientId, u64), oneshot::Sender<Outcome>>,
    pub probing: usize,
    meters_at: Option<Boot>,
    marks_at: Boot,
    flush_at: Option<Boot>,
    asleep: Span,
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
    pub wishes: tokio::sync::watch::Sender<Wishes>,
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
        healed: bool,
    },
    Counted {
        after: Ticket,
        history: Vec<(Shelf, Direction, i64)>,
    },
    ProbeEnded,
}

/// Everything the pump listens to.
struct Sources {
    envelopes: requests::Receiver<Envelope>,
    reports: mpsc::Receiver<(TransferId, Run, Report)>,
    acks: mpsc::UnboundedReceiver<Ack>,
    network: mpsc::Receiver<Network>,
    internal: mpsc::UnboundedReceiver<Internal>,
    timer: Timer,
    signals: Option<[tokio::signal::unix::Signal; 3]>,
    give_up: mpsc::Receiver<()>,
}

enum Woken {
    Envelope(Option<Envelope>),
    Report(TransferId, Run, Report),
    Ack(Ack),
    Network(Network),
    Internal(Internal),
    Timer,
    Signal,
    GiveUp,
}

/// The engine's thread.
pub(super) fn run(parts: Parts, store: Store, book: Book, acks: mpsc::UnboundedReceiver<Ack>) {
    let runtime =
        match tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build() {
            Ok(runtime) => runtime,
            Err(error) => {
                tracing::error!(%error, "no runtime");
                return;
            }
        };
    let local = tokio::task::LocalSet::new();
    if let Err(error) = runtime.block_on(local.run_until(live(parts, store, book, acks))) {
        tracing::error!(%error, "the engine cannot start");
    }
    runtime.shutdown_background();
}

async fn live(
    parts: Parts,
    store: Store,
    book: Book,
    acks: mpsc::UnboundedReceiver<Ack>,
) -> std::io::Result<()> {
    let Parts { lock, downloads, scope, envelopes, clock, network, signals, give_up, server } = parts;
    let (internal, internals) = mpsc::unbounded_channel();
    let (reports, reported) = mpsc::channel(REPORTS_MOST);
    let folder = lock.folder().to_owned();
    let (shared, claims) = shared(&folder, &book.opened, clock.clone());
    let lane = Lane::start("lane-0", Arc::clone(&shared), Reports(reports))?;
    let mut beside: JoinSet<()> = JoinSet::new();
    let network = match network {
        NetworkSource::Given(given) => given,
        NetworkSource::System => {
            let (found, network) = mpsc::channel(16);
            let _ = beside.spawn_local(crate::platform::network::watch(found));
            network
        }
    };
    let sources = Sources {
        envelopes,
        reports: reported,
        acks,
        network,
        internal: internals,
        timer: Timer::new()?,
        signals: listen(signals)?,
        give_up,
    };
    let mut pump = Pump {
        brain: Coordinator::new(scope),
        dice: Dice::new(crate::platform::secrets::random()),
        store,
        asleep: clock.asleep(),
        shared,
        clock,
        epochs: Epochs::default(),
        vault: Vault::default(),
        lane,
        folder,
        downloads,
        subscribers: Subscribers::default(),
        running: BTreeMap::new(),
        claims: BTreeMap::new(),
        disk_work: JoinSet::new(),
        internal,
        replies: BTreeMap::new(),
        probing: 0,
        meters_at: None,
        marks_at: Boot::default(),
        flush_at: None,
        untold: Vec::new(),
        why: Stopped::Quit,
        ended: false,
    };
    let (farewell, stop) = tokio::sync::oneshot::channel();
    let mut serving: JoinSet<()> = JoinSet::new();
    if let Some(server) = server {
        let _ = serving.spawn_local(server(stop));
    }
    pump.load(book, claims);
    pump.serve(sources).await;
    let why = pump.why;
    pump.subscribers.stop(why, &pump.brain);
    let _ = farewell.send(());
    let _ = tokio::time::timeout(FAREWELL, serving.join_next()).await;
    drop(beside);
    pump.end(lock);
    Ok(())
}

impl Pump {
    fn load(&mut self, book: Book, claims: Vec<Claim>) {
        let (settings, trouble) = crate::store::settings::load(&self.folder);
        if let Some(trouble) = trouble {
            tracing::warn!(error = &trouble as &dyn std::error::Error, "settings");
        }
        let loaded = book.loaded;
        let mut slots: BTreeMap<TransferId, Vec<Slot>> = BTreeMap::new();
        for transfer in loaded.transfers.iter().filter(|transfer| transfer.mark.is_some()) {
            let _ = slots.entry(transfer.id).or_default();
        }
        for claim in claims {
            slots.entry(claim.transfer).or_default().push(claim.slot);
            self.claims.entry(claim.transfer).or_default().push(claim);
        }
        let input = Loaded {
            history: loaded.counts.iter().map(entry_of).collect(),
            transfers: loaded.transfers,
            groups: loaded.groups,
            next_id: loaded.next_id,
            doomed: loaded.doomed,
            suspects: slots.into_iter().collect(),
            settings,
        };
        self.step(Input::Loaded(Box::new(input)));
        match book.opened.found {
            Found::Fresh | Found::Existing => {}
            Found::Lost { kept, restored, .. } => {
                self.tell_later(Notice::StoreSetAside { kept: kept.unwrap_or_default(), restored });
            }
        }
    }

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
                    self.step(Input::SaveFailed(ticket, trouble))
                }
                Woken::Network(network) => self.step(Input::Network(network)),
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
            Envelope::Request { reply, request: Request::Query(query), .. } => self.query(query, reply),
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
            Report::Finished { .. } | Report::Stopped { .. } | Report::Broke { .. } => true,
            Report::Begun(_) | Report::Synced { .. } | Report::Filled | Report::Renamed { .. } => false,
        };
        if over && self.running.get(&id).is_some_and(|running| running.run == run) {
            let _ = self.running.remove(&id);
        }
        self.step(Input::Report { id, run, report });
    }

    fn internal(&mut self, internal: Internal) {
        match internal {
            Internal::Nothing => {}
            Internal::Answered { reply, outcome } => queries::answer(reply, outcome),
            Internal::Rows { reply, ids, ended: Ok(ended) } => {
                queries::answer(reply, Outcome::Rows(self.rows(&ids, &ended)));
            }
            Internal::Rows { reply, ended: Err(trouble), .. } => {
                queries::answer(reply, Outcome::Refused(Refusal::Store(trouble)));
            }
            Internal::Log { reply, id, log, ended: false } => {
                queries::answer(reply, Outcome::Detail(self.brain.detail(id, log).map(Box::new)));
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
            Internal::Looked { id, healed } => self.step(Input::Looked { id, healed }),
            Internal::Counted { after, history } => self.step(Input::Counted { after, history }),
            Internal::ProbeEnded => self.probing = self.probing.saturating_sub(1),
        }
    }

    fn ended_detail(
        &mut self,
        id: TransferId,
        log: Vec<crate::model::Entry>,
        reply: oneshot::Sender<Outcome>,
    ) {
        let internal = self.internal.clone();
        self.store.reader().rows(
            vec![id],
            Box::new(move |rows| {
                let row = rows.ok().and_then(|rows| rows.into_iter().next());
                let detail = row.map(|transfer| Box::new(crate::coordinator::detail_of(transfer, log)));
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
        self.lane.tell(ToLane::Probe { probe, question: Box::new(question), gate, reply: answered });
        let internal = self.internal.clone();
        let _ = self.disk_work.spawn_local(async move {
            let state = match answer.await {
                Ok(Ok(answer)) => queries::found(&first, &answer),
                Ok(Err(error)) => queries::trouble(error.fault()),
                Err(_) => crate::api::ProbeState::Busy,
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
        if self.meters_at.is_some_and(|at| at <= now) {
            self.read_meters(now);
        }
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
            written: mark.then(|| running.meter.written()),
        });
        let readings = readings.collect();
        self.meters_at = None;
        self.step(Input::Meters(readings));
    }

    /// Tells clients what is due to be told, and sets the timers for what is not.
    fn after_step(&mut self, timer: &Timer) {
        let now = self.clock.now().boot;
        self.flush_at = self.subscribers.flush(now, &self.brain);
        self.meters_at = match (self.running.is_empty(), self.subscribers.is_empty()) {
            (true, _) => None,
            (false, true) => Some(self.meters_at.unwrap_or(now + MARKS)),
            (false, false) => Some(self.meters_at.map_or(now + METERS, |at| at.min(now + METERS))),
        };
        let (boot, wall) = self.brain.due();
        let due = |deadline| match deadline {
            Deadline::Boot(at, _) => Some(at),
            Deadline::Wall(..) => None,
        };
        let boot = [boot.and_then(due), self.meters_at, self.flush_at].into_iter().flatten().min();
        let wall = wall.and_then(|deadline| match deadline {
            Deadline::Wall(at, _) => Some(at),
            Deadline::Boot(..) => None,
        });
        timer.set(boot, wall);
    }

    fn end(self, lock: crate::store::Lock) {
        self.lane.end();
        self.store.close();
        drop(lock);
    }
}

impl Sources {
    async fn next(&mut self, disk_work: &mut JoinSet<Internal>) -> Woken {
        loop {
            tokio::select! {
                // Reports and acknowledgements first: they free places.
                biased;
                Some(ack) = self.acks.recv() => return Woken::Ack(ack),
                Some(network) = self.network.recv() => return Woken::Network(network),
                Some((id, run, report)) = self.reports.recv() => return Woken::Report(id, run, report),
                Some(internal) = self.internal.recv() => return Woken::Internal(internal),
                Some(done) = disk_work.join_next() => if let Ok(internal) = done {
                    return Woken::Internal(internal);
                },
                () = signaled(&mut self.signals) => return Woken::Signal,
                Some(()) = self.give_up.recv() => return Woken::GiveUp,
                _ = self.timer.fired() => return Woken::Timer,
                envelope = self.envelopes.next() => return Woken::Envelope(envelope),
            }
        }
    }
}

fn entry_of(count: &crate::store::Count) -> (Shelf, Direction, i64) {
    (count.shelf, count.direction, i64::try_from(count.amount).unwrap_or(i64::MAX))
}

fn listen(signals: Signals) -> std::io::Result<Option<[tokio::signal::unix::Signal; 3]>> {
    use tokio::signal::unix::{SignalKind, signal};
    match signals {
        Signals::Ignore => Ok(None),
        Signals::End => Ok(Some([
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
        ])),
    }
}

async fn signaled(signals: &mut Option<[tokio::signal::unix::Signal; 3]>) {
    match signals {
        Some([a, b, c]) => {
            tokio::select! {
                _ = a.recv() => {}
                _ = b.recv() => {}
                _ = c.recv() => {}
            }
        }
        None => std::future::pending().await,
    }
}
