//! The slots of the progress journal against a model: parts that grow, are shortened, end and make room for others, files
//! that begin anew, syncs, and slots that are torn, stale, foreign or in the wrong place. After each crash exactly what
//! was written is believed, never more.

use std::os::unix::fs::FileExt;

use longshore::disk::{self, CreateFolder, Evidence, Journal, Part, Seal, SlotWriter};
use longshore::model::{BootId, ByteRange, FileName, Generation, Mark, RangeSet, Slot, TransferId};
use proptest::prelude::*;
use tempfile::TempDir;

const FILES: usize = 2;
const SLOTS: usize = 4;
const SLOT: u64 = 64;
/// Bytes of each file.
const LENGTH: u64 = 4096;

#[derive(Debug, Clone)]
enum Op {
    /// A part begins in a free slot, where the slot's number and the place lead it.
    Begin {
        slot: usize,
        file: usize,
        start: u64,
    },
    Write {
        slot: usize,
        length: u64,
    },
    /// Somebody else works on the end of the part from now on.
    Shorten {
        slot: usize,
        end: u64,
    },
    /// The part is over; a commit holds its range, and the slot is free.
    End {
        slot: usize,
    },
    Sync {
        file: usize,
    },
    /// From the first byte, into a new file.
    Restart {
        file: usize,
    },
    Tear {
        slot: usize,
        from: usize,
        cut: usize,
    },
    Flip {
        slot: usize,
        bit: usize,
    },
    /// As a slot of another database or another boot has it.
    Foreign {
        slot: usize,
        file: usize,
        nonce: bool,
    },
    Crash,
}

fn op() -> impl Strategy<Value = Op> {
    let slot = || 0..SLOTS;
    let file = || 0..FILES;
    prop_oneof![
        3 => (slot(), file(), 0..LENGTH).prop_map(|(slot, file, start)| Op::Begin { slot, file, start }),
        8 => (slot(), 1..300_u64).prop_map(|(slot, length)| Op::Write { slot, length }),
        2 => (slot(), 0..LENGTH).prop_map(|(slot, end)| Op::Shorten { slot, end }),
        2 => slot().prop_map(|slot| Op::End { slot }),
        1 => file().prop_map(|file| Op::Sync { file }),
        1 => file().prop_map(|file| Op::Restart { file }),
        1 => (slot(), slot(), 0..=64_usize).prop_map(|(slot, from, cut)| Op::Tear { slot, from, cut }),
        1 => (slot(), 0..512_usize).prop_map(|(slot, bit)| Op::Flip { slot, bit }),
        1 => (slot(), file(), any::<bool>()).prop_map(|(slot, file, nonce)| Op::Foreign { slot, file, nonce }),
        1 => Just(Op::Crash),
    ]
}

struct File {
    id: TransferId,
    generation: Generation,
    part: Option<Part>,
    /// The truth.
    written: RangeSet,
    synced: RangeSet,
    mark: Option<Mark>,
}

impl File {
    fn part(&self) -> &Part {
        self.part.as_ref().expect("open")
    }

    /// Every generation of every file has bytes of its own.
    fn byte(&self) -> u8 {
        u8::try_from(self.id.get() * 100 + u64::from(self.generation.0) % 100).expect("small numbers")
    }
}

/// A part at work.
struct Work {
    file: usize,
    writer: SlotWriter,
    start: u64,
    at: u64,
    end: u64,
    /// Somebody damaged its slot: until the next note it claims nothing.
    damaged: bool,
}

