//! What the window needs of the desktop. The composition root fills it; the window itself opens no file, starts no
//! program and reads no clock.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::api::Secret;
use crate::model::Now;

/// An answer that comes later.
type Later<In, Out> = Arc<dyn Fn(In) -> BoxFuture<'static, Out> + Send + Sync>;

#[derive(Clone)]
pub struct Ports {
    pub now: Arc<dyn Fn() -> Now + Send + Sync>,
    pub can_pick: Picker,
    /// The desktop's dialog; `None` when the user thinks better of it. Asked only with [`Picker::Portal`].
    pub pick_folder: Later<FolderWish, Option<PathBuf>>,
    /// The same for files, several of them.
    pub pick_files: Later<String, Vec<PathBuf>>,
    /// What of these can be sent; folders are looked through.
    pub look: Later<Vec<PathBuf>, Sendables>,
    /// Opens a file with the program the user chose for its kind.
    pub open: Later<PathBuf, Result<(), CannotOpen>>,
    /// Has the user's player open an address of this machine.
    pub play: Later<Film, Result<(), CannotOpen>>,
    /// Opens a page in the user's browser.
    pub browse: Later<String, Result<(), CannotOpen>>,
    /// Shows a file in the file manager.
    pub reveal: Later<PathBuf, Result<(), CannotOpen>>,
    /// Bytes a user may still write there; `None` when nobody knows.
    pub free_space: Later<PathBuf, Option<u64>>,
}

/// How a folder is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picker {
    /// By the desktop's dialog, or by typing its path.
    Portal,
    /// There is no dialog on this desktop.
    PathFieldOnly,
}

/// A file that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sendable {
    /// Absolute.
    pub path: PathBuf,
    /// Its name, after those of the folders below the one that was named, itself included.
    pub within: Vec<String>,
    /// Bytes.
    pub size: u64,
}

/// What was found where somebody pointed to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sendables {
    pub files: Vec<Sendable>,
    /// There are more than [`Sendables::MOST`].
    pub more: bool,
    /// Nothing is there, or nothing that can be read.
    pub missing: Vec<PathBuf>,
    /// Paths that were looked at.
    pub asked: usize,
}

impl Sendables {
    pub const MOST: usize = 10_000;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderWish {
    pub title: String,
    pub start: PathBuf,
}

/// Something to see or hear that is still on its way.
#[derive(Debug, Clone)]
pub struct Film {
    pub address: Secret,
    /// Its media type.
    pub media: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotOpen {
    /// The file is gone.
    Missing,
    /// No program, or no desktop, took it.
    NoProgram,
    /// The engine does not offer it.
    NotOffered,
}

impl Ports {
    /// A desktop where nothing happens: the clock stands, every dialog is cancelled, everything opens. For tests.
    pub fn fake() -> Self {
        Self {
            now: Arc::new(Now::default),
            can_pick: Picker::Portal,
            pick_folder: Arc::new(|_| Box::pin(std::future::ready(None))),
            pick_files: Arc::new(|_| Box::pin(std::future::ready(Vec::new()))),
            look: Arc::new(|paths| {
                Box::pin(std::future::ready(Sendables { asked: paths.len(), ..Sendables::default() }))
            }),
            open: Arc::new(|_| Box::pin(std::future::ready(Ok(())))),
            play: Arc::new(|_| Box::pin(std::future::ready(Ok(())))),
            browse: Arc::new(|_| Box::pin(std::future::ready(Ok(())))),
            reveal: Arc::new(|_| Box::pin(std::future::ready(Ok(())))),
            free_space: Arc::new(|_| Box::pin(std::future::ready(Some(212_000_000_000)))),
        }
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports").field("can_pick", &self.can_pick).finish_non_exhaustive()
    }
}
