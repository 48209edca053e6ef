//! What the machine runs on, and what the user makes of that.

use serde::{Deserialize, Serialize};

/// The machine's power, as the desktop tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Power {
    pub source: PowerSource,
    pub saver: Saver,
    /// Percent that the battery holds; `None` where nobody asked or nobody knows.
    pub percent: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PowerSource {
    /// A machine without a battery, or nobody who knows.
    #[default]
    Unknown,
    Mains,
    Battery,
}

/// The desktop's power saver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Saver {
    #[default]
    Off,
    On,
}

/// The user's wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PowerRules {
    /// While the desktop saves power, transfers wait.
    pub hold_on_saver: bool,
    /// While the machine runs on its battery, transfers wait.
    pub hold_on_battery: bool,
    /// On battery, transfers wait below so many percent; 1 to 100.
    pub hold_below: Option<u8>,
    /// The machine does not fall asleep by itself while bytes move.
    pub stay_awake: bool,
}

impl Default for PowerRules {
    fn default() -> Self {
        Self { hold_on_saver: true, hold_on_battery: false, hold_below: None, stay_awake: false }
    }
}

impl PowerRules {
    pub fn is_sound(&self) -> bool {
        self.hold_below.is_none_or(|percent| (1..=100).contains(&percent))
    }
}

/// What is wanted of the machine while the engine is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PowerWish {
    /// Word before it sleeps or ends, and a moment to save everything.
    pub delay_sleep: bool,
    /// No sleep by itself.
    pub block_sleep: bool,
    /// How full the battery is matters.
    pub watch_level: bool,
}
