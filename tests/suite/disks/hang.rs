//! Devices that do not answer: a file system in user space without its program, and a disk that is frozen.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{SIZE, begun, completes, content, slow_server, to};
use crate::support::machine::{Mounted, can_mount, ext4_image, has, run};
use crate::support::rig::{Rig, names};

/// The promise is 2 s; a machine that has much else to do gets more. What is tested would take for ever.
const SOON: Duration = Duration::from_secs(10);

/// Whoever touches it waits until it is dropped.
struct Dead {
    at: PathBuf,
    program: Option<File>,
}

impl Dead {
    fn new(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let program =
            File::options().read(true).write(true).open("/dev/fuse").ok().filter(|_| can_mount())?;
        // The kernel asks this descriptor and waits for its answers.
        let mut mount = Command::new("mount");
        let mount =
            mount.args(["-i", "-t", "fuse", "-o", "fd=0,rootmode=40000,user_id=0,group_id=0", "none"]);
        let output = mount.arg(at).stdin(Stdio::from(program.try_clone().unwrap())).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(Self { at: at.to_owned(), program: Some(program) })
    }
}

impl Drop for Dead {
    fn drop(&mut self) {
        // Closed first: everybody who waits is let go.
        drop(self.program.take());
        let _ = run("umount", &["-l"], &[&self.at]);
    }
}

fn ends_soon(rig: &mut Rig) {
    let asked = Instant::now();
    rig.quit();
    assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
}

#[test]
fn a_dead_file_system_stops_only_what_goes_there() {
    let mut rig = Rig::new();
    let Some(dead) = Dead::new(&rig.path().join("dead")) else { return };
    let (server, url) = slow_server();
    let hanging: Vec<_> = (0..3)
        .map(|number| {
            let url = server.serve(
                &format!("/hanging{number}.bin"),
                crate::support::fault_server::Resource::bytes(content()),
            );
            rig.add_new(to(&url, &dead.at.join("in")))
        })
        .collect();
    for number in 0..3 {
        let _ = server.wait_for(&format!("/hanging{number}.bin"), |seen| !seen.is_empty(), SOON);
    }
    let id = rig.add(&url);
    completes(&mut rig, id);
    assert!(hanging.iter().all(|id| rig.row(*id).finished.is_none()));
    ends_soon(&mut rig);
    drop(dead);
}

/// A file system that takes no write until it is dropped.
struct Frozen<'a>(&'a Path);

impl<'a> Frozen<'a> {
    fn new(at: &'a Path) -> Self {
        assert!(run("fsfreeze", &["-f"], &[at]));
        Self(at)
    }
}

impl Drop for Frozen<'_> {
    fn drop(&mut self) {
        let _ = run("fsfreeze", &["-u"], &[self.0]);
    }
}

#[test]
fn a_write_that_hangs_holds_up_neither_others_nor_the_end() {
    let mut rig = Rig::new();
    let Some(image) = ext4_image(rig.path(), 64).filter(|_| has("fsfreeze", "-V")) else { return };
    let (server, url) = slow_server();
    let disk = Mounted::image(&image, &rig.path().join("disk"));
    let id = rig.add_new(to(&url, &disk.at));
    begun(&mut rig, id);
    let frozen = Frozen::new(&disk.at);
    let other = server.serve("/other.bin", crate::support::fault_server::Resource::bytes(content()));
    let other = rig.add(&other);
    completes(&mut rig, other);
    assert!(rig.row(id).progress.done < SIZE);
    ends_soon(&mut rig);
    drop(frozen);
    let mut rig = rig.restart();
    completes(&mut rig, id);
    let mut left = names(&disk.at);
    left.retain(|name| name != "lost+found");
    assert_eq!(left, ["file.bin"]);
    rig.quit();
}
