//! A server that takes uploads, badly on demand, and remembers every byte and request. One thread for each connection;
//! everything ends when the value is dropped.

mod connection;
mod ietf;
mod store;
mod tus;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

pub(crate) use connection::Request;
pub(crate) use store::{Kept, State};

const PATIENCE: Duration = Duration::from_secs(30);

/// What goes wrong with one request; the next one of the same path meets the next quirk, and after the last one nothing
/// goes wrong any more. Questions (HEAD, OPTIONS) meet none, unless the quirk is made for them.
#[derive(Debug, Clone)]
pub(crate) enum Quirk {
    None,
    /// Answers at once; a body that was not announced is left unread, then the connection is reset.
    Refuse(u16),
    /// Says nothing to `Expect` and waits for the body.
    Mute,
    /// 417 to whoever announces a body.
    NoExpect,
    /// Answers in the middle of the body, and resets.
    Early {
        status: u16,
        at: u64,
    },
    Reset {
        at: u64,
    },
    /// Takes everything, keeps it, and resets instead of answering.
    LoseAnswer,
    /// Takes everything, keeps nothing.
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: &'static str,
    },
    /// Before the body.
    Redirect {
        status: u16,
        to: String,
    },
    /// After it.
    RedirectAfter {
        status: u16,
        to: String,
    },
    /// Reads so much and then nothing more, until the server is told to go on.
    Halt {
        at: u64,
    },
    /// Keeps only the first bytes, and says nothing of it.
    Shorten {
        to: u64,
    },
    /// The next HEAD says this.
    Offset(u64),
}

pub(crate) struct UploadServer {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    ended: AtomicBool,
    tls: Option<Arc<rustls::ServerConfig>>,
}

impl UploadServer {
    pub(crate) fn start() -> Self {
        Self::with(None)
    }

    pub(crate) fn with(tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (state, changed) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(Shared { state, changed, ended: AtomicBool::new(false), tls });
        let theirs = Arc::clone(&shared);
        let listener = std::thread::spawn(move || accept(&listener, &theirs));
        Self { address, shared, listener: Some(listener) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let scheme = if self.shared.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.address)
    }

    /// The quirks of the requests to come, in their order.
    pub(crate) fn plan(&self, path: &str, quirks: impl IntoIterator<Item = Quirk>) {
        self.lock().quirks.entry(path.to_owned()).or_default().extend(quirks);
    }

    /// Every request so far, with what came of its body.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.lock().requests.clone()
    }

    pub(crate) fn methods(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.method).collect()
    }

    pub(crate) fn kept(&self, path: &str) -> Option<Kept> {
        self.lock().kept.get(path).cloned()
    }

    /// What a resumable upload, the only one of its server, has by now.
    pub(crate) fn session(&self) -> Kept {
        let state = self.lock();
        state.sessions.values().last().cloned().unwrap_or_default()
    }

    /// The server forgets unfinished uploads.
    pub(crate) fn forget_sessions(&self) {
        self.lock().sessions.clear();
    }

    /// Body bytes that came in, whatever became of them.
    pub(crate) fn received(&self) -> u64 {
        self.lock().received
    }

    pub(crate) fn set_offers(&self, offers: Offers) {
        self.lock().offers = offers;
    }

    /// Lets halted requests go on.
    pub(crate) fn go_on(&self) {
        self.lock().halted = false;
        self.shared.changed.notify_all();
    }

    pub(crate) fn wait(&self, what: &str, wanted: impl Fn(&State) -> bool) {
        let state = self.lock();
        let waited = self.shared.changed.wait_timeout_while(state, PATIENCE, |state| !wanted(state));
        let (state, late) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!late.timed_out(), "waited too long for {what}: {:#?}", state.requests);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock()
    }
}

/// What the server says it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Offers {
    /// OPTIONS is answered, and says nothing.
    #[default]
    Nothing,
    /// Paths below `/tus` are tus 1.0, with every extension.
    Tus,
    /// The same, without checksums and creation-with-upload.
    BareTus,
    /// Requests that ask for it get a place (104).
    Ietf,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    pub(super) fn hold(&self) {
        let mut state = self.lock();
        state.halted = true;
        self.changed.notify_all();
        let waited = self
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.halted && !self.ended.load(Ordering::SeqCst));
        drop(waited);
    }
}

impl Drop for UploadServer {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        self.go_on();
        let _ = TcpStream::connect(self.address);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.ended.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        // Ends with its connection, which its client closes.
        let _ = std::thread::spawn(move || connection::serve(stream, &shared));
    }
}
