//! logind: word before the machine sleeps or ends, and the locks that hold it up.

use futures::StreamExt;
use futures::stream::BoxStream;
use zbus::zvariant::OwnedFd;

use super::super::bus::Service;
use crate::model::PowerWish;

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";

/// Shown to administrators by `systemd-inhibit --list`.
const WHO: &str = "Longshore";

pub(super) struct Login {
    service: Service,
    delay: Lock,
    block: Lock,
}

/// A lock lasts as long as its descriptor is open.
struct Lock {
    what: &'static str,
    mode: &'static str,
    why: &'static str,
    held: Option<OwnedFd>,
}

impl Login {
    /// With word of sleep and end: yes before, no after. One that goes says that it is over.
    pub(super) async fn new(bus: &zbus::Connection) -> zbus::Result<(Self, BoxStream<'static, bool>)> {
        let service = Service::new(bus, NAME);
        let sleep = service.truths(MANAGER, "PrepareForSleep").await?;
        let end = service.truths(MANAGER, "PrepareForShutdown").await?;
        let gone = service.comes_and_goes().await?.map(|()| false);
        let words = futures::stream::select(futures::stream::select(sleep, end), gone).boxed();
        let lock = |what, mode, why| Lock { what, mode, why, held: None };
        let delay = lock("sleep:shutdown", "delay", "Transfers are saved first");
        let block = lock("sleep:idle", "block", "Transfers are running");
        Ok((Self { service, delay, block }, words))
    }

    pub(super) async fn grant(&mut self, wish: PowerWish) {
        self.delay.want(wish.delay_sleep, &self.service).await;
        self.block.want(wish.block_sleep, &self.service).await;
    }
}

impl Lock {
    async fn want(&mut self, wanted: bool, service: &Service) {
        match (wanted, self.held.is_some()) {
            (true, false) => {
                let wish = (self.what, WHO, self.why, self.mode);
                self.held = service.call(PATH, MANAGER, "Inhibit", &wish).await;
            }
            (false, true) => self.held = None,
            (true, true) | (false, false) => {}
        }
    }
}
