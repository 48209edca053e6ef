//! Somebody else's mobile network, and a desktop that has only its portal.

use std::collections::HashMap;

use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, interface};

use super::program::Program;
use super::{MIB, paced, server};
use crate::support::fault_server::{Content, Resource};
use crate::support::nm::Nm;

const MODEM: &str = "/org/freedesktop/ModemManager1/Modem/0";
const GSM: &str = "org.freedesktop.ModemManager1.Modem.Modem3gpp";
const HOME: u32 = 1;
const ROAMING: u32 = 5;

struct Modem3gpp {
    state: u32,
}

#[interface(name = "org.freedesktop.ModemManager1.Modem.Modem3gpp")]
impl Modem3gpp {
    #[zbus(property)]
    fn registration_state(&self) -> u32 {
        self.state
    }
}

/// One modem, with the network interface it is said to have.
struct Objects {
    interface: &'static str,
    connection: Connection,
}

#[interface(name = "org.freedesktop.DBus.ObjectManager")]
impl Objects {
    async fn get_managed_objects(
        &self,
    ) -> HashMap<OwnedObjectPath, HashMap<String, HashMap<String, OwnedValue>>> {
        let server = self.connection.object_server();
        let modem = server.interface::<_, Modem3gpp>(MODEM).await.expect("a modem");
        let state = modem.get().await.state;
        let own = |value: Value<'_>| value.try_to_owned().expect("a value");
        let gsm = HashMap::from([("RegistrationState".to_owned(), own(state.into()))]);
        let ports = own(vec![("cdc-wdm0", 6_u32), (self.interface, 2)].into());
        let general = HashMap::from([("Ports".to_owned(), ports)]);
        let interfaces = HashMap::from([
            (GSM.to_owned(), gsm),
            ("org.freedesktop.ModemManager1.Modem".to_owned(), general),
        ]);
        HashMap::from([(OwnedObjectPath::try_from(MODEM).expect("a path"), interfaces)])
    }
}

/// A ModemManager for as long as it is kept.
struct ModemManager {
    runtime: tokio::runtime::Runtime,
    connection: Connection,
}

impl ModemManager {
    fn start(nm: &Nm, interface: &'static str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let connection = runtime.block_on(async {
            let bus = zbus::connection::Builder::address(nm.bus_address().as_str()).expect("an address");
            let connection = bus.build().await.expect("a bus");
            let server = connection.object_server();
            let _ = server.at(MODEM, Modem3gpp { state: HOME }).await.expect("a place");
            let objects = Objects { interface, connection: connection.clone() };
            let _ = server.at("/org/freedesktop/ModemManager1", objects).await.expect("a place");
            connection.request_name("org.freedesktop.ModemManager1").await.expect("a name");
            connection
        });
        Self { runtime, connection }
    }

    fn register(&self, state: u32) {
        self.runtime.block_on(async {
            let server = self.connection.object_server();
            let modem = server.interface::<_, Modem3gpp>(MODEM).await.expect("a modem");
            let mut inside = modem.get_mut().await;
            inside.state = state;
            inside.registration_state_changed(modem.signal_emitter()).await.expect("told");
        });
    }
}

#[test]
fn roaming_holds_by_the_modem_that_carries_us_and_by_no_other() {
    let Some(nm) = Nm::new() else { return };
    let server = server(&nm);
    let url = server.serve("/abroad.bin", Resource::bytes(Content::new(8, 48 * MIB)).with(paced(1)));
    nm.cli(&["con", "up", "wifi"]);
    let modem = ModemManager::start(&nm, "ls0");
    let program = Program::start(&nm);
    let id = program.add(&url, "default");
    program.wait(&id, "running", None);
    assert_eq!(program.network()["roaming"], false);
    modem.register(ROAMING);
    program.wait(&id, "paused-costed-network", Some("roaming"));
    let network = program.network();
    assert_eq!((&network["roaming"], &network["metered"]), (&true.into(), &true.into()), "{network}");
    assert_eq!(network["verdicts"]["not-roaming"]["reason"], "roaming");
    program.run(&["set", &id, "--cost-policy", "always"]);
    program.wait(&id, "running", None);
    program.run(&["set", &id, "--cost-policy", "default"]);
    program.wait(&id, "paused-costed-network", Some("roaming"));
    program.run(&["allow", &id, "--once"]);
    program.wait(&id, "running", None);
    modem.register(HOME);
    crate::support::nm::until("home", || program.network()["roaming"] == false);
    drop(modem);

    let idle = ModemManager::start(&nm, "wwan9");
    idle.register(ROAMING);
    assert_eq!(program.network()["roaming"], false, "that modem carries nothing");
}

struct Portal {
    metered: bool,
}

#[interface(name = "org.freedesktop.portal.NetworkMonitor")]
impl Portal {
    fn get_status(&self) -> HashMap<String, OwnedValue> {
        let own = |value: Value<'_>| value.try_to_owned().expect("a value");
        HashMap::from([
            ("available".to_owned(), own(true.into())),
            ("metered".to_owned(), own(self.metered.into())),
            ("connectivity".to_owned(), own(4_u32.into())),
        ])
    }

    #[zbus(signal, name = "changed")]
    async fn changed(emitter: &zbus::object_server::SignalEmitter<'_>) -> zbus::Result<()>;
}

#[test]
fn without_network_manager_the_portal_is_asked() {
    let Some(nm) = Nm::new() else { return };
    let server = server(&nm);
    let url = server.serve("/boxed.bin", Resource::bytes(Content::new(9, 48 * MIB)).with(paced(1)));
    nm.cli(&["con", "up", "wifi"]);
    nm.kill_manager();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    // One bus is as good as another.
    let connection = runtime.block_on(async {
        let bus = zbus::connection::Builder::address(nm.bus_address().as_str()).expect("an address");
        let connection = bus.build().await.expect("a bus");
        let portal = Portal { metered: false };
        let place = "/org/freedesktop/portal/desktop";
        let _ = connection.object_server().at(place, portal).await.expect("a place");
        connection.request_name("org.freedesktop.portal.Desktop").await.expect("a name");
        connection
    });
    let set = |metered| {
        runtime.block_on(async {
            let server = connection.object_server();
            let portal =
                server.interface::<_, Portal>("/org/freedesktop/portal/desktop").await.expect("there");
            portal.get_mut().await.metered = metered;
            Portal::changed(portal.signal_emitter()).await.expect("told");
        });
    };
    let program = Program::start_with_session(&nm, &nm.bus_address());
    let id = program.add(&url, "unrestricted-only");
    program.wait(&id, "running", None);
    assert_eq!(program.network()["source"], "portal");
    set(true);
    program.wait(&id, "paused-costed-network", Some("metered"));
    // The network has no name here, and yet it can be used once.
    program.run(&["allow", &id, "--once"]);
    program.wait(&id, "running", None);
}
