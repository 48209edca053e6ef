//! The upload back-end alone, against a server that takes bodies as badly as it is told to.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use longshore::model::{
    CostPolicy, Fault, Method, Network, SafeUrl, Timeouts, TransferId, UploadFault, Wall,
};
use longshore::protocol::gate::Epochs;
use longshore::protocol::http::Insecure;
use longshore::protocol::upload::{Announce, Client, Courier, Letter, Parcel, Piece, Rein, Reply, Tempo};
use longshore::protocol::{Error, Gate};
use longshore::rules::cost::{Class, Epoch, Unknown, judge};
use longshore::rules::upload::Sent;

use crate::support::fault_server::{Content, Leaf, identity};
use crate::support::rig::address;
use crate::support::upload_server::{Quirk, UploadServer};

fn gate(epochs: &Epochs) -> Gate {
    let class = Class::plain(CostPolicy::Always);
    let pass = judge(&class, &Network::default(), Unknown::IsFree).expect("an open network");
    epochs.gate(pass.permit(TransferId::new(1).expect("an id"), Epoch(1)))
}

fn bytes(size: u64) -> Vec<u8> {
    Content::new(11, size).to_vec()
}

fn parcel(size: u64) -> Parcel {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(&bytes(size)).expect("written");
    Parcel::new(vec![Piece::File { file: Arc::new(file), start: 0, length: size }])
}

fn letter<'a>(url: &'a SafeUrl, method: &str, body: Option<Parcel>) -> Letter<'a> {
    Letter {
        url,
        home: url,
        method: Method::new(method).expect("a method"),
        headers: &[],
        credentials: None,
        fixed: Vec::new(),
        announce: Announce::No,
        body,
        tempo: None,
        insecure_redirects: Insecure::Refuse,
        timeouts: Timeouts { connect: 5, response: 20, stall: 20 },
        now: Wall(0),
        places: None,
    }
}

/// Sends it as a worker would: the last block is let go as soon as it is asked for.
fn send(letter: &Letter<'_>) -> Result<Reply, Error> {
    send_by(&mut Courier::new(Client::new(None).expect("a client")), letter)
}

fn send_by(courier: &mut Courier, letter: &Letter<'_>) -> Result<Reply, Error> {
    run(sending(courier, letter))
}

async fn sending(courier: &mut Courier, letter: &Letter<'_>) -> Result<Reply, Error> {
    let rein = letter.body.as_ref().map(Parcel::rein);
    let gate = gate(&Epochs::default());
    tokio::select! {
        reply = courier.send(letter, &gate) => reply,
        never = let_go(rein) => never,
    }
}

async fn let_go(rein: Option<Arc<Rein>>) -> Result<Reply, Error> {
    let Some(rein) = rein else { return std::future::pending().await };
    loop {
        rein.last_asked().await;
        rein.let_last_go();
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(60), future).await.expect("an end") })
}

#[test]
fn a_file_arrives_whole_and_with_its_length() {
    for size in [0, 1, 256 << 10, (256 << 10) + 1, 3 << 20] {
        let server = UploadServer::start();
        let url = address(&server.url("/a?x=1"));
        let reply = send(&letter(&url, "PUT", Some(parcel(size)))).expect("an answer");
        assert_eq!((reply.answer.head.status, reply.sent), (201, Sent::All));
        assert_eq!(&reply.body[..], b"taken");
        assert_eq!(server.kept("/a?x=1").expect("kept").bytes, bytes(size), "{size}");
        let request = &server.requests()[0];
        assert_eq!(request.header("content-length"), Some(size.to_string().as_str()));
        assert_eq!(request.header("transfer-encoding"), None);
    }
}

