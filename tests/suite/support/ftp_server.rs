//! An FTP server that misbehaves on demand, and remembers every command and byte. One thread for each control connection;
//! everything ends when the value is dropped.

mod session;
mod wire;

use std::collections::BTreeMap;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// What the server cannot, or does wrong, for as long as it is told to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ways {
    pub no_rest: bool,
    /// Says yes to `REST`, and sends from the first byte on.
    pub rest_lies: bool,
    pub no_size: bool,
    /// Added to what `SIZE` says.
    pub size_off: i64,
    pub no_mdtm: bool,
    pub no_epsv: bool,
    /// The address that `PASV` names; nobody is there.
    pub elsewhere: Option<&'static str>,
    pub no_append: bool,
    pub no_rename: bool,
    /// `RNTO` does not replace a file.
    pub no_overwrite: bool,
    /// No name may end like this.
    pub not_named: Option<&'static str>,
    /// `STOR` takes so much in all, and says 552.
    pub quota: Option<u64>,
    /// A greeting without an end.
    pub endless: bool,
}

/// What goes wrong with one transfer; the next one meets the next quirk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quirk {
    None,
    /// The data connection is reset after so many bytes, and 426 said.
    Reset(u64),
    /// It is closed after so many bytes, and 426 said.
    Close(u64),
    /// It is closed after so many bytes, and 226 said.
    Lie(u64),
    /// Both connections are reset after so many bytes.
    Die(u64),
    /// Nothing more after so many bytes, until the client goes.
    Stall(u64),
    /// Instead of the data.
    Reply(&'static str),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    pub bytes: Vec<u8>,
    /// `YYYYMMDDhhmmss`.
    pub modified: String,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub files: BTreeMap<String, File>,
    pub folders: Vec<String>,
    pub ways: Ways,
    pub quirks: std::collections::VecDeque<Quirk>,
    /// As they came, passwords too.
    pub commands: Vec<String>,
    /// Bytes of data that went out and came in.
    pub sent: u64,
    pub received: u64,
    /// Signed in so far, and how many were connected at once at most.
    pub open: usize,
    pub most: usize,
    /// Signed in at once; more hear 421.
    pub allowed: Option<usize>,
}

pub(crate) struct FtpServer {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    ended: AtomicBool,
    tls: Option<Arc<rustls::ServerConfig>>,
    sockets: Mutex<Vec<TcpStream>>,
}

impl FtpServer {
    pub(crate) fn start() -> Self {
        Self::with(None)
    }

    /// One that offers `AUTH TLS`.
    pub(crate) fn with(tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            ended: AtomicBool::new(false),
            tls,
            sockets: Mutex::default(),
        };
        let shared = Arc::new(shared);
        let theirs = Arc::clone(&shared);
        let listener = std::thread::spawn(move || accept(&listener, &theirs));
        Self { address, shared, listener: Some(listener) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("ftp://user:pass@{}/{path}", self.address)
    }

    /// A file with an old date.
    pub(crate) fn keep(&self, path: &str, bytes: Vec<u8>) {
        let modified = "20240102030405".to_owned();
        let _ = self.lock().files.insert(path.to_owned(), File { bytes, modified });
    }

    pub(crate) fn file(&self, path: &str) -> Option<File> {
        self.lock().files.get(path).cloned()
    }

    pub(crate) fn plan(&self, quirks: impl IntoIterator<Item = Quirk>) {
        self.lock().quirks.extend(quirks);
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// How often this command came.
    pub(crate) fn count(&self, command: &str) -> usize {
        self.read(|state| state.commands.iter().filter(|line| line.starts_with(command)).count())
    }

    pub(crate) fn wait(&self, what: &str, wanted: impl Fn(&State) -> bool) {
        let state = self.lock();
        let waited = self.shared.changed.wait_timeout_while(state, PATIENCE, |state| !wanted(state));
        let (state, late) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!late.timed_out(), "waited too long for {what}: {:#?}", state.commands);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.lock());
        self.changed.notify_all();
        changed
    }

    /// So that no control connection outlives the server.
    fn know(&self, socket: &TcpStream) {
        if let Ok(socket) = socket.try_clone() {
            self.sockets.lock().unwrap_or_else(PoisonError::into_inner).push(socket);
        }
    }
}

impl Drop for FtpServer {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        for socket in self.shared.sockets.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = socket.shutdown(Shutdown::Both);
        }
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

/// Who waits for a data connection that never comes waits until the tests are over; nobody waits for them.
fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.ended.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        shared.know(&stream);
        let theirs = Arc::clone(shared);
        drop(std::thread::spawn(move || session::serve(stream, &theirs)));
    }
}
