//! The network in a word or two.

use super::{Tone, Words};
use crate::model::{Connectivity, Link, Network, NetworkCost};

impl Words {
    /// What the network costs, or why there is none.
    pub fn network_cost(&self, network: &Network) -> (String, Tone) {
        let (key, tone) = match (network.link, network.connectivity) {
            (Link::Down, _) | (_, Connectivity::None) => ("network-offline", Tone::Bad),
            (Link::Changing, _) => ("network-changing", Tone::Plain),
            (Link::Up, Connectivity::Constrained) => ("network-constrained", Tone::Warn),
            (Link::Up, Connectivity::Local | Connectivity::Internet) if network.roaming => {
                ("network-roaming", Tone::Bad)
            }
            (Link::Up, Connectivity::Local | Connectivity::Internet) => match network.cost {
                NetworkCost::Unknown => ("network-unknown", Tone::Plain),
                NetworkCost::Unrestricted => ("network-unmetered", Tone::Good),
                NetworkCost::Fixed | NetworkCost::Variable => ("network-metered", Tone::Warn),
            },
        };
        (self.text(key), tone)
    }
}