#[test]
fn pieces_of_text_and_files_become_one_body() {
    let server = UploadServer::start();
    let url = address(&server.url("/a"));
    let mut pieces = vec![Piece::Bytes("head".into()), Piece::Bytes("".into())];
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(&bytes(1 << 20)).expect("written");
    pieces.push(Piece::File { file: Arc::new(file), start: 1000, length: 600_000 });
    pieces.push(Piece::Bytes("tail".into()));
    let _ = send(&letter(&url, "POST", Some(Parcel::new(pieces)))).expect("an answer");
    let expected = [&b"head"[..], &bytes(1 << 20)[1000..601_000], b"tail"].concat();
    assert_eq!(server.kept("/a").expect("kept").bytes, expected);
}

#[test]
fn an_announced_body_waits_and_a_refusal_costs_nothing() {
    for (quirk, status) in [(Quirk::Refuse(401), 401), (Quirk::Refuse(413), 413), (Quirk::Refuse(507), 507)] {
        let server = UploadServer::start();
        server.plan("/a", [quirk]);
        let url = address(&server.url("/a"));
        let mut asked = letter(&url, "PUT", Some(parcel(4 << 20)));
        asked.announce = Announce::Ask;
        let reply = send(&asked).expect("an answer");
        assert_eq!((reply.answer.head.status, reply.sent), (status, Sent::Nothing));
        assert_eq!(server.received(), 0);
    }
}

#[test]
fn an_announced_body_goes_when_it_is_wanted_or_nobody_says_anything() {
    for quirk in [Quirk::None, Quirk::Mute, Quirk::NoExpect] {
        let server = UploadServer::start();
        server.plan("/a", [quirk.clone()]);
        let url = address(&server.url("/a"));
        let mut asked = letter(&url, "PUT", Some(parcel(2 << 20)));
        asked.announce = Announce::Ask;
        let reply = send(&asked).expect("an answer");
        assert_eq!((reply.answer.head.status, reply.sent), (201, Sent::All), "{quirk:?}");
        assert_eq!(server.kept("/a").expect("kept").bytes, bytes(2 << 20), "{quirk:?}");
    }
}

#[test]
fn an_early_answer_is_heard_through_a_reset() {
    for status in [413, 401, 503] {
        let server = UploadServer::start();
        server.plan("/a", [Quirk::Early { status, at: 64 << 10 }]);
        let url = address(&server.url("/a"));
        let reply = send(&letter(&url, "PUT", Some(parcel(64 << 20)))).expect("an answer");
        assert_eq!((reply.answer.head.status, reply.sent), (status, Sent::Some));
        assert!(server.received() < 1 << 20);
    }
}

#[test]
fn a_reset_in_the_middle_and_a_lost_answer_are_told_apart() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Reset { at: 1 << 20 }, Quirk::LoseAnswer]);
    let url = address(&server.url("/a"));
    for sent in [Sent::Some, Sent::All] {
        let body = parcel(8 << 20);
        let error = send(&letter(&url, "POST", Some(body.clone()))).expect_err("no answer");
        let fault = error.fault();
        assert!(matches!(fault, Fault::ConnectionReset | Fault::Disconnected), "{fault:?} {error:?}");
        assert_eq!(body.rein().how_much(), sent);
    }
}

