//! The window, and what happens when there is none, when there is one already, and when it breaks.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::executor::block_on;

use super::ownership::{self, Keeps, Started, Taken};
use super::{Base, broken, errand};
use crate::api::{Act, Command, Handle, Outcome, Request, Secret};
use crate::disk;
use crate::link::{Role, client};
use crate::model::Now;
use crate::platform::display::Screen;
use crate::platform::{open, picker};
use crate::store::Lock;
use crate::ui::{self, CannotOpen, Film, FolderWish, Picker, Ports, Sendable, Sendables};

/// The desktop answers this fast, or the window opens without knowing.
const PORTAL_WITHIN: Duration = Duration::from_millis(100);

pub(super) fn run(mut base: Base, links: Vec<String>) -> u8 {
    match base.environment.displays.look() {
        Screen::Alive => {}
        Screen::None => {
            let sentence = base.words.text("app-no-display");
            return base.fail(&sentence);
        }
        Screen::Dead(name) => {
            let sentence = base.words.format("app-display-dead", &[("display", name.into())]);
            return base.fail(&sentence);
        }
    }
    let runtime = match errand::runtime() {
        Ok(runtime) => runtime,
        Err(error) => return base.refuse(&error.into()),
    };
    match runtime.block_on(take(&mut base)) {
        Ok(Owned::Here(lock)) => {
            let picker = runtime.block_on(async {
                let path = base.environment.search_path.clone();
                tokio::time::timeout(PORTAL_WITHIN, picker::can_pick(path)).await.unwrap_or(false)
            });
            drop(runtime);
            match ownership::start(lock, &base.paths, base.clock.clone(), Keeps::Window) {
                Ok(started) => show(base, links, picker, started),
                Err(error) => base.refuse(&error),
            }
        }
        Ok(Owned::Elsewhere(handle, driver)) => runtime.block_on(async move {
            tokio::select! {
                () = driver.run() => 1,
                code = hand_over(&mut base, links, handle) => code,
            }
        }),
        Err(error) => base.refuse(&error),
    }
}

enum Owned {
    Here(Lock),
    Elsewhere(Handle, client::Driver),
}

/// A download that would have to begin again is asked about first, where there is somebody to ask; otherwise the window
/// waits for its end.
async fn take(base: &mut Base) -> Result<Owned, ownership::Error> {
    loop {
        match ownership::take(&base.paths, Role::Window, Duration::ZERO).await?.0 {
            Taken::Ours(lock) => return Ok(Owned::Here(lock)),
            Taken::Theirs(handle, driver) => return Ok(Owned::Elsewhere(handle, driver)),
            Taken::Occupied(mut occupied) => {
                let names = ("names", occupied.names.join(", ").into());
                let sentence = base.words.format("app-window-occupied", &[names]);
                let _ = base.fail(&sentence);
                let insists = insists(base);
                let wanted = tokio::select! {
                    () = occupied.freed() => false,
                    () = insists => true,
                };
                if wanted && let Err(error) = occupied.insist().await {
                    tracing::debug!(%error, "the owner went meanwhile");
                }
            }
        }
    }
}

/// Resolves when a person at a terminal says so, and never otherwise.
async fn insists(base: &mut Base) {
    let (said, answer) = tokio::sync::oneshot::channel();
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        let question = base.words.text("app-window-insist");
        let yes = base.words.text("app-insist-yes").chars().next();
        let _ = write!(base.terminal.stderr.to, "{question} ");
        let _ = base.terminal.stderr.to.flush();
        // It sits in a read that nothing ends but the terminal, so nobody waits for it.
        let _ = std::thread::Builder::new().name("question".to_owned()).spawn(move || {
            let mut line = String::new();
            let _ = std::io::stdin().read_line(&mut line);
            if line.trim().chars().next().map(|first| first.to_ascii_lowercase()) == yes {
                let _ = said.send(());
            }
        });
    }
    if answer.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Another window is open: it gets the links and comes to the front.
async fn hand_over(base: &mut Base, links: Vec<String>, handle: Handle) -> u8 {
    let links = links.into_iter().map(Secret::new).collect();
    let shown = handle.ask(Request::Command(Command::Act(Act::Show { links }))).await;
    let (sentence, code) = match shown {
        Ok(Outcome::Refused(refusal)) => (base.words.refusal(&refusal), 1),
        Ok(_) => (base.words.text("app-already-open"), 0),
        Err(_) => (base.words.text("cli-gone"), 1),
    };
    base.say(&sentence);
    code
}

