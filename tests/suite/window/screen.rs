//! A screen of the test's own: an X server that chooses its number, a window manager, and eyes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, ImageFormat, MapState, Window};
use x11rb::rust_connection::RustConnection;

use crate::support::needs::need;

/// Longer than anything takes on a busy machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until there is an answer.
pub(super) fn until<T>(what: &str, mut answer: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = answer() {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "waited too long: {what}");
        std::thread::yield_now();
    }
}

/// A child that does not outlive its test.
pub(super) struct Kept(pub(super) Child);

impl Drop for Kept {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) struct Screen {
    pub(super) name: String,
    x: RustConnection,
    root: Window,
    _manager: Kept,
    _server: Kept,
}

/// What can be seen of a window: 4 bytes a pixel, blue first.
#[derive(PartialEq, Eq)]
pub(super) struct Sight {
    width: u16,
    pixels: Vec<u8>,
}

impl Sight {
    /// One pixel as red, green, blue.
    pub(super) fn at(&self, x: f32, y: f32) -> [u8; 3] {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a window")]
        let at = (y as usize * usize::from(self.width) + x as usize) * 4;
        [self.pixels[at + 2], self.pixels[at + 1], self.pixels[at]]
    }
}

impl Screen {
    /// `None` where the programs for it are missing.
    pub(super) fn new() -> Option<Self> {
        let [server, manager, _] = ["Xvfb", "openbox", "xdotool"].map(need);
        let (server, manager) = (server?, manager?);
        let mut server = Command::new(server);
        let _ = server.args(["-displayfd", "1", "-screen", "0", "1300x900x24", "-nolisten", "tcp"]);
        let mut server = Kept(quiet(&mut server).stdout(Stdio::piped()).spawn().expect("a screen"));
        let mut number = String::new();
        let said = server.0.stdout.take().expect("its words");
        let _ = BufReader::new(said).read_line(&mut number).expect("a number");
        let name = format!(":{}", number.trim());
        let (x, screen) = RustConnection::connect(Some(&name)).expect("a connection");
        let root = x.setup().roots[screen].root;
        let mut manager = Command::new(manager);
        let manager = Kept(quiet(manager.env("DISPLAY", &name)).spawn().expect("a window manager"));
        let screen = Self { name, x, root, _manager: manager, _server: server };
        until("the window manager", || screen.has(root, b"_NET_SUPPORTING_WM_CHECK").then_some(()));
        Some(screen)
    }

    fn has(&self, window: Window, property: &[u8]) -> bool {
        let Ok(atom) = self.x.intern_atom(false, property).expect("a server").reply() else { return false };
        let asked = self.x.get_property(false, window, atom.atom, AtomEnum::ANY, 0, 64).expect("a server");
        asked.reply().is_ok_and(|reply| reply.value_len > 0)
    }

    fn title(&self, window: Window) -> Option<String> {
        let asked =
            self.x.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64).expect("a server");
        asked.reply().ok().and_then(|reply| String::from_utf8(reply.value).ok())
    }

    /// The window of that title, once it is there to be seen.
    pub(super) fn window(&self, title: &str) -> Window {
        until(title, || self.find(self.root, title))
    }

    fn find(&self, below: Window, title: &str) -> Option<Window> {
        let children = self.x.query_tree(below).expect("a server").reply().ok()?.children;
        children.into_iter().find_map(|window| {
            let seen = self.x.get_window_attributes(window).expect("a server").reply().ok();
            let seen = seen.is_some_and(|found| found.map_state == MapState::VIEWABLE);
            let here = seen && self.title(window).as_deref() == Some(title);
            if here { Some(window) } else { self.find(window, title) }
        })
    }

    /// The size and the pixels of a window. (The pointer is not part of it.)
    pub(super) fn look(&self, window: Window) -> Sight {
        let size = self.x.get_geometry(window).expect("a server").reply().expect("a window");
        let asked = self.x.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, size.width, size.height, u32::MAX);
        let pixels = asked.expect("a server").reply().expect("a window in sight").data;
        Sight { width: size.width, pixels }
    }

    /// Which window has the keyboard.
    pub(super) fn focus(&self) -> Window {
        self.x.get_input_focus().expect("a server").reply().expect("an answer").focus
    }

    /// Pointer and keys.
    pub(super) fn hand(&self, arguments: &[&str]) {
        let mut hand = Command::new("xdotool");
        let status = quiet(hand.args(arguments).env("DISPLAY", &self.name)).status().expect("xdotool");
        assert!(status.success(), "xdotool {arguments:?}");
    }
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

/// A program in that folder which notes what it was called with and then stays as long as a person looks at a file.
pub(super) fn viewer(folder: &Path, name: &str, note: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let script =
        format!("#!/bin/sh\necho \"$1\" >> '{}'\nexec tail -f --pid=$PPID /dev/null\n", note.display());
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(folder.join(name), script).expect("a script");
    std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o755)).expect("a script");
}
