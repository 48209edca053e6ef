//! From the opened folder to a pump that runs, and back.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

use super::sources::{Sources, listen};
use super::{CHECK_AFTER, FAREWELL, Internal, Pump, REPORTS_MOST};
use crate::api::{Notice, Stopped};
use crate::coordinator::{Coordinator, Dice, Input, Loaded, Scope};
use crate::disk::Claim;
use crate::engine::lanes::Lanes;
use crate::engine::serve::Serving;
use crate::engine::subscribers::Subscribers;
use crate::engine::{Book, Parts, Reports, Shared, shared};
use crate::model::{Boot, Direction, Network, PowerWish, Shelf, Slot, TransferId};
use crate::platform::paths::SPOOL;
use crate::platform::{NetworkSource, PowerNews, PowerWatch, Timer, Vault};
use crate::protocol::gate::Epochs;
use crate::store::{Ack, Found, Store};

/// The engine's thread.
pub(in crate::engine) fn run(parts: Parts, store: Store, book: Book, acks: mpsc::UnboundedReceiver<Ack>) {
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
    {
        // What a task leaves behind may want a runtime for its own end: the bus does.
        let _inside = runtime.enter();
        drop(local);
    }
    runtime.shutdown_background();
}

async fn live(
    parts: Parts,
    store: Store,
    book: Book,
    acks: mpsc::UnboundedReceiver<Ack>,
) -> std::io::Result<()> {
    let mut beside: JoinSet<()> = JoinSet::new();
    let (internal, internals) = mpsc::unbounded_channel();
    let (reports, reported) = mpsc::channel(REPORTS_MOST);
    let (shared, claims) = shared(parts.lock.folder(), &book.opened, parts.clock.clone());
    let lanes = Lanes::start(Arc::clone(&shared), Reports(reports), parts.lock.folder())?;
    let mut pump = Pump::new(&parts, store, shared, lanes, internal);
    let sources = Sources {
        envelopes: parts.envelopes,
        reports: reported,
        acks,
        network: network(parts.network, Arc::clone(&pump.look_again), &mut beside),
        power: power(parts.power, pump.power_wish.subscribe(), &mut beside),
        internal: internals,
        timer: Timer::new()?,
        signals: listen(parts.signals)?,
        give_up: parts.give_up,
    };
    let (farewell, stop) = tokio::sync::oneshot::channel();
    let mut serving: JoinSet<()> = JoinSet::new();
    if let Some(server) = parts.server {
        let _ = serving.spawn_local(server(stop));
    }
    pump.load(book, claims);
    pump.serve(sources).await;
    let why = pump.why;
    pump.subscribers.stop(why, &pump.brain);
    let _ = farewell.send(());
    let _ = tokio::time::timeout(FAREWELL, serving.join_next()).await;
    let _ = tokio::time::timeout(FAREWELL, beside.shutdown()).await;
    pump.end().await;
    // Only now may somebody else have the folder.
    drop(parts.lock);
    Ok(())
}

fn network(source: NetworkSource, again: Arc<Notify>, beside: &mut JoinSet<()>) -> mpsc::Receiver<Network> {
    match source {
        NetworkSource::Given(given) => given,
        NetworkSource::System => {
            let (found, network) = mpsc::channel(16);
            let _ = beside.spawn_local(crate::platform::network::watch(found, again));
            network
        }
    }
}

fn power(
    watch: PowerWatch,
    wishes: tokio::sync::watch::Receiver<PowerWish>,
    beside: &mut JoinSet<()>,
) -> mpsc::Receiver<PowerNews> {
    match watch {
        PowerWatch::Given(given) => given,
        PowerWatch::System => {
            let (found, news) = mpsc::channel(16);
            let _ = beside.spawn_local(crate::platform::power::watch(found, wishes));
            news
        }
    }
}

impl Pump {
    fn new(
        parts: &Parts,
        store: Store,
        shared: Arc<Shared>,
        lanes: Lanes,
        internal: mpsc::UnboundedSender<Internal>,
    ) -> Self {
        Self {
            brain: Coordinator::new(parts.scope.clone()),
            dice: Dice::new(crate::platform::secrets::random()),
            store: Arc::new(store),
            asleep: parts.clock.asleep(),
            shared,
            clock: parts.clock.clone(),
            epochs: Epochs::default(),
            vault: Vault::default(),
            lanes,
            folder: parts.lock.folder().to_owned(),
            downloads: parts.downloads.clone(),
            subscribers: Subscribers::default(),
            running: BTreeMap::new(),
            claims: BTreeMap::new(),
            disk_work: JoinSet::new(),
            internal,
            replies: BTreeMap::new(),
            probing: 0,
            serving: Serving::default(),
            look_again: Arc::default(),
            power_wish: tokio::sync::watch::Sender::default(),
            settings_written: Arc::default(),
            settings_wanted: 0,
            meters_at: None,
            marks_at: Boot::default(),
            flush_at: None,
            check_at: None,
            stays: parts.scope == Scope::All,
            waiting: Vec::new(),
            network_known: false,
            began: parts.clock.now().boot,
            untold: Vec::new(),
            why: Stopped::Quit,
            ended: false,
        }
    }

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
            hosts: loaded.hosts,
            usage: loaded.usage,
            settings,
        };
        self.step(Input::Loaded(Box::new(input)));
        // A command that opens the folder for a moment leaves this to those who stay.
        self.check_at = self.stays.then(|| self.clock.now().boot + CHECK_AFTER);
        if self.stays {
            self.sweep();
        }
        match book.opened.found {
            Found::Fresh | Found::Existing => {}
            Found::Lost { kept, restored, .. } => {
                self.tell_later(Notice::StoreSetAside { kept: kept.unwrap_or_default(), restored });
            }
        }
    }
}

impl Pump {
    /// A stream that was saved by a program that ended before it could say what it is for goes. So does one whose
    /// upload was canceled just before the end.
    fn sweep(&mut self) {
        let (store, folder) = (Arc::clone(&self.store), self.folder.join(SPOOL));
        let _ = self.disk_work.spawn_blocking(move || {
            let names = |files: Vec<PathBuf>| {
                files.iter().filter_map(|file| Some(file.file_name()?.to_owned())).collect()
            };
            let needed = || match store.spooled() {
                Ok(files) => Some(names(files)),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "sweep");
                    None
                }
            };
            match crate::disk::sweep(&folder, needed) {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "saved to be sent, and needed by nobody"),
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "sweep"),
            }
            Internal::Nothing
        });
    }
}

pub(super) fn entry_of(count: &crate::store::Count) -> (Shelf, Direction, i64) {
    (count.shelf, count.direction, i64::try_from(count.amount).unwrap_or(i64::MAX))
}
