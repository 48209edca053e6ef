//! What went over each connection, day by day, and their data plans. A plan applies as it is typed.

mod chart;
mod view;

use crate::api::UsageView;
use crate::model::{Budget, Counted, Every, Over, parse_size, typed_size};

#[derive(Debug, Default)]
pub struct State {
    /// `None` until the engine said it.
    views: Option<Vec<UsageView>>,
    /// The connection that is looked at; the present one until another is chosen.
    chosen: Option<String>,
    /// What stands in fields while it is typed.
    cap: Option<String>,
    days: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Message {
    Came(Option<Vec<UsageView>>),
    Chosen(String),
    CapTyped(String),
    DaysTyped(String),
    EveryChosen(Every),
    FromChosen(u8),
    WarnChosen(u8),
    OverChosen(Over),
    CountsChosen(Counted),
    Close,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    None,
    Plan { connection: String, budget: Option<Budget> },
    Close,
}

impl State {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Came(views) => {
                self.views = views.or_else(|| self.views.take());
                Action::None
            }
            Message::Chosen(connection) => {
                self.chosen = Some(connection);
                (self.cap, self.days) = (None, None);
                Action::None
            }
            Message::CapTyped(text) => self.cap_typed(text),
            Message::DaysTyped(text) => {
                let days = text.trim().parse().ok().filter(|days| (1..=366).contains(days));
                self.days = Some(text);
                self.change(|plan, view| {
                    if let Some(days) = days {
                        plan.days = days;
                        plan.anchor = view.today;
                    }
                })
            }
            Message::EveryChosen(every) => self.change(|plan, view| {
                if plan.every != every {
                    plan.from = 1;
                    plan.anchor = view.today;
                }
                plan.every = every;
            }),
            Message::FromChosen(day) => self.change(|plan, _| plan.from = day),
            Message::WarnChosen(percent) => self.change(|plan, _| plan.warn = percent),
            Message::OverChosen(over) => self.change(|plan, _| plan.over = over),
            Message::CountsChosen(counts) => self.change(|plan, _| plan.counts = counts),
            Message::Close => Action::Close,
        }
    }

    fn view_of(&self) -> Option<&UsageView> {
        let views = self.views.as_ref()?;
        let chosen = views.iter().find(|view| Some(&view.connection) == self.chosen.as_ref());
        chosen.or_else(|| views.first())
    }

    /// An empty field means no plan; what is no size changes nothing.
    fn cap_typed(&mut self, text: String) -> Action {
        let cap = parse_size(&text);
        let empty = text.trim().is_empty();
        self.cap = Some(text);
        let Some(view) = self.view_of() else { return Action::None };
        let before = view.budget.map(|plan| plan.budget);
        let new = Budget { anchor: view.today, ..Budget::new(1) };
        let after = match (cap, empty) {
            (Some(cap), _) => Some(Budget { cap, ..before.unwrap_or(new) }),
            (None, true) => None,
            (None, false) => return Action::None,
        };
        let connection = view.connection.clone();
        if after == before { Action::None } else { Action::Plan { connection, budget: after } }
    }

    fn change(&mut self, edit: impl FnOnce(&mut Budget, &UsageView)) -> Action {
        let Some(view) = self.view_of() else { return Action::None };
        let Some(before) = view.budget.map(|plan| plan.budget) else { return Action::None };
        let mut after = before;
        edit(&mut after, view);
        if after == before || !after.is_sound() {
            return Action::None;
        }
        Action::Plan { connection: view.connection.clone(), budget: Some(after) }
    }

    fn shown_cap(&self) -> String {
        let plan = self.view_of().and_then(|view| view.budget);
        self.cap.clone().unwrap_or_else(|| plan.map(|plan| typed_size(plan.budget.cap)).unwrap_or_default())
    }

    fn is_cap_wrong(&self) -> bool {
        self.cap.as_ref().is_some_and(|text| !text.trim().is_empty() && parse_size(text).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::BudgetView;
    use crate::model::{BudgetLevel, Day, Period, Standing, Wall};

    fn view(plan: Option<Budget>) -> UsageView {
        let period = Period { begin: Day(0), end: Day(30) };
        let standing = Standing { period, used: 0, projected: None, level: BudgetLevel::Within };
        UsageView {
            connection: "c0ffee".into(),
            name: "Phone".into(),
            here: true,
            today: Day(9),
            days: [].into(),
            budget: plan.map(|budget| BudgetView { budget, standing, ends: Wall(0) }),
        }
    }

    fn state(plan: Option<Budget>) -> State {
        let mut state = State::new();
        let _ = state.update(Message::Came(Some(vec![view(plan)])));
        state
    }

    fn planned(action: Action) -> Option<Budget> {
        let Action::Plan { connection, budget } = action else { panic!("{action:?}") };
        assert_eq!(connection, "c0ffee");
        budget
    }

    #[test]
    fn a_plan_begins_with_its_size_and_ends_without_one() {
        let mut state = state(None);
        assert_eq!(state.update(Message::CapTyped("5 G".into())), planned_action(5 << 30));
        assert_eq!(state.update(Message::CapTyped("5 Gx".into())), Action::None);
        assert!(state.is_cap_wrong());
        assert_eq!(state.update(Message::WarnChosen(50)), Action::None, "there is none yet");
        let mut with = self::state(Some(Budget::new(7)));
        assert_eq!(planned(with.update(Message::CapTyped(" ".into()))), None);
        assert_eq!(with.update(Message::CapTyped("7".into())), Action::None, "the same");
    }

    fn planned_action(cap: u64) -> Action {
        let budget = Budget { anchor: Day(9), ..Budget::new(cap) };
        Action::Plan { connection: "c0ffee".into(), budget: Some(budget) }
    }

    #[test]
    fn another_rhythm_begins_today_and_on_its_first_day() {
        let before = Budget { from: 31, ..Budget::new(7) };
        let weekly = planned(state(Some(before)).update(Message::EveryChosen(Every::Week))).unwrap();
        assert_eq!((weekly.from, weekly.anchor), (1, Day(9)));
        let mut state = state(Some(weekly));
        assert_eq!(state.update(Message::DaysTyped("400".into())), Action::None);
        assert_eq!(planned(state.update(Message::DaysTyped("28".into()))).unwrap().days, 28);
    }
}
