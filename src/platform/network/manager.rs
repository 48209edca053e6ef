//! NetworkManager.
//!
//! The traps, measured: on a switch `Metered` is 0 for some milliseconds while `State` says connected, so 0 on a connected
//! network means "changing", and the coordinator decides how long to believe that. A NetworkManager that dies sends no
//! property change, only the loss of its name. One that runs beside another keeper of the default route says "disconnected".

use futures::future::join_all;
use futures::stream::SelectAll;

use super::modem::Carrier;
use super::paths;
use crate::model::{Basis, Connectivity, CostSource, Link, Medium, Network, NetworkCost};
use crate::platform::bus::{Service, Signals, Values, number, object, objects, text, truth};

const NAME: &str = "org.freedesktop.NetworkManager";
const PATH: &str = "/org/freedesktop/NetworkManager";
const ACTIVE: &str = "org.freedesktop.NetworkManager.Connection.Active";
const ACTIVE_BELOW: &str = "/org/freedesktop/NetworkManager/ActiveConnection";
const DEVICE: &str = "org.freedesktop.NetworkManager.Device";

/// `NMActiveConnectionState`: it carries traffic.
const ACTIVATED: u32 = 2;

#[derive(Debug)]
pub(super) struct Manager {
    service: Service,
}

/// The network, and what a modem must be to be the one that carries it.
pub(super) struct Found {
    pub network: Network,
    pub carrier: Carrier,
}

/// An active connection.
struct Active {
    path: String,
    name: Option<String>,
    uuid: Option<String>,
    medium: Medium,
    /// Traffic to the whole world goes through it.
    is_default: bool,
    devices: Vec<String>,
}

impl Manager {
    pub(super) async fn new(bus: &zbus::Connection, signals: &mut SelectAll<Signals>) -> Option<Self> {
        let service = Service::new(bus, NAME);
        signals.push(service.comes_and_goes().await.ok()?);
        signals.push(service.changes(PATH, NAME).await.ok()?);
        signals.push(service.changes(ACTIVE_BELOW, ACTIVE).await.ok()?);
        Some(Self { service })
    }

    /// `None`: it does not run, or says nothing.
    pub(super) async fn look(&self) -> Option<Found> {
        let all = self.service.properties(PATH, NAME).await?;
        let state = number(&all, "State").unwrap_or_default();
        let active = self.active(&all).await;
        let primary = object(&all, "PrimaryConnection");
        let chosen = match &primary {
            Some(path) => active.iter().find(|one| one.path == *path),
            // Nothing leads to the Internet; what there is leads to this network.
            None => active.iter().find(|one| one.medium != Medium::Vpn),
        };
        if chosen.is_none() && self.another_keeps_the_route(state).await {
            let network = Network { source: CostSource::None, ..Network::default() };
            return Some(Found { network, carrier: Carrier::of_interface(paths::default_interface()) });
        }
        let (metered, carrier) = self.carrier(&all, primary.is_some(), chosen, &active).await;
        let network = Network {
            link: link(state, metered, primary.is_some()),
            cost: cost(metered),
            basis: basis(metered),
            connectivity: connectivity(number(&all, "Connectivity").unwrap_or_default(), state),
            source: CostSource::NetworkManager,
            connection: chosen.and_then(|one| one.name.clone()),
            uuid: chosen.and_then(|one| one.uuid.clone()),
            medium: chosen.map(|one| one.medium).unwrap_or_default(),
            vpns: active.iter().filter(|one| one.medium == Medium::Vpn).map(vpn_name).collect(),
            portal_page: text(&all, "ConnectivityCheckUri").filter(|uri| uri.starts_with("http")),
            ..Network::default()
        };
        Some(Found { network, carrier })
    }

