//! Links come in, servers are asked, transfers go out.

use iced_test::core::keyboard::{Modifiers, key::Named};
use longshore::api::{Act, Command, NewTransfer, Query, Request, Start};
use longshore::model::{Settings, Theme};
use longshore::ui::root::{Dialog, Message};

use super::desk::{Desk, look};
use crate::support::fake_engine::FakeEngine;

fn desk() -> Desk {
    Desk::new(FakeEngine::new(Vec::new()), look(Theme::Dark, "en"), (1160.0, 760.0))
}

fn paste(desk: &mut Desk, text: &str) {
    desk.tell(Message::Pasted(Some(text.to_owned())));
}

fn probes(desk: &Desk) -> usize {
    desk.sent.iter().filter(|sent| matches!(sent, Request::Query(Query::Probe { .. }))).count()
}

fn added(desk: &mut Desk) -> Vec<Vec<NewTransfer>> {
    std::mem::take(&mut desk.sent)
        .into_iter()
        .filter_map(|sent| match sent {
            Request::Command(Command::Add(new)) => Some(new),
            _ => None,
        })
        .collect()
}

#[test]
fn pasted_links_open_the_dialog_and_their_servers_are_asked() {
    let mut desk = desk();
    paste(&mut desk, "look: https://a.example/one.iso and https://b.example/two.iso");
    assert_eq!(probes(&desk), 2);
    assert!(desk.shows("one.iso"));
    assert!(desk.shows("734 MB · application/x-iso9660-image · can resume"));
    assert!(desk.shows("Download 2 files"));
}

#[test]
fn what_is_pasted_into_an_open_dialog_stands_below_what_was_there() {
    let mut desk = desk();
    paste(&mut desk, "https://a.example/one.iso");
    paste(&mut desk, "https://b.example/two.iso");
    assert!(desk.shows("Download 2 files"));
    assert!(desk.shows("one.iso") && desk.shows("two.iso"));
}

#[test]
fn a_clipboard_without_links_is_answered_with_a_word() {
    let mut desk = desk();
    paste(&mut desk, "milk, bread, butter");
    assert!(desk.root.dialog.is_none());
    assert!(desk.shows("There is no link in the clipboard"));
}

#[test]
fn add_takes_over_the_open_answers() {
    let mut desk = desk();
    paste(&mut desk, "https://a.example/one.iso https://b.example/two.iso");
    desk.click("Add paused");
    desk.click("Download 2 files");
    assert!(desk.root.dialog.is_none());
    let dropped =
        desk.sent.iter().any(|sent| matches!(sent, Request::Command(Command::Act(Act::DropProbe(_)))));
    assert!(!dropped, "what was taken over is not dropped");
    let added = added(&mut desk);
    assert_eq!(added.len(), 1);
    assert!(added[0].iter().all(|new| new.probe.is_some() && new.start == Start::Paused));
    assert_eq!(added[0][0].folder.as_deref(), Some("/home/me/Downloads".as_ref()));
}

#[test]
fn escape_closes_and_lets_the_servers_go() {
    let mut desk = desk();
    paste(&mut desk, "https://a.example/one.iso");
    desk.sent.clear();
    desk.press(Named::Escape, Modifiers::empty());
    assert!(desk.root.dialog.is_none());
    assert!(matches!(desk.acts().as_slice(), [Act::DropProbe(_)]));
}

#[test]
fn at_most_six_are_asked_however_many_there_are() {
    let mut desk = desk();
    let links: Vec<_> = (0..50).map(|n| format!("https://a.example/{n}.iso")).collect();
    paste(&mut desk, &links.join("\n"));
    assert_eq!(probes(&desk), 6);
    assert!(desk.shows("and 44 more"));
}

#[test]
fn ten_thousand_links_are_summed_up_and_go_out_in_pieces() {
    let mut desk = desk();
    let links: Vec<_> = (0..10_000).map(|n| format!("https://a.example/{n}.iso")).collect();
    paste(&mut desk, &links.join("\n"));
    assert!(desk.shows("10000 links"));
    desk.click("Download 10,000 files");
    let sizes: Vec<_> = added(&mut desk).iter().map(Vec::len).collect();
    assert_eq!(sizes, [1000; 10]);
}

