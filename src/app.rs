//! The composition root: the only place that knows everyone. It reads arguments and environment, decides who owns the data
//! folder, and puts engine, desktop and a face together.

mod background;
mod broken;
mod environment;
mod errand;
mod logging;
mod ownership;
mod window;

use std::ffi::OsString;
use std::io::Write;

use crate::cli::{self, Action, Terminal};
use crate::i18n::Catalog;
use crate::platform::Clock;
use crate::platform::paths::Paths;
use crate::words::Words;

use environment::Environment;

/// What every way of running needs.
struct Base {
    environment: Environment,
    /// What this start was told before the command, for a start in its place.
    globals: Vec<OsString>,
    words: Words,
    paths: Paths,
    clock: Clock,
    terminal: Terminal,
}

/// Runs the program; its exit code.
pub fn run() -> u8 {
    broken::listen();
    broken::catch(begin).unwrap_or_else(|cause| {
        let words = Words::new(Catalog::new(Environment::read().languages.iter().map(String::as_str)));
        let sentence = words.format("app-broke", &[("error", cause.into())]);
        fail(&mut Terminal::system(true), &sentence)
    })
}

fn begin() -> u8 {
    let environment = Environment::read();
    environment::arm_crashes();
    let words = Words::new(Catalog::new(environment.languages.iter().map(String::as_str)));
    let mut terminal = Terminal::system(environment.plain);
    let invocation = match cli::parse(std::env::args_os(), &words) {
        Ok(invocation) => invocation,
        Err(usage) => return usage.print(&mut terminal),
    };
    if let Action::Print(document) = invocation.action {
        let written = document.write(&words, &mut *terminal.stdout.to);
        return u8::from(written.is_err());
    }
    let mut globals = invocation.globals;
    globals.data_dir = globals.data_dir.map(|folder| environment.absolute(folder));
    globals.log_file = globals.log_file.map(|file| environment.absolute(file));
    let Some(paths) = Paths::find(globals.data_dir.clone()) else {
        return fail(&mut terminal, &words.text("app-no-home"));
    };
    logging::start(globals.verbose, globals.log_file.as_deref());
    let globals = globals.to_arguments();
    let base = Base { environment, globals, words, paths, clock: Clock::system(), terminal };
    match invocation.action {
        Action::Window { links } => window::run(base, links),
        Action::Background => background::run(base),
        Action::Errand(errand) => errand::run(base, errand),
        Action::Print(_) => 0,
    }
}

/// Says why it cannot go on; the exit code.
fn fail(terminal: &mut Terminal, sentence: &str) -> u8 {
    let _ = writeln!(terminal.stderr.to, "{sentence}");
    1
}

impl Base {
    fn fail(&mut self, sentence: &str) -> u8 {
        fail(&mut self.terminal, sentence)
    }

    /// A word that is no failure.
    fn say(&mut self, sentence: &str) {
        let _ = writeln!(self.terminal.stdout.to, "{sentence}");
        let _ = self.terminal.stdout.to.flush();
    }

    /// Why the engine cannot begin, with what to do.
    fn refuse(&mut self, error: &ownership::Error) -> u8 {
        let sentence = error.sentence(&self.words, &self.paths.data);
        self.fail(&sentence)
    }
}
