//! What the machine runs on, whether it saves power, and word before it sleeps or ends: UPower, power-profiles-daemon under
//! both of its names, logind, and the desktop portal where those cannot be asked.
//!
//! Nothing is asked while nothing changes: signals only say "look again". How full the battery is changes all the time,
//! and is listened to only while it matters.

mod login;

use futures::StreamExt;
use futures::future::FutureExt;
use futures::stream::{BoxStream, SelectAll};
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::sync::watch;

use super::bus::{self, Service, System, real, text, truth};
use crate::model::{Power, PowerSource, PowerWish, Saver};

use login::Login;

const UPOWER: (&str, &str) = ("org.freedesktop.UPower", "/org/freedesktop/UPower");
const BATTERY: (&str, &str) =
    ("org.freedesktop.UPower.Device", "/org/freedesktop/UPower/devices/DisplayDevice");
/// The daemon changed its name; the interface is called like it.
const PROFILES: [(&str, &str); 2] = [
    ("org.freedesktop.UPower.PowerProfiles", "/org/freedesktop/UPower/PowerProfiles"),
    ("net.hadess.PowerProfiles", "/net/hadess/PowerProfiles"),
];
const PORTAL: (&str, &str) = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop");
const MONITOR: &str = "org.freedesktop.portal.PowerProfileMonitor";

