//! Pictures of the screens. `LONGSHORE_REDRAW=1 cargo test looks` keeps what they look like now; look at them first.
#![expect(
    clippy::disallowed_methods,
    reason = "pictures are files, and redrawing them is said in the environment"
)]

use std::path::Path;

use iced_test::core::keyboard::{Key, Modifiers, key::Named};
use longshore::api::{Batch, Notice, Stopped};
use longshore::model::{DiskFault, NetworkCost, Question, Status, Theme};
use longshore::ui::root::Message;

use super::desk::{Desk, look};
use crate::support::fake_engine::{FakeEngine, day, id, network, row};

const WIDE: (f32, f32) = (1160.0, 760.0);
const NARROW: (f32, f32) = (640.0, 480.0);

/// Compares with the kept picture. One that is missing is drawn for the eye, and the test fails.
fn picture(desk: &Desk, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/ui/snapshots");
    let kept = folder.join(format!("{name}-tiny-skia.sha256"));
    let snapshot = desk.simulator().snapshot(&desk.root.palette().theme()).unwrap();
    let eye = std::env::temp_dir().join("longshore-looks").join(name);
    let _ = std::fs::remove_file(eye.with_file_name(format!("{name}-tiny-skia.png")));
    assert!(snapshot.matches_image(&eye).unwrap());
    if std::env::var_os("LONGSHORE_REDRAW").is_some() {
        let _ = std::fs::remove_file(&kept);
        assert!(snapshot.matches_hash(folder.join(name)).unwrap());
        return;
    }
    let existed = kept.exists();
    assert!(existed, "{name}: there is no picture to compare with; look at {}", eye.display());
    let same = snapshot.matches_hash(folder.join(name)).unwrap();
    assert!(same, "{name}: looks different; look at {}", eye.display());
}

fn desk(theme: Theme, language: &str, size: (f32, f32)) -> Desk {
    Desk::new(FakeEngine::new(day()), look(theme, language), size)
}

const THEMES: [(Theme, &str); 2] = [(Theme::Dark, "dark"), (Theme::Light, "light")];

fn key(character: &str) -> Message {
    Message::Pressed(Key::Character(character.into()), Modifiers::CTRL)
}

#[test]
fn the_list() {
    for (theme, name) in THEMES {
        let mut desk = desk(theme, "en", WIDE);
        desk.click("debian-12.11.0-amd64-DVD-1.iso");
        picture(&desk, &format!("list-{name}"));
    }
}

#[test]
fn the_list_in_a_narrow_window() {
    for (theme, name) in THEMES {
        picture(&desk(theme, "en", NARROW), &format!("list-narrow-{name}"));
    }
}

#[test]
fn the_list_in_half_a_small_screen() {
    let small = (480.0, 600.0);
    for (theme, language, name) in [(Theme::Dark, "en", "dark"), (Theme::Light, "de", "german")] {
        picture(&desk(theme, language, small), &format!("list-small-{name}"));
    }
}

#[test]
fn the_details_with_ways_out() {
    for (theme, language, name) in [(Theme::Dark, "en", "dark"), (Theme::Light, "de", "german")] {
        let mut desk = desk(theme, language, WIDE);
        desk.click("openstreetmap-europe-latest.osm.pbf");
        picture(&desk, &format!("details-ways-{name}"));
    }
}

#[test]
fn the_list_in_german() {
    for (size, name) in [(WIDE, "wide"), (NARROW, "narrow")] {
        let mut desk = desk(Theme::Light, "de", size);
        desk.engine.network = network("Pixel-Hotspot", NetworkCost::Fixed);
        let batch = desk.engine.first();
        desk.batch(batch);
        desk.click("Vorlesung-07-Verteilte-Systeme.mp4");
        picture(&desk, &format!("list-german-{name}"));
    }
}

#[test]
fn the_end_of_a_long_list() {
    let many =
        (1..=100_000).map(|n| row(n, &format!("file-{n:06}.tar.zst"), "example.org", Status::Completed));
    let mut desk = Desk::new(FakeEngine::new(many.collect()), look(Theme::Dark, "en"), WIDE);
    desk.tell(Message::Pressed(Key::Named(Named::End), Modifiers::empty()));
    picture(&desk, "list-end");
}

