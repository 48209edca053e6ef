//! What a connection's data plan allows, and what went over the connection so far.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Now, Wall};

/// A day of the user's calendar: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Day(pub i32);

/// What a clock on the wall shows: milliseconds since 1970-01-01 00:00 in the user's zone. Jumps by an hour twice a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Local(pub i64);

impl Day {
    pub const MILLIS: i64 = 86_400_000;

    /// Its first moment.
    pub const fn begin(self) -> Local {
        Local(self.0 as i64 * Self::MILLIS)
    }
}

impl Local {
    pub fn of(now: Now) -> Self {
        Self(now.wall.0.saturating_add(i64::from(now.zone) * 1000))
    }

    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(Day::MILLIS)).unwrap_or(if self.0 < 0 {
            i32::MIN
        } else {
            i32::MAX
        }))
    }

    /// In a zone so many seconds east of UTC.
    pub fn wall(self, zone: i32) -> Wall {
        Wall(self.0.saturating_sub(i64::from(zone) * 1000))
    }
}

/// From the first moment of `begin` to the last one before `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub begin: Day,
    pub end: Day,
}

/// How it stands with a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub period: Period,
    pub used: u64,
    /// What will have been used at the end of the period if it goes on like this; `None` while that would be guessing.
    pub projected: Option<u64>,
    pub level: BudgetLevel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BudgetLevel {
    Within,
    /// Past its warning level, or on track to exceed the cap.
    Approaching,
    Over,
}

/// So much in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// Bytes in one period; at least one.
    pub cap: u64,
    pub every: Every,
    /// Day of the month (1 to 31; a shorter month begins its period on its last day) or of the week (1 is Monday). Of
    /// periods counted in days it means nothing.
    pub from: u8,
    /// Length of a period counted in days, 1 to 366.
    pub days: u16,
    /// A day on which a period counted in days began.
    pub anchor: Day,
    /// Percent of the cap from which on it counts as nearly used up, 1 to 100.
    pub warn: u8,
    pub over: Over,
    pub counts: Counted,
}

impl Budget {
    pub const fn new(cap: u64) -> Self {
        Self {
            cap,
            every: Every::Month,
            from: 1,
            days: 30,
            anchor: Day(0),
            warn: 80,
            over: Over::Stop,
            counts: Counted::Ours,
        }
    }

    pub const fn is_sound(&self) -> bool {
        let from = match self.every {
            Every::Month => 1 <= self.from && self.from <= 31,
            Every::Week => 1 <= self.from && self.from <= 7,
            Every::Days => true,
        };
        from && self.cap > 0 && 1 <= self.days && self.days <= 366 && 1 <= self.warn && self.warn <= 100
    }
}

/// One that nobody filled in; it is not sound.
impl Default for Budget {
    fn default() -> Self {
        Self::new(0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    #[default]
    Month,
    Week,
    Days,
}

impl Every {
    pub const ALL: [Self; 3] = [Self::Month, Self::Week, Self::Days];
}

/// What happens when the cap is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// Nothing is transferred any more, whatever its policy.
    #[default]
    Stop,
    /// Only transfers that may cost go on.
    GoOn,
}

/// Whose bytes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Those of Longshore's transfers.
    #[default]
    Ours,
    /// Everything that went through the device while it was this connection's, as the kernel counts it, other programs
    /// included. Read only while transfers run; what went before the first one is not known.
    Device,
}

/// Bytes of one day over one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Amount {
    pub down: u64,
    pub up: u64,
    /// Both directions, by the kernel's count; 0 where nobody asked it.
    pub device: u64,
}

impl Amount {
    pub const fn ours(&self) -> u64 {
        self.down.saturating_add(self.up)
    }

    /// What counts against a budget. The kernel may have been asked less often than we counted.
    pub fn counted(&self, counted: Counted) -> u64 {
        match counted {
            Counted::Ours => self.ours(),
            Counted::Device => self.device.max(self.ours()),
        }
    }

    pub const fn plus(self, other: Self) -> Self {
        Self {
            down: self.down.saturating_add(other.down),
            up: self.up.saturating_add(other.up),
            device: self.device.saturating_add(other.device),
        }
    }
}

/// What went over one connection, by days; those without a byte are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Its name when it was last used.
    pub name: String,
    pub days: BTreeMap<Day, Amount>,
}

impl Usage {
    /// Days that are remembered: a year, and what a period of 366 days needs.
    pub const DAYS: i32 = 400;
    /// Connections that are remembered; of more, the one that was not used for longest goes.
    pub const CONNECTIONS: usize = 64;
    /// The connection of those that nobody names.
    pub const UNNAMED: &'static str = "other";
}

/// `5 GB`, `1.5 TB`, `500M`: as speeds are written ([`super::Pace`]), and terabytes, too.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let tera = [("tib", 1024), ("tb", 1000), ("t", 1024)];
    let (number, unit, times) = tera
        .iter()
        .find_map(|(unit, times)| Some((text.strip_suffix(unit)?, unit.replace('t', "g"), *times)))
        .unwrap_or((&text, String::new(), 1));
    let pace: super::Pace = format!("{number}{unit}").parse().ok()?;
    pace.get().checked_mul(times)
}

/// The shortest way to type it.
pub fn typed_size(bytes: u64) -> String {
    super::Pace::new(bytes).map_or_else(|| "0".to_owned(), super::Pace::typed)
}

/// What the kernel has counted on a network device since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeviceCount {
    pub received: u64,
    pub sent: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_plans_are_sold() {
        for (text, bytes) in [
            ("5 GB", Some(5_000_000_000)),
            ("1.5 TB", Some(1_500_000_000_000)),
            ("2T", Some(2 << 40)),
            ("500M", Some(500 << 20)),
            ("20000000 TB", None),
            ("0", None),
            ("much", None),
            ("t", None),
        ] {
            assert_eq!(parse_size(text), bytes, "{text}");
        }
        assert_eq!(parse_size(&typed_size(5_000_000_000)), Some(5_000_000_000));
        assert_eq!(typed_size(5_000_000_000), "5GB");
    }

    #[test]
    fn a_budget_nobody_filled_in_is_not_sound() {
        assert!(!Budget::default().is_sound());
        assert!(Budget::new(1).is_sound());
        assert!(!Budget { every: Every::Week, from: 8, ..Budget::new(1) }.is_sound());
        assert!(!Budget { warn: 0, ..Budget::new(1) }.is_sound());
    }
}
