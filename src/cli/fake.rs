//! An engine of a few lines behind a real [`crate::api::channel`], and a terminal whose words can be read.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use futures::channel::{mpsc, oneshot};
use futures::future::{BoxFuture, FutureExt};
use futures::{SinkExt, StreamExt};
use zeroize::Zeroizing;

use super::{Action, Context, Inputs, Owner, Stream, Terminal, parse, run};
use crate::api::{
    Act, Added, Batch, ClientId, Command, Detail, Envelope, Handle, NetworkView, NewTransfer, Outcome, Query,
    Request, Row, Secret, Selection, Stopped, VerdictView, channel,
};
use crate::i18n::Catalog;
use crate::model::{
    CostPolicy, CostSource, Direction, Grounds, Hold, Network, NetworkCost, Now, Priority, Progress, Refusal,
    Settings, Status, TransferId, Wall,
};
use crate::words::Words;

pub(super) const NOW: Now =
    Now { boot: crate::model::Boot(1_000_000), wall: Wall(1_795_168_800_000), zone: 0 };

pub(super) fn words() -> Words {
    Words::new(Catalog::new(["en"]))
}

pub(super) fn row(id: u64, status: Status) -> Row {
    Row {
        id: TransferId::new(id).unwrap(),
        direction: Direction::Download,
        name: format!("file-{id}"),
        host: "example.com".into(),
        url: format!("https://example.com/{id}"),
        folder: "/tmp".into(),
        file: Some(format!("/tmp/file-{id}").into()),
        status,
        pausing: false,
        activity: Default::default(),
        brought_by: None,
        checksum: None,
        progress: Progress::default(),
        policy: CostPolicy::Default,
        unconstrained: false,
        once: None,
        priority: Priority::Normal,
        group: None,
        resumable: None,
        restarted: 0,
        http_status: None,
        content_type: None,
        added: NOW.wall,
        started: None,
        finished: None,
        held_until: None,
    }
}

pub(super) fn network() -> NetworkView {
    NetworkView {
        network: Network {
            cost: NetworkCost::Fixed,
            source: CostSource::NetworkManager,
            connection: Some("Phone".into()),
            ..Network::default()
        },
        metered: true,
        treat: crate::model::Treat::Auto,
        choice: crate::model::Choice::Not,
        verdicts: CostPolicy::ALL
            .map(|policy| match policy {
                CostPolicy::UnrestrictedOnly => (policy, VerdictView::Hold(Hold::Metered)),
                CostPolicy::Default
                | CostPolicy::Always
                | CostPolicy::NotRoaming
                | CostPolicy::NoSurcharge
                | CostPolicy::Standard => (policy, VerdictView::Go(Grounds::Policy)),
            })
            .to_vec(),
        budget: None,
    }
}

/// What happens once every row was looked at, one after the other.
pub(super) enum Step {
    Become(u64, Status),
    /// As after it left the engine's memory: the picture says "ask again" and names no row.
    BecomeUnseen(u64, Status),
    Remove(u64),
    /// Ctrl+C.
    Interrupt,
    Stop(Stopped),
    /// The engine dies without a word.
    Die,
}

#[derive(Default)]
pub(super) struct Engine {
    pub(super) rows: BTreeMap<TransferId, Row>,
    pub(super) added: Vec<NewTransfer>,
    pub(super) acts: Vec<Act>,
    pub(super) signed_in: Vec<TransferId>,
    pub(super) settings: Settings,
    /// Requests before everything is answered with this.
    pub(super) refuse: Option<Refusal>,
    pub(super) events: Option<mpsc::Sender<Batch>>,
    pub(super) urls: BTreeMap<String, TransferId>,
}

impl Engine {
    pub(super) fn with(rows: impl IntoIterator<Item = Row>) -> Self {
        Self { rows: rows.into_iter().map(|row| (row.id, row)).collect(), ..Self::default() }
    }