    /// Has it look whether the Internet can be reached. Those who may not ask wait for its own next look.
    pub(super) fn check(&self) -> impl Future<Output = ()> + Send + 'static {
        let service = self.service.clone();
        async move {
            let _: Option<u32> = service.call(PATH, NAME, "CheckConnectivity", &()).await;
        }
    }

    async fn active(&self, all: &Values) -> Vec<Active> {
        let paths = objects(all, "ActiveConnections");
        let read = paths.iter().map(|path| self.service.properties(path, ACTIVE));
        let read = join_all(read).await;
        paths.into_iter().zip(read).filter_map(|(path, values)| Active::of(path, &values?)).collect()
    }

    /// What the network costs by the device that carries it, and which one that is. A tunnel costs what its bearer costs.
    async fn carrier(
        &self,
        all: &Values,
        has_primary: bool,
        chosen: Option<&Active>,
        active: &[Active],
    ) -> (u32, Carrier) {
        let said = number(all, "Metered").unwrap_or_default();
        let Some(chosen) = chosen else { return (said, Carrier::default()) };
        let tunnel = chosen.medium == Medium::Vpn;
        let bearers = active.iter().filter(|one| one.medium != Medium::Vpn);
        let asked: Vec<&Active> = if tunnel { bearers.collect() } else { vec![chosen] };
        let devices = asked.iter().flat_map(|one| one.devices.first());
        let devices = join_all(devices.map(|device| self.service.properties(device, DEVICE))).await;
        let devices: Vec<Values> = devices.into_iter().flatten().collect();
        let of_devices = devices.iter().filter_map(|device| number(device, "Metered"));
        let metered = match (has_primary, tunnel) {
            (true, false) => said,
            (false, _) => of_devices.max_by_key(|metered| costliness(*metered)).unwrap_or(said),
            (true, true) => {
                of_devices.chain([said]).max_by_key(|metered| costliness(*metered)).unwrap_or(said)
            }
        };
        let first = devices.first();
        let carrier = Carrier {
            modem: first.and_then(|device| text(device, "Udi")),
            interface: first
                .and_then(|device| text(device, "IpInterface").or_else(|| text(device, "Interface"))),
            medium: asked.first().map(|one| one.medium).unwrap_or_default(),
        };
        (metered, carrier)
    }

    /// The default route is on a device that it was told to leave alone. A device it has never heard of says that it lives
    /// in another world than we do; then its word counts.
    async fn another_keeps_the_route(&self, state: u32) -> bool {
        // Switched off: that was somebody's will.
        if state == 10 {
            return false;
        }
        let Some(interface) = paths::default_interface() else { return false };
        let device: Option<zbus::zvariant::OwnedObjectPath> =
            self.service.call(PATH, NAME, "GetDeviceByIpIface", &(interface,)).await;
        let Some(device) = device else { return false };
        let values = self.service.properties(device.as_str(), DEVICE).await;
        values.is_some_and(|values| values.contains_key("Managed") && !truth(&values, "Managed"))
    }
}

impl Active {
    /// `None`: it carries nothing, yet or any more, or it is the machine's way to itself.
    fn of(path: String, values: &Values) -> Option<Self> {
        let kind = text(values, "Type").unwrap_or_default();
        if number(values, "State") != Some(ACTIVATED) || kind == "loopback" {
            return None;
        }
        let is_default = truth(values, "Default") || truth(values, "Default6");
        Some(Self {
            path,
            name: text(values, "Id"),
            uuid: text(values, "Uuid"),
            medium: if truth(values, "Vpn") { Medium::Vpn } else { medium(&kind, is_default) },
            is_default,
            devices: objects(values, "Devices"),
        })
    }
}

fn vpn_name(vpn: &Active) -> String {
    vpn.name
        .clone()
        .or_else(|| vpn.uuid.clone())
        .unwrap_or_else(|| if vpn.is_default { "*" } else { "" }.to_owned())
}

