//! A coordinator with a long queue, 200 that run, and a day in its life: one input of every kind, one after another.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use longshore::api::{Act, ClientId, NewTransfer, Outcome, Selection, UndoToken};
use longshore::coordinator::{
    Begun, Coordinator, Deadline, Dice, Draft, Effect, End, Input, Loaded, Order, Reading, Report, Scope,
};
use longshore::model::{
    Boot, BootId, ByteRange, CostPolicy, Fault, FileName, Limits, Link, Network, NetworkCost, Now, PartFile,
    Place, Priority, RangeSet, Response, Run, SafeUrl, Settings, Source, Ticket, TransferId, Usage,
    Validator, Wall,
};

const CLIENT: ClientId = ClientId(1);
const GETTER: ClientId = ClientId(2);
/// As many as the settings allow.
const RUNNING: u16 = Limits::MOST;

pub(crate) struct Crowd {
    pub brain: Coordinator,
    now: Now,
    dice: Dice,
    runs: BTreeMap<TransferId, Run>,
    unsaved: VecDeque<Ticket>,
    undo: Option<UndoToken>,
    seq: u64,
    next_file: u64,
    hosts: u64,
}

/// What happens, in this order: each finds what the ones before it left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    Nothing,
    Meters,
    Marks,
    Answered,
    Synced,
    Finished,
    Broke,
    AddOne,
    AddAgain,
    PauseQueued,
    ResumeQueued,
    PauseRunning,
    Stopped,
    ToTheTop,
    Up,
    Raise,
    OnlyUnmetered,
    Cancel,
    Undo,
    Theme,
    Metered,
    Unmetered,
    Slept,
}

impl Moment {
    pub(crate) const ALL: [Self; 23] = [
        Self::Nothing,
        Self::Meters,
        Self::Marks,
        Self::Answered,
        Self::Synced,
        Self::Finished,
        Self::Broke,
        Self::AddOne,
        Self::AddAgain,
        Self::PauseQueued,
        Self::ResumeQueued,
        Self::PauseRunning,
        Self::Stopped,
        Self::ToTheTop,
        Self::Up,
        Self::Raise,
        Self::OnlyUnmetered,
        Self::Cancel,
        Self::Undo,
        Self::Theme,
        Self::Metered,
        Self::Unmetered,
        Self::Slept,
    ];
}

impl Crowd {
    /// `queued` transfers spread over so many hosts; of them run as many as may.
    pub(crate) fn new(queued: u64, hosts: u64) -> Self {
        let mut crowd = Self::empty(Scope::All, hosts);
        crowd.fill(CLIENT, queued);
        crowd.begin();
        crowd
    }

    /// The engine of a `get` with 20 files, beside a queue that it leaves alone.
    pub(crate) fn get(queued: u64) -> Self {
        let scope = Scope::Only { client: GETTER, ids: BTreeSet::new() };
        let mut crowd = Self::empty(scope, 1_000);
        crowd.fill(CLIENT, queued);
        crowd.next_file = 1_000_000;
        crowd.fill(GETTER, 20);
        crowd.begin();
        crowd
    }

    /// Nobody, after a start that found this in the store.
    pub(crate) fn with_usage(usage: BTreeMap<String, Usage>) -> Self {
        let mut crowd = Self::unborn(Scope::All, 1);
        let loaded = Loaded { next_id: 1, settings: settings(), usage, ..Loaded::default() };
        let _ = crowd.step(Input::Loaded(Box::new(loaded)));
        crowd
    }

    fn empty(scope: Scope, hosts: u64) -> Self {
        let mut crowd = Self::unborn(scope, hosts);
        let loaded = Loaded { next_id: 1, settings: settings(), ..Loaded::default() };
        let _ = crowd.step(Input::Loaded(Box::new(loaded)));
        let _ = crowd.step(Input::Network(network(NetworkCost::Unrestricted)));
        crowd
    }

    fn unborn(scope: Scope, hosts: u64) -> Self {
        Self {
            brain: Coordinator::new(scope),
            now: Now { boot: Boot(1_000), wall: Wall(1_800_000_000_000), zone: 0 },
            dice: Dice::new(5),
            runs: BTreeMap::new(),
            unsaved: VecDeque::new(),
            undo: None,
            seq: 0,
            next_file: 0,
            hosts,
        }
    }

    /// Its worker lets go.
    pub(crate) fn stop_one(&mut self, id: TransferId) {
        let run = self.runs[&id];
        let _ = self.step(Input::Report { id, run, report: Report::Stopped { end: End::default() } });
        let _ = self.settle();
    }

