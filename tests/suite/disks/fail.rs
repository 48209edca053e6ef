//! A sync that fails, as the kernel tells it: once.

use super::{SIZE, content, slow_server};
use crate::support::home::{Home, text};
use crate::support::machine::has;
use crate::support::rig::names;

#[test]
fn a_failed_sync_is_not_tried_again_and_nothing_behind_the_last_good_one_is_believed() {
    if !has("strace", "-V") {
        return;
    }
    let (server, url) = slow_server();
    let home = Home::new();
    let out = home.out();
    let args = ["get", &url, "-d", out.to_str().expect("utf-8"), "--progress", "none"];
    // Only the first of each thread fails: a second try would succeed, over pages that are lost.
    let inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync"];
    let once = ["-e", "inject=fdatasync:error=EIO:when=1"];
    let output = home.under(&[&inject[..], &once[..]].concat(), &args).output().expect("strace");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let shown = text(&home.run(&["show", "1", "--json"]).stdout);
    assert!(shown.contains("disk-error"), "{shown}");
    let listed = text(&home.run(&["list", "--json"]).stdout);
    assert!(listed.contains("\"bytes_done\":0,"), "{listed}");
    assert_eq!(names(&out), ["file.bin.part"], "what came stays");
    assert!(home.run(&["answer", "1", "try-again"]).status.success());
    let output = home.run(&args);
    assert!(output.status.success(), "{output:?}");
    content().verify_file(&out.join("file.bin")).expect("the right bytes");
    assert_eq!(names(&out), ["file.bin"]);
    assert!(server.coverage("/file.bin").refetched >= SIZE - (128 << 10), "all of it came again");
}
