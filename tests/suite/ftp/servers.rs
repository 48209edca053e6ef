//! Real servers, as the distributions ship them: in the clear and within TLS, there and back, stopped in the middle.

use std::time::Instant;

use crate::support::ftpd::{Ftpd, Make};
use crate::support::home::{Home, PATIENCE, Running, text};

use super::{MB, content};

const SIZE: u64 = 12 * MB;

fn there_and_back(make: Make) {
    let Some(server) = Ftpd::start(make) else { return };
    let home = Home::many();
    let sample = home.path().join("sample.bin");
    std::fs::write(&sample, content(SIZE)).expect("written");
    let sample = sample.to_str().expect("utf-8");
    let run = |args: &[&str]| {
        let ran = home.command(args).env("SSL_CERT_FILE", server.authority()).output().expect("the program");
        assert!(ran.status.success(), "{make:?} {args:?}: {}{}", text(&ran.stdout), text(&ran.stderr));
    };
    for scheme in ["ftp", "ftpes"] {
        for name in ["plain.bin", "na%C3%AFve%20%E2%82%AC%20%E6%97%A5.bin"] {
            let url = server.url(scheme, &format!("{scheme}/{name}"));
            run(&["put", sample, &url, "--make-folders", "--progress", "none"]);
            let here = name.replace("na%C3%AFve%20%E2%82%AC%20%E6%97%A5", "na\u{ef}ve \u{20ac} \u{65e5}");
            let there = std::fs::read(server.file(&format!("{scheme}/{here}"))).expect("the file");
            assert!(there == content(SIZE), "{make:?} {url}");
            assert!(!server.file(&format!("{scheme}/{here}.part")).exists(), "{make:?} {url}");
            let out = home.path().join(scheme);
            run(&["get", &url, "-d", out.to_str().expect("utf-8"), "--progress", "none"]);
            assert!(std::fs::read(out.join(&here)).expect("read") == content(SIZE), "{make:?} {url}");
        }
    }
}

#[test]
fn vsftpd_there_and_back() {
    there_and_back(Make::Vsftpd);
}

#[test]
fn pure_ftpd_there_and_back() {
    there_and_back(Make::PureFtpd);
}

#[test]
fn proftpd_there_and_back() {
    there_and_back(Make::Proftpd);
}

/// A program in the background that trusts the server.
fn background(home: &Home, server: &Ftpd) -> Running {
    let mut command = home.command(&["--background"]);
    let _ = command.env("SSL_CERT_FILE", server.authority());
    let piped = std::process::Stdio::piped;
    let mut running = Running::start(command.stdout(piped()).stderr(piped()));
    let _ = running.line_with("background");
    running
}

fn stopped_again_and_again(make: Make) {
    let Some(server) = Ftpd::start(make) else { return };
    let home = Home::many();
    let sample = home.path().join("sample.bin");
    std::fs::write(&sample, content(SIZE)).expect("written");
    let sample = sample.to_str().expect("utf-8");
    let out = home.out();
    let out = out.to_str().expect("utf-8");
    std::fs::write(server.file("source.bin"), content(SIZE)).expect("written");
    let _background = background(&home, &server);
    for scheme in ["ftp", "ftpes"] {
        let (to, from) = (server.url(scheme, &format!("{scheme}.bin")), server.url(scheme, "source.bin"));
        let up = home.says(&["add", "--upload", sample, &to, "--limit", "8M"]).trim().to_owned();
        let down = home.says(&["add", &from, "-d", out, "--limit", "8M"]).trim().to_owned();
        for quarter in 1..=3 {
            for id in [&up, &down] {
                wait_bytes(&home, id, SIZE / 4 * quarter);
                let _ = home.run(&["pause", id]);
                home.wait_field(id, "status", |status| status == "paused-by-user" || status == "completed");
                let _ = home.run(&["resume", id]);
            }
        }
        for id in [&up, &down] {
            home.wait_field(id, "status", |status| status == "completed");
            assert_eq!(home.field(id, "restarted"), 0, "{make:?} {scheme}");
        }
        let there = std::fs::read(server.file(&format!("{scheme}.bin"))).expect("the file");
        assert!(there == content(SIZE), "{make:?} {scheme}: other bytes there");
        let here = std::path::Path::new(out).join("source.bin");
        assert!(std::fs::read(&here).expect("read") == content(SIZE), "{make:?} {scheme}: other bytes here");
        std::fs::remove_file(here).expect("removed");
    }
    let _ = home.run(&["quit"]);
}

fn wait_bytes(home: &Home, id: &str, wanted: u64) {
    let begun = Instant::now();
    while home.field(id, "bytes_done").as_u64().unwrap_or(0) < wanted {
        assert!(begun.elapsed() < PATIENCE, "{} of {wanted}", home.field(id, "bytes_done"));
    }
}

#[test]
fn vsftpd_goes_on_where_it_was() {
    stopped_again_and_again(Make::Vsftpd);
}

#[test]
fn pure_ftpd_goes_on_where_it_was() {
    stopped_again_and_again(Make::PureFtpd);
}

#[test]
fn proftpd_goes_on_where_it_was() {
    stopped_again_and_again(Make::Proftpd);
}
