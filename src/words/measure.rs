//! Sizes, speeds, times and counts, written as the language writes them.

use super::Words;
use crate::model::{Day, Now, Wall};

impl Words {
    /// `3.7 GB`: powers of 1000, three figures.
    pub fn size(&self, bytes: u64) -> String {
        const UNITS: [&str; 6] = ["unit-bytes", "unit-kb", "unit-mb", "unit-gb", "unit-tb", "unit-pb"];
        let mut scaled = bytes;
        let mut rest = 0;
        let mut unit = 0;
        while scaled >= 1000 && unit + 1 < UNITS.len() {
            rest = scaled % 1000;
            scaled /= 1000;
            unit += 1;
        }
        let number = match (unit, scaled) {
            (0, _) | (_, 100..) => scaled.to_string(),
            (_, 10..) => format!("{scaled}{}{}", self.decimal(), rest / 100),
            (_, _) => format!("{scaled}{}{:02}", self.decimal(), rest / 10),
        };
        self.format(UNITS[unit], &[("number", number.into())])
    }

    /// `42.1 MB/s`.
    pub fn rate(&self, bytes_per_second: u64) -> String {
        self.format("rate", &[("size", self.size(bytes_per_second).into())])
    }

    /// `34 s`, `7 min`, `2 h 5 min`, `3 d`.
    pub fn duration(&self, seconds: u64) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
        match seconds {
            0..60 => self.format("seconds", &[("n", seconds.into())]),
            60..600 if !seconds.is_multiple_of(60) => {
                self.format("minutes-seconds", &[("m", minutes.into()), ("s", (seconds % 60).into())])
            }
            60..3600 => self.format("minutes", &[("n", minutes.into())]),
            3600..86_400 => {
                self.format("hours-minutes", &[("h", hours.into()), ("m", (minutes % 60).into())])
            }
            _ => self.format("days", &[("n", days.into())]),
        }
    }

    /// `just now`, `4 min ago`, `yesterday`, or a date; relative to `now`.
    pub fn ago(&self, moment: Wall, now: Now) -> String {
        let seconds = (now.wall - moment).0 / 1000;
        match seconds {
            0..60 => self.text("just-now"),
            60..86_400 => self.format("ago", &[("time", self.duration(seconds / 60 * 60).into())]),
            _ => self.date(moment, now.zone),
        }
    }

    /// `2026-11-20 14:02` in the user's zone (seconds east of UTC).
    pub fn date(&self, moment: Wall, zone: i32) -> String {
        self.written(moment, zone, "date-format")
    }

    /// `2026-11-20`.
    pub fn day(&self, day: Day) -> String {
        self.written(Wall(day.begin().0), 0, "day-format")
    }

    /// `2026-11-20 14:02:31`, for logs.
    pub fn moment(&self, moment: Wall, zone: i32) -> String {
        self.written(moment, zone, "moment-format")
    }

    fn written(&self, moment: Wall, zone: i32, format: &str) -> String {
        let offset = jiff::tz::Offset::from_seconds(zone).unwrap_or(jiff::tz::Offset::UTC);
        jiff::Timestamp::from_millisecond(moment.0)
            .map(|stamp| offset.to_datetime(stamp).strftime(&self.text(format)).to_string())
            .unwrap_or_default()
    }

    /// `10,013`: groups of three from five figures on.
    pub fn number(&self, number: u64) -> String {
        let figures = number.to_string();
        if figures.len() < 5 {
            return figures;
        }
        let mark = self.text("group-separator");
        let first = figures.len() % 3;
        let (head, rest) = figures.split_at(first);
        let groups = rest.as_bytes().chunks(3).map(String::from_utf8_lossy);
        let all: Vec<_> = (first > 0).then(|| head.into()).into_iter().chain(groups).collect();
        all.join(mark.as_str())
    }

    fn decimal(&self) -> String {
        self.text("decimal-point")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Catalog;

    #[test]
    fn long_numbers_are_grouped_as_the_language_does() {
        let english = Words::new(Catalog::new(["en"]));
        let german = Words::new(Catalog::new(["de"]));
        for (number, expected) in [(7, "7"), (1234, "1234"), (10_013, "10,013"), (1_234_567, "1,234,567")] {
            assert_eq!(english.number(number), expected);
            assert_eq!(german.number(number), expected.replace(',', "."));
        }
        assert_eq!(english.number(100_000), "100,000");
    }
}
