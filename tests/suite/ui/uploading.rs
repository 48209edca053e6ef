//! Files come in, a destination is named, uploads go out.

use iced_test::core::keyboard::Modifiers;
use longshore::api::{Act, Command, NewContent, NewTransfer, Request};
use longshore::model::{Direction, Method, Resuming, SafeUrl, Status, Theme};
use longshore::ui::root::{Dialog, Message};
use longshore::ui::screen::upload::{Message as Upload, Way};
use longshore::ui::{Sendable, Sendables};

use super::desk::{Desk, look};
use crate::support::fake_engine::FakeEngine;

fn desk() -> Desk {
    let mut desk = Desk::new(FakeEngine::new(Vec::new()), look(Theme::Dark, "en"), (1160.0, 760.0));
    desk.press(iced_test::core::keyboard::Key::Character("u".into()), Modifiers::CTRL);
    assert!(matches!(desk.root.dialog, Some(Dialog::Upload(_))));
    desk
}

pub(super) fn found(files: &[(&str, u64)]) -> Message {
    let file = |(name, size): &(&str, u64)| Sendable {
        path: format!("/home/me/{name}").into(),
        within: name.split('/').map(str::to_owned).collect(),
        size: *size,
    };
    let files = files.iter().map(file).collect();
    Message::Upload(Upload::Looked(Sendables { files, ..Sendables::default() }))
}

fn tell(desk: &mut Desk, message: Upload) {
    desk.tell(Message::Upload(message));
}

fn added(desk: &mut Desk) -> Vec<NewTransfer> {
    let commands = std::mem::take(&mut desk.sent).into_iter().filter_map(|sent| match sent {
        Request::Command(Command::Add(new)) => Some(new),
        _ => None,
    });
    commands.flatten().collect()
}

fn addresses(new: &[NewTransfer]) -> Vec<&str> {
    new.iter().map(|new| new.url.request().as_str()).collect()
}

#[test]
fn a_folder_and_a_file_become_one_group_below_the_destination() {
    let mut desk = desk();
    desk.tell(found(&[("photos/a.jpg", 10), ("photos/2026/b.jpg", 20), ("c.txt", 30)]));
    assert!(desk.shows("photos/2026/b.jpg"));
    tell(&mut desk, Upload::DestinationChanged("dav.example/in".to_owned()));
    desk.click("Upload 3 files");
    assert!(desk.root.dialog.is_none());
    let new = added(&mut desk);
    let base = "https://dav.example/in";
    assert_eq!(
        addresses(&new),
        [format!("{base}/photos/a.jpg"), format!("{base}/photos/2026/b.jpg"), format!("{base}/c.txt")]
    );
    for one in &new {
        let upload = one.upload.as_ref().expect("an upload");
        assert!(upload.make_folders && upload.resuming == Resuming::Auto);
        assert_eq!((one.direction, one.method.clone()), (Direction::Upload, Method::put()));
        assert_eq!(one.group.as_deref(), Some("dav.example"));
    }
}

#[test]
fn one_file_goes_to_the_address_itself_and_the_destination_is_offered_again() {
    let mut desk = desk();
    desk.tell(found(&[("a.iso", 10)]));
    tell(&mut desk, Upload::DestinationChanged("ftp://me:secret@h.example/x.iso".to_owned()));
    assert!(!desk.shows("PUT"), "FTP knows one way");
    tell(&mut desk, Upload::Add);
    let configured = desk.sent.iter().find_map(|sent| match sent {
        Request::Command(Command::Act(Act::Configure(settings))) => Some(settings.uploads.clone()),
        _ => None,
    });
    let remembered = configured.expect("remembered").destinations;
    let url = SafeUrl::parse("ftp://h.example/x.iso").expect("an address").0;
    assert_eq!(remembered, [url]);
    let new = added(&mut desk);
    assert_eq!((addresses(&new), new[0].group.clone()), (vec!["ftp://h.example/x.iso"], None));
    let credentials = new[0].credentials.as_ref().expect("credentials");
    assert_eq!((credentials.user.reveal(), credentials.password.reveal()), ("me", "secret"));
    desk.click("Upload");
    assert!(desk.shows("ftp://h.example/x.iso"));
}

#[test]
fn a_form_has_its_fields_and_a_mistake_in_them_is_marked() {
    let mut desk = desk();
    desk.tell(found(&[("a.png", 10)]));
    tell(&mut desk, Upload::DestinationChanged("https://h.example/form".to_owned()));
    tell(&mut desk, Upload::WayChosen(Way::Form));
    let typed = |text: &str| {
        use iced_test::runtime::core::text::editor::{Action, Edit};
        Upload::ExtraEdited(Action::Edit(Edit::Paste(std::sync::Arc::new(text.to_owned()))))
    };
    tell(&mut desk, typed("nonsense"));
    tell(&mut desk, Upload::Add);
    assert!(added(&mut desk).is_empty());
    tell(&mut desk, typed("=1\ntoken=abc"));
    tell(&mut desk, Upload::Add);
    let new = added(&mut desk);
    let upload = new[0].upload.clone().expect("an upload");
    let NewContent::Parts(parts) = upload.content else { panic!("no form") };
    let names: Vec<_> = parts.list.iter().map(|part| part.name.clone().expect("a name")).collect();
    assert_eq!(names, ["nonsense", "token", "file"]);
    assert_eq!(new[0].method, Method::post());
}

#[test]
fn what_falls_on_the_window_is_looked_at_and_nothing_goes_without_an_address() {
    let mut desk = Desk::new(FakeEngine::new(Vec::new()), look(Theme::Light, "en"), (1160.0, 760.0));
    desk.tell(Message::Hovered);
    desk.tell(Message::Hovered);
    assert!(desk.shows("Upload 2 files"));
    desk.tell(Message::Dropped("/home/me/a.txt".into()));
    assert!(matches!(desk.root.dialog, Some(Dialog::Upload(_))) && !desk.shows("Upload 2 files"));
    desk.tell(found(&[("a.txt", 1), ("b.txt", 1)]));
    desk.tell(found(&[("a.txt", 1)]));
    assert!(desk.shows("Upload 2 files"), "the same file counts once");
    tell(&mut desk, Upload::DestinationChanged("gopher://x/".to_owned()));
    tell(&mut desk, Upload::Add);
    assert!(desk.shows("gopher: addresses are not supported; use http, https, ftp or ftps"));
    assert!(added(&mut desk).is_empty());
    tell(&mut desk, Upload::Forget(0));
    assert!(desk.shows("b.txt") && !desk.shows("a.txt"));
}

#[test]
fn a_pause_that_costs_what_was_sent_says_so() {
    use longshore::ui::verbs::Verb;
    let row = |direction, resumable, done| {
        let mut row = crate::support::fake_engine::row(1, "a.bin", "h.example", Status::Running);
        (row.direction, row.resumable, row.progress.done) = (direction, resumable, done);
        Verb::Pause.key_for(&row)
    };
    assert_eq!(row(Direction::Upload, Some(false), 5), "verb-pause-over");
    assert_eq!(row(Direction::Upload, Some(false), 0), "verb-pause");
    assert_eq!(row(Direction::Upload, Some(true), 5), "verb-pause");
    assert_eq!(row(Direction::Download, Some(false), 5), "verb-pause");
}