fn show(mut base: Base, links: Vec<String>, picker: bool, started: Started) -> u8 {
    let Started { engine, handle, .. } = started;
    let (settings, _) = crate::store::settings::load(&base.paths.data);
    let began = Arc::new(AtomicBool::new(false));
    let start = ui::Start {
        handle: handle.clone(),
        ports: ports(&base, picker, Arc::clone(&began)),
        settings,
        desktop_languages: base.environment.languages.clone(),
        links,
        default_folder: base.paths.downloads.clone(),
    };
    let shown = broken::catch(|| ui::run(start));
    // Whatever became of the window, nothing of the transfers is lost.
    let _ = block_on(handle.ask(Request::Command(Command::Act(Act::Quit))));
    let _ = engine.join();
    let cause = match shown {
        Ok(Ok(())) => return 0,
        Ok(Err(error)) => error.to_string(),
        Err(cause) if began.load(Ordering::Relaxed) => return go_on_without(&mut base, cause),
        Err(cause) => cause,
    };
    let sentence = base.words.format("app-window-failed", &[("error", cause.into())]);
    base.fail(&sentence)
}

/// The window broke. Transfers go on in a fresh process without one.
fn go_on_without(base: &mut Base, cause: String) -> u8 {
    use std::os::unix::process::CommandExt as _;
    let sentence = base.words.format("app-window-broke", &[("error", cause.into())]);
    let code = base.fail(&sentence);
    // The program's file may have been replaced meanwhile.
    let program = std::env::current_exe().ok().filter(|program| program.exists());
    let mut again = std::process::Command::new(program.unwrap_or_else(|| "/proc/self/exe".into()));
    let _ = again.arg0("longshore").args(&base.globals).arg("--background");
    // Returns only when it did not work.
    let error = again.exec();
    tracing::error!(%error, "no restart");
    code
}

/// The window's clock. `began` is set once the toolkit stands.
fn now(base: &Base, began: Arc<AtomicBool>) -> Arc<dyn Fn() -> Now + Send + Sync> {
    let clock = base.clock.clone();
    #[cfg(debug_assertions)]
    let breaks = base.environment.break_window.clone();
    Arc::new(move || {
        began.store(true, Ordering::Relaxed);
        #[cfg(debug_assertions)]
        assert!(!breaks.as_ref().is_some_and(|file| file.exists()), "broken on purpose");
        clock.now()
    })
}

fn sendables(paths: &[PathBuf]) -> Sendables {
    let disk::Gathered { files, more, missing } = disk::gather(paths, Sendables::MOST);
    let one = |disk::Found { path, within, size }| Sendable { path, within, size };
    Sendables { files: files.into_iter().map(one).collect(), more, missing, asked: paths.len() }
}

fn ports(base: &Base, picker: bool, began: Arc<AtomicBool>) -> Ports {
    Ports {
        now: now(base, began),
        can_pick: if picker { Picker::Portal } else { Picker::PathFieldOnly },
        pick_folder: Arc::new(|wish: FolderWish| {
            Box::pin(async move { picker::pick_folder(&wish.start, &wish.title).await })
        }),
        pick_files: Arc::new(|title: String| Box::pin(async move { picker::pick_files(&title).await })),
        look: Arc::new(|paths: Vec<PathBuf>| {
            Box::pin(async move {
                let looked = tokio::task::spawn_blocking(move || sendables(&paths));
                looked.await.unwrap_or_default()
            })
        }),
        open: Arc::new(|file: PathBuf| {
            Box::pin(async move {
                let opened = tokio::task::spawn_blocking(move || {
                    if file.exists() {
                        open::open(&file).map_err(|_| CannotOpen::NoProgram)
                    } else {
                        Err(CannotOpen::Missing)
                    }
                });
                opened.await.unwrap_or(Err(CannotOpen::NoProgram))
            })
        }),
        play: Arc::new(|film: Film| {
            Box::pin(async move {
                let play = move || open::play(film.address.reveal(), &film.media);
                match tokio::task::spawn_blocking(play).await {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(_)) | Err(_) => Err(CannotOpen::NoProgram),
                }
            })
        }),
        browse: Arc::new(|page: String| {
            Box::pin(async move {
                let opened = tokio::task::spawn_blocking(move || open::browse(&page));
                match opened.await {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(_)) | Err(_) => Err(CannotOpen::NoProgram),
                }
            })
        }),
        reveal: Arc::new(|file: PathBuf| {
            Box::pin(async move {
                if !file.exists() {
                    return Err(CannotOpen::Missing);
                }
                open::reveal(file).await.map_err(|_| CannotOpen::NoProgram)
            })
        }),
        free_space: Arc::new(|folder: PathBuf| {
            Box::pin(async move {
                let space = tokio::task::spawn_blocking(move || {
                    folder
                        .ancestors()
                        .find(|folder| folder.exists())
                        .and_then(|folder| disk::space(folder).ok())
                });
                space.await.ok().flatten()
            })
        }),
    }
}
