//! The real window, as a person uses it: the program on a screen of its own, real clicks and real keys.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod screen;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use iced_test::core::{Point, Rectangle};
use iced_test::selector::Candidate;
use longshore::model::Theme;
use longshore::ui::icon::Icon;
use longshore::ui::root::Message;
use longshore::ui::screen::list;
use longshore::ui::verbs::Verb;
use serde_json::Value;
use tempfile::TempDir;
use x11rb::protocol::xproto::Window;

use crate::support::fake_engine::{FakeEngine, id, network, row};
use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::ui::desk::{Desk, look};
use screen::{Kept, PATIENCE, Screen, Sight, until};

const SIZE: (u16, u16) = (1160, 760);

/// The program with its window open.
struct Person {
    screen: Screen,
    folder: TempDir,
    window: Window,
    program: Kept,
}

impl Person {
    /// `None` where there can be no screen.
    fn new(arguments: &[&str]) -> Option<Self> {
        let screen = Screen::new()?;
        let folder = TempDir::new().unwrap();
        screen::viewer(&folder.path().join("bin"), "xdg-open", &folder.path().join("opened"));
        let mut command = program(folder.path(), arguments);
        let _ = command.env("DISPLAY", &screen.name).stdin(Stdio::null()).stdout(Stdio::null());
        let program = Kept(command.stderr(Stdio::null()).spawn().unwrap());
        let window = screen.window("Longshore");
        let person = Self { screen, folder, window, program };
        until("the keyboard", || (person.screen.focus() == window).then_some(()));
        // The first frame: the sidebar and the list differ in colour.
        person.see("the first frame", |sight| sight.at(10.0, 700.0) != sight.at(600.0, 200.0));
        Some(person)
    }

    fn see(&self, what: &str, wanted: impl Fn(&Sight) -> bool) {
        until(what, || wanted(&self.screen.look(self.window)).then_some(()));
    }

    /// Does something and waits until it shows.
    fn seen(&self, what: &str, hand: impl FnOnce()) {
        let before = self.screen.look(self.window);
        hand();
        self.see(what, |now| *now != before);
    }

    fn key(&self, key: &str) {
        self.screen.hand(&["key", key]);
    }

    /// Goes there, waits until what is below the pointer has noticed, and clicks.
    fn click(&self, place: Rectangle) {
        let Point { x, y } = place.center();
        let window = self.window.to_string();
        self.screen.hand(&["mousemove", "--window", &window, "20", "600"]);
        self.seen(&format!("the pointer at {x} {y}"), || {
            self.screen.hand(&["mousemove", "--window", &window, &x.to_string(), &y.to_string()]);
        });
        self.screen.hand(&["click", "1"]);
    }

