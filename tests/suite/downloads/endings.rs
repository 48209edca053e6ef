//! Bodies that end too early, too late or never.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use longshore::api::{Act, NewTransfer};
use longshore::model::Timeouts;

use super::{SIZE, check_kept, content};
use crate::support::fault_server::{At, Behaviour, Content, Cut, FaultServer, Resource};
use crate::support::needs::not_allowed;
use crate::support::rig::{Rig, address, names, only};

/// More than the server may have on its way when the connection breaks.
const REFETCH_MOST: u64 = 256 << 10;

#[test]
fn a_cut_anywhere_goes_on_there() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for (turn, at) in [0, 1, 70_000, SIZE - 1].into_iter().enumerate() {
        for how in [Cut::Reset, Cut::CleanClose] {
            let path = format!("/{turn}-{how:?}.bin");
            let cut = Behaviour::CutAt { at: At::Body(at), how };
            let id = rig.add(&server.serve(&path, Resource::bytes(content()).with(cut.times(1))));
            // Where nothing came the pause between tries begins; otherwise it is asked for the rest at once.
            if at == 0 {
                let reason = rig.settle(id);
                let expected = ["waiting-to-retry connection-reset", "waiting-to-retry disconnected"];
                assert!(expected.contains(&reason.as_str()), "{path}: {reason}");
                rig.retry(id);
            }
            content().verify_file(&rig.wait_file(id)).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
            assert_eq!(server.exchanges(&path).len(), 2, "{path}");
            assert!(server.coverage(&path).refetched <= REFETCH_MOST, "{path}");
        }
    }
}

#[test]
fn a_fault_that_is_faster_than_the_store_costs_nothing() {
    // The first bytes and the cut are here before the file is known to the store.
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for turn in 0..5 {
        let path = format!("/{turn}.bin");
        let small = Content::new(turn, 4000);
        let cut = Behaviour::CutAt { at: At::Body(1000), how: Cut::CleanClose };
        let resource = Resource::bytes(small.clone()).with(Behaviour::SilentRanges).with(Behaviour::Chunked);
        let first = resource.clone().with(Behaviour::NoRanges).with(cut);
        let id = rig.add(&server.serve(&path, first));
        assert_eq!(rig.wait_status(id, "waiting-to-retry").progress.done, 1000);
        server.replace(&path, resource);
        rig.retry(id);
        small.verify_file(&rig.wait_file(id)).expect("the right bytes");
        assert_eq!(server.coverage(&path).refetched, 0);
    }
}

#[test]
fn chunks_that_do_not_end_are_not_a_whole_file() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for (name, behaviour) in [
        ("no-end", Behaviour::ChunkedNoEnd),
        ("bad", Behaviour::BadChunk),
        ("cut", Behaviour::CutAt { at: At::Body(SIZE / 2), how: Cut::CleanClose }),
    ] {
        for ranges in [Behaviour::NoRanges, Behaviour::SilentRanges] {
            let path = format!("/{name}-{ranges:?}.bin");
            let resource = Resource::bytes(content())
                .with(ranges.clone())
                .with(Behaviour::Chunked)
                .with(behaviour.clone().times(1));
            let id = rig.add(&server.serve(&path, resource));
            // Where the range said how long it is, all bytes are here, and only the chunks lack their end.
            if name == "no-end" && ranges == Behaviour::SilentRanges {
                content().verify_file(&rig.wait_file(id)).expect("the right bytes");
                assert_eq!(server.exchanges(&path).len(), 1);
                continue;
            }
            if ranges == Behaviour::NoRanges {
                assert_eq!(rig.settle(id), "waiting-to-retry disconnected", "{path}");
                check_kept(&rig, id, &path[1..]);
                rig.retry(id);
                assert_eq!(rig.settle(id), "needs-user cannot-resume", "{path}");
                check_kept(&rig, id, &path[1..]);
            } else {
                content().verify_file(&rig.wait_file(id)).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
            }
        }
    }
}

