//! Is the cause of a wait gone? Whatever a transfer needs is tried, without leaving anything behind.

use std::path::Path;

use rustix::fs::{FallocateFlags, Mode, OFlags};
use rustix::io::Errno;

use super::{CreateFolder, Error, Part, mounts, room};
use crate::model::{MountId, PartFile};

/// What a transfer that waits for its disk needs.
#[derive(Debug, Clone, Copy)]
pub struct Need<'a> {
    /// Its unfinished file, if there is one.
    pub part: Option<&'a PartFile>,
    /// A folder that is missing may be made.
    pub create: CreateFolder,
    /// Length of the whole file; `None`: not known, then a little room must do.
    pub total: Option<u64>,
    /// The disk broke on this mount, which is not trusted again.
    pub broken: Option<MountId>,
}

/// Room that must be there for a file of unknown length. Bytes; less would be full again before it is worth a connection.
const SOME: u64 = 1 << 20;

/// # Errors
/// What still stands in the way, or what does now.
pub fn look(folder: &Path, need: &Need<'_>) -> Result<(), Error> {
    let Some(record) = need.part else { return look_for_new(folder, need) };
    let part = Part::open(folder, record)?;
    if need.broken.is_some() && need.broken == part.mount() {
        return Err(Error::at("use", folder)(Errno::IO));
    }
    writable(folder)?;
    match need.total {
        Some(total) => part.try_room(total),
        None => room::check_room(folder, SOME, SOME),
    }
}

fn look_for_new(folder: &Path, need: &Need<'_>) -> Result<(), Error> {
    if let Some(at) = mounts::away(folder) {
        return Err(Error::NotMounted(at));
    }
    let mut existing = folder;
    while need.create == CreateFolder::Yes && !existing.exists() {
        existing = existing.parent().unwrap_or(Path::new("/"));
    }
    writable(existing)?;
    let total = need.total.unwrap_or(SOME);
    room::check_room(existing, total, total)?;
    // Quotas and the like show only when one tries. The file has no name and is gone at once.
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match rustix::fs::open(existing, flags, Mode::RUSR | Mode::WUSR) {
        Ok(fd) => try_to_reserve(&fd, total, existing),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOSYS) => Ok(()),
        Err(errno) => Err(Error::at("create a file in", existing)(errno)),
    }
}

fn try_to_reserve(fd: &std::os::fd::OwnedFd, total: u64, path: &Path) -> Result<(), Error> {
    let wanted = FallocateFlags::KEEP_SIZE;
    match rustix::io::retry_on_intr(|| rustix::fs::fallocate(fd, wanted, 0, total.max(1))) {
        Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
        Err(Errno::NOSPC) => {
            let missing = total.saturating_sub(room::space(path)?).max(1);
            Err(Error::Full { path: path.to_owned(), missing })
        }
        Err(errno) => Err(Error::at("reserve in", path)(errno)),
    }
}

/// A file can be made and named in this folder now.
fn writable(folder: &Path) -> Result<(), Error> {
    use rustix::fs::{Access, StatVfsMountFlags, access, statvfs};
    let found = statvfs(folder).map_err(|errno| match errno {
        Errno::NOENT => Error::FolderMissing(folder.to_owned()),
        errno => Error::at("look at", folder)(errno),
    })?;
    if !folder.is_dir() {
        return Err(Error::NotAFolder(folder.to_owned()));
    }
    if found.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return Err(Error::at("write to", folder)(Errno::ROFS));
    }
    access(folder, Access::WRITE_OK | Access::EXEC_OK).map_err(Error::at("write to", folder))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests do what strangers do to files")]
mod tests {
    use super::*;
    use crate::model::{DiskFault, FileName};

    fn need(total: u64) -> Need<'static> {
        Need { part: None, create: CreateFolder::No, total: Some(total), broken: None }
    }

    #[test]
    fn a_good_folder_is_found_good_and_left_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        look(folder.path(), &need(1 << 20)).expect("good");
        look(folder.path(), &Need { total: None, ..need(0) }).expect("good");
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 0);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let fault = |folder: &Path, need: &Need<'_>| look(folder, need).expect_err("wrong").fault();
        let gone = folder.path().join("gone/deep");
        assert_eq!(fault(&gone, &need(1)), DiskFault::FolderMissing);
        look(&gone, &Need { create: CreateFolder::Yes, ..need(1) }).expect("it can be made");
        assert!(!gone.exists());
        assert!(matches!(fault(folder.path(), &need(u64::MAX)), DiskFault::Full { .. }));
        let file = folder.path().join("file");
        std::fs::write(&file, "x").expect("written");
        assert_eq!(fault(&file, &need(1)), DiskFault::NotAFolder);
    }

    #[test]
    fn the_unfinished_file_must_be_there_and_on_a_disk_that_works() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = FileName::new("a").expect("a name");
        let part = Part::create(folder.path(), &name, CreateFolder::No).expect("a part");
        let (record, mount) = (part.record().clone(), part.mount());
        let need = Need { part: Some(&record), ..need(1 << 20) };
        let fault = |need: &Need<'_>| look(folder.path(), need).expect_err("wrong").fault();
        assert_eq!(fault(&need), DiskFault::PartLocked);
        drop(part);
        look(folder.path(), &need).expect("good");
        assert_eq!(fault(&Need { broken: mount, ..need }), DiskFault::Io { errno: 5 });
        look(folder.path(), &Need { broken: Some(MountId(1)), ..need }).expect("mounted anew");
        assert!(matches!(fault(&Need { total: Some(1 << 60), ..need }), DiskFault::Full { .. }));
        std::fs::remove_file(folder.path().join("a.part")).expect("removed");
        assert_eq!(fault(&need), DiskFault::PartMissing);
    }
}
