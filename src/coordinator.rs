//! The brain. It takes inputs, the time and the dice, and gives back effects; it never touches a clock, a socket or a
//! file, so a whole hostile world can be simulated around it.
//!
//! Order within a step: apply the input, let deadlines pass, start what may start, hand out effects. Everything that
//! must survive is in one [`Effect::Save`]; what may only happen after the commit waits for its ticket.

mod add;
mod answers;
mod book;
mod check;
mod dice;
mod disk;
mod effect;
mod end;
mod hosts;
mod input;
mod likeness;
mod machine;
mod metalink;
mod network;
mod orders;
mod present;
mod queue;
mod reports;
mod saving;
mod timers;
mod uploads;
mod usage;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::api::{Added, ClientId, Dirty, UndoToken};
use crate::model::{
    Boot, BudgetLevel, Group, GroupId, Hold, Link, Network, Now, Pace, PartFile, Power, Run, Settings, Slot,
    Ticket, Transfer, TransferId, Wall,
};
use crate::rules::cost::{Epoch, Unknown};
use crate::rules::schedule::Load;

pub use dice::Dice;
pub use effect::{Abandoned, Connections, Effect, Errand, Job, Look};
pub use input::{
    Begun, Draft, End, ErrandResult, Input, Loaded, Order, Reading, Report, UploadReport, Written,
};
pub use present::{detail_of, row_of};
pub use timers::{Alarm, Deadline, Due};

use book::Book;

/// Which transfers this engine may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    All,
    /// `get` and `put`: what this client added, and nothing else of the queue.
    Only {
        client: ClientId,
        ids: BTreeSet<TransferId>,
    },
    /// Changes are stored, nothing runs.
    None,
}

pub struct Coordinator {
    now: Now,
    scope: Scope,
    settings: Settings,
    groups: BTreeMap<GroupId, Group>,
    book: Book,
    next_id: u64,
    next_run: u64,
    loaded: bool,

    /// As the desktop describes it.
    network: Network,
    /// As the rules see it: settled, and with the user's word laid over it.
    seen: Network,
    /// The last network that held still, what an unknown cost meant then, and what else held.
    told: Option<(Network, Unknown, Option<Hold>)>,
    changing_since: Option<Boot>,
    /// Permission that was just given takes effect a moment later; one that was taken away does so at once.
    opens_at: Option<Boot>,
    /// Our address went, and nobody has said yet what the new one costs: nothing is started before this.
    unsure_until: Option<Boot>,
    /// Stopped by the network, with the reason that their log gives last: when it becomes another one, that is logged too.
    explained: BTreeMap<TransferId, Option<Hold>>,
    ledger: usage::Ledger,
    /// How it stood with the data plan of the present connection when the network was last looked at.
    level: Option<BudgetLevel>,
    power: Power,
    /// Why the machine or the hour holds everything that is bound by them.
    machine: Option<Hold>,
    /// What all downloads together may take at this hour.
    pace: Option<Pace>,
    /// It is about to sleep, or slept: nothing starts before this.
    sleeps_until: Option<Boot>,
    /// When a captive portal is asked about again.
    ask_at: Option<Boot>,
    /// A first word on the network came.
    opened_once: bool,
    epoch: Epoch,
    load: Load,
    /// Stopped runs of transfers that left the book, until their worker says so.
    ghosts: BTreeMap<TransferId, Ghost>,
    slots: Vec<Slot>,
    /// Connections that hosts allow at once, and until when that is believed.
    hosts: BTreeMap<String, (u16, Wall)>,

    deadlines: BTreeSet<(Boot, Due)>,
    wall_deadlines: BTreeSet<(Wall, Alarm)>,
    /// When the rules that follow the calendar are looked at again.
    rules_due: Option<Wall>,

    counts: present::Tally,
    undos: BTreeMap<UndoToken, Undoable>,
    next_undo: u64,
    /// Canceled for good; their unfinished files are being deleted.
    doomed: BTreeMap<TransferId, Transfer>,
    replies: BTreeMap<ClientId, BTreeMap<u64, Vec<Added>>>,

    /// In the queue but waiting for another try.
    waiting: BTreeSet<TransferId>,
    /// Removed, but still to be read in the store.
    deleting: BTreeSet<TransferId>,
    /// Ended, but not to be read in the store yet; with the number of commits that are under way.
    archiving: BTreeMap<TransferId, (u32, Box<Transfer>)>,
    /// Files that are being checked after a start, with the journal slots that speak of them.
    suspects: BTreeMap<TransferId, Vec<Slot>>,
    pending: BTreeMap<Ticket, saving::After>,
    unsaved: Vec<saving::After>,
    /// The store refused something: the history is to be counted again when all is quiet.
    doubtful: bool,
    next_ticket: u64,
    this_step: saving::Step,
    ending: Option<Ending>,
}

#[derive(Debug)]
struct Ghost {
    run: Run,
    slots: Vec<Slot>,
    /// Made for a transfer that never was: to be deleted when the worker lets go.
    leaves: Option<(PathBuf, PartFile)>,
}

