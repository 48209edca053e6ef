//! What is known of the network, and what a transfer allows itself on it.

use serde::{Deserialize, Serialize};

/// The network as the desktop describes it at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Network {
    pub link: Link,
    pub cost: NetworkCost,
    /// How we come to know the cost.
    #[serde(default)]
    pub basis: Basis,
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
    /// The device that carries it, by the kernel's name.
    #[serde(default)]
    pub interface: Option<String>,
    #[serde(default)]
    pub medium: Medium,
    /// Names of the VPNs that are up.
    #[serde(default)]
    pub vpns: Vec<String>,
    /// May it be used at all? The user decides.
    #[serde(default)]
    pub leave: Leave,
    /// Our own addresses towards the rest of the world. When one goes, the connections that used it are dead, whatever
    /// the name of the network.
    #[serde(default)]
    pub paths: Vec<String>,
    /// A page that a captive portal answers with its own.
    #[serde(default)]
    pub portal_page: Option<String>,
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

/// How far one gets. Two kinds of what `NetworkConnectivityLevel` calls constrained are told apart, because only one of
/// them answers with somebody else's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connectivity {
    None,
    /// This network only; what stands in it can be reached.
    Local,
    /// The Internet did not answer when it was last tried.
    Limited,
    /// The network wants its user to sign in first.
    Portal,
    #[default]
    Internet,
}

impl Connectivity {
    /// The name in `NetworkConnectivityLevel`, for programs.
    pub const fn level(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Local => "local",
            Self::Limited | Self::Portal => "constrained",
            Self::Internet => "internet",
        }
    }
}

/// What the connection runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    #[default]
    Unknown,
    Ethernet,
    Wifi,
    Mobile,
    Bluetooth,
    Vpn,
    Other,
}

/// Who says what the network costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    #[default]
    Nobody,
    /// The connection is set up as metered or unmetered.
    Configured,
    /// The desktop concludes it from the kind of connection, or a hotspot said so.
    Guessed,
    /// The user told Longshore.
    User,
}

/// Whether the user lets Longshore use the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leave {
    #[default]
    Given,
    /// "Never use this network."
    Refused,
    /// Only chosen networks are used, and this is none of them.
    NotChosen,
    /// Nothing is transferred while a VPN is up.
    VpnUp,
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
    /// Runs on every network but a roaming one.
    NotRoaming,
    /// Runs where a byte costs nothing extra: neither roaming nor over the limit.
    NoSurcharge,
    /// Like [`Self::NoSurcharge`], and stops when the limit comes near.
    Standard,
}

impl CostPolicy {
    pub const ALL: [Self; 6] = [
        Self::Default,
        Self::UnrestrictedOnly,
        Self::Always,
        Self::NotRoaming,
        Self::NoSurcharge,
        Self::Standard,
    ];
    /// The name in settings and for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::UnrestrictedOnly => "unrestricted-only",
            Self::Always => "always",
            Self::NotRoaming => "not-roaming",
            Self::NoSurcharge => "no-surcharge",
            Self::Standard => "standard",
        }
    }

    /// The three that most people need; the others stand between them.
    pub const PLAIN: [Self; 3] = [Self::Default, Self::UnrestrictedOnly, Self::Always];
}

/// One-time answers of the user that overrule a rule for one transfer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Permission {
    /// "Use this network once": which network it was said on.
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
