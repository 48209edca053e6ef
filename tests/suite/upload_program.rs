//! The program itself as it uploads: killed, fed from a pipe, against a real WebDAV server.

use std::io::Write as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::fault_server::Content;
use crate::support::home::{Home, number, text};
use crate::support::nginx::{Nginx, Site};
use crate::support::rig::names;
use crate::support::upload_server::{Offers, Quirk, UploadServer};

const PATIENCE: Duration = Duration::from_secs(60);
const CHUNK: u64 = 1 << 20;

fn sample(home: &Home, size: u64) -> (String, Vec<u8>) {
    let path = home.path().join("sample.bin");
    let content = Content::new(4, size);
    content.write_file(&path).expect("written");
    (path.to_str().expect("utf-8").to_owned(), content.to_vec())
}

/// `LONGSHORE_KILLS=50` is the full count.
#[test]
fn killed_again_and_again_an_upload_goes_on_where_the_server_is() {
    let kills = number("LONGSHORE_KILLS", 5);
    let size = (kills + 1) * 4 * CHUNK;
    for (offers, path, kind) in
        [(Offers::Tus, "/tus", "auto"), (Offers::Ietf, "/up", "auto"), (Offers::Ietf, "/up", "ietf")]
    {
        let server = UploadServer::start();
        server.set_offers(offers);
        let home = Home::new();
        let (file, bytes) = sample(&home, size);
        let set = home.run(&["settings", "set", "uploads.chunk", &CHUNK.to_string()]);
        assert!(set.status.success(), "{}", text(&set.stderr));
        let url = server.url(path);
        // The first life begins it; those that follow go on with what is in the folder.
        let start = |life: u64| match life {
            1 => home.spawn(&["put", &file, &url, "--resumable", kind, "--progress", "none"]),
            _ => home.spawn(&["--background"]),
        };
        for kill in 1..=kills {
            let enough = size * kill / (kills + 1) + kill * 37 % 100 * 1024;
            let mut child = start(kill);
            server.wait("enough", |state| state.received >= enough);
            child.kill().expect("a living child");
            let _ = child.wait();
        }
        let mut last = start(kills + 1);
        server.wait("the end", |state| state.sessions.values().any(|kept| kept.complete));
        end(&home, &mut last);
        assert!(server.session().bytes == bytes, "{kind} {path}: other bytes");
        let again = server.received() - size;
        assert!(
            again <= kills * CHUNK,
            "{again} bytes of {size} sent again after {kills} kills: {kind} {path}"
        );
    }
}

