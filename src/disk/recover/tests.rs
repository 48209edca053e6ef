use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::disk::{CreateFolder, Journal, boot_id};
use crate::model::{Boot, BootId, FileName, MountId, Slot};

struct World {
    folder: TempDir,
    seal: Seal,
    id: TransferId,
}

impl World {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            seal: Seal { boot: boot_id(), nonce: [3; 16] },
            id: TransferId::new(5).expect("an id"),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file with 100 bytes, 60 of them claimed by a slot, and the claims one reads after a crash.
    fn crash(&self) -> (Part, Vec<Claim>) {
        let name = FileName::new("a.bin").expect("a name");
        let part = Part::create(self.path(), &name, CreateFolder::No).expect("a part");
        part.write_all_at(&[1; 100], 0).expect("written");
        let (journal, _) = Journal::open(self.path(), self.seal).expect("a journal");
        let slot = journal.slot(Slot(1), self.id, Generation(2), &part).expect("a slot");
        slot.note(ByteRange::new(0, 60)).expect("noted");
        let record = part.record().clone();
        drop(part);
        let (_, claims) = Journal::open(self.path(), self.seal).expect("a journal");
        (Part::open(self.path(), &record).expect("the same"), claims)
    }

    fn evidence<'a>(
        &self,
        synced: &'a RangeSet,
        mark: Option<&'a Mark>,
        claims: &'a [Claim],
    ) -> Evidence<'a> {
        Evidence { transfer: self.id, generation: Generation(2), synced, mark, claims }
    }

    fn mark(&self, part: &Part, range: ByteRange) -> Mark {
        Mark { written: RangeSet::of(range), boot: self.seal.boot, at: boottime(), mount: part.mount() }
    }
}

fn range(start: u64, end: u64) -> RangeSet {
    RangeSet::of(ByteRange::new(start, end))
}

#[test]
fn after_the_death_of_the_program_everything_counts() {
    let world = World::new();
    let (part, claims) = world.crash();
    let mark = world.mark(&part, ByteRange::new(60, 80));
    let none = RangeSet::new();
    let evidence = world.evidence(&none, Some(&mark), &claims);
    assert_eq!(recover(&part, &evidence, &world.seal).expect("looked"), range(0, 80));
}

#[test]
fn after_a_power_cut_only_the_synced_counts() {
    let world = World::new();
    let (part, claims) = world.crash();
    let mark = world.mark(&part, ByteRange::new(60, 80));
    let synced = range(0, 10);
    let later = Seal { boot: BootId([9; 16]), ..world.seal };
    let evidence = world.evidence(&synced, Some(&mark), &claims);
    assert_eq!(recover(&part, &evidence, &later).expect("looked"), synced);
}

#[test]
fn each_doubt_is_enough() {
    let world = World::new();
    let (part, claims) = world.crash();
    let synced = range(0, 10);
    let other = |change: &dyn Fn(&mut Evidence<'_>)| {
        let mut evidence = world.evidence(&synced, None, &claims);
        change(&mut evidence);
        recover(&part, &evidence, &world.seal).expect("looked")
    };
    assert_eq!(other(&|_| {}), range(0, 60));
    assert_eq!(other(&|evidence| evidence.generation = Generation(3)), synced, "generation");
    assert_eq!(other(&|evidence| evidence.transfer = TransferId::new(6).expect("an id")), synced, "transfer");

    let sound = world.mark(&part, ByteRange::new(0, 50));
    let marks = [
        Mark { boot: BootId([1; 16]), ..sound.clone() },
        Mark { at: Boot(u64::MAX), ..sound.clone() },
        Mark { mount: None, ..sound.clone() },
        Mark { mount: Some(MountId(1)), ..sound.clone() },
        Mark { written: range(0, 101), ..sound.clone() },
    ];
    for mark in &marks {
        let evidence = world.evidence(&synced, Some(mark), &[]);
        assert_eq!(recover(&part, &evidence, &world.seal).expect("looked"), synced, "{mark:?}");
    }
    let evidence = world.evidence(&synced, Some(&sound), &[]);
    assert_eq!(recover(&part, &evidence, &world.seal).expect("looked"), range(0, 50));
}

#[test]
fn nothing_behind_the_end_of_the_file_counts() {
    let world = World::new();
    let (part, claims) = world.crash();
    part.truncate(40).expect("cut");
    let synced = range(0, 50);
    let evidence = world.evidence(&synced, None, &claims);
    assert_eq!(recover(&part, &evidence, &world.seal).expect("looked"), range(0, 40));
}
