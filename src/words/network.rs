//! The network in a word or two, and in a few sentences.

use super::{Sentence, Tone, Words};
use crate::model::{Basis, Connectivity, CostSource, Grounds, Leave, Link, Network, NetworkCost, Treat};

/// Does what nobody knows the cost of count as metered?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    AsMetered,
    AsUnmetered,
}

impl Words {
    /// What the network costs, or why there is none.
    pub fn network_cost(&self, network: &Network) -> (String, Tone) {
        let (key, tone) = match (network.link, network.connectivity) {
            (Link::Down, _) | (_, Connectivity::None) => ("network-offline", Tone::Bad),
            (Link::Changing, _) => ("network-changing", Tone::Plain),
            (Link::Up, _) if network.leave != Leave::Given => ("network-not-allowed", Tone::Warn),
            (Link::Up, Connectivity::Portal) => ("network-portal", Tone::Warn),
            (Link::Up, Connectivity::Limited) => ("network-constrained", Tone::Warn),
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

    pub fn network_name(&self, network: &Network) -> String {
        network.connection.clone().unwrap_or_else(|| self.text("this-network"))
    }

    /// Everything that is known of the network, and from where; a sentence each.
    pub fn network_facts(&self, network: &Network, unknown: Counts) -> Vec<String> {
        let mut facts = vec![self.network_reach(network)];
        if network.link == Link::Up {
            facts.push(self.network_costs(network.cost, unknown));
            facts.extend(self.network_basis(network.basis));
            let flags = [
                (network.roaming, "network-is-roaming"),
                (network.over_limit, "network-is-over"),
                (network.approaching_limit && !network.over_limit, "network-is-approaching"),
                (network.restricted, "network-is-restricted"),
            ];
            facts.extend(flags.into_iter().filter(|(is, _)| *is).map(|(_, key)| self.text(key)));
            if !network.vpns.is_empty() {
                facts.push(self.format("network-vpns", &[("names", network.vpns.join(", ").into())]));
            }
            facts.extend(self.network_leave(network.leave));
        }
        facts.push(self.text(match network.source {
            CostSource::NetworkManager => "network-source-manager",
            CostSource::Portal => "network-source-portal",
            CostSource::None => "network-source-none",
        }));
        facts
    }

    fn network_reach(&self, network: &Network) -> String {
        let key = match (network.link, network.connectivity) {
            (Link::Down, _) | (_, Connectivity::None) => return self.text("network-says-none"),
            (Link::Changing, _) => return self.text("network-says-changing"),
            (Link::Up, Connectivity::Local) => "network-says-local",
            (Link::Up, Connectivity::Limited) => "network-says-limited",
            (Link::Up, Connectivity::Portal) => "network-says-portal",
            (Link::Up, Connectivity::Internet) => "network-says-internet",
        };
        // It stands at the beginning of a sentence.
        let name = self.network_name(network);
        let mut letters = name.chars();
        let first = letters.next().filter(|_| network.connection.is_none());
        let name = first.map_or(name.clone(), |first| first.to_uppercase().chain(letters).collect());
        self.format(key, &[("name", name.into())])
    }

    fn network_costs(&self, cost: NetworkCost, unknown: Counts) -> String {
        self.text(match (cost, unknown) {
            (NetworkCost::Unrestricted, _) => "network-costs-nothing",
            (NetworkCost::Fixed, _) => "network-costs-plan",
            (NetworkCost::Variable, _) => "network-costs-bytes",
            (NetworkCost::Unknown, Counts::AsMetered) => "network-costs-unknown-metered",
            (NetworkCost::Unknown, Counts::AsUnmetered) => "network-costs-unknown",
        })
    }

    fn network_basis(&self, basis: Basis) -> Option<String> {
        match basis {
            Basis::Nobody => None,
            Basis::Configured => Some(self.text("network-basis-configured")),
            Basis::Guessed => Some(self.text("network-basis-guessed")),
            Basis::User => Some(self.text("network-basis-user")),
        }
    }

    fn network_leave(&self, leave: Leave) -> Option<String> {
        match leave {
            Leave::Given => None,
            Leave::Refused => Some(self.text("network-leave-refused")),
            Leave::NotChosen => Some(self.text("network-leave-not-chosen")),
            Leave::VpnUp => Some(self.text("network-leave-vpn")),
        }
    }

    /// Why a transfer may use the network.
    pub fn grounds(&self, grounds: Grounds) -> Sentence {
        let text = self.text(match grounds {
            Grounds::Unmetered => "grounds-unmetered",
            Grounds::UnknownCost => "grounds-unknown",
            Grounds::Policy => "grounds-policy",
            Grounds::Once => "grounds-once",
        });
        Sentence { text, tone: Tone::Good, remedies: Vec::new() }
    }

    /// What the user says of a network, as a choice.
    pub fn treat(&self, treat: Treat) -> String {
        self.text(match treat {
            Treat::Auto => "treat-auto",
            Treat::Unmetered => "treat-unmetered",
            Treat::Metered => "treat-metered",
            Treat::PayPerUse => "treat-pay-per-use",
            Treat::Never => "treat-never",
        })
    }
}
