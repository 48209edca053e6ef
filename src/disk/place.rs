//! What stands behind a folder: a disk that answers at once, or something that may keep everybody waiting.

#![expect(clippy::disallowed_methods, reason = "devices describe themselves in files of the kernel")]

use std::path::{Component, Path, PathBuf};

use super::mounts::{self, Mount};

/// Where bytes go, as far as it matters for who may be held up by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A fixed disk without moving parts, memory, or the disk that Longshore itself lives on.
    Fixed,
    /// Network, user space, a disk that can be pulled, or one that turns: by its number.
    Device { major: u32, minor: u32 },
}

/// As many links as the kernel follows.
const LINKS_MOST: usize = 40;
/// A disk on a disk on a disk.
const SLAVES_MOST: usize = 8;

/// Finds out without touching anything but fixed disks and the kernel's tables, so that it cannot be held up itself.
/// `home` is the folder of our own data: where that hangs, everything does.
pub fn place(folder: &Path, home: &Path) -> Place {
    let mounts = mounts::mounted();
    let of = |path: &Path| mounts::of(&mounts, &locate(&mounts, path)).map_or(Place::Fixed, kind_of);
    match of(folder) {
        Place::Fixed => Place::Fixed,
        device @ Place::Device { .. } if device == of(home) => Place::Fixed,
        device @ Place::Device { .. } => device,
    }
}

/// Walks down the path, link by link, and stops at the first mount that could hang: what lies below is not asked for.
fn locate(mounts: &[Mount], folder: &Path) -> PathBuf {
    let mut todo: Vec<PathBuf> = parts(folder);
    let mut at = PathBuf::from("/");
    let mut links = 0;
    while !mounts::of(mounts, &at).is_some_and(|mount| may_hang(&mount.kind)) {
        let Some(next) = todo.pop() else { break };
        if next == Path::new("..") {
            let _ = at.pop();
            continue;
        }
        let path = at.join(&next);
        // Only where nothing is mounted over it, which would be asked for its answer.
        let covered = mounts.iter().any(|mount| mount.at == path);
        let target = (!covered && links < LINKS_MOST).then(|| std::fs::read_link(&path).ok()).flatten();
        match target {
            Some(target) => {
                links += 1;
                if target.is_absolute() {
                    at = PathBuf::from("/");
                }
                todo.extend(parts(&target));
            }
            None => at = path,
        }
    }
    at
}

/// Names of a path, the first one last.
fn parts(path: &Path) -> Vec<PathBuf> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(PathBuf::from(name)),
        Component::ParentDir => Some(PathBuf::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    });
    let mut names: Vec<_> = names.collect();
    names.reverse();
    names
}

fn kind_of(mount: &Mount) -> Place {
    let whole = Place::Device { major: mount.major, minor: mount.minor };
    if may_hang(&mount.kind) {
        return whole;
    }
    match disk_of(mount) {
        Some(disk) if is_slow(&disk, SLAVES_MOST) => number(&disk).unwrap_or(whole),
        Some(_) | None => Place::Fixed,
    }
}

/// File systems that ask somebody else: a server, a program, or whoever mounts on demand.
fn may_hang(kind: &str) -> bool {
    matches!(
        kind,
        "nfs"
            | "nfs4"
            | "cifs"
            | "smb3"
            | "smbfs"
            | "ceph"
            | "9p"
            | "afs"
            | "coda"
            | "lustre"
            | "gfs2"
            | "ocfs2"
            | "orangefs"
            | "fuse"
            | "fuseblk"
            | "autofs"
            | "virtiofs"
    ) || kind.starts_with("fuse.")
}

/// The device's folder in the kernel's tree; the whole disk of a partition.
fn disk_of(mount: &Mount) -> Option<PathBuf> {
    let block = Path::new("/sys/dev/block");
    let device = if mount.major == 0 {
        // btrfs has numbers of its own; its source is the device.
        let name = mount.source.strip_prefix("/dev").ok()?;
        Path::new("/sys/class/block").join(name.file_name()?)
    } else {
        block.join(format!("{}:{}", mount.major, mount.minor))
    };
    let device = device.canonicalize().ok()?;
    let is_partition = device.join("partition").exists();
    if is_partition { device.parent().map(Path::to_owned) } else { Some(device) }
}

