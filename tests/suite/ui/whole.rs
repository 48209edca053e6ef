//! The window as a whole: settings, languages, its beginning and end.

use iced_test::core::keyboard::{Key, Modifiers, key::Named};
use longshore::api::{Act, Batch, Counts, Notice, Outcome, Secret, Stopped};
use longshore::model::{Refusal, Shelf, StoreTrouble, Theme};
use longshore::ui::root::{Dialog, Message, Purpose};

use super::desk::{Desk, look};
use crate::support::fake_engine::{FakeEngine, day};

fn desk() -> Desk {
    let mut desk = Desk::new(FakeEngine::new(day()), look(Theme::Dark, "en"), (1160.0, 760.0));
    desk.sent.clear();
    desk
}

fn ctrl(desk: &mut Desk, character: &str) {
    desk.press(Key::Character(character.into()), Modifiers::CTRL);
}

#[test]
fn a_setting_applies_at_once() {
    let mut desk = desk();
    assert!(desk.root.palette().dark);
    ctrl(&mut desk, ",");
    desk.click("Light");
    assert!(!desk.root.palette().dark);
    let acts = desk.acts();
    let [Act::Configure(settings)] = acts.as_slice() else { panic!("{acts:?}") };
    assert_eq!(settings.appearance.theme, Theme::Light);
}

#[test]
fn the_language_changes_while_the_window_is_open() {
    let mut desk = desk();
    assert!(desk.shows("Pause all"));
    let chosen = longshore::ui::screen::settings::Message::LanguageChosen(Some("de".into()));
    ctrl(&mut desk, ",");
    desk.tell(Message::Settings(chosen));
    desk.press(Named::Escape, Modifiers::empty());
    assert!(desk.shows("Alle anhalten"));
    assert!(desk.shows("Der Server nimmt diesen Link nicht mehr an (403)"));
}

#[test]
fn the_desktop_decides_when_nobody_else_does() {
    let mut desk = Desk::new(FakeEngine::new(Vec::new()), look(Theme::System, "en"), (1160.0, 760.0));
    assert!(!desk.root.palette().dark);
    desk.tell(Message::DesktopTheme(iced_test::core::theme::Mode::Dark));
    assert!(desk.root.palette().dark);
}

#[test]
fn closing_asks_while_something_runs() {
    let mut desk = desk();
    desk.tell(Message::CloseRequested);
    assert!(matches!(desk.root.dialog, Some(Dialog::Close(_))));
    desk.click("Keep open");
    assert!(desk.root.dialog.is_none());
    assert_eq!(desk.acts(), []);
    desk.tell(Message::CloseRequested);
    desk.click("Pause and quit");
    assert_eq!(desk.acts(), [Act::Quit]);
}

fn counts(active: u64, waiting: u64, need_user: u64) -> Batch {
    let shelves = [(Shelf::Active, active), (Shelf::Waiting, waiting), (Shelf::Paused, 1)].into();
    Batch { counts: Some(Counts { shelves, need_user, ..Counts::default() }), ..Batch::default() }
}

#[test]
fn the_question_before_closing_goes_when_nothing_is_left() {
    let mut desk = desk();
    desk.tell(Message::CloseRequested);
    desk.batch(counts(2, 0, 0));
    let sentence =
        "2 transfers are not finished. If Longshore ends now, they are paused and go on at the next start.";
    assert!(desk.shows(sentence), "the number follows");
    desk.batch(counts(0, 0, 0));
    assert_eq!(desk.acts(), [Act::Quit]);
}

#[test]
fn closing_asks_while_something_waits_to_go_on() {
    let mut desk = desk();
    desk.batch(counts(0, 1, 0));
    desk.tell(Message::CloseRequested);
    assert!(matches!(desk.root.dialog, Some(Dialog::Close(_))));
    // Those that wait for a person or were paused by one wait as well at the next start.
    let mut desk = self::desk();
    desk.batch(counts(0, 1, 1));
    desk.tell(Message::CloseRequested);
    assert_eq!(desk.acts(), [Act::Quit]);
}

#[test]
fn the_question_before_closing_stays_while_something_waits() {
    let mut desk = desk();
    desk.batch(counts(1, 0, 0));
    desk.tell(Message::CloseRequested);
    desk.batch(counts(0, 1, 0));
    desk.batch(counts(0, 1, 1));
    assert_eq!(desk.acts(), []);
    let sentence =
        "Nothing is running any more, but one transfer needs you. Keep Longshore open to see what it needs.";
    assert!(desk.shows(sentence));
}

#[test]
fn a_second_start_brings_its_links_to_the_open_window() {
    let mut desk = desk();
    let links = vec![Secret::new("https://example.com/one.iso"), Secret::new("https://example.com/two.iso")];
    desk.batch(Batch { notices: vec![Notice::ShowWindow { links }], ..Batch::default() });
    assert!(matches!(desk.root.dialog, Some(Dialog::Add(_))));
    assert_eq!(desk.acts(), [], "nothing is added before the user says so");
}

#[test]
fn closing_an_idle_window_just_ends_it() {
    let mut desk = Desk::new(FakeEngine::new(Vec::new()), look(Theme::Dark, "en"), (1160.0, 760.0));
    desk.tell(Message::CloseRequested);
    assert!(desk.root.dialog.is_none());
    assert_eq!(desk.acts(), [Act::Quit]);
}

#[test]
fn an_engine_that_is_gone_says_why() {
    for (why, title) in [
        (Stopped::Broke, "Longshore’s engine has stopped"),
        (Stopped::Yielded, "Another window took over"),
        (Stopped::Quit, "Longshore has ended"),
    ] {
        let mut desk = desk();
        desk.batch(Batch { stopped: Some(why), ..Batch::default() });
        assert!(desk.shows(title));
    }
    let mut desk = desk();
    desk.tell(Message::Engine(longshore::ui::wire::News::Lost));
    assert!(desk.shows("Longshore’s engine has stopped"));
}

#[test]
fn a_refusal_is_shown_with_its_reason() {
    let mut desk = desk();
    let refused = Outcome::Refused(Refusal::Store(StoreTrouble::ReadOnly));
    desk.tell(Message::Done(Purpose::Plain, vec![Ok(refused)]));
    assert!(desk.shows("Longshore’s data folder is read-only; nothing was changed"));
}

#[test]
fn pause_all_and_resume_all_mean_all() {
    let mut desk = desk();
    desk.click("Pause all");
    desk.click("Resume all");
    use longshore::api::Selection::All;
    assert_eq!(desk.acts(), [Act::Pause(All), Act::Resume(All)]);
}

#[test]
fn the_details_and_the_sidebar_fold_and_are_remembered() {
    let mut desk = desk();
    assert!(desk.shows("Overview"));
    desk.press(Named::Enter, Modifiers::ALT);
    assert!(!desk.shows("Overview"));
    ctrl(&mut desk, "b");
    assert!(!desk.shows("Longshore"));
    let acts = desk.acts();
    let Some(Act::Configure(settings)) = acts.last() else { panic!("{acts:?}") };
    assert!(!settings.appearance.details && !settings.appearance.sidebar);
}

#[test]
fn an_empty_list_says_what_one_can_do() {
    let desk = Desk::new(FakeEngine::new(Vec::new()), look(Theme::Dark, "en"), (1160.0, 760.0));
    assert!(desk.shows("Add a download"));
}