/// Waits until it is written down that all is done, and ends the background program.
fn end(home: &Home, child: &mut Child) {
    let begun = Instant::now();
    loop {
        let listed = text(&home.run(&["list", "--json"]).stdout);
        if listed.contains("\"status\":\"completed\"") {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{listed}");
    }
    let _ = home.run(&["quit"]);
    let _ = child.wait();
}

#[test]
fn a_pipe_is_saved_first_and_nothing_of_it_stays() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Reset { at: 1 << 20 }]);
    let home = Home::new();
    let mut child = home
        .command(&["put", "-", &server.url("/a"), "--resumable", "none", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let bytes = Content::new(2, 3 << 20).to_vec();
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(&bytes).expect("a reader");
    drop(stdin);
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert_eq!(server.kept("/a").expect("kept").bytes, bytes);
    assert!(names(&home.path().join("data/spool")).is_empty());
}

#[test]
fn exit_codes_of_uploads_say_what_happened() {
    let server = UploadServer::start();
    server.plan("/refused", [Quirk::Refuse(413)]);
    server.plan("/private", [Quirk::Refuse(401)]);
    server.plan("/lost", [Quirk::LoseAnswer]);
    let home = Home::new();
    let (file, bytes) = sample(&home, 2 << 20);
    let code = |args: &[&str]| home.run(args).status.code();
    assert_eq!(code(&["put", &file, &server.url("/fine")]), Some(0));
    assert_eq!(code(&["put", &file, &server.url("/refused")]), Some(1));
    assert_eq!(code(&["put", &file, &server.url("/private")]), Some(3));
    assert_eq!(code(&["put", &file, &server.url("/lost"), "--method", "POST"]), Some(3));
    assert_eq!(code(&["put", "nothing-here", &server.url("/x")]), Some(3));
    assert_eq!(code(&["put", &server.url("/x")]), Some(2));
    assert_eq!(code(&["put", &server.url("/form"), "--form", "a=b", "--form", "f=@sample.bin"]), Some(0));
    assert_eq!(server.kept("/fine").expect("kept").bytes, bytes);
    assert!(server.kept("/form").expect("kept").bytes.len() > bytes.len());
    let listed = text(&home.run(&["list", "--json", "--status", "needs-user"]).stdout);
    assert!(listed.contains("\"direction\":\"upload\"") && listed.contains("maybe-received"), "{listed}");
}

#[test]
fn the_reply_comes_out_as_it_came_in() {
    let server = UploadServer::start();
    let body = "line\n\u{1b}[31mred";
    server.plan("/a", [Quirk::Answer { status: 201, headers: Vec::new(), body }]);
    let home = Home::new();
    let (file, _) = sample(&home, 1000);
    let form = format!("f=@{file};type=text/x-own;filename=other.txt");
    let put = home.run(&["put", &server.url("/a"), "--form", &form, "--form", "a={};type=application/json"]);
    assert!(put.status.success(), "{}{}", text(&put.stdout), text(&put.stderr));
    assert_eq!(home.run(&["show", "1", "--reply"]).stdout, body.as_bytes());
    let none = home.run(&["put", &file, &server.url("/none"), "--start", "paused", "--no-wait"]);
    assert_eq!(none.status.code(), Some(4), "{}", text(&none.stderr));
    let none = home.run(&["show", "2", "--reply"]);
    assert!(text(&none.stderr).contains("Nothing that the server answered"), "{}", text(&none.stderr));
    assert_eq!((none.status.code(), none.stdout.as_slice()), (Some(2), &[][..]));
    let again =
        home.run(&["put", &server.url("/b"), "--form", &form, "--form", "a={};type=application/json"]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    let sent = String::from_utf8_lossy(&server.kept("/b").expect("kept").bytes).into_owned();
    for part in [
        "filename=\"other.txt\"\r\nContent-Type: text/x-own\r\n",
        "Content-Type: application/json\r\n\r\n{}\r\n",
    ] {
        assert!(sent.contains(part), "{part:?}");
    }
}

#[test]
fn what_a_dead_program_saved_to_be_sent_is_swept_away() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Refuse(413)]);
    let home = Home::new();
    let spool = home.path().join("data/spool");
    let mut put = home.command(&["put", "-", &server.url("/a"), "--resumable", "none"]);
    let mut put =
        put.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program");
    put.stdin.take().expect("a pipe").write_all(b"wanted again").expect("a reader");
    assert_eq!(put.wait().expect("an end").code(), Some(1), "refused: it may be tried again");
    let wanted = names(&spool);
    assert_eq!(wanted.len(), 1);
    // One that is killed before its stream ended.
    let mut dead = home.command(&["put", "-", &server.url("/b")]);
    let mut dead =
        dead.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program");
    let begun = Instant::now();
    while names(&spool).len() < 2 {
        assert!(begun.elapsed() < PATIENCE, "nothing is saved");
    }
    let mut background = home.background();
    let added = home.run(&["add", &server.url("/c"), "--start", "paused"]);
    assert!(added.status.success(), "{}", text(&added.stderr));
    assert_eq!(names(&spool).len(), 2, "it is being written yet");
    let _ = home.run(&["quit"]);
    let _ = background.wait();
    dead.kill().expect("a living child");
    let _ = dead.wait();
    let mut background = home.background();
    let begun = Instant::now();
    while names(&spool) != wanted {
        assert!(begun.elapsed() < PATIENCE, "{:?}", names(&spool));
    }
    let _ = home.run(&["quit"]);
    let _ = background.wait();
}

/// Where nginx is installed with its DAV module; elsewhere there is nothing to test against.
#[test]
fn nginx_takes_files_and_folders() {
    let home = Home::new();
    let root = home.path().join("nginx");
    std::fs::create_dir_all(root.join("dav")).expect("a folder");
    let dav = "location / { dav_methods PUT DELETE MKCOL; dav_access user:rw; }";
    let Some(nginx) = Nginx::start(&root, &Site { root: "dav", rest: dav, ..Site::default() }) else {
        return;
    };
    let (file, bytes) = sample(&home, 5 << 20);
    let url = format!("http://127.0.0.1:{}/deep/er/", nginx.port);
    let put = home.run(&["put", &file, &url, "--make-folders"]);
    assert!(put.status.success(), "{}{}", text(&put.stdout), text(&put.stderr));
    assert!(std::fs::read(root.join("dav/deep/er/sample.bin")).expect("stored") == bytes);
}
