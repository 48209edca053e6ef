//! What a finished file says of itself.

use std::time::{Duration, SystemTime};

use longshore::model::{FileOrigin, FileTime};

use super::content;
use crate::support::fault_server::{Behaviour, FaultServer, LastModified, Resource, http_date};
use crate::support::rig::Rig;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn dated(server: &FaultServer, path: &str, date: &str) -> String {
    let date = Behaviour::LastModified(LastModified::Fixed(date.to_owned()));
    server.serve(path, Resource::bytes(content()).with(date))
}

#[test]
fn a_file_has_the_time_of_the_server_where_the_user_wants_that() {
    let server = FaultServer::start();
    let then = at(1_500_000_000);
    let url = dated(&server, "/file.bin", &http_date(then));
    let odd = dated(&server, "/odd.bin", "yesterday");
    let future = dated(&server, "/future.bin", "Fri, 01 Jan 2199 00:00:00 GMT");
    let mut rig = Rig::new();
    let modified = |rig: &mut Rig, url: &str| {
        let id = rig.add(url);
        let file = rig.wait_file(id);
        content().verify_file(&file).expect("the right bytes");
        let modified = std::fs::metadata(&file).expect("a file").modified().expect("a time");
        std::fs::remove_file(file).expect("removed");
        modified
    };
    let began = SystemTime::now() - Duration::from_secs(5);
    assert!(modified(&mut rig, &url) > began, "as with browsers, unless somebody says otherwise");
    rig.configure(|settings| settings.finished.time = FileTime::Server);
    assert_eq!(modified(&mut rig, &url), then);
    assert!(modified(&mut rig, &odd) > began);
    let now = SystemTime::now();
    assert!((began..now + Duration::from_secs(60)).contains(&modified(&mut rig, &future)));
}

#[test]
fn a_file_tells_where_it_came_from_only_when_asked_to_and_without_secrets() {
    let server = FaultServer::start();
    let url = server.serve("/file.bin", Resource::bytes(content())).replace("http://", "http://me:pass@");
    let mut rig = Rig::new();
    let origin = |rig: &mut Rig| {
        let id = rig.add(&format!("{url}?token=secret"));
        let file = rig.wait_file(id);
        let mut value = [0; 256];
        let read = rustix::fs::getxattr(&file, "user.xdg.origin.url", &mut value).map(|read| read.min(256));
        std::fs::remove_file(file).expect("removed");
        read.map(|read| String::from_utf8_lossy(&value[..read]).into_owned())
    };
    assert_eq!(origin(&mut rig), Err(rustix::io::Errno::NODATA));
    rig.configure(|settings| settings.finished.origin = FileOrigin::Address);
    assert_eq!(origin(&mut rig), Ok(server.url("/file.bin")));
}
