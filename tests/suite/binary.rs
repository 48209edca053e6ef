//! The program itself: killed, interrupted, started twice, misused.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::rig::names;

const PATIENCE: Duration = Duration::from_secs(60);

/// A data folder and a download folder of its own, and no desktop.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder") }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_longshore"));
        let _ = command.arg("--data-dir").arg(self.folder.path().join("data")).args(args);
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

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program")
    }

    fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program")
    }

    fn get(&self, url: &str) -> Child {
        let out = self.out();
        self.spawn(&["get", url, "-d", out.to_str().expect("utf-8"), "--progress", "none"])
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// `LONGSHORE_KILLS=50` is the full count.
#[test]
fn killed_again_and_again_it_fetches_almost_nothing_twice() {
    const SIZE: u64 = 24 << 20;
    let kills = number("LONGSHORE_KILLS", 6);
    let server = FaultServer::options().small_buffers().start();
    let content = Content::new(9, SIZE);
    let pace = Behaviour::Pace { bytes_per_second: 20_000_000 };
    let url = server.serve("/big.bin", Resource::bytes(content.clone()).with(pace));
    let home = Home::new();
    for kill in 1..=kills {
        let mut child = home.get(&url);
        // Odd steps, so that kills fall everywhere: at the head, between writes, in the middle of a commit.
        let enough = SIZE * kill / (kills + 1) + kill * 37 % 100 * 1024;
        let _ = server.wait_for("/big.bin", |_| true, PATIENCE);
        let sent = || server.coverage("/big.bin").unique;
        let _ = server.wait_for("/big.bin", |_| sent() >= enough, PATIENCE);
        child.kill().expect("a living child");
        let _ = child.wait();
    }
    let status = home.get(&url).wait().expect("an end");
    assert!(status.success(), "{status}");
    content.verify_file(&home.out().join("big.bin")).expect("the right bytes");
    assert_eq!(names(&home.out()), ["big.bin"], "no orphans");
    let coverage = server.coverage("/big.bin");
    assert!(coverage.refetched <= kills * (256 << 10), "{coverage:?} after {kills} kills");
}

#[test]
fn an_interrupted_get_is_paused_and_the_same_command_goes_on() {
    let server = FaultServer::options().small_buffers().start();
    let content = Content::new(3, 6 << 20);
    let pace = Behaviour::Pace { bytes_per_second: 4 << 20 };
    let url = server.serve("/file.bin", Resource::bytes(content.clone()).with(pace));
    let home = Home::new();
    let child = home.get(&url);
    let _ = server.wait_for("/file.bin", |_| server.coverage("/file.bin").unique > 1 << 20, PATIENCE);
    interrupt(&child);
    let code = child.wait_with_output().expect("an end").status.code();
    assert_eq!(code, Some(130));
    let listed = text(&home.run(&["list", "--json"]).stdout);
    assert!(listed.contains("\"status\":\"paused-by-user\""), "{listed}");
    let status = home.get(&url).wait().expect("an end");
    assert!(status.success(), "{status}");
    content.verify_file(&home.out().join("file.bin")).expect("the right bytes");
    assert!(server.coverage("/file.bin").refetched <= 256 << 10);
}

fn interrupt(child: &Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a living child");
}

#[test]
fn exit_codes_say_what_happened() {
    let server = FaultServer::start();
    let busy = Behaviour::Status { code: 404, retry_after: None, body: String::new() };
    let gone = server.serve("/gone", Resource::bytes(Content::new(1, 10)).with(busy));
    let forbidden = Behaviour::Status { code: 403, retry_after: None, body: String::new() };
    let locked = server.serve("/locked", Resource::bytes(Content::new(1, 10)).with(forbidden));
    let fine = server.serve("/fine.bin", Resource::bytes(Content::new(1, 10)));
    let home = Home::new();
    let code = |args: &[&str]| home.run(args).status.code();
    assert_eq!(code(&["get", &fine]), Some(0));
    assert_eq!(code(&["get", &gone]), Some(1));
    assert_eq!(code(&["get", &locked]), Some(3));
    assert_eq!(code(&["get"]), Some(2));
    assert_eq!(code(&["get", "gopher://example.org/"]), Some(2));
    assert_eq!(code(&["show", "99"]), Some(1));
    assert!(Path::new(&home.folder.path().join("fine.bin")).exists());
}

#[test]
fn a_redirect_to_an_insecure_address_is_asked_about_and_carries_no_secret() {
    let content = Content::new(4, 100_000);
    let open = FaultServer::start();
    let to = open.serve("/open.bin", Resource::bytes(content.clone()));
    let safe = FaultServer::start_tls();
    let redirect = Behaviour::Redirect { code: 302, to };
    let url = safe.serve("/safe.bin", Resource::bytes(content.clone()).with(redirect));
    let home = Home::new();
    let authority = home.folder.path().join("authority.pem");
    std::fs::write(&authority, safe.ca_pem()).expect("a file");
    let run =
        |args: &[&str]| home.command(args).env("SSL_CERT_FILE", &authority).output().expect("the program");
    let get = ["get", &url, "-H", "X-Api-Key: k3y", "-H", "Cookie: a=b"];
    let first = run(&get);
    assert_eq!(first.status.code(), Some(3), "{}", text(&first.stderr));
    assert_eq!(safe.exchanges("/safe.bin").len(), 1);
    assert!(open.all_exchanges().is_empty(), "nothing went over the open network");
    let listed = text(&run(&["list", "--json"]).stdout);
    assert!(listed.contains("\"reason\":\"insecure-redirect\""), "{listed}");
    assert_eq!(run(&["answer", "1", "accept"]).status.code(), Some(0));
    let second = run(&get);
    assert_eq!(second.status.code(), Some(0), "{}", text(&second.stderr));
    let asked = &open.exchanges("/open.bin")[0].headers;
    assert!(!asked.has("x-api-key") && !asked.has("cookie") && !asked.has("referer"), "{asked:?}");
    let name = names(home.folder.path()).into_iter().find(|name| name.ends_with(".bin")).expect("a file");
    content.verify_file(&home.folder.path().join(name)).expect("the right bytes");
}

#[test]
fn without_a_display_it_names_the_command_line() {
    let home = Home::new();
    let output = home.run(&[]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("longshore get"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn ten_programs_adding_one_address_make_one_transfer() {
    let server = FaultServer::start();
    let url = server.serve("/one.bin", Resource::bytes(Content::new(1, 10)));
    let home = Home::new();
    let mut children: Vec<_> =
        (0..10).map(|_| home.command(&["add", &url]).stdout(Stdio::piped()).spawn().unwrap()).collect();
    let ids: std::collections::BTreeSet<String> = children
        .drain(..)
        .map(|child| {
            let output = child.wait_with_output().expect("an end");
            assert!(output.status.success(), "{}", text(&output.stderr));
            text(&output.stdout).trim().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[test]
fn commands_reach_a_background_program_and_end_it() {
    let server = FaultServer::start();
    let content = Content::new(5, 1 << 20);
    let url = server.serve("/bg.bin", Resource::bytes(content.clone()));
    let home = Home::new();
    let mut background = home.spawn(&["--background"]);
    let out = home.out();
    let added = home.run(&["add", &url, "-d", out.to_str().expect("utf-8")]);
    assert!(added.status.success(), "{}", text(&added.stderr));
    // Until the background program has taken the folder over, there is nobody to wait for.
    let begun = std::time::Instant::now();
    loop {
        let waited = home.run(&["wait", text(&added.stdout).trim()]);
        if waited.status.success() {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{}", text(&waited.stderr));
    }
    content.verify_file(&out.join("bg.bin")).expect("the right bytes");
    assert!(home.run(&["quit"]).status.success());
    assert!(background.wait().expect("an end").success());
}

#[test]
fn secrets_are_nowhere_in_the_data_folder() {
    let server = FaultServer::start();
    let auth = Behaviour::NeedsAuth { user: "ada".into(), password: "hunter2secret".into() };
    let content = Content::new(8, 4096);
    let url = server.serve("/private.bin", Resource::bytes(content.clone()).with(auth));
    let url = url.replace("http://", "http://ada:hunter2secret@");
    let home = Home::new();
    let output = home.run(&["get", &url, "-H", "X-Api-Key: k3ysecret"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout) + &text(&output.stderr);
    let mut found = vec![said.into_bytes()];
    for name in names(&home.folder.path().join("data")) {
        found.extend(std::fs::read(home.folder.path().join("data").join(name)));
    }
    for bytes in found {
        for secret in ["hunter2secret", "k3ysecret"] {
            let leaked = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!leaked, "{secret} was written down");
        }
    }
}
