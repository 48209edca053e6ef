//! What went over a connection, and how it stands with its data plan.

use super::{Tone, Words};
use crate::model::{Amount, Budget, BudgetLevel, Counted, Day, Every, Over, Standing};

/// From Monday on.
const WEEKDAYS: [&str; 7] =
    ["weekday-mon", "weekday-tue", "weekday-wed", "weekday-thu", "weekday-fri", "weekday-sat", "weekday-sun"];

impl Words {
    /// Its name, or what those are called that nobody names. `here`: it is the present one.
    pub fn connection(&self, name: &str, here: bool) -> String {
        match (name.is_empty(), here) {
            (false, _) => name.to_owned(),
            (true, true) => self.text("budget-this-network"),
            (true, false) => self.text("budget-unnamed"),
        }
    }

    /// How it stands with a plan, most important first; a sentence each.
    pub fn budget(&self, budget: &Budget, standing: &Standing) -> Vec<(String, Tone)> {
        let tone = match standing.level {
            BudgetLevel::Within => Tone::Good,
            BudgetLevel::Approaching => Tone::Warn,
            BudgetLevel::Over => Tone::Bad,
        };
        let last = self.day(Day(standing.period.end.0.saturating_sub(1)));
        let values = [
            ("used", self.size(standing.used).into()),
            ("cap", self.size(budget.cap).into()),
            ("until", last.into()),
        ];
        let mut sentences = vec![(self.format("budget-used", &values), tone)];
        let exceeds = standing.projected.is_some_and(|projected| projected > budget.cap);
        let what = match (standing.level, budget.over) {
            (BudgetLevel::Over, Over::Stop) => Some("budget-over-stop"),
            (BudgetLevel::Over, Over::GoOn) => Some("budget-over-go-on"),
            (BudgetLevel::Approaching, _) if exceeds => Some("budget-approaching"),
            (BudgetLevel::Approaching, _) => Some("budget-nearly"),
            (BudgetLevel::Within, _) => None,
        };
        sentences.extend(what.map(|key| (self.text(key), tone)));
        if let Some(projected) = standing.projected {
            let tone = if exceeds { Tone::Warn } else { Tone::Plain };
            let values = [("size", self.size(projected).into())];
            sentences.push((self.format("budget-projected", &values), tone));
        }
        sentences
    }

    /// Of the last so many days, on a connection without a plan.
    pub fn used<'a>(&self, amounts: impl IntoIterator<Item = &'a Amount>, days: u32) -> String {
        let sum = amounts.into_iter().fold(Amount::default(), |sum, amount| sum.plus(*amount));
        self.format("budget-no-plan", &[("amount", self.amount(&sum).into()), ("days", days.into())])
    }

    pub fn amount(&self, amount: &Amount) -> String {
        let values = [("down", self.size(amount.down).into()), ("up", self.size(amount.up).into())];
        let ours = self.format("budget-amount", &values);
        if amount.device == 0 {
            return ours;
        }
        self.format(
            "budget-amount-device",
            &[("ours", ours.into()), ("all", self.size(amount.device).into())],
        )
    }

    pub fn every(&self, every: Every) -> String {
        self.text(match every {
            Every::Month => "budget-every-month",
            Every::Week => "budget-every-week",
            Every::Days => "budget-every-days",
        })
    }

    /// 1 is Monday.
    pub fn weekday(&self, day: u8) -> String {
        self.text(WEEKDAYS.get(usize::from(day.saturating_sub(1))).copied().unwrap_or(WEEKDAYS[0]))
    }

    pub fn over(&self, over: Over) -> String {
        self.text(match over {
            Over::Stop => "budget-then-stop",
            Over::GoOn => "budget-then-go-on",
        })
    }

    pub fn counted(&self, counted: Counted) -> String {
        self.text(match counted {
            Counted::Ours => "budget-counts-ours",
            Counted::Device => "budget-counts-device",
        })
    }
}
