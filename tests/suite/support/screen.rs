//! A screen of a test's own, on a number that the server chooses.

use std::process::{Command, Stdio};

use super::home::Running;
use super::needs::need;

pub(crate) struct Screen {
    pub(crate) name: String,
    server: Running,
}

impl Screen {
    /// `None` where there is no Xvfb.
    pub(crate) fn new() -> Option<Self> {
        let program = need("Xvfb")?;
        let mut command = Command::new(program);
        let _ = command.args(["-displayfd", "1", "-screen", "0", "1200x800x24", "-nolisten", "tcp"]);
        let mut server = Running::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
        let number = server.line_with("");
        Some(Self { name: format!(":{}", number.trim()), server })
    }

    pub(crate) fn kill(mut self) {
        self.server.kill().expect("a living server");
        let _ = self.server.wait();
    }
}
