//! Who owns the data folder, and how it changes hands while programs start, run and end beside each other.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::process::Stdio;

use rustix::process::Signal;

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::home::{Home, PATIENCE, Running, text};

const SIZE: u64 = 6 << 20;

fn paced() -> Behaviour {
    Behaviour::Pace { bytes_per_second: 2 << 20 }
}

/// A server with one slow file, and its address.
fn slow(content: &Content, more: &[Behaviour]) -> (FaultServer, String) {
    let server = FaultServer::options().small_buffers().start();
    let resource = Resource::bytes(content.clone()).with(paced());
    let resource = more.iter().cloned().fold(resource, Resource::with);
    let url = server.serve("/slow.bin", resource);
    (server, url)
}

fn wait_for_bytes(server: &FaultServer, path: &str, bytes: u64) {
    let _ = server.wait_for(path, |_| server.coverage(path).unique > bytes, PATIENCE);
}

#[test]
fn ten_programs_adding_one_address_make_one_transfer() {
    let server = FaultServer::start();
    let url = server.serve("/one.bin", Resource::bytes(Content::new(1, 10)));
    let home = Home::new();
    let mut add = home.command(&["add", &url]);
    let _ = add.stdout(Stdio::piped()).stderr(Stdio::piped());
    let children: Vec<_> = (0..10).map(|_| add.spawn().expect("the program")).collect();
    let ids: BTreeSet<String> = children
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().expect("an end");
            assert!(output.status.success(), "{}", text(&output.stderr));
            text(&output.stdout).trim().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let listed: serde_json::Value = serde_json::from_str(&home.says(&["list", "--json"])).expect("an array");
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_background_start_takes_over_from_a_get_which_goes_on_showing() {
    let content = Content::new(21, SIZE);
    let (server, url) = slow(&content, &[]);
    let home = Home::new();
    let mut get = home.get(&url);
    wait_for_bytes(&server, "/slow.bin", 1 << 20);
    let background = home.background();
    assert!(get.is_running(), "it shows what the background program does now");
    assert_eq!(get.end().code(), Some(0));
    content.verify_file(&home.out().join("slow.bin")).expect("the right bytes");
    let coverage = server.coverage("/slow.bin");
    assert!(coverage.refetched <= 256 << 10, "{coverage:?}");
    assert_eq!(server.exchanges("/slow.bin").len(), 2, "one of the get, one of the background program");
    let _ = home.says(&["quit"]);
    assert!(background.end().success());
}

#[test]
fn an_interrupted_get_pauses_what_the_background_program_took_over() {
    let content = Content::new(22, SIZE);
    let (server, url) = slow(&content, &[]);
    let home = Home::new();
    let get = home.get(&url);
    wait_for_bytes(&server, "/slow.bin", 1 << 20);
    let mut background = home.background();
    let _ = server.wait_for("/slow.bin", |all| all.len() == 2, PATIENCE);
    get.signal(Signal::INT);
    assert_eq!(get.end().code(), Some(130));
    assert_eq!(home.field("1", "status"), "paused-by-user");
    assert!(background.is_running());
}

#[test]
fn a_get_beside_a_background_program_lets_it_do_the_work() {
    let content = Content::new(23, SIZE);
    let (_server, url) = slow(&content, &[]);
    let home = Home::new();
    let mut background = home.background();
    assert_eq!(home.get(&url).end().code(), Some(0));
    content.verify_file(&home.out().join("slow.bin")).expect("the right bytes");
    assert!(background.is_running());
}

#[test]
fn what_cannot_be_resumed_is_finished_before_a_get_yields() {
    let content = Content::new(24, SIZE);
    let (server, url) = slow(&content, &[Behaviour::NoRanges]);
    let home = Home::new();
    let get = home.get(&url);
    wait_for_bytes(&server, "/slow.bin", 1 << 20);
    let mut background = home.talk(&["--background"]);
    let _ = background.remark_with("slow.bin");
    assert_eq!(get.end().code(), Some(0));
    let _ = background.line_with("background");
    content.verify_file(&home.out().join("slow.bin")).expect("the right bytes");
    assert_eq!(server.exchanges("/slow.bin").len(), 1, "it never began again");
}

#[test]
fn a_waiting_start_takes_over_once_nothing_would_begin_again() {
    let content = Content::new(25, SIZE);
    let (server, url) = slow(&content, &[Behaviour::NoRanges]);
    let tail = Content::new(26, 32 << 20);
    let long = server.serve("/long.bin", Resource::bytes(tail.clone()).with(paced()));
    let home = Home::new();
    let out = home.out();
    let out = out.to_str().expect("utf-8");
    let mut get = home.spawn(&["get", &url, &long, "-d", out, "--progress", "none"]);
    wait_for_bytes(&server, "/slow.bin", 1 << 20);
    wait_for_bytes(&server, "/long.bin", 1 << 20);
    let mut background = home.talk(&["--background"]);
    let _ = background.remark_with("slow.bin");
    let _ = background.line_with("background");
    assert!(get.is_running(), "the longer file is not there yet");
    assert_eq!(home.field("1", "status"), "completed");
    assert_eq!(server.exchanges("/slow.bin").len(), 1, "it never began again");
    drop(get);
    home.wait_field("2", "bytes_done", |done| done.as_u64() > Some(0));
}

#[test]
fn the_second_of_two_gets_takes_over_when_the_first_is_done() {
    let (first, second) = (Content::new(27, 3 << 20), Content::new(28, 8 << 20));
    let server = FaultServer::options().small_buffers().start();
    let one = server.serve("/one.bin", Resource::bytes(first.clone()).with(paced()));
    let two = server.serve("/two.bin", Resource::bytes(second.clone()).with(paced()));
    let home = Home::new();
    let owner = home.get(&one);
    wait_for_bytes(&server, "/one.bin", 0);
    let client = home.get(&two);
    wait_for_bytes(&server, "/two.bin", 0);
    assert_eq!(owner.end().code(), Some(0));
    assert_eq!(client.end().code(), Some(0));
    first.verify_file(&home.out().join("one.bin")).expect("the right bytes");
    second.verify_file(&home.out().join("two.bin")).expect("the right bytes");
    assert!(server.coverage("/two.bin").refetched <= 256 << 10);
}

#[test]
fn commands_are_heard_while_owners_come_and_go() {
    let server = FaultServer::start();
    let home = Home::new();
    std::thread::scope(|scope| {
        let gets = scope.spawn(|| {
            for number in 0..6 {
                let path = format!("/small-{number}.bin");
                let url = server.serve(&path, Resource::bytes(Content::new(number, 1 << 10)));
                assert_eq!(home.get(&url).end().code(), Some(0));
            }
        });
        while !gets.is_finished() {
            let _ = home.says(&["list", "--json"]);
        }
    });
}

#[test]
fn a_socket_without_an_owner_is_nobody() {
    let home = Home::new();
    let mut killed = home.background();
    killed.kill().expect("a living child");
    drop(killed);
    assert_eq!(home.says(&["list", "--json"]).trim(), "[]");
    let background = home.background();
    let _ = home.says(&["quit"]);
    assert!(background.end().success());
}

#[test]
fn an_open_data_folder_without_a_runtime_folder_has_a_private_socket() {
    let home = Home::new();
    std::fs::set_permissions(home.data(), std::fs::Permissions::from_mode(0o755)).expect("an open folder");
    let mut command = home.command(&["--background"]);
    let _ = command.env_remove("XDG_RUNTIME_DIR").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut background = Running::start(&mut command);
    let _ = background.line_with("background");
    let place = home.data().join("run");
    let mode = |path: &std::path::Path| path.metadata().expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&place), 0o700);
    assert!(place.join("longshore.sock").exists());
    // Nobody but an owner elsewhere ends by this.
    let _ = home.says(&["quit"]);
    assert!(background.end().success());
}

