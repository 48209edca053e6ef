//! A real NetworkManager, alone with a system bus of its own in namespaces of its own. Two cables lead to "the Internet",
//! a third namespace. Nothing of the machine is touched, and everything ends with the test, however it ends.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::fault_server::{FaultServer, Options};
use super::needs::{need, not_allowed};

const PATIENCE: Duration = Duration::from_secs(30);
/// Where the Internet's servers stand (RFC 5737): behind both cables, and in neither of their networks.
const WORLD: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
const PROGRAMS: [&str; 7] = ["NetworkManager", "nmcli", "dbus-daemon", "ip", "nsenter", "setpriv", "unshare"];

pub(crate) struct Nm {
    room: TempDir,
    home: Child,
    world: Child,
    bus: RefCell<Option<Child>>,
    manager: RefCell<Option<Child>>,
    portal: Arc<AtomicU8>,
    portal_port: u16,
}

/// What the Internet answers to NetworkManager's question whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Full,
    Portal,
}

impl Nm {
    /// `None`, with a word why, where namespaces or programs are missing.
    pub(crate) fn new() -> Option<Self> {
        for program in PROGRAMS {
            let _ = need(program)?;
        }
        let lo = format!("ip link set lo up && ip addr add {WORLD}/32 dev lo");
        let world = Self::namespace(&lo, &["--net"])?;
        let home = "mount -t tmpfs tmpfs /run && mkdir -p /run/NetworkManager /run/dbus \
             && umount -l /sys && mount -t sysfs -o ro,nosuid,nodev,noexec sysfs /sys \
             && ip link set lo up && ip link add ls0 type veth peer name p0 && ip link add ls1 type veth peer name p1";
        let home = Self::namespace(home, &["--net", "--mount", "--uts", "--propagation", "private"])?;
        let room = tempfile::tempdir().expect("a folder");
        let portal = Arc::new(AtomicU8::new(0));
        let mut nm = Self {
            room,
            home,
            world,
            bus: RefCell::default(),
            manager: RefCell::new(None),
            portal,
            portal_port: 0,
        };
        nm.lay_cables();
        nm.portal_port = nm.answer_checks();
        nm.start_bus();
        nm.start_manager();
        for (name, link, net, metric) in [("wifi", "ls0", "77", "100"), ("mobile", "ls1", "78", "200")] {
            let (address, gateway) = (format!("10.{net}.0.2/24"), format!("10.{net}.0.1"));
            #[rustfmt::skip]
            nm.cli(&["con", "add", "type", "ethernet", "ifname", link, "con-name", name, "ipv4.method", "manual",
                "ipv4.addresses", &address, "ipv4.gateway", &gateway, "ipv4.route-metric", metric,
                "ipv6.method", "disabled", "connection.autoconnect", "no"]);
        }
        Some(nm)
    }

