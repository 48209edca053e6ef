//! What the user says of networks. It is remembered by the connection's UUID, which outlives its name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Budget, Usage};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Networks {
    /// Files of at least so many bytes wait on metered networks; `None`: size does not matter.
    pub hold_over: Option<u64>,
    pub which: Which,
    pub vpn: VpnRule,
    /// By UUID. At most [`Networks::MOST`].
    pub known: BTreeMap<String, KnownNetwork>,
}

impl Networks {
    /// More connections than anybody has an opinion on.
    pub const MOST: usize = 256;
    /// Of a UUID or a name, in bytes.
    pub const NAME_MOST: usize = 256;

    /// The data plan of a connection; those that nobody names share one.
    pub fn budget(&self, uuid: Option<&str>) -> Option<&Budget> {
        self.of(Some(uuid.unwrap_or(Usage::UNNAMED)))?.budget.as_ref()
    }

    pub fn of(&self, uuid: Option<&str>) -> Option<&KnownNetwork> {
        self.known.get(uuid?)
    }

    /// Bounded, and with keys that can stand in a dotted path.
    pub fn is_sound(&self) -> bool {
        self.known.len() <= Self::MOST
            && self.known.iter().all(|(uuid, known)| {
                let budget = known.budget.as_ref().is_none_or(Budget::is_sound);
                is_key(uuid) && known.name.len() <= Self::NAME_MOST && budget
            })
    }

    /// Remembers, or forgets what says nothing. `false`: there is no more room.
    pub fn set(&mut self, uuid: &str, known: KnownNetwork) -> bool {
        if known.treat == Treat::Auto && known.choice == Choice::Not && known.budget.is_none() {
            let _ = self.known.remove(uuid);
            return true;
        }
        if !is_key(uuid) || (self.known.len() >= Self::MOST && !self.known.contains_key(uuid)) {
            return false;
        }
        let _ = self.known.insert(uuid.to_owned(), known);
        true
    }
}

fn is_key(uuid: &str) -> bool {
    !uuid.is_empty()
        && uuid.len() <= Networks::NAME_MOST
        && uuid.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// One connection, as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KnownNetwork {
    /// Its name when it was last seen.
    pub name: String,
    pub treat: Treat,
    pub choice: Choice,
    /// Its data plan.
    pub budget: Option<Budget>,
}

/// What the user says it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Treat {
    /// What the desktop says.
    #[default]
    Auto,
    Unmetered,
    Metered,
    /// Every byte is charged.
    PayPerUse,
    /// Nothing is transferred over it.
    Never,
}

impl Treat {
    pub const ALL: [Self; 5] = [Self::Auto, Self::Unmetered, Self::Metered, Self::PayPerUse, Self::Never];
}

/// Is it one of those that "only these" means?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    #[default]
    Not,
    Chosen,
}

/// Which networks are used at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    #[default]
    All,
    /// Those marked [`Choice::Chosen`].
    OnlyChosen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VpnRule {
    /// A VPN is a network like any other.
    #[default]
    Ignore,
    /// Nothing is transferred while a VPN is up.
    PauseWhileUp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_forgotten_and_the_rest_is_bounded() {
        let mut networks = Networks::default();
        let metered = KnownNetwork { treat: Treat::Metered, ..KnownNetwork::default() };
        for number in 0..Networks::MOST {
            assert!(networks.set(&number.to_string(), metered.clone()));
        }
        assert!(!networks.set("one-more", metered.clone()));
        assert!(networks.set("7", metered.clone()), "one that is known can change");
        assert!(networks.set("7", KnownNetwork::default()));
        assert_eq!(networks.of(Some("7")), None);
        assert!(networks.set("one-more", metered.clone()));
        assert!(!networks.set("with.dot", metered), "settings are named by dotted paths");
        assert!(networks.is_sound());
    }
}