#[test]
fn owner_and_command_may_have_different_runtime_folders() {
    let home = Home::new();
    let background = home.background();
    let mut command = home.command(&["quit"]);
    let _ = command.env_remove("XDG_RUNTIME_DIR");
    let output = command.output().expect("the program");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(background.end().success());
}

#[test]
fn a_background_program_says_when_it_can_be_talked_to() {
    let server = FaultServer::start();
    let content = Content::new(5, 1 << 20);
    let url = server.serve("/bg.bin", Resource::bytes(content.clone()));
    let home = Home::new();
    let supervisor = home.folder.path().join("notify");
    let ready = UnixDatagram::bind(&supervisor).expect("a socket");
    ready.set_read_timeout(Some(PATIENCE)).expect("a limit");
    let mut command = home.command(&["--background"]);
    let _ = command.env("NOTIFY_SOCKET", &supervisor).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut background = Running::start(&mut command);
    let mut heard = [0; 64];
    let length = ready.recv(&mut heard).expect("a word");
    assert_eq!(&heard[..length], b"READY=1\n");
    // At once, and once each: nobody hears that nobody is running.
    let id = home.add(&url);
    let _ = home.says(&["wait", &id]);
    content.verify_file(&home.out().join("bg.bin")).expect("the right bytes");
    assert!(background.line_with("").contains("background"));
    let second = home.says(&["--background"]);
    assert!(second.contains("already"), "{second}");
    let _ = home.says(&["quit"]);
    assert!(background.end().success());
}

#[test]
fn waiting_without_anybody_who_runs_says_so() {
    let server = FaultServer::start();
    let url = server.serve("/never.bin", Resource::bytes(Content::new(1, 10)));
    let home = Home::new();
    let id = home.add(&url);
    let output = home.run(&["wait", &id]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("Nobody is running"), "{}", text(&output.stderr));
}
