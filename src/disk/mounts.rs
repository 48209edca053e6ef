//! What is mounted where, and what should be but is not. Everything here asks the kernel's tables, never a disk: a dead
//! network file system cannot hold it up.

#![expect(clippy::disallowed_methods, reason = "the tables of mounts are files")]

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// One line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) at: PathBuf,
    pub(super) major: u32,
    pub(super) minor: u32,
    pub(super) kind: String,
    pub(super) source: PathBuf,
}

/// The table as it was read last. The kernel says when that is not true any more, which is much less work for it than to
/// write it out again for each of a thousand small files.
struct Table {
    file: File,
    mounts: Arc<[Mount]>,
}

static TABLE: Mutex<Option<Table>> = Mutex::new(None);

pub(super) fn mounted() -> Arc<[Mount]> {
    let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = table.as_ref().filter(|table| !table.has_changed()) {
        return Arc::clone(&known.mounts);
    }
    *table = Table::read();
    table.as_ref().map_or_else(|| Vec::new().into(), |table| Arc::clone(&table.mounts))
}

impl Table {
    fn read() -> Option<Self> {
        let mut file = File::open("/proc/self/mountinfo").ok()?;
        let mut text = String::new();
        let _ = file.read_to_string(&mut text).ok()?;
        Some(Self { file, mounts: parse(&text).into() })
    }

    /// Since it was opened, or since this was asked last (proc_pid_mounts(5)).
    fn has_changed(&self) -> bool {
        let mut asked = [PollFd::new(&self.file, PollFlags::PRI)];
        match poll(&mut asked, Some(&Timespec::default())) {
            Ok(0) => false,
            Ok(_) | Err(_) => true,
        }
    }
}

/// The mount a path is on. A later mount covers earlier ones at the same place.
pub(super) fn of<'a>(mounts: &'a [Mount], path: &Path) -> Option<&'a Mount> {
    mounts.iter().filter(|mount| path.starts_with(&mount.at)).max_by_key(|mount| mount.at.as_os_str().len())
}

/// The place in or above `folder` where a disk belongs that is not mounted now: by `/etc/fstab`, or by the custom of
/// desktops to mount what is plugged in below `/media` and `/run/media`.
pub(super) fn away(folder: &Path) -> Option<PathBuf> {
    let expected = std::fs::read_to_string("/etc/fstab").unwrap_or_default();
    missing(&expected, &mounted(), folder).or_else(|| unplugged(folder))
}

fn missing(fstab: &str, mounts: &[Mount], folder: &Path) -> Option<PathBuf> {
    let entries = fstab.lines().map(str::trim_start).filter(|line| !line.starts_with('#'));
    let expected = entries.filter_map(|line| Some(unescape(line.split_ascii_whitespace().nth(1)?)));
    let mut expected =
        expected.filter(|at| at.is_absolute() && at != Path::new("/") && folder.starts_with(at));
    expected.find(|at| mounts.iter().all(|mount| mount.at != *at))
}

/// `/media/DISK`, `/media/USER/DISK` and `/run/media/USER/DISK` are made by what mounts a disk there, and gone with it.
fn unplugged(folder: &Path) -> Option<PathBuf> {
    let depth = |root: &str| folder.strip_prefix(root).ok().map(|below| below.components().count());
    let deep = depth("/media").or_else(|| depth("/run/media"))?;
    let place = folder.ancestors().nth(deep.saturating_sub(2)).unwrap_or(folder);
    (!place.exists()).then(|| place.to_owned())
}

fn parse(text: &str) -> Vec<Mount> {
    text.lines().filter_map(line).collect()
}

fn line(line: &str) -> Option<Mount> {
    // Fields of their own number stand before the dash.
    let (front, back) = line.split_once(" - ")?;
    let mut front = front.split(' ');
    let (major, minor) = front.nth(2)?.split_once(':')?;
    let at = unescape(front.nth(1)?);
    let mut back = back.split(' ');
    let kind = back.next()?.to_owned();
    let source = unescape(back.next()?);
    Some(Mount { at, major: major.parse().ok()?, minor: minor.parse().ok()?, kind, source })
}

/// Blanks and their like are written as a backslash and three octal digits.
fn unescape(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let octal = tail.first_chunk::<3>().filter(|_| *first == b'\\');
        let code = octal.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 8).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[3..] } else { tail };
    }
    PathBuf::from(OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
28 27 0:25 / /mnt/nas rw,nosuid shared:7 master:2 - nfs4 server:/export rw
29 27 8:1 / /media/My\\040Disk rw - vfat /dev/sda1 rw
30 27 8:2 / /media/My\\040Disk rw - ext4 /dev/sda2 rw
";

    #[test]
    fn a_path_is_on_its_deepest_and_latest_mount() {
        let mounts = parse(TABLE);
        assert_eq!(mounts.len(), 4);
        let kind = |path: &str| of(&mounts, Path::new(path)).expect("a mount").kind.as_str();
        assert_eq!(kind("/home/ada"), "ext4");
        assert_eq!(kind("/mnt/nas/x/y"), "nfs4");
        assert_eq!(kind("/mnt/nasty"), "ext4");
        let disk = of(&mounts, Path::new("/media/My Disk/a")).expect("a mount");
        assert_eq!((disk.major, disk.minor, disk.source.as_path()), (8, 2, Path::new("/dev/sda2")));
    }

    #[test]
    fn a_disk_that_should_be_there_is_missed() {
        let fstab = "# a comment /x\nUUID=1 / ext4 defaults 0 1\n/dev/sdb1\t/srv/big\\040disk ext4 noauto 0 2
UUID=2 none swap sw 0 0\nserver:/export /mnt/nas nfs defaults 0 0\nbroken\n";
        let mounts = parse(TABLE);
        let missing = |folder: &str| missing(fstab, &mounts, Path::new(folder));
        assert_eq!(missing("/srv/big disk/a"), Some("/srv/big disk".into()));
        assert_eq!(missing("/srv/big disk"), Some("/srv/big disk".into()));
        assert_eq!(missing("/srv/big"), None);
        assert_eq!(missing("/mnt/nas/a"), None, "it is mounted");
        assert_eq!(missing("/home"), None);
    }

    #[test]
    fn what_was_plugged_in_is_missed() {
        assert_eq!(unplugged(Path::new("/run/media/nobody/DISK/a/b")), Some("/run/media/nobody/DISK".into()));
        assert_eq!(unplugged(Path::new("/media/no-such-disk")), Some("/media/no-such-disk".into()));
        assert_eq!(unplugged(Path::new("/home/ada")), None);
        assert_eq!(unplugged(Path::new("/mediatheque/x")), None);
    }

    #[test]
    fn nonsense_is_no_mount() {
        assert_eq!(parse("x\n1 2 3:4 / /a rw\n1 2 three:4 / /a rw - ext4 x rw\n"), []);
        assert_eq!(unescape("a\\04"), Path::new("a\\04"));
        assert_eq!(unescape("a\\999b"), Path::new("a\\999b"));
    }

    #[test]
    fn this_machine_has_a_root() {
        let (first, second) = (mounted(), mounted());
        assert!(of(&first, Path::new("/")).is_some());
        // Another test may mount something in between.
        assert!(Arc::ptr_eq(&first, &second) || Arc::ptr_eq(&second, &mounted()), "read again without need");
        assert_eq!(away(&std::env::temp_dir()), None);
    }
}
