//! A word to whoever supervises this program, as `sd_notify(3)` describes it.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Says that others can talk to this program now. `socket`: what `NOTIFY_SOCKET` holds, a path or, after an `@`, an
/// abstract name.
///
/// # Errors
/// When nobody listens there.
pub fn ready(socket: &OsStr) -> io::Result<()> {
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    let _ = UnixDatagram::unbound()?.send_to_addr(b"READY=1\n", &address)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_supervisor_hears_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        assert!(ready(path.as_os_str()).is_err());
        let abstract_name = format!("longshore-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&abstract_name).expect("an address");
        let listeners = [
            (UnixDatagram::bind(&path).expect("a socket"), path.as_os_str().to_owned()),
            (UnixDatagram::bind_addr(&address).expect("a socket"), format!("@{abstract_name}").into()),
        ];
        for (listener, name) in listeners {
            ready(&name).expect("told");
            let mut heard = [0; 64];
            let length = listener.recv(&mut heard).expect("heard");
            assert_eq!(&heard[..length], b"READY=1\n");
        }
    }
}
