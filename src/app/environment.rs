//! What the desktop tells a program when it starts it. Read once, here.

#![expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::platform::display::Displays;

pub(super) struct Environment {
    pub displays: Displays,
    /// Tags the user prefers, best first.
    pub languages: Vec<String>,
    /// No colour and no redrawing.
    pub plain: bool,
    pub search_path: Option<OsString>,
    /// Where a supervisor wants to hear that we are ready.
    pub supervisor: Option<OsString>,
    /// Of a build for developers only: while this file is there, the window breaks.
    #[cfg(debug_assertions)]
    pub break_window: Option<PathBuf>,
    pub folder: PathBuf,
}

impl Environment {
    pub(super) fn read() -> Self {
        let get = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let set = |name: &str| get(name).is_some();
        Self {
            displays: Displays {
                wayland: get("WAYLAND_DISPLAY"),
                wayland_socket: set("WAYLAND_SOCKET"),
                x11: get("DISPLAY"),
                runtime: get("XDG_RUNTIME_DIR").map(PathBuf::from),
            },
            languages: languages(),
            plain: set("NO_COLOR") || env::var("TERM").is_ok_and(|term| term == "dumb"),
            search_path: env::var_os("PATH"),
            supervisor: get("NOTIFY_SOCKET"),
            #[cfg(debug_assertions)]
            break_window: get("LONGSHORE_BREAK_WINDOW").map(PathBuf::from),
            folder: env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
        }
    }

    pub(super) fn absolute(&self, path: PathBuf) -> PathBuf {
        self.folder.join(path)
    }
}

/// A program built for tests dies where it is told to.
#[cfg(debug_assertions)]
pub(super) fn arm_crashes() {
    use crate::disk::crash;
    if let Ok(step) = env::var("LONGSHORE_CRASH_AT") {
        crash::arm(&step);
    }
    if env::var_os("LONGSHORE_PLANNED_FILES").is_some() {
        crash::arm_planned();
    }
}

#[cfg(not(debug_assertions))]
pub(super) const fn arm_crashes() {}

/// `LANGUAGE` lists; the others name one each, the first that is set counts (gettext's order).
fn languages() -> Vec<String> {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default();
    // "C" wants no translation, whatever LANGUAGE says.
    if matches!(locale.as_str(), "C" | "POSIX") || locale.starts_with("C.") {
        return vec!["en".to_owned()];
    }
    let list = env::var("LANGUAGE").unwrap_or_default();
    list.split(':').map(str::to_owned).chain([locale]).filter(|tag| !tag.is_empty()).collect()
}
