//! What the server, its listeners and its connections have in common.

use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::ServerConfig;
use socket2::SockRef;

use super::Down;
use super::connection;
use super::journal::Journal;
use super::link::Links;
use super::site::Site;
use super::sync::lock;

/// Doubled by the kernel; smaller ones slow the loopback down out of proportion.
const SMALL_SEND_BUFFER: usize = 8 * 1024;

#[derive(Default)]
pub(super) struct Shared {
    pub site: Site,
    pub journal: Arc<Journal>,
    pub links: Links,
    pub tls: Option<Arc<ServerConfig>>,
    pub small_buffers: bool,
    pub failed_handshakes: AtomicUsize,
    down: Mutex<Option<Down>>,
}

impl Shared {
    pub fn new(tls: Option<Arc<ServerConfig>>, small_buffers: bool) -> Self {
        Self { tls, small_buffers, ..Self::default() }
    }

    pub fn set_down(&self, down: Option<Down>) {
        *lock(&self.down) = down;
    }

    /// Whether connections are to be left without a word.
    pub fn is_silent(&self) -> bool {
        *lock(&self.down) == Some(Down::Hang)
    }

    pub fn count_failed_handshake(&self) {
        let _ = self.failed_handshakes.fetch_add(1, Ordering::Relaxed);
    }

    /// Gives a connection its thread.
    pub fn accept(self: &Arc<Self>, stream: TcpStream) {
        // Held until the connection is known, so that going down misses none.
        let down = lock(&self.down);
        if *down == Some(Down::Reset) {
            // Fails only if the client was faster with its own reset.
            let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            return;
        }
        let send_buffer = self.small_buffers.then_some(SMALL_SEND_BUFFER);
        // It fails only if the client has left already.
        if let Ok(link) = self.links.add(stream, send_buffer) {
            let shared = Arc::clone(self);
            // Decided here, not in the thread: it may run only after the server is up again.
            let silent = *down == Some(Down::Hang);
            // It ends with its connection, for which the server waits when it is dropped.
            let _detached = thread::spawn(move || connection::run(&shared, link, silent));
        }
    }
}