    /// A process that holds namespaces open after a script ran in them.
    fn namespace(script: &str, kinds: &[&str]) -> Option<Child> {
        let held = format!("({script}) >&2 && echo ready && exec sleep infinity");
        let mut command = Command::new("setpriv");
        let path = std::env::var("PATH").unwrap_or_default();
        let command = command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
        let command = command.args(["--pdeathsig", "KILL", "unshare"]).args(kinds).args(["sh", "-c", &held]);
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("setpriv");
        let mut line = String::new();
        let read = BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line);
        if read.is_ok() && line.trim() == "ready" {
            return Some(child);
        }
        let mut said = String::new();
        let _ = child.stderr.take().expect("piped").read_to_string(&mut said);
        let _ = child.wait();
        not_allowed(&format!("make namespaces ({})", said.trim()));
        None
    }

    fn lay_cables(&self) {
        let world = self.world.id().to_string();
        for (end, address) in [("p0", "10.77.0.1/24"), ("p1", "10.78.0.1/24")] {
            run(&mut self.at_home("ip", &["link", "set", end, "netns", &world]));
            run(&mut self.in_world("ip", &["addr", "add", address, "dev", end]));
            run(&mut self.in_world("ip", &["link", "set", end, "up"]));
        }
    }

    pub(crate) fn start_bus(&self) {
        let socket = self.socket();
        let rules = self.room.path().join("bus.conf");
        let policy = "<allow user=\"*\"/><allow own=\"*\"/><allow send_destination=\"*\" eavesdrop=\"true\"/>\
                      <allow send_type=\"signal\"/><allow receive_sender=\"*\"/><allow eavesdrop=\"true\"/>";
        let text = format!(
            "<busconfig><type>system</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\
             <policy context=\"default\">{policy}</policy></busconfig>",
            socket.display()
        );
        std::fs::write(&rules, text).expect("written");
        let config = format!("--config-file={}", rules.display());
        let mut command = self.at_home("dbus-daemon", &[&config, "--nofork", "--nopidfile"]);
        *self.bus.borrow_mut() = Some(quiet(&mut command).spawn().expect("dbus-daemon"));
        until("a bus", || socket.exists());
    }

    pub(crate) fn start_manager(&self) {
        let folder = self.room.path().join("nm");
        std::fs::create_dir_all(folder.join("connections")).expect("a folder");
        let config = format!(
            "[main]\nplugins=keyfile\ndhcp=internal\ndns=none\nrc-manager=unmanaged\nauth-polkit=false\n\
             no-auto-default=*\nconfigure-and-quit=no\nhostname-mode=none\n[keyfile]\npath={}\n\
             [connectivity]\nenabled=true\nuri=http://{WORLD}:{}/check\nresponse=online\ninterval=300\n",
            folder.join("connections").display(),
            self.portal_port,
        );
        let file = folder.join("NetworkManager.conf");
        std::fs::write(&file, config).expect("written");
        let state = folder.join("state");
        #[rustfmt::skip]
        let mut command = self.at_home("NetworkManager", &[
            "--debug", "--config", &text(&file), "--config-dir", "/nonexistent", "--system-config-dir", "/nonexistent",
            "--state-file", &text(&state), "--pid-file", &text(&folder.join("pid")),
        ]);
        *self.manager.borrow_mut() = Some(quiet(&mut command).spawn().expect("NetworkManager"));
        until("NetworkManager", || self.cli_output(&["-t", "general", "status"]).status.success());
    }

    pub(crate) fn kill_manager(&self) {
        let mut manager = self.manager.borrow_mut().take().expect("it runs");
        manager.kill().expect("a living NetworkManager");
        let _ = manager.wait();
    }

    /// The bus goes, and whoever lived on it.
    pub(crate) fn kill_bus(&self) {
        let mut bus = self.bus.borrow_mut().take().expect("it runs");
        bus.kill().expect("a living bus");
        let _ = bus.wait();
        std::fs::remove_file(self.socket()).expect("a socket");
        self.kill_manager();
    }

    /// Runs `nmcli`, which must succeed.
    pub(crate) fn cli(&self, args: &[&str]) {
        let output = self.cli_output(args);
        assert!(output.status.success(), "nmcli {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn cli_output(&self, args: &[&str]) -> Output {
        self.at_home("nmcli", args).output().expect("nmcli")
    }

    pub(crate) fn bus_address(&self) -> String {
        format!("unix:path={}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.room.path().join("bus")
    }

    /// A server on the Internet; it is reached over both cables.
    pub(crate) fn server(&self, options: Options) -> FaultServer {
        self.abroad(move || options.at(IpAddr::V4(WORLD)).start())
    }

    pub(crate) fn set_reach(&self, reach: Reach) {
        self.portal.store(u8::from(reach == Reach::Portal), Ordering::SeqCst);
        let _ = self.cli_output(&["networking", "connectivity", "check"]);
    }

    /// The same, and nobody tells NetworkManager.
    pub(crate) fn set_reach_quietly(&self, reach: Reach) {
        self.portal.store(u8::from(reach == Reach::Portal), Ordering::SeqCst);
    }

    /// Runs something in the far namespace; sockets that it opens stay there.
    fn abroad<R: Send + 'static>(&self, work: impl FnOnce() -> R + Send + 'static) -> R {
        let place = File::open(format!("/proc/{}/ns/net", self.world.id())).expect("a namespace");
        let there = std::thread::spawn(move || {
            let kind = Some(rustix::thread::LinkNameSpaceType::Network);
            rustix::thread::move_into_link_name_space(place.as_fd(), kind).expect("allowed");
            work()
        });
        there.join().expect("done")
    }

    /// Answers NetworkManager's checks; the thread ends with the program.
    fn answer_checks(&self) -> u16 {
        let portal = Arc::clone(&self.portal);
        self.abroad(move || {
            let listener = TcpListener::bind((WORLD, 0)).expect("a listener");
            let port = listener.local_addr().expect("bound").port();
            let _ = std::thread::spawn(move || {
                for mut stream in listener.incoming().flatten() {
                    let _ = stream.read(&mut [0; 2048]);
                    let body = if portal.load(Ordering::SeqCst) == 0 { "online" } else { "<h1>Sign in</h1>" };
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all((head + body).as_bytes());
                }
            });
            port
        })
    }

    pub(crate) fn at_home(&self, program: &str, args: &[&str]) -> Command {
        let mut command = inside(&self.home, &["-n", "-m", "-u"], program, args);
        let _ = command.env("DBUS_SYSTEM_BUS_ADDRESS", self.bus_address());
        command
    }

    fn in_world(&self, program: &str, args: &[&str]) -> Command {
        inside(&self.world, &["-n"], program, args)
    }
}

impl Drop for Nm {
    fn drop(&mut self) {
        let daemons = [
            self.manager.get_mut().as_mut(),
            self.bus.get_mut().as_mut(),
            Some(&mut self.home),
            Some(&mut self.world),
        ];
        for child in daemons.into_iter().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn inside(place: &Child, kinds: &[&str], program: &str, args: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    let path = std::env::var("PATH").unwrap_or_default();
    let _ = command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    let pid = place.id().to_string();
    let _ = command.args(["--pdeathsig", "KILL", "nsenter", "-t", &pid]).args(kinds).arg(program).args(args);
    command
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

fn run(command: &mut Command) {
    let output = command.output().expect("a program");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn text(path: &Path) -> String {
    path.to_str().expect("utf-8").to_owned()
}

/// Asks until it is so. What is asked takes some milliseconds itself, so this is no busy loop.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "waited too long for {what}");
        std::thread::yield_now();
    }
}
