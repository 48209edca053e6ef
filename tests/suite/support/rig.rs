//! A real engine in a folder of its own, with a network that the test holds in its hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::executor::block_on;
use longshore::api::{
    Act, Added, Batch, ClientId, Command, Detail, Events, Handle, NewTransfer, Outcome, Query, Request, Row,
    Selection, channel,
};
use longshore::cli::Reason;
use longshore::coordinator::Scope;
use longshore::engine::{Engine, Parts, Signals};
use longshore::i18n::Catalog;
use longshore::model::{EntryKind, Network, NetworkCost, Now, SafeUrl, Settings, Span, Status, TransferId};
use longshore::platform::{Clock, NetworkSource, PowerWatch};
use longshore::store::Lock;
use longshore::words::Words;
use tempfile::TempDir;
use tokio::sync::mpsc;

/// Longer than anything here takes, shorter than a person waits.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Rig {
    folder: Option<TempDir>,
    engine: Option<Engine>,
    pub handle: Handle,
    events: Events,
    network: mpsc::Sender<Network>,
    pub clock: Clock,
    pub rows: BTreeMap<TransferId, Row>,
    pub batches: Vec<Batch>,
}

impl Rig {
    /// One connection to a file, so that requests can be counted.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        one_connection(&folder.path().join("data"));
        Self::in_folder(folder)
    }

    /// As many connections as pay.
    pub(crate) fn many() -> Self {
        Self::in_folder(TempDir::new().expect("a folder"))
    }

    fn in_folder(folder: TempDir) -> Self {
        let (handle, envelopes) = channel(ClientId(1));
        let (network, given) = mpsc::channel(16);
        network.try_send(home()).expect("room for one");
        std::fs::create_dir_all(folder.path().join("data")).expect("a folder");
        let clock = Clock::system();
        let lock = Lock::acquire(&folder.path().join("data")).expect("a lock").expect("a free folder");
        let parts = Parts {
            lock,
            downloads: folder.path().join("downloads"),
            scope: Scope::All,
            envelopes,
            clock: clock.clone(),
            network: NetworkSource::Given(given),
            power: PowerWatch::Given(mpsc::channel(1).1),
            signals: Signals::Ignore,
            give_up: mpsc::channel(1).1,
            server: None,
        };
        let engine = Engine::start(parts).expect("an engine");
        let events = block_on(handle.subscribe()).expect("events");
        let (rows, batches) = (BTreeMap::new(), Vec::new());
        let (folder, engine) = (Some(folder), Some(engine));
        Self { folder, engine, handle, events, network, clock, rows, batches }
    }

    /// Ends the engine in order and starts another one on the same folder.
    pub(crate) fn restart(mut self) -> Self {
        self.quit();
        Self::in_folder(self.folder.take().expect("a folder"))
    }

    pub(crate) fn quit(&mut self) {
        if let Some(engine) = self.engine.take() {
            let _ = block_on(self.handle.ask(act(Act::Quit)));
            assert!(engine.join(), "the engine broke");
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.as_ref().expect("a folder").path()
    }

    pub(crate) fn downloads(&self) -> PathBuf {
        self.path().join("downloads")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    pub(crate) fn set_network(&self, network: Network) {
        self.network.try_send(network).expect("an engine that listens");
    }

    pub(crate) fn ask(&self, request: Request) -> Outcome {
        block_on(self.handle.ask(request)).expect("an engine that answers")
    }

    pub(crate) fn act(&self, action: Act) -> Outcome {
        self.ask(act(action))
    }

    /// Changes settings as the settings dialog does.
    pub(crate) fn configure(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = match self.ask(Request::Query(Query::Settings)) {
            Outcome::Settings(settings) => *settings,
            other => panic!("{other:?}"),
        };
        change(&mut settings);
        assert!(matches!(self.act(Act::Configure(Box::new(settings))), Outcome::Done));
    }

    /// Waits until it neither runs nor waits for its turn, and says what it came to: the status and the reason as
    /// programs see them.
    pub(crate) fn settle(&mut self, id: TransferId) -> String {
        let row = self.wait(id, |row| !matches!(row.status, Status::Queued(_) | Status::Running));
        match Reason::of(&row.status) {
            Some(reason) => format!("{} {reason}", row.status.name()),
            None => row.status.name().to_owned(),
        }
    }

    /// "Try now".
    pub(crate) fn retry(&self, id: TransferId) {
        assert!(matches!(self.act(Act::Retry(only(id))), Outcome::Done));
    }

    /// The pause before the next try, as the log announced it first. The log is written a moment after the fact.
    pub(crate) fn announced(&self, id: TransferId) -> Span {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = self.detail(id).log;
            let found = log.iter().find_map(|entry| match entry.kind {
                EntryKind::TryingAgainIn(span) => Some(span),
                _ => None,
            });
            if let Some(span) = found {
                return span;
            }
            assert!(Instant::now() < deadline, "{log:#?}");
        }
    }

    /// Waits until it broke so often. The states in between may be too short to be seen.
    pub(crate) fn broke(&self, id: TransferId, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = self.detail(id).log;
            if log.iter().filter(|entry| matches!(entry.kind, EntryKind::Broke(_))).count() >= times {
                return;
            }
            assert!(Instant::now() < deadline, "{log:#?}");
        }
    }

    pub(crate) fn add(&self, url: &str) -> TransferId {
        self.add_new(NewTransfer::download(address(url)))
    }

    pub(crate) fn add_new(&self, new: NewTransfer) -> TransferId {
        match self.ask(Request::Command(Command::Add(vec![new]))) {
            Outcome::Added(added) => added.first().map(|Added { id, .. }| *id).expect("one"),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn detail(&self, id: TransferId) -> Detail {
        match self.ask(Request::Query(Query::Detail(id))) {
            Outcome::Detail(Some(detail)) => *detail,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn row(&self, id: TransferId) -> Row {
        match self.ask(Request::Query(Query::Rows(vec![id]))) {
            Outcome::Rows(rows) => rows.into_iter().next().unwrap_or_else(|| panic!("no row {id}")),
            other => panic!("{other:?}"),
        }
    }

    /// Reads events until the row is as wanted; panics with what it was last.
    pub(crate) fn wait(&mut self, id: TransferId, mut wanted: impl FnMut(&Row) -> bool) -> Row {
        let deadline = Instant::now() + PATIENCE;
        let mut row = self.row(id);
        while !wanted(&row) {
            assert!(Instant::now() < deadline, "waited too long: {row:#?}\n{:#?}", self.detail(id).log);
            self.next_batch(deadline);
            row = self.row(id);
        }
        row
    }

    pub(crate) fn wait_status(&mut self, id: TransferId, name: &str) -> Row {
        self.wait(id, |row| row.status.name() == name)
    }

    /// The file of a completed transfer.
    pub(crate) fn wait_file(&mut self, id: TransferId) -> PathBuf {
        let row = self.wait(id, |row| {
            matches!(row.status, Status::Completed | Status::Failed(_) | Status::NeedsUser(_))
        });
        assert_eq!(row.status, Status::Completed, "{:#?}", self.detail(id).log);
        row.file.expect("a completed download has a file")
    }

    /// Waits until this sentence is in its log.
    pub(crate) fn wait_said(&mut self, id: TransferId, sentence: &str) {
        let words = Words::new(Catalog::new(["en"]));
        let now = Now::default();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = self.detail(id).log;
            if log.iter().any(|entry| words.entry(&entry.kind, now).text.contains(sentence)) {
                return;
            }
            assert!(Instant::now() < deadline, "{log:#?}");
            self.next_batch((Instant::now() + Duration::from_millis(200)).min(deadline));
        }
    }

    /// Waits until the download folder holds these and nothing else.
    pub(crate) fn wait_files(&mut self, wanted: &[&str]) {
        let deadline = Instant::now() + PATIENCE;
        while self.files() != wanted {
            assert!(Instant::now() < deadline, "{:?}", self.files());
            self.next_batch((Instant::now() + Duration::from_millis(200)).min(deadline));
        }
    }

    fn next_batch(&mut self, deadline: Instant) {
        let left = deadline.saturating_duration_since(Instant::now());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let events = &mut self.events;
        let batch = runtime.block_on(async { tokio::time::timeout(left, events.next()).await });
        if let Ok(Some(batch)) = batch {
            for row in &batch.rows {
                let _ = self.rows.insert(row.id, row.clone());
            }
            self.batches.push(batch);
        }
    }

    /// Names in the download folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        names(&self.downloads())
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.quit();
        }
    }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub(crate) fn home() -> Network {
    Network { cost: NetworkCost::Unrestricted, connection: Some("home".into()), ..Network::default() }
}

pub(crate) fn address(text: &str) -> SafeUrl {
    SafeUrl::parse(text).expect("an address").0
}

pub(crate) fn act(act: Act) -> Request {
    Request::Command(Command::Act(act))
}

pub(crate) fn only(id: TransferId) -> Selection {
    Selection::Ids(vec![id])
}

/// What a user would write into the settings.
pub(crate) fn one_connection(data: &Path) {
    std::fs::create_dir_all(data).expect("a folder");
    std::fs::write(data.join("settings.toml"), "[limits]\nper_file = 1\n").expect("settings");
}
