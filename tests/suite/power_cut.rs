//! The power goes: what was synced is there, what was not is not believed. A file system in a file stands for the disk; a
//! copy of that file, taken while it is mounted and nobody synced it, is what the disk holds at that moment. Where the
//! whole program is cut off, the file system itself is told that its disk is gone.

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

use longshore::disk::{self, CreateFolder, Evidence, Journal, Part, Seal};
use longshore::model::{
    ByteRange, Durability, Edit, FileName, Generation, Group, GroupId, RangeSet, Slot, Ticket, TransferId,
    Wall,
};
use longshore::store::{self, Lock, Store};

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::home::{Home, interrupt, number};
use crate::support::machine::{Mounted, ext4_image, has, run, shut_down};
use crate::support::rig::names;

const MIB: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(60);

/// A disk that can be pulled.
struct Disk {
    image: PathBuf,
    at: PathBuf,
    mounted: Mounted,
}

impl Disk {
    fn mount(image: PathBuf, at: PathBuf) -> Self {
        let mounted = Mounted::image(&image, &at);
        Self { image, at, mounted }
    }

    /// The disk as it is after a power cut now.
    fn cut(&self, room: &Path) -> Self {
        let image = room.join("after.img");
        assert!(run("cp", &["--sparse=always"], &[&self.image, &image]));
        Self::mount(image, room.join("after"))
    }

    /// Its cable is pulled; it comes back as the power cut left it, and nobody has anything of it in memory.
    fn pull_and_mount(self) -> Self {
        let Self { image, at, mounted } = self;
        shut_down(&at);
        drop(mounted);
        Self::mount(image, at)
    }
}

fn with_disk(test: impl FnOnce(&Path, Disk)) {
    let room = tempfile::tempdir().expect("a folder");
    if let Some(image) = ext4_image(room.path(), 64) {
        let disk = Disk::mount(image, room.path().join("mounted"));
        test(room.path(), disk);
    }
}

/// `LONGSHORE_CUTS=20` is the full count.
#[test]
fn cut_off_anywhere_it_ends_with_the_right_bytes() {
    if !has("perl", "-v") {
        return;
    }
    with_disk(|_, mut disk| {
        let server = FaultServer::options().small_buffers().start();
        for cut in 1..=number("LONGSHORE_CUTS", 4) {
            disk = cut_and_go_on(&server, cut, disk);
        }
    });
}

/// Cuts fall everywhere, from the head to the last byte; every third one just after an orderly interruption.
fn cut_and_go_on(server: &FaultServer, cut: u64, mut disk: Disk) -> Disk {
    const SIZE: u64 = 4 << 20;
    let content = Content::new(cut, SIZE);
    let name = format!("big{cut}.bin");
    let path = format!("/{name}");
    let pace = Behaviour::Pace { bytes_per_second: 8 << 20 };
    let url = server.serve(&path, Resource::bytes(content.clone()).with(pace));
    let home = Home::on(&disk.at);
    let mut child = home.get(&url);
    let enough = SIZE * (cut * 7 % 20) / 19;
    let _ = server.wait_for(&path, |seen| seen.first().is_some_and(|one| one.sent >= enough), PATIENCE);
    if cut.is_multiple_of(3) {
        interrupt(&child);
    } else {
        shut_down(&disk.at);
        child.kill().expect("a living child");
    }
    let _ = child.wait();
    disk = disk.pull_and_mount();
    let output = home.run(&["get", &url, "-d", home.out().to_str().expect("utf-8"), "--progress", "none"]);
    assert!(output.status.success(), "cut {cut}: {output:?}");
    let mut found = names(&home.out());
    // An interruption may have come after the end, and then it was fetched once more.
    found.retain(|found| *found != format!("big{cut} (1).bin") || !cut.is_multiple_of(3));
    assert_eq!(found, [name.as_str()], "cut {cut}: no orphans");
    content.verify_file(&home.out().join(&name)).expect("the right bytes");
    std::fs::remove_dir_all(home.out()).expect("removed");
    disk
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
        let disk = Disk::mount(image, at);
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
            pace: None,
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