/// It turns, it can be taken out, or it hangs on USB; so does one that stands on such a disk.
fn is_slow(disk: &Path, depth: usize) -> bool {
    let says = |name: &str| std::fs::read_to_string(disk.join(name)).is_ok_and(|text| text.trim() == "1");
    let on_usb = || disk.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"usb"));
    // A disk in a file: nobody knows where that is.
    let in_file = disk.join("loop/backing_file").exists();
    if says("queue/rotational") || says("removable") || on_usb() || in_file {
        return true;
    }
    let below = std::fs::read_dir(disk.join("slaves")).into_iter().flatten().flatten();
    below.filter_map(|slave| slave.path().canonicalize().ok()).any(|slave| {
        let whole = if slave.join("partition").exists() { slave.parent().unwrap_or(&slave) } else { &slave };
        depth > 0 && is_slow(whole, depth - 1)
    })
}

fn number(disk: &Path) -> Option<Place> {
    let text = std::fs::read_to_string(disk.join("dev")).ok()?;
    let (major, minor) = text.trim().split_once(':')?;
    Some(Place::Device { major: major.parse().ok()?, minor: minor.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount(at: &Path, kind: &str, minor: u32) -> Mount {
        Mount { at: at.to_owned(), major: 0, minor, kind: kind.to_owned(), source: PathBuf::from("none") }
    }

    #[test]
    fn links_are_followed_to_where_they_lead() {
        let folder = tempfile::tempdir().expect("a folder");
        let real = folder.path().canonicalize().expect("a path");
        let nas = real.join("nas");
        std::fs::create_dir_all(&nas).expect("made");
        let mounts = [mount(Path::new("/"), "ext4", 1), mount(&nas, "nfs4", 2)];
        let kind = |path: &Path| mounts::of(&mounts, &locate(&mounts, path)).expect("a mount").kind.as_str();
        assert_eq!(kind(&real.join("here")), "ext4");
        assert_eq!(kind(&nas.join("deep/down")), "nfs4");
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, real.join(name)).expect("linked");
        };
        link(nas.to_str().expect("utf-8"), "absolute");
        link("nas/x", "relative");
        link("absolute", "twice");
        link("../nowhere", "broken");
        link("round", "round");
        for name in ["absolute", "relative", "twice/y", "here/../relative"] {
            assert_eq!(kind(&real.join(name)), "nfs4", "{name}");
        }
        for name in ["broken/z", "round", "here/../there"] {
            assert_eq!(kind(&real.join(name)), "ext4", "{name}");
        }
    }

    #[test]
    fn what_may_hang_is_told_by_its_kind() {
        for kind in ["nfs", "nfs4", "cifs", "fuse.sshfs", "fuse", "fuseblk", "9p", "autofs"] {
            assert!(may_hang(kind), "{kind}");
        }
        for kind in ["ext4", "xfs", "btrfs", "tmpfs", "vfat", "overlay", "fusectl"] {
            assert!(!may_hang(kind), "{kind}");
        }
    }

    #[test]
    fn slow_disks_tell_it_themselves() {
        let tree = tempfile::tempdir().expect("a folder");
        let disk = |name: &str, file: &str, text: &str| {
            let disk = tree.path().join(name);
            std::fs::create_dir_all(disk.join("queue")).expect("made");
            std::fs::write(disk.join(file), text).expect("written");
            disk
        };
        assert!(is_slow(&disk("turns", "queue/rotational", "1\n"), 1));
        assert!(is_slow(&disk("stick", "removable", "1\n"), 1));
        assert!(is_slow(&disk("usb1/sda", "removable", "0\n"), 1));
        assert!(!is_slow(&disk("solid", "queue/rotational", "0\n"), 1));
        let on_top = disk("mapped", "queue/rotational", "0\n");
        std::fs::create_dir_all(on_top.join("slaves")).expect("made");
        std::os::unix::fs::symlink(tree.path().join("turns"), on_top.join("slaves/turns")).expect("linked");
        assert!(is_slow(&on_top, 1));
        assert!(!is_slow(&on_top, 0), "not for ever");
        let _ = disk("numbered", "dev", "8:16\n");
        assert_eq!(number(&tree.path().join("numbered")), Some(Place::Device { major: 8, minor: 16 }));
    }

    #[test]
    fn our_own_disk_is_fixed() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(place(&folder.path().join("a"), folder.path()), Place::Fixed);
    }
}
