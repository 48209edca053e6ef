//! The page of data use: what was used, the plan, and the days as bars.

use longshore::api::{Act, BudgetView, UsageView};
use longshore::model::{
    Amount, Budget, BudgetLevel, Day, Every, Local, NetworkCost, Now, Period, Settings, Standing,
};
use longshore::ui::root::Message;
use longshore::ui::screen::{network as page, usage};

use super::desk::Desk;
use crate::support::fake_engine::{FakeEngine, NOON, network};

const SIZE: (f32, f32) = (1160.0, 900.0);
const GB: u64 = 1_000_000_000;

fn phone() -> UsageView {
    let today = Local::of(Now { wall: NOON, ..Now::default() }).day();
    let day = |ago: i32, down: u64| (Day(today.0 - ago), Amount { down: down * GB, up: GB, device: 0 });
    let period = Period { begin: Day(today.0 - 19), end: Day(today.0 + 11) };
    let standing =
        Standing { period, used: 41 * GB, projected: Some(61 * GB), level: BudgetLevel::Approaching };
    UsageView {
        connection: "c0ffee".into(),
        name: "Pixel hotspot".into(),
        here: true,
        today,
        days: [day(0, 3), day(1, 12), day(2, 7), day(9, 1), day(24, 5)].into(),
        budget: Some(BudgetView { budget: Budget::new(50 * GB), standing, ends: NOON }),
    }
}

pub(super) fn desk(settings: Settings, size: (f32, f32)) -> Desk {
    let mut engine = FakeEngine::new(Vec::new());
    engine.network = network("Pixel hotspot", NetworkCost::Fixed);
    engine.usage = vec![phone()];
    let mut desk = Desk::new(engine, settings, size);
    desk.tell(Message::Header(longshore::ui::screen::header::Message::OpenNetwork));
    desk.tell(Message::Network(page::Message::OpenUsage));
    desk
}

#[test]
fn the_page_says_how_it_stands_with_the_plan() {
    let desk = desk(Settings::default(), SIZE);
    for words in [
        "Data use",
        "Pixel hotspot",
        "41.0 GB of 50.0 GB used, until 2026-11-30",
        "61.0 GB at the end of the period, if it goes on like this",
        "The last 31 days",
        "Highest: 13.0 GB on 2026-11-19",
        "Begins anew",
        "Warn from",
    ] {
        assert!(desk.shows(words), "{words}");
    }
}

#[test]
fn a_plan_is_a_wish_to_the_engine() {
    let mut desk = desk(Settings::default(), SIZE);
    let _ = desk.acts();
    desk.tell(Message::Usage(usage::Message::EveryChosen(Every::Week)));
    let [Act::SetBudget { network, budget: Some(budget) }] = &desk.acts()[..] else { panic!("one wish") };
    assert_eq!((network.as_deref(), budget.every, budget.cap), (Some("c0ffee"), Every::Week, 50 * GB));
    desk.tell(Message::Usage(usage::Message::CapTyped(String::new())));
    assert_eq!(desk.acts(), [Act::SetBudget { network: Some("c0ffee".into()), budget: None }]);
}
