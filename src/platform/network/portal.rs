//! The desktop portal, for those in a sandbox and for desktops without NetworkManager. It knows less: a yes or no.

use futures::stream::SelectAll;

use crate::model::{Basis, Connectivity, CostSource, Link, Network, NetworkCost};
use crate::platform::bus::{self, Service, Signals, number, truth};

const NAME: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const MONITOR: &str = "org.freedesktop.portal.NetworkMonitor";

#[derive(Debug)]
pub(super) struct Portal {
    service: Service,
}

impl Portal {
    /// `None`: there is no session bus.
    pub(super) async fn new(signals: &mut SelectAll<Signals>) -> Option<Self> {
        let bus = bus::session().await?;
        let service = Service::new(&bus, NAME);
        signals.push(service.comes_and_goes().await.ok()?);
        signals.push(service.signal(MONITOR, "changed").await.ok()?);
        Some(Self { service })
    }

    /// `None`: it does not run, or does not know.
    pub(super) async fn look(&self) -> Option<Network> {
        let status: Option<bus::Values> = self.service.call(PATH, MONITOR, "GetStatus", &()).await;
        let (available, metered, connectivity) = match status {
            Some(status) => {
                (truth(&status, "available"), truth(&status, "metered"), number(&status, "connectivity"))
            }
            // Before version 3 there was one call for each.
            None => (
                self.service.call(PATH, MONITOR, "GetAvailable", &()).await?,
                self.service.call(PATH, MONITOR, "GetMetered", &()).await?,
                self.service.call(PATH, MONITOR, "GetConnectivity", &()).await,
            ),
        };
        Some(network(available, metered, connectivity.unwrap_or_default()))
    }
}

/// `GNetworkConnectivity`: 1 local, 2 limited, 3 portal, 4 full. NetworkManager counts the middle two the other way round.
fn network(available: bool, metered: bool, connectivity: u32) -> Network {
    Network {
        link: if available { Link::Up } else { Link::Down },
        cost: if metered { NetworkCost::Fixed } else { NetworkCost::Unrestricted },
        basis: Basis::Guessed,
        connectivity: match connectivity {
            1 => Connectivity::Local,
            2 => Connectivity::Limited,
            3 => Connectivity::Portal,
            _ => Connectivity::Internet,
        },
        source: CostSource::Portal,
        ..Network::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_the_portal_are_its_own() {
        assert_eq!(network(true, false, 2).connectivity, Connectivity::Limited);
        assert_eq!(network(true, false, 3).connectivity, Connectivity::Portal);
        assert_eq!(network(true, true, 4).cost, NetworkCost::Fixed);
        assert_eq!(network(false, false, 1).link, Link::Down);
    }
}
