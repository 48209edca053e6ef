//! Everything the mouse can do, the keyboard can.

use iced::advanced::renderer::Headless;
use iced::advanced::widget::operation::{Outcome, focusable};
use iced::advanced::{clipboard, mouse, widget::Operation};
use iced_test::core::keyboard::{Key, Modifiers, key::Named};
use iced_test::core::{Event, Size};
use iced_test::runtime::UserInterface;
use iced_test::runtime::user_interface::Cache;
use longshore::api::{Act, Request};
use longshore::model::Theme;
use longshore::ui::root::{Dialog, Message};
use longshore::ui::screen::{add, ask, details, header, settings, sidebar};
use longshore::ui::theme;
use longshore::ui::widget::Pull;

use super::desk::{Desk, look};
use crate::support::fake_engine::{FakeEngine, day, id};

fn desk() -> Desk {
    let mut desk = Desk::new(FakeEngine::new(day()), look(Theme::Dark, "en"), (1160.0, 760.0));
    desk.sent.clear();
    desk
}

fn ctrl(desk: &mut Desk, character: &str) {
    desk.press(Key::Character(character.into()), Modifiers::CTRL);
}

/// What this key does on each stop of the Tab key, in their order.
fn stops(desk: &Desk, key: Named) -> Vec<Message> {
    let renderer =
        <iced::Renderer as Headless>::new(theme::REGULAR, theme::size::BODY.into(), Some("tiny-skia"));
    let mut renderer = futures::executor::block_on(renderer).unwrap();
    let size = Size::new(desk.size.0, desk.size.1);
    let mut window = UserInterface::build(desk.root.body(), size, Cache::new(), &mut renderer);
    let press: Vec<Event> = iced_test::simulator::tap_key(key, None).collect();
    let mut messages = Vec::new();
    for _ in 0..60 {
        let mut next: Box<dyn Operation> = Box::new(focusable::focus_next::<()>());
        while let Some(mut operation) = Some(next) {
            window.operate(&renderer, operation.as_mut());
            match operation.finish() {
                Outcome::Chain(more) => next = more,
                Outcome::None | Outcome::Some(()) => break,
            }
        }
        let away = mouse::Cursor::Unavailable;
        let _ = window.update(&press, away, &mut renderer, &mut clipboard::Null, &mut messages);
    }
    messages
}

#[test]
fn tab_comes_to_every_button_and_enter_presses_it() {
    let mut desk = desk();
    desk.click("Vorlesung-07-Verteilte-Systeme.mp4");
    let found = stops(&desk, Named::Enter);
    let has = |wanted: fn(&Message) -> bool| found.iter().any(wanted);
    assert!(has(|message| matches!(message, Message::Header(header::Message::Add))));
    assert!(has(|message| matches!(message, Message::Header(header::Message::PauseAll))));
    assert!(has(|message| matches!(message, Message::Header(header::Message::OpenSettings))));
    assert!(has(|message| matches!(message, Message::Sidebar(sidebar::Message::Go(_)))));
    assert!(has(|message| matches!(message, Message::Details(details::Message::Show(details::Tab::Log)))));
    assert!(has(|message| matches!(message, Message::Details(details::Message::Do(..)))));
    // The list has keys of its own: its rows are no stops.
    assert!(!has(|message| matches!(message, Message::List(longshore::ui::screen::list::Message::Do(..)))));
}

#[test]
fn an_open_dialog_keeps_the_keyboard() {
    let mut desk = desk();
    desk.tell(Message::Pasted(Some("https://a.example/one.iso".into())));
    let found = stops(&desk, Named::Space);
    assert!(found.iter().all(|message| matches!(message, Message::Add(_))), "{found:?}");
    assert!(found.iter().any(|message| matches!(message, Message::Add(add::Message::Cancel))));
    assert!(found.iter().any(|message| matches!(message, Message::Add(add::Message::Browse))));
    assert!(found.iter().any(|message| matches!(message, Message::Add(add::Message::Add))));
    assert!(found.iter().any(|message| matches!(message, Message::Add(add::Message::PolicyChosen(_)))));
}

#[test]
fn switches_and_choices_are_turned_by_key() {
    let mut desk = desk();
    ctrl(&mut desk, ",");
    let pressed = stops(&desk, Named::Space);
    let switch =
        |message: &Message| matches!(message, Message::Settings(settings::Message::UnknownIsMetered(true)));
    assert!(pressed.iter().any(switch));
    let up = stops(&desk, Named::ArrowUp);
    let language =
        |message: &Message| matches!(message, Message::Settings(settings::Message::LanguageChosen(_)));
    assert!(up.iter().any(language), "{up:?}");
}

