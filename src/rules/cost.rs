//! May this transfer use this network? The only place where a [`Permit`] can be made.
//!
//! The table is that of the background transfer system, read from the bottom up: over the limit, roaming, on track to
//! exceed, metered, unmetered.

use crate::model::{
    Connectivity, CostPolicy, Grounds, Hold, Leave, Link, Network, NetworkCost, SafeUrl, Transfer, TransferId,
};

/// A count of the moments at which permission was taken away. Permits of an older epoch are worthless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Epoch(pub u64);

/// Leave for one transfer to move bytes until the epoch ends. Whoever does the moving checks it each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permit {
    transfer: TransferId,
    epoch: Epoch,
}

impl Permit {
    pub const fn transfer(self) -> TransferId {
        self.transfer
    }

    pub const fn epoch(self) -> Epoch {
        self.epoch
    }
}

/// Everything the verdict depends on besides the network. Transfers with equal classes share one verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    pub policy: CostPolicy,
    /// "Use this network once": which network that was.
    pub once: Option<String>,
    pub reach: Reach,
    pub weight: Weight,
    pub freedom: Freedom,
}

/// Do power and hours hold it?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freedom {
    Bound,
    /// "Run anyway": the user agreed.
    Unconstrained,
}

/// Where a transfer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    Internet,
    /// An address of this network, such as a NAS: no captive portal stands in between.
    Private,
}

/// Is it too large for a metered network?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Below the threshold, of unknown size, or there is no threshold.
    Light,
    Heavy,
}

impl Class {
    /// `hold_over`: files of at least so many bytes wait on metered networks.
    pub fn of(transfer: &Transfer, hold_over: Option<u64>) -> Self {
        let heavy = hold_over.is_some_and(|most| transfer.total().is_some_and(|total| total >= most));
        Self {
            policy: transfer.policy,
            once: transfer.permission.network.clone(),
            reach: Reach::of(&transfer.source.url),
            weight: if heavy { Weight::Heavy } else { Weight::Light },
            freedom: if transfer.permission.unconstrained { Freedom::Unconstrained } else { Freedom::Bound },
        }
    }

    /// Of something that is no transfer yet, such as a look at what a server has.
    pub const fn plain(policy: CostPolicy) -> Self {
        Self { policy, once: None, reach: Reach::Internet, weight: Weight::Light, freedom: Freedom::Bound }
    }
}

impl Reach {
    /// By the address alone: RFC 1918, 3927, 4193, 6598 and loopback, and names that no public server has (RFC 6761, 6762,
    /// 8375, or without a dot).
    pub fn of(url: &SafeUrl) -> Self {
        let private = match url.request().host() {
            Some(url::Host::Ipv4(address)) => is_private(address.octets()),
            Some(url::Host::Ipv6(address)) => match address.to_ipv4_mapped() {
                Some(mapped) => is_private(mapped.octets()),
                None => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
            },
            Some(url::Host::Domain(name)) => is_private_name(name.trim_end_matches('.')),
            None => false,
        };
        if private { Self::Private } else { Self::Internet }
    }
}

const fn is_private(address: [u8; 4]) -> bool {
    matches!(
        address,
        [10 | 127, ..] | [172, 16..32, ..] | [192, 168, ..] | [169, 254, ..] | [100, 64..128, ..]
    )
}

fn is_private_name(name: &str) -> bool {
    let within = [".local", ".localhost", ".internal", ".home.arpa"];
    !name.contains('.') || within.iter().any(|end| name.ends_with(end))
}

/// Proof that the rule was asked and said yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass(Grounds);

impl Pass {
    pub const fn permit(self, transfer: TransferId, epoch: Epoch) -> Permit {
        Permit { transfer, epoch }
    }

    /// Why it said yes.
    pub const fn grounds(self) -> Grounds {
        self.0
    }
}

/// What the user makes of a cost that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    IsFree,
    IsMetered,
}

impl Unknown {
    pub const fn of(unknown_is_metered: bool) -> Self {
        if unknown_is_metered { Self::IsMetered } else { Self::IsFree }
    }
}

/// Judges by the network as the user wants it seen (see [`super::network::seen`]).
///
/// # Errors
/// The reason why it must wait.
pub fn judge(class: &Class, network: &Network, unknown: Unknown) -> Result<Pass, Hold> {
    match network.link {
        Link::Down => return Err(Hold::NoNetwork),
        Link::Changing => return Err(Hold::NetworkChanging),
        Link::Up => {}
    }
    if network.leave == Leave::VpnUp {
        return Err(Hold::VpnUp);
    }
    if network.connectivity == Connectivity::Portal && class.reach == Reach::Internet {
        return Err(Hold::CaptivePortal);
    }
    if class.once.is_some() && class.once == identity(network) {
        return Ok(Pass(Grounds::Once));
    }
    match network.leave {
        Leave::Given => {}
        Leave::Refused | Leave::NotChosen | Leave::VpnUp => return Err(Hold::NetworkNotAllowed),
    }
    if !is_metered(network, unknown) {
        let unknown = network.cost == NetworkCost::Unknown;
        return Ok(Pass(if unknown { Grounds::UnknownCost } else { Grounds::Unmetered }));
    }
    judge_metered(class, network).map_or(Ok(Pass(Grounds::Policy)), Err)
}

/// As [`judge`], where the machine's power or the hour of the day may hold transfers, too.
///
/// # Errors
/// The reason why it must wait.
pub fn admit(
    class: &Class,
    network: &Network,
    unknown: Unknown,
    machine: Option<&Hold>,
) -> Result<Pass, Hold> {
    let pass = judge(class, network, unknown)?;
    match (machine, class.freedom) {
        (Some(hold), Freedom::Bound) => Err(hold.clone()),
        (Some(_), Freedom::Unconstrained) | (None, _) => Ok(pass),
    }
}

/// The rows of the table from the bottom up, and what is finer than it.
fn judge_metered(class: &Class, network: &Network) -> Option<Hold> {
    use CostPolicy::{Always, Default, NoSurcharge, NotRoaming, Standard, UnrestrictedOnly};
    if network.over_limit && network.restricted {
        return Some(Hold::OverBudget);
    }
    if network.roaming && class.policy != Always {
        return Some(Hold::Roaming);
    }
    let budget = match class.policy {
        Always | NotRoaming => false,
        NoSurcharge => network.over_limit,
        Default | UnrestrictedOnly | Standard => network.over_limit || network.approaching_limit,
    };
    if budget {
        return Some(Hold::OverBudget);
    }
    match class.policy {
        UnrestrictedOnly => Some(Hold::Metered),
        Always => None,
        Default | NotRoaming | NoSurcharge | Standard => {
            (class.weight == Weight::Heavy).then_some(Hold::OverSize)
        }
    }
}

/// What "this network" means in "use this network once". A connection nobody names is known by our addresses in it.
pub fn identity(network: &Network) -> Option<String> {
    let named = network.uuid.as_ref().or(network.connection.as_ref());
    named.cloned().or_else(|| (!network.paths.is_empty()).then(|| network.paths.join(" ")))
}

/// Roaming counts as metered, whatever the connection says of itself.
pub const fn is_metered(network: &Network, unknown: Unknown) -> bool {
    network.roaming
        || match (network.cost, unknown) {
            (NetworkCost::Fixed | NetworkCost::Variable, _) | (NetworkCost::Unknown, Unknown::IsMetered) => {
                true
            }
            (NetworkCost::Unknown, Unknown::IsFree) | (NetworkCost::Unrestricted, _) => false,
        }
}

#[cfg(test)]
mod tests;
