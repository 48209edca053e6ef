//! What can be done with rows, by pointer and by key.

use iced_test::core::keyboard::{Key, Modifiers, key::Named};
use longshore::api::{Act, Answer, Batch, Command, FileFate, Query, Request, Selection, View};
use longshore::model::{Place, Question, Shelf, Status, Theme, TransferId};
use longshore::ui::root::Message;
use longshore::ui::screen::{list, menu};
use longshore::ui::verbs::Verb;
use longshore::words::Remedy;

use super::desk::{Desk, look};
use crate::support::fake_engine::{FakeEngine, day, id, row};

fn desk() -> Desk {
    let mut desk = Desk::new(FakeEngine::new(day()), look(Theme::Dark, "en"), (1160.0, 760.0));
    desk.sent.clear();
    desk
}

fn ids(numbers: &[u64]) -> Selection {
    Selection::Ids(numbers.iter().map(|number| id(*number)).collect())
}

fn chosen(desk: &Desk) -> Vec<u64> {
    desk.root.list.selection.ids().map(TransferId::get).collect()
}

#[test]
fn a_click_chooses_and_asks_for_the_details() {
    let mut desk = desk();
    desk.click("linux-6.18.tar.xz");
    assert_eq!(chosen(&desk), [2]);
    let asked =
        desk.sent.iter().any(|sent| matches!(sent, Request::Query(Query::Detail(asked)) if *asked == id(2)));
    assert!(asked);
    assert!(desk.shows("Final address"));
}

#[test]
fn the_log_says_what_happened() {
    let mut desk = desk();
    desk.click("linux-6.18.tar.xz");
    desk.click("Log");
    assert!(desk.shows("The connection was broken"));
    assert!(desk.shows("Trying again in 5 s"));
}

#[test]
fn all_rows_are_chosen_by_one_key_and_paused_by_another() {
    let mut desk = desk();
    desk.press(Key::Character("a".into()), Modifiers::CTRL);
    assert_eq!(chosen(&desk).len(), 13);
    desk.press(Named::Space, Modifiers::empty());
    // The ended ones and the one that is paused already are left out.
    assert_eq!(desk.acts(), [Act::Pause(ids(&[1, 2, 3, 4, 5, 6, 7]))]);
}

#[test]
fn a_removed_row_can_be_had_back() {
    let mut desk = desk();
    desk.click("linux-6.18.tar.xz");
    desk.press(Named::Delete, Modifiers::empty());
    assert_eq!(desk.acts(), [Act::Remove { which: ids(&[2]), file: FileFate::Keep }]);
    assert!(desk.shows("One transfer removed"));
    desk.click("Undo");
    assert!(matches!(desk.acts().as_slice(), [Act::Undo(_)]));
    assert!(!desk.shows("One transfer removed"));
}

#[test]
fn cancel_has_a_way_back_too() {
    let mut desk = desk();
    desk.tell(Message::List(list::Message::Do(id(1), Verb::Cancel)));
    assert_eq!(desk.acts(), [Act::Cancel(ids(&[1]))]);
    assert!(desk.shows("One transfer canceled"));
}

#[test]
fn the_first_way_out_stands_in_the_row() {
    let mut desk = desk();
    desk.click("Use this network once");
    assert_eq!(desk.acts(), [Act::AllowHere(ids(&[4]))]);
    desk.click("Try now");
    assert_eq!(desk.acts(), [Act::Retry(ids(&[5]))]);
    desk.click("Start now");
    assert_eq!(desk.acts(), [Act::Move { ids: vec![id(7)], place: Place::Top }]);
}

#[test]
fn what_has_no_column_stands_in_the_second_line() {
    let of = |size| Desk::new(FakeEngine::new(day()), look(Theme::Dark, "en"), size);
    let narrow = of((480.0, 600.0));
    assert!(narrow.shows("62 % · 42.1 MB/s · 32 s left · cdimage.debian.org · 3.70 GB"));
    assert!(narrow.shows("↑ 37 % · 18.3 MB/s · 7 min 6 s left · studio.example.net · 12.4 GB"));
    assert!(of((640.0, 600.0)).shows("42.1 MB/s · 32 s left · cdimage.debian.org · 3.70 GB"));
    assert!(of((1160.0, 760.0)).shows("cdimage.debian.org"));
}

#[test]
fn a_new_link_is_asked_for_and_sent() {
    let mut desk = desk();
    desk.click("New link");
    assert!(desk.shows("A fresh address of the same file. What is here already is kept."));
    desk.tell(Message::Ask(longshore::ui::screen::ask::Message::TextChanged("fresh.example/x".into())));
    desk.sent.clear();
    desk.press(Named::Enter, Modifiers::empty());
    let [Request::Command(Command::ReplaceLink { id: which, url, .. }), ..] = desk.sent.as_slice() else {
        panic!("{:?}", desk.sent)
    };
    assert_eq!((*which, url.to_string().as_str()), (id(6), "https://fresh.example/x"));
}

#[test]
fn every_question_has_a_button_for_each_answer() {
    let answers = [
        (Remedy::Restart, Answer::Restart),
        (Remedy::KeepWhatIsHere, Answer::KeepWhatIsHere),
        (Remedy::SaveAnyway, Answer::Accept),
        (Remedy::AllowInsecure, Answer::Accept),
        (Remedy::TryNow, Answer::TryAgain),
        (Remedy::Overwrite, Answer::Overwrite),
        (Remedy::Skip, Answer::Skip),
    ];
    let rows = vec![row(1, "a.bin", "example.org", Status::NeedsUser(Question::CannotResume))];
    let mut desk = Desk::new(FakeEngine::new(rows.clone()), look(Theme::Dark, "en"), (1160.0, 760.0));
    for (remedy, answer) in answers {
        desk.batch(Batch { rows: rows.clone(), ..Batch::default() });
        let _ = desk.acts();
        desk.tell(Message::List(list::Message::Do(id(1), Verb::Out(remedy))));
        assert_eq!(desk.acts(), [Act::Answer { id: id(1), answer }], "{remedy:?}");
    }
}

