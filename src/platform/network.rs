//! What the desktop knows of the network: NetworkManager, or the desktop portal where there is none of it, or nobody.
//!
//! Signals only say "look again"; what is sent is read anew each time, so that a lost or merged signal costs nothing.

mod manager;
mod modem;
mod paths;
mod portal;

use std::sync::Arc;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesUnordered, SelectAll};
use tokio::sync::Notify;
use tokio::sync::mpsc::Sender;

use crate::model::{CostSource, DeviceCount, Link, Network};
use crate::platform::bus::{Signals, System};

use manager::Manager;
use modem::Modems;
use paths::Routes;
use portal::Portal;

/// Where the engine learns of the network.
#[derive(Debug)]
pub enum NetworkSource {
    /// The desktop's.
    System,
    /// A test's, or none.
    Given(tokio::sync::mpsc::Receiver<Network>),
}

/// Sends the network as it is, then each change, until nobody listens. `again`: somebody wants to know whether a captive
/// portal is still there.
pub async fn watch(found: Sender<Network>, again: Arc<Notify>) {
    let mut outlook = Outlook::open().await;
    let mut checks: FuturesUnordered<BoxFuture<'static, ()>> = FuturesUnordered::new();
    let mut last = None;
    loop {
        let network = outlook.look().await;
        if last.as_ref() != Some(&network) {
            tracing::debug!(?network, "the network");
            if found.send(network.clone()).await.is_err() {
                return;
            }
            last = Some(network);
        }
        tokio::select! {
            () = outlook.changed() => {}
            () = again.notified(), if checks.is_empty() => checks.push(outlook.check()),
            Some(()) = checks.next() => {}
        }
    }
}

/// What the kernel has counted on a device since it was made; `None`: there is none of that name.
#[expect(clippy::disallowed_methods, reason = "the kernel's counters are read as files")]
pub fn device_count(interface: &str) -> Option<DeviceCount> {
    // It stands in a path.
    if interface.contains('/') || interface.starts_with('.') {
        return None;
    }
    let read = |name: &str| {
        let path = format!("/sys/class/net/{interface}/statistics/{name}");
        std::fs::read_to_string(path).ok()?.trim().parse().ok()
    };
    Some(DeviceCount { received: read("rx_bytes")?, sent: read("tx_bytes")? })
}

/// Everybody who can be asked.
struct Outlook {
    system: System,
    /// The bus is another one than those on it were asked over.
    strange: bool,
    manager: Option<Manager>,
    modems: Option<Modems>,
    portal: Option<Portal>,
    routes: Routes,
    signals: SelectAll<Signals>,
    /// NetworkManager was there a moment ago. It may come back, and until it is known to stay away its last word does not
    /// turn into "costs nothing".
    bereft: bool,
}

impl Outlook {
    async fn open() -> Self {
        Self {
            system: System::open().await,
            strange: true,
            manager: None,
            modems: None,
            portal: None,
            routes: Routes::open(),
            signals: SelectAll::new(),
            bereft: false,
        }
    }

    /// Whoever can be asked on the bus of this moment. Signals of an older one have ended.
    async fn meet(&mut self) {
        (self.manager, self.modems) = match self.system.bus().cloned() {
            Some(bus) => {
                (Manager::new(&bus, &mut self.signals).await, Modems::new(&bus, &mut self.signals).await)
            }
            None => (None, None),
        };
        self.strange = false;
    }

    async fn look(&mut self) -> Network {
        if self.strange {
            self.meet().await;
        }
        let managed = match &self.manager {
            Some(manager) => manager.look().await,
            None => None,
        };
        let paths = paths::present();
        let Some(found) = managed else {
            let network = self.without_manager().await;
            return Network { paths, ..network };
        };
        self.bereft = true;
        self.portal = None;
        let roaming = match &self.modems {
            Some(modems) => modems.roams(&found.carrier).await,
            None => false,
        };
        Network { roaming, paths, interface: found.carrier.interface, ..found.network }
    }

    async fn without_manager(&mut self) -> Network {
        if self.portal.is_none() {
            self.portal = Portal::new(&mut self.signals).await;
        }
        if let Some(portal) = &self.portal
            && let Some(network) = portal.look().await
        {
            return Network { interface: paths::default_interface(), ..network };
        }
        let carrier = modem::Carrier::of_interface(paths::default_interface());
        let roaming = match (&self.modems, &carrier.interface) {
            (Some(modems), Some(_)) => modems.roams(&carrier).await,
            (Some(_) | None, _) => false,
        };
        // Up and of unknown cost: connecting will tell. One that has just lost its keeper is changing first.
        let link = if self.bereft { Link::Changing } else { Link::Up };
        Network { link, roaming, source: CostSource::None, ..Network::default() }
    }

    /// Waits until somebody has something to say, and takes all of it at once.
    async fn changed(&mut self) {
        tokio::select! {
            Some(()) = self.signals.next() => {}
            () = self.routes.changed() => {}
            () = self.system.changed() => self.strange = true,
        }
        while let Some(Some(())) = self.signals.next().now_or_never() {}
    }

    /// Asks for a new look at the portal; what comes of it arrives as a signal or is seen after it.
    fn check(&self) -> BoxFuture<'static, ()> {
        match &self.manager {
            Some(manager) => manager.check().boxed(),
            None => std::future::ready(()).boxed(),
        }
    }
}