struct World {
    folder: TempDir,
    seal: Seal,
    journal: Journal,
    files: Vec<File>,
    works: Vec<Option<Work>>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let seal = Seal { boot: disk::boot_id(), nonce: [5; 16] };
        let (journal, _) = Journal::open(folder.path(), seal).expect("a journal");
        let works = (0..SLOTS).map(|_| None).collect();
        let mut world = Self { folder, seal, journal, files: Vec::new(), works };
        for number in 1..=FILES as u64 {
            let id = TransferId::new(number).expect("not zero");
            let file = File {
                id,
                generation: Generation(0),
                part: None,
                written: RangeSet::new(),
                synced: RangeSet::new(),
                mark: None,
            };
            world.files.push(file);
            world.restart(usize::try_from(number - 1).expect("small"));
        }
        world
    }

    fn restart(&mut self, index: usize) {
        for work in &mut self.works {
            // Its slot keeps a claim about the old generation.
            let _ = work.take_if(|work| work.file == index);
        }
        let file = &mut self.files[index];
        file.generation = file.generation.next();
        let name = FileName::new(format!("{}-{}", file.id, file.generation.0)).expect("a name");
        file.part = Some(Part::create(self.folder.path(), &name, CreateFolder::No).expect("a part"));
        file.part().truncate(LENGTH).expect("long enough");
        (file.written, file.synced, file.mark) = (RangeSet::new(), RangeSet::new(), None);
    }

    fn apply(&mut self, op: &Op) {
        match *op {
            Op::Begin { slot, file, start } => self.begin(slot, file, start),
            Op::Write { slot, length } => self.write(slot, length),
            Op::Shorten { slot, end } => {
                if let Some(work) = &mut self.works[slot] {
                    work.end = work.end.min(end.max(work.at));
                }
            }
            Op::End { slot } => self.end(slot),
            Op::Sync { file } => {
                let file = &mut self.files[file];
                file.part().sync().expect("synced");
                file.synced = file.written.clone();
            }
            Op::Restart { file } => self.restart(file),
            Op::Tear { slot, from, cut } => {
                let (mut bytes, other) = (self.raw(slot), self.raw(from));
                bytes[cut..].copy_from_slice(&other[cut..]);
                self.damage(slot, &bytes);
            }
            Op::Flip { slot, bit } => {
                let mut bytes = self.raw(slot);
                bytes[bit / 8] ^= 1 << (bit % 8);
                self.damage(slot, &bytes);
            }
            Op::Foreign { slot, file, nonce } => self.foreign(slot, file, nonce),
            Op::Crash => self.crash(),
        }
    }

    fn begin(&mut self, slot: usize, index: usize, start: u64) {
        let file = &self.files[index];
        let working = || self.works.iter().flatten().filter(|work| work.file == index);
        let taken = file.written.run_end(start) > start
            || working().any(|work| (work.start..work.end).contains(&start));
        if self.works[slot].is_some() || taken {
            return;
        }
        let end = working().map(|work| work.start).filter(|other| *other > start).min().unwrap_or(LENGTH);
        let number = Slot(u16::try_from(slot).expect("small"));
        let writer = self.journal.slot(number, file.id, file.generation, file.part()).expect("a slot");
        self.works[slot] = Some(Work { file: index, writer, start, at: start, end, damaged: true });
    }

    fn write(&mut self, slot: usize, length: u64) {
        let Some(work) = &mut self.works[slot] else { return };
        let file = &mut self.files[work.file];
        let end = (work.at + length).min(work.end);
        if end == work.at {
            return;
        }
        let bytes = vec![file.byte(); usize::try_from(end - work.at).expect("small")];
        file.part().write_all_at(&bytes, work.at).expect("written");
        file.written.insert(ByteRange::new(work.at, end)).expect("room");
        work.at = end;
        work.writer.note(ByteRange::new(work.start, end)).expect("noted");
        work.damaged = false;
    }

    fn end(&mut self, slot: usize) {
        let Some(work) = self.works[slot].take() else { return };
        let file = &mut self.files[work.file];
        file.mark = Some(Mark {
            written: file.written.clone(),
            boot: self.seal.boot,
            at: disk::boottime(),
            mount: file.part().mount(),
        });
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("progress")
    }

    fn raw(&self, slot: usize) -> [u8; 64] {
        let mut bytes = [0; 64];
        let file = std::fs::File::open(self.path()).expect("the journal");
        file.read_exact_at(&mut bytes, slot as u64 * SLOT).expect("read");
        bytes
    }

    fn damage(&mut self, slot: usize, bytes: &[u8; 64]) {
        let file = std::fs::OpenOptions::new().write(true).open(self.path()).expect("the journal");
        file.write_all_at(bytes, slot as u64 * SLOT).expect("written");
        if let Some(work) = &mut self.works[slot] {
            work.damaged = true;
        }
    }

    fn foreign(&mut self, slot: usize, index: usize, nonce: bool) {
        let other = if nonce {
            Seal { nonce: [6; 16], ..self.seal }
        } else {
            Seal { boot: BootId([9; 16]), ..self.seal }
        };
        let (journal, _) = Journal::open(self.folder.path(), other).expect("a journal");
        let file = &self.files[index];
        let number = Slot(u16::try_from(slot).expect("small"));
        let writer = journal.slot(number, file.id, file.generation, file.part()).expect("a slot");
        writer.note(ByteRange::new(0, LENGTH)).expect("noted");
        if let Some(work) = &mut self.works[slot] {
            work.damaged = true;
        }
    }

    fn crash(&mut self) {
        let works: Vec<_> = self.works.iter_mut().map(Option::take).collect();
        let (journal, claims) = Journal::open(self.folder.path(), self.seal).expect("a journal");
        for (index, file) in self.files.iter_mut().enumerate() {
            let record = file.part().record().clone();
            file.part = None;
            file.part = Some(reopened(self.folder.path(), &record));
            let evidence = Evidence {
                transfer: file.id,
                generation: file.generation,
                synced: &file.synced,
                mark: file.mark.as_ref(),
                claims: &claims,
            };
            let believed = disk::recover(file.part(), &evidence, &self.seal).expect("looked");
            let sound = works.iter().flatten().filter(|work| work.file == index && !work.damaged);
            for range in sound.map(|work| ByteRange::new(work.start, work.at)) {
                assert_eq!(believed.run_end(range.start()).max(range.end()), believed.run_end(range.start()));
            }
            let mut both = believed.clone();
            both.merge(&file.written);
            assert_eq!(both, file.written, "more is believed than was written");
            both.clone_from(&believed);
            both.merge(&file.synced);
            assert_eq!(both, believed, "what was synced is forgotten");
            for range in believed.iter() {
                let mut bytes = vec![0; usize::try_from(range.len()).expect("small")];
                file.part().read_exact_at(&mut bytes, range.start()).expect("read");
                assert!(bytes.iter().all(|byte| *byte == file.byte()), "bytes of another generation");
            }
            (file.written, file.synced, file.mark) = (believed.clone(), believed, None);
        }
        self.journal = journal;
    }
}

/// A child that another test starts at this moment has the lock too, until it becomes its program.
fn reopened(folder: &std::path::Path, record: &longshore::model::PartFile) -> Part {
    let begun = std::time::Instant::now();
    loop {
        match Part::open(folder, record) {
            Err(disk::Error::PartLocked(_)) if begun.elapsed().as_secs() < 10 => std::thread::yield_now(),
            opened => return opened.expect("the same"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn exactly_what_was_written_is_believed(ops in prop::collection::vec(op(), 1..60)) {
        let mut world = World::new();
        for op in &ops {
            world.apply(op);
        }
        world.crash();
    }
}
