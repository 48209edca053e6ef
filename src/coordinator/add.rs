//! New transfers. Whether an address is being fetched already is decided here, once for all clients.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use super::book::Entry;
use super::{Coordinator, Draft, Effect, Scope, likeness};
use crate::api::{Added, Awaited, Clash, ClientId, Command, Outcome, Start};
use crate::model::{
    Behavior, Edit, EntryKind, Generation, Group, GroupId, HeaderValue, Intent, Permission, Question,
    RangeSet, Refusal, Source, Stage, Target, Transfer, TransferId,
};
use crate::rules::lifecycle::Trigger;

/// Replies remembered for each client, so that a request sent twice is done once.
const REPLIES_MOST: usize = 64;
/// Clients remembered.
const CLIENTS_MOST: usize = 64;

impl Coordinator {
    pub(super) fn add(&mut self, client: ClientId, seq: u64, drafts: Vec<Draft>) {
        if let Some(added) = self.replies.get(&client).and_then(|replies| replies.get(&seq)).cloned() {
            self.reply(client, seq, Outcome::Added(added));
            return;
        }
        if drafts.len() > Command::MOST {
            self.reply(client, seq, Outcome::Refused(Refusal::TooMany { most: Command::MOST }));
            return;
        }
        if !drafts.iter().all(super::uploads::is_sound) {
            self.reply(client, seq, Outcome::Refused(Refusal::BadRequest));
            return;
        }
        let mut added = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let Some(one) = self.add_one(client, draft) else { continue };
            added.push(one);
        }
        self.save_groups(&added);
        self.save(Edit::NextId(self.next_id));
        self.remember_reply(client, seq, &added);
        self.reply(client, seq, Outcome::Added(added));
    }

    fn add_one(&mut self, client: ClientId, draft: Draft) -> Option<Added> {
        let awaited = draft.wish.awaited;
        let holder = draft.source.key().and_then(|key| self.book.holder(&key));
        if let (Some(id), Clash::Attach) = (holder, draft.wish.clash_of_address) {
            let differs = self.book.get(id).map(|entry| likeness::differs(&entry.transfer, &draft));
            let differs = differs.unwrap_or_default();
            if differs.is_empty() {
                self.take_into_scope(client, awaited, id);
                self.renew_secrets(id, draft.source);
                self.wanted_again(id, draft.wish.start);
            } else {
                self.then(Effect::Forget(draft.source.secrets().collect()));
            }
            return Some(Added { id, existing: true, differs });
        }
        let id = self.new_id()?;
        self.take_into_scope(client, awaited, id);
        self.remember(id);
        let probe = draft.wish.probe;
        let transfer = self.transfer_of(id, draft);
        let mut entry = Entry::new(transfer);
        entry.probe = probe;
        self.enter_book(entry);
        self.put(id);
        self.log(id, EntryKind::Added);
        self.log_hold(id);
        Some(Added { id, existing: false, differs: Vec::new() })
    }

    /// What the client of a `get` adds is run, and nothing else.
    fn take_into_scope(&mut self, client: ClientId, awaited: Awaited, id: TransferId) {
        if let Scope::Only { client: own, ids } = &mut self.scope
            && (*own == client || awaited == Awaited::ByClient)
        {
            let _ = ids.insert(id);
            let _ = self.book.change(id, |entry| entry.in_scope = true);
        }
    }

    /// Secrets that come with the same address again are the newest ones, and perhaps the only ones left.
    fn renew_secrets(&mut self, id: TransferId, fresh: Source) {
        if !fresh.has_secrets() {
            return;
        }
        self.remember(id);
        let old = self.book.change(id, |entry| {
            let source = &mut entry.transfer.source;
            let mut old: Vec<_> = source.secrets().collect();
            source.credentials = fresh.credentials.or(source.credentials);
            if fresh.headers.iter().any(|header| matches!(header.value, HeaderValue::Secret(_))) {
                source.headers = fresh.headers;
            }
            let kept: Vec<_> = source.secrets().collect();
            old.retain(|secret| !kept.contains(secret));
            if let Some(live) = &mut entry.live {
                live.renewed = true;
            }
            old
        });
        self.then(Effect::Forget(old.unwrap_or_default()));
        let asks = self.book.get(id).is_some_and(|entry| {
            matches!(entry.transfer.stage, Stage::Asking(Question::SignIn | Question::HeaderLost))
        });
        if asks {
            let _ = self.transit(id, Trigger::Release);
        }
        self.put(id);
    }

    /// Who asks for an unfinished transfer again wants it to go on.
    fn wanted_again(&mut self, id: TransferId, start: Start) {
        let paused = self.book.get(id).is_some_and(|entry| entry.transfer.intent == Intent::Pause);
        if start == Start::Now && paused {
            self.remember(id);
            self.set_intent(id, Intent::Run);
        }
    }

    pub(super) fn transfer_of(&mut self, id: TransferId, draft: Draft) -> Transfer {
        let Draft { source, upload, folder, wish } = draft;
        let (folder, name) = match &upload {
            Some(upload) => super::uploads::place(upload, folder, wish.name),
            None => (folder, wish.name),
        };
        let (intent, start_at) = match wish.start {
            Start::Now => (Intent::Run, None),
            Start::Paused => (Intent::Pause, None),
            Start::At(at) => (Intent::Run, (at > self.now.wall).then_some(at)),
        };
        let group = wish.group.as_ref().and_then(|name| self.group_named(name));
        Transfer {
            id,
            direction: wish.direction,
            source,
            target: Target {
                folder,
                named_by_user: name.is_some(),
                name,
                clash: wish.clash.unwrap_or(self.settings.name_clash),
                create_folder: true,
            },
            upload,
            policy: wish.policy.unwrap_or(self.settings.cost_policy),
            permission: Permission::default(),
            options: wish.options,
            priority: wish.priority,
            group,
            rank: self.rank_at_end(wish.priority),
            intent,
            stage: Stage::Queued,
            part: None,
            generation: Generation(0),
            validator: None,
            synced: RangeSet::new(),
            mark: None,
            resumable: None,
            response: None,
            attempts: 0,
            attempts_most: wish.attempts_most,
            restarted: 0,
            start_at,
            added: self.now.wall,
            started: None,
            finished: None,
            progressed: None,
        }
    }

    /// With the transfers that came in: a group that the store refused once is there with the next.
    fn save_groups(&mut self, added: &[Added]) {
        let group = |one: &Added| self.book.get(one.id)?.transfer.group;
        let used: BTreeSet<GroupId> = added.iter().filter_map(group).collect();
        let used: Vec<Group> = used.iter().filter_map(|id| self.groups.get(id).cloned()).collect();
        for group in used {
            self.save(Edit::PutGroup(group));
        }
    }

    /// The group of this name; one that is new begins with its first transfer.
    fn group_named(&mut self, name: &str) -> Option<GroupId> {
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(Group::NAME_MOST).collect();
        if name.is_empty() {
            return None;
        }
        if let Some(group) = self.groups.values().find(|group| group.name == name) {
            return Some(group.id);
        }
        let last = self.groups.last_key_value().map_or(0, |(id, _)| id.0.get());
        let id = GroupId(NonZeroU64::new(last.checked_add(1)?)?);
        let (behavior, intent) = (Behavior::Parallel, Intent::Run);
        let group = Group { id, name, behavior, intent, policy: None, pace: None };
        let _ = self.groups.insert(id, group);
        Some(id)
    }

    fn remember_reply(&mut self, client: ClientId, seq: u64, added: &[Added]) {
        if self.replies.len() >= CLIENTS_MOST && !self.replies.contains_key(&client) {
            let _ = self.replies.pop_first();
        }
        let replies: &mut BTreeMap<_, _> = self.replies.entry(client).or_default();
        let _ = replies.insert(seq, added.to_vec());
        if replies.len() > REPLIES_MOST {
            let _ = replies.pop_first();
        }
    }
}
