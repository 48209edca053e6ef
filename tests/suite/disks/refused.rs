//! Folders that are not there or not to be written to.

use std::path::{Path, PathBuf};

use longshore::api::Act;
use longshore::model::DiskFault;

use super::{TWICE, asks, begun, completes, slow_server, to};
use crate::support::machine::{Mounted, can_mount, has, run};
use crate::support::rig::{Rig, names, only};

#[test]
fn a_read_only_disk_is_waited_for() {
    if !can_mount() {
        return;
    }
    let (server, url) = slow_server();
    let mut rig = Rig::new();
    let disk = Mounted::tmpfs(&rig.path().join("disk"), "8m");
    disk.remount("ro");
    let id = rig.add_new(to(&url, &disk.at));
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::ReadOnly);
    disk.remount("rw");
    begun(&mut rig, id);
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
    disk.remount("ro");
    let _ = rig.act(Act::Resume(only(id)));
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::ReadOnly);
    disk.remount("rw");
    completes(&mut rig, id);
    assert!(server.coverage("/file.bin").refetched <= TWICE);
    rig.quit();
}

/// A folder in which nothing may be made or renamed: by its mode, and for root by a flag.
struct Locked(PathBuf);

impl Locked {
    fn new(folder: &Path) -> Option<Self> {
        let locked = if rustix::process::geteuid().is_root() {
            has("chattr", "-V") && run("chattr", &["+i"], &[folder])
        } else {
            run("chmod", &["555"], &[folder])
        };
        locked.then(|| Self(folder.to_owned()))
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        let (program, option) =
            if rustix::process::geteuid().is_root() { ("chattr", "-i") } else { ("chmod", "755") };
        assert!(run(program, &[option], &[&self.0]) || std::thread::panicking());
    }
}

#[test]
fn a_right_that_was_taken_away_is_waited_for() {
    let (server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    let Some(locked) = Locked::new(&rig.downloads()) else { return };
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::PermissionDenied);
    assert_eq!(rig.files(), ["file.bin.part"], "every byte is here, only its name is not");
    drop(locked);
    completes(&mut rig, id);
    assert_eq!(rig.files(), ["file.bin"]);
    assert_eq!(server.exchanges("/file.bin").len(), 1, "for the name nobody needs to be asked");
}

#[test]
fn a_folder_that_vanished_is_never_made_anew() {
    let (_server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    std::fs::remove_dir_all(rig.downloads()).unwrap();
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::FolderMissing);
    assert!(!rig.downloads().exists());
    let mut rig = rig.restart();
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::FolderMissing);
    assert!(!rig.downloads().exists());
    std::fs::create_dir(rig.downloads()).unwrap();
    completes(&mut rig, id);
    assert_eq!(rig.files(), ["file.bin"]);
}

#[test]
fn a_folder_that_vanished_while_paused_is_asked_about() {
    let (_server, url) = slow_server();
    let mut rig = Rig::new();
    let id = rig.add(&url);
    begun(&mut rig, id);
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
    let away = rig.path().join("away");
    std::fs::rename(rig.downloads(), &away).unwrap();
    let _ = rig.act(Act::Resume(only(id)));
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::FolderMissing);
    // An empty one in its place is another cause, and one that needs a person.
    std::fs::create_dir(rig.downloads()).unwrap();
    assert_eq!(asks(&mut rig, id, |fault| *fault != DiskFault::FolderMissing), DiskFault::PartMissing);
    std::fs::remove_dir(rig.downloads()).unwrap();
    std::fs::rename(&away, rig.downloads()).unwrap();
    super::answer(&rig, id, longshore::api::Answer::TryAgain);
    completes(&mut rig, id);
    assert_eq!(names(&rig.downloads()), ["file.bin"]);
}