#[test]
fn redirects_take_the_body_along_or_fetch_the_reply() {
    let (first, second) = (UploadServer::start(), UploadServer::start());
    let cases = [
        // status, method, before the body, methods at the first server, at the second
        (307, "PUT", true, vec!["PUT"], vec!["PUT"]),
        (308, "POST", true, vec!["POST"], vec!["POST"]),
        (301, "POST", true, vec!["POST"], vec!["POST"]),
        (302, "POST", false, vec!["POST"], vec!["GET"]),
        (303, "PUT", false, vec!["PUT"], vec!["GET"]),
        (307, "POST", false, vec!["POST"], vec!["POST"]),
    ];
    for (number, (status, method, before, here, there)) in cases.into_iter().enumerate() {
        let path = format!("/{number}");
        let to = second.url(&path);
        let quirk = if before { Quirk::Redirect { status, to } } else { Quirk::RedirectAfter { status, to } };
        first.plan(&path, [quirk]);
        let url = address(&first.url(&path));
        let headers = [("X-Api-Key".to_owned(), "k3y".to_owned().into())];
        let mut asked = letter(&url, method, Some(parcel(2 << 20)));
        asked.headers = &headers;
        asked.credentials = Some(("ada", "secret"));
        asked.announce = Announce::Ask;
        let reply = send(&asked).expect("an answer");
        assert_eq!(reply.sent, Sent::All);
        let of = |server: &UploadServer| -> Vec<_> {
            server.requests().into_iter().filter(|request| request.path == path).collect()
        };
        let methods = |server: &UploadServer| -> Vec<_> {
            of(server).into_iter().map(|request| request.method).collect()
        };
        assert_eq!(
            (methods(&first), methods(&second)),
            (to_strings(&here), to_strings(&there)),
            "{status} {method}"
        );
        assert!(of(&first).iter().all(|request| request.header("x-api-key").is_some()));
        for request in of(&second) {
            assert_eq!((request.header("x-api-key"), request.header("authorization")), (None, None));
            let sends = request.method != "GET";
            assert_eq!(request.received, if sends { 2 << 20 } else { 0 });
        }
    }
}

fn to_strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_redirect_that_would_only_pretend_is_refused() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Redirect { status: 303, to: "/b".to_owned() }]);
    server.plan("/c", (0..12).map(|_| Quirk::Redirect { status: 307, to: "/c".to_owned() }));
    for (path, fault) in [("/a", Fault::BadRedirect), ("/c", Fault::TooManyRedirects)] {
        let url = address(&server.url(path));
        let mut asked = letter(&url, "PUT", Some(parcel(2 << 20)));
        asked.announce = Announce::Ask;
        assert_eq!(send(&asked).expect_err("no answer").fault(), fault);
    }
    assert_eq!(server.received(), 0);
}

#[test]
fn one_connection_carries_request_after_request() {
    let server = UploadServer::start();
    let url = address(&server.url("/a"));
    let mut courier = Courier::new(Client::new(None).expect("a client"));
    run(async {
        for _ in 0..3 {
            let asked = letter(&url, "PUT", Some(parcel(300_000)));
            let reply = sending(&mut courier, &asked).await.expect("an answer");
            assert_eq!(reply.answer.head.status, 201);
        }
    });
    let peers: std::collections::BTreeSet<_> =
        server.requests().into_iter().map(|request| request.peer).collect();
    assert_eq!(peers.len(), 1);
}

#[test]
fn a_closed_gate_lets_nothing_out_and_cuts_what_is_under_way() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Halt { at: 64 << 10 }]);
    let url = address(&server.url("/a"));
    let epochs = Epochs::default();
    let gate = gate(&epochs);
    let size = 64 << 20;
    let result = run(async {
        let mut courier = Courier::new(Client::new(None).expect("a client"));
        let asked = letter(&url, "PUT", Some(parcel(size)));
        let mut sending = std::pin::pin!(courier.send(&asked, &gate));
        let rein = asked.body.as_ref().expect("a body").rein();
        // The server reads no more, the kernel takes no more: then the gate closes.
        loop {
            let seen = rein.sent();
            let turn = tokio::time::timeout(Duration::from_millis(200), &mut sending).await;
            assert!(turn.is_err(), "it ended by itself: {turn:?}");
            if seen > 0 && rein.sent() == seen {
                break;
            }
        }
        epochs.raise(Epoch(2));
        sending.await
    });
    assert!(matches!(result, Err(Error::Gated)), "{result:?}");
    server.go_on();
    let fresh = letter(&url, "PUT", Some(parcel(10)));
    let epochs = Epochs::default();
    let closed = self::gate(&epochs);
    epochs.raise(Epoch(9));
    let refused =
        run(async { Courier::new(Client::new(None).expect("a client")).send(&fresh, &closed).await });
    assert!(matches!(refused, Err(Error::Gated)));
    assert_eq!(server.requests().len(), 1, "a closed gate opens no connection");
}

