//! The program itself: killed, interrupted, started twice, misused.

use std::io::Read;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::process::Signal;

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::home::{Home, PATIENCE, number, text};
use crate::support::nm::until;
use crate::support::rig::names;

/// `LONGSHORE_KILLS=50` is the full count.
#[test]
fn killed_again_and_again_it_fetches_almost_nothing_twice() {
    killed(1, 256 << 10);
}

#[test]
fn killed_again_and_again_with_eight_connections_it_fetches_little_twice() {
    killed(8, 1 << 20);
}

/// At 20 MB a second; at most `most` bytes come twice for each kill.
fn killed(connections: u64, most: u64) {
    const SIZE: u64 = 24 << 20;
    let kills = number("LONGSHORE_KILLS", 6);
    let server = FaultServer::options().small_buffers().start();
    let content = Content::new(9, SIZE);
    let pace = Behaviour::Pace { bytes_per_second: 20_000_000 / connections };
    let url = server.serve("/big.bin", Resource::bytes(content.clone()).with(pace));
    let home = Home::many();
    let out = home.out();
    let line = ["get", &url, "-d", out.to_str().expect("utf-8"), "--connections", &connections.to_string()];
    for kill in 1..=kills {
        let mut child = home.spawn(&line);
        // Odd steps, so that kills fall everywhere: at the head, between writes, in the middle of a commit.
        let enough = SIZE * kill / (kills + 1) + kill * 37 % 100 * 1024;
        let _ = server.wait_for("/big.bin", |_| true, PATIENCE);
        let sent = || server.coverage("/big.bin").unique;
        let _ = server.wait_for("/big.bin", |_| sent() >= enough, PATIENCE);
        child.kill().expect("a living child");
        let _ = child.wait();
    }
    let status = home.spawn(&line).end();
    assert!(status.success(), "{status}");
    content.verify_file(&home.out().join("big.bin")).expect("the right bytes");
    assert_eq!(names(&home.out()), ["big.bin"], "no orphans");
    let coverage = server.coverage("/big.bin");
    assert!(coverage.refetched <= kills * most, "{coverage:?} after {kills} kills");
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
    child.signal(Signal::INT);
    assert_eq!(child.end().code(), Some(130));
    let listed = text(&home.run(&["list", "--json"]).stdout);
    assert!(listed.contains("\"status\":\"paused-by-user\""), "{listed}");
    let status = home.get(&url).end();
    assert!(status.success(), "{status}");
    content.verify_file(&home.out().join("file.bin")).expect("the right bytes");
    assert!(server.coverage("/file.bin").refetched <= 256 << 10);
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
    assert!(Path::new(&home.path().join("fine.bin")).exists());
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
    let authority = home.path().join("authority.pem");
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
    let name = names(home.path()).into_iter().find(|name| name.ends_with(".bin")).expect("a file");
    content.verify_file(&home.path().join(name)).expect("the right bytes");
}

#[test]
fn what_is_over_is_said_to_be_over() {
    let server = FaultServer::start();
    let url = server.serve("/over.bin", Resource::bytes(Content::new(1, 10)));
    let home = Home::new();
    assert_eq!(home.get(&url).end().code(), Some(0));
    for command in ["pause", "resume", "cancel", "retry"] {
        let output = home.run(&[command, "1", "--json"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stdout).contains("not-now"), "{command}: {}", text(&output.stdout));
        let output = home.run(&[command, "2", "--json"]);
        assert!(text(&output.stdout).contains("no-such-transfer"), "{command}: {}", text(&output.stdout));
    }
}