#[test]
fn bad_lines_are_named_and_good_ones_still_go() {
    let mut desk = desk();
    desk.press(iced_test::core::keyboard::Key::Character("n".into()), Modifiers::CTRL);
    desk.typed("https://a.example/one.iso\nnonsense\ngopher://b.example/x");
    assert!(
        desk.shows("Line 2: This is not an address: it must begin with https://, http://, ftp:// or ftps://")
    );
    assert!(desk.shows("Line 3: gopher: addresses are not supported; use http, https, ftp or ftps"));
    desk.click("Download");
    // The header has a button of the same name; the dialog's answers to Enter too.
    desk.press(Named::Enter, Modifiers::empty());
    assert_eq!(added(&mut desk).iter().map(Vec::len).sum::<usize>(), 1);
}

#[test]
fn bad_lines_stay_in_the_open_dialog_until_they_are_mended() {
    let mut desk = desk();
    desk.press(iced_test::core::keyboard::Key::Character("n".into()), Modifiers::CTRL);
    desk.typed("foo bar\nhttps://a.example/one.iso\nftp//x");
    desk.press(Named::Enter, Modifiers::empty());
    assert_eq!(added(&mut desk).iter().map(Vec::len).sum::<usize>(), 1);
    let remedy = "This is not an address: it must begin with https://, http://, ftp:// or ftps://";
    assert!(desk.shows(&format!("Line 1: {remedy}")) && desk.shows(&format!("Line 2: {remedy}")));
    // What was added is not added again.
    desk.press(Named::Enter, Modifiers::empty());
    assert!(added(&mut desk).is_empty());
    assert!(matches!(&desk.root.dialog, Some(Dialog::Add(state)) if state.count() == 0));
    desk.typed("\nhttps://a.example/two.iso");
    desk.press(Named::Enter, Modifiers::empty());
    assert_eq!(added(&mut desk).iter().map(Vec::len).sum::<usize>(), 1);
    assert!(desk.root.dialog.is_some());
}

#[test]
fn of_ten_thousand_lines_the_bad_ones_stay() {
    let mut desk = desk();
    desk.press(iced_test::core::keyboard::Key::Character("n".into()), Modifiers::CTRL);
    let links: Vec<_> = (0..10_000).map(|n| format!("https://a.example/{n}.iso")).collect();
    desk.typed(&format!("{}\nfoo bar", links.join("\n")));
    desk.click("Download 10,000 files");
    assert_eq!(added(&mut desk).iter().map(Vec::len).sum::<usize>(), 10_000);
    assert!(
        desk.shows("Line 1: This is not an address: it must begin with https://, http://, ftp:// or ftps://")
    );
}

#[test]
fn a_folder_must_be_whole_and_the_sentence_says_so() {
    let mut desk = desk();
    paste(&mut desk, "https://a.example/one.iso");
    desk.tell(Message::Add(longshore::ui::screen::add::Message::FolderChanged("Downloads".into())));
    desk.press(Named::Enter, Modifiers::empty());
    assert!(matches!(desk.root.dialog, Some(Dialog::Add(_))));
    assert!(desk.shows("A folder begins with a slash, as in /home/me/Downloads"));
}

#[test]
fn a_server_that_asks_who_one_is_gets_user_and_password() {
    let mut desk = desk();
    paste(&mut desk, "https://private.example/one.iso");
    assert!(desk.shows("User name"));
    desk.tell(Message::Add(longshore::ui::screen::add::Message::UserChanged("me".into())));
    desk.tell(Message::Add(longshore::ui::screen::add::Message::PasswordChanged("secret".into())));
    desk.press(Named::Enter, Modifiers::empty());
    let added = added(&mut desk);
    let credentials = added[0][0].credentials.as_ref().unwrap();
    assert_eq!((credentials.user.reveal(), credentials.password.reveal()), ("me", "secret"));
}

#[test]
fn links_of_the_command_line_are_offered() {
    use longshore::api::{ClientId, channel};
    let (handle, _requests) = channel(ClientId(1));
    let start = longshore::ui::Start {
        handle,
        ports: longshore::ui::Ports::fake(),
        settings: Settings::default(),
        desktop_languages: Vec::new(),
        links: vec!["https://a.example/one.iso".into()],
        default_folder: "/home/me".into(),
    };
    let (root, _) = longshore::ui::root::Root::new(start);
    assert!(matches!(root.dialog, Some(Dialog::Add(state)) if state.count() == 1));
}
