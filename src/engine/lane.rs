//! A lane: one thread with its own runtime and its own connections, where bytes go from the socket to the disk without
//! changing hands. A transfer lives on one lane; a disk that blocks stops only its lane.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::{JoinSet, LocalSet};

use super::hashing::Hashing;
use super::worker::{self, Assignment};
use super::{Reports, Shared, upload};
use crate::coordinator::{End, Report};
use crate::model::{Direction, Fault, ProbeId, Run, TransferId};
use crate::protocol::http::{Client, Question, Versions};
use crate::protocol::{Answer, Body, Error, Gate, ftp};

/// Told to a lane. As many as there are active transfers and probes, which are bounded by the limits.
pub(super) enum ToLane {
    Run(Box<Assignment>),
    Probe {
        probe: ProbeId,
        question: Box<Question>,
        user_agent: Option<String>,
        gate: Gate,
        reply: oneshot::Sender<Result<Answer, Error>>,
    },
    DropProbe(ProbeId),
    /// Permission was taken from somebody: answers that are held open without it are closed.
    GateClosed,
    /// The network changed: no connection that exists may be used again.
    DropClients,
    /// An upload that a server keeps is of no use any more.
    Abandon(Box<upload::Parting>),
    /// Blocking work on this lane's device, beside its transfers.
    Work(Box<dyn FnOnce() + Send>),
}

pub(super) struct Lane {
    to: mpsc::UnboundedSender<ToLane>,
    ending: Ending,
}

/// A lane on its way out.
pub(super) struct Ending {
    thread: std::thread::JoinHandle<()>,
    /// Its other end is gone when the lane has ended, however it did.
    ended: std::sync::mpsc::Receiver<()>,
}

/// A lane that hangs in a dead device is waited for no longer than this ...
const END: Duration = Duration::from_millis(300);
/// ... and work on the disk at the end of a lane a little less.
const LAST_WORK: Duration = Duration::from_millis(200);

/// Servers that are told at once that nobody goes on with an upload: nobody waits for it.
const PARTINGS: usize = 2;

/// What the tasks of one lane share.
pub(super) struct LaneState {
    pub shared: Arc<Shared>,
    clients: RefCell<BTreeMap<(Option<String>, Versions), Client>>,
    /// For uploads, which have connections of their own.
    upload_clients: RefCell<BTreeMap<Option<String>, crate::protocol::upload::Client>>,
    ftp: RefCell<ftp::Client>,
    probes: RefCell<BTreeMap<ProbeId, Held>>,
    hashing: RefCell<Option<Rc<Hashing>>>,
    /// How many servers are told at once that nobody goes on.
    pub partings: Semaphore,
}

/// An answer whose body waits to be taken over.
pub(super) struct Held {
    pub answer: Answer,
    pub body: Body,
    pub gate: Gate,
}

/// An answer is kept this long for whoever asked.
const HELD: Duration = Duration::from_secs(60);

impl Lane {
    pub(super) fn start(name: &str, shared: Arc<Shared>, reports: Reports) -> std::io::Result<Self> {
        let (to, orders) = mpsc::unbounded_channel();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(8).build()?;
        let (ending, ended) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _ending: std::sync::mpsc::Sender<()> = ending;
            let local = LocalSet::new();
            runtime.block_on(local.run_until(serve(orders, shared, reports)));
            {
                let _inside = runtime.enter();
                drop(local);
            }
            // A sync that hangs in a dead disk must not hold up the end.
            runtime.shutdown_background();
        })?;
        Ok(Self { to, ending: Ending { thread, ended } })
    }

    pub(super) fn tell(&self, order: ToLane) {
        // A lane that is gone has reported its runs as broken.
        let _ = self.to.send(order);
    }

    /// For those who have something for it later.
    pub(super) fn sender(&self) -> mpsc::UnboundedSender<ToLane> {
        self.to.clone()
    }

    /// Tells the lane to end; runs that are still there are dropped where they are.
    pub(super) fn close(self) -> Ending {
        self.ending
    }
}

impl Ending {
    /// Waits for the end, but not for ever.
    pub(super) fn wait(self) {
        if self.ended.recv_timeout(END) == Err(std::sync::mpsc::RecvTimeoutError::Disconnected) {
            let _ = self.thread.join();
        }
    }
}

impl LaneState {
    fn client(&self, agent: Option<&str>, connect: Duration, versions: Versions) -> Result<Client, Error> {
        let key = (agent.map(str::to_owned), versions);
        if let Some(client) = self.clients.borrow().get(&key) {
            return Ok(client.clone());
        }
        let client = Client::new(agent, connect, versions)?;
        let _ = self.clients.borrow_mut().insert(key, client.clone());
        Ok(client)
    }

    /// The thread that computes this lane's checksums; it lasts while anything runs.
    pub(super) fn hashing(&self) -> std::io::Result<Rc<Hashing>> {
        if let Some(hashing) = &*self.hashing.borrow() {
            return Ok(Rc::clone(hashing));
        }
        let hashing = Rc::new(Hashing::start()?);
        *self.hashing.borrow_mut() = Some(Rc::clone(&hashing));
        Ok(hashing)
    }

