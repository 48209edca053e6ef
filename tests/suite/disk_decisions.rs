//! What the coordinator decides about disks, step by step: when it syncs, what it believes of a look, and whose file is
//! deleted when.

use std::path::PathBuf;

use longshore::api::{Act, Answer, ClientId, NewTransfer, Present, Selection};
use longshore::coordinator::{
    Begun, Coordinator, Dice, Draft, Effect, End, Errand, ErrandResult, Input, Job, Loaded, Order, Reading,
    Report, Scope, Written,
};
use longshore::model::{
    Boot, BootId, ByteRange, DiskFault, Edit, Fault, FileName, MountId, NameClash, Network, Now, PartFile,
    Question, RangeSet, Response, Run, SafeUrl, Source, Span, Status, StoreTrouble, Ticket, Transfer,
    TransferId, Validator, Wall,
};

const CLIENT: ClientId = ClientId(1);
const MIB: u64 = 1 << 20;

struct Brain {
    brain: Coordinator,
    now: Now,
    dice: Dice,
    /// Not answered by the store yet.
    saves: Vec<(Ticket, Vec<Edit>)>,
    effects: Vec<Effect>,
}

impl Brain {
    fn new() -> Self {
        let mut brain = Self {
            brain: Coordinator::new(Scope::All),
            now: Now { boot: Boot(1_000), wall: Wall(1_800_000_000_000), zone: 0 },
            dice: Dice::new(7),
            saves: Vec::new(),
            effects: Vec::new(),
        };
        brain.step(Input::Loaded(Box::new(Loaded { next_id: 1, ..Loaded::default() })));
        brain.step(Input::Network(Network::default()));
        brain.pass(Span::seconds(1));
        brain
    }

    fn step(&mut self, input: Input) {
        for effect in self.brain.step(input, self.now, &mut self.dice) {
            match effect {
                Effect::Save { ticket, edits, .. } => self.saves.push((ticket, edits)),
                other => self.effects.push(other),
            }
        }
    }

    fn pass(&mut self, span: Span) {
        self.now.boot = self.now.boot + span;
        self.now.wall = self.now.wall + span;
        self.step(Input::Tick);
    }

    /// The store takes everything. Returns what it took.
    fn saved(&mut self) -> Vec<Edit> {
        let mut taken = Vec::new();
        while !self.saves.is_empty() {
            let (ticket, edits) = self.saves.remove(0);
            taken.extend(edits);
            self.step(Input::Saved(ticket));
        }
        taken
    }

    fn take<T>(&mut self, wanted: impl Fn(&Effect) -> Option<T>) -> Option<T> {
        let found = self.effects.iter().find_map(wanted);
        self.effects.clear();
        found
    }

    fn order(&mut self, order: Order) {
        self.step(Input::Order { client: CLIENT, seq: 1, order });
    }

    /// Adds a download and returns the job of its run.
    fn add(&mut self, clash: NameClash) -> Job {
        let url = SafeUrl::parse("https://host.example/x.bin").expect("an address").0;
        let wish = NewTransfer { clash: Some(clash), ..NewTransfer::download(url.clone()) };
        let folder = PathBuf::from("/downloads");
        let draft = Draft { source: Source::new(url), upload: None, folder, wish };
        self.order(Order::Add(vec![draft]));
        self.job().expect("it starts at once")
    }

    fn job(&mut self) -> Option<Job> {
        self.take(|effect| match effect {
            Effect::Start(job) => Some((**job).clone()),
            _ => None,
        })
    }

    fn begin(&mut self, job: &Job) {
        self.report(job, Report::Begun(Box::new(begun())));
    }

    fn report(&mut self, job: &Job, report: Report) {
        self.step(Input::Report { id: job.transfer.id, run: job.run, report });
    }

    fn broke(&mut self, job: &Job, fault: DiskFault) {
        let end = End { synced: Some(first(MIB)), received: MIB, total: Some(1 << 30) };
        self.report(job, Report::Broke { fault: Fault::Disk(fault), end });
    }

    fn written(&mut self, job: &Job, bytes: u64, mark: u64) {
        let reading = Reading {
            id: job.transfer.id,
            run: job.run,
            done: bytes,
            received: bytes,
            connections: 1,
            written: Some(Written { mark, ranges: first(bytes) }),
        };
        self.step(Input::Meters(vec![reading]));
    }

    fn wants_sync(&mut self) -> bool {
        self.take(|effect| matches!(effect, Effect::Sync { .. }).then_some(())).is_some()
    }

    fn discards(&mut self) -> Option<(PathBuf, PartFile)> {
        self.take(|effect| match effect {
            Effect::Discard { folder, part } => Some((folder.clone(), part.clone())),
            _ => None,
        })
    }

    fn errand(&mut self) -> Option<Errand> {
        self.take(|effect| match effect {
            Effect::Errand { errand, .. } => Some(errand.clone()),
            _ => None,
        })
    }

    fn status(&self, id: TransferId) -> Status {
        self.brain.row(id).expect("a row").status
    }
}

