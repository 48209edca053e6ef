//! The network's page, and the ways out of a wait that it causes.

use iced_test::core::keyboard::{Key, Modifiers};
use longshore::api::{Act, Batch, Selection};
use longshore::model::{Basis, Connectivity, CostSource, Hold, NetworkCost, Settings, Status, Treat};
use longshore::ui::root::Message;
use longshore::ui::screen::{ask, details, header, list, network as page};
use longshore::ui::verbs::Verb;
use longshore::words::Remedy;

use super::desk::Desk;
use crate::support::fake_engine::{FakeEngine, id, network, row};

const SIZE: (f32, f32) = (1160.0, 760.0);

fn hotspot() -> longshore::api::NetworkView {
    let mut view = network("Pixel hotspot", NetworkCost::Fixed);
    view.network.uuid = Some("c0ffee".into());
    view.network.basis = Basis::Guessed;
    view.network.source = CostSource::NetworkManager;
    view
}

fn desk(view: longshore::api::NetworkView) -> Desk {
    let waits = Status::PausedCostedNetwork(Hold::Metered);
    let mut engine = FakeEngine::new(vec![row(1, "film.mkv", "films.example", waits)]);
    engine.network = view;
    Desk::new(engine, Settings::default(), SIZE)
}

#[test]
fn the_page_says_what_is_known_from_where_and_what_follows() {
    let mut desk = desk(hotspot());
    desk.tell(Message::Header(header::Message::OpenNetwork));
    for words in [
        "Pixel hotspot reaches the Internet",
        "It is metered",
        "The desktop concludes that from the kind of connection",
        "Source: NetworkManager",
        "Waiting for an unmetered network: Pixel hotspot is metered",
        "Runs: this policy allows metered networks like this one",
    ] {
        assert!(desk.shows(words), "{words}");
    }
    desk.click("Look again");
    assert_eq!(desk.acts(), [Act::AskNetwork]);
    desk.tell(Message::Network(page::Message::TreatChosen(Treat::Unmetered)));
    assert_eq!(desk.acts(), [Act::Treat { network: None, treat: Treat::Unmetered }]);
}

#[test]
fn a_held_row_offers_to_correct_the_desktop() {
    let mut desk = desk(hotspot());
    desk.tell(Message::List(list::Message::Do(id(1), Verb::Out(Remedy::TreatAsUnmetered))));
    assert_eq!(desk.acts(), [Act::Treat { network: None, treat: Treat::Unmetered }]);
    desk.tell(Message::List(list::Message::Do(id(1), Verb::Out(Remedy::UseThisNetworkOnce))));
    assert!(matches!(desk.acts().as_slice(), [Act::AllowHere(_)]));
}

#[test]
fn a_portal_is_asked_about_when_the_window_comes_to_the_front() {
    let mut desk = desk(hotspot());
    desk.tell(Message::Focused);
    assert!(desk.acts().is_empty(), "only a portal goes away by itself");
    let mut view = hotspot();
    view.network.connectivity = Connectivity::Portal;
    desk.batch(Batch { network: Some(Box::new(view)), ..Batch::default() });
    desk.tell(Message::Focused);
    assert_eq!(desk.acts(), [Act::AskNetwork]);
    desk.tell(Message::Header(header::Message::OpenNetwork));
    assert!(desk.shows("Open its page"));
}

#[test]
fn to_run_anyway_is_asked_once_for_all_that_are_chosen() {
    let saved = || Status::PausedSystemPolicy(Hold::PowerSaver);
    let rows = vec![row(1, "a.iso", "one.example", saved()), row(2, "b.iso", "two.example", saved())];
    let mut desk = Desk::new(FakeEngine::new(rows), Settings::default(), SIZE);
    desk.tell(Message::List(list::Message::Do(id(1), Verb::Out(Remedy::RunAnyway))));
    assert!(desk.shows("Run anyway?"));
    assert!(desk.acts().is_empty(), "not before the answer");
    desk.tell(Message::CloseDialog);
    assert!(desk.acts().is_empty(), "no is an answer, too");

    desk.press(Key::Character("a".into()), Modifiers::CTRL);
    let _ = desk.root.update(Message::Details(details::Message::DoChosen(Verb::Out(Remedy::RunAnyway))));
    desk.tell(Message::Ask(ask::Message::Submit));
    let [Act::RunAnyway(Selection::Ids(ids))] = &desk.acts()[..] else { panic!("one wish") };
    assert_eq!(ids, &[id(1), id(2)]);
}
