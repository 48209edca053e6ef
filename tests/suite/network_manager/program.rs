//! The program in the background of NetworkManager's world, and its command line.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::nm::Nm;

/// Longer than anything here takes, on a busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

pub(crate) struct Program<'a> {
    nm: &'a Nm,
    folder: TempDir,
    session: String,
    background: Option<Child>,
}

impl<'a> Program<'a> {
    /// With a system bus and no session.
    pub(crate) fn start(nm: &'a Nm) -> Self {
        Self::start_with_session(nm, "unix:path=/nonexistent")
    }

    pub(crate) fn start_with_session(nm: &'a Nm, session: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut program = Self { nm, folder, session: session.to_owned(), background: None };
        // One connection a file, so that requests can be counted.
        program.run(&["settings", "set", "limits.per_file", "1"]);
        program.begin();
        program
    }

    fn begin(&mut self) {
        let mut command = self.command(&["--background"]);
        let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.background = Some(silent.spawn().expect("the program"));
        // Only once it owns the folder is it the one whose answers count.
        crate::support::nm::until("an owner", || self.owner_is_there());
    }

    /// Ends in order, and starts again on the same data.
    pub(crate) fn again(mut self) -> Self {
        self.run(&["quit"]);
        let _ = self.background.take().expect("it runs").wait();
        self.begin();
        self
    }

    fn owner_is_there(&self) -> bool {
        let sockets = std::fs::read_dir(self.folder.path().join("longshore"));
        sockets.is_ok_and(|mut sockets| sockets.next().is_some())
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.nm.at_home(env!("CARGO_BIN_EXE_longshore"), &[]);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let _ = command.arg("--data-dir").arg(self.folder.path().join("data")).args(args);
        let _ = command.current_dir(self.folder.path()).env_clear().env("PATH", path);
        let _ = command
            .env("DBUS_SYSTEM_BUS_ADDRESS", self.nm.bus_address())
            .env("DBUS_SESSION_BUS_ADDRESS", &self.session)
            .env("HOME", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env("LANG", "C");
        command
    }

    fn output(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program")
    }

    /// Runs a command that must succeed; what it says.
    pub(crate) fn text(&self, args: &[&str]) -> String {
        let output = self.output(args);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    pub(crate) fn run(&self, args: &[&str]) {
        let _ = self.text(args);
    }

    pub(crate) fn add(&self, url: &str, policy: &str) -> String {
        let out = self.out();
        let args = ["add", url, "-d", out.to_str().expect("utf-8"), "--cost-policy", policy];
        self.text(&args).trim().to_owned()
    }

    pub(crate) fn network(&self) -> Value {
        serde_json::from_str(&self.text(&["network", "--json"])).expect("JSON")
    }

    /// Status and reason.
    pub(crate) fn status(&self, id: &str) -> (String, Option<String>) {
        let row: Value = serde_json::from_str(&self.text(&["show", id, "--json"])).expect("JSON");
        let word = |name: &str| row[name].as_str().map(str::to_owned);
        (word("status").expect("a status"), word("reason"))
    }

    #[track_caller]
    pub(crate) fn wait(&self, id: &str, status: &str, reason: Option<&str>) {
        let begun = Instant::now();
        loop {
            let now = self.status(id);
            if now.0 == status && (reason.is_none() || now.1.as_deref() == reason) {
                return;
            }
            let log = || self.text(&["log", id]);
            assert!(begun.elapsed() < PATIENCE, "{now:?} instead of {status}\n{}{}", log(), self.network());
        }
    }

    /// Files, sockets and timers that it has open.
    pub(crate) fn descriptors(&self) -> usize {
        let pid = self.background.as_ref().expect("it runs").id();
        std::fs::read_dir(format!("/proc/{pid}/fd")).expect("it runs").count()
    }
}

impl Drop for Program<'_> {
    fn drop(&mut self) {
        if let Some(mut background) = self.background.take() {
            let _ = background.kill();
            let _ = background.wait();
        }
    }
}

pub(crate) fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
