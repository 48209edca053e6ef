//! What this machine lets a test do. What it cannot is named in the output, past the test runner's own capture; under
//! `LONGSHORE_CI` only the right to mount may be missing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

pub(crate) fn run(program: &str, options: &[&str], paths: &[&Path]) -> bool {
    Command::new(program).args(options).args(paths).output().is_ok_and(|output| output.status.success())
}

/// May file systems be mounted here?
pub(crate) fn can_mount() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let room = tempfile::tempdir().expect("a folder");
        let can = run("mount", &["-t", "tmpfs", "-o", "size=64k", "none"], &[room.path()]);
        if can {
            assert!(run("umount", &[], &[room.path()]));
        } else {
            say("this machine does not allow mounting: everything about disks that fill up, break or go away is skipped");
        }
        can
    })
}

/// A tool that can be installed everywhere. Without it a test says so, and fails where everything should be there.
pub(crate) fn has(tool: &str, option: &str) -> bool {
    let found = Command::new(tool).arg(option).output().is_ok();
    if !found {
        assert!(std::env::var_os("LONGSHORE_CI").is_none(), "{tool} is not installed");
        say(&format!("{tool} is not installed: skipped"));
    }
    found
}

/// Past the test runner's capture, so that a test that did nothing is seen.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "longshore tests: {text}");
}

/// A mounted file system; unmounted at the end.
#[derive(Debug)]
pub(crate) struct Mounted {
    pub at: PathBuf,
}

impl Mounted {
    pub(crate) fn tmpfs(at: &Path, size: &str) -> Self {
        std::fs::create_dir_all(at).expect("a folder");
        assert!(run("mount", &["-t", "tmpfs", "-o", &format!("size={size}"), "none"], &[at]));
        Self { at: at.to_owned() }
    }

    pub(crate) fn image(image: &Path, at: &Path) -> Self {
        std::fs::create_dir_all(at).expect("a folder");
        assert!(run("mount", &["-o", "loop"], &[image, at]), "{} can be mounted", image.display());
        Self { at: at.to_owned() }
    }

    pub(crate) fn remount(&self, option: &str) {
        assert!(run("mount", &["-o", &format!("remount,{option}")], &[&self.at]));
    }

    /// As the desktop does with a disk that was pulled while files on it are open.
    pub(crate) fn pull(self) {
        assert!(run("umount", &["-l"], &[&self.at]));
        std::mem::forget(self);
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Whoever panicked may still hold files open.
        let _ = run("umount", &[], &[&self.at]) || run("umount", &["-l"], &[&self.at]);
    }
}

/// An ext4 file system in a file; `None`, and a word about it, where that is not possible.
pub(crate) fn ext4_image(room: &Path, megabytes: u64) -> Option<PathBuf> {
    if !can_mount() || !has("mkfs.ext4", "-V") {
        return None;
    }
    let image = room.join("disk.img");
    std::fs::File::create(&image).and_then(|file| file.set_len(megabytes << 20)).expect("an image");
    assert!(run("mkfs.ext4", &["-q", "-F"], &[&image]));
    Some(image)
}

/// From now on the mounted ext4 accepts nothing, and nothing more of it reaches its disk, not even its log: what a cable
/// that is pulled does (`EXT4_IOC_SHUTDOWN` with `NOLOGFLUSH`).
pub(crate) fn shut_down(at: &Path) {
    const SCRIPT: &str = r#"opendir(my $d, $ARGV[0]) or die; open(my $f, "<", $ARGV[0]) or die;
        my $how = pack("L", 2); ioctl($f, 0x8004587d, $how) or die $!;"#;
    let output = Command::new("perl").args(["-e", SCRIPT]).arg(at).output().expect("perl");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