    /// Every worker lets go.
    pub(crate) fn stop_all(&mut self) {
        for (id, run) in self.runs.clone() {
            let _ = self.step(Input::Report { id, run, report: Report::Stopped { end: End::default() } });
        }
        let _ = self.settle();
    }

    pub(crate) const fn now(&self) -> Now {
        self.now
    }

    /// Until the next moment that the coordinator asked for, on either clock. `false`: there is none.
    pub(crate) fn sleep_until_woken(&mut self) -> bool {
        self.sleep().is_some()
    }

    /// The same, and what came of it.
    pub(crate) fn sleep(&mut self) -> Option<Vec<Effect>> {
        let (boot, wall) = self.brain.due();
        let boot = boot.and_then(|due| match due {
            Deadline::Boot(at, _) => Some(at.0.saturating_sub(self.now.boot.0)),
            Deadline::Wall(..) => None,
        });
        let wall = wall.and_then(|due| match due {
            Deadline::Wall(at, _) => Some(u64::try_from(at.0 - self.now.wall.0).unwrap_or_default()),
            Deadline::Boot(..) => None,
        });
        let span = boot.into_iter().chain(wall).min()?;
        self.now.boot = Boot(self.now.boot.0 + span);
        self.now.wall = Wall(self.now.wall.0 + i64::try_from(span).expect("not for ever"));
        Some(self.step(Input::Tick))
    }

    fn fill(&mut self, client: ClientId, count: u64) {
        let mut left = count;
        while left > 0 {
            let count = left.min(1000);
            let drafts = (0..count).map(|_| self.draft()).collect();
            self.seq += 1;
            let _ = self.step(Input::Order { client, seq: self.seq, order: Order::Add(drafts) });
            let _ = self.settle();
            left -= count;
        }
    }

    /// The server has answered each of those that run.
    fn begin(&mut self) {
        for (id, run) in self.runs.clone() {
            let _ = self.step(Input::Report { id, run, report: Report::Begun(Box::new(begun(id))) });
            let _ = self.settle();
        }
    }

    pub(crate) fn running(&self) -> usize {
        self.runs.len()
    }

    /// Has a moment come and hands out its input; [`Crowd::settle`] afterwards.
    pub(crate) fn input(&mut self, moment: Moment) -> Input {
        self.now.boot = Boot(self.now.boot.0 + 100);
        self.now.wall = Wall(self.now.wall.0 + 100);
        if moment == Moment::Nothing {
            return Input::Tick;
        }
        let (first, first_run) = self.runs.first_key_value().map(|(id, run)| (*id, *run)).expect("one runs");
        let second = self.runs.keys().copied().nth(1).unwrap_or(first);
        // Far down the queue of the smallest crowd, and alone with that.
        let queued = TransferId::new(777).expect("not zero");
        let alone = Selection::Ids(vec![queued]);
        let report = |report| Input::Report { id: first, run: first_run, report };
        match moment {
            Moment::Nothing => Input::Tick,
            Moment::Meters => Input::Meters(self.readings(1, None)),
            Moment::Marks => Input::Meters(self.readings(2, Some(&RangeSet::of(ByteRange::new(0, 2 << 20))))),
            Moment::Answered => report(Report::Begun(Box::new(begun(first)))),
            Moment::Synced => report(Report::Synced { synced: RangeSet::of(ByteRange::new(0, 1 << 20)) }),
            Moment::Finished => report(Report::Finished { total: 1 << 30 }),
            Moment::Broke => report(Report::Broke { fault: Fault::ConnectionReset, end: End::default() }),
            Moment::AddOne => {
                let draft = self.draft();
                self.ordered(Order::Add(vec![draft]))
            }
            Moment::AddAgain => {
                self.next_file -= 1;
                let draft = self.draft();
                self.ordered(Order::Add(vec![draft]))
            }
            Moment::PauseQueued => self.ordered(Order::Act(Act::Pause(alone))),
            Moment::ResumeQueued => self.ordered(Order::Act(Act::Resume(alone))),
            Moment::PauseRunning => self.ordered(Order::Act(Act::Pause(Selection::Ids(vec![first])))),
            Moment::Stopped => report(Report::Stopped { end: End::default() }),
            Moment::ToTheTop => self.ordered(Order::Act(Act::Move { ids: vec![queued], place: Place::Top })),
            Moment::Up => {
                let ids = vec![TransferId::new(778).expect("not zero")];
                self.ordered(Order::Act(Act::Move { ids, place: Place::Up }))
            }
            Moment::Raise => {
                self.ordered(Order::Act(Act::SetPriority { which: alone, priority: Priority::High }))
            }
            Moment::OnlyUnmetered => {
                let policy = CostPolicy::UnrestrictedOnly;
                self.ordered(Order::Act(Act::SetPolicy { which: Selection::Ids(vec![second]), policy }))
            }
            Moment::Cancel => self.ordered(Order::Act(Act::Cancel(Selection::Ids(vec![
                TransferId::new(790).expect("not zero"),
            ])))),
            Moment::Undo => {
                let token = self.undo.take().expect("something to take back");
                self.ordered(Order::Act(Act::Undo(token)))
            }
            Moment::Theme => {
                let mut settings = settings();
                settings.appearance.sidebar = false;
                self.ordered(Order::Act(Act::Configure(Box::new(settings))))
            }
            Moment::Metered => Input::Network(network(NetworkCost::Fixed)),
            Moment::Unmetered => Input::Network(network(NetworkCost::Unrestricted)),
            Moment::Slept => Input::Woke,
        }
    }

