//! The program itself in a home of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A data folder and a download folder of its own, and no desktop.
pub(crate) struct Home {
    folder: TempDir,
    data: PathBuf,
    /// Where files go.
    out: PathBuf,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let (data, out) = (folder.path().join("data"), folder.path().join("out"));
        Self { folder, data, out }
    }

    /// Everything is on this disk: the data as well as what comes.
    pub(crate) fn on(disk: &Path) -> Self {
        Self { data: disk.join("data"), out: disk.join("out"), ..Self::new() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.out.clone()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_longshore"));
        let _ = command.arg("--data-dir").arg(&self.data).args(args);
        let _ = command.current_dir(self.folder.path()).env_clear();
        // No bus is where nobody listens: the network is up and of unknown cost.
        let _ = command.env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent");
        let _ = command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        let _ = command
            .env("HOME", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env("LANG", "C");
        command
    }

    /// The same within another program.
    pub(crate) fn under(&self, wrapper: &[&str], args: &[&str]) -> Command {
        let plain = self.command(args);
        let mut command = Command::new(wrapper[0]);
        let _ = command.args(&wrapper[1..]).arg(plain.get_program()).args(plain.get_args());
        let _ = command.env_clear().current_dir(self.path());
        for (name, value) in plain.get_envs() {
            let _ = command.env(name, value.unwrap_or_default());
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program")
    }

    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program")
    }

    pub(crate) fn get(&self, url: &str) -> Child {
        let out = self.out();
        self.spawn(&["get", url, "-d", out.to_str().expect("utf-8"), "--progress", "none"])
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

pub(crate) fn interrupt(child: &Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a living child");
}