#[test]
fn a_server_that_stops_reading_or_never_answers_is_left() {
    let server = UploadServer::start();
    server.plan("/a", [Quirk::Halt { at: 64 << 10 }]);
    server.plan("/b", [Quirk::Halt { at: 1 }]);
    let short = Timeouts { connect: 5, response: 1, stall: 1 };
    let url = address(&server.url("/a"));
    let mut asked = letter(&url, "PUT", Some(parcel(64 << 20)));
    asked.timeouts = short;
    assert_eq!(send(&asked).expect_err("no answer").fault(), Fault::Stalled);
    let url = address(&server.url("/b"));
    let mut asked = letter(&url, "PUT", Some(parcel(100)));
    asked.timeouts = short;
    assert_eq!(send(&asked).expect_err("no answer").fault(), Fault::ResponseTimeout);
}

#[test]
fn a_file_that_shrinks_is_never_sent_as_if_it_were_whole() {
    let server = UploadServer::start();
    let url = address(&server.url("/a"));
    let file = tempfile::tempfile().expect("a file");
    file.set_len(100_000).expect("a size");
    let body = Parcel::new(vec![Piece::File { file: Arc::new(file), start: 0, length: 3 << 20 }]);
    let fault = send(&letter(&url, "PUT", Some(body))).expect_err("no answer").fault();
    assert!(matches!(fault, Fault::Upload(UploadFault::SourceChanged(_))), "{fault:?}");
    assert!(server.kept("/a").is_none());
}

#[derive(Debug, Default)]
struct Turnstile {
    taken: AtomicUsize,
    polls: AtomicUsize,
}

impl Tempo for Turnstile {
    fn poll_take(&self, cx: &mut std::task::Context<'_>, bytes: usize) -> std::task::Poll<usize> {
        if self.polls.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            cx.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        // Less than was wanted, too.
        let granted = bytes.min(100_000);
        let _ = self.taken.fetch_add(granted, Ordering::SeqCst);
        std::task::Poll::Ready(granted)
    }
}

#[test]
fn every_byte_passes_the_turnstile_of_the_speed_limit() {
    let server = UploadServer::start();
    let url = address(&server.url("/a"));
    let tempo = Arc::new(Turnstile::default());
    let mut asked = letter(&url, "PUT", Some(parcel(1_000_000)));
    asked.tempo = Some(Arc::clone(&tempo) as Arc<dyn Tempo>);
    let _ = send(&asked).expect("an answer");
    assert_eq!(tempo.taken.load(Ordering::SeqCst), 1_000_000);
    assert_eq!(server.kept("/a").expect("kept").bytes, bytes(1_000_000));
}

#[test]
fn encrypted_servers_are_checked_and_served_the_same() {
    let (ca, config) = identity(Leaf::Good);
    let server = UploadServer::with(Some(config));
    let url = address(&server.url("/a"));
    let asked = letter(&url, "PUT", Some(parcel(3 << 20)));
    let fault = send(&asked).expect_err("an unknown authority").fault();
    assert_eq!(fault, Fault::Tls(longshore::model::TlsFault::UnknownIssuer));
    let mut roots = rustls::RootCertStore::empty();
    use rustls::pki_types::pem::PemObject as _;
    roots
        .add(rustls::pki_types::CertificateDer::from_pem_slice(ca.as_bytes()).expect("a certificate"))
        .expect("added");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = Client::new(None).expect("a client").with_tls(Arc::new(tls));
    let reply = send_by(&mut Courier::new(client), &asked).expect("an answer");
    assert_eq!(reply.answer.head.status, 201);
    assert_eq!(server.kept("/a").expect("kept").bytes, bytes(3 << 20));
}

#[test]
fn nobody_there_is_said_by_name() {
    let url = address("http://127.0.0.1:1/x");
    let fault = send(&letter(&url, "PUT", Some(parcel(10)))).expect_err("nobody").fault();
    assert_eq!(fault, Fault::CannotConnect);
}
