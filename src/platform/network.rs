//! What the desktop knows of the network, from NetworkManager over D-Bus.
//!
//! The traps, measured: on a switch `Metered` is 0 for some milliseconds while `State` says connected, so 0 on a connected
//! network means "changing", and the coordinator decides how long to believe that. A NetworkManager that dies sends no
//! property change, only the loss of its name.

use std::collections::HashMap;

use futures::StreamExt;
use futures::stream::select;
use tokio::sync::mpsc::Sender;
use zbus::fdo::{DBusProxy, PropertiesProxy};
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue};

use crate::model::{Connectivity, CostSource, Link, Network, NetworkCost};

const MANAGER: &str = "org.freedesktop.NetworkManager";
const MANAGER_PATH: &str = "/org/freedesktop/NetworkManager";
const ACTIVE: &str = "org.freedesktop.NetworkManager.Connection.Active";

/// Where the engine learns of the network.
#[derive(Debug)]
pub enum NetworkSource {
    /// The desktop's.
    System,
    /// A test's, or none.
    Given(tokio::sync::mpsc::Receiver<Network>),
}

/// Sends the network as it is, then each change, until nobody listens. Ends early where there is no system bus.
pub async fn watch(found: Sender<Network>) {
    if watch_manager(&found).await.is_err() {
        // No bus, or it went away: nothing more will be known.
        let _ = found.send(Network::default()).await;
    }
}

async fn watch_manager(found: &Sender<Network>) -> zbus::Result<()> {
    let bus = zbus::Connection::system().await?;
    let dbus = DBusProxy::new(&bus).await?;
    let owners = dbus.receive_name_owner_changed_with_args(&[(0, MANAGER)]).await?.map(|_| ());
    let properties = PropertiesProxy::builder(&bus)
        .destination(MANAGER)?
        .path(MANAGER_PATH)?
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await?;
    let changes = properties.receive_properties_changed().await?.map(|_| ());
    let mut signals = select(owners, changes);
    let mut last = None;
    loop {
        let network = read(&bus, &properties).await;
        if last.as_ref() != Some(&network) {
            if found.send(network.clone()).await.is_err() {
                return Ok(());
            }
            last = Some(network);
        }
        if signals.next().await.is_none() {
            return Err(zbus::Error::Failure("the bus went away".to_owned()));
        }
    }
}

/// Without NetworkManager the network is up and of unknown cost: connecting will tell.
async fn read(bus: &zbus::Connection, properties: &PropertiesProxy<'_>) -> Network {
    let Ok(manager) = MANAGER.try_into() else { return Network::default() };
    match properties.get_all(manager).await {
        Ok(all) => of_manager(bus, &all).await,
        Err(_) => Network::default(),
    }
}

async fn of_manager(bus: &zbus::Connection, all: &HashMap<String, OwnedValue>) -> Network {
    let number =
        |name: &str| all.get(name).and_then(|value| u32::try_from(value.clone()).ok()).unwrap_or_default();
    let (state, metered) = (number("State"), number("Metered"));
    let primary =
        all.get("PrimaryConnection").and_then(|value| OwnedObjectPath::try_from(value.clone()).ok());
    let primary = primary.filter(|path| path.as_str() != "/");
    let (connection, uuid) = match &primary {
        Some(path) => names(bus, path).await.unwrap_or_default(),
        None => (None, None),
    };
    Network {
        link: link(state, metered, primary.is_some()),
        cost: cost(metered),
        connectivity: connectivity(number("Connectivity"), state),
        source: if primary.is_some() || state < 50 { CostSource::NetworkManager } else { CostSource::None },
        connection,
        uuid,
        ..Network::default()
    }
}

/// `NMState`: 10 asleep, 20 disconnected, 30 disconnecting, 40 connecting, 50 local, 60 site, 70 global.
const fn link(state: u32, metered: u32, has_primary: bool) -> Link {
    match (state, metered) {
        (50.., 0) if has_primary => Link::Changing,
        (50.., _) | (0, _) => Link::Up,
        (30 | 40, _) => Link::Changing,
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

/// `NMConnectivityState`: 0 unknown, 1 none, 2 portal, 3 limited, 4 full. Unknown means that nobody checks.
const fn connectivity(connectivity: u32, state: u32) -> Connectivity {
    match (connectivity, state) {
        (1, _) => Connectivity::None,
        (2 | 3, _) => Connectivity::Constrained,
        (_, 50) => Connectivity::Local,
        _ => Connectivity::Internet,
    }
}

async fn names(
    bus: &zbus::Connection,
    path: &ObjectPath<'_>,
) -> zbus::Result<(Option<String>, Option<String>)> {
    let properties = PropertiesProxy::builder(bus)
        .destination(MANAGER)?
        .path(path.to_owned())?
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await?;
    let all = properties.get_all(ACTIVE.try_into()?).await?;
    let text = |name: &str| all.get(name).and_then(|value| String::try_from(value.clone()).ok());
    Ok((text("Id"), text("Uuid")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connected_without_a_cost_is_still_changing() {
        assert_eq!(link(70, 0, true), Link::Changing);
        assert_eq!(link(70, 1, true), Link::Up);
        assert_eq!(link(40, 0, false), Link::Changing);
        assert_eq!(link(10, 0, false), Link::Down);
        assert_eq!(link(20, 4, false), Link::Down);
    }

    #[test]
    fn a_guess_is_taken_at_its_word() {
        assert_eq!([0, 1, 2, 3, 4].map(cost), {
            use NetworkCost::{Fixed, Unknown, Unrestricted};
            [Unknown, Fixed, Unrestricted, Fixed, Unrestricted]
        });
    }
}
