//! Opening a file, showing it in its folder, and the trash.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no program to open files with was found")]
    NoOpener(#[source] std::io::Error),
    #[error("the program to open files with gave up")]
    Refused,
    #[error("the trash did not take the file")]
    Trash(#[source] trash::Error),
}

/// An opener that finds no program says so at once. On a plain desktop it becomes that program and lives as long: no
/// one may wait for it then.
const SAYS_WITHIN: Duration = Duration::from_secs(1);

/// Opens a file with the user's program for its kind. Blocks for a second at most.
///
/// # Errors
/// When there is no opener, or it fails within that time.
pub fn open(path: &Path) -> Result<(), Error> {
    start(Command::new("xdg-open").arg(path))
}

fn start(program: &mut Command) -> Result<(), Error> {
    let opener = program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Its own group: the program lives on when this one is interrupted at a terminal.
    let mut child = opener.process_group(0).spawn().map_err(Error::NoOpener)?;
    let (tell, told) = mpsc::channel();
    let waits = std::thread::Builder::new().name("opener".to_owned()).spawn(move || {
        let _ = tell.send(child.wait());
    });
    let _ = waits.map_err(Error::NoOpener)?;
    match told.recv_timeout(SAYS_WITHIN) {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(_) => Err(Error::Refused),
        Err(_) => Ok(()),
    }
}

/// Opens an address in the user's browser. Blocks until it has taken it.
///
/// # Errors
/// When there is no opener, or it fails; and for anything that is no web address.
pub fn browse(address: &str) -> Result<(), Error> {
    let is_page = url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_page { open(Path::new(address)) } else { Err(Error::Refused) }
}

/// Players that open an address themselves, for desktops that name none.
const PLAYERS: &[&str] = &["mpv", "vlc", "celluloid", "totem", "haruna", "smplayer", "mplayer", "ffplay"];

/// Has the user's player for this media type open an address. Blocks for some seconds at most.
///
/// # Errors
/// When there is no player, and no browser either.
pub fn play(address: &str, media: &str) -> Result<(), Error> {
    if let Some(application) = player_of(media) {
        // `xdg-open` would give the address to the browser, whatever is behind it.
        if start(Command::new("gtk-launch").arg(application).arg(address)).is_ok() {
            return Ok(());
        }
    }
    for player in PLAYERS {
        match start(Command::new(player).arg(address)) {
            Err(Error::NoOpener(_)) => {}
            started => return started,
        }
    }
    browse(address)
}

fn player_of(media: &str) -> Option<String> {
    let asked =
        Command::new("xdg-mime").args(["query", "default", media]).stdin(Stdio::null()).output().ok()?;
    let name = String::from_utf8(asked.stdout).ok()?.trim().to_owned();
    (!name.is_empty()).then_some(name)
}

/// Shows a file in the user's file manager, selected; where none can do that, opens its folder.
///
/// # Errors
/// When neither works.
pub async fn reveal(path: PathBuf) -> Result<(), Error> {
    // A folder is opened itself, not shown in the one above it.
    if path.is_dir() {
        return open(&path);
    }
    if show_items(&path).await.is_ok() {
        return Ok(());
    }
    let folder = path.parent().map_or(path.clone(), Path::to_owned);
    open(&folder)
}

async fn show_items(path: &Path) -> zbus::Result<()> {
    let uri = url::Url::from_file_path(path).map_err(|()| zbus::Error::Failure("not absolute".to_owned()))?;
    let bus = zbus::Connection::session().await?;
    let name = "org.freedesktop.FileManager1";
    let body = (vec![uri.as_str()], "");
    let _ =
        bus.call_method(Some(name), "/org/freedesktop/FileManager1", Some(name), "ShowItems", &body).await?;
    Ok(())
}

/// # Errors
/// When the file cannot be moved to the trash; it is still where it was.
pub fn trash(path: &Path) -> Result<(), Error> {
    trash::delete(path).map_err(Error::Trash)
}