/// A cancel or remove that can be taken back.
#[derive(Debug)]
struct Undoable {
    transfers: Vec<Transfer>,
    /// Canceled: its unfinished file goes when the time is up. Removed: files that go to the trash then.
    kind: UndoKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UndoKind {
    Cancel,
    Remove(crate::api::FileFate),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Waiting for workers and commits.
    Asked {
        latest: Boot,
    },
    Told,
}

impl Coordinator {
    /// Journal slots there are; a part beyond them relies on the mark.
    pub const SLOTS: u16 = 4096;

    pub fn new(scope: Scope) -> Self {
        Self {
            now: Now::default(),
            scope,
            settings: Settings::default(),
            groups: BTreeMap::new(),
            book: Book::default(),
            next_id: 1,
            next_run: 1,
            loaded: false,
            network: Network { link: Link::Changing, ..Network::default() },
            seen: Network { link: Link::Changing, ..Network::default() },
            told: None,
            ledger: usage::Ledger::default(),
            level: None,
            power: Power::default(),
            machine: None,
            pace: None,
            sleeps_until: None,
            ask_at: None,
            unsure_until: None,
            explained: BTreeMap::new(),
            changing_since: None,
            opens_at: None,
            opened_once: false,
            epoch: Epoch(1),
            load: Load::default(),
            ghosts: BTreeMap::new(),
            slots: (0..Self::SLOTS).rev().map(Slot).collect(),
            hosts: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            wall_deadlines: BTreeSet::new(),
            rules_due: None,
            counts: present::Tally::default(),
            undos: BTreeMap::new(),
            next_undo: 1,
            doomed: BTreeMap::new(),
            replies: BTreeMap::new(),
            waiting: BTreeSet::new(),
            deleting: BTreeSet::new(),
            archiving: BTreeMap::new(),
            suspects: BTreeMap::new(),
            pending: BTreeMap::new(),
            unsaved: Vec::new(),
            doubtful: false,
            next_ticket: 1,
            this_step: saving::Step::default(),
            ending: None,
        }
    }

    pub fn step(&mut self, input: Input, now: Now, dice: &mut Dice) -> Vec<Effect> {
        self.now = now;
        match input {
            Input::Loaded(loaded) => self.on_loaded(*loaded),
            Input::Order { client, seq, order } => self.on_order(client, seq, order),
            Input::Fetched { client, seq, order, rows } => self.on_fetched(client, seq, order, rows),
            Input::Report { id, run, report } => self.on_report(id, run, report, dice),
            Input::Meters(readings) => self.on_meters(readings),
            Input::Network(network) => self.on_network(network),
            Input::DeviceCount { interface, count } => self.on_device_count(interface, count),
            Input::Power(power) => self.on_power(power),
            Input::Sleeps => self.on_sleeps(),
            Input::Woke => self.on_woke(),
            Input::Saved(ticket) => self.on_saved(ticket),
            Input::Counted { after, history } => self.on_counted(after, &history),
            Input::SaveFailed(ticket, trouble) => self.on_save_failed(ticket, &trouble),
            Input::Errand { id, result } => self.on_errand(id, result),
            Input::Looked { id, found } => self.on_looked(id, found),
            Input::Tick => {}
            Input::ShutDown => self.shut_down(),
        }
        self.pass_deadlines();
        self.watch_clock();
        self.watch_machine();
        self.start_ready();
        self.watch_portal();
        self.finish_step()
    }

    /// The folder's database was read; the queue is complete.
    pub const fn is_loaded(&self) -> bool {
        self.loaded
    }

    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn running(&self) -> impl Iterator<Item = TransferId> + '_ {
        self.book.running()
    }

    pub fn is_running(&self, id: TransferId) -> bool {
        self.book.is_running(id)
    }

    /// Anything that moves bytes or is about to: then meters are worth reading.
    pub fn is_moving(&self) -> bool {
        !self.book.is_at_rest()
    }

    /// Transfers and places in the queue that were looked at since the start. A step adds as many as its input concerns,
    /// and those that run; never those that only wait.
    pub fn visits(&self) -> u64 {
        self.book.visits()
    }

    fn on_loaded(&mut self, loaded: Loaded) {
        self.settings = loaded.settings;
        self.book.set_hold_over(self.settings.networks.hold_over);
        self.next_id = loaded.next_id.max(1);
        self.groups = loaded.groups.into_iter().map(|group| (group.id, group)).collect();
        self.counts.add_history(&loaded.history);
        let suspects: BTreeMap<_, _> = loaded.suspects.into_iter().collect();
        let held: BTreeSet<Slot> = suspects.values().flatten().copied().collect();
        self.slots.retain(|slot| !held.contains(slot));
        for (name, connections, until) in loaded.hosts {
            self.remember_host(name, connections, until);
        }
        for transfer in loaded.transfers {
            self.adopt(transfer);
        }
        for (id, slots) in suspects {
            self.verify(id, slots);
        }
        for transfer in loaded.doomed {
            self.discard_doomed(transfer);
        }
        self.set_limits();
        self.ledger.connections = loaded.usage;
        self.loaded = true;
        if self.network.link == Link::Changing {
            self.settle_later();
        }
        self.note(Dirty::Everything);
        self.note(Dirty::Order);
        self.note(Dirty::Counts);
        self.note(Dirty::Settings);
    }
}