    fn says(&self, arguments: &[&str]) -> String {
        let output = program(self.folder.path(), arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn list(&self) -> Vec<Value> {
        serde_json::from_str(&self.says(&["list", "--json"])).unwrap()
    }

    /// Asks on the command line until the only transfer has this status.
    fn wait(&self, status: &str) -> Value {
        until(status, || self.list().into_iter().find(|one| one["status"] == status))
    }

    fn end(&mut self) -> bool {
        until("the end of the program", || self.program.0.try_wait().unwrap()).success()
    }
}

/// A home of its own, no desktop, and the viewer in place of the real one.
fn program(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_longshore"));
    let _ = command.arg("--data-dir").arg(home.join("data")).args(arguments).env_clear();
    let _ = command.env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent");
    let _ = command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let path = std::env::var("PATH").unwrap_or_default();
    let _ = command.env("PATH", format!("{}:{path}", home.join("bin").display()));
    let _ = command.env("HOME", home).env("XDG_RUNTIME_DIR", home).env("LANG", "C");
    let _ = command.current_dir(home);
    command
}

/// The same window without a screen: it knows where everything stands.
fn map(names: &[&str]) -> Desk {
    let rows = (1..)
        .zip(names)
        .map(|(number, name)| row(number, name, "127.0.0.1", longshore::model::Status::Running));
    let mut engine = FakeEngine::new(rows.collect());
    engine.network = network("", longshore::model::NetworkCost::Unknown);
    engine.network.network.connection = None;
    Desk::new(engine, look(Theme::Light, "en"), (f32::from(SIZE.0), f32::from(SIZE.1)))
}

/// Where the last of all these words stands: a dialog is above what is behind it.
fn place(desk: &Desk, words: &str) -> Rectangle {
    places(desk, words).pop().unwrap_or_else(|| panic!("{words:?} is nowhere"))
}

/// The name in the list; below it stand the details.
fn row_of(desk: &Desk, name: &str) -> Rectangle {
    places(desk, name).swap_remove(0)
}

/// The button of a row with this icon.
fn button_of(desk: &Desk, row: &str, icon: Icon) -> Rectangle {
    let y = row_of(desk, row).center_y();
    let far = |one: &Rectangle| (one.center_y() - y).abs();
    let all = places(desk, icon.glyph()).into_iter();
    all.min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or_else(|| panic!("{icon:?} is nowhere"))
}

fn places(desk: &Desk, words: &str) -> Vec<Rectangle> {
    let mut all = Vec::new();
    let _ = desk.simulator().find(|candidate: Candidate<'_>| {
        if let Candidate::Text { content, bounds, .. } = candidate
            && content == words
        {
            all.push(bounds);
        }
        None::<()>
    });
    all
}

#[test]
fn a_link_typed_into_the_window_becomes_the_file() {
    let content = Content::new(21, 3 << 20);
    let server = FaultServer::start();
    let url = server.serve("/typed.iso", Resource::bytes(content.clone()));
    let Some(mut person) = Person::new(&[]) else { return };
    person.seen("the dialog", || person.key("ctrl+n"));
    person.screen.hand(&["type", "--delay", "0", &url]);
    let mut desk = map(&[]);
    desk.tell(Message::Pasted(Some(url.clone())));
    // What the server says: the icon of the answer is green.
    let icon = place(&desk, Icon::Disc.glyph());
    let good = desk.root.palette().good.into_rgba8();
    person.see("the answer of the server", |sight| {
        (0..400).any(|at| {
            let (x, y) = (
                icon.x + (at % 20) as f32 * icon.width / 20.0,
                icon.y + (at / 20) as f32 * icon.height / 20.0,
            );
            sight.at(x, y).iter().zip(good).all(|(seen, ink)| seen.abs_diff(ink) < 24)
        })
    });
    assert!(person.list().is_empty(), "nothing is added before it is accepted");
    person.click(place(&desk, "Download"));
    let done = person.wait("completed");
    let file = PathBuf::from(done["file"].as_str().unwrap());
    assert_eq!(file, person.folder.path().join("Downloads/typed.iso"));
    content.verify_file(&file).unwrap();
    assert_eq!(server.exchanges("/typed.iso").len(), 1, "the question was the first request of the transfer");

    // Enter opens it; the program that shows it does not hold ours up.
    let opened = person.folder.path().join("opened");
    let _ = until("the viewer", || {
        person.key("Return");
        std::fs::read_to_string(&opened).ok().filter(|said| said.contains("typed.iso"))
    });
    person.key("ctrl+q");
    assert!(person.end());
}

#[test]
fn a_slow_transfer_is_paused_resumed_canceled_and_removed_by_hand() {
    let slow = Behaviour::Pace { bytes_per_second: 200_000 };
    let server = FaultServer::options().small_buffers().start();
    let url = server.serve("/slow.iso", Resource::bytes(Content::new(22, 64 << 20)).with(slow));
    let Some(mut person) = Person::new(&[&url]) else { return };
    let _ = server.wait_for("/slow.iso", |asked| !asked.is_empty(), PATIENCE);
    person.seen("the dialog goes", || person.key("Return"));
    let _ = person.wait("running");
    let desk = map(&["slow.iso"]);
    let name = "slow.iso";
    person.click(button_of(&desk, name, Icon::Pause));
    let _ = person.wait("paused-by-user");
    person.key("space");
    let _ = person.wait("running");

    person.click(button_of(&desk, name, Icon::Cross));
    let _ = person.wait("canceled");
    let mut canceled = map(&[name]);
    canceled.tell(Message::List(list::Message::Do(id(1), Verb::Cancel)));
    person.click(place(&canceled, "Undo"));
    let _ = until("the way back", || person.list().into_iter().find(|one| one["status"] != "canceled"));

    person.click(place(&desk, "Pause all"));
    let _ = person.wait("paused-by-user");
    person.click(place(&desk, "Resume all"));
    let _ = person.wait("running");
    person.click(row_of(&desk, name));
    person.key("space");
    let _ = person.wait("paused-by-user");
    person.key("space");
    let _ = person.wait("running");

    person.key("Delete");
    until("an empty list", || person.list().is_empty().then_some(()));
    person.key("ctrl+z");
    until("the row is back", || (!person.list().is_empty()).then_some(()));
    // It is back in the engine before it is back in the list.
    until("an empty list again", || {
        person.key("ctrl+a");
        person.key("Delete");
        person.list().is_empty().then_some(())
    });
    person.key("ctrl+q");
    assert!(person.end());
}

#[test]
fn closing_asks_while_something_runs_and_what_ran_is_kept() {
    let slow = Behaviour::Pace { bytes_per_second: 200_000 };
    let server = FaultServer::options().small_buffers().start();
    let url = server.serve("/kept.iso", Resource::bytes(Content::new(23, 64 << 20)).with(slow));
    let Some(mut person) = Person::new(&[&url]) else { return };
    let _ = server.wait_for("/kept.iso", |asked| !asked.is_empty(), PATIENCE);
    person.seen("the dialog goes", || person.key("Return"));
    let running = person.wait("running");
    person.seen("the question", || person.key("ctrl+w"));
    let mut desk = map(&["kept.iso"]);
    desk.tell(Message::CloseRequested);
    person.click(place(&desk, "Keep open"));
    assert!(person.program.0.try_wait().unwrap().is_none());
    let _ = until("the program goes on", || {
        person.list().into_iter().find(|one| one["bytes_done"].as_u64() > running["bytes_done"].as_u64())
    });
    person.seen("the question again", || person.key("ctrl+w"));
    person.click(place(&desk, "Pause and quit"));
    assert!(person.end());
    let kept = person.list();
    assert_eq!(kept.len(), 1);
    assert!(kept[0]["bytes_done"].as_u64() > Some(0), "{kept:?}");
}