    fn answer(&mut self, request: Request) -> Outcome {
        if let Some(refusal) = self.refuse.clone() {
            return Outcome::Refused(refusal);
        }
        match request {
            Request::Command(Command::Add(new)) => {
                Outcome::Added(new.into_iter().map(|new| self.add(new)).collect())
            }
            Request::Command(Command::SignIn { id, .. }) => {
                self.signed_in.push(id);
                self.rows.get_mut(&id).unwrap().status = Status::Queued(None);
                Outcome::Done
            }
            Request::Command(Command::Act(act)) => self.act(act),
            Request::Query(Query::Order(view)) => {
                let on = |row: &&Row| view.shelf.is_none_or(|shelf| row.status.shelf() == shelf);
                Outcome::Order(self.rows.values().filter(on).map(|row| row.id).collect())
            }
            Request::Query(Query::Rows(ids)) => {
                assert!(ids.len() <= Query::ROWS);
                Outcome::Rows(ids.iter().filter_map(|id| self.rows.get(id).cloned()).collect())
            }
            Request::Query(Query::Detail(id)) => Outcome::Detail(self.rows.get(&id).map(|row| {
                let entry = |kind| crate::model::Entry { at: NOW.wall, kind };
                let log =
                    vec![entry(crate::model::EntryKind::Added), entry(crate::model::EntryKind::Started)];
                Box::new(Detail {
                    row: row.clone(),
                    response: None,
                    validator: None,
                    expected: None,
                    present: Vec::new(),
                    log,
                    reply: None,
                })
            })),
            Request::Query(Query::Network) => Outcome::Network(Box::new(network())),
            Request::Query(Query::Usage) => Outcome::Usage(Vec::new()),
            Request::Query(Query::Address(id)) => {
                let address = Secret::new(format!("http://127.0.0.1:1/token/{id}"));
                let known = self.rows.contains_key(&id);
                if known { Outcome::Address(address) } else { Outcome::Refused(Refusal::NoSuchTransfer(id)) }
            }
            Request::Query(Query::Settings) => Outcome::Settings(Box::new(self.settings.clone())),
            Request::Command(Command::ReplaceLink { .. }) | Request::Query(Query::Probe { .. }) => {
                Outcome::Done
            }
        }
    }

    fn add(&mut self, new: NewTransfer) -> Added {
        let url = new.url.request().to_string();
        let differs = new.given.clone();
        if let Some(id) = self.urls.get(&url) {
            return Added { id: *id, existing: true, differs };
        }
        if let Some(row) = self.rows.values().find(|row| row.url == url) {
            return Added { id: row.id, existing: true, differs };
        }
        let number = self.rows.keys().next_back().map_or(1, |id| id.get() + 1);
        let row = row(number, Status::Queued(None));
        let id = row.id;
        let _ = self.urls.insert(url, id);
        let _ = self.rows.insert(id, row);
        self.added.push(new);
        Added { id, existing: false, differs: Vec::new() }
    }

    fn act(&mut self, act: Act) -> Outcome {
        let become_ = |rows: &mut BTreeMap<TransferId, Row>, which: &Selection, status: Status| {
            for row in rows.values_mut() {
                let chosen = match which {
                    Selection::All => true,
                    Selection::Ids(ids) => ids.contains(&row.id),
                };
                if chosen {
                    row.status = status.clone();
                }
            }
        };
        let outcome = match &act {
            Act::Pause(which) => {
                become_(&mut self.rows, which, Status::PausedByUser);
                Outcome::Done
            }
            Act::Resume(which) | Act::Retry(which) => {
                become_(&mut self.rows, which, Status::Queued(None));
                Outcome::Done
            }
            Act::Remove { .. } | Act::Cancel(_) => {
                Outcome::Undoable { token: crate::api::UndoToken(1), count: 2 }
            }
            Act::Configure(settings) => {
                self.settings = (**settings).clone();
                Outcome::Done
            }
            Act::Undo(_)
            | Act::Move { .. }
            | Act::SetPolicy { .. }
            | Act::SetPriority { .. }
            | Act::SetPace { .. }
            | Act::AllowHere(_)
            | Act::Treat { .. }
            | Act::Choose { .. }
            | Act::SetBudget { .. }
            | Act::RunAnyway(_)
            | Act::Schedule { .. }
            | Act::AskNetwork
            | Act::Answer { .. }
            | Act::Rename { .. }
            | Act::DropProbe(_)
            | Act::Show { .. }
            | Act::Quit => Outcome::Done,
        };
        self.acts.push(act);
        outcome
    }
}

