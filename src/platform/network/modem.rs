//! ModemManager: is the network that carries us somebody else's?

use std::collections::HashMap;

use futures::stream::SelectAll;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::model::Medium;
use crate::platform::bus::{Service, Signals, Values, number, objects, text, truth};

const NAME: &str = "org.freedesktop.ModemManager1";
const PATH: &str = "/org/freedesktop/ModemManager1";
const MODEM: &str = "org.freedesktop.ModemManager1.Modem";
const GSM: &str = "org.freedesktop.ModemManager1.Modem.Modem3gpp";
const CDMA: &str = "org.freedesktop.ModemManager1.Modem.ModemCdma";
const BEARER: &str = "org.freedesktop.ModemManager1.Bearer";
const OBJECTS: &str = "org.freedesktop.DBus.ObjectManager";

type Objects = HashMap<OwnedObjectPath, HashMap<String, HashMap<String, OwnedValue>>>;

#[derive(Debug)]
pub(super) struct Modems {
    service: Service,
}

/// What carries the network, as far as a modem can be recognised by it.
#[derive(Debug, Clone, Default)]
pub(super) struct Carrier {
    /// The modem's object, if the device is one.
    pub modem: Option<String>,
    pub interface: Option<String>,
    pub medium: Medium,
}

impl Carrier {
    pub(super) fn of_interface(interface: Option<String>) -> Self {
        Self { interface, ..Self::default() }
    }
}

impl Modems {
    pub(super) async fn new(bus: &zbus::Connection, signals: &mut SelectAll<Signals>) -> Option<Self> {
        let service = Service::new(bus, NAME);
        signals.push(service.comes_and_goes().await.ok()?);
        // Not those of the modem itself: its signal strength changes every few seconds.
        signals.push(service.changes(PATH, GSM).await.ok()?);
        signals.push(service.changes(PATH, CDMA).await.ok()?);
        signals.push(service.changes(PATH, BEARER).await.ok()?);
        signals.push(service.signal(OBJECTS, "InterfacesAdded").await.ok()?);
        signals.push(service.signal(OBJECTS, "InterfacesRemoved").await.ok()?);
        Some(Self { service })
    }

    /// Is the carrier a modem in a foreign network?
    pub(super) async fn roams(&self, carrier: &Carrier) -> bool {
        if carrier.medium == Medium::Wifi {
            return false;
        }
        let objects: Option<Objects> = self.service.call(PATH, OBJECTS, "GetManagedObjects", &()).await;
        for (path, interfaces) in objects.unwrap_or_default() {
            if is_roaming(&interfaces) && self.carries(path.as_str(), interfaces.get(MODEM), carrier).await {
                return true;
            }
        }
        false
    }

    async fn carries(&self, path: &str, modem: Option<&Values>, carrier: &Carrier) -> bool {
        if carrier.modem.as_deref() == Some(path) {
            return true;
        }
        let mut interfaces: Vec<String> = modem.map(ports).unwrap_or_default();
        for bearer in modem.map(|modem| objects(modem, "Bearers")).unwrap_or_default() {
            let values = self.service.properties(&bearer, BEARER).await;
            let connected = values.filter(|values| truth(values, "Connected"));
            interfaces.extend(connected.and_then(|values| text(&values, "Interface")));
        }
        // One that names no interface may be the one: better to wait than to pay abroad.
        interfaces.is_empty() || carrier.interface.as_ref().is_some_and(|name| interfaces.contains(name))
    }
}

/// `MMModem3gppRegistrationState`: 5 roaming, 7 roaming for messages only, 10 roaming without circuit-switched fallback.
/// `MMModemCdmaRegistrationState`: 3 roaming.
fn is_roaming(interfaces: &HashMap<String, Values>) -> bool {
    let state =
        |interface: &str, name: &str| interfaces.get(interface).and_then(|values| number(values, name));
    matches!(state(GSM, "RegistrationState"), Some(5 | 7 | 10))
        || state(CDMA, "EvdoRegistrationState") == Some(3)
        || state(CDMA, "Cdma1xRegistrationState") == Some(3)
}

/// Names of its network interfaces; `MMModemPortType` 2 is a network port.
fn ports(modem: &Values) -> Vec<String> {
    let ports = modem.get("Ports").and_then(|value| value.try_clone().ok());
    let ports = ports.and_then(|value| Vec::<(String, u32)>::try_from(value).ok()).unwrap_or_default();
    ports.into_iter().filter(|(_, kind)| *kind == 2).map(|(name, _)| name).collect()
}
