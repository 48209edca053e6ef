//! The world around the coordinator, all of it made up.

mod check;
mod peace;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use longshore::api::{
    Act, Answer, Clash, ClientId, FileFate, NewTransfer, Outcome, Row, Selection, Start, UndoToken,
};
use longshore::coordinator::{
    Begun, Coordinator, Deadline, Dice, Draft, Effect, End, Errand, ErrandResult, Input, Job, Loaded, Order,
    Reading, Report, Scope, Written,
};
use longshore::model::{
    Boot, BootId, Budget, ByteRange, Choice, Connectivity, CostPolicy, Direction, DiskFault, ETag, Edit,
    Every, Fault, FileName, Link, Network, NetworkCost, Now, Over, PartFile, Place, Power, PowerSource,
    Priority, RangeSet, Response, Run, SafeUrl, Saver, Settings, Shelf, Slot, Source, Span, Stage,
    StoreTrouble, Ticket, TlsFault, Transfer, TransferId, Treat, Usage, Validator, VpnRule, Wall, Which,
};
use longshore::rules::cost::{Class, Freedom, Reach, Weight};

/// Every third host stands in the private network.
pub(super) const HOSTS: [&str; 3] = ["host0.local", "host1.example", "host2.example"];
const CLIENT: ClientId = ClientId(7);

/// What a commit left behind.
#[derive(Default, Clone)]
struct Stored {
    book: BTreeMap<TransferId, Transfer>,
    history: BTreeMap<TransferId, Transfer>,
    usage: BTreeMap<String, Usage>,
    next_id: u64,
}

impl Stored {
    /// As the store says it: a refused batch may have taken the counter along, but not an id in use.
    fn next_unused(&self) -> u64 {
        let used = self.book.keys().chain(self.history.keys()).map(|id| id.get() + 1).max();
        self.next_id.max(used.unwrap_or_default())
    }
}

pub(super) struct Worker {
    id: TransferId,
    slots: Vec<Slot>,
    permit: u64,
    policy: CostPolicy,
    reach: Reach,
    total: u64,
    begun: bool,
    acknowledged: bool,
    written: RangeSet,
    synced: RangeSet,
    received: u64,
    stopping: bool,
    sync_asked: bool,
    /// Marks taken so far.
    marks: u64,
}

