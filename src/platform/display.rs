//! Whether there is something to draw on. The toolkit panics where there is not, so it is asked beforehand.

use std::ffi::OsString;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use x11rb::rust_connection::RustConnection;

/// What the environment says of displays. Empty variables count as unset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Displays {
    /// `WAYLAND_DISPLAY`.
    pub wayland: Option<OsString>,
    /// `WAYLAND_SOCKET` is set: a connection that was opened for us.
    pub wayland_socket: bool,
    /// `DISPLAY`.
    pub x11: Option<OsString>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screen {
    Alive,
    /// Named by the environment, and nobody answers there.
    Dead(String),
    None,
}

impl Displays {
    /// Looks where the toolkit will look: Wayland first, if there is word of it. Takes a connection, so a few
    /// milliseconds at most; a server that hangs holds it up as it would hold up the window.
    pub fn look(&self) -> Screen {
        let (name, alive) = match (&self.wayland, self.wayland_socket, &self.x11) {
            (Some(name), _, _) => (name, self.wayland_answers(name)),
            (None, true, _) => return Screen::Alive,
            (None, false, Some(name)) => (name, x11_answers(name)),
            (None, false, None) => return Screen::None,
        };
        if alive { Screen::Alive } else { Screen::Dead(name.to_string_lossy().into_owned()) }
    }

    fn wayland_answers(&self, name: &OsString) -> bool {
        let runtime = self.runtime.as_deref().unwrap_or(Path::new("/"));
        UnixStream::connect(runtime.join(name)).is_ok()
    }
}

/// Displays are ports from 6000 on; a number beyond the last port makes x11rb, and so the toolkit, panic.
const NUMBER_MOST: u16 = u16::MAX - 6000;

/// The whole greeting, since a server may also refuse us.
fn x11_answers(name: &OsString) -> bool {
    let Some(name) = name.to_str() else { return false };
    let number = name.rsplit(':').next().and_then(|rest| rest.split('.').next()).unwrap_or_default();
    let possible = number.parse().is_ok_and(|number: u16| number <= NUMBER_MOST);
    possible && RustConnection::connect(Some(name)).is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn nobody_there_is_told_from_nobody_named() {
        assert_eq!(Displays::default().look(), Screen::None);
        let nobody = Displays { x11: Some(":58999".into()), ..Displays::default() };
        assert_eq!(nobody.look(), Screen::Dead(":58999".into()));
        for nonsense in ["no display at all", "", ":", ":64999", ":99999999", "::-1.0", ":1.x.y"] {
            let named = Displays { x11: Some(nonsense.into()), ..Displays::default() };
            assert_eq!(named.look(), Screen::Dead(nonsense.into()));
        }
    }

    #[test]
    fn wayland_is_looked_for_in_the_runtime_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let named = Displays {
            wayland: Some("wayland-7".into()),
            runtime: Some(folder.path().to_owned()),
            ..Displays::default()
        };
        assert_eq!(named.look(), Screen::Dead("wayland-7".into()));
        let _listener = UnixListener::bind(folder.path().join("wayland-7")).expect("a socket");
        assert_eq!(named.look(), Screen::Alive);
        let absolute =
            Displays { wayland: Some(folder.path().join("wayland-7").into()), ..Displays::default() };
        assert_eq!(absolute.look(), Screen::Alive);
        assert_eq!(Displays { wayland_socket: true, ..Displays::default() }.look(), Screen::Alive);
    }
}
