//! Where the socket lies, and that nobody else can get at it.
//!
//! A socket's address holds 108 bytes, less than many a path. The folder is therefore opened, looked at through its
//! descriptor, and the socket named as `/proc/self/fd/N/name`: short, and surely in the folder that was checked.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags};
use tokio::net::{UnixListener, UnixStream};

use super::Error;

/// Where to look for the owner of a data folder, best first: the runtime folder, a folder of our own in the data folder
/// (which itself may be open to others), one under `/tmp`. `data_folder` is absolute, and spelled the same by everybody.
pub fn socket_path(data_folder: &Path, runtime_dir: Option<&Path>) -> Vec<PathBuf> {
    let hash = blake3::hash(data_folder.as_os_str().as_encoded_bytes()).to_hex();
    let name = format!("{}.sock", &hash[..16]);
    let user = rustix::process::geteuid().as_raw();
    let runtime = runtime_dir.filter(|folder| folder.is_absolute());
    runtime
        .map(|folder| folder.join("longshore").join(&name))
        .into_iter()
        .chain([
            data_folder.join("run").join("longshore.sock"),
            PathBuf::from(format!("/tmp/longshore-{user}")).join(&name),
        ])
        .collect()
}

/// A socket that waits for clients.
#[derive(Debug)]
pub struct Listening {
    pub listener: UnixListener,
    pub place: Place,
}

/// Where a socket lies, so that it can be taken away again.
#[derive(Debug)]
pub struct Place {
    folder: OwnedFd,
    path: PathBuf,
}

impl Place {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the socket away. Only for the holder of the data folder's lock: later it may be another owner's.
    pub fn remove(&self) {
        if let Some(name) = self.path.file_name() {
            let _ = rustix::fs::unlinkat(&self.folder, name, AtFlags::empty());
        }
    }
}