    pub(super) fn upload_client(
        &self,
        agent: Option<&str>,
    ) -> Result<crate::protocol::upload::Client, Error> {
        let key = agent.map(str::to_owned);
        if let Some(client) = self.upload_clients.borrow().get(&key) {
            return Ok(client.clone());
        }
        let client = crate::protocol::upload::Client::new(agent)?;
        let _ = self.upload_clients.borrow_mut().insert(key, client.clone());
        Ok(client)
    }

    fn drop_clients(&self) {
        self.clients.borrow_mut().clear();
        self.upload_clients.borrow_mut().clear();
        let _ = self.ftp.take();
    }

    /// Asks by whatever protocol the address names.
    pub(super) async fn ask(
        &self,
        question: &Question,
        agent: Option<&str>,
        versions: Versions,
        gate: &Gate,
    ) -> Result<(Answer, Body), Error> {
        if question.url.is_ftp() {
            let client = self.ftp.borrow().clone();
            let (answer, body) = client.ask(question, gate).await?;
            return Ok((answer, Body::Ftp(Box::new(body))));
        }
        let client = self.client(agent, Duration::from(question.timeouts.connect()), versions)?;
        let (answer, body) = client.ask(question, gate).await?;
        Ok((answer, Body::Http(body)))
    }

    pub(super) fn take_probe(&self, probe: ProbeId) -> Option<Held> {
        self.probes.borrow_mut().remove(&probe)
    }
}

async fn serve(mut orders: mpsc::UnboundedReceiver<ToLane>, shared: Arc<Shared>, reports: Reports) {
    let state = Rc::new(LaneState {
        shared,
        clients: RefCell::new(BTreeMap::new()),
        upload_clients: RefCell::new(BTreeMap::new()),
        ftp: RefCell::default(),
        probes: RefCell::new(BTreeMap::new()),
        hashing: RefCell::new(None),
        partings: Semaphore::new(PARTINGS),
    });
    let mut runs: JoinSet<()> = JoinSet::new();
    let mut names: BTreeMap<tokio::task::Id, (TransferId, Run)> = BTreeMap::new();
    let mut probing: JoinSet<()> = JoinSet::new();
    let mut asking: Vec<(Gate, tokio::task::AbortHandle)> = Vec::new();
    let mut work: JoinSet<()> = JoinSet::new();
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(ToLane::Run(assignment)) => {
                    let name = (assignment.job.transfer.id, assignment.job.run);
                    let (state, reports) = (Rc::clone(&state), reports.clone());
                    let task = match assignment.job.transfer.direction {
                        Direction::Download => runs.spawn_local(worker::run(state, *assignment, reports)),
                        Direction::Upload => runs.spawn_local(upload::run(state, *assignment, reports)),
                    };
                    let _ = names.insert(task.id(), name);
                }
                Some(ToLane::Probe { probe, question, user_agent, gate, reply }) => {
                    let asked = gate.clone();
                    let held = hold(Rc::clone(&state), user_agent, probe, (question, gate), reply);
                    asking.retain(|(_, task)| !task.is_finished());
                    asking.push((asked, probing.spawn_local(held)));
                }
                Some(ToLane::Abandon(parting)) => {
                    let _ = probing.spawn_local(upload::abandon(Rc::clone(&state), *parting));
                }
                Some(ToLane::DropProbe(probe)) => drop(state.take_probe(probe)),
                Some(ToLane::GateClosed) => {
                    for (_, task) in asking.iter().filter(|(gate, _)| gate.check().is_err()) {
                        task.abort();
                    }
                    state.probes.borrow_mut().retain(|_, held| held.gate.check().is_ok());
                }
                Some(ToLane::DropClients) => {
                    state.drop_clients();
                    state.probes.borrow_mut().clear();
                }
                Some(ToLane::Work(job)) => drop(work.spawn_blocking(job)),
                None => {
                    runs.abort_all();
                    let rest = async { while work.join_next().await.is_some() {} };
                    let _ = tokio::time::timeout(LAST_WORK, rest).await;
                    return;
                }
            },
            Some(_) = work.join_next() => {}
            Some(ended) = runs.join_next_with_id() => match ended {
                Ok((task, ())) => drop(names.remove(&task)),
                Err(broken) => if let Some((id, run)) = names.remove(&broken.id()) {
                    // What was durable is in the store; what was written is fetched again.
                    let report = Report::Broke { fault: Fault::Panicked, end: End::default() };
                    reports.send(id, run, report).await;
                },
            },
            Some(_) = probing.join_next() => {}
        }
        if runs.is_empty() && probing.is_empty() && state.probes.borrow().is_empty() {
            // Nothing moves: connections that are kept would only keep timers alive.
            state.drop_clients();
            let _ = state.hashing.borrow_mut().take();
        }
    }
}

async fn hold(
    state: Rc<LaneState>,
    agent: Option<String>,
    probe: ProbeId,
    (question, gate): (Box<Question>, Gate),
    reply: oneshot::Sender<Result<Answer, Error>>,
) {
    match state.ask(&question, agent.as_deref(), Versions::Any, &gate).await {
        Ok((answer, body)) => {
            let told = reply.send(Ok(answer.clone())).is_ok();
            if told && answer.head.status < 300 {
                let _ = state.probes.borrow_mut().insert(probe, Held { answer, body, gate });
                tokio::time::sleep(HELD).await;
                let _ = state.take_probe(probe);
            }
        }
        Err(error) => drop(reply.send(Err(error))),
    }
}
