//! An address that is asked for again while it is being fetched.

use crate::support::fault_server::{Content, FaultServer, Resource};
use crate::support::home::{Home, text};

const PATH: &str = "/file.bin";

fn content() -> Content {
    Content::new(5, 100_000)
}

#[test]
fn other_options_are_refused_and_the_same_ones_go_on() {
    let server = FaultServer::start();
    let url = server.serve(PATH, Resource::bytes(content()));
    let home = Home::new();
    let one = home.out().join("one.bin").display().to_string();
    let two = home.out().join("two.bin").display().to_string();
    let add = ["add", &url, "-o", &one, "--connections", "2", "-H", "Accept: */*", "--start", "paused"];
    let id = home.says(&add).trim().to_owned();
    let sum = format!("sha256:{}", "0".repeat(64));
    let others: [(&[&str], &str); 8] = [
        (&["-o", &two, "--checksum", &sum], "--output, --checksum"),
        (&["-d", &home.path().display().to_string()], "--dir"),
        (&["--checksum", "auto"], "--checksum"),
        (&["--connections", "3"], "--connections"),
        (&["--limit", "1M"], "--limit"),
        (&["--cost-policy", "always"], "--cost-policy"),
        (&["-H", "Accept: text/plain"], "--header"),
        (&["--retries", "3"], "--retries"),
    ];
    for (options, named) in others {
        for word in ["get", "add"] {
            let went = home.run(&[&[word, &url], options].concat());
            let said = text(&went.stderr);
            assert_eq!(went.status.code(), Some(1), "{word} {options:?}: {said}");
            assert_eq!(text(&went.stdout), "", "{word} {options:?}");
            for part in [&format!("Transfer {id} "), &one, named, &format!("longshore cancel {id}")] {
                assert!(said.contains(part), "{word} {options:?}: {said}");
            }
        }
    }
    let json: serde_json::Value =
        serde_json::from_slice(&home.run(&["add", &url, "--limit", "1M", "--json"]).stdout)
            .expect("an array");
    assert_eq!(json[0]["differs"], serde_json::json!(["--limit"]));
    assert_eq!(home.field(&id, "status"), "paused-by-user", "it was left alone");
    assert_eq!(server.all_exchanges().len(), 0);
    let went = home.run(&["get", &url, "-o", &one, "--connections", "2", "-H", "Accept: */*"]);
    assert_eq!(went.status.code(), Some(0), "{}", text(&went.stderr));
    content().verify_file(one.as_ref()).expect("the file");
    assert!(!std::path::Path::new(&two).exists());
}

#[test]
fn without_options_it_goes_on_from_wherever_it_is_asked_for() {
    let server = FaultServer::start();
    let url = server.serve(PATH, Resource::bytes(content()));
    let home = Home::new();
    let one = home.out().join("one.bin").display().to_string();
    let _ = home.says(&["add", &url, "-o", &one, "--limit", "9M", "--start", "paused"]);
    assert_eq!(home.run(&["get", &url]).status.code(), Some(0));
    content().verify_file(one.as_ref()).expect("the file");
}

#[test]
fn a_secret_header_that_is_gone_is_given_again() {
    let server = FaultServer::start();
    let url = server.serve(PATH, Resource::bytes(content()));
    let home = Home::new();
    let one = home.out().join("one.bin").display().to_string();
    let add = ["add", &url, "-o", &one, "-H", "Authorization: Bearer abc"];
    let alone = home.run(&add);
    assert!(text(&alone.stderr).contains("nobody keeps them"), "{}", text(&alone.stderr));
    let id = text(&alone.stdout).trim().to_owned();
    let mut background = home.background();
    home.wait_field(&id, "status", |status| status == "needs-user");
    let shown = home.says(&["show", &id]);
    assert!(shown.contains("nothing was sent to the server"), "{shown}");
    assert!(shown.contains("longshore add --header"), "{shown}");
    assert!(!shown.contains("user name"), "{shown}");
    assert_eq!(home.field(&id, "reason"), "header-lost");
    assert_eq!(server.all_exchanges().len(), 0, "as it says");
    let again = home.run(&add);
    assert!(!text(&again.stderr).contains("nobody keeps them"), "{}", text(&again.stderr));
    home.wait_field(&id, "status", |status| status == "completed");
    content().verify_file(one.as_ref()).expect("the file");
    let _ = home.says(&["quit"]);
    let _ = background.wait();
}
