//! The window, and what happens when there is none, when there is one already, and when it breaks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::executor::block_on;

use super::ownership::{self, Taken};
use super::{Base, errand};
use crate::api::{Act, Command, Handle, NewTransfer, Request};
use crate::coordinator::Scope;
use crate::disk;
use crate::engine::{Engine, Signals};
use crate::link::Role;
use crate::model::SafeUrl;
use crate::platform::{Clock, open, picker};
use crate::ui::{self, CannotOpen, FolderWish, Picker, Ports};

/// The desktop answers this fast, or the window opens without knowing.
const PORTAL_WITHIN: Duration = Duration::from_millis(100);

pub(super) fn run(mut base: Base, links: Vec<String>) -> u8 {
    if !base.environment.display {
        let sentence = base.words.text("app-no-display");
        return base.fail(&sentence);
    }
    let runtime = match errand::runtime() {
        Ok(runtime) => runtime,
        Err(error) => return base.refuse(&error.into()),
    };
    let client = ownership::new_client();
    match runtime.block_on(ownership::take(&base.paths, Role::Window, client)) {
        Ok(Taken::Ours(lock)) => {
            let picker = runtime.block_on(async {
                let path = base.environment.search_path.clone();
                tokio::time::timeout(PORTAL_WITHIN, picker::can_pick(path)).await.unwrap_or(false)
            });
            drop(runtime);
            match ownership::start(lock, &base.paths, base.clock.clone(), Scope::All, Signals::End) {
                Ok((engine, handle)) => show(base, links, picker, engine, &handle),
                Err(error) => base.refuse(&error),
            }
        }
        Ok(Taken::Theirs(handle, driver)) => runtime.block_on(async move {
            tokio::select! {
                () = driver.run() => 1,
                code = hand_over(&mut base, links, handle) => code,
            }
        }),
        Err(error) => base.refuse(&error),
    }
}

/// Another window is open: it gets the links and comes to the front.
async fn hand_over(base: &mut Base, links: Vec<String>, handle: Handle) -> u8 {
    let new = links.iter().filter_map(|link| SafeUrl::parse_typed(link).ok());
    let new: Vec<_> = new.map(|(url, userinfo)| with(url, userinfo)).collect();
    if !new.is_empty() {
        let _ = handle.ask(Request::Command(Command::Add(new))).await;
    }
    let _ = handle.ask(Request::Command(Command::Act(Act::Show))).await;
    let sentence = base.words.text("app-already-open");
    let _ = std::io::Write::write_all(&mut base.terminal.stdout.to, format!("{sentence}\n").as_bytes());
    0
}

fn with(url: SafeUrl, userinfo: Option<crate::model::Userinfo>) -> NewTransfer {
    let credentials = userinfo.map(|given| crate::api::Credentials {
        user: crate::api::Secret::new(given.user.as_str()),
        password: crate::api::Secret::new(given.password.as_str()),
    });
    NewTransfer { credentials, ..NewTransfer::download(url) }
}

fn show(mut base: Base, links: Vec<String>, picker: bool, engine: Engine, handle: &Handle) -> u8 {
    let (settings, _) = crate::store::settings::load(&base.paths.data);
    let start = ui::Start {
        handle: handle.clone(),
        ports: ports(base.clock.clone(), picker),
        settings,
        desktop_languages: base.environment.languages.clone(),
        links,
        default_folder: base.paths.downloads.clone(),
    };
    let shown = catch_unwind(AssertUnwindSafe(|| ui::run(start)));
    // Whatever became of the window, nothing of the transfers is lost.
    let _ = block_on(handle.ask(Request::Command(Command::Act(Act::Quit))));
    let _ = engine.join();
    match shown {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => {
            let sentence = base.words.format("app-window-failed", &[("error", error.to_string().into())]);
            base.fail(&sentence)
        }
        Err(_) => go_on_without(&mut base),
    }
}

/// The window broke. Transfers go on in a fresh process without one.
fn go_on_without(base: &mut Base) -> u8 {
    use std::os::unix::process::CommandExt as _;
    let sentence = base.words.text("app-window-broke");
    let code = base.fail(&sentence);
    let Ok(program) = std::env::current_exe() else { return code };
    let mut again = std::process::Command::new(program);
    if !base.paths.is_default {
        let _ = again.arg("--data-dir").arg(&base.paths.data);
    }
    // Returns only when it did not work.
    let error = again.arg("--background").exec();
    tracing::error!(%error, "no restart");
    code
}

fn ports(clock: Clock, picker: bool) -> Ports {
    Ports {
        now: Arc::new(move || clock.now()),
        can_pick: if picker { Picker::Portal } else { Picker::PathFieldOnly },
        pick_folder: Arc::new(|wish: FolderWish| {
            Box::pin(async move { picker::pick_folder(&wish.start, &wish.title).await })
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
