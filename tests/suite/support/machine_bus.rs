//! A system bus of its own with a machine on it, made up: a battery, a power saver, and logind with its locks.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd as Descriptor;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedFd;
use zbus::{Connection, interface};

use super::home::PATIENCE;
use super::needs::need;
use super::nm::until;

const UPOWER: &str = "/org/freedesktop/UPower";
const BATTERY: &str = "/org/freedesktop/UPower/devices/DisplayDevice";
const PROFILES: &str = "/net/hadess/PowerProfiles";
const LOGIN: &str = "/org/freedesktop/login1";

struct Upower {
    on_battery: bool,
}

#[interface(name = "org.freedesktop.UPower")]
impl Upower {
    #[zbus(property)]
    fn on_battery(&self) -> bool {
        self.on_battery
    }
}

struct Battery {
    percentage: f64,
}

#[interface(name = "org.freedesktop.UPower.Device")]
impl Battery {
    #[zbus(property)]
    fn percentage(&self) -> f64 {
        self.percentage
    }
}

struct Profiles {
    active: String,
}

#[interface(name = "net.hadess.PowerProfiles")]
impl Profiles {
    #[zbus(property)]
    fn active_profile(&self) -> String {
        self.active.clone()
    }
}

/// Our ends of the locks that were given out, by their mode: a lock lasts as long as the other end is open.
type Locks = Arc<(Mutex<BTreeMap<String, Descriptor>>, Condvar)>;

struct Login {
    locks: Locks,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Login {
    #[expect(clippy::needless_pass_by_value, reason = "the interface says so")]
    fn inhibit(&self, what: String, who: String, why: String, mode: String) -> OwnedFd {
        assert!(what.contains("sleep") && who == "Longshore" && !why.is_empty(), "{what} {who} {why}");
        let (ours, theirs) = rustix::pipe::pipe().expect("a pipe");
        let _ = self.locks.0.lock().unwrap().insert(mode, ours);
        self.locks.1.notify_all();
        theirs.into()
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, begins: bool) -> zbus::Result<()>;
}

pub(crate) struct Machine {
    room: TempDir,
    bus: Child,
    runtime: tokio::runtime::Runtime,
    connection: Connection,
    locks: Locks,
}

impl Machine {
    /// On its cable, with everything at rest. `None`, with a word why, where there is no bus to be had.
    pub(crate) fn new() -> Option<Self> {
        let daemon = need("dbus-daemon")?;
        let room = tempfile::tempdir().expect("a folder");
        let (socket, config) = (room.path().join("bus"), room.path().join("bus.conf"));
        let policy = "<allow user=\"*\"/><allow own=\"*\"/><allow send_destination=\"*\"/><allow receive_sender=\"*\"/>";
        let text = format!(
            "<busconfig><type>system</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\
             <policy context=\"default\">{policy}</policy></busconfig>",
            socket.display()
        );
        std::fs::write(&config, text).expect("written");
        let config = format!("--config-file={}", config.display());
        let mut command = Command::new("setpriv");
        let _ = command.args(["--pdeathsig", "KILL"]).arg(daemon).args([&config, "--nofork", "--nopidfile"]);
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let bus = command.spawn().expect("dbus-daemon");
        until("a bus", || socket.exists());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let locks = Locks::default();
        let connection = runtime.block_on(furnish(&format!("unix:path={}", socket.display()), &locks));
        Some(Self { room, bus, runtime, connection, locks })
    }

    pub(crate) fn address(&self) -> String {
        format!("unix:path={}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.room.path().join("bus")
    }

    pub(crate) fn set_on_battery(&self, on_battery: bool) {
        self.runtime.block_on(async {
            let place = self.connection.object_server().interface::<_, Upower>(UPOWER).await.expect("there");
            let mut upower = place.get_mut().await;
            upower.on_battery = on_battery;
            upower.on_battery_changed(place.signal_emitter()).await.expect("told");
        });
    }

    pub(crate) fn set_percentage(&self, percentage: f64) {
        self.runtime.block_on(async {
            let place =
                self.connection.object_server().interface::<_, Battery>(BATTERY).await.expect("there");
            let mut battery = place.get_mut().await;
            battery.percentage = percentage;
            battery.percentage_changed(place.signal_emitter()).await.expect("told");
        });
    }

    pub(crate) fn set_profile(&self, profile: &str) {
        self.runtime.block_on(async {
            let place =
                self.connection.object_server().interface::<_, Profiles>(PROFILES).await.expect("there");
            let mut profiles = place.get_mut().await;
            profile.clone_into(&mut profiles.active);
            profiles.active_profile_changed(place.signal_emitter()).await.expect("told");
        });
    }

    /// Word of sleep, as logind gives it: before and after.
    pub(crate) fn prepare_for_sleep(&self, begins: bool) {
        self.runtime.block_on(async {
            let place = self.connection.object_server().interface::<_, Login>(LOGIN).await.expect("there");
            Login::prepare_for_sleep(place.signal_emitter(), begins).await.expect("told");
        });
    }

    /// Waits until somebody holds a lock of this mode.
    #[track_caller]
    pub(crate) fn wait_locked(&self, mode: &str) {
        let locks = self.locks.0.lock().unwrap();
        let free = |locks: &mut BTreeMap<String, Descriptor>| !locks.contains_key(mode);
        let waited = self.locks.1.wait_timeout_while(locks, PATIENCE, free).unwrap();
        assert!(!waited.1.timed_out(), "nobody takes a lock to {mode}");
    }

    /// Waits until the lock of this mode, if there is one, was let go.
    #[track_caller]
    pub(crate) fn wait_free(&self, mode: &str) {
        let Some(lock) = self.locks.0.lock().unwrap().remove(mode) else { return };
        assert!(is_over(&lock, PATIENCE), "the lock to {mode} is kept");
    }

    /// Does somebody hold a lock of this mode at this moment?
    pub(crate) fn is_locked(&self, mode: &str) -> bool {
        self.locks.0.lock().unwrap().get(mode).is_some_and(|lock| !is_over(lock, Duration::ZERO))
    }
}

/// Nobody writes: what comes can only be that the other end was closed.
fn is_over(lock: &Descriptor, within: Duration) -> bool {
    let mut ready = [rustix::event::PollFd::new(lock, rustix::event::PollFlags::IN)];
    let within = rustix::event::Timespec::try_from(within).expect("a short time");
    rustix::event::poll(&mut ready, Some(&within)).expect("a pipe") > 0
}

async fn furnish(address: &str, locks: &Locks) -> Connection {
    let connection = zbus::connection::Builder::address(address).expect("an address").build().await;
    let connection = connection.expect("a bus");
    let server = connection.object_server();
    let _ = server.at(UPOWER, Upower { on_battery: false }).await.expect("a place");
    let _ = server.at(BATTERY, Battery { percentage: 80.0 }).await.expect("a place");
    let _ = server.at(PROFILES, Profiles { active: "balanced".to_owned() }).await.expect("a place");
    let _ = server.at(LOGIN, Login { locks: Arc::clone(locks) }).await.expect("a place");
    for name in ["org.freedesktop.UPower", "net.hadess.PowerProfiles", "org.freedesktop.login1"] {
        connection.request_name(name).await.expect("a name");
    }
    connection
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}