/// Where the engine learns of the machine's power.
#[derive(Debug)]
pub enum PowerWatch {
    /// The desktop's.
    System,
    /// A test's, or none.
    Given(Receiver<PowerNews>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerNews {
    Is(Power),
    /// The machine is about to sleep or to end. Whoever holds it up has a few seconds.
    Sleeps,
    /// It did, or did not after all.
    Wakes,
}

enum Word {
    Look,
    Sleeps(bool),
}

/// Sends what the machine runs on, then each change, until nobody listens; and does what is wished of it.
pub async fn watch(found: Sender<PowerNews>, mut wishes: watch::Receiver<PowerWish>) {
    let mut outlook = Outlook::open().await;
    let mut last = None;
    loop {
        let wish = *wishes.borrow_and_update();
        outlook.grant(wish).await;
        let power = outlook.look(wish).await;
        if last != Some(power) {
            tracing::debug!(?power, "the power");
            last = Some(power);
            if found.send(PowerNews::Is(power)).await.is_err() {
                return;
            }
        }
        let word = tokio::select! {
            changed = wishes.changed() => match changed {
                Ok(()) => Word::Look,
                Err(_) => return,
            },
            word = outlook.changed() => word,
        };
        let news = match word {
            Word::Look => continue,
            Word::Sleeps(true) => PowerNews::Sleeps,
            Word::Sleeps(false) => PowerNews::Wakes,
        };
        if found.send(news).await.is_err() {
            return;
        }
    }
}

/// Everybody who can be asked.
struct Outlook {
    system: System,
    /// The bus is another one than those on it were asked over.
    strange: bool,
    upower: Option<Service>,
    profiles: Vec<(Service, (&'static str, &'static str))>,
    login: Option<Login>,
    portal: Option<Service>,
    signals: SelectAll<BoxStream<'static, Word>>,
    level: Option<BoxStream<'static, ()>>,
}

impl Outlook {
    async fn open() -> Self {
        Self {
            system: System::open().await,
            strange: true,
            upower: None,
            profiles: Vec::new(),
            login: None,
            portal: None,
            signals: SelectAll::new(),
            level: None,
        }
    }

    /// Whoever can be asked on the bus of this moment. Signals of an older one have ended.
    async fn meet(&mut self) -> zbus::Result<()> {
        self.strange = false;
        (self.upower, self.login, self.level) = (None, None, None);
        self.profiles.clear();
        let Some(bus) = self.system.bus().cloned() else { return Ok(()) };
        let upower = Service::new(&bus, UPOWER.0);
        self.hear(upower.comes_and_goes().await?);
        self.hear(upower.changes(UPOWER.1, UPOWER.0).await?);
        self.upower = Some(upower);
        for place in PROFILES {
            let service = Service::new(&bus, place.0);
            self.hear(service.comes_and_goes().await?);
            self.hear(service.changes(place.1, place.0).await?);
            self.profiles.push((service, place));
        }
        let (login, words) = Login::new(&bus).await?;
        self.signals.push(words.map(Word::Sleeps).boxed());
        self.login = Some(login);
        Ok(())
    }

    fn hear(&mut self, signals: bus::Signals) {
        self.signals.push(signals.map(|()| Word::Look).boxed());
    }

    /// Locks are taken and let go.
    async fn grant(&mut self, wish: PowerWish) {
        if self.strange
            && let Err(error) = self.meet().await
        {
            tracing::debug!(%error, "the power cannot be watched");
        }
        if let Some(login) = &mut self.login {
            login.grant(wish).await;
        }
    }

    async fn look(&mut self, wish: PowerWish) -> Power {
        let mut power = Power::default();
        let known = match &self.upower {
            Some(upower) => upower.properties(UPOWER.1, UPOWER.0).await,
            None => None,
        };
        if let Some(values) = known.filter(|values| values.contains_key("OnBattery")) {
            power.source =
                if truth(&values, "OnBattery") { PowerSource::Battery } else { PowerSource::Mains };
        }
        power.percent = self.look_at_battery(wish, power.source).await;
        power.saver = self.look_at_profile().await;
        power
    }

    async fn look_at_battery(&mut self, wish: PowerWish, source: PowerSource) -> Option<u8> {
        let upower = self.upower.as_ref()?;
        if !wish.watch_level || source != PowerSource::Battery {
            self.level = None;
            return None;
        }
        if self.level.is_none() {
            self.level = upower.changes(BATTERY.1, BATTERY.0).await.ok();
        }
        let values = upower.properties(BATTERY.1, BATTERY.0).await?;
        percent(real(&values, "Percentage")?)
    }

    async fn look_at_profile(&mut self) -> Saver {
        for (service, place) in &self.profiles {
            let values = service.properties(place.1, place.0).await;
            if let Some(profile) = values.and_then(|values| text(&values, "ActiveProfile")) {
                return if profile == "power-saver" { Saver::On } else { Saver::Off };
            }
        }
        self.ask_portal().await.unwrap_or_default()
    }

    /// Only those in a sandbox need it, or desktops with a power saver of their own.
    async fn ask_portal(&mut self) -> Option<Saver> {
        if self.portal.is_none() {
            let service = Service::new(&bus::session().await?, PORTAL.0);
            self.hear(service.changes(PORTAL.1, MONITOR).await.ok()?);
            self.portal = Some(service);
        }
        let values = self.portal.as_ref()?.properties(PORTAL.1, MONITOR).await?;
        Some(if truth(&values, "power-saver-enabled") { Saver::On } else { Saver::Off })
    }

    /// Waits until somebody has something to say. May be dropped and called again.
    async fn changed(&mut self) -> Word {
        let level = async {
            match &mut self.level {
                Some(level) => level.next().await,
                None => std::future::pending().await,
            }
        };
        let word = tokio::select! {
            Some(word) = self.signals.next() => word,
            Some(()) = level => Word::Look,
            () = self.system.changed() => {
                self.strange = true;
                // Nobody is left who could say that it woke.
                Word::Sleeps(false)
            }
        };
        // All that say the same are one; word of sleep is never passed over.
        if matches!(word, Word::Look) {
            while let Some(Some(next)) = self.signals.next().now_or_never() {
                if let Word::Sleeps(_) = next {
                    return next;
                }
            }
        }
        word
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within 0 and 100 by then")]
fn percent(level: f64) -> Option<u8> {
    (0.0..=100.0).contains(&level).then_some(level as u8)
}
