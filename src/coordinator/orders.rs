//! What the user wants, one method for each wish.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::admits;
use super::end::final_status;
use super::network::NetworkWord;
use super::{Coordinator, Effect, Errand, Order};
use crate::api::{Act, Answer, ClientId, Dirty, Notice, Outcome, Selection};
use crate::model::{
    CostPolicy, EntryKind, FileName, Intent, Pace, Priority, Question, Refusal, SafeUrl, SecretRef, Settings,
    Stage, Transfer, TransferId, Verdict,
};
use crate::rules::lifecycle::Trigger;
use crate::rules::rate::{Level, Share};

impl Coordinator {
    pub(super) fn on_order(&mut self, client: ClientId, seq: u64, order: Order) {
        if self.ending.is_some() {
            self.reply(client, seq, Outcome::Refused(Refusal::ShuttingDown));
            return;
        }
        let elsewhere = self.of_the_history(&order);
        if !elsewhere.is_empty() {
            self.at_once(Effect::Fetch { client, seq, order, ids: elsewhere });
            return;
        }
        self.on_fetched(client, seq, order, Vec::new());
    }

    /// With the ended transfers that the order concerns, if it concerns any.
    pub(super) fn on_fetched(&mut self, client: ClientId, seq: u64, order: Order, mut rows: Vec<Transfer>) {
        // The store's reader may be behind: whoever is in the book or removed is not in the history any more, and what
        // ended just now is not in the store yet.
        let concerned = self.of_the_history(&order);
        rows.retain(|row| concerned.contains(&row.id) && !self.deleting.contains(&row.id));
        rows.retain(|row| !self.archiving.contains_key(&row.id));
        rows.extend(concerned.iter().filter_map(|id| Some((*self.archiving.get(id)?.1).clone())));
        let ended: BTreeMap<_, _> =
            rows.iter().map(|row| (row.id, final_status(&row.stage).name())).collect();
        let result = match order {
            Order::Add(drafts) => return self.add(client, seq, drafts),
            Order::SignIn { id, credentials, user_tag } => {
                self.on_one(id, |brain| brain.sign_in(id, credentials, user_tag))
            }
            Order::ReplaceLink { id, url, credentials } => {
                self.on_one(id, |brain| brain.replace_link(id, url, credentials))
            }
            Order::Act(act) => match self.act(act, rows) {
                Ok(Some(outcome)) => return self.reply(client, seq, outcome),
                Ok(None) => Ok(()),
                // It is there, but over: nothing of the kind can be done to it any more.
                Err(Refusal::NoSuchTransfer(id)) if ended.contains_key(&id) => {
                    Err(Refusal::NotNow { id, status: ended[&id].to_owned() })
                }
                Err(refusal) => Err(refusal),
            },
        };
        self.reply(client, seq, result.map_or_else(Outcome::Refused, |()| Outcome::Done));
    }

    fn act(&mut self, act: Act, rows: Vec<Transfer>) -> Result<Option<Outcome>, Refusal> {
        match act {
            Act::Pause(which) => self.each(&which, Self::pause)?,
            Act::Resume(which) => self.each(&which, Self::resume)?,
            Act::Retry(which) => {
                let revived = self.revive(&which, rows);
                if revived == 0 {
                    self.each(&which, Self::retry)?;
                }
            }
            Act::Cancel(which) => return self.cancel(&which).map(Some),
            Act::Remove { which, file } => return self.remove(&which, file, rows).map(Some),
            Act::Undo(token) => self.undo(token)?,
            Act::Move { ids, place } => {
                self.each(&Selection::Ids(ids), |brain, id| {
                    brain.remember(id);
                    brain.move_to(id, place);
                    Ok(())
                })?;
            }
            Act::SetPolicy { which, policy } => {
                self.each(&which, |brain, id| brain.set_policy(id, policy))?;
            }
            Act::SetPriority { which, priority } => {
                self.each(&which, |brain, id| brain.set_priority(id, priority))?;
            }
            Act::SetPace { which, pace } => self.each(&which, |brain, id| brain.set_pace(id, pace))?,
            Act::AllowHere(which) => self.each(&which, Self::allow_here)?,
            Act::RunAnyway(which) => self.each(&which, Self::run_anyway)?,
            Act::Schedule { which, at } => self.each(&which, |brain, id| brain.schedule(id, at))?,
            Act::Treat { network, treat } => self.treat(network.as_deref(), NetworkWord::Treat(treat))?,
            Act::Choose { network, choice } => self.treat(network.as_deref(), NetworkWord::Choice(choice))?,
            Act::SetBudget { network, budget } => {
                self.treat(network.as_deref(), NetworkWord::Budget(budget))?;
            }
            Act::AskNetwork => self.ask_network(),
            Act::Answer { id, answer } => self.on_one(id, |brain| brain.answer(id, answer))?,
            Act::Rename { id, name } => self.on_one(id, |brain| brain.rename(id, name))?,
            Act::Configure(settings) => self.configure(*settings)?,
            Act::DropProbe(probe) => self.at_once(Effect::DropProbe(probe)),
            Act::Show { links } => self.note(Dirty::Notice(Notice::ShowWindow { links })),
            Act::Quit => self.shut_down(),
        }
        Ok(None)
    }

