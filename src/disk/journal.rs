//! The progress journal: what the kernel has accepted since the last commit. It costs one small write into the page
//! cache per step and is never synced: its claims count within one boot only, and they survive the death of the program.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::claim::{Head, SIZE, key};
use super::crash::{self, Step};
use super::{Claim, Error, Part, Seal, boottime, folder};
use crate::model::{ByteRange, Generation, Slot, TransferId};

/// The open journal of a data folder. Whoever opens it holds the folder's lock.
#[derive(Debug)]
pub struct Journal {
    file: Arc<File>,
    seal: Seal,
}

#[derive(Debug)]
struct File {
    fd: OwnedFd,
    path: PathBuf,
}

/// The right to one slot, for one working part of one file.
#[derive(Debug)]
pub struct SlotWriter {
    file: Arc<File>,
    at: u64,
    head: Head,
}

impl Journal {
    /// Places in a journal.
    pub const SLOTS: u16 = 4096;
    const LENGTH: usize = Self::SLOTS as usize * SIZE;

    /// Opens `progress` in the data folder and reads every claim in it. A missing file, or one of another size, is
    /// replaced by an empty one; slots that are torn or were never claims are passed over.
    ///
    /// # Errors
    /// When the file cannot be made, opened or read. Transfers can run without a journal.
    pub fn open(folder: &Path, seal: Seal) -> Result<(Self, Vec<Claim>), Error> {
        let path = folder.join("progress");
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || rustix::fs::open(&path, flags, Mode::empty());
        let mut fd = open();
        let right_size =
            |fd: &OwnedFd| rustix::fs::fstat(fd).map(|stat| stat.st_size) == Ok(Self::LENGTH as i64);
        if !fd.as_ref().is_ok_and(right_size) {
            make(folder, &path)?;
            fd = open();
        }
        let file = File { fd: fd.map_err(Error::at("open", &path))?, path };
        let claims = file.claims()?;
        Ok((Self { file: Arc::new(file), seal }, claims))
    }

    /// A slot for one working part. `None` for a number that is no slot.
    pub fn slot(
        &self,
        slot: Slot,
        transfer: TransferId,
        generation: Generation,
        part: &Part,
    ) -> Option<SlotWriter> {
        let head = Head {
            transfer,
            generation,
            mount: part.mount(),
            device: part.record().device,
            key: key(slot, part.record(), &self.seal),
        };
        let at = place(slot)?;
        Some(SlotWriter { file: Arc::clone(&self.file), at, head })
    }

    /// Empties a slot, once a commit holds its range.
    ///
    /// # Errors
    /// What the system says. The old claim then still stands; it is true, so that nothing is lost by it.
    pub fn clear(&self, slot: Slot) -> Result<(), Error> {
        place(slot).map_or(Ok(()), |at| self.file.write(&[0; SIZE], at))
    }
}

impl SlotWriter {
    /// Claims `range`. Call it only after the write of all of it returned.
    ///
    /// # Errors
    /// What the system says. The bytes are then claimed by the next commit only.
    pub fn note(&self, range: ByteRange) -> Result<(), Error> {
        self.file.write(&self.head.write(range, boottime()), self.at)?;
        crash::here(Step::Claimed);
        Ok(())
    }

    /// Empties the slot.
    ///
    /// # Errors
    /// As [`Journal::clear`].
    pub fn clear(&self) -> Result<(), Error> {
        self.file.write(&[0; SIZE], self.at)
    }
}

impl File {
    fn claims(&self) -> Result<Vec<Claim>, Error> {
        let mut bytes = vec![0; Journal::LENGTH];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match rustix::io::pread(&self.fd, rest, filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(Errno::INTR) => {}
                Err(errno) => return Err(Error::at("read", &self.path)(errno)),
            }
        }
        let slots = (0..Journal::SLOTS).map(Slot);
        Ok(slots
            .zip(bytes.as_chunks::<SIZE>().0)
            .filter_map(|(slot, bytes)| Claim::read(slot, bytes))
            .collect())
    }

    fn write(&self, bytes: &[u8; SIZE], at: u64) -> Result<(), Error> {
        match rustix::io::retry_on_intr(|| rustix::io::pwrite(&self.fd, bytes, at)) {
            Ok(SIZE) => Ok(()),
            Ok(_) => Err(Error::Short { doing: "write", path: self.path.clone() }),
            Err(errno) => Err(Error::at("write", &self.path)(errno)),
        }
    }
}