/// Nobody answers on the way to NetworkManager for a moment: that is no change of the network.
#[test]
fn a_start_does_not_take_its_own_haste_for_a_changing_network() {
    let home = Home::new();
    let bus = UnixListener::bind(home.folder.path().join("bus")).expect("a socket");
    let address = format!("unix:path={}", home.folder.path().join("bus").display());
    // It takes the call and hangs up after a while, as a bus that is restarted does.
    let slow = std::thread::spawn(move || {
        let (mut caller, _) = bus.accept().expect("a call");
        let mut first = [0; 1];
        let _ = caller.read(&mut first).expect("a word");
        caller.set_read_timeout(Some(std::time::Duration::from_millis(300))).expect("a limit");
        let mut rest = Vec::new();
        let _ = caller.read_to_end(&mut rest);
    });
    let mut network = home.command(&["network", "--json"]);
    let output = network.env("DBUS_SYSTEM_BUS_ADDRESS", address).output().expect("the program");
    slow.join().expect("an end");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an object");
    assert_eq!(said["verdicts"]["default"]["allow"], true, "{said}");
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in names(folder) {
        let path = folder.join(name);
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

#[test]
fn secrets_are_nowhere_on_the_disk_and_in_no_answer() {
    let server = FaultServer::start();
    let auth = Behaviour::NeedsAuth { user: "ada".into(), password: "hunter2secret".into() };
    let content = Content::new(8, 400_000);
    let to = server.serve("/private.bin", Resource::bytes(content.clone()).with(auth.clone()));
    let to = to.replace("http://", "http://ada:hunter2secret@");
    let moved = Behaviour::Redirect { code: 302, to: to.clone() };
    let from = server.serve("/moved.bin", Resource::bytes(content.clone()).with(auth.clone()).with(moved));
    let from = from.replace("http://", "http://ada:hunter2secret@");
    let slow = Resource::bytes(content).with(auth).with(Behaviour::Pace { bytes_per_second: 50_000 });
    let slow = server.serve("/slow.bin", slow).replace("http://", "http://ada:hunter2secret@");
    let home = Home::new();
    let log = home.path().join("log.txt");
    let log = ["-v", "--log-file", log.to_str().expect("utf-8")];
    let headers = ["-H", "X-Api-Key: k3ysecret", "-H", "Cookie: session=c00kiesecret"];
    let mut said = Vec::new();
    for url in [&to, &from] {
        let output = home.run(&[&log[..], &["get", url], &headers].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        said.extend([output.stdout, output.stderr]);
    }
    let killed = home.spawn(&[&log[..], &["get", &slow], &headers].concat());
    until("bytes of the third", || {
        let shown = serde_json::from_slice(&home.run(&["show", "3", "--json"]).stdout);
        shown.is_ok_and(|shown: serde_json::Value| shown["bytes_done"].as_u64() > Some(100_000))
    });
    killed.signal(Signal::KILL);
    let _ = killed.end();
    for args in
        [&["list", "--json"][..], &["show", "3", "--json"], &["show", "3"], &["log", "2"], &["log", "3"]]
    {
        said.push(home.says(args).into_bytes());
    }
    let written = files(home.path());
    for needed in ["log.txt", "longshore.db", "slow.bin.part"] {
        let here = written.iter().any(|path| path.file_name().is_some_and(|name| name == needed));
        assert!(here, "{needed} is among {written:?}");
    }
    said.extend(written.iter().map(|path| std::fs::read(path).expect("a file")));
    let told =
        |word: &str| said.iter().any(|bytes| bytes.windows(word.len()).any(|here| here == word.as_bytes()));
    for secret in ["hunter2secret", "k3ysecret", "c00kiesecret"] {
        assert!(!told(secret), "{secret} was written down");
    }
    assert!(told("private.bin"), "it is looked for where addresses are");
}

#[test]
fn a_header_that_was_lost_is_asked_for_and_given_again_with_the_same_command() {
    let server = FaultServer::start();
    let content = Content::new(50, 300_000);
    let needs = Behaviour::NeedsHeader { name: "Cookie".to_owned(), value: "id=1".to_owned(), status: 403 };
    let url = server.serve("/mine.bin", Resource::bytes(content.clone()).with(needs));
    let home = Home::new();
    let out = home.out();
    let out = out.to_str().expect("utf-8");
    let id = home.says(&["add", &url, "-d", out, "-H", "Cookie: id=1", "--start", "paused"]);
    // Where there is no keyring, the secret went with the command.
    let background = home.background();
    let _ = home.says(&["resume", id.trim()]);
    home.wait_field(id.trim(), "reason", |reason| reason == "header-lost");
    assert!(server.all_exchanges().is_empty(), "nothing is asked without it");
    let _ = home.says(&["add", &url, "-d", out, "-H", "Cookie: id=1"]);
    let _ = home.says(&["wait", id.trim()]);
    content.verify_file(&home.out().join("mine.bin")).expect("the right bytes");
    let _ = home.says(&["quit"]);
    assert!(background.end().success());
}
