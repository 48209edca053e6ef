//! May this transfer use this network? The only place where a [`Permit`] can be made.
//!
//! The table is that of the background transfer system, read from the bottom up: over the limit, roaming, on track to
//! exceed, metered, unmetered.

use crate::model::{CostPolicy, Hold, Link, Network, NetworkCost, Permission, TransferId};

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

/// Proof that the rule was asked and said yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass(());

impl Pass {
    pub const fn permit(self, transfer: TransferId, epoch: Epoch) -> Permit {
        Permit { transfer, epoch }
    }
}

/// Everything the verdict depends on besides the network. Transfers with equal classes share one verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    pub policy: CostPolicy,
    /// "Use this network once": which network that was.
    pub once: Option<String>,
}

impl Class {
    pub fn of(policy: CostPolicy, permission: &Permission) -> Self {
        Self { policy, once: permission.network.clone() }
    }
}

/// # Errors
/// The reason why it must wait.
pub fn judge(class: &Class, network: &Network, unknown_is_metered: bool) -> Result<Pass, Hold> {
    match network.link {
        Link::Down => return Err(Hold::NoNetwork),
        Link::Changing => return Err(Hold::NetworkChanging),
        Link::Up => {}
    }
    if class.once.is_some() && class.once.as_deref() == identity(network) {
        return Ok(Pass(()));
    }
    if !is_metered(network, unknown_is_metered) {
        return Ok(Pass(()));
    }
    if network.over_limit && network.restricted {
        return Err(Hold::OverBudget);
    }
    let always = class.policy == CostPolicy::Always;
    if network.roaming && !always {
        return Err(Hold::Roaming);
    }
    if (network.over_limit || network.approaching_limit) && !always {
        return Err(Hold::OverBudget);
    }
    match class.policy {
        CostPolicy::UnrestrictedOnly => Err(Hold::Metered),
        CostPolicy::Default | CostPolicy::Always => Ok(Pass(())),
    }
}

/// What "this network" means in "use this network once".
pub fn identity(network: &Network) -> Option<&str> {
    network.uuid.as_deref().or(network.connection.as_deref())
}

/// Roaming counts as metered, whatever the connection says of itself.
pub fn is_metered(network: &Network, unknown_is_metered: bool) -> bool {
    network.roaming
        || match network.cost {
            NetworkCost::Fixed | NetworkCost::Variable => true,
            NetworkCost::Unknown => unknown_is_metered,
            NetworkCost::Unrestricted => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(cost: NetworkCost) -> Network {
        Network { cost, connection: Some("home".into()), ..Network::default() }
    }

    fn allowed(network: &Network) -> [bool; 3] {
        [CostPolicy::UnrestrictedOnly, CostPolicy::Default, CostPolicy::Always]
            .map(|policy| judge(&Class { policy, once: None }, network, false).is_ok())
    }

    #[test]
    fn the_fifteen_cells() {
        let metered = network(NetworkCost::Fixed);
        let roaming = Network { roaming: true, ..metered.clone() };
        let approaching = Network { approaching_limit: true, ..metered.clone() };
        let over = Network { over_limit: true, restricted: true, ..metered.clone() };
        assert_eq!(allowed(&network(NetworkCost::Unrestricted)), [true, true, true]);
        assert_eq!(allowed(&metered), [false, true, true]);
        assert_eq!(allowed(&approaching), [false, false, true]);
        assert_eq!(allowed(&roaming), [false, false, true]);
        assert_eq!(allowed(&over), [false, false, false]);
    }

    #[test]
    fn over_the_limit_without_the_restriction_is_like_on_track_to_exceed() {
        let over = Network { over_limit: true, ..network(NetworkCost::Variable) };
        assert_eq!(allowed(&over), [false, false, true]);
    }

    #[test]
    fn unknown_cost_is_free_unless_the_setting_says_otherwise() {
        let class = Class { policy: CostPolicy::UnrestrictedOnly, once: None };
        assert!(judge(&class, &network(NetworkCost::Unknown), false).is_ok());
        assert_eq!(judge(&class, &network(NetworkCost::Unknown), true), Err(Hold::Metered));
    }

    #[test]
    fn nothing_passes_without_a_network_that_holds_still() {
        for policy in CostPolicy::ALL {
            let class = Class { policy, once: Some("home".into()) };
            let down = Network { link: Link::Down, ..network(NetworkCost::Unrestricted) };
            let changing = Network { link: Link::Changing, ..network(NetworkCost::Unrestricted) };
            assert_eq!(judge(&class, &down, false), Err(Hold::NoNetwork));
            assert_eq!(judge(&class, &changing, false), Err(Hold::NetworkChanging));
        }
    }

    #[test]
    fn once_is_for_that_network_only() {
        let class = Class { policy: CostPolicy::UnrestrictedOnly, once: Some("home".into()) };
        assert!(judge(&class, &network(NetworkCost::Fixed), false).is_ok());
        let other = Network { connection: Some("phone".into()), ..network(NetworkCost::Fixed) };
        assert_eq!(judge(&class, &other, false), Err(Hold::Metered));
    }
}