/// By NetworkManager's type of connection. Somebody else's tunnel is a VPN if everything goes through it; the others are
/// those of virtual machines.
fn medium(kind: &str, is_default: bool) -> Medium {
    match kind {
        "802-3-ethernet" | "pppoe" | "adsl" => Medium::Ethernet,
        "802-11-wireless" | "802-11-olpc-mesh" | "wifi-p2p" => Medium::Wifi,
        "gsm" | "cdma" | "wimax" => Medium::Mobile,
        "bluetooth" => Medium::Bluetooth,
        "vpn" | "wireguard" => Medium::Vpn,
        "tun" | "ip-tunnel" if is_default => Medium::Vpn,
        _ => Medium::Other,
    }
}

/// `NMState`: 10 asleep, 20 disconnected, 30 disconnecting, 40 connecting, 50 local, 60 site, 70 global.
const fn link(state: u32, metered: u32, has_primary: bool) -> Link {
    match (state, metered) {
        (50.., 0) => Link::Changing,
        (50.., _) | (0, _) => Link::Up,
        (30 | 40, _) if has_primary => Link::Changing,
        _ => Link::Down,
    }
}

/// `NMMetered`: 0 unknown, 1 yes, 2 no, 3 guessed yes, 4 guessed no. NetworkManager's own advice is to treat a guess like
/// the word.
const fn cost(metered: u32) -> NetworkCost {
    match metered {
        1 | 3 => NetworkCost::Fixed,
        2 | 4 => NetworkCost::Unrestricted,
        _ => NetworkCost::Unknown,
    }
}

const fn basis(metered: u32) -> Basis {
    match metered {
        1 | 2 => Basis::Configured,
        3 | 4 => Basis::Guessed,
        _ => Basis::Nobody,
    }
}

/// Of several, the one to be careful about: metered before unknown before unmetered.
const fn costliness(metered: u32) -> u32 {
    match metered {
        1 | 3 => 2,
        2 | 4 => 0,
        _ => 1,
    }
}

/// `NMConnectivityState`: 0 unknown, 1 none, 2 portal, 3 limited, 4 full. Unknown means that nobody checks.
const fn connectivity(connectivity: u32, state: u32) -> Connectivity {
    match (connectivity, state) {
        (1, 50..) | (0, 50) => Connectivity::Local,
        (1, _) => Connectivity::None,
        (2, _) => Connectivity::Portal,
        (3, _) => Connectivity::Limited,
        _ => Connectivity::Internet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connected_without_a_cost_is_still_changing() {
        assert_eq!(link(70, 0, true), Link::Changing);
        assert_eq!(link(50, 0, false), Link::Changing, "in the middle of a switch");
        assert_eq!(link(70, 1, true), Link::Up);
        assert_eq!(link(50, 4, false), Link::Up, "a NAS on a cable");
        assert_eq!(link(40, 4, true), Link::Changing);
        assert_eq!(link(40, 0, false), Link::Down);
        assert_eq!(link(10, 0, false), Link::Down);
        assert_eq!(link(20, 4, false), Link::Down);
    }

    #[test]
    fn a_guess_is_taken_at_its_word() {
        assert_eq!([0, 1, 2, 3, 4].map(cost), {
            use NetworkCost::{Fixed, Unknown, Unrestricted};
            [Unknown, Fixed, Unrestricted, Fixed, Unrestricted]
        });
        assert_eq!([0, 1, 3].map(basis), [Basis::Nobody, Basis::Configured, Basis::Guessed]);
    }

    #[test]
    fn portal_and_limited_are_not_mixed_up() {
        assert_eq!(connectivity(2, 60), Connectivity::Portal);
        assert_eq!(connectivity(3, 60), Connectivity::Limited);
        assert_eq!(connectivity(1, 20), Connectivity::None);
        assert_eq!(connectivity(1, 50), Connectivity::Local);
        assert_eq!(connectivity(0, 70), Connectivity::Internet, "nobody checks");
    }

    #[test]
    fn of_several_bearers_the_costliest_counts() {
        assert_eq!([4, 0, 3, 2].into_iter().max_by_key(|metered| costliness(*metered)), Some(3));
        assert_eq!([4, 0].into_iter().max_by_key(|metered| costliness(*metered)), Some(0));
    }
}