/// Binds the first candidate that can be had. Only for the holder of the data folder's lock: what lies there is dead.
/// Must be called within a tokio runtime.
///
/// # Errors
/// That of the last candidate, when none can be had.
pub fn listen(candidates: &[PathBuf]) -> Result<Listening, Error> {
    let mut last = Error::NobodyThere;
    for path in candidates {
        match bind(path) {
            Ok(listening) => return Ok(listening),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn bind(path: &Path) -> Result<Listening, Error> {
    if let Some(folder) = path.parent() {
        // It may be there already; whatever else is wrong with it is seen when it is opened.
        let _ = rustix::fs::mkdir(folder, Mode::RWXU);
    }
    let folder = open_folder(path)?;
    let place = Place { folder, path: path.to_owned() };
    place.remove();
    let listener = UnixListener::bind(short(&place.folder, path)?)?;
    Ok(Listening { listener, place })
}

/// Connects to the first candidate where a program of our own user listens.
pub(super) async fn connect(candidates: &[PathBuf]) -> Result<UnixStream, Error> {
    let mut last = Error::NobodyThere;
    for path in candidates {
        match connect_one(path).await {
            Ok(stream) => return Ok(stream),
            Err(Error::Socket(error)) if nobody(&error) => {}
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn connect_one(path: &Path) -> Result<UnixStream, Error> {
    let folder = open_folder(path)?;
    let stream = UnixStream::connect(short(&folder, path)?).await?;
    admit(stream.peer_cred()?.uid(), rustix::process::geteuid().as_raw())?;
    Ok(stream)
}

fn nobody(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::NotADirectory
    )
}

/// Only programs of the same user may speak here.
pub(super) const fn admit(peer: u32, own: u32) -> Result<(), Error> {
    if peer == own { Ok(()) } else { Err(Error::Stranger) }
}

/// The folder of a socket, if it is ours and closed to everybody else. Links are not followed: in `/tmp` anybody may
/// lay one.
fn open_folder(path: &Path) -> Result<OwnedFd, Error> {
    let folder = path.parent().ok_or(Error::UnsafeFolder)?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = rustix::fs::open(folder, flags, Mode::empty()).map_err(io::Error::from)?;
    let stat = rustix::fs::fstat(&opened).map_err(io::Error::from)?;
    let private = Mode::from_raw_mode(stat.st_mode).intersection(Mode::RWXG | Mode::RWXO).is_empty();
    let ours = stat.st_uid == rustix::process::geteuid().as_raw();
    if private && ours { Ok(opened) } else { Err(Error::UnsafeFolder) }
}

fn short(folder: &OwnedFd, path: &Path) -> Result<PathBuf, Error> {
    let name = path.file_name().ok_or(Error::UnsafeFolder)?;
    let through = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
    // Without /proc the plain path has to do, as long as it fits.
    if rustix::fs::access(&through, rustix::fs::Access::EXISTS).is_ok() {
        Ok(through.join(name))
    } else {
        Ok(path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn block<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap().block_on(future)
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_candidates_are_stable_and_apart_for_each_data_folder() {
        let here = socket_path(Path::new("/a/data"), Some(Path::new("/run/user/1")));
        assert_eq!(here.len(), 3);
        assert!(here[0].starts_with("/run/user/1/longshore"));
        assert_eq!(here[1], Path::new("/a/data/run/longshore.sock"));
        assert!(here[2].starts_with("/tmp"));
        assert_eq!(here, socket_path(Path::new("/a/data"), Some(Path::new("/run/user/1"))));
        assert_ne!(here[0], socket_path(Path::new("/b/data"), Some(Path::new("/run/user/1")))[0]);
        assert_eq!(socket_path(Path::new("/a/data"), None).len(), 2);
        assert_eq!(socket_path(Path::new("/a/data"), Some(Path::new("relative"))).len(), 2);
    }

    #[test]
    fn long_paths_work() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("x".repeat(120)).join("y".repeat(120));
        rustix::fs::mkdir(folder.parent().unwrap(), Mode::RWXU).unwrap();
        rustix::fs::mkdir(&folder, Mode::RWXU).unwrap();
        set_mode(&folder, 0o700);
        let candidates = [folder.join("longshore.sock")];
        block(async {
            let listening = listen(&candidates).unwrap();
            let (client, server) = tokio::join!(connect(&candidates), listening.listener.accept());
            assert!(client.is_ok() && server.is_ok());
            listening.place.remove();
            assert!(matches!(connect(&candidates).await, Err(Error::NobodyThere)));
        });
    }

    #[test]
    fn a_folder_open_to_others_is_passed_over() {
        let root = tempfile::tempdir().unwrap();
        let (open, closed) = (root.path().join("open"), root.path().join("closed"));
        rustix::fs::mkdir(&open, Mode::RWXU).unwrap();
        set_mode(&open, 0o755);
        let link = root.path().join("link");
        std::os::unix::fs::symlink(&open, &link).unwrap();
        let candidates = [open.join("s"), link.join("s"), closed.join("s")];
        block(async {
            let listening = listen(&candidates).unwrap();
            assert_eq!(listening.place.path(), candidates[2]);
            assert!(connect(&candidates).await.is_ok());
        });
        assert!(matches!(
            block(async { listen(&candidates[..2]) }),
            Err(Error::UnsafeFolder | Error::Socket(_))
        ));
    }

    #[test]
    fn a_dead_socket_is_nobody_and_is_replaced() {
        let root = tempfile::tempdir().unwrap();
        let candidates = [root.path().join("own").join("s")];
        block(async {
            drop(listen(&candidates).unwrap().listener);
            assert!(matches!(connect(&candidates).await, Err(Error::NobodyThere)));
            assert!(listen(&candidates).is_ok());
        });
    }

    #[test]
    fn other_users_are_refused() {
        assert!(admit(1000, 1000).is_ok());
        assert!(matches!(admit(0, 1000), Err(Error::Stranger)));
        assert!(matches!(admit(1001, 1000), Err(Error::Stranger)));
    }
}
