//! Hours of the week, as a person marks them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Pace;

/// Some of the 168 hours of a week in the user's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Week {
    /// Monday first; bit 0 is the hour after midnight.
    days: [u32; 7],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no hours of a week")]
pub struct NoHours;

const DAY: u32 = (1 << 24) - 1;
const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Week {
    pub const ALWAYS: Self = Self { days: [DAY; 7] };
    pub const NEVER: Self = Self { days: [0; 7] };

    /// `day`: 0 is Monday; beyond the week nothing is marked.
    pub fn has(&self, day: usize, hour: usize) -> bool {
        self.days.get(day).is_some_and(|hours| hour < 24 && hours & (1 << hour) != 0)
    }

    /// The same with one hour marked, or not.
    #[must_use]
    pub fn with(mut self, day: usize, hour: usize, marked: bool) -> Self {
        if let Some(hours) = self.days.get_mut(day).filter(|_| hour < 24) {
            *hours = if marked { *hours | 1 << hour } else { *hours & !(1 << hour) };
        }
        self
    }
}

/// `always`, the empty text, or days with their hours: `mon-fri 0-7 22-24, sat-sun 0-24`.
impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALWAYS {
            return f.write_str("always");
        }
        let mut first = true;
        let mut day = 0;
        while let Some(hours) = self.days.get(day) {
            let alike = self.days[day..].iter().take_while(|other| *other == hours).count();
            if *hours != 0 {
                let days = if alike == 1 {
                    NAMES[day].to_owned()
                } else {
                    format!("{}-{}", NAMES[day], NAMES[day + alike - 1])
                };
                write!(f, "{}{days}{}", if first { "" } else { ", " }, spans(*hours))?;
                first = false;
            }
            day += alike;
        }
        Ok(())
    }
}

fn spans(hours: u32) -> String {
    let is = |hour: usize| hour < 24 && hours & (1 << hour) != 0;
    let begins = (0..24).filter(|hour| is(*hour) && (*hour == 0 || !is(hour - 1)));
    begins
        .map(|from| {
            let to = (from..24).find(|hour| !is(*hour)).unwrap_or(24);
            format!(" {from}-{to}")
        })
        .collect()
}

/// What is shown is read back; hours may also go past midnight (`fri 22-6` ends on Saturday), and days past Sunday.
impl FromStr for Week {
    type Err = NoHours;

    fn from_str(text: &str) -> Result<Self, NoHours> {
        let text = text.trim().to_ascii_lowercase();
        if text == "always" {
            return Ok(Self::ALWAYS);
        }
        let mut week = Self::NEVER;
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let mut words = part.split_whitespace();
            let days = days(words.next().ok_or(NoHours)?)?;
            let mut any = false;
            for span in words {
                let (from, to) = hours(span)?;
                for day in &days {
                    for hour in from..to {
                        week = week.with((day + hour / 24) % 7, hour % 24, true);
                    }
                }
                any = true;
            }
            if !any {
                return Err(NoHours);
            }
        }
        Ok(week)
    }
}

fn days(text: &str) -> Result<Vec<usize>, NoHours> {
    if text == "daily" {
        return Ok((0..7).collect());
    }
    let day = |name: &str| NAMES.iter().position(|other| *other == name).ok_or(NoHours);
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (day(from)?, day(to)?);
    let count = (to + 7 - from) % 7 + 1;
    Ok((0..count).map(|step| (from + step) % 7).collect())
}

/// From the first to before the second; past midnight the second is counted on.
fn hours(text: &str) -> Result<(usize, usize), NoHours> {
    let (from, to) = text.split_once('-').ok_or(NoHours)?;
    let hour = |text: &str| text.parse::<usize>().ok().filter(|hour| *hour <= 24).ok_or(NoHours);
    let (from, to) = (hour(from)?, hour(to)?);
    if from == to || from == 24 {
        return Err(NoHours);
    }
    Ok((from, if to < from { to + 24 } else { to }))
}

impl TryFrom<String> for Week {
    type Error = NoHours;

    fn try_from(text: String) -> Result<Self, NoHours> {
        text.parse()
    }
}

impl From<Week> for String {
    fn from(week: Week) -> Self {
        week.to_string()
    }
}

/// When transfers may run, and when they should be modest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hours {
    /// Outside these everything waits.
    pub allowed: Week,
    /// In these, all downloads together take no more than `slow_pace`.
    pub slow: Week,
    pub slow_pace: Option<Pace>,
}

impl Default for Hours {
    fn default() -> Self {
        Self { allowed: Week::ALWAYS, slow: Week::NEVER, slow_pace: None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hours_are_read_as_people_say_them() {
        let week = |text: &str| text.parse::<Week>().unwrap_or_else(|_| panic!("{text}"));
        assert_eq!(week("always"), Week::ALWAYS);
        assert_eq!(week("daily 0-24"), Week::ALWAYS);
        assert_eq!(week("  "), Week::NEVER);
        let night = week("fri 22-6");
        assert!(night.has(4, 22) && night.has(5, 5) && !night.has(4, 5) && !night.has(5, 6));
        assert_eq!(night.to_string(), "fri 22-24, sat 0-6");
        assert!(week("sun 23-1").has(0, 0), "Monday follows Sunday");
        assert_eq!(week("Sat-Mon 8-10 12-13").to_string(), "mon 8-10 12-13, sat-sun 8-10 12-13");
        for wrong in ["mon", "mon 8", "8-10", "mon 8-25", "mon 8-8", "moonday 1-2", "mon 24-1", "mon 8-10 x"]
        {
            assert_eq!(wrong.parse::<Week>(), Err(NoHours), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(days in proptest::array::uniform7(0..=DAY)) {
            let week = Week { days };
            prop_assert_eq!(week.to_string().parse::<Week>(), Ok(week));
        }

        #[test]
        fn no_text_makes_it_stumble(text in ".{0,40}") {
            let _ = text.parse::<Week>();
        }
    }
}