#[test]
fn the_log() {
    let mut desk = desk(Theme::Dark, "en", WIDE);
    desk.click("debian-12.11.0-amd64-DVD-1.iso");
    desk.click("Log");
    picture(&desk, "log-dark");
}

#[test]
fn nothing_at_all() {
    for (theme, name) in THEMES {
        let desk = Desk::new(FakeEngine::new(Vec::new()), look(theme, "en"), WIDE);
        picture(&desk, &format!("empty-{name}"));
    }
    let desk = Desk::new(FakeEngine::new(Vec::new()), look(Theme::Dark, "de"), NARROW);
    picture(&desk, "empty-german-narrow");
}

#[test]
fn the_add_dialog() {
    for (theme, name) in THEMES {
        let mut desk = desk(theme, "en", WIDE);
        desk.tell(Message::Pasted(Some(LINKS.to_owned())));
        picture(&desk, &format!("add-{name}"));
    }
}

#[test]
fn the_add_dialog_with_one_link_in_a_narrow_window() {
    let mut desk = desk(Theme::Dark, "de", NARROW);
    desk.tell(Message::Pasted(Some("https://example.org/debian-12.iso".to_owned())));
    picture(&desk, "add-narrow");
}

#[test]
fn the_add_dialog_with_mistakes() {
    let mut desk = desk(Theme::Light, "en", WIDE);
    desk.tell(key("n"));
    desk.typed("https://example.org/a.iso\nnot a link\ngopher://old.example.org/b");
    picture(&desk, "add-mistakes");
}

#[test]
fn the_upload_dialog() {
    let files = [
        ("photos/2026/harbour.jpg", 4_200_000),
        ("photos/2026/night.jpg", 5_100_000),
        ("report.pdf", 81_000),
    ];
    for (theme, name) in THEMES {
        let mut desk = desk(theme, "en", WIDE);
        desk.tell(key("u"));
        desk.tell(super::uploading::found(&files));
        desk.tell(destination("https://dav.example.org/in/"));
        picture(&desk, &format!("upload-{name}"));
    }
    let mut desk = desk(Theme::Dark, "de", NARROW);
    desk.tell(key("u"));
    desk.tell(super::uploading::found(&files[..1]));
    desk.tell(destination("ftp://ftp.example.org/in/"));
    picture(&desk, "upload-german-narrow");
}

fn destination(text: &str) -> Message {
    Message::Upload(longshore::ui::screen::upload::Message::DestinationChanged(text.to_owned()))
}

#[test]
fn the_settings() {
    for (theme, name) in THEMES {
        let mut desk = desk(theme, "en", WIDE);
        desk.tell(key(","));
        picture(&desk, &format!("settings-{name}"));
    }
    let mut desk = desk(Theme::Dark, "de", NARROW);
    desk.tell(key(","));
    picture(&desk, "settings-german-narrow");
}

#[test]
fn the_questions() {
    let ask = |name: &str, question: Question, button: &str| {
        let mut rows = day();
        rows.truncate(3);
        rows.insert(0, row(20, "report-2026.pdf", "files.example.org", Status::NeedsUser(question)));
        rows[0].id = id(20);
        let mut desk = Desk::new(FakeEngine::new(rows), look(Theme::Dark, "en"), WIDE);
        desk.click("report-2026.pdf");
        desk.click(button);
        picture(&desk, &format!("ask-{name}"));
    };
    ask("sign-in", Question::SignIn, "Sign in");
    ask("new-link", Question::LinkExpired { status: 410 }, "New link");
    ask("name", Question::Disk(DiskFault::NameTaken), "Choose name");
    ask("folder", Question::Disk(DiskFault::FolderMissing), "Choose folder");
}

#[test]
fn the_policy_question() {
    let mut desk = desk(Theme::Light, "de", WIDE);
    desk.click("openstreetmap-europe-latest.osm.pbf");
    desk.click("Kostenregel ändern");
    picture(&desk, "ask-policy-german");
}

