//! Servers that others wrote: the official one for tus, and a WebDAV server.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::support::fault_server::Content;
use crate::support::home::{Home, PATIENCE, number, text};
use crate::support::needs::{need, not_allowed};

const CHUNK: u64 = 1 << 20;

/// What `.ci/run` keeps of other registries than ours; `None`: it is not here, which was said.
fn kept(what: &str) -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let found = Some(cache.join("longshore").join(what)).filter(|path| path.exists());
    if found.is_none() {
        assert!(std::env::var_os("LONGSHORE_CI").is_none(), "{what} is missing; .ci/run installs it");
        not_allowed(&format!("use {what}, which .ci/run installs,"));
    }
    found
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn sample(home: &Home, size: u64) -> (String, Vec<u8>) {
    let path = home.path().join("sample.bin");
    let content = Content::new(9, size);
    content.write_file(&path).expect("written");
    (path.to_str().expect("utf-8").to_owned(), content.to_vec())
}

/// The file that the server has of an upload.
fn received(folder: &Path) -> Option<PathBuf> {
    let entries =
        std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok).map(|entry| entry.path());
    entries.filter(|path| path.extension().is_none()).max()
}

fn size_of(folder: &Path) -> u64 {
    received(folder).and_then(|path| path.metadata().ok()).map_or(0, |metadata| metadata.len())
}

/// `LONGSHORE_KILLS=50` is the full count.
#[test]
fn the_official_tus_server_gets_the_right_bytes_however_often_we_are_killed() {
    let (Some(node), Some(modules)) = (need("node"), kept("node/node_modules")) else { return };
    let kills = number("LONGSHORE_KILLS", 3);
    let home = Home::new();
    let folder = home.path().join("tus");
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/support/tus.mjs");
    let child = Command::new(node).arg(script).arg(modules).arg(&folder).stdout(Stdio::piped()).spawn();
    let mut server = Server(child.expect("a server"));
    let mut lines = BufReader::new(server.0.stdout.take().expect("words")).lines().map_while(Result::ok);
    let url = format!("http://127.0.0.1:{}/files", lines.next().expect("a port"));
    let (file, bytes) = sample(&home, (kills + 1) * 16 * CHUNK);
    let _ = home.says(&["settings", "set", "uploads.chunk", &CHUNK.to_string()]);
    for kill in 1..=kills {
        // Slow enough to be hit in the middle.
        let mut child = match kill {
            1 => home.spawn(&["put", &file, &url, "--limit", "32M", "--progress", "none"]),
            _ => home.spawn(&["--background"]),
        };
        let (begun, enough) = (Instant::now(), size_of(&folder) + 2 * CHUNK);
        while size_of(&folder) < enough {
            assert!(begun.elapsed() < PATIENCE, "{} of {enough}", size_of(&folder));
        }
        child.kill().expect("a living child");
        let _ = child.wait();
    }
    let before = size_of(&folder);
    let mut last = home.spawn(&["--background"]);
    home.wait_field("1", "status", |status| status == "completed");
    let _ = home.run(&["quit"]);
    let _ = last.wait();
    let whole = std::fs::read(received(&folder).expect("a file")).expect("read");
    assert!(whole == bytes, "other bytes: {} of {}", whole.len(), bytes.len());
    drop(server);
    let offsets: Vec<u64> = lines.filter_map(|line| line.strip_prefix("PATCH ")?.parse().ok()).collect();
    assert!(before > 0 && offsets.iter().filter(|at| **at == 0).count() <= 1, "begun again: {offsets:?}");
    let most = bytes.len() as u64 / CHUNK + 2 * kills;
    assert!(offsets.len() as u64 <= most, "{} chunks, at most {most} were needed", offsets.len());
}

#[test]
fn a_webdav_server_gets_a_folder_with_all_that_is_below_it() {
    let Some(program) = kept("python/bin/wsgidav") else { return };
    let home = Home::new();
    let root = home.path().join("dav");
    std::fs::create_dir_all(&root).expect("a folder");
    std::fs::create_dir_all(home.path().join("album/deep/er")).expect("folders");
    let (_, bytes) = sample(&home, 3 * CHUNK);
    for name in ["album/a.bin", "album/deep/er/b c \u{20ac}.bin"] {
        std::fs::write(home.path().join(name), &bytes).expect("written");
    }
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let mut command = Command::new(program);
    let _ = command.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--auth", "anonymous", "-q"]);
    let _ = command.arg("--root").arg(&root).current_dir(home.path());
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let _server = Server(child.expect("a server"));
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "it does not listen");
    }
    let url = format!("http://127.0.0.1:{port}/in/");
    for _ in 0..2 {
        let put = home.run(&["put", "album", &url, "--progress", "none"]);
        assert!(put.status.success(), "{}{}", text(&put.stdout), text(&put.stderr));
        for name in ["album/a.bin", "album/deep/er/b c \u{20ac}.bin"] {
            assert!(std::fs::read(root.join("in").join(name)).expect(name) == bytes, "{name}");
        }
    }
}
