//! The system bus goes with a crash or an update, and may come long after us. Nobody polls for it: a connection says when
//! it broke, and the folder of the socket says when there is a new one.

use std::ffi::{OsStr, OsString};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::inotify::{self, CreateFlags, Reader, WatchFlags};
use tokio::io::unix::AsyncFd;
use zbus::Connection;
use zbus::address::transport::{Transport, UnixSocket};

/// Milliseconds, after a connection broke or a socket appeared: it is there a moment before anybody listens on it.
const TRIES: [u64; 6] = [50, 100, 200, 400, 800, 1600];

/// The connection to it, while there is one.
pub(in crate::platform) struct System {
    bus: Option<Connection>,
    /// How many of [`TRIES`] were made.
    tried: usize,
    sight: Option<Sight>,
}

impl System {
    pub(in crate::platform) async fn open() -> Self {
        Self { bus: super::system().await, tried: TRIES.len(), sight: None }
    }

    pub(in crate::platform) const fn bus(&self) -> Option<&Connection> {
        self.bus.as_ref()
    }

    /// Waits until it went, or came. May be dropped and called again.
    pub(in crate::platform) async fn changed(&mut self) {
        if let Some(bus) = &self.bus {
            bus.closed().await;
            tracing::info!("the system bus went");
            self.bus = None;
            self.tried = 0;
            return;
        }
        loop {
            while let Some(pause) = TRIES.get(self.tried) {
                tokio::time::sleep(Duration::from_millis(*pause)).await;
                self.bus = super::system().await;
                self.tried += 1;
                if self.bus.is_some() {
                    tracing::info!("the system bus is here");
                    self.tried = TRIES.len();
                    self.sight = None;
                    return;
                }
            }
            match &self.sight {
                Some(sight) => {
                    sight.event().await;
                    self.sight = None;
                    self.tried = 0;
                }
                None => {
                    let Some(sight) = Sight::open() else { return std::future::pending().await };
                    self.sight = Some(sight);
                    // It may have come while nobody looked.
                    self.tried = TRIES.len() - 1;
                }
            }
        }
    }
}

/// Looks at the folder in which the socket, or the first missing folder on the way to it, will appear.
struct Sight {
    events: AsyncFd<OwnedFd>,
    name: OsString,
}

impl Sight {
    /// `None`: the bus is no file, or the kernel has no eyes left.
    #[expect(deprecated, reason = "it owns its descriptor, which is all that its successor asks for")]
    fn open() -> Option<Self> {
        let socket = socket()?;
        let (folder, name) = place(&socket)?;
        let events = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).ok()?;
        let flags =
            WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF;
        let _ = inotify::add_watch(&events, folder, flags).ok()?;
        Some(Self { events: AsyncFd::new(events).ok()?, name: name.to_owned() })
    }

    /// It appeared, or the folder itself is another one.
    async fn event(&self) {
        loop {
            let Ok(mut ready) = self.events.readable().await else { return std::future::pending().await };
            if self.is_it() {
                return;
            }
            ready.clear_ready();
        }
    }

    fn is_it(&self) -> bool {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(self.events.get_ref(), &mut buffer);
        let mut found = false;
        while let Ok(event) = reader.next() {
            let named = event.file_name().is_none_or(|name| name.to_bytes() == self.name.as_bytes());
            found |= named;
        }
        found
    }
}

fn socket() -> Option<PathBuf> {
    let address = zbus::Address::system().ok()?;
    let Transport::Unix(unix) = address.transport() else { return None };
    let UnixSocket::File(path) = unix.path() else { return None };
    Some(path.clone())
}

/// The nearest folder that exists, and what is missing in it.
fn place(socket: &Path) -> Option<(&Path, &OsStr)> {
    let steps = socket.ancestors().zip(socket.ancestors().skip(1));
    let (missing, folder) = steps.into_iter().find(|(_, folder)| folder.is_dir())?;
    Some((folder, missing.file_name()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_is_looked_at() {
        let room = tempfile::tempdir().expect("a folder");
        let socket = room.path().join("dbus/system/socket");
        assert_eq!(place(&socket), Some((room.path(), OsStr::new("dbus"))));
        assert_eq!(place(&room.path().join("socket")), Some((room.path(), OsStr::new("socket"))));
    }
}
