//! The program itself in a home of its own: a data folder, a download folder, and no desktop.

use std::io::{BufRead, BufReader, Lines};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::rig::one_connection;

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Home {
    pub(crate) folder: TempDir,
    data: PathBuf,
    /// Where files go.
    out: PathBuf,
}

impl Home {
    /// One connection to a file, so that requests can be counted.
    pub(crate) fn new() -> Self {
        let home = Self::many();
        one_connection(&home.data);
        home
    }

    /// As many connections as pay.
    pub(crate) fn many() -> Self {
        let folder = TempDir::new().expect("a folder");
        let (data, out) = (folder.path().join("data"), folder.path().join("out"));
        Self { folder, data, out }
    }

    /// Everything is on this disk: the data as well as what comes.
    pub(crate) fn on(disk: &Path) -> Self {
        let home = Self { data: disk.join("data"), out: disk.join("out"), ..Self::many() };
        one_connection(&home.data);
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.out.clone()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.data.clone()
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

    /// What it printed; it must have worked.
    pub(crate) fn says(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    pub(crate) fn spawn(&self, args: &[&str]) -> Running {
        Running::start(self.command(args).stdout(Stdio::null()).stderr(Stdio::null()))
    }

    /// A program whose words can be read while it runs.
    pub(crate) fn talk(&self, args: &[&str]) -> Running {
        Running::start(self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()))
    }

    /// A background program that others can talk to.
    pub(crate) fn background(&self) -> Running {
        let mut background = self.talk(&["--background"]);
        let _ = background.line_with("background");
        background
    }

    pub(crate) fn get(&self, url: &str) -> Running {
        let out = self.out();
        self.spawn(&["get", url, "-d", out.to_str().expect("utf-8"), "--progress", "none"])
    }

    pub(crate) fn add(&self, url: &str) -> String {
        let out = self.out();
        self.says(&["add", url, "-d", out.to_str().expect("utf-8")]).trim().to_owned()
    }

    /// One field of one transfer, as JSON.
    pub(crate) fn field(&self, id: &str, name: &str) -> serde_json::Value {
        let shown: serde_json::Value =
            serde_json::from_str(&self.says(&["show", id, "--json"])).expect("an object");
        shown[name].clone()
    }

    /// Asks until it is so.
    pub(crate) fn wait_field(&self, id: &str, name: &str, wanted: impl Fn(&serde_json::Value) -> bool) {
        let begun = Instant::now();
        loop {
            let value = self.field(id, name);
            if wanted(&value) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{name} of {id} stays {value}");
        }
    }
}

/// A child that does not outlive its test.
pub(crate) struct Running {
    child: Child,
    stdout: Option<Lines<BufReader<ChildStdout>>>,
    stderr: Option<Lines<BufReader<ChildStderr>>>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).spawn().expect("the program");
        let stdout = child.stdout.take().map(|stream| BufReader::new(stream).lines());
        let stderr = child.stderr.take().map(|stream| BufReader::new(stream).lines());
        Self { child, stdout, stderr }
    }

    /// The next line on standard output with this in it.
    pub(crate) fn line_with(&mut self, part: &str) -> String {
        next_with(self.stdout.as_mut().expect("words are read"), part)
    }

    /// The next line on standard error with this in it.
    pub(crate) fn remark_with(&mut self, part: &str) -> String {
        next_with(self.stderr.as_mut().expect("words are read"), part)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a living child");
    }

    pub(crate) fn end(mut self) -> ExitStatus {
        self.child.wait().expect("an end")
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }
}

fn next_with(lines: &mut impl Iterator<Item = std::io::Result<String>>, part: &str) -> String {
    let mut before = Vec::new();
    for line in lines.map_while(Result::ok) {
        if line.contains(part) {
            return line;
        }
        before.push(line);
    }
    panic!("it ended without {part:?}, after {before:#?}")
}

impl Deref for Running {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.child
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

pub(crate) fn interrupt(child: &Child) {
    let pid = Pid::from_child(child);
    kill_process(pid, Signal::INT).expect("a living child");
}
