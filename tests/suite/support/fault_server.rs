//! An HTTP server which misbehaves on demand, keeps a journal of it, and lives in the process of
//! the test. Everything it does ends when the value is dropped.
//!
//! ```ignore
//! let server = FaultServer::start();
//! let content = Content::new(7, 3 << 20);
//! let reset = Behaviour::CutAt { at: At::File(1 << 20), how: Cut::Reset };
//! let url = server.serve("/file.bin", Resource::bytes(content.clone()).with(reset.times(1)));
//! // ... download `url` ...
//! content.verify_file(&target)?;
//! assert_eq!(server.coverage("/file.bin").refetched, 0);
//! ```
//!
//! `wait_for` and its like block the thread: what they wait for has to run on another one.
#![expect(unreachable_pub, reason = "`pub` marks what tests use; a test program exports nothing")]
#![expect(clippy::disallowed_methods, reason = "it is about real time, and looks at files from outside")]
#![expect(clippy::wildcard_enum_match_arm, reason = "each place picks out the few faults it deals with")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test which cannot go on has failed")]

mod answer;
mod behaviour;
mod body;
mod connection;
mod content;
mod date;
mod deliver;
mod exchange;
mod journal;
mod link;
mod plan;
mod port;
mod request;
mod room;
mod rule;
mod selftest;
mod shared;
mod site;
mod sync;
mod tls;
mod verify;
mod wire;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use behaviour::{At, Behaviour, Cut, ETag, LastModified, Length, Over};
pub use content::Content;
pub use date::http_date;
pub use exchange::{Coverage, Ending, Exchange};
pub use request::{AskedRange, Headers};
pub use rule::{Resource, Rule};
pub use tls::Leaf;

use port::Port;
use shared::Shared;
use sync::lock;
use tls::Identity;

const MAIN_IP: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1));
const OTHER_IP: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// The authority's certificate as PEM, and what a server of another kind needs to show the leaf.
pub fn identity(leaf: Leaf) -> (String, Arc<rustls::ServerConfig>) {
    let identity = Identity::new(leaf);
    (identity.ca_pem, identity.config)
}

pub struct FaultServer {
    shared: Arc<Shared>,
    identity: Option<Identity>,
    address: SocketAddr,
    ports: Mutex<Ports>,
}

struct Ports {
    main: Port,
    /// Opened when it is first asked for.
    other: Option<Port>,
}

/// How a server as a whole is out of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Down {
    /// Open connections are reset and new ones refused.
    Refuse,
    /// Open connections are reset, new ones are accepted and reset.
    Reset,
    /// Nothing is said any more, on open connections or on new ones, as if packets were lost.
    Hang,
}

/// How to start a server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    tls: Option<Leaf>,
    small_buffers: bool,
    ip: Option<IpAddr>,
}

impl Options {
    pub fn tls(mut self, leaf: Leaf) -> Self {
        self.tls = Some(leaf);
        self
    }

    /// Listens there instead of on the loopback. Called in another network namespace, the server stands in that one.
    pub fn at(mut self, ip: IpAddr) -> Self {
        self.ip = Some(ip);
        self
    }

    /// Keeps little in the kernel, so that what counts as sent is close to what has arrived.
    pub fn small_buffers(mut self) -> Self {
        self.small_buffers = true;
        self
    }

    pub fn start(self) -> FaultServer {
        let identity = self.tls.map(Identity::new);
        let tls = identity.as_ref().map(|identity| Arc::clone(&identity.config));
        let shared = Arc::new(Shared::new(tls, self.small_buffers));
        let main = Port::open(self.ip.unwrap_or(MAIN_IP), &shared).expect("the address takes a listener");
        let address = main.address;
        FaultServer { shared, identity, address, ports: Mutex::new(Ports { main, other: None }) }
    }
}

impl FaultServer {
    pub fn options() -> Options {
        Options::default()
    }

    /// A plain HTTP server on 127.0.0.1.
    pub fn start() -> Self {
        Self::options().start()
    }

    /// The same over TLS, with a certificate which is good for those who trust [`Self::ca_pem`].
    pub fn start_tls() -> Self {
        Self::options().tls(Leaf::Good).start()
    }