/// How a command went.
pub(super) struct Went {
    pub(super) code: u8,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) engine: Engine,
}

/// Everything a command meets.
pub(super) struct World {
    pub(super) engine: Engine,
    pub(super) steps: Vec<Step>,
    pub(super) owner: Owner,
    pub(super) is_terminal: bool,
    pub(super) stdin: &'static str,
    pub(super) files: BTreeMap<&'static str, &'static str>,
    /// After the engine went, one with these rows takes over.
    pub(super) heir: Option<Engine>,
}

impl World {
    pub(super) fn new(engine: Engine, steps: Vec<Step>) -> Self {
        Self {
            engine,
            steps,
            owner: Owner::Here,
            is_terminal: false,
            stdin: "",
            files: BTreeMap::new(),
            heir: None,
        }
    }

    pub(super) fn run(self, line: &str) -> Went {
        let args = std::iter::once("longshore").chain(line.split_whitespace()).map(Into::into);
        let Action::Errand(errand) = parse(args, &words()).unwrap().action else {
            panic!("an errand was expected")
        };
        let (stdout, stderr) = (Shared::default(), Shared::default());
        let stream = |to: &Shared| Stream {
            to: Box::new(to.clone()),
            is_terminal: self.is_terminal,
            colour: false,
            columns: Box::new(|| Some(60)),
        };
        let (handle, envelopes) = channel(ClientId(1));
        let (interrupt, interrupted) = oneshot::channel::<()>();
        let (to_heir, mut heirs) = heir(self.heir);
        let context = Context {
            words: words(),
            terminal: Terminal { stdout: stream(&stdout), stderr: stream(&stderr) },
            now: Box::new(|| NOW),
            cwd: "/home/me".into(),
            inputs: Box::new(Given { stdin: self.stdin, files: self.files }),
            interrupted: async move {
                if interrupted.await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
            .boxed(),
            owner: self.owner,
            reconnect: Box::new(move |_| {
                to_heir.lock().unwrap().take().unwrap_or_else(|| futures::future::ready(None).boxed())
            }),
        };
        let engine = async {
            let engine = serve(self.engine, envelopes, self.steps.into(), Some(interrupt)).await;
            match heirs.take() {
                Some((next, envelopes)) => serve(next, envelopes, VecDeque::new(), None).await,
                None => engine,
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (code, engine) = runtime.block_on(async {
            let both = async { tokio::join!(run(errand, handle, context), engine) };
            tokio::time::timeout(std::time::Duration::from_secs(20), both).await.expect("the command hangs")
        });
        Went { code, stdout: stdout.text(), stderr: stderr.text(), engine }
    }
}

type Find = Arc<Mutex<Option<BoxFuture<'static, Option<(Handle, Owner)>>>>>;

fn heir(engine: Option<Engine>) -> (Find, Option<(Engine, mpsc::Receiver<Envelope>)>) {
    let Some(engine) = engine else { return (Arc::default(), None) };
    let (handle, envelopes) = channel(ClientId(2));
    let found = futures::future::ready(Some((handle, Owner::Elsewhere))).boxed();
    (Arc::new(Mutex::new(Some(found))), Some((engine, envelopes)))
}

/// Answers until nobody asks any more. A step is taken whenever the rows were asked for or the last step was heard.
async fn serve(
    mut engine: Engine,
    mut envelopes: mpsc::Receiver<Envelope>,
    mut steps: VecDeque<Step>,
    mut interrupt: Option<oneshot::Sender<()>>,
) -> Engine {
    let mut going = false;
    loop {
        let next = match envelopes.try_recv() {
            Ok(envelope) => Some(envelope),
            Err(_) if going && engine.events.is_some() && !steps.is_empty() => None,
            Err(_) => match envelopes.next().await {
                Some(envelope) => Some(envelope),
                None => return engine,
            },
        };
        match next {
            Some(Envelope::Subscribe { events, .. }) => engine.events = Some(events),
            Some(Envelope::Request { request, reply, .. }) => {
                going |= matches!(request, Request::Query(_));
                let quits = matches!(request, Request::Command(Command::Act(Act::Quit)));
                let _ = reply.send(engine.answer(request));
                if quits {
                    let stopped = Batch { stopped: Some(Stopped::Quit), ..Batch::default() };
                    let _ = engine.events.take().unwrap().send(stopped).await;
                    return engine;
                }
            }
            None => match steps.pop_front() {
                Some(Step::Die) | None => {
                    engine.events = None;
                    return engine;
                }
                Some(Step::Interrupt) => {
                    let _ = interrupt.take().unwrap().send(());
                }
                Some(Step::Stop(stopped)) => {
                    let batch = Batch { stopped: Some(stopped), ..Batch::default() };
                    let _ = engine.events.take().unwrap().send(batch).await;
                    return engine;
                }
                Some(Step::Become(id, status)) => {
                    let id = TransferId::new(id).unwrap();
                    let row = engine.rows.get_mut(&id).unwrap();
                    row.status = status;
                    let batch = Batch { rows: vec![row.clone()], ..Batch::default() };
                    let _ = engine.events.as_mut().unwrap().send(batch).await;
                }
                Some(Step::BecomeUnseen(id, status)) => {
                    engine.rows.get_mut(&TransferId::new(id).unwrap()).unwrap().status = status;
                    let batch = Batch { refresh: true, ..Batch::default() };
                    let _ = engine.events.as_mut().unwrap().send(batch).await;
                }
                Some(Step::Remove(id)) => {
                    let id = TransferId::new(id).unwrap();
                    let _ = engine.rows.remove(&id);
                    let batch = Batch { removed: vec![id], ..Batch::default() };
                    let _ = engine.events.as_mut().unwrap().send(batch).await;
                }
            },
        }
        // The command has its say before the next step.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
    }
}

struct Given {
    stdin: &'static str,
    files: BTreeMap<&'static str, &'static str>,
}

impl Inputs for Given {
    fn below(&mut self, _: &Path) -> io::Result<Option<super::inputs::Below>> {
        Ok(None)
    }

    fn stdin(&mut self, _most: u64) -> io::Result<Zeroizing<String>> {
        Ok(Zeroizing::new(self.stdin.to_owned()))
    }

    fn file(&mut self, path: &Path, _most: u64) -> io::Result<Zeroizing<String>> {
        let found = self.files.get(path.to_str().unwrap()).ok_or(io::ErrorKind::NotFound)?;
        Ok(Zeroizing::new((*found).to_owned()))
    }

    fn bytes(&mut self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        self.file(path, most).map(|text| text.as_bytes().to_vec())
    }

    fn spool(&mut self) -> io::Result<std::path::PathBuf> {
        Ok("/data/spool/1".into())
    }

    fn agrees(&mut self, _question: &str, yes: &str) -> io::Result<bool> {
        let answer = self.stdin.trim();
        if answer.is_empty() { Err(io::ErrorKind::NotConnected.into()) } else { Ok(yes.starts_with(answer)) }
    }

    fn password(&mut self, _prompt: &str) -> io::Result<Secret> {
        Err(io::ErrorKind::NotConnected.into())
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
