//! Where redirects lead, how far, and what goes with them.

use longshore::api::{Credentials, HeaderInput, NewTransfer, Secret};

use super::{content, once};
use crate::support::fault_server::{Behaviour, FaultServer, Resource};
use crate::support::rig::{Rig, address};

fn resource() -> Resource {
    Resource::bytes(content())
}

#[test]
fn every_kind_of_redirect_leads_to_the_file() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let absolute = server.serve("/there/file.bin", resource());
    let last = "a \u{e4}.bin";
    let encoded = server.serve("/there/a%20%C3%A4.bin", resource());
    assert!(encoded.ends_with("a%20%C3%A4.bin"));
    for (code, to, name) in [
        (301, absolute.as_str(), "file.bin"),
        (302, "/there/file.bin", "file (1).bin"),
        (303, "../there/file.bin", "file (2).bin"),
        (307, "file.bin?again=1#part", "file (3).bin"),
        (308, "//HOST/there/file.bin", "file (4).bin"),
        (302, "./a%20%C3%A4.bin", last),
        (302, "./a \u{e4}.bin", "a \u{e4} (1).bin"),
    ] {
        let host = server.address().to_string();
        let from = format!("/there/{code}-{}", server.all_exchanges().len());
        let redirect = Behaviour::Redirect { code, to: to.replace("HOST", &host) };
        let id = rig.add(&server.serve(&from, resource().with(redirect)));
        let file = rig.wait_file(id);
        content().verify_file(&file).unwrap_or_else(|wrong| panic!("{code} {to}: {wrong}"));
        assert_eq!(file, rig.downloads().join(name), "{code} {to}");
        assert_eq!(server.exchanges(&from).len(), 1);
    }
    assert!(server.all_exchanges().iter().all(|own| own.method == "GET" && !own.headers.has("referer")));
}

#[test]
fn an_address_in_an_old_charset_is_sent_back_as_it_came() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let _ = server.serve("/caf%E9.bin", resource());
    let redirect = Behaviour::RedirectRaw { code: 302, to: b"/caf\xe9.bin" };
    let id = rig.add(&server.serve("/from", resource().with(redirect)));
    let file = rig.wait_file(id);
    content().verify_file(&file).expect("the right bytes");
    assert_eq!(file, rig.downloads().join("caf\u{e9}.bin"));
}

#[test]
fn ten_redirects_are_followed_and_no_more() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let ten = rig.add(&server.serve("/ten.bin", resource().with(Behaviour::RedirectChain(10))));
    content().verify_file(&rig.wait_file(ten)).expect("the right bytes");
    assert_eq!(server.exchanges("/ten.bin").len(), 11);
    for (path, behaviour) in [("/eleven", Behaviour::RedirectChain(11)), ("/loop", Behaviour::RedirectLoop)] {
        let id = rig.add(&server.serve(path, resource().with(behaviour)));
        assert_eq!(rig.settle(id), "failed too-many-redirects");
        assert_eq!(server.exchanges(path).len(), 11, "{path}");
    }
}

#[test]
fn a_redirect_to_nowhere_is_a_failure() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let to = |to: &str| Behaviour::Redirect { code: 302, to: to.to_owned() };
    for (name, behaviour) in [
        ("no-location", Behaviour::NoLocation(302)),
        ("empty-host", to("http://")),
        ("ftp", to("ftp://127.0.0.1/file.bin")),
        ("file", to("file:///etc/passwd")),
        ("script", to("javascript:alert(1)")),
        ("data", to("data:text/plain,hello")),
    ] {
        let id = rig.add_new(once(&server.serve(&format!("/{name}"), resource().with(behaviour))));
        assert_eq!(rig.settle(id), "failed bad-redirect", "{name}");
        assert_eq!(server.exchanges(&format!("/{name}")).len(), 1);
    }
    assert!(rig.files().is_empty());
}

#[test]
fn secrets_stay_with_the_server_they_are_for() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    // There and back again: the stranger in the middle sees nothing, the first server its own.
    let home = server.serve("/home.bin", resource());
    let _ = server.serve("/abroad", resource().with(Behaviour::Redirect { code: 307, to: home }));
    let abroad = server.other_origin("/abroad");
    let url = server.serve("/start", resource().with(Behaviour::Redirect { code: 302, to: abroad }));
    let secret = |text: &str| Secret::new(text.to_owned());
    let plain = |name: &str, value: &str| (name.to_owned(), HeaderInput::Plain(value.to_owned()));
    let id = rig.add_new(NewTransfer {
        credentials: Some(Credentials { user: secret("ada"), password: secret("pass") }),
        headers: vec![
            plain("Cookie", "session=1"),
            plain("X-Api-Key", "key"),
            plain("X-Anything", "at all"),
            plain("Accept", "application/zip"),
            plain("Referer", "http://shop.example/"),
            // Which bytes come is not for a header to say.
            plain("Range", "bytes=5-"),
            plain("Accept-Encoding", "gzip"),
            plain("Content-Length", "7"),
        ],
        ..NewTransfer::download(address(&url))
    });
    content().verify_file(&rig.wait_file(id)).expect("the right bytes");
    const OWN: [&str; 5] = ["authorization", "cookie", "x-api-key", "x-anything", "referer"];
    for path in ["/start", "/home.bin"] {
        let headers = &server.exchanges(path)[0].headers;
        assert!(OWN.iter().all(|name| headers.has(name)), "{path}: {headers:?}");
        assert_eq!(headers.all("accept").collect::<Vec<_>>(), ["application/zip"]);
        assert_eq!(headers.all("range").collect::<Vec<_>>(), ["bytes=0-"]);
        assert_eq!(headers.all("accept-encoding").collect::<Vec<_>>(), ["identity"]);
        assert!(!headers.has("content-length"));
    }
    let stranger = &server.exchanges("/abroad")[0];
    assert_ne!(stranger.origin, server.address());
    assert!(OWN.iter().all(|name| !stranger.headers.has(name)), "{:?}", stranger.headers);
}
