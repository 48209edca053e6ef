//! What can be sent of what somebody pointed to: files, and those below folders.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};

/// A regular file, and its path from the folder that was named, that folder included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    pub within: Vec<String>,
    /// Bytes.
    pub size: u64,
}

/// At most as many files as were wanted, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gathered {
    pub files: Vec<Found>,
    pub more: bool,
    /// Of those that were named.
    pub missing: Vec<PathBuf>,
}

/// Looks at each path, and through folders. Links within folders are passed over, as are pipes and devices.
pub fn gather(paths: &[PathBuf], most: usize) -> Gathered {
    let mut all = Gathered::default();
    for path in paths {
        let name = name_of(path);
        match kind(path, AtFlags::empty()) {
            Some((FileType::RegularFile, size)) => {
                all.push(Found { path: path.clone(), within: vec![name], size }, most);
            }
            Some((FileType::Directory, _)) => below(path, name, most, &mut all),
            Some(_) | None => all.missing.push(path.clone()),
        }
    }
    all
}

impl Gathered {
    fn push(&mut self, file: Found, most: usize) {
        if self.files.len() < most {
            self.files.push(file);
        } else {
            self.more = true;
        }
    }
}

fn below(folder: &Path, name: String, most: usize, all: &mut Gathered) {
    let mut folders = VecDeque::from([(folder.to_owned(), vec![name])]);
    while let Some((folder, within)) = folders.pop_front()
        && !all.more
    {
        for name in names(&folder) {
            let path = folder.join(&name);
            let within = within.iter().cloned().chain([name_of(&path)]).collect();
            match kind(&path, AtFlags::SYMLINK_NOFOLLOW) {
                Some((FileType::RegularFile, size)) => all.push(Found { path, within, size }, most),
                Some((FileType::Directory, _)) => folders.push_back((path, within)),
                Some(_) | None => {}
            }
        }
    }
}

fn kind(path: &Path, flags: AtFlags) -> Option<(FileType, u64)> {
    let stat = rustix::fs::statat(CWD, path, flags).ok()?;
    Some((FileType::from_raw_mode(stat.st_mode), u64::try_from(stat.st_size).unwrap_or_default()))
}

/// What lies in a folder, sorted. One that cannot be read is empty.
fn names(folder: &Path) -> Vec<std::ffi::OsString> {
    use std::os::unix::ffi::OsStringExt as _;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(opened) = rustix::fs::open(folder, flags, Mode::empty()) else { return Vec::new() };
    let Ok(entries) = rustix::fs::Dir::read_from(&opened) else { return Vec::new() };
    let entries = entries.filter_map(Result::ok).map(|entry| entry.file_name().to_bytes().to_vec());
    let wanted = entries.filter(|name| name != b"." && name != b"..");
    let mut names: Vec<_> = wanted.map(std::ffi::OsString::from_vec).collect();
    names.sort();
    names
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "tests touch files")]
    use super::*;

    #[test]
    fn folders_are_looked_through_and_odd_things_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("d/e")).expect("folders");
        for name in ["d/b.txt", "d/a.txt", "d/e/c.txt", "alone.txt"] {
            std::fs::write(at(name), name).expect("written");
        }
        std::os::unix::fs::symlink(at("d"), at("d/e/round")).expect("a link");
        let found = gather(&[at("d"), at("alone.txt"), at("nothing")], 100);
        let within: Vec<_> = found.files.iter().map(|file| file.within.join("/")).collect();
        assert_eq!(within, ["d/a.txt", "d/b.txt", "d/e/c.txt", "alone.txt"]);
        assert_eq!(found.files[2].size, 9);
        assert_eq!((found.missing, found.more), (vec![at("nothing")], false));
        let few = gather(&[at("d")], 2);
        assert_eq!((few.files.len(), few.more), (2, true));
    }
}