#[test]
fn letters_typed_before_the_dialog_is_there_are_not_lost() {
    let mut desk = desk();
    ctrl(&mut desk, "n");
    for letter in "a.example/one.iso".chars() {
        desk.press(Key::Character(letter.to_string().into()), Modifiers::empty());
    }
    desk.press(Named::Enter, Modifiers::empty());
    let added = desk.sent.iter().any(|sent| {
        matches!(sent, Request::Command(longshore::api::Command::Add(new))
            if new[0].url.to_string() == "https://a.example/one.iso")
    });
    assert!(added, "{:?}", desk.sent);
}

#[test]
fn letters_typed_before_the_search_is_there_are_not_lost() {
    let mut desk = desk();
    ctrl(&mut desk, "f");
    for letter in ["l", "i"] {
        desk.press(Key::Character(letter.into()), Modifiers::empty());
    }
    assert_eq!(desk.root.roster.view().search, "li");
    desk.click("linux-6.18.tar.xz");
    desk.press(Key::Character("x".into()), Modifiers::empty());
    assert_eq!(desk.root.roster.view().search, "li", "the list has the keyboard again");
}

#[test]
fn letters_typed_before_a_question_is_there_are_not_lost() {
    let mut desk = desk();
    desk.click("Vorlesung-07-Verteilte-Systeme.mp4");
    ctrl(&mut desk, "l");
    desk.press(Key::Character("x".into()), Modifiers::empty());
    let Some(Dialog::Ask(state)) = &desk.root.dialog else { panic!("no question") };
    let ask::Message::TextChanged(text) = state.and_typed("") else { panic!("no text") };
    assert_eq!(text, "x");
}

#[test]
fn the_last_deed_is_taken_back_by_key() {
    let mut desk = desk();
    desk.click("linux-6.18.tar.xz");
    desk.press(Named::Delete, Modifiers::empty());
    let _ = desk.acts();
    ctrl(&mut desk, "z");
    assert!(matches!(desk.acts().as_slice(), [Act::Undo(_)]));
    ctrl(&mut desk, "z");
    assert_eq!(desk.acts(), [], "only once");
}

#[test]
fn several_rows_have_their_sum_and_buttons_in_the_details() {
    let mut desk = desk();
    desk.click("debian-12.11.0-amd64-DVD-1.iso");
    desk.press(Named::ArrowDown, Modifiers::SHIFT);
    assert!(desk.shows("2 transfers chosen"));
    assert!(desk.shows("2.36 GB of 3.84 GB"));
    let _ = desk.acts();
    desk.click("Pause");
    let both = longshore::api::Selection::Ids(vec![id(1), id(2)]);
    assert_eq!(desk.acts(), [Act::Pause(both)]);
}

#[test]
fn the_edge_of_the_details_is_moved_and_stays_where_it_was_let() {
    let mut desk = desk();
    let edge = |desk: &mut Desk, pull| desk.tell(Message::Details(details::Message::Edge(pull)));
    edge(&mut desk, Pull::Taken);
    edge(&mut desk, Pull::Up(40.0));
    edge(&mut desk, Pull::Up(60.0));
    assert_eq!(desk.root.details.height(760.0), Some(280.0));
    assert_eq!(desk.acts(), [], "nothing is kept while it moves");
    edge(&mut desk, Pull::Let);
    let acts = desk.acts();
    let [Act::Configure(settings)] = acts.as_slice() else { panic!("{acts:?}") };
    assert_eq!(settings.appearance.details_height, 280);
    edge(&mut desk, Pull::Taken);
    edge(&mut desk, Pull::Let);
    assert_eq!(desk.acts(), [], "a click alone changes nothing");
    // A small window keeps its list, and the pane what fits.
    assert_eq!(desk.root.details.height(480.0), Some(190.0));
    assert_eq!(desk.root.details.height(400.0), None);
}

#[test]
fn a_row_that_waits_says_why_in_a_narrow_window_too() {
    let desk = Desk::new(FakeEngine::new(day()), look(Theme::Dark, "en"), (640.0, 760.0));
    assert!(desk.shows("The server is busy (503); next try in 40 s (try 3)"));
    assert!(
        desk.shows("42.1 MB/s · 32 s left · cdimage.debian.org · 3.70 GB"),
        "the size has another place where its column has none"
    );
}
