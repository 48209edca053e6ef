//! One arm for each effect. Nothing is decided here.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use tokio::sync::watch;

use super::errands;
use super::intake::reveal;
use super::lane::ToLane;
use super::meter::RunMeter;
use super::pump::{Internal, Pump, Running};
use super::upload::Parting;
use super::worker::{Assignment, Wishes};
use crate::coordinator::{Abandoned, Effect, Errand, Job};
use crate::model::{Direction, Edit, HeaderValue, Pace, Run, Settings, Source, Transfer, TransferId};
use crate::rules::cost::{Epoch, Permit};
use crate::rules::rate::Level;

/// Folders below the data folder that hold files of uploads.
const KEPT: [&str; 2] = [crate::platform::paths::SPOOL, super::upload::REPLIES];

impl Pump {
    pub(super) fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.perform_one(effect);
        }
    }

    fn perform_one(&mut self, effect: Effect) {
        match effect {
            Effect::Save { ticket, edits, durability } => {
                for edit in &edits {
                    if let Edit::Log { id, entry } = edit {
                        tracing::info!(%id, event = ?entry.kind, "transfer");
                    }
                }
                if self.store.save(ticket, edits, durability).is_err() {
                    self.refuse(ticket);
                }
            }
            Effect::Start(job) => self.start(*job),
            Effect::Stop { id, run } => self.wish(id, run, |wishes| wishes.stop = true),
            Effect::Gate { epoch, permits } => self.gate(epoch, &permits),
            Effect::DropClients => self.lanes.tell_all(|| ToLane::DropClients),
            Effect::AskNetwork => self.look_again.notify_one(),
            Effect::Acknowledge { id, run } => self.wish(id, run, |wishes| wishes.acknowledged += 1),
            Effect::Marked { id, run, mark } => self.wish(id, run, |wishes| wishes.marked = mark),
            Effect::Sync { id, run } => self.wish(id, run, |wishes| wishes.syncs += 1),
            Effect::Limit { level, pace } => self.limit(level, pace),
            Effect::LimitUploads(pace) => self.shared.upload_brakes.limit(Level::Everything, pace),
            Effect::Share { id, share } => {
                self.shared.brakes.share(id, share);
                self.shared.upload_brakes.share(id, share);
            }
            Effect::Errand { id, errand } => self.errand(id, errand),
            Effect::Look { id, look } => {
                let folder = look.files.first().unwrap_or(&look.folder).clone();
                self.on_device(&folder, move || Internal::Looked { id, found: errands::look(&look) });
            }
            Effect::Discard { folder, part } => self.on_device(&folder.clone(), move || {
                let _ = crate::disk::discard(&folder, &part);
                Internal::Nothing
            }),
            Effect::Trash(file) => self.on_device(&file.clone(), move || {
                let _ = crate::platform::open::trash(&file);
                Internal::Nothing
            }),
            Effect::Unkeep { id, files } => self.unkeep(id, files),
            Effect::Abandon(abandoned) => self.abandon(*abandoned),
            Effect::Reply { client, seq, outcome } => self.reply(client, seq, outcome),
            Effect::Fetch { client, seq, order, ids } => self.fetch(client, seq, order, ids),
            Effect::Recount { after } => self.recount(after),
            Effect::Note(dirty) => self.subscribers.note(&dirty),
            Effect::SaveSettings(settings) => self.save_settings(*settings),
            Effect::Forget(secrets) => self.vault.forget(&secrets),
            Effect::DropProbe(probe) => self.lanes.fixed().tell(ToLane::DropProbe(probe)),
            Effect::Ended => self.ended = true,
        }
    }

    fn start(&mut self, job: Job) {
        let (id, run) = (job.transfer.id, job.run);
        let gate = self.epochs.gate(job.permit);
        let meter = Arc::new(RunMeter::new(job.transfer.synced.clone()));
        match job.transfer.direction {
            Direction::Download => self.shared.brakes.begin(&job.transfer),
            Direction::Upload => self.shared.upload_brakes.begin(&job.transfer),
        }
        let (wish, wishes) = watch::channel(Wishes::default());
        let source = &job.transfer.source;
        let credentials = source.credentials.and_then(|key| reveal(key, &self.vault));
        let headers = self.headers(source);
        let secrets = job.transfer.upload.iter().flat_map(|upload| upload.secrets());
        let texts = secrets.filter_map(|key| Some((key, self.vault.get(key)?))).collect();
        let running = Running { run, gate: gate.clone(), meter: Arc::clone(&meter), wishes: wish };
        let _ = self.running.insert(id, running);
        let (folder, probe) = (self.place_of(&job.transfer), job.probe);
        let run = ToLane::Run(Box::new(Assignment { job, gate, meter, wishes, credentials, headers, texts }));
        self.lanes.run(&folder, run, probe);
    }

    /// Each direction has a limit for everything; those of groups and transfers hold in both.
    fn limit(&self, level: Level, pace: Option<Pace>) {
        self.shared.brakes.limit(level, pace);
        match level {
            Level::Everything => {}
            Level::Group(_) | Level::Transfer(_) => self.shared.upload_brakes.limit(level, pace),
        }
    }

    fn abandon(&self, abandoned: Abandoned) {
        let source = &abandoned.source;
        let credentials = source.credentials.and_then(|key| reveal(key, &self.vault));
        let headers = self.headers(source);
        let gate = self.epochs.gate(abandoned.permit);
        let parting = Parting { abandoned, gate, credentials, headers };
        self.lanes.fixed().tell(ToLane::Abandon(Box::new(parting)));
    }

    /// The user's own, revealed.
    fn headers(&self, source: &Source) -> Vec<(String, zeroize::Zeroizing<String>)> {
        let headers = source.headers.iter().filter_map(|header| {
            let value = match &header.value {
                HeaderValue::Plain(text) => zeroize::Zeroizing::new(text.clone()),
                HeaderValue::Secret(key) => self.vault.get(*key)?,
            };
            Some((header.name.clone(), value))
        });
        headers.collect()
    }

    /// Where the bytes go, or come from. What is kept in our own folder is at home.
    fn place_of(&self, transfer: &Transfer) -> PathBuf {
        match &transfer.upload {
            None => transfer.target.folder.clone(),
            Some(upload) => {
                upload.files().first().map_or_else(|| self.folder.clone(), |file| file.path.0.clone())
            }
        }
    }

    /// Permits first, so that those who may go on never see a closed gate.
    fn gate(&mut self, epoch: Epoch, permits: &[Permit]) {
        for permit in permits {
            if let Some(running) = self.running.get(&permit.transfer()) {
                running.gate.renew(*permit);
            }
        }
        self.epochs.raise(epoch);
        self.lanes.tell_all(|| ToLane::GateClosed);
    }

    /// Only what lies in the folders made for it.
    fn unkeep(&mut self, id: TransferId, files: Vec<PathBuf>) {
        let folder = self.folder.clone();
        self.on_disk(move || {
            for (file, place) in files.iter().flat_map(|file| KEPT.map(|place| (file, place))) {
                if let Err(error) = crate::disk::unkeep(&folder.join(place), file) {
                    tracing::warn!(%id, error = &error as &dyn std::error::Error, "left behind");
                }
            }
            Internal::Nothing
        });
    }

    fn wish(&self, id: TransferId, run: Run, change: impl FnOnce(&mut Wishes)) {
        if let Some(running) = self.running.get(&id).filter(|running| running.run == run) {
            running.wishes.send_modify(change);
        }
    }

    fn errand(&mut self, id: TransferId, errand: Errand) {
        let context = errands::Context {
            id,
            generation: self.brain.generation(id),
            claims: match &errand {
                Errand::Verify { .. } => self.claims.remove(&id).unwrap_or_default(),
                Errand::SetAside { .. } | Errand::Move { .. } | Errand::Discard { .. } => Vec::new(),
            },
            seal: self.shared.seal,
        };
        let folder = match &errand {
            Errand::Verify { folder, .. }
            | Errand::SetAside { folder, .. }
            | Errand::Discard { folder, .. } => folder,
            Errand::Move { to, .. } => to,
        };
        let folder = folder.clone();
        self.on_device(&folder, move || Internal::Errand { id, result: errands::run(&errand, &context) });
    }

    fn save_settings(&mut self, settings: Settings) {
        self.settings_wanted += 1;
        let (turn, folder, written) =
            (self.settings_wanted, self.folder.clone(), Arc::clone(&self.settings_written));
        self.on_disk(move || {
            let mut newest = written.lock().unwrap_or_else(PoisonError::into_inner);
            if turn > *newest {
                *newest = turn;
                if let Err(error) = crate::store::settings::save(&folder, &settings) {
                    tracing::warn!(error = &error as &dyn std::error::Error, "settings");
                }
            }
            Internal::Nothing
        });
    }

    /// Work on a user's files, on the threads of their device: if that hangs, nobody else does.
    fn on_device(&mut self, folder: &Path, work: impl FnOnce() -> Internal + Send + 'static) {
        let internal = self.internal.clone();
        let work = move || drop(internal.send(work()));
        self.lanes.of(folder).tell(ToLane::Work(Box::new(work)));
    }

    /// A small pool of threads for our own files; the pump never waits for a disk.
    fn on_disk(&mut self, work: impl FnOnce() -> Internal + Send + 'static) {
        let _ = self.disk_work.spawn_blocking(work);
    }
}