pub(super) struct World {
    brain: Coordinator,
    now: Now,
    chance: Dice,
    dice: Dice,
    network: Network,
    epoch: u64,
    stored: Stored,
    saves: VecDeque<(Ticket, Vec<Edit>)>,
    workers: BTreeMap<Run, Worker>,
    errands: VecDeque<(TransferId, Errand)>,
    looks: VecDeque<TransferId>,
    fetches: VecDeque<(u64, Order, Vec<TransferId>)>,
    undos: Vec<UndoToken>,
    recounts: VecDeque<Ticket>,
    seq: u64,
    answered: BTreeMap<u64, Outcome>,
    asked: BTreeSet<u64>,
    calm: bool,
    /// What the user made of the settings; they are kept in a file, whatever happens.
    settings: Settings,
    /// The brain wanted to know whether a portal is still there.
    asked_network: u64,
    power: Power,
    /// Some edits are waiting for the store to take them after all.
    store_failed: bool,
    /// `LONGSHORE_SIM_TRACE`: every input and effect is printed.
    traced: bool,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut world = Self {
            brain: Coordinator::new(Scope::All),
            now: Now { boot: Boot(1_000), wall: Wall(1_800_000_000_000), zone: 0 },
            chance: Dice::new(seed),
            dice: Dice::new(seed ^ 0xabcd),
            network: Network::default(),
            epoch: 0,
            stored: Stored { next_id: 1, ..Stored::default() },
            saves: VecDeque::new(),
            workers: BTreeMap::new(),
            errands: VecDeque::new(),
            looks: VecDeque::new(),
            fetches: VecDeque::new(),
            undos: Vec::new(),
            recounts: VecDeque::new(),
            seq: 0,
            answered: BTreeMap::new(),
            asked: BTreeSet::new(),
            calm: false,
            settings: Settings::default(),
            asked_network: 0,
            store_failed: false,
            power: Power::default(),
            traced: std::env::var_os("LONGSHORE_SIM_TRACE").is_some(),
        };
        world.boot();
        world
    }

    /// A life of so many events, then peace: everything that wants to run must end well.
    pub(super) fn live(mut self, events: usize) {
        for _ in 0..events {
            self.event();
        }
        self.come_to_rest();
        self.calm_down();
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.chance.roll() % sides
    }

    fn event(&mut self) {
        match self.roll(100) {
            0..20 => self.command(),
            20..26 => self.flip_network(),
            26..46 => self.commit(),
            46..78 => self.worker_moves(),
            78..84 => self.disk_answers(),
            84..97 => self.time_passes(),
            97 => match self.roll(4) {
                0 => self.step(Input::Sleeps),
                1 => self.step(Input::Woke),
                _ => self.other_power(),
            },
            98 => {
                let jump = i64::try_from(self.roll(200_000_000)).unwrap() - 100_000_000;
                self.now.wall = Wall(self.now.wall.0 + jump);
                self.step(Input::Tick);
            }
            _ => self.crash(),
        }
    }

    fn boot(&mut self) {
        self.epoch = 0;
        self.store_failed = false;
        self.brain = Coordinator::new(Scope::All);
        let loaded = Loaded {
            transfers: self.stored.book.values().cloned().collect(),
            next_id: self.stored.next_unused(),
            history: self.counted(),
            doomed: self
                .stored
                .history
                .values()
                .filter(|t| t.part.is_some() && t.stage == Stage::Canceled)
                .cloned()
                .collect(),
            hosts: Vec::new(),
            usage: self.stored.usage.clone(),
            suspects: self
                .stored
                .book
                .values()
                .filter(|transfer| transfer.mark.is_some())
                .map(|transfer| (transfer.id, vec![Slot(u16::try_from(transfer.id.get() % 4096).unwrap())]))
                .collect(),
            settings: self.settings.clone(),
            groups: Vec::new(),
        };
        self.step(Input::Loaded(Box::new(loaded)));
        self.step(Input::Power(self.power));
        self.step(Input::Network(self.network.clone()));
    }

    fn counted(&self) -> Vec<(Shelf, Direction, i64)> {
        let one = |transfer: &Transfer| match transfer.stage {
            Stage::Failed(_) => (Shelf::Failed, transfer.direction, 1),
            _ => (Shelf::Finished, transfer.direction, 1),
        };
        self.stored.history.values().map(one).collect()
    }

    /// Everything in memory is gone; what was handed to the store may or may not have arrived.
    fn crash(&mut self) {
        let arrived = usize::try_from(self.roll(3)).unwrap();
        for _ in 0..arrived {
            if let Some((_, edits)) = self.saves.pop_front() {
                self.apply(edits);
            }
        }
        self.saves.clear();
        self.workers.clear();
        self.errands.clear();
        self.looks.clear();
        self.fetches.clear();
        self.undos.clear();
        self.recounts.clear();
        self.asked.clear();
        self.now.boot = Boot(self.now.boot.0 + 500);
        self.boot();
    }

    fn command(&mut self) {
        let order = match self.roll(19) {
            18 => {
                let at = (self.roll(3) > 0).then(|| Wall(self.now.wall.0 + 90_000));
                Order::Act(Act::Schedule { which: self.some(), at })
            }
            17 => Order::Act(Act::RunAnyway(self.some())),
            0..4 => self.add(),
            4 => Order::Act(Act::Pause(self.some())),
            5 => Order::Act(Act::Resume(self.some())),
            6 => Order::Act(Act::Cancel(self.some())),
            7 => Order::Act(Act::Retry(self.some())),
            8 => {
                let file = if self.roll(2) == 0 { FileFate::Keep } else { FileFate::Trash };
                Order::Act(Act::Remove { which: self.some(), file })
            }
            9 => match self.undos.pop() {
                Some(token) => Order::Act(Act::Undo(token)),
                None => return,
            },
            10 => {
                let policy = CostPolicy::ALL[usize::try_from(self.roll(6)).unwrap()];
                Order::Act(Act::SetPolicy { which: self.some(), policy })
            }
            11 => {
                let places = [Place::Top, Place::Up, Place::Down, Place::Bottom];
                let place = places[usize::try_from(self.roll(4)).unwrap()];
                Order::Act(Act::Move { ids: self.ids(), place })
            }
            12 => {
                let priority = Priority::ALL[usize::try_from(self.roll(3)).unwrap()];
                Order::Act(Act::SetPriority { which: self.some(), priority })
            }
            13 => Order::Act(Act::AllowHere(self.some())),
            14 => {
                let treat = Treat::ALL[usize::try_from(self.roll(5)).unwrap()];
                Order::Act(Act::Treat { network: self.some_network(), treat })
            }
            15 => self.other_settings(),
            _ => {
                let Some(id) = self.ids().first().copied() else { return };
                let answers = [Answer::TryAgain, Answer::Restart, Answer::KeepWhatIsHere, Answer::Overwrite];
                let answer = answers[usize::try_from(self.roll(4)).unwrap()].clone();
                Order::Act(Act::Answer { id, answer })
            }
        };
        self.order(order);
    }

    fn order(&mut self, order: Order) {
        self.seq += 1;
        let seq = self.seq;
        let _ = self.asked.insert(seq);
        self.step(Input::Order { client: CLIENT, seq, order: order.clone() });
        // A lost answer makes a client ask again: nothing may be added twice.
        if let (Order::Add(_), Some(Outcome::Added(first))) = (&order, self.answered.get(&seq).cloned()) {
            self.step(Input::Order { client: CLIENT, seq, order });
            assert!(matches!(self.answered.get(&seq), Some(Outcome::Added(again)) if *again == first));
        }
    }

    fn add(&mut self) -> Order {
        let count = 1 + self.roll(4);
        let drafts = (0..count).map(|_| {
            let file = self.roll(30);
            let host = self.roll(3);
            let url =
                SafeUrl::parse(&format!("https://{}/{file}.bin", HOSTS[usize::try_from(host).unwrap()]))
                    .expect("an address")
                    .0;
            let mut wish = NewTransfer::download(url.clone());
            wish.start = match self.roll(8) {
                0 => Start::Paused,
                1 => Start::At(Wall(self.now.wall.0 + 60_000)),
                _ => Start::Now,
            };
            wish.clash_of_address = if self.roll(3) == 0 { Clash::Again } else { Clash::Attach };
            wish.policy = Some(CostPolicy::ALL[usize::try_from(self.roll(6)).unwrap()]);
            wish.attempts_most = (self.roll(4) == 0).then_some(3);
            Draft { source: Source::new(url), upload: None, folder: PathBuf::from("/downloads"), wish }
        });
        Order::Add(drafts.collect())
    }

    fn ids(&mut self) -> Vec<TransferId> {
        let highest = self.stored.next_id.max(2);
        let count = 1 + self.roll(3);
        (0..count).filter_map(|_| TransferId::new(1 + self.roll(highest))).collect()
    }

    fn some(&mut self) -> Selection {
        if self.roll(12) == 0 { Selection::All } else { Selection::Ids(self.ids()) }
    }

    fn some_network(&mut self) -> Option<String> {
        (self.roll(2) == 0).then(|| format!("net{}", self.roll(2)))
    }

    fn other_settings(&mut self) -> Order {
        let mut settings = self.settings.clone();
        match self.roll(8) {
            6 => {
                let hours = ["always", "mon-fri 20-6, sat-sun 0-24", "daily 0-12"];
                let hours = hours[usize::try_from(self.roll(3)).unwrap()];
                settings.hours.allowed = hours.parse().expect("hours");
            }
            5 => {
                settings.power.hold_on_battery = self.roll(2) == 0;
                settings.power.hold_on_saver = self.roll(2) == 0;
            }
            0 => settings.unknown_is_metered = !settings.unknown_is_metered,
            1 => settings.networks.hold_over = (self.roll(2) == 0).then_some(9 << 20),
            2 => {
                settings.networks.vpn =
                    if self.roll(2) == 0 { VpnRule::PauseWhileUp } else { VpnRule::Ignore };
            }
            3 => {
                settings.networks.which = if self.roll(3) == 0 { Which::OnlyChosen } else { Which::All };
            }
            4 => {
                let network = Some(format!("net{}", self.roll(2)));
                return Order::Act(Act::SetBudget { network, budget: self.some_plan() });
            }
            _ => {
                let choice = if self.roll(3) == 0 { Choice::Not } else { Choice::Chosen };
                return Order::Act(Act::Choose { network: self.some_network(), choice });
            }
        }
        Order::Act(Act::Configure(Box::new(settings)))
    }

    /// So small that some of the files use it up.
    fn some_plan(&mut self) -> Option<Budget> {
        let every = Every::ALL[usize::try_from(self.roll(3)).unwrap()];
        let over = if self.roll(2) == 0 { Over::Stop } else { Over::GoOn };
        let budget = Budget { every, days: 2, over, ..Budget::new(1 + self.roll(40 << 20)) };
        (self.roll(4) > 0).then_some(budget)
    }

    /// What the rules say of a transfer that runs, asked apart from the brain.
    pub(super) fn class(&self, row: &Row, worker: &Worker) -> Class {
        let heavy = self
            .settings
            .networks
            .hold_over
            .is_some_and(|most| row.progress.total.is_some_and(|total| total >= most));
        Class {
            policy: row.policy,
            once: row.once.clone(),
            reach: worker.reach,
            weight: if heavy { Weight::Heavy } else { Weight::Light },
            freedom: if row.unconstrained { Freedom::Unconstrained } else { Freedom::Bound },
        }
    }

    fn other_power(&mut self) {
        let sources = [PowerSource::Unknown, PowerSource::Mains, PowerSource::Battery];
        self.power = Power {
            source: sources[usize::try_from(self.roll(3)).unwrap()],
            saver: if self.roll(3) == 0 { Saver::On } else { Saver::Off },
            percent: None,
        };
        self.step(Input::Power(self.power));
    }

    fn flip_network(&mut self) {
        let costs =
            [NetworkCost::Unknown, NetworkCost::Unrestricted, NetworkCost::Fixed, NetworkCost::Variable];
        let link = match self.roll(6) {
            0 => Link::Down,
            1 => Link::Changing,
            _ => Link::Up,
        };
        self.network = Network {
            link,
            cost: costs[usize::try_from(self.roll(4)).unwrap()],
            roaming: self.roll(5) == 0,
            approaching_limit: self.roll(6) == 0,
            over_limit: self.roll(8) == 0,
            restricted: self.roll(3) == 0,
            ..self.net()
        };
        self.step(Input::Network(self.network.clone()));
    }

    fn net(&mut self) -> Network {
        let name = format!("net{}", self.roll(2));
        let reaches = [
            Connectivity::Internet,
            Connectivity::Internet,
            Connectivity::Portal,
            Connectivity::Limited,
            Connectivity::Local,
        ];
        Network {
            connectivity: reaches[usize::try_from(self.roll(5)).unwrap()],
            vpns: if self.roll(4) == 0 { vec!["work".into()] } else { Vec::new() },
            paths: vec![format!("192.0.2.{}", self.roll(3))],
            uuid: (self.roll(8) > 0).then(|| name.clone()),
            connection: Some(name),
            ..Network::default()
        }
    }

    fn commit(&mut self) {
        let Some((ticket, edits)) = self.saves.pop_front() else { return };
        if !self.calm && self.roll(25) == 0 {
            // Counts are doubtful until they are counted again.
            self.store_failed = true;
            self.step(Input::SaveFailed(ticket, StoreTrouble::DiskFull));
        } else {
            self.apply(edits);
            self.step(Input::Saved(ticket));
        }
    }

    fn apply(&mut self, edits: Vec<Edit>) {
        for edit in edits {
            let stored = &mut self.stored;
            match edit {
                Edit::Put(transfer) => {
                    let _ = stored.history.remove(&transfer.id);
                    let _ = stored.book.insert(transfer.id, *transfer);
                }
                Edit::Archive(transfer) => {
                    let _ = stored.book.remove(&transfer.id);
                    let _ = stored.history.insert(transfer.id, *transfer);
                }
                Edit::Revive(transfer) => {
                    let _ = stored.history.remove(&transfer.id);
                    let _ = stored.book.insert(transfer.id, *transfer);
                }
                Edit::Delete(id) => {
                    let _ = stored.book.remove(&id);
                    let _ = stored.history.remove(&id);
                }
                Edit::Progress { id, synced, mark, progressed } => {
                    if let Some(transfer) = stored.book.get_mut(&id) {
                        transfer.synced = synced;
                        transfer.mark = mark;
                        transfer.progressed = progressed;
                    }
                }
                Edit::Log { .. } | Edit::PutGroup(_) | Edit::DeleteGroup(_) | Edit::Host { .. } => {}
                Edit::Usage { connection, name, day, amount } => {
                    let usage = stored.usage.entry(connection).or_default();
                    usage.name = name;
                    let _ = usage.days.insert(day, amount);
                }
                Edit::NextId(next) => stored.next_id = stored.next_id.max(next),
            }
        }
    }

    fn worker_moves(&mut self) {
        let runs: Vec<Run> = self.workers.keys().copied().collect();
        if runs.is_empty() {
            return;
        }
        let run = runs[usize::try_from(self.roll(runs.len() as u64)).unwrap()];
        let gated = self.workers[&run].permit < self.epoch;
        let what = self.roll(10);
        let Some(worker) = self.workers.get_mut(&run) else { return };
        let id = worker.id;
        let end = End {
            synced: Some(worker.written.clone()),
            received: worker.received,
            total: Some(worker.total),
        };
        if worker.stopping {
            let _ = self.workers.remove(&run);
            return self.report(id, run, Report::Stopped { end });
        }
        if gated {
            let _ = self.workers.remove(&run);
            return self.report(id, run, Report::Broke { fault: Fault::Gated, end });
        }
        match what {
            _ if !worker.begun => {
                worker.begun = true;
                let begun = begun(worker.total, id);
                self.report(id, run, Report::Begun(Box::new(begun)));
            }
            0..5 => {
                let from = worker.written.first_missing();
                let to = (from + worker.total / 3 + 1).min(worker.total);
                worker.received += to - from;
                worker.written.insert(ByteRange::new(from, to)).expect("one range");
                worker.marks += 1;
                let reading = Reading {
                    id,
                    run,
                    done: worker.written.bytes(),
                    received: worker.received,
                    connections: 1,
                    written: Some(Written { mark: worker.marks, ranges: worker.written.clone() }),
                };
                self.step(Input::Meters(vec![reading]));
            }
            5..8 if worker.sync_asked => {
                worker.sync_asked = false;
                worker.synced = worker.written.clone();
                let synced = worker.synced.clone();
                self.report(id, run, Report::Synced { synced });
            }
            5..8 if worker.acknowledged && worker.written.covers(worker.total) => {
                let total = worker.total;
                let _ = self.workers.remove(&run);
                self.report(id, run, Report::Filled);
                self.report(id, run, Report::Finished { total });
            }
            8 if !self.calm => {
                let fault = self.fault();
                let _ = self.workers.remove(&run);
                self.report(id, run, Report::Broke { fault, end });
            }
            _ => {}
        }
    }

    fn fault(&mut self) -> Fault {
        let faults = [
            Fault::ConnectionReset,
            Fault::Stalled,
            Fault::NameNotResolved,
            Fault::Http { status: 503, retry_after: Some(Span::seconds(30)) },
            Fault::Http { status: 403, retry_after: None },
            Fault::Http { status: 404, retry_after: None },
            Fault::Tls(TlsFault::Expired),
            Fault::Disk(DiskFault::Full { missing: 5 }),
            Fault::Disk(DiskFault::NameTaken),
            Fault::Disk(DiskFault::PartMissing),
            Fault::Panicked,
            Fault::TooManyRedirects,
        ];
        faults[usize::try_from(self.roll(faults.len() as u64)).unwrap()].clone()
    }

    fn report(&mut self, id: TransferId, run: Run, report: Report) {
        self.step(Input::Report { id, run, report });
    }

    fn disk_answers(&mut self) {
        if let Some((id, errand)) = self.errands.pop_front() {
            let result = match errand {
                Errand::Verify { synced, part, .. } => ErrandResult::Verified(Ok((part, synced))),
                Errand::SetAside { .. } => ErrandResult::SetAside(Ok(Some("x.old".into()))),
                Errand::Move { to, part, .. } => ErrandResult::Moved { to, result: Ok(part) },
                Errand::Discard { .. } => ErrandResult::Discarded(Ok(())),
            };
            self.step(Input::Errand { id, result });
        }
        if let Some(id) = self.looks.pop_front() {
            let found = match self.roll(4) {
                _ if self.calm => Ok(()),
                0 | 1 => Ok(()),
                2 => Err(DiskFault::Full { missing: 9 }),
                _ => Err(DiskFault::PartMissing),
            };
            self.step(Input::Looked { id, found });
        }
        if let Some(after) = self.recounts.pop_front() {
            let history = self.counted();
            self.store_failed = false;
            self.step(Input::Counted { after, history });
        }
        if let Some((seq, order, ids)) = self.fetches.pop_front() {
            let rows = ids.iter().filter_map(|id| self.stored.history.get(id).cloned()).collect();
            self.step(Input::Fetched { client: CLIENT, seq, order, rows });
        }
    }

    fn time_passes(&mut self) {
        let (boot, wall) = self.brain.due();
        let mut span = self.roll(20_000);
        if let Some(Deadline::Boot(at, _)) = boot
            && self.roll(2) == 0
        {
            span = at.0.saturating_sub(self.now.boot.0);
        }
        if let Some(Deadline::Wall(at, _)) = wall
            && self.roll(4) == 0
        {
            span = u64::try_from(at.0 - self.now.wall.0).unwrap_or_default();
        }
        self.advance(span);
    }

    fn advance(&mut self, span: u64) {
        self.now.boot = Boot(self.now.boot.0 + span);
        self.now.wall = Wall(self.now.wall.0 + i64::try_from(span).unwrap());
        self.step(Input::Tick);
    }

    fn step(&mut self, input: Input) {
        if self.traced {
            eprintln!("{:?} {input:?}", self.now.boot);
        }
        let effects = self.brain.step(input, self.now, &mut self.dice);
        if self.traced {
            effects.iter().for_each(|effect| eprintln!("    {effect:?}"));
        }
        for effect in effects {
            self.perform(effect);
        }
        self.check();
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Save { ticket, edits, .. } => self.saves.push_back((ticket, edits)),
            Effect::Start(job) => self.start(*job),
            Effect::Stop { id, run } => {
                if let Some(worker) = self.workers.get_mut(&run).filter(|worker| worker.id == id) {
                    worker.stopping = true;
                }
            }
            Effect::Gate { epoch, permits } => {
                for permit in permits {
                    for worker in self.workers.values_mut().filter(|worker| worker.id == permit.transfer()) {
                        worker.permit = worker.permit.max(permit.epoch().0);
                    }
                }
                self.epoch = self.epoch.max(epoch.0);
            }
            Effect::Acknowledge { run, .. } => {
                if let Some(worker) = self.workers.get_mut(&run) {
                    worker.acknowledged = true;
                }
            }
            // Parts that are over lose their slots by it, so what they wrote must be in the store.
            Effect::Marked { id, run, mark } => {
                let worker = self.workers.get(&run).filter(|worker| worker.marks == mark);
                let stored = self.stored.book.get(&id).and_then(|transfer| transfer.mark.as_ref());
                if let (Some(worker), Some(stored)) = (worker, stored) {
                    assert_eq!(stored.written, worker.written, "{id}: a mark that is not stored");
                }
            }
            Effect::Sync { run, .. } => {
                if let Some(worker) = self.workers.get_mut(&run) {
                    worker.sync_asked = true;
                }
            }
            Effect::Errand { id, errand } => self.errands.push_back((id, errand)),
            Effect::Look { id, .. } => self.looks.push_back(id),
            Effect::Reply { seq, outcome, .. } => {
                if let Outcome::Undoable { token, .. } = &outcome {
                    self.undos.push(*token);
                }
                let _ = self.answered.insert(seq, outcome);
                let _ = self.asked.remove(&seq);
            }
            Effect::Recount { after } => self.recounts.push_back(after),
            Effect::Fetch { seq, order, ids, .. } => self.fetches.push_back((seq, order, ids)),
            Effect::SaveSettings(settings) => self.settings = *settings,
            Effect::AskNetwork => self.asked_network += 1,
            Effect::DropClients
            | Effect::Discard { .. }
            | Effect::Trash(_)
            | Effect::Unkeep { .. }
            | Effect::Note(_)
            | Effect::Forget(_)
            | Effect::DropProbe(_)
            | Effect::Limit { .. }
            | Effect::LimitUploads(_)
            | Effect::Share { .. }
            | Effect::Abandon(_)
            | Effect::Ended => {}
        }
    }

    fn start(&mut self, job: Job) {
        let id = job.transfer.id;
        assert!(self.workers.values().all(|worker| worker.id != id), "{id} runs twice");
        assert!(job.permit.epoch().0 >= self.epoch, "{id} starts with a stale permit");
        let total = 1 + id.get() * 7 % 40;
        let total = if id.get().is_multiple_of(3) { total + (9 << 20) } else { total };
        let _ = self.workers.insert(
            job.run,
            Worker {
                id,
                slots: job.slots,
                marks: 0,
                permit: job.permit.epoch().0,
                policy: job.transfer.policy,
                reach: Reach::of(&job.transfer.source.url),
                total,
                begun: false,
                acknowledged: false,
                written: job.transfer.synced.clone(),
                synced: job.transfer.synced,
                received: 0,
                stopping: false,
                sync_asked: false,
            },
        );
    }
}

fn begun(total: u64, id: TransferId) -> Begun {
    let url = SafeUrl::parse("https://host.example/x").expect("an address").0;
    Begun {
        name: FileName::new(format!("{id}.bin")).expect("a name"),
        part: PartFile { name: format!("{id}.bin.part"), device: 1, inode: id.get(), born: None },
        boot: BootId::default(),
        mount: None,
        validator: Validator { etag: ETag::parse("\"a\""), last_modified: None, total: Some(total) },
        resumable: true,
        response: Response { at: Wall(0), status: 206, url, content_type: None, headers: Vec::new() },
        expected: None,
        from: 0,
    }
}