#[test]
fn a_body_without_end_is_never_complete_and_stops_when_told() {
    let server = FaultServer::options().small_buffers().start();
    let mut rig = Rig::new();
    for (name, framing) in [("close", None), ("chunked", Some(Behaviour::Chunked))] {
        let path = format!("/{name}.bin");
        let endless = Resource::bytes(content())
            .with(Behaviour::Endless)
            .with(Behaviour::Pace { bytes_per_second: 64 << 20 });
        let resource = framing.into_iter().fold(endless, Resource::with);
        let id = rig.add(&server.serve(&path, resource));
        let row = rig.wait(id, |row| row.progress.done > SIZE);
        assert_eq!((row.status.name(), row.progress.total), ("running", None), "{name}");
        let _ = rig.act(Act::Pause(only(id)));
        let _ = rig.wait_status(id, "paused-by-user");
        server.wait_for_connections(|open| open == 0, Duration::from_secs(20));
        assert_eq!(server.exchanges(&path).len(), 1);
        let part = rig.downloads().join(format!("{name}.bin.part"));
        content().verify_file_span(&part, 0..SIZE).expect("the right bytes");
    }
}

/// Needs the right to mount; without it, it says so and passes.
#[test]
fn a_body_without_end_stops_at_the_end_of_the_disk() {
    let room = tempfile::tempdir().expect("a folder");
    let Some(disk) = SmallDisk::mount(room.path()) else {
        not_allowed("mount");
        return;
    };
    let server = FaultServer::options().small_buffers().start();
    let resource = Resource::bytes(content()).with(Behaviour::Endless).with(Behaviour::Chunked);
    let mut rig = Rig::new();
    let new = NewTransfer {
        folder: Some(disk.0.clone()),
        ..NewTransfer::download(address(&server.serve("/endless.bin", resource)))
    };
    let id = rig.add_new(new);
    assert_eq!(rig.settle(id), "needs-user disk-full");
    content().verify_file_span(&disk.0.join("endless.bin.part"), 0..SIZE).expect("what fits is kept");
    assert_eq!(names(&disk.0), ["endless.bin.part"]);
    assert_eq!(server.exchanges("/endless.bin").len(), 1);
    rig.quit();
}

/// Room for [`content`] and a little more, gone with the value.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        let size = format!("size={}", SIZE + (1 << 20));
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

#[test]
fn silence_is_broken_off_and_gone_on_after() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    rig.configure(|settings| settings.timeouts = Timeouts { connect: 1, response: 1, stall: 1 });
    let stalls = Behaviour::Stall { at: At::Body(SIZE / 2) };
    let id = rig.add(&server.serve("/stalls.bin", Resource::bytes(content()).with(stalls.times(1))));
    let mute = rig.add(&server.serve("/mute.bin", Resource::bytes(content()).with(Behaviour::Hang.times(1))));
    // What moved before is asked for again at once; what never said a word waits.
    content().verify_file(&rig.wait_file(id)).expect("the right bytes");
    assert_eq!(rig.settle(mute), "waiting-to-retry timeout");
    assert_eq!(rig.row(mute).progress.done, 0, "{:#?}", rig.detail(mute).log);
    rig.retry(mute);
    content().verify_file(&rig.wait_file(mute)).expect("the right bytes");
    assert_eq!(server.exchanges("/stalls.bin").len(), 2);
    assert_eq!(server.exchanges("/mute.bin").len(), 2);
}

#[test]
fn slow_is_not_silent() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    rig.configure(|settings| settings.timeouts.stall = 2);
    let small = Content::new(4, 60);
    let trickle = Behaviour::Trickle { bytes_per_second: 20 };
    let id = rig.add(&server.serve("/slow.bin", Resource::bytes(small.clone()).with(trickle)));
    small.verify_file(&rig.wait_file(id)).expect("the right bytes");
    assert_eq!(server.exchanges("/slow.bin").len(), 1);
}
