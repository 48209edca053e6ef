//! The power goes: what was synced is there, what was not is not believed. A file system in a file stands for the disk; a
//! copy of that file, taken while it is mounted and nobody synced it, is what the disk holds at that moment.
//!
//! Needs the right to mount and `mkfs.ext4`; without them it says so and passes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::channel;

use longshore::disk::{self, CreateFolder, Evidence, Journal, Part, Seal};
use longshore::model::{
    ByteRange, Durability, Edit, FileName, Generation, Group, GroupId, RangeSet, Slot, Ticket, TransferId,
    Wall,
};
use longshore::store::{self, Lock, Store};

use crate::support::needs::{need, not_allowed};

const MIB: usize = 1 << 20;

/// A disk that can be pulled.
struct Disk {
    image: PathBuf,
    at: PathBuf,
}

impl Disk {
    fn new(room: &Path) -> Option<Self> {
        let image = room.join("disk.img");
        std::fs::File::create(&image).and_then(|file| file.set_len(64 << 20)).expect("an image");
        let mkfs = need("mkfs.ext4")?;
        assert!(run(mkfs.to_str().expect("utf-8"), &["-q", "-F"], &[&image]), "an image with ext4");
        let mounted = Self::mount(image, room.join("mounted"));
        if mounted.is_none() {
            not_allowed("mount");
        }
        mounted
    }

    fn mount(image: PathBuf, at: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&at).expect("a folder");
        run("mount", &["-o", "loop"], &[&image, &at]).then_some(Self { image, at })
    }

    /// The disk as it is after a power cut now.
    fn cut(&self, room: &Path) -> Self {
        let image = room.join("after.img");
        assert!(run("cp", &["--sparse=always"], &[&self.image, &image]));
        Self::mount(image, room.join("after")).expect("the journal of the file system is replayed")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = run("umount", &[], &[&self.at]);
    }
}

fn run(program: &str, options: &[&str], paths: &[&Path]) -> bool {
    Command::new(program).args(options).args(paths).output().is_ok_and(|output| output.status.success())
}

fn with_disk(test: impl FnOnce(&Path, Disk)) {
    let room = tempfile::tempdir().expect("a folder");
    if let Some(disk) = Disk::new(room.path()) {
        test(room.path(), disk);
    }
}

fn id() -> TransferId {
    TransferId::new(1).expect("not zero")
}

fn first(mib: usize) -> ByteRange {
    ByteRange::new(0, (mib * MIB) as u64)
}

/// One MiB synced, a second written and claimed.
fn half_synced(folder: &Path, journal: &Journal) -> Part {
    let name = FileName::new("big.bin").expect("a name");
    let part = Part::create(folder, &name, CreateFolder::No).expect("a part");
    part.reserve(16 * MIB as u64).expect("room");
    part.write_all_at(&vec![0xaa; MIB], 0).expect("written");
    part.sync().expect("synced");
    part.write_all_at(&vec![0xbb; MIB], MIB as u64).expect("written");
    let slot = journal.slot(Slot(0), id(), Generation(1), &part).expect("a slot");
    slot.note(first(2)).expect("noted");
    part
}

fn recovered(home: &Path, seal: Seal, part: &Part) -> RangeSet {
    let synced = RangeSet::of(first(1));
    let (_, claims) = Journal::open(home, seal).expect("a journal");
    assert_eq!(claims.len(), 1, "the journal itself was not lost");
    let evidence =
        Evidence { transfer: id(), generation: Generation(1), synced: &synced, mark: None, claims: &claims };
    disk::recover(part, &evidence, &seal).expect("looked")
}

#[test]
fn only_synced_bytes_of_a_download_are_believed_on_a_disk_that_was_away() {
    with_disk(|room, disk| {
        let seal = Seal { boot: disk::boot_id(), nonce: [7; 16] };
        let (journal, _) = Journal::open(room, seal).expect("a journal");
        let part = half_synced(&disk.at, &journal);
        let record = part.record().clone();
        let after = disk.cut(room);
        drop(part);

        let part = Part::open(&disk.at, &record).expect("only the program died");
        assert_eq!(recovered(room, seal, &part), RangeSet::of(first(2)), "then everything counts");
        drop(part);

        let part = Part::open(&after.at, &record).expect("the name was synced with the bytes");
        assert_eq!(
            recovered(room, seal, &part),
            RangeSet::of(first(1)),
            "same boot, same inode, another mount"
        );
        let mut bytes = vec![0; MIB];
        part.read_exact_at(&mut bytes, 0).expect("read");
        assert!(bytes.iter().all(|byte| *byte == 0xaa), "what was synced is there");
        drop(part);

        // Pulled and put back within one boot: device, inode and birth time are the same again.
        let image = disk.image.clone();
        let at = disk.at.clone();
        drop(disk);
        let error = Part::open(&at, &record).expect_err("the empty mount point is on another disk");
        assert!(matches!(error, disk::Error::NotMounted(_)), "{error}");
        let disk = Disk::mount(image, at).expect("put back");
        let part = Part::open(&disk.at, &record).expect("the same file");
        assert_eq!(recovered(room, seal, &part), RangeSet::of(first(1)), "another mount");
    });
}

#[test]
fn a_finished_file_keeps_its_name() {
    with_disk(|room, disk| {
        let name = FileName::new("done.bin").expect("a name");
        let part = Part::create(&disk.at, &name, CreateFolder::No).expect("a part");
        part.write_all_at(&vec![0xcc; MIB], 0).expect("written");
        part.sync().expect("synced");
        disk::finish(&disk.at, &part, &name, disk::OnClash::Refuse).expect("finished");
        let after = disk.cut(room);
        assert!(disk::is_finished(&after.at, &name, part.record()).expect("looked"));
        assert_eq!(std::fs::read(after.at.join("done.bin")).expect("read"), vec![0xcc; MIB]);
        assert!(!after.at.join("done.bin.part").exists());
    });
}

#[test]
fn what_the_store_acknowledged_as_full_is_there() {
    with_disk(|room, disk| {
        let lock = Lock::acquire(&disk.at).expect("possible").expect("free");
        let (to, acks) = channel();
        let (store, opened) =
            Store::open(&lock, Wall(0), Box::new(move |ack| drop(to.send(ack)))).expect("opened");
        let group = |number: u64| Group {
            id: GroupId(TransferId::new(number).expect("not zero").0),
            name: format!("Group {number}"),
            behavior: longshore::model::Behavior::Parallel,
            intent: longshore::model::Intent::Run,
            policy: None,
        };
        let save = |number, durability| {
            store.save(Ticket(number), vec![Edit::PutGroup(group(number))], durability).expect("taken");
            assert_eq!(acks.recv().expect("acknowledged").result, Ok(()));
        };
        for number in 1..=20 {
            // A full commit makes the ones before it last too.
            save(number, if number % 5 == 0 { Durability::Full } else { Durability::Normal });
        }
        save(21, Durability::Normal);
        let after = disk.cut(room);

        let lock = Lock::acquire(&after.at).expect("possible").expect("free");
        let (again, reopened) = Store::open(&lock, Wall(0), Box::new(|_| ())).expect("opened");
        assert_eq!(reopened.found, store::Found::Existing);
        assert_eq!(reopened.nonce, opened.nonce);
        again.quick_check().expect("sound");
        let groups = again.load().expect("loaded").groups;
        assert_eq!(groups[..20], (1..=20).map(group).collect::<Vec<_>>());
        drop((again, store, lock));
    });
}
