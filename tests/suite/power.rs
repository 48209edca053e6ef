//! The real program on a machine that saves power, runs on its battery, and sleeps. The machine is made up, on a bus of
//! its own.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use super::support::home::{Home, Running, text};
use super::support::machine_bus::Machine;

const MIB: u64 = 1 << 20;

/// A program in the background that hears of the machine.
struct Desk<'a> {
    home: Home,
    machine: &'a Machine,
    _background: Running,
}

impl<'a> Desk<'a> {
    fn new(machine: &'a Machine, settings: &[(&str, &str)]) -> Self {
        let home = Home::new();
        for (key, value) in settings {
            let _ = home.says(&["settings", "set", key, value]);
        }
        let mut command = home.command(&["--background"]);
        let _ = command.env("DBUS_SYSTEM_BUS_ADDRESS", machine.address());
        let mut background = Running::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
        let _ = background.line_with("background");
        Self { home, machine, _background: background }
    }

    fn wait(&self, id: &str, status: &str, reason: Option<&str>) {
        self.home.wait_field(id, "status", |now| now == status);
        if let Some(reason) = reason {
            self.home.wait_field(id, "reason", |now| now == reason);
        }
    }
}

/// A file that takes some seconds.
fn slow(server: &FaultServer, path: &str) -> String {
    let pace = Behaviour::Pace { bytes_per_second: 2 * MIB };
    server.serve(path, Resource::bytes(Content::new(1, 48 * MIB)).with(pace))
}

#[test]
fn the_power_saver_holds_until_it_is_off_or_the_user_says_otherwise() {
    let Some(machine) = Machine::new() else { return };
    let server = FaultServer::start();
    let url = slow(&server, "/saved.bin");
    let desk = Desk::new(&machine, &[]);
    let id = desk.home.add(&url);
    desk.wait(&id, "running", None);
    desk.machine.set_profile("power-saver");
    desk.wait(&id, "paused-system-policy", Some("power-saver"));
    server.wait_for_connections(|open| open == 0, super::support::home::PATIENCE);
    let said = desk.home.says(&["show", &id]);
    assert!(said.contains("power saver is on"), "{said}");
    desk.machine.set_profile("performance");
    desk.wait(&id, "running", None);
    desk.machine.set_profile("power-saver");
    desk.wait(&id, "paused-system-policy", Some("power-saver"));

    // Nobody is here who could agree.
    let refused = desk.home.run(&["allow", &id, "--run-anyway"]);
    assert_eq!(refused.status.code(), Some(3), "{}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains("nobody is here to be asked"), "{}", text(&refused.stderr));
    assert_eq!(desk.home.field(&id, "unconstrained"), Value::Bool(false));
    let _ = desk.home.says(&["settings", "set", "power.hold_on_saver", "false"]);
    desk.wait(&id, "running", None);
}

#[test]
fn a_person_at_a_terminal_can_agree_to_run_anyway() {
    let Some(machine) = Machine::new() else { return };
    if super::support::needs::need("script").is_none() {
        return;
    }
    let server = FaultServer::start();
    let url = slow(&server, "/anyway.bin");
    let desk = Desk::new(&machine, &[]);
    desk.machine.set_profile("power-saver");
    let id = desk.home.add(&url);
    desk.wait(&id, "paused-system-policy", Some("power-saver"));
    assert_eq!(at_terminal(&desk.home, &id, "no\n"), Some(3));
    desk.wait(&id, "paused-system-policy", Some("power-saver"));
    assert_eq!(at_terminal(&desk.home, &id, "yes\n"), Some(0));
    desk.wait(&id, "running", None);
    assert_eq!(desk.home.field(&id, "unconstrained"), Value::Bool(true));
    assert!(desk.home.says(&["log", &id]).contains("as you agreed"));
}

/// `script` lends its terminal.
fn at_terminal(home: &Home, id: &str, answer: &str) -> Option<i32> {
    use std::io::Write;
    let plain = home.command(&["allow", id, "--run-anyway"]);
    let words = std::iter::once(plain.get_program()).chain(plain.get_args());
    let line = words.map(|word| format!("'{}'", word.to_str().expect("utf-8"))).collect::<Vec<_>>().join(" ");
    let mut command = Command::new("script");
    let _ = command.args(["-qec", &line, "/dev/null"]).env_clear().current_dir(home.path());
    for (name, value) in plain.get_envs() {
        let _ = command.env(name, value.unwrap_or_default());
    }
    let _ = command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("SHELL", "/bin/sh");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("script");
    child.stdin.as_mut().expect("piped").write_all(answer.as_bytes()).expect("typed");
    child.wait().expect("an end").code()
}

#[test]
fn on_battery_it_holds_as_the_user_wishes() {
    let Some(machine) = Machine::new() else { return };
    let server = FaultServer::start();
    let url = slow(&server, "/battery.bin");
    let desk = Desk::new(&machine, &[("power.hold_below", "30")]);
    let id = desk.home.add(&url);
    desk.wait(&id, "running", None);
    desk.machine.set_on_battery(true);
    desk.machine.set_percentage(29.0);
    desk.wait(&id, "paused-system-policy", Some("on-battery"));
    desk.machine.set_percentage(31.0);
    desk.wait(&id, "running", None);
    let _ = desk.home.says(&["settings", "set", "power.hold_on_battery", "true"]);
    desk.wait(&id, "paused-system-policy", Some("on-battery"));
    desk.machine.set_on_battery(false);
    desk.wait(&id, "running", None);
}

#[test]
fn sleep_waits_until_everything_is_saved_and_no_longer() {
    let Some(machine) = Machine::new() else { return };
    let server = FaultServer::start();
    let url = slow(&server, "/asleep.bin");
    let desk = Desk::new(&machine, &[("power.stay_awake", "true")]);
    assert!(!desk.machine.is_locked("delay"), "nothing moves");
    let id = desk.home.add(&url);
    desk.home.wait_field(&id, "bytes_done", |bytes| bytes.as_u64().is_some_and(|bytes| bytes > 0));
    desk.machine.wait_locked("delay");
    desk.machine.wait_locked("block");
    desk.machine.prepare_for_sleep(true);
    desk.machine.wait_free("delay");
    desk.machine.wait_free("block");
    server.wait_for_connections(|open| open == 0, super::support::home::PATIENCE);
    // What was there when the lock went is all there is, and it is stored.
    let kept = desk.home.field(&id, "bytes_done");
    let kept = kept.as_u64().expect("a number");
    assert!(kept > 0);
    let asked = server.exchanges("/asleep.bin").len();
    assert_eq!(desk.home.field(&id, "status"), "queued");
    desk.machine.prepare_for_sleep(false);
    desk.wait(&id, "running", None);
    desk.machine.wait_locked("delay");
    desk.machine.wait_locked("block");
    desk.home.wait_field(&id, "bytes_done", |bytes| bytes.as_u64().is_some_and(|bytes| bytes > kept));
    assert_eq!(server.exchanges("/asleep.bin").len(), asked + 1, "nobody asked while it slept");
    let _ = desk.home.says(&["pause", &id]);
    desk.machine.wait_free("delay");
    desk.machine.wait_free("block");
    assert!(desk.home.says(&["log", &id]).contains("goes to sleep"));
}
