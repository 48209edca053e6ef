use CostPolicy::{Always, Default as Usual, NoSurcharge, NotRoaming, Standard, UnrestrictedOnly};

use super::*;

fn network(cost: NetworkCost) -> Network {
    Network { cost, connection: Some("home".into()), ..Network::default() }
}

fn metered() -> Network {
    network(NetworkCost::Fixed)
}

fn on_track_to_exceed() -> Network {
    Network { approaching_limit: true, ..metered() }
}

fn roaming() -> Network {
    Network { roaming: true, ..metered() }
}

fn over_and_restricted() -> Network {
    Network { over_limit: true, restricted: true, ..metered() }
}

fn verdict(policy: CostPolicy, network: &Network) -> Result<Grounds, Hold> {
    judge(&Class::plain(policy), network, Unknown::IsFree).map(Pass::grounds)
}

/// One test for each cell of the table: which policy, on which network, with which verdict.
macro_rules! cells {
    ($($name:ident: $policy:ident on $network:expr => $verdict:expr;)*) => {
        $(#[test] fn $name() { assert_eq!(verdict($policy, &$network), $verdict); })*
    };
}

cells! {
    unmetered_unrestricted_only: UnrestrictedOnly on network(NetworkCost::Unrestricted) => Ok(Grounds::Unmetered);
    unmetered_default: Usual on network(NetworkCost::Unrestricted) => Ok(Grounds::Unmetered);
    unmetered_always: Always on network(NetworkCost::Unrestricted) => Ok(Grounds::Unmetered);
    metered_unrestricted_only: UnrestrictedOnly on metered() => Err(Hold::Metered);
    metered_default: Usual on metered() => Ok(Grounds::Policy);
    metered_always: Always on metered() => Ok(Grounds::Policy);
    on_track_to_exceed_unrestricted_only: UnrestrictedOnly on on_track_to_exceed() => Err(Hold::OverBudget);
    on_track_to_exceed_default: Usual on on_track_to_exceed() => Err(Hold::OverBudget);
    on_track_to_exceed_always: Always on on_track_to_exceed() => Ok(Grounds::Policy);
    roaming_unrestricted_only: UnrestrictedOnly on roaming() => Err(Hold::Roaming);
    roaming_default: Usual on roaming() => Err(Hold::Roaming);
    roaming_always: Always on roaming() => Ok(Grounds::Policy);
    over_the_limit_unrestricted_only: UnrestrictedOnly on over_and_restricted() => Err(Hold::OverBudget);
    over_the_limit_default: Usual on over_and_restricted() => Err(Hold::OverBudget);
    over_the_limit_always: Always on over_and_restricted() => Err(Hold::OverBudget);
}

#[test]
fn over_the_limit_without_the_restriction_is_like_on_track_to_exceed() {
    let over = Network { over_limit: true, ..network(NetworkCost::Variable) };
    let verdicts = [UnrestrictedOnly, Usual, Always].map(|policy| verdict(policy, &over).is_ok());
    assert_eq!(verdicts, [false, false, true]);
}

/// Each of the finer policies allows what the stricter one allows, and one thing more.
#[test]
fn the_finer_policies_stand_between_the_plain_ones() {
    let networks = [
        network(NetworkCost::Unrestricted),
        metered(),
        on_track_to_exceed(),
        Network { over_limit: true, ..metered() },
        roaming(),
        over_and_restricted(),
    ];
    let allowed = |policy| networks.each_ref().map(|network| u8::from(verdict(policy, network).is_ok()));
    assert_eq!(allowed(UnrestrictedOnly), [1, 0, 0, 0, 0, 0]);
    assert_eq!(allowed(Standard), [1, 1, 0, 0, 0, 0]);
    assert_eq!(allowed(NoSurcharge), [1, 1, 1, 0, 0, 0]);
    assert_eq!(allowed(NotRoaming), [1, 1, 1, 1, 0, 0]);
    assert_eq!(allowed(Always), [1, 1, 1, 1, 1, 0]);
}

#[test]
fn unknown_cost_is_free_unless_the_setting_says_otherwise() {
    let unknown = network(NetworkCost::Unknown);
    assert_eq!(verdict(UnrestrictedOnly, &unknown), Ok(Grounds::UnknownCost));
    let class = Class::plain(UnrestrictedOnly);
    assert_eq!(judge(&class, &unknown, Unknown::IsMetered), Err(Hold::Metered));
}

#[test]
fn roaming_is_metered_even_where_a_byte_is_said_to_cost_nothing() {
    let free = Network { roaming: true, ..network(NetworkCost::Unrestricted) };
    assert_eq!(verdict(Usual, &free), Err(Hold::Roaming));
}

#[test]
fn nothing_passes_without_a_network_that_holds_still() {
    for policy in CostPolicy::ALL {
        let class = Class { once: Some("home".into()), ..Class::plain(policy) };
        let down = Network { link: Link::Down, ..network(NetworkCost::Unrestricted) };
        let changing = Network { link: Link::Changing, ..network(NetworkCost::Unrestricted) };
        assert_eq!(judge(&class, &down, Unknown::IsFree), Err(Hold::NoNetwork));
        assert_eq!(judge(&class, &changing, Unknown::IsFree), Err(Hold::NetworkChanging));
    }
}

#[test]
fn once_is_for_that_network_only() {
    let class = Class { once: Some("home".into()), ..Class::plain(UnrestrictedOnly) };
    let once = judge(&class, &metered(), Unknown::IsFree).map(Pass::grounds);
    assert_eq!(once, Ok(Grounds::Once));
    let other = Network { connection: Some("phone".into()), ..metered() };
    assert_eq!(judge(&class, &other, Unknown::IsFree), Err(Hold::Metered));
    let nameless = Network { connection: None, paths: vec!["192.0.2.7".into()], ..metered() };
    let there = Class { once: identity(&nameless), ..Class::plain(UnrestrictedOnly) };
    assert!(
        judge(&there, &nameless, Unknown::IsFree).is_ok(),
        "a network without a name can be used once, too"
    );
    let nobody = Network { connection: None, ..metered() };
    let never = Class { once: identity(&nobody), ..Class::plain(UnrestrictedOnly) };
    assert_eq!(judge(&never, &nobody, Unknown::IsFree), Err(Hold::Metered));
}

#[test]
fn large_files_wait_on_metered_networks_unless_always_is_said() {
    let heavy = |policy| Class { weight: Weight::Heavy, ..Class::plain(policy) };
    for (policy, verdict) in [
        (Usual, Some(Hold::OverSize)),
        (NotRoaming, Some(Hold::OverSize)),
        (UnrestrictedOnly, Some(Hold::Metered)),
        (Always, None),
    ] {
        assert_eq!(judge(&heavy(policy), &metered(), Unknown::IsFree).err(), verdict, "{policy:?}");
        assert!(judge(&heavy(policy), &network(NetworkCost::Unrestricted), Unknown::IsFree).is_ok());
    }
}

#[test]
fn a_portal_stands_before_the_internet_and_not_before_the_nas() {
    let portal = Network { connectivity: Connectivity::Portal, ..network(NetworkCost::Unrestricted) };
    assert_eq!(verdict(Always, &portal), Err(Hold::CaptivePortal));
    let nas = Class { reach: Reach::Private, ..Class::plain(Usual) };
    assert!(judge(&nas, &portal, Unknown::IsFree).is_ok());
    for connectivity in [Connectivity::Limited, Connectivity::Local, Connectivity::None] {
        let limited = Network { connectivity, ..network(NetworkCost::Unrestricted) };
        assert!(verdict(Usual, &limited).is_ok(), "only a failed connection holds: {connectivity:?}");
    }
}

#[test]
fn a_network_that_may_not_be_used_can_be_used_once() {
    for (leave, hold) in [
        (Leave::Refused, Hold::NetworkNotAllowed),
        (Leave::NotChosen, Hold::NetworkNotAllowed),
        (Leave::VpnUp, Hold::VpnUp),
    ] {
        let network = Network { leave, ..network(NetworkCost::Unrestricted) };
        assert_eq!(verdict(Always, &network), Err(hold));
        let once = Class { once: Some("home".into()), ..Class::plain(Usual) };
        assert_eq!(judge(&once, &network, Unknown::IsFree).is_ok(), leave != Leave::VpnUp);
    }
}

#[test]
fn private_addresses_are_told_by_the_address_alone() {
    let reach = |text: &str| Reach::of(&SafeUrl::parse(text).expect("an address").0);
    for here in [
        "http://192.168.178.1/a",
        "http://10.1.2.3/",
        "http://172.31.0.1/",
        "http://169.254.1.1/",
        "http://127.0.0.1:8080/",
        "http://100.64.0.1/",
        "http://[::1]/",
        "http://[fd00::5]/",
        "http://[fe80::1]/",
        "http://[::ffff:192.168.0.9]/",
        "https://nas/",
        "https://nas.local/film.mkv",
        "https://nas.home.arpa./",
    ] {
        assert_eq!(reach(here), Reach::Private, "{here}");
    }
    for far in [
        "http://172.32.0.1/",
        "http://11.0.0.1/",
        "https://example.org/",
        "http://[2001:db8::1]/",
        "https://local.example/",
    ] {
        assert_eq!(reach(far), Reach::Internet, "{far}");
    }
}
