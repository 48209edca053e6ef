//! The program itself, killed in the middle of files that come and go.

use crate::support::ftp_server::{FtpServer, Quirk};
use crate::support::home::{Home, number, text};

use super::{MB, content};

/// A password that is only in memory would be asked for in the next life.
fn open_to_all(server: &FtpServer, path: &str) -> String {
    server.url(path).replace("user:pass@", "")
}

/// `LONGSHORE_KILLS=50` is the full count.
#[test]
fn killed_again_and_again_a_download_goes_on_where_it_was() {
    let kills = number("LONGSHORE_KILLS", 4);
    let size = (kills + 1) * 2 * MB;
    let server = FtpServer::start();
    server.keep("f.bin", content(size));
    let home = Home::new();
    for _ in 1..=kills {
        // Each life begins with the proof that the server can go on.
        server.plan([Quirk::None, Quirk::Stall(2 * MB)]);
        let mut child = home.get(&open_to_all(&server, "f.bin"));
        server.wait("a part", |state| state.quirks.is_empty());
        wait_for_part(&home, begun_at(&server, size) + 2 * MB);
        child.kill().expect("a living child");
        let _ = child.wait();
        server.wait("its end", |state| state.open == 0);
    }
    let last = home.get(&open_to_all(&server, "f.bin"));
    assert!(last.end().success());
    assert!(std::fs::read(home.out().join("f.bin")).expect("read") == content(size));
    let again = server.read(|state| state.sent).saturating_sub(size);
    assert!(again <= kills * 512 * 1024, "{again} bytes were fetched again after {kills} kills");
}

/// Where the present life goes on.
fn begun_at(server: &FtpServer, size: u64) -> u64 {
    let offset = |line: &String| line.strip_prefix("REST ").and_then(|at| at.parse::<u64>().ok());
    let asked = |at: &u64| *at != size - 1;
    server.read(|state| state.commands.iter().filter_map(offset).rfind(asked)).unwrap_or(0)
}

/// Until the unfinished file has bytes up to here.
fn wait_for_part(home: &Home, length: u64) {
    let begun = std::time::Instant::now();
    let written = || {
        let listed = home.run(&["list", "--json"]);
        let rows: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap_or_default();
        rows[0]["bytes_done"].as_u64().unwrap_or(0)
    };
    while written() < length {
        assert!(begun.elapsed() < crate::support::home::PATIENCE, "{} of {length}", written());
    }
}

#[test]
fn killed_again_and_again_an_upload_goes_on_where_the_server_is() {
    let kills = number("LONGSHORE_KILLS", 4);
    let size = (kills + 1) * 2 * MB;
    let server = FtpServer::start();
    let home = Home::new();
    let file = home.path().join("sample.bin");
    std::fs::write(&file, content(size)).expect("written");
    let file = file.to_str().expect("utf-8");
    for kill in 1..=kills {
        server.plan([Quirk::Stall(2 * MB)]);
        let mut child = match kill {
            1 => home.spawn(&["put", file, &open_to_all(&server, "x.bin"), "--progress", "none"]),
            _ => home.spawn(&["--background"]),
        };
        server.wait("a part", |state| state.received >= kill * 2 * MB);
        child.kill().expect("a living child");
        let _ = child.wait();
        server.wait("its end", |state| state.open == 0);
    }
    let mut last = home.spawn(&["--background"]);
    server.wait("the file", |state| state.files.contains_key("x.bin"));
    home.wait_field("1", "status", |status| status == "completed");
    let _ = home.run(&["quit"]);
    let _ = last.wait();
    assert!(server.file("x.bin").expect("the file").bytes == content(size));
    let again = server.read(|state| state.received) - size;
    assert!(again <= kills * 512 * 1024, "{again} bytes were sent again after {kills} kills");
}

#[test]
fn the_command_line_takes_addresses_of_ftp_and_says_what_went_wrong() {
    let server = FtpServer::start();
    server.keep("f.bin", content(100_000));
    let home = Home::new();
    let out = home.out();
    let code = |url: &str| {
        let args = ["get", url, "-d", out.to_str().expect("utf-8"), "--progress", "none", "--json"];
        let got = home.run(&args);
        (got.status.code(), text(&got.stdout) + &text(&got.stderr))
    };
    assert_eq!(code(&server.url("f.bin")).0, Some(0));
    assert!(std::fs::read(out.join("f.bin")).expect("read") == content(100_000));
    let (missing, said) = code(&server.url("none.bin"));
    assert!(missing == Some(1) && said.contains("(550)") && !said.contains("pass@"), "{said}");
    assert_eq!(code(&server.url("f2.bin").replace("pass@", "wrong@")).0, Some(3));
}
