//! One accepted connection as seen from outside of its thread, and all of them together.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::sync::{lock, wait_while};

/// A blocked write looks up this often whether it was killed: only a read can be woken without
/// telling the client.
const WRITE_TICK: Duration = Duration::from_millis(20);
/// How long a reset waits for a client which takes nothing: long enough for a client that gets no CPU on a busy machine.
const DRAIN_PATIENCE: Duration = Duration::from_secs(5);

const LOOK_EVERY: Duration = Duration::from_millis(1);
/// The table of connections is read piece by piece while others come and go: one that is not in it may only have been
/// passed over.
const LOOKS: u32 = 20;

/// How long killing waits for the threads, which take some milliseconds.
const KILL_PATIENCE: Duration = Duration::from_secs(5);

/// The connection was killed or the client has left.
#[derive(Debug)]
pub(super) struct Gone;

pub(super) struct Link {
    /// Counted from 1 in the order of acceptance.
    pub number: usize,
    pub origin: SocketAddr,
    pub stream: TcpStream,
    killed: Mutex<bool>,
    wake: Condvar,
}

impl Link {
    fn open(number: usize, stream: TcpStream, send_buffer: Option<usize>) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(WRITE_TICK))?;
        if let Some(size) = send_buffer {
            SockRef::from(&stream).set_send_buffer_size(size)?;
        }
        let origin = stream.local_addr()?;
        let (killed, wake) = (Mutex::new(false), Condvar::new());
        Ok(Self { number, origin, stream, killed, wake })
    }

    pub fn is_killed(&self) -> bool {
        *lock(&self.killed)
    }

    /// Makes the connection's thread end it with a reset.
    fn kill(&self) {
        *lock(&self.killed) = true;
        self.wake.notify_all();
        self.reset_on_close();
        // Ends a blocked read and is not seen by the client. Fails if the client was faster.
        let _ = self.stream.shutdown(Shutdown::Read);
    }

    /// Makes the closing of the socket a RST, which throws away what was not sent yet.
    pub fn reset_on_close(&self) {
        // Fails only on a connection which is reset already.
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// Waits until the client's kernel has acknowledged everything, as long as it makes progress.
    pub fn drain(&self) {
        let mut progress = Instant::now();
        let mut before = u64::MAX;
        let mut looks = 0;
        while progress.elapsed() < DRAIN_PATIENCE && looks < LOOKS && self.pass(LOOK_EVERY).is_ok() {
            match self.unsent() {
                Some(0) => return,
                Some(unsent) if unsent < before => (before, progress) = (unsent, Instant::now()),
                Some(_) => {}
                None => looks += 1,
            }
        }
    }

    /// The length of the send queue, as only /proc tells it without unsafe code.
    fn unsent(&self) -> Option<u64> {
        let hex = |address: SocketAddr| match address {
            SocketAddr::V4(v4) => {
                Some(format!("{:08X}:{:04X}", u32::from_ne_bytes(v4.ip().octets()), v4.port()))
            }
            SocketAddr::V6(_) => None,
        };
        let (local, remote) = (hex(self.origin)?, hex(self.stream.peer_addr().ok()?)?);
        let table = fs::read_to_string("/proc/net/tcp").ok()?;
        table.lines().find_map(|line| {
            let mut columns = line.split_whitespace().skip(1);
            let ours = columns.next()? == local && columns.next()? == remote;
            let queues = columns.nth(1)?;
            ours.then(|| u64::from_str_radix(queues.split(':').next()?, 16).ok())?
        })
    }

    /// Blocks until the client closes the connection or it is killed.
    pub fn wait_until_gone(&self) {
        let mut scratch = [0; 4096];
        loop {
            match (&self.stream).read(&mut scratch) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    /// Lets time pass, but not after the client has left.
    pub fn pause(&self, duration: Duration) -> Result<(), Gone> {
        let begun = Instant::now();
        // A peek with a timeout is a wait which ends with the connection.
        if self.stream.set_read_timeout(Some(duration.max(Duration::from_micros(1)))).is_err() {
            return Err(Gone);
        }
        let peeked = self.stream.peek(&mut [0]);
        if self.stream.set_read_timeout(None).is_err() {
            return Err(Gone);
        }
        match peeked {
            Ok(0) => return Err(Gone),
            // The client has sent something early, which makes the peek useless.
            Ok(_) => {}
            Err(error) if is_tick(&error) => {}
            Err(_) => return Err(Gone),
        }
        self.pass(duration.saturating_sub(begun.elapsed()))
    }

    /// Lets time pass unless the connection is killed.
    fn pass(&self, duration: Duration) -> Result<(), Gone> {
        let killed = lock(&self.killed);
        if *wait_while(&self.wake, killed, duration, |killed| !*killed) { Err(Gone) } else { Ok(()) }
    }
}

/// Whether an operation only ran into its timeout.
pub(super) fn is_tick(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

/// The open connections.
#[derive(Default)]
pub(super) struct Links {
    registry: Mutex<Registry>,
    changed: Condvar,
}

#[derive(Default)]
struct Registry {
    accepted: usize,
    open: BTreeMap<usize, Arc<Link>>,
}

impl Links {
    pub fn add(&self, stream: TcpStream, send_buffer: Option<usize>) -> io::Result<Arc<Link>> {
        let mut registry = lock(&self.registry);
        registry.accepted += 1;
        let link = Arc::new(Link::open(registry.accepted, stream, send_buffer)?);
        drop(registry.open.insert(link.number, Arc::clone(&link)));
        self.changed.notify_all();
        Ok(link)
    }

    /// Closes the connection, given the last reference outside of the registry.
    pub fn close(&self, link: Arc<Link>) {
        let mut registry = lock(&self.registry);
        drop(registry.open.remove(&link.number));
        drop(link);
        self.changed.notify_all();
    }

    pub fn open(&self) -> usize {
        lock(&self.registry).open.len()
    }

    pub fn accepted(&self) -> usize {
        lock(&self.registry).accepted
    }

    /// Resets all connections and waits until their threads have closed them.
    pub fn kill_all(&self) {
        let registry = lock(&self.registry);
        let newest = registry.accepted;
        for link in registry.open.values() {
            link.kill();
        }
        // A thread which did not end would be a bug of this server; it must not hang a test.
        let old = |registry: &mut Registry| registry.open.keys().any(|number| *number <= newest);
        drop(wait_while(&self.changed, registry, KILL_PATIENCE, old));
    }

    /// Waits until `condition` holds for the number of open connections, or returns that number.
    pub fn wait_for(&self, condition: impl Fn(usize) -> bool, timeout: Duration) -> Result<(), usize> {
        let unmet = |registry: &mut Registry| !condition(registry.open.len());
        let registry = wait_while(&self.changed, lock(&self.registry), timeout, unmet);
        let open = registry.open.len();
        drop(registry);
        if condition(open) { Ok(()) } else { Err(open) }
    }
}