    pub(crate) fn step(&mut self, input: Input) -> Vec<Effect> {
        let effects = self.brain.step(input, self.now, &mut self.dice);
        for effect in &effects {
            match effect {
                Effect::Start(job) => drop(self.runs.insert(job.transfer.id, job.run)),
                Effect::Save { ticket, .. } => self.unsaved.push_back(*ticket),
                Effect::Reply { outcome: Outcome::Undoable { token, .. }, .. } => self.undo = Some(*token),
                Effect::Reply { outcome: Outcome::Refused(refusal), .. } => panic!("{refusal:?}"),
                _ => {}
            }
        }
        effects
    }

    /// Lets the store commit and every deadline of this moment pass, until nothing is left to do. What these steps
    /// looked at, each by itself.
    pub(crate) fn settle(&mut self) -> Vec<u64> {
        let mut costs = Vec::new();
        loop {
            let before = self.brain.visits();
            if let Some(ticket) = self.unsaved.pop_front() {
                let _ = self.step(Input::Saved(ticket));
            } else if matches!(self.brain.due().0, Some(Deadline::Boot(at, _)) if at <= self.now.boot) {
                let _ = self.step(Input::Tick);
            } else {
                let brain = &self.brain;
                self.runs.retain(|id, _| brain.is_running(*id));
                return costs;
            }
            costs.push(self.brain.visits() - before);
        }
    }

    pub(crate) fn ordered(&mut self, order: Order) -> Input {
        self.seq += 1;
        Input::Order { client: CLIENT, seq: self.seq, order }
    }

    fn draft(&mut self) -> Draft {
        let (file, host) = (self.next_file, self.next_file % self.hosts);
        self.next_file += 1;
        let url = SafeUrl::parse(&format!("https://host{host}.example/{file}.bin")).expect("an address").0;
        Draft {
            source: Source::new(url.clone()),
            upload: None,
            folder: PathBuf::from("/downloads"),
            wish: NewTransfer::download(url),
        }
    }

    fn readings(&self, megabytes: u64, written: Option<&RangeSet>) -> Vec<Reading> {
        let one = |(id, run): (&TransferId, &Run)| Reading {
            id: *id,
            run: *run,
            done: megabytes << 20,
            received: megabytes << 20,
            connections: 1,
            written: written
                .map(|ranges| longshore::coordinator::Written { mark: 1, ranges: ranges.clone() }),
        };
        self.runs.iter().map(one).collect()
    }
}

fn settings() -> Settings {
    let limits = Limits { large: RUNNING, small: RUNNING, ..Limits::default() };
    Settings { limits, ..Settings::default() }
}

fn network(cost: NetworkCost) -> Network {
    Network { link: Link::Up, cost, connection: Some("home".to_owned()), ..Network::default() }
}

fn begun(id: TransferId) -> Begun {
    let total = Some(1 << 30);
    Begun {
        name: FileName::new(format!("{id}.bin")).expect("a name"),
        part: PartFile { name: format!("{id}.bin.part"), device: 1, inode: id.get(), born: None },
        boot: BootId([1; 16]),
        mount: None,
        validator: Validator { total, ..Validator::default() },
        resumable: true,
        response: Response {
            at: Wall(0),
            status: 206,
            url: SafeUrl::parse("https://host0.example/0.bin").expect("an address").0,
            content_type: None,
            headers: Vec::new(),
        },
        expected: None,
        from: 0,
    }
}
