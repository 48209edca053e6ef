//! What is known of the network, and what a transfer allows itself on it.

use serde::{Deserialize, Serialize};

/// The network as the desktop describes it at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Network {
    pub link: Link,
    pub cost: NetworkCost,
    pub roaming: bool,
    /// On track to use up the data budget, or past its warning level.
    pub approaching_limit: bool,
    pub over_limit: bool,
    /// The user asked that nothing goes over the limit: then even [`CostPolicy::Always`] waits.
    pub restricted: bool,
    pub connectivity: Connectivity,
    pub source: CostSource,
    /// Name of the connection as the user gave it.
    pub connection: Option<String>,
    pub uuid: Option<String>,
}

/// Is there a network, and does it hold still?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    Down,
    /// Between two networks, or connected with a cost that is not known yet. Everything waits, at most two seconds.
    Changing,
    #[default]
    Up,
}

/// `NetworkCostType`: what a byte costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkCost {
    #[default]
    Unknown,
    Unrestricted,
    /// Metered, with a plan.
    Fixed,
    /// Metered, every byte is charged.
    Variable,
}

/// `NetworkConnectivityLevel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connectivity {
    None,
    Local,
    /// A captive portal or a limited network.
    Constrained,
    #[default]
    Internet,
}

/// Who told us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CostSource {
    NetworkManager,
    Portal,
    #[default]
    None,
}

/// `BackgroundTransferCostPolicy`, per transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CostPolicy {
    /// Runs on metered networks, but not while roaming or on track to exceed the plan.
    #[default]
    Default,
    /// Runs on unmetered networks only.
    UnrestrictedOnly,
    /// Runs whatever it costs, unless the user restricted going over the limit.
    Always,
}

impl CostPolicy {
    pub const ALL: [Self; 3] = [Self::Default, Self::UnrestrictedOnly, Self::Always];
}

/// One-time answers of the user that overrule a rule for one transfer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Permission {
    /// "Use this network once": the uuid (or name) of the network it was said on.
    pub network: Option<String>,
    /// "Run anyway": power and hours do not hold it.
    pub unconstrained: bool,
    /// "Save it anyway": a web page is what is wanted.
    #[serde(default)]
    pub web_page: bool,
    /// "Go there anyway": from https to http.
    #[serde(default)]
    pub insecure: bool,
}
