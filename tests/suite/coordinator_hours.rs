//! Hours of the week hold, release and slow by themselves, and one transfer can be given its own time.

use longshore::api::{Act, Present, Selection};
use longshore::coordinator::{Effect, Input, Order};
use longshore::model::{Hold, Hours, Pace, Settings, Status, TransferId, Wall};
use longshore::rules::rate::Level;

use super::support::crowd::Crowd;

/// The crowd's day is 2027-01-15, a Friday, 08:00.
const EIGHT: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;

fn configure(crowd: &mut Crowd, hours: Hours) -> Vec<Effect> {
    let settings = Settings { hours, ..crowd.brain.settings().clone() };
    let order = crowd.ordered(Order::Act(Act::Configure(Box::new(settings))));
    let effects = crowd.step(order);
    let _ = crowd.settle();
    effects
}

fn sleep_until_running(crowd: &mut Crowd) {
    while crowd.running() == 0 && crowd.sleep_until_woken() {
        let _ = crowd.settle();
    }
}

#[test]
fn outside_its_hours_everything_waits_and_goes_on_by_itself() {
    let mut crowd = Crowd::new(4, 4);
    let hours = Hours { allowed: "daily 22-7".parse().expect("hours"), ..Hours::default() };
    let effects = configure(&mut crowd, hours);
    assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::Stop { .. })).count(), 4);
    crowd.stop_all();
    let row = crowd.brain.row(TransferId::new(1).expect("an id")).expect("a row");
    assert_eq!(row.status, Status::PausedSystemPolicy(Hold::OutsideHours));
    assert_eq!(row.held_until, Some(Wall(EIGHT + 14 * HOUR)), "until ten in the evening");
    sleep_until_running(&mut crowd);
    assert_eq!(crowd.running(), 4);
    let late = crowd.now().wall.0 - (EIGHT + 14 * HOUR);
    assert!((0..1_000).contains(&late), "{late} ms late");
    // And in the morning they stop.
    while crowd.now().wall.0 < EIGHT + 23 * HOUR {
        assert!(crowd.sleep_until_woken(), "somebody must wake it");
    }
    crowd.stop_all();
    assert_eq!(crowd.running(), 0);
    assert!(crowd.now().wall.0 - (EIGHT + 23 * HOUR) < 1_000);
}

#[test]
fn in_modest_hours_all_downloads_together_are_slow() {
    let mut crowd = Crowd::new(4, 4);
    let hours =
        Hours { slow: "fri 8-10".parse().expect("hours"), slow_pace: Pace::new(500), ..Hours::default() };
    let limits = |effects: &[Effect]| -> Vec<Option<Pace>> {
        let limits = effects.iter().filter_map(|effect| match effect {
            Effect::Limit { level: Level::Everything, pace } => Some(*pace),
            _ => None,
        });
        limits.collect()
    };
    assert_eq!(limits(&configure(&mut crowd, hours)), [Pace::new(500)]);
    let mut seen = Vec::new();
    while crowd.now().wall.0 < EIGHT + 2 * HOUR {
        seen.extend(limits(&crowd.sleep().expect("somebody must wake it")));
    }
    assert_eq!(seen, [None]);
}

#[test]
fn one_transfer_can_be_given_its_own_time() {
    let mut crowd = Crowd::new(2, 2);
    let id = TransferId::new(1).expect("an id");
    let at = Wall(EIGHT + 3 * HOUR);
    let which = || Selection::Ids(vec![id]);
    let order = crowd.ordered(Order::Act(Act::Schedule { which: which(), at: Some(at) }));
    let _ = crowd.step(order);
    let _ = crowd.settle();
    crowd.stop_one(id);
    assert_eq!(crowd.brain.row(id).expect("a row").status, Status::PausedSystemPolicy(Hold::Scheduled(at)));
    while !crowd.brain.is_running(id) && crowd.sleep_until_woken() {
        let _ = crowd.settle();
    }
    assert!(crowd.now().wall >= at && crowd.now().wall.0 < at.0 + 1_000);
    assert!(crowd.brain.is_running(id));
    // Now instead of then.
    let later = crowd.ordered(Order::Act(Act::Schedule { which: which(), at: Some(Wall(at.0 + HOUR)) }));
    let _ = crowd.step(later);
    crowd.stop_one(id);
    assert!(!crowd.brain.is_running(id));
    let now = crowd.ordered(Order::Act(Act::Schedule { which: which(), at: None }));
    let _ = crowd.step(now);
    let _ = crowd.settle();
    let _ = crowd.step(Input::Tick);
    assert!(crowd.brain.is_running(id));
}
