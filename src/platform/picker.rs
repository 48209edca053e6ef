//! The desktop's own dialogs for choosing a folder.

use std::path::{Path, PathBuf};

/// Asks the user for a folder; `None` when they changed their mind, or when the desktop has no such dialog.
pub async fn pick_folder(start: &Path, title: &str) -> Option<PathBuf> {
    let dialog = rfd::AsyncFileDialog::new().set_title(title).set_directory(start);
    dialog.pick_folder().await.map(|folder| folder.path().to_owned())
}

/// Asks the user for files; none when they changed their mind.
pub async fn pick_files(title: &str) -> Vec<PathBuf> {
    let files = rfd::AsyncFileDialog::new().set_title(title).pick_files().await;
    files.into_iter().flatten().map(|file| file.path().to_owned()).collect()
}

/// The desktop can show such a dialog: a portal is there or can be started, or a stand-in program is installed. `rfd`
/// itself answers "canceled" where there is neither.
pub async fn can_pick(search_path: Option<std::ffi::OsString>) -> bool {
    has_portal().await.unwrap_or(false) || has_stand_in(search_path)
}

async fn has_portal() -> zbus::Result<bool> {
    const PORTAL: &str = "org.freedesktop.portal.Desktop";
    let bus = zbus::Connection::session().await?;
    let dbus = zbus::fdo::DBusProxy::new(&bus).await?;
    let running = dbus.name_has_owner(PORTAL.try_into()?).await?;
    let startable = || async { dbus.list_activatable_names().await };
    Ok(running || startable().await?.iter().any(|name| name.as_str() == PORTAL))
}

fn has_stand_in(search_path: Option<std::ffi::OsString>) -> bool {
    search_path.is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join("zenity").is_file()))
}