#[test]
fn the_menu_of_a_row() {
    for (theme, name) in THEMES {
        let mut desk = desk(theme, "en", WIDE);
        desk.click("Vorlesung-07-Verteilte-Systeme.mp4");
        desk.tell(Message::Pressed(Key::Named(Named::F10), Modifiers::SHIFT));
        picture(&desk, &format!("menu-{name}"));
    }
    let mut desk = desk(Theme::Dark, "de", WIDE);
    desk.tell(key("a"));
    desk.tell(Message::Pressed(Key::Named(Named::F10), Modifiers::SHIFT));
    picture(&desk, "menu-german-many");
}

#[test]
fn the_question_at_the_end() {
    let mut desk = desk(Theme::Dark, "en", WIDE);
    desk.tell(Message::CloseRequested);
    picture(&desk, "close-dark");
}

#[test]
fn the_hours_of_the_week() {
    for (theme, name) in THEMES {
        let mut settings = look(theme, "en");
        settings.hours.allowed = "mon-fri 0-7 17-24, sat-sun 0-24".parse().unwrap();
        settings.hours.slow = "mon-fri 17-22".parse().unwrap();
        let mut desk = Desk::new(FakeEngine::new(day()), settings, WIDE);
        desk.tell(Message::Header(longshore::ui::screen::header::Message::OpenSettings));
        desk.tell(Message::Settings(longshore::ui::screen::settings::Message::OpenHours));
        picture(&desk, &format!("hours-{name}"));
    }
}

#[test]
fn the_page_of_data_use() {
    for (theme, name) in THEMES {
        picture(&super::usage::desk(look(theme, "en"), (1160.0, 900.0)), &format!("usage-{name}"));
    }
    picture(&super::usage::desk(look(Theme::Light, "de"), (760.0, 620.0)), "usage-narrow-german");
}

#[test]
fn the_network_page() {
    let looks = [(Theme::Dark, "en", WIDE, "dark"), (Theme::Light, "de", NARROW, "german-narrow")];
    for (theme, language, size, name) in looks {
        let mut desk = desk(theme, language, size);
        let mut view = network("Pixel hotspot", NetworkCost::Fixed);
        view.network.uuid = Some("c0ffee".into());
        view.network.source = longshore::model::CostSource::NetworkManager;
        desk.batch(Batch { network: Some(Box::new(view)), ..Batch::default() });
        desk.tell(Message::Header(longshore::ui::screen::header::Message::OpenNetwork));
        picture(&desk, &format!("network-{name}"));
    }
}

#[test]
fn the_shortcuts() {
    for (language, name) in [("en", "english"), ("de", "german")] {
        let mut desk = desk(Theme::Dark, language, WIDE);
        desk.tell(Message::Pressed(Key::Named(Named::F1), Modifiers::empty()));
        picture(&desk, &format!("shortcuts-{name}"));
    }
}

#[test]
fn the_toasts() {
    let mut desk = desk(Theme::Light, "en", WIDE);
    desk.click("linux-6.18.tar.xz");
    desk.tell(Message::Pressed(Key::Named(Named::Delete), Modifiers::empty()));
    desk.batch(Batch {
        notices: vec![Notice::Holding { count: 3, cause: longshore::api::Cause::Network }],
        ..Batch::default()
    });
    picture(&desk, "toasts-light");
}

#[test]
fn the_engine_is_gone() {
    let mut desk = desk(Theme::Dark, "en", WIDE);
    desk.batch(Batch { stopped: Some(Stopped::Broke), ..Batch::default() });
    picture(&desk, "gone-dark");
}

const LINKS: &str = "https://cdimage.debian.org/debian-cd/12.11.0/amd64/iso-dvd/debian-12.11.0-amd64-DVD-1.iso
https://private.example.org/report-2026.pdf
https://gone.example.org/missing.zip
https://download.example.net/a-name-that-is-so-long-that-no-column-of-any-window-could-ever-show-the-whole-of-it.mkv
https://cdn.example.org/song.flac";