fn first(bytes: u64) -> RangeSet {
    RangeSet::of(ByteRange::new(0, bytes))
}

fn part() -> PartFile {
    PartFile { name: "x.bin.part".to_owned(), device: 1, inode: 2, born: Some(3) }
}

fn begun() -> Begun {
    let url = SafeUrl::parse("https://host.example/x.bin").expect("an address").0;
    Begun {
        name: FileName::new("x.bin").expect("a name"),
        part: part(),
        boot: BootId([1; 16]),
        mount: Some(MountId(4)),
        validator: Validator { total: Some(1 << 30), ..Validator::default() },
        resumable: true,
        response: Response { at: Wall(0), status: 206, url, content_type: None, headers: Vec::new() },
        expected: None,
        from: 0,
    }
}

fn refuse_first(brain: &mut Brain) {
    let (ticket, _) = brain.saves.remove(0);
    brain.step(Input::SaveFailed(ticket, StoreTrouble::DiskFull));
}

#[test]
fn a_refused_addition_takes_its_file_with_it_when_the_worker_lets_go() {
    for filled in [false, true] {
        let mut brain = Brain::new();
        let _ = brain.saved();
        let job = brain.add(NameClash::Number);
        brain.begin(&job);
        if filled {
            brain.report(&job, Report::Filled);
        }
        refuse_first(&mut brain);
        let told = brain.take(|effect| matches!(effect, Effect::Stop { .. }).then_some(()));
        assert!(told.is_some(), "even one that is about to finish is stopped");
        // The file was committed after all, and may have got its name by that.
        let edits = brain.saved();
        assert!(edits.iter().any(|edit| matches!(edit, Edit::Delete(_))));
        assert_eq!(brain.discards(), None, "the worker still has it");
        brain.report(&job, Report::Stopped { end: End::default() });
        let _ = brain.saved();
        assert_eq!(brain.discards(), Some((PathBuf::from("/downloads"), part())));
    }
}

#[test]
fn a_sync_comes_after_half_a_minute_or_a_quarter_of_a_gigabyte_and_never_two_at_once() {
    let mut brain = Brain::new();
    let job = brain.add(NameClash::Number);
    brain.begin(&job);
    let _ = brain.saved();
    brain.written(&job, 255 * MIB, 1);
    assert!(!brain.wants_sync());
    brain.written(&job, 256 * MIB, 2);
    assert!(brain.wants_sync());
    brain.pass(Span::seconds(40));
    brain.written(&job, 600 * MIB, 3);
    assert!(!brain.wants_sync(), "one is under way");
    brain.report(&job, Report::Synced { synced: first(256 * MIB) });
    brain.written(&job, 601 * MIB, 4);
    assert!(!brain.wants_sync());
    brain.pass(Span::seconds(29));
    brain.written(&job, 602 * MIB, 5);
    assert!(!brain.wants_sync());
    brain.pass(Span::seconds(1));
    brain.written(&job, 603 * MIB, 6);
    assert!(brain.wants_sync());
    brain.report(&job, Report::Synced { synced: first(603 * MIB) });
    brain.pass(Span::seconds(60));
    brain.written(&job, 603 * MIB, 7);
    assert!(!brain.wants_sync(), "nothing came");
}

#[test]
fn a_name_that_is_taken_ends_it_where_the_user_said_so() {
    let mut brain = Brain::new();
    let job = brain.add(NameClash::Skip);
    brain.begin(&job);
    brain.report(&job, Report::Filled);
    brain.broke(&job, DiskFault::NameTaken);
    assert_eq!(brain.status(job.transfer.id), Status::Canceled);
    let _ = brain.saved();
    brain.pass(Span::seconds(10));
    let _ = brain.saved();
    assert!(matches!(brain.errand(), Some(Errand::Discard { .. })));
}

#[test]
fn a_canceled_file_is_recorded_until_it_is_gone() {
    for (result, part_left) in [(Ok(()), false), (Err(DiskFault::NotMounted), true)] {
        let mut brain = Brain::new();
        let job = brain.add(NameClash::Number);
        brain.begin(&job);
        let _ = brain.saved();
        let id = job.transfer.id;
        brain.order(Order::Act(Act::Cancel(Selection::Ids(vec![id]))));
        brain.report(&job, Report::Stopped { end: End::default() });
        let kept = stored(&brain.saved()).expect("archived");
        assert_eq!(kept.part, Some(part()));
        brain.pass(Span::seconds(10));
        assert!(matches!(brain.errand(), Some(Errand::Discard { .. })));
        brain.step(Input::Errand { id, result: ErrandResult::Discarded(result) });
        let after = stored(&brain.saved()).unwrap_or(kept);
        assert_eq!(after.part.is_some(), part_left);
    }
}

fn stored(edits: &[Edit]) -> Option<Transfer> {
    edits.iter().rev().find_map(|edit| match edit {
        Edit::Archive(transfer) | Edit::Put(transfer) => Some((**transfer).clone()),
        _ => None,
    })
}

