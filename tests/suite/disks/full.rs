//! No room.

use longshore::api::Act;
use longshore::model::DiskFault;

use super::{SIZE, TWICE, asks, begun, completes, slow_server, to};
use crate::support::machine::{Mounted, can_mount};
use crate::support::rig::{Rig, names, only};

fn is_full(fault: &DiskFault) -> bool {
    matches!(fault, DiskFault::Full { .. })
}

#[test]
fn a_disk_that_is_too_small_is_found_out_before_the_first_byte_and_heals_by_itself() {
    if !can_mount() {
        return;
    }
    let (server, url) = slow_server();
    let mut rig = Rig::new();
    let disk = Mounted::tmpfs(&rig.path().join("disk"), "2m");
    let id = rig.add_new(to(&url, &disk.at));
    let fault = asks(&mut rig, id, is_full);
    assert_eq!(fault, DiskFault::Full { missing: SIZE - (2 << 20) }, "what is missing, and no more");
    assert_eq!(rig.row(id).progress.done, 0);
    assert_eq!(names(&disk.at), [""; 0]);
    disk.remount("size=8m");
    completes(&mut rig, id);
    assert_eq!(names(&disk.at), ["file.bin"]);
    assert_eq!(server.exchanges("/file.bin").len(), 2, "nobody was asked while there was no room");
    rig.quit();
}

#[test]
fn a_disk_that_fills_up_in_the_middle_keeps_what_came() {
    if !can_mount() {
        return;
    }
    let (server, url) = slow_server();
    let mut rig = Rig::new();
    let disk = Mounted::tmpfs(&rig.path().join("disk"), "4m");
    let id = rig.add_new(to(&url, &disk.at));
    begun(&mut rig, id);
    let other = disk.at.join("other");
    // As much as goes.
    let _ = std::fs::write(&other, vec![1; 4 << 20]);
    let fault = asks(&mut rig, id, is_full);
    let done = rig.row(id).progress.done;
    assert!(done > SIZE / 3 && done < SIZE, "{done}");
    let DiskFault::Full { missing } = fault else { panic!("{fault:?}") };
    assert!(missing.abs_diff(SIZE - done) < 64 << 10, "all that is missing: {missing} after {done}");
    assert_eq!(names(&disk.at), ["file.bin.part", "other"]);
    std::fs::remove_file(other).unwrap();
    completes(&mut rig, id);
    assert_eq!(server.exchanges("/file.bin").len(), 2);
    assert!(server.coverage("/file.bin").refetched <= TWICE);
    rig.quit();
}

#[test]
fn room_is_wanted_for_the_missing_bytes_only() {
    if !can_mount() {
        return;
    }
    let (_server, url) = slow_server();
    let mut rig = Rig::new();
    let disk = Mounted::tmpfs(&rig.path().join("disk"), "4m");
    let id = rig.add_new(to(&url, &disk.at));
    let _ = rig.wait(id, |row| row.progress.done > SIZE / 2);
    let _ = rig.act(Act::Pause(only(id)));
    let done = rig.wait_status(id, "paused-by-user").progress.done;
    // Less than the file, more than the rest.
    let free = SIZE - done + (64 << 10);
    let filler = (4 << 20) - done - free;
    std::fs::write(disk.at.join("other"), vec![1; usize::try_from(filler).unwrap()]).unwrap();
    assert!(free < SIZE);
    let _ = rig.act(Act::Resume(only(id)));
    completes(&mut rig, id);
    rig.quit();
}
