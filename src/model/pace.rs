//! Bytes a second, as people give them.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A limit in bytes a second; never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "u64")]
pub struct Pace(pub NonZeroU64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a speed")]
pub struct NotAPace;

impl Pace {
    pub fn new(bytes_per_second: u64) -> Option<Self> {
        NonZeroU64::new(bytes_per_second).map(Self)
    }

    pub const fn get(self) -> u64 {
        self.0.get()
    }

    /// The shortest way to type it.
    pub fn typed(self) -> String {
        let units =
            [("G", 1 << 30), ("M", 1 << 20), ("GB", 1_000_000_000), ("MB", 1_000_000), ("k", 1 << 10)];
        let bytes = self.get();
        let unit = units.into_iter().chain([("kB", 1000)]).find(|(_, scale)| bytes.is_multiple_of(*scale));
        unit.map_or_else(|| bytes.to_string(), |(unit, scale)| format!("{}{unit}", bytes / scale))
    }
}

/// In settings people may write it as they like.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(u64),
    Text(String),
}

impl TryFrom<Written> for Pace {
    type Error = NotAPace;

    fn try_from(written: Written) -> Result<Self, NotAPace> {
        match written {
            Written::Number(bytes) => Self::new(bytes).ok_or(NotAPace),
            Written::Text(text) => text.parse(),
        }
    }
}

impl From<Pace> for u64 {
    fn from(pace: Pace) -> Self {
        pace.get()
    }
}

/// `500k`, `2M`, `1.5 MiB/s`, `300kB`. A lone letter counts in 1,024s, as with curl, wget and aria2; `kB` and its kin in
/// 1,000s.
impl FromStr for Pace {
    type Err = NotAPace;

    fn from_str(text: &str) -> Result<Self, NotAPace> {
        let text = text.trim().to_ascii_lowercase();
        let text = text.strip_suffix("/s").unwrap_or(&text).trim_end();
        let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(unit_at).ok_or(NotAPace)?;
        let scale = scale(unit).ok_or(NotAPace)?;
        let (whole, fraction) = number.trim().split_once('.').unwrap_or((number.trim(), ""));
        let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 9 || !digits(whole) || !digits(fraction) {
            return Err(NotAPace);
        }
        let whole: u128 = whole.parse().map_err(|_| NotAPace)?;
        let tenths = 10_u128.pow(u32::try_from(fraction.len()).map_err(|_| NotAPace)?);
        let part: u128 = if fraction.is_empty() { 0 } else { fraction.parse().map_err(|_| NotAPace)? };
        let bytes = whole.checked_mul(scale).ok_or(NotAPace)? + part * scale / tenths;
        u64::try_from(bytes).ok().and_then(Self::new).ok_or(NotAPace)
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn scale(unit: &str) -> Option<u128> {
    let (letter, base) = match unit {
        "" | "b" => return Some(1),
        "k" | "m" | "g" => (unit, 1024_u128),
        "kib" | "mib" | "gib" => (unit, 1024),
        "kb" | "mb" | "gb" => (unit, 1000),
        _ => return None,
    };
    Some(match letter.as_bytes().first()? {
        b'k' => base,
        b'm' => base * base,
        _ => base * base * base,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn speeds_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("500", 500),
            ("500k", 512_000),
            ("2M", 2 << 20),
            ("1.5 MiB/s", 3 << 19),
            ("300kB", 300_000),
            ("1 gb/s", 1_000_000_000),
            ("0.5k", 512),
        ] {
            assert_eq!(text.parse::<Pace>().map(Pace::get), Ok(bytes), "{text}");
        }
        for text in
            ["", "0", "k", "-1", "1..2", "1e3", "fast", "1 TB", "99999999999999999999", ".5", "1.0000000000"]
        {
            assert_eq!(text.parse::<Pace>(), Err(NotAPace), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in ".{0,30}") {
            let _ = text.parse::<Pace>();
        }

        #[test]
        fn what_is_shown_is_read_back(bytes in 1..u64::MAX) {
            let pace = Pace::new(bytes).expect("not zero");
            prop_assert_eq!(pace.to_string().parse(), Ok(pace));
            prop_assert_eq!(pace.typed().parse(), Ok(pace));
            let round = Pace::new(bytes % 9000 * 1000 + 1000).expect("not zero");
            prop_assert_eq!(round.typed().parse(), Ok(round));
        }
    }
}