    /// The certificate authority of a TLS server.
    pub fn ca_pem(&self) -> &str {
        &self.identity.as_ref().expect("the server speaks TLS").ca_pem
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Puts a resource under an absolute path and returns its URL.
    pub fn serve(&self, path: &str, resource: Resource) -> String {
        self.shared.site.put(path, resource);
        self.url(path)
    }

    /// The file changes on the server: later requests see the new resource, running ones do not.
    /// The journal of the path goes on, the counters of the behaviours start anew.
    pub fn replace(&self, path: &str, resource: Resource) {
        self.shared.site.put(path, resource);
    }

    pub fn url(&self, path: &str) -> String {
        self.url_at(self.address, path)
    }

    /// The URL of the same path at another origin (another host and port) of this server.
    pub fn other_origin(&self, path: &str) -> String {
        let mut ports = lock(&self.ports);
        let other = ports.other.get_or_insert_with(|| {
            Port::open(OTHER_IP, &self.shared).expect("the loopback takes a second listener")
        });
        self.url_at(other.address, path)
    }

    fn url_at(&self, address: SocketAddr, path: &str) -> String {
        let scheme = if self.identity.is_some() { "https" } else { "http" };
        format!("{scheme}://{address}{path}")
    }

    /// What happened at a path, in the order of the requests.
    pub fn exchanges(&self, path: &str) -> Vec<Exchange> {
        self.shared.journal.exchanges(Some(path))
    }

    /// What happened at all paths, those which do not exist included.
    pub fn all_exchanges(&self) -> Vec<Exchange> {
        self.shared.journal.exchanges(None)
    }

    pub fn coverage(&self, path: &str) -> Coverage {
        Coverage::of(&self.exchanges(path))
    }

    /// The largest number of exchanges of a path at the same time, those turned away included.
    pub fn max_parallel(&self, path: &str) -> usize {
        self.shared.journal.max_parallel(path)
    }

    /// Waits until `condition` holds for the exchanges of a path and returns them.
    ///
    /// # Panics
    /// With the journal, if it does not come to hold within `timeout`.
    #[track_caller]
    pub fn wait_for(
        &self,
        path: &str,
        condition: impl Fn(&[Exchange]) -> bool,
        timeout: Duration,
    ) -> Vec<Exchange> {
        match self.shared.journal.wait_for(path, condition, timeout) {
            Ok(exchanges) => exchanges,
            Err(journal) => panic!("{path}: not within {timeout:?}: {journal}"),
        }
    }

    /// How many connections are open as far as the server has noticed.
    pub fn connections_open(&self) -> usize {
        self.shared.links.open()
    }

    /// How many connections were accepted so far.
    pub fn connections_accepted(&self) -> usize {
        self.shared.links.accepted()
    }

    /// Waits until `condition` holds for the number of open connections; panics on timeout.
    #[track_caller]
    pub fn wait_for_connections(&self, condition: impl Fn(usize) -> bool, timeout: Duration) {
        if let Err(open) = self.shared.links.wait_for(condition, timeout) {
            panic!("not within {timeout:?}: {open} connections are open");
        }
    }

    /// TLS handshakes which came to nothing.
    pub fn failed_handshakes(&self) -> usize {
        self.shared.failed_handshakes.load(Ordering::Relaxed)
    }

    /// Resets all open connections and returns when that is done.
    pub fn kill_connections(&self) {
        self.shared.links.kill_all();
    }

    /// Puts the server out of order until [`Self::set_up`].
    pub fn set_down(&self, down: Down) {
        let mut ports = lock(&self.ports);
        self.shared.set_down(Some(down));
        if down == Down::Refuse {
            ports.each(Port::close);
        }
        if down != Down::Hang {
            self.kill_connections();
        }
    }

    /// Puts it in order again. Exchanges which were left hanging stay so; the rest goes on.
    pub fn set_up(&self) {
        let mut ports = lock(&self.ports);
        self.shared.set_down(None);
        ports.each(|port| port.listen().expect("the held address can be listened on again"));
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        // First the accepting, so that no connection comes in behind the killing.
        lock(&self.ports).each(Port::close);
        self.kill_connections();
    }
}

impl Ports {
    fn each(&mut self, action: impl Fn(&mut Port)) {
        action(&mut self.main);
        self.other.iter_mut().for_each(action);
    }
}
