//! Files beside the database: written whole or not at all.

use std::io::Write;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::Error;

/// An empty file that only the user may read, made before SQLite opens it, since SQLite would let others read it.
pub(super) fn make_private(path: &Path) -> Result<std::fs::File, Error> {
    let flags = OFlags::CREATE | OFlags::TRUNC | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR).map_err(Error::at("create", path))?;
    Ok(fd.into())
}

/// Puts a whole file in the place of another: after a crash there is the old one or the new one.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = Path::new(&new);
    let mut file = make_private(new)?;
    file.write_all(content)
        .map_err(|error| Error::at("write", new)(Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
    put_in_place(new, path)
}

/// Syncs a finished file, gives it its name, and makes the name last.
pub(super) fn put_in_place(new: &Path, path: &Path) -> Result<(), Error> {
    let open = |path: &Path, flags| {
        rustix::fs::open(path, flags | OFlags::CLOEXEC, Mode::empty()).map_err(Error::at("open", path))
    };
    rustix::fs::fsync(open(new, OFlags::RDONLY)?).map_err(Error::at("sync", new))?;
    rustix::fs::rename(new, path).map_err(Error::at("rename", new))?;
    let folder = path.parent().unwrap_or(path);
    match rustix::fs::fsync(open(folder, OFlags::RDONLY | OFlags::DIRECTORY)?) {
        Ok(()) | Err(Errno::INVAL | Errno::OPNOTSUPP) => Ok(()),
        Err(errno) => Err(Error::at("sync", folder)(errno)),
    }
}

/// Absent is fine.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    match rustix::fs::unlink(path) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(Error::at("remove", path)(errno)),
    }
}

/// The first of `name`, `name-2`, `name-3`, … that nothing in the folder has, with `ending` behind.
pub(super) fn free_name(folder: &Path, name: &str, ending: &str) -> String {
    let free = |name: &String| folder.join(name).symlink_metadata().is_err();
    std::iter::once(format!("{name}{ending}"))
        .chain((2_u32..).map(|number| format!("{name}-{number}{ending}")))
        .find(free)
        .unwrap_or_else(|| format!("{name}{ending}"))
}