#[test]
fn the_folder_changes_with_the_file_and_not_before() {
    let to = PathBuf::from("/other");
    let choose = |brain: &mut Brain, job: &Job| {
        brain.begin(job);
        let _ = brain.saved();
        brain.broke(job, DiskFault::Full { missing: 5 });
        let _ = brain.saved();
        let answer = Answer::ChooseFolder(to.clone());
        brain.order(Order::Act(Act::Answer { id: job.transfer.id, answer }));
        let edits = brain.saved();
        assert_eq!(stored(&edits).expect("stored").target.folder, PathBuf::from("/downloads"));
        assert!(matches!(brain.errand(), Some(Errand::Move { .. })));
    };
    let new = PartFile { inode: 9, ..part() };
    let mut brain = Brain::new();
    let job = brain.add(NameClash::Number);
    let id = job.transfer.id;
    choose(&mut brain, &job);
    assert!(brain.job().is_none(), "it waits for its file");
    brain.step(Input::Errand { id, result: ErrandResult::Moved { to: to.clone(), result: Ok(new.clone()) } });
    let moved = stored(&brain.saved()).expect("stored");
    assert_eq!((moved.target.folder, moved.part), (to.clone(), Some(new.clone())));
    let gone = brain.effects.iter().any(
        |effect| matches!(effect, Effect::Discard { folder, part: old } if folder.ends_with("downloads") && *old == part()),
    );
    assert!(gone, "the old one goes after the commit");

    let mut brain = Brain::new();
    let job = brain.add(NameClash::Number);
    choose(&mut brain, &job);
    let failed = ErrandResult::Moved { to: to.clone(), result: Err(DiskFault::ReadOnly) };
    brain.step(Input::Errand { id, result: failed });
    assert_eq!(brain.status(id), Status::NeedsUser(Question::Disk(DiskFault::ReadOnly)));
    assert_eq!(
        stored(&brain.saved()).expect("stored").part,
        Some(part()),
        "the old one is as good as it was"
    );

    let mut brain = Brain::new();
    let job = brain.add(NameClash::Number);
    choose(&mut brain, &job);
    brain.order(Order::Act(Act::Cancel(Selection::Ids(vec![id]))));
    let _ = brain.saved();
    brain.step(Input::Errand { id, result: ErrandResult::Moved { to: to.clone(), result: Ok(new.clone()) } });
    let _ = brain.saved();
    assert_eq!(brain.discards(), Some((to, new)), "canceled meanwhile: the copy belongs to nobody");
}

#[test]
fn a_look_knows_what_the_transfer_needs() {
    let mut brain = Brain::new();
    let job = brain.add(NameClash::Number);
    let id = job.transfer.id;
    // Before there is a file, only the worker knows how long it will be.
    brain.broke(&job, DiskFault::Full { missing: 5 });
    let look = |brain: &mut Brain| {
        brain.pass(Span::seconds(10));
        brain.take(|effect| match effect {
            Effect::Look { look, .. } => Some(look.clone()),
            _ => None,
        })
    };
    let seen = look(&mut brain).expect("a look");
    assert_eq!((seen.total, seen.part, seen.create_folder), (Some(1 << 30), None, true));
    assert!(look(&mut brain).is_none(), "one at a time");
    brain.step(Input::Looked { id, found: Err(DiskFault::Full { missing: 4 }) });
    assert!(look(&mut brain).is_some());
    brain.step(Input::Looked { id, found: Err(DiskFault::ReadOnly) });
    assert_eq!(brain.status(id), Status::NeedsUser(Question::Disk(DiskFault::ReadOnly)), "another cause");
    assert!(look(&mut brain).is_some());
    brain.step(Input::Looked { id, found: Ok(()) });
    assert!(brain.job().is_some(), "it goes on by itself");
}

#[test]
fn a_disk_that_broke_is_looked_at_on_another_mount_only() {
    let mut brain = Brain::new();
    let job = brain.add(NameClash::Number);
    brain.begin(&job);
    let _ = brain.saved();
    brain.broke(&job, DiskFault::Io { errno: 5 });
    brain.effects.clear();
    brain.pass(Span::seconds(10));
    let broken = brain.take(|effect| match effect {
        Effect::Look { look, .. } => Some(look.broken),
        _ => None,
    });
    assert_eq!(broken, Some(Some(MountId(4))));
}

#[test]
fn what_others_cut_off_is_fetched_again_without_a_question() {
    let mut brain = Brain::new();
    let job = brain.add(NameClash::Number);
    brain.begin(&job);
    let _ = brain.saved();
    brain.written(&job, 5 * MIB, 1);
    brain.broke(&job, DiskFault::PartTruncated);
    let lowered = stored(&brain.saved()).expect("stored");
    assert_eq!(
        (lowered.synced, lowered.mark),
        (first(MIB), None),
        "committed before the next run touches it"
    );
    assert!(matches!(brain.status(job.transfer.id), Status::WaitingToRetry(_)));
    brain.pass(Span::seconds(10));
    assert_ne!(brain.job().expect("again").run, Run(job.run.0));
}