#[test]
fn the_menu_offers_what_fits_and_does_it() {
    let mut desk = desk();
    desk.click("Vorlesung-07-Verteilte-Systeme.mp4");
    desk.press(Named::F10, Modifiers::SHIFT);
    assert!(desk.root.menu.is_some());
    assert!(desk.shows("New link…"));
    assert!(!desk.shows("Open"), "it is not finished");
    let _ = desk.acts();
    desk.tell(Message::Menu(menu::Message::Do(Verb::Move(Place::Top))));
    assert_eq!(desk.acts(), [Act::Move { ids: vec![id(6)], place: Place::Top }]);
    assert!(desk.root.menu.is_none());
}

#[test]
fn the_menu_can_be_used_by_key_alone() {
    let mut desk = desk();
    desk.click("linux-6.18.tar.xz");
    let _ = desk.acts();
    desk.press(Named::F10, Modifiers::SHIFT);
    desk.press(Named::ArrowUp, Modifiers::empty());
    desk.press(Named::ArrowUp, Modifiers::empty());
    desk.press(Named::Enter, Modifiers::empty());
    assert_eq!(desk.acts(), [Act::Remove { which: ids(&[2]), file: FileFate::Keep }]);
    assert!(desk.root.menu.is_none());
}

#[test]
fn the_sidebar_and_the_search_narrow_the_view() {
    let mut desk = desk();
    desk.click("Finished");
    let view = View { shelf: Some(Shelf::Finished), ..View::default() };
    assert!(
        desk.sent.iter().any(|sent| matches!(sent, Request::Query(Query::Order(asked)) if *asked == view))
    );
    assert!(desk.shows("Fedora-Workstation-44.iso"));
    assert!(!desk.shows("linux-6.18.tar.xz"));
    desk.tell(Message::Header(longshore::ui::screen::header::Message::SearchChanged("nowhere".into())));
    assert!(desk.shows("Nothing found"));
    desk.press(Named::Escape, Modifiers::empty());
    assert!(desk.shows("Fedora-Workstation-44.iso"));
}

#[test]
fn a_column_sorts_and_sorts_back() {
    let mut desk = desk();
    desk.click("Size");
    assert!(desk.root.roster.view().descending);
    desk.click("Size");
    assert!(!desk.root.roster.view().descending);
    desk.click("Progress");
    assert_eq!(*desk.root.roster.view(), View::default());
}

#[test]
fn arrows_walk_and_the_walk_keeps_the_row_in_sight() {
    let many =
        (1..=1000).map(|n| row(n, &format!("file-{n:04}"), "example.org", Status::Completed)).collect();
    let mut desk = Desk::new(FakeEngine::new(many), look(Theme::Dark, "en"), (1160.0, 760.0));
    desk.press(Named::End, Modifiers::empty());
    assert_eq!(chosen(&desk), [1000]);
    assert!(desk.shows("file-1000"));
    desk.press(Named::Home, Modifiers::SHIFT);
    assert_eq!(chosen(&desk).len(), 1000);
    assert!(desk.shows("file-0001"));
}

#[test]
fn only_rows_in_sight_are_fetched() {
    let many =
        (1..=100_000).map(|n| row(n, &format!("file-{n:06}"), "example.org", Status::Completed)).collect();
    let desk = Desk::new(FakeEngine::new(many), look(Theme::Dark, "en"), (1160.0, 760.0));
    let fetched: usize = desk
        .sent
        .iter()
        .map(|sent| match sent {
            Request::Query(Query::Rows(ids)) => ids.len(),
            _ => 0,
        })
        .sum();
    assert!(fetched <= Query::ROWS, "{fetched}");
}

#[test]
fn a_finished_file_that_is_gone_is_said_to_be() {
    let mut desk = desk();
    desk.tell(Message::FileOpened(Err(longshore::ui::CannotOpen::Missing)));
    let remedy =
        "The file is gone: it was moved, renamed or deleted. Add its link again to download it once more";
    assert!(desk.shows(remedy));
}

#[test]
fn what_is_on_its_way_and_can_be_seen_or_heard_is_played() {
    let rows = vec![
        row(1, "film.mkv", "films.example", Status::Running),
        row(2, "tools.zip", "films.example", Status::Running),
        row(3, "sound.flac", "films.example", Status::PausedByUser),
    ];
    let mut desk = Desk::new(FakeEngine::new(rows), look(Theme::Dark, "en"), (1160.0, 760.0));
    for (name, offered) in [("film.mkv", true), ("tools.zip", false), ("sound.flac", false)] {
        desk.click(name);
        desk.press(Named::ContextMenu, Modifiers::empty());
        assert_eq!(desk.shows("Play now"), offered, "{name}");
        desk.press(Named::Escape, Modifiers::empty());
    }
    desk.click("film.mkv");
    desk.press(Named::ContextMenu, Modifiers::empty());
    desk.tell(Message::Menu(menu::Message::Do(Verb::Play)));
    let asked = |sent: &Request| matches!(sent, Request::Query(Query::Address(film)) if *film == id(1));
    assert!(desk.sent.iter().any(asked));
    assert!(!desk.shows("This cannot be played now"));
}
