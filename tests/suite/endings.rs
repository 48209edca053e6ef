//! How the program ends: asked to, broken, or with its screen gone. Whatever happens, the next start goes on.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::fault_server::{At, Behaviour, Content, FaultServer, Resource};
use crate::support::home::{Home, PATIENCE, Running, text};
use crate::support::screen::Screen;

const SIZE: u64 = 8 << 20;
const FILES: u64 = 6;

/// Two seconds are promised; a busy machine may take longer for the same work.
const AT_MOST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 6 } else { 2 });

/// Files on their way, one of which has stalled.
struct Busy {
    home: Home,
    server: FaultServer,
    contents: Vec<Content>,
}

impl Busy {
    fn new() -> Self {
        let server = FaultServer::options().small_buffers().start();
        let home = Home::new();
        let _ = home.says(&["settings", "set", "limits.large", "8"]);
        let _ = home.says(&["settings", "set", "limits.per_host", "8"]);
        let contents: Vec<_> = (0..FILES).map(|number| Content::new(40 + number, SIZE)).collect();
        for (number, content) in contents.iter().enumerate() {
            let how = match number {
                0 => Behaviour::Stall { at: At::Body(SIZE / 4) }.times(1),
                _ => Behaviour::Pace { bytes_per_second: 1 << 20 }.into(),
            };
            let _ = home.add(&server.serve(&path(number), Resource::bytes(content.clone()).with(how)));
        }
        Self { home, server, contents }
    }

    /// Every file has begun.
    fn wait_until_moving(&self) {
        for number in 0..self.contents.len() {
            let path = path(number);
            let moved = || self.server.coverage(&path).unique > 256 << 10;
            let _ = self.server.wait_for(&path, |_| moved(), PATIENCE);
        }
    }

    /// A new start brings every file, and little of it twice.
    fn goes_on(self) {
        let background = self.home.background();
        let ids: Vec<String> = (1..=FILES).map(|id| id.to_string()).collect();
        let _ = self.home.says(&["resume", "--all"]);
        let waits: Vec<&str> = std::iter::once("wait").chain(ids.iter().map(String::as_str)).collect();
        let _ = self.home.says(&waits);
        for (number, content) in self.contents.iter().enumerate() {
            let name = path(number);
            content.verify_file(&self.home.out().join(&name[1..])).expect("the right bytes");
            let coverage = self.server.coverage(&name);
            assert!(coverage.refetched <= 256 << 10, "{name}: {coverage:?}");
        }
        let _ = self.home.says(&["quit"]);
        assert!(background.end().success());
    }
}

fn path(number: usize) -> String {
    format!("/file-{number}.bin")
}

fn ends_in_time(running: Running, begun: Instant) -> std::process::ExitStatus {
    let status = running.end();
    let took = begun.elapsed();
    assert!(took < AT_MOST, "{took:?}");
    status
}

#[test]
fn told_to_end_it_saves_and_ends_at_once() {
    for how in ["TERM", "INT", "HUP", "quit"] {
        let busy = Busy::new();
        let background = busy.home.background();
        busy.wait_until_moving();
        let begun = Instant::now();
        match how {
            "TERM" => background.signal(Signal::TERM),
            "INT" => background.signal(Signal::INT),
            "HUP" => background.signal(Signal::HUP),
            _ => drop(busy.home.says(&["quit"])),
        }
        let status = ends_in_time(background, begun);
        assert!(status.success(), "{how}: {status}");
        if how == "TERM" {
            busy.goes_on();
        }
    }
}

#[test]
fn without_a_display_it_names_the_command_line() {
    let home = Home::new();
    let mut stale = home.command(&[]);
    let _ = stale.env("DISPLAY", ":58998");
    let mut nonsense = home.command(&[]);
    let _ = nonsense.env("DISPLAY", ":64998");
    let mut wayland = home.command(&[]);
    let _ = wayland.env("WAYLAND_DISPLAY", "wayland-77");
    for mut command in [home.command(&[]), stale, nonsense, wayland] {
        let output = command.output().expect("the program");
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(said.contains("longshore get"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!home.data().join("longshore.db").exists(), "nothing was begun");
    }
}

/// A window on a screen of its own.
fn window(home: &Home, screen: &Screen, more: &[(&str, &str)]) -> Running {
    let mut command = home.command(&[]);
    let _ = command.env("DISPLAY", &screen.name).envs(more.iter().copied());
    Running::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))
}

#[test]
fn a_lost_screen_loses_nothing() {
    let Some(screen) = Screen::new() else { return };
    let busy = Busy::new();
    let window = window(&busy.home, &screen, &[]);
    busy.wait_until_moving();
    screen.kill();
    assert_eq!(window.end().code(), Some(1));
    busy.goes_on();
}

#[test]
fn a_window_takes_over_from_a_get_and_from_a_background_program() {
    let Some(screen) = Screen::new() else { return };
    let server = FaultServer::options().small_buffers().start();
    let content = Content::new(60, SIZE);
    let pace = Behaviour::Pace { bytes_per_second: 2 << 20 };
    let url = server.serve("/file.bin", Resource::bytes(content.clone()).with(pace));
    let home = Home::new();
    let background = home.background();
    let mut get = home.get(&url);
    let _ = server.wait_for("/file.bin", |_| server.coverage("/file.bin").unique > 1 << 20, PATIENCE);
    let window = window(&home, &screen, &[]);
    assert!(background.end().success(), "it made room for the window");
    let _ = server.wait_for("/file.bin", |all| all.len() == 2, PATIENCE);
    assert!(get.is_running());
    assert_eq!(get.end().code(), Some(0));
    content.verify_file(&home.out().join("file.bin")).expect("the right bytes");
    assert!(server.coverage("/file.bin").refetched <= 256 << 10);
    let begun = Instant::now();
    window.signal(Signal::TERM);
    assert!(ends_in_time(window, begun).success());
}

#[test]
#[cfg(debug_assertions)]
fn a_broken_window_leaves_the_transfers_running_without_one() {
    let Some(screen) = Screen::new() else { return };
    let busy = Busy::new();
    let switch = busy.home.folder.path().join("break");
    let switch_name = switch.to_str().expect("utf-8");
    let mut window = window(&busy.home, &screen, &[("LONGSHORE_BREAK_WINDOW", switch_name)]);
    busy.wait_until_moving();
    std::fs::write(&switch, "").expect("written");
    let said = window.remark_with("The window broke");
    assert!(said.contains("broken on purpose"), "{said}");
    let _ = window.line_with("background");
    assert!(window.is_running(), "the same process, without a window");
    // It is the owner now, and moves on.
    let done = busy.home.field("2", "bytes_done").as_u64();
    busy.home.wait_field("2", "bytes_done", |now| now.as_u64() > done);
    let _ = busy.home.says(&["quit"]);
    assert!(window.end().success());
    busy.goes_on();
}
