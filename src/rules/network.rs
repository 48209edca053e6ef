//! The network as the user wants it seen: what the desktop says, with the user's own word laid over it.

use crate::model::{
    Basis, BudgetLevel, Choice, Leave, Network, NetworkCost, Networks, Over, Treat, VpnRule, Which,
};

/// What the user says of a connection comes before what the desktop says. Roaming is a fact that nobody can wish away.
pub fn seen(observed: &Network, said: &Networks) -> Network {
    let mut network = observed.clone();
    let known = said.of(observed.uuid.as_deref());
    let treat = known.map(|known| known.treat).unwrap_or_default();
    let cost = match treat {
        Treat::Auto | Treat::Never => None,
        Treat::Unmetered => Some(NetworkCost::Unrestricted),
        Treat::Metered => Some(NetworkCost::Fixed),
        Treat::PayPerUse => Some(NetworkCost::Variable),
    };
    if let Some(cost) = cost {
        network.cost = cost;
        network.basis = Basis::User;
    }
    let chosen = known.is_some_and(|known| known.choice == Choice::Chosen);
    network.leave = match (treat, said.which, said.vpn) {
        (Treat::Never, _, _) => Leave::Refused,
        (_, _, VpnRule::PauseWhileUp) if !observed.vpns.is_empty() => Leave::VpnUp,
        (_, Which::OnlyChosen, _) if !chosen => Leave::NotChosen,
        (_, Which::OnlyChosen | Which::All, VpnRule::PauseWhileUp | VpnRule::Ignore) => Leave::Given,
    };
    network
}

/// What a data plan makes of a network: one that will not last makes any network cost.
pub fn planned(network: Network, over: Over, level: BudgetLevel) -> Network {
    let dwindles = level >= BudgetLevel::Approaching;
    let costs = matches!(network.cost, NetworkCost::Fixed | NetworkCost::Variable);
    let (cost, basis) =
        if dwindles && !costs { (NetworkCost::Fixed, Basis::User) } else { (network.cost, network.basis) };
    Network {
        approaching_limit: network.approaching_limit || dwindles,
        over_limit: network.over_limit || level == BudgetLevel::Over,
        restricted: network.restricted || over == Over::Stop,
        cost,
        basis,
        ..network
    }
}

/// Are connections that were opened before this change dead, or on the wrong network? New paths beside the old ones
/// change nothing for those who use the old ones.
pub fn moved(before: &Network, after: &Network) -> bool {
    shift(before, after) != Shift::None
}

/// What became of the way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    None,
    /// One of our addresses went, and the desktop still speaks of the same connection: its word may be about to change.
    Paths,
    /// The desktop speaks of another connection.
    Network,
}

pub fn shift(before: &Network, after: &Network) -> Shift {
    let named = |network: &Network| (network.link, network.uuid.clone(), network.connection.clone());
    if named(before) != named(after) || before.vpns != after.vpns {
        Shift::Network
    } else if before.paths.iter().any(|path| !after.paths.contains(path)) {
        Shift::Paths
    } else {
        Shift::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::KnownNetwork;

    fn said(treat: Treat, choice: Choice) -> Networks {
        let mut networks = Networks::default();
        assert!(networks.set("u1", KnownNetwork { name: "phone".into(), treat, choice, budget: None }));
        networks
    }

    fn phone() -> Network {
        Network { cost: NetworkCost::Fixed, uuid: Some("u1".into()), ..Network::default() }
    }

    #[test]
    fn the_users_word_comes_first_on_that_connection_only() {
        for (treat, cost) in [
            (Treat::Unmetered, NetworkCost::Unrestricted),
            (Treat::Metered, NetworkCost::Fixed),
            (Treat::PayPerUse, NetworkCost::Variable),
        ] {
            let seen_here = seen(&phone(), &said(treat, Choice::Not));
            assert_eq!((seen_here.cost, seen_here.basis), (cost, Basis::User));
            let other = Network { uuid: Some("u2".into()), basis: Basis::Guessed, ..phone() };
            assert_eq!(seen(&other, &said(treat, Choice::Not)), other);
        }
    }

    #[test]
    fn never_and_only_these_and_no_vpn() {
        assert_eq!(seen(&phone(), &said(Treat::Never, Choice::Not)).leave, Leave::Refused);
        let only = |choice| Networks { which: Which::OnlyChosen, ..said(Treat::Metered, choice) };
        assert_eq!(seen(&phone(), &only(Choice::Chosen)).leave, Leave::Given);
        assert_eq!(seen(&phone(), &only(Choice::Not)).leave, Leave::NotChosen);
        let quiet = Networks { vpn: VpnRule::PauseWhileUp, ..Networks::default() };
        assert_eq!(seen(&phone(), &quiet).leave, Leave::Given);
        let tunneled = Network { vpns: vec!["work".into()], ..phone() };
        assert_eq!(seen(&tunneled, &quiet).leave, Leave::VpnUp);
        assert_eq!(seen(&tunneled, &Networks::default()).leave, Leave::Given);
    }

    #[test]
    fn a_second_address_is_no_move_and_a_lost_one_is() {
        let one = Network { paths: vec!["192.0.2.7".into()], ..phone() };
        let two = Network { paths: vec!["192.0.2.7".into(), "2001:db8::/64".into()], ..phone() };
        assert!(!moved(&one, &two));
        assert_eq!(shift(&two, &one), Shift::Paths);
        let costlier = Network { cost: NetworkCost::Variable, roaming: true, ..one.clone() };
        assert!(!moved(&one, &costlier));
        assert!(moved(&one, &Network { uuid: Some("u2".into()), ..one.clone() }));
    }

    #[test]
    fn a_plan_that_will_not_last_makes_any_network_cost() {
        let free = Network { cost: NetworkCost::Unrestricted, ..Network::default() };
        let within = planned(free.clone(), Over::Stop, BudgetLevel::Within);
        assert_eq!(within, Network { restricted: true, ..free.clone() });
        let near = planned(free.clone(), Over::GoOn, BudgetLevel::Approaching);
        assert_eq!((near.cost, near.approaching_limit, near.over_limit), (NetworkCost::Fixed, true, false));
        let over = planned(free, Over::Stop, BudgetLevel::Over);
        assert!(over.over_limit && over.approaching_limit && over.restricted);
        let dear = Network { cost: NetworkCost::Variable, ..Network::default() };
        assert_eq!(planned(dear, Over::Stop, BudgetLevel::Over).cost, NetworkCost::Variable);
    }
}