    /// Does what it can; refused only when nothing could be done.
    fn each(
        &mut self,
        which: &Selection,
        mut act: impl FnMut(&mut Self, TransferId) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let (ids, named) = match which {
            Selection::Ids(ids) => (ids.clone(), true),
            Selection::All => (self.book.ids().collect(), false),
        };
        let mut refused = None;
        let mut done = 0;
        for id in ids {
            match self.on_one(id, |brain| act(brain, id)) {
                Ok(()) => done += 1,
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        refused.filter(|_| done == 0 && named).map_or(Ok(()), Err)
    }

    fn on_one(
        &mut self,
        id: TransferId,
        act: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        if self.book.get(id).is_none() {
            return Err(Refusal::NoSuchTransfer(id));
        }
        act(self)
    }

    pub(super) fn not_now(&self, id: TransferId) -> Refusal {
        let status =
            self.status(id).map_or_else(|| "completed".to_owned(), |status| status.name().to_owned());
        Refusal::NotNow { id, status }
    }

    fn pause(&mut self, id: TransferId) -> Result<(), Refusal> {
        if self.book.get(id).is_some_and(|entry| entry.transfer.stage == Stage::Finishing) {
            return Err(self.not_now(id));
        }
        self.remember(id);
        self.set_intent(id, Intent::Pause);
        self.stop_run(id);
        Ok(())
    }

    fn resume(&mut self, id: TransferId) -> Result<(), Refusal> {
        self.remember(id);
        self.set_intent(id, Intent::Run);
        Ok(())
    }

    pub(super) fn set_intent(&mut self, id: TransferId, intent: Intent) {
        let changed = self.book.change(id, |entry| {
            let changed = entry.transfer.intent != intent;
            entry.transfer.intent = intent;
            if intent == Intent::Run {
                entry.transfer.start_at = None;
            }
            changed
        });
        if changed == Some(true) {
            self.put(id);
            self.note(Dirty::Order);
            self.log(
                id,
                if intent == Intent::Run { EntryKind::ResumedByUser } else { EntryKind::PausedByUser },
            );
        }
    }

    fn retry(&mut self, id: TransferId) -> Result<(), Refusal> {
        self.remember(id);
        let stage = self.book.get(id).map(|entry| entry.transfer.stage.clone());
        match stage {
            Some(Stage::Waiting(_) | Stage::Asking(_)) => {
                let _ = self.book.change(id, |entry| entry.transfer.attempts = 0);
                self.transit(id, Trigger::Release).map_err(|_| self.not_now(id))?;
            }
            Some(Stage::Queued) => self.ask_network(),
            Some(Stage::Running) => {}
            Some(Stage::Finishing | Stage::Completed | Stage::Canceled | Stage::Failed(_)) | None => {
                return Err(self.not_now(id));
            }
        }
        self.set_intent(id, Intent::Run);
        Ok(())
    }

    fn set_policy(&mut self, id: TransferId, policy: CostPolicy) -> Result<(), Refusal> {
        self.remember(id);
        let _ = self.book.change(id, |entry| {
            entry.transfer.policy = policy;
            entry.transfer.permission.network = None;
        });
        self.put(id);
        self.judge_one(id);
        Ok(())
    }

    fn set_priority(&mut self, id: TransferId, priority: Priority) -> Result<(), Refusal> {
        self.remember(id);
        let rank = self.rank_at_end(priority);
        let _ = self.book.change(id, |entry| {
            entry.transfer.priority = priority;
            entry.transfer.rank = rank;
        });
        self.put(id);
        self.note(Dirty::Order);
        self.throttle(id);
        Ok(())
    }

    fn set_pace(&mut self, id: TransferId, pace: Option<Pace>) -> Result<(), Refusal> {
        self.remember(id);
        let _ = self.book.change(id, |entry| entry.transfer.options.pace = pace);
        self.put(id);
        self.throttle(id);
        Ok(())
    }

    /// What it may take is said again to a run that is under way.
    pub(super) fn throttle(&mut self, id: TransferId) {
        let Some(entry) = self.book.get(id).filter(|entry| entry.live.is_some()) else { return };
        let (pace, share) = (entry.transfer.options.pace, Share::of(entry.transfer.priority));
        self.at_once(Effect::Limit { level: Level::Transfer(id), pace });
        self.at_once(Effect::Share { id, share });
    }

    /// The limits of groups; that of everything follows the hours.
    pub(super) fn set_limits(&mut self) {
        let groups = self.groups.values().filter_map(|group| Some((Level::Group(group.id), group.pace?)));
        for (level, pace) in groups.collect::<Vec<_>>() {
            self.at_once(Effect::Limit { level, pace: Some(pace) });
        }
        if let Some(pace) = self.settings.limits.upload_pace {
            self.at_once(Effect::LimitUploads(Some(pace)));
        }
    }

    fn rename(&mut self, id: TransferId, name: FileName) -> Result<(), Refusal> {
        let active = self.book.get(id).is_some_and(|entry| entry.transfer.stage.is_active());
        if active {
            return Err(self.not_now(id));
        }
        self.remember(id);
        let _ = self.book.change(id, |entry| {
            entry.transfer.target.name = Some(name);
            entry.transfer.target.named_by_user = true;
        });
        self.put(id);
        Ok(())
    }

    fn sign_in(&mut self, id: TransferId, credentials: SecretRef, user_tag: u64) -> Result<(), Refusal> {
        self.remember(id);
        let old = self.book.change(id, |entry| {
            entry.transfer.source.user_tag = Some(user_tag);
            entry.transfer.attempts = 0;
            entry.transfer.source.credentials.replace(credentials)
        });
        if let Some(Some(old)) = old {
            self.then(Effect::Forget(vec![old]));
        }
        self.put(id);
        self.release_question(id);
        Ok(())
    }

    fn replace_link(
        &mut self,
        id: TransferId,
        url: SafeUrl,
        credentials: Option<(SecretRef, u64)>,
    ) -> Result<(), Refusal> {
        self.remember(id);
        self.stop_run(id);
        self.log(id, EntryKind::LinkReplaced { url: url.clone() });
        let _ = self.book.change(id, |entry| {
            let source = &mut entry.transfer.source;
            source.url = url;
            if let Some((secret, tag)) = credentials {
                source.credentials = Some(secret);
                source.user_tag = Some(tag);
            }
            entry.transfer.attempts = 0;
            entry.transfer.permission.web_page = false;
        });
        self.put(id);
        self.release_question(id);
        Ok(())
    }

    /// A question that was answered, or a wait that is cut short.
    fn release_question(&mut self, id: TransferId) {
        let waiting = self
            .book
            .get(id)
            .is_some_and(|entry| matches!(entry.transfer.stage, Stage::Asking(_) | Stage::Waiting(_)));
        if waiting {
            let _ = self.transit(id, Trigger::Release);
        }
        self.set_intent(id, Intent::Run);
    }

    fn answer(&mut self, id: TransferId, answer: Answer) -> Result<(), Refusal> {
        let Some(entry) = self.book.get(id) else { return Err(Refusal::NoSuchTransfer(id)) };
        let Stage::Asking(question) = entry.transfer.stage.clone() else { return Err(self.not_now(id)) };
        if !admits(&question, &answer) {
            return Err(Refusal::NoSuchChoice);
        }
        self.remember(id);
        self.log(id, EntryKind::Chose { choice: answer.name().to_owned() });
        match answer {
            Answer::TryAgain => {}
            Answer::Restart => {
                if matches!(question, Question::ChecksumMismatch(_)) {
                    // One of those who brought it lied, and nobody knows which.
                    let _ = self.book.change(id, |entry| entry.transfer.source.mirrors.clear());
                }
                self.restart(id);
            }
            // All of it is here: it gets its name, and its row says what it is.
            Answer::KeepWhatIsHere if matches!(question, Question::ChecksumMismatch(_)) => {
                let _ = self.book.change(id, |entry| {
                    entry.transfer.options.check.verdict = Some(Verdict::Mismatch);
                });
                self.put(id);
            }
            Answer::KeepWhatIsHere => {
                self.keep_what_is_here(id);
                return Ok(());
            }
            Answer::Accept => {
                let _ = self.book.change(id, |entry| match &question {
                    Question::WebPage { .. } => entry.transfer.permission.web_page = true,
                    Question::InsecureRedirect { .. } => entry.transfer.permission.insecure = true,
                    Question::SignIn
                    | Question::ProxySignIn
                    | Question::Certificate(_)
                    | Question::LinkExpired { .. }
                    | Question::SourceChanged(_)
                    | Question::ChecksumMismatch(_)
                    | Question::Disk(_)
                    | Question::Upload(_)
                    | Question::NoProgress(_)
                    | Question::CannotResume
                    | Question::HeaderLost
                    | Question::AskedToWait => {}
                });
            }
            Answer::ChooseFolder(folder) => self.choose_folder(id, folder),
            Answer::ChooseName(name) => {
                let _ = self.book.change(id, |entry| {
                    entry.transfer.target.name = Some(name);
                    entry.transfer.target.named_by_user = true;
                });
            }
            Answer::Overwrite => {
                let _ = self.book.change(id, |entry| {
                    entry.transfer.target.clash = crate::model::NameClash::Overwrite;
                });
            }
            Answer::Skip => {
                return self.cancel(&Selection::Ids(vec![id])).map(|_| ());
            }
        }
        let _ = self.book.change(id, |entry| entry.transfer.attempts = 0);
        self.release_question(id);
        Ok(())
    }

    fn choose_folder(&mut self, id: TransferId, folder: std::path::PathBuf) {
        // With a file it is elsewhere only when the file is: until then the old folder is the truth.
        let moved = self.book.change(id, |entry| {
            let target = &mut entry.transfer.target;
            let moved = entry.transfer.part.clone().filter(|_| target.folder != folder);
            if entry.transfer.part.is_none() {
                target.folder.clone_from(&folder);
                target.create_folder = true;
            }
            entry.errand = moved.is_some();
            moved.map(|part| (target.folder.clone(), part))
        });
        self.put(id);
        if let Some(Some((from, part))) = moved {
            self.then(Effect::Errand { id, errand: Errand::Move { from, to: folder, part } });
        }
    }

    pub(super) fn configure(&mut self, settings: Settings) -> Result<(), Refusal> {
        if !settings.is_sound() {
            let unsound = settings.list().into_iter().next().unwrap_or_default();
            return Err(Refusal::Settings(crate::model::SettingsError::BadValue {
                key: unsound.0,
                value: unsound.1,
            }));
        }
        let before = std::mem::replace(&mut self.settings, settings.clone());
        if before.limits != settings.limits {
            self.book.unpark_all();
        }
        if before.limits.upload_pace != settings.limits.upload_pace {
            self.at_once(Effect::LimitUploads(settings.limits.upload_pace));
        }
        self.at_once(Effect::SaveSettings(Box::new(settings)));
        self.judge_by_settings();
        self.note(Dirty::Settings);
        Ok(())
    }

    /// Ended transfers that an order concerns; the book does not have them.
    fn of_the_history(&self, order: &Order) -> Vec<TransferId> {
        let Order::Act(act) = order else { return Vec::new() };
        let ids = match act {
            Act::Pause(Selection::Ids(ids))
            | Act::Resume(Selection::Ids(ids))
            | Act::Cancel(Selection::Ids(ids))
            | Act::Retry(Selection::Ids(ids))
            | Act::Remove { which: Selection::Ids(ids), .. }
            | Act::SetPolicy { which: Selection::Ids(ids), .. }
            | Act::SetPriority { which: Selection::Ids(ids), .. }
            | Act::SetPace { which: Selection::Ids(ids), .. }
            | Act::AllowHere(Selection::Ids(ids))
            | Act::RunAnyway(Selection::Ids(ids))
            | Act::Schedule { which: Selection::Ids(ids), .. }
            | Act::Move { ids, .. } => ids.as_slice(),
            Act::Answer { id, .. } | Act::Rename { id, .. } => std::slice::from_ref(id),
            Act::Pause(Selection::All)
            | Act::Resume(Selection::All)
            | Act::Cancel(Selection::All)
            | Act::Retry(Selection::All)
            | Act::Remove { which: Selection::All, .. }
            | Act::SetPolicy { which: Selection::All, .. }
            | Act::SetPriority { which: Selection::All, .. }
            | Act::SetPace { which: Selection::All, .. }
            | Act::AllowHere(Selection::All)
            | Act::RunAnyway(Selection::All)
            | Act::Schedule { which: Selection::All, .. }
            | Act::Undo(_)
            | Act::Treat { .. }
            | Act::Choose { .. }
            | Act::SetBudget { .. }
            | Act::AskNetwork
            | Act::Configure(_)
            | Act::DropProbe(_)
            | Act::Show { .. }
            | Act::Quit => return Vec::new(),
        };
        let elsewhere: BTreeSet<_> = ids.iter().copied().filter(|id| self.book.get(*id).is_none()).collect();
        elsewhere.into_iter().collect()
    }
}