fn place(slot: Slot) -> Option<u64> {
    (slot.0 < Journal::SLOTS).then(|| u64::from(slot.0) * SIZE as u64)
}

/// The full length is written, not only set, so that no later note finds the disk full.
fn make(folder: &Path, path: &Path) -> Result<(), Error> {
    let new = folder.join("progress.new");
    let flags = OFlags::CREATE | OFlags::TRUNC | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = rustix::fs::open(&new, flags, Mode::RUSR | Mode::WUSR).map_err(Error::at("create", &new))?;
    let zeros = [0; SIZE * 64];
    for index in 0..(Journal::LENGTH / zeros.len()) as u64 {
        let written = rustix::io::pwrite(&fd, &zeros, index * zeros.len() as u64);
        if written.map_err(Error::at("write", &new))? != zeros.len() {
            return Err(Error::Short { doing: "write", path: new });
        }
    }
    rustix::fs::fsync(&fd).map_err(Error::at("sync", &new))?;
    rustix::fs::rename(&new, path).map_err(Error::at("rename", &new))?;
    folder::sync(folder)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests look at the file itself")]
mod tests {
    use super::*;
    use crate::disk::{CreateFolder, boot_id};
    use crate::model::FileName;

    fn seal() -> Seal {
        Seal { boot: boot_id(), nonce: [7; 16] }
    }

    #[test]
    fn notes_are_found_again_and_cleared_ones_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = FileName::new("a.bin").expect("a name");
        let part = Part::create(folder.path(), &name, CreateFolder::No).expect("a part");
        let (journal, claims) = Journal::open(folder.path(), seal()).expect("a journal");
        assert_eq!(claims, []);
        let id = TransferId::new(3).expect("an id");
        let first = journal.slot(Slot(0), id, Generation(1), &part).expect("a slot");
        let last = journal.slot(Slot(4095), id, Generation(1), &part).expect("a slot");
        assert!(journal.slot(Slot(4096), id, Generation(1), &part).is_none());
        first.note(ByteRange::new(0, 10)).expect("noted");
        first.note(ByteRange::new(0, 20)).expect("noted");
        last.note(ByteRange::new(50, 60)).expect("noted");

        let (again, claims) = Journal::open(folder.path(), seal()).expect("a journal");
        assert_eq!(
            claims.iter().map(|claim| claim.range).collect::<Vec<_>>(),
            [ByteRange::new(0, 20), ByteRange::new(50, 60)]
        );
        assert!(claims.iter().all(|claim| claim.holds_for(part.record(), &seal())));
        first.clear().expect("cleared");
        again.clear(Slot(4095)).expect("cleared");
        assert_eq!(Journal::open(folder.path(), seal()).expect("a journal").1, []);
    }

    #[test]
    fn garbage_is_no_claim_and_the_wrong_size_begins_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("progress");
        let part = PartFileOf::any();
        std::fs::write(&path, vec![0x41; Journal::LENGTH]).expect("written");
        let (_, claims) = Journal::open(folder.path(), seal()).expect("a journal");
        assert!(claims.iter().all(|claim| !claim.holds_for(&part, &seal())));
        for length in [0, 1, Journal::LENGTH + 1] {
            std::fs::write(&path, vec![0x41; length]).expect("written");
            let (_, claims) = Journal::open(folder.path(), seal()).expect("a journal");
            assert_eq!(claims, []);
            assert_eq!(std::fs::metadata(&path).expect("there").len(), Journal::LENGTH as u64);
        }
    }

    struct PartFileOf;

    impl PartFileOf {
        fn any() -> crate::model::PartFile {
            crate::model::PartFile {
                name: "x".to_owned(),
                device: 0x4141_4141_4141_4141,
                inode: 1,
                born: None,
            }
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        assert!(Journal::open(Path::new("/nowhere/at/all"), seal()).is_err());
    }
}
