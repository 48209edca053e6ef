//! Disks that go away, and what is true when they are back.

use longshore::model::DiskFault;

use super::{SIZE, TWICE, asks, begun, completes, slow_server, to};
use crate::support::machine::{Mounted, ext4_image, has, shut_down};
use crate::support::rig::{Rig, names};

#[test]
fn an_unmounted_disk_is_waited_for_and_nothing_is_made_in_its_place() {
    let mut rig = Rig::new();
    let Some(image) = ext4_image(rig.path(), 64) else { return };
    let (server, url) = slow_server();
    let at = rig.path().join("disk");
    let disk = Mounted::image(&image, &at);
    let id = rig.add_new(to(&url, &at));
    begun(&mut rig, id);
    disk.pull();
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::NotMounted);
    assert_eq!(names(&at), [""; 0]);
    let mut rig = rig.restart();
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::NotMounted);
    let disk = Mounted::image(&image, &at);
    completes(&mut rig, id);
    assert!(names(&at).contains(&"file.bin".to_owned()));
    assert!(!names(&at).contains(&"file.bin.part".to_owned()));
    assert!(server.coverage("/file.bin").refetched <= TWICE);
    rig.quit();
    drop(disk);
    assert_eq!(names(&at), [""; 0]);
}

#[test]
fn a_disk_that_broke_is_believed_only_after_it_was_mounted_again() {
    let mut rig = Rig::new();
    let Some(image) = ext4_image(rig.path(), 64).filter(|_| has("perl", "-v")) else { return };
    let (server, url) = slow_server();
    let at = rig.path().join("disk");
    let disk = Mounted::image(&image, &at);
    let id = rig.add_new(to(&url, &at));
    begun(&mut rig, id);
    shut_down(&at);
    assert_eq!(asks(&mut rig, id, |_| true), DiskFault::Io { errno: 5 });
    assert_eq!(server.exchanges("/file.bin").len(), 1);
    let row = rig.row(id);
    assert_eq!(row.progress.done, 0, "no sync ever succeeded: nothing is believed");
    drop(disk);
    let _disk = Mounted::image(&image, &at);
    completes(&mut rig, id);
    let coverage = server.coverage("/file.bin");
    assert!(coverage.refetched >= SIZE / 3, "{coverage:?}");
    rig.quit();
}
