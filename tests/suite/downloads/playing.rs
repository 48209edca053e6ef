//! A file is read while it comes, as players do: from the start, ahead of what is here, by several at once.

use std::time::Duration;

use longshore::api::{Act, Answer, NewTransfer, Outcome, Query, Request};
use longshore::model::{CostPolicy, Network, NetworkCost, Options, Refusal, Status, TransferId};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Response};

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::home::{Home, text};
use crate::support::needs::need;
use crate::support::rig::{Rig, address, home, only};

const SIZE: u64 = 24 << 20;
const PATH: &str = "/film.mkv";
const PATIENCE: Duration = Duration::from_secs(30);

fn film() -> Content {
    Content::new(11, SIZE)
}

/// Too slow for anybody to have it all while a test looks at its end.
fn slow(resource: Resource) -> Resource {
    resource.with(Behaviour::Pace { bytes_per_second: 1 << 20 })
}

fn server(resource: Resource) -> (FaultServer, String) {
    let server = FaultServer::options().small_buffers().start();
    let url = server.serve(PATH, resource);
    (server, url)
}

fn lift(server: &FaultServer) {
    server.replace(PATH, Resource::bytes(film()));
    server.kill_connections();
}

/// With one connection and with several.
fn rigs() -> [Rig; 2] {
    [Rig::new(), Rig::many()]
}

/// A program that reads by HTTP.
struct Player {
    runtime: tokio::runtime::Runtime,
    client: Client,
    url: String,
}

impl Player {
    fn of(rig: &Rig, id: TransferId) -> Self {
        let url = match rig.ask(Request::Query(Query::Address(id))) {
            Outcome::Address(address) => address.reveal().to_owned(),
            other => panic!("{other:?}"),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { runtime, client, url }
    }

    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, future).await }).expect("in time")
    }

    fn send(&self, method: Method, headers: &[(&'static str, &str)]) -> Response {
        let request =
            headers.iter().fold(self.client.request(method, &self.url), |request, (name, value)| {
                request.header(*name, *value)
            });
        self.wait(request.send()).expect("an answer")
    }

    fn get(&self, range: &str) -> Response {
        self.send(Method::GET, &[("range", range)])
    }

    /// Reads on: exactly so many bytes, whatever comes in one piece.
    fn exactly(&self, body: &mut Body, length: u64) {
        while (body.kept.len() as u64) < length {
            let chunk = self.wait(body.response.chunk()).expect("a body").expect("more of it");
            body.kept.extend_from_slice(&chunk);
        }
        let length = usize::try_from(length).expect("small");
        let rest = body.kept.split_off(length);
        let got = std::mem::replace(&mut body.kept, rest);
        assert!(got == film().slice(body.at..body.at + length as u64), "other bytes at {}", body.at);
        body.at += length as u64;
    }

    /// Reads on to the end. Is that one nobody takes for the end of the file?
    fn is_cut(&self, body: &mut Body) -> bool {
        self.wait(async {
            loop {
                match body.response.chunk().await {
                    Ok(Some(_)) => {}
                    Ok(None) => return false,
                    Err(_) => return true,
                }
            }
        })
    }

    /// Status and text of an answer without a file.
    fn says(&self, response: Response) -> (u16, String) {
        let status = response.status().as_u16();
        (status, self.wait(response.text()).expect("a text"))
    }
}

struct Body {
    response: Response,
    at: u64,
    kept: Vec<u8>,
}

impl Body {
    /// Of an answer that begins there.
    fn at(at: u64, response: Response) -> Self {
        assert!(response.status().is_success(), "{response:?}");
        Self { response, at, kept: Vec::new() }
    }
}

fn head(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
}

#[test]
fn a_player_that_jumps_ahead_gets_those_bytes_first() {
    for mut rig in rigs() {
        let (server, url) = server(slow(Resource::bytes(film())));
        let id = rig.add(&url);
        let player = Player::of(&rig, id);
        let start = 20 << 20;
        let response = player.get(&format!("bytes={start}-"));
        assert_eq!(response.status(), 206);
        let range = format!("bytes {start}-{}/{SIZE}", SIZE - 1);
        assert_eq!(head(response.headers(), "content-range"), range);
        assert_eq!(head(response.headers(), "content-length"), (SIZE - start).to_string());
        assert_eq!(head(response.headers(), "accept-ranges"), "bytes");
        player.exactly(&mut Body::at(start, response), 1 << 20);
        // In its turn, this would have been the last.
        assert!(rig.row(id).progress.done < start, "{:?}", rig.row(id).progress);
        // And back.
        player.exactly(&mut Body::at(3 << 20, player.get(&format!("bytes={}-", 3 << 20))), 1 << 20);
        lift(&server);
        rig.retry(id);
        let file = rig.wait_file(id);
        film().verify_file(&file).expect("the right bytes");
    }
}

#[test]
fn a_film_is_read_from_its_first_to_its_last_byte_over_the_end_of_its_download() {
    for mut rig in rigs() {
        let paced = Behaviour::Pace { bytes_per_second: 8 << 20 };
        let (_server, url) = server(Resource::bytes(film()).with(paced));
        let id = rig.add(&url);
        let player = Player::of(&rig, id);
        let response = player.send(Method::GET, &[]);
        assert_eq!((response.status().as_u16(), response.content_length()), (200, Some(SIZE)));
        let mut body = Body::at(0, response);
        player.exactly(&mut body, 1 << 20);
        // It is finished, has its name, and lies elsewhere, while the player is still in the middle.
        let file = rig.wait_file(id);
        std::fs::remove_file(&file).expect("a file");
        player.exactly(&mut body, SIZE - (1 << 20));
        assert!(player.wait(body.response.chunk()).expect("a proper end").is_none());
        // Whoever comes back finds it.
        let last = player.get("bytes=-1000");
        assert_eq!(last.status(), 206);
        player.exactly(&mut Body::at(SIZE - 1000, last), 1000);
    }
}

#[test]
fn two_players_read_at_two_places() {
    for rig in rigs() {
        let (_server, url) = server(slow(Resource::bytes(film())));
        let id = rig.add(&url);
        let (one, other) = (Player::of(&rig, id), Player::of(&rig, id));
        assert_eq!(one.url, other.url, "one file has one address");
        let mut first = Body::at(8 << 20, one.get(&format!("bytes={}-", 8 << 20)));
        let mut second = Body::at(16 << 20, other.get(&format!("bytes={}-", 16 << 20)));
        for _ in 0..4 {
            one.exactly(&mut first, 256 << 10);
            other.exactly(&mut second, 256 << 10);
        }
        assert!(rig.row(id).progress.done < SIZE / 2);
    }
}

#[test]
fn a_player_waits_over_a_pause_and_another_one_is_told_why() {
    for mut rig in rigs() {
        let (server, url) = server(slow(Resource::bytes(film())));
        let id = rig.add(&url);
        let player = Player::of(&rig, id);
        let mut body = Body::at(0, player.send(Method::GET, &[]));
        player.exactly(&mut body, 1 << 20);
        let _ = rig.act(Act::Pause(only(id)));
        let _ = rig.wait_status(id, "paused-by-user");
        let refused = player.get(&format!("bytes={}-", 16 << 20));
        assert_eq!(head(refused.headers(), "retry-after"), "5");
        let (status, text) = player.says(refused);
        assert_eq!(status, 503);
        assert!(text.contains("paused-by-user"), "{text}");
        server.wait_for_connections(|open| open == 0, PATIENCE);
        assert_eq!(rig.row(id).status, Status::PausedByUser, "a reader starts nothing");
        lift(&server);
        let _ = rig.act(Act::Resume(only(id)));
        player.exactly(&mut body, SIZE - (1 << 20));
        let file = rig.wait_file(id);
        film().verify_file(&file).expect("the right bytes");
    }
}

#[test]
fn what_the_network_holds_is_not_fetched_for_a_player() {
    let (server, url) = server(slow(Resource::bytes(film())));
    let mut rig = Rig::new();
    let policy = Some(CostPolicy::UnrestrictedOnly);
    let id = rig.add_new(NewTransfer { policy, ..NewTransfer::download(address(&url)) });
    let _ = rig.wait(id, |row| row.progress.done > 0);
    let player = Player::of(&rig, id);
    rig.set_network(Network { cost: NetworkCost::Fixed, ..home() });
    let _ = rig.wait_status(id, "paused-costed-network");
    let asked = server.all_exchanges().len();
    let (status, text) = player.says(player.get("bytes=20000000-"));
    assert_eq!(status, 503);
    assert!(text.contains("paused-costed-network") && text.contains("metered"), "{text}");
    assert_eq!(server.all_exchanges().len(), asked);
}

#[test]
fn without_ranges_a_film_is_read_behind_its_writer_only() {
    for (behaviour, total) in [(Behaviour::NoRanges, Some(SIZE)), (Behaviour::Chunked, None)] {
        let one_stream = || match &behaviour {
            Behaviour::NoRanges => Resource::bytes(film()).with(Behaviour::NoRanges),
            other => Resource::bytes(film()).with(Behaviour::NoRanges).with(other.clone()),
        };
        let paced = Behaviour::Pace { bytes_per_second: 4 << 20 };
        let (_server, url) = server(one_stream().with(paced));
        let mut rig = Rig::many();
        let id = rig.add(&url);
        let player = Player::of(&rig, id);
        let response = player.send(Method::GET, &[]);
        assert_eq!((response.status().as_u16(), response.content_length()), (200, total));
        assert_eq!(head(response.headers(), "accept-ranges"), "none");
        let ahead = player.get(&format!("bytes={}-", 20 << 20));
        assert_eq!(ahead.status(), 416, "nobody can bring it before its turn");
        let mut body = Body::at(0, response);
        player.exactly(&mut body, 1 << 20);
        let behind = player.get("bytes=1000-1999");
        assert_eq!(behind.status(), 206);
        player.exactly(&mut Body::at(1000, behind), 1000);
        player.exactly(&mut body, SIZE - (1 << 20));
        assert!(player.wait(body.response.chunk()).expect("a proper end").is_none());
        let file = rig.wait_file(id);
        film().verify_file(&file).expect("the right bytes");
        // It is all here now.
        let anywhere = player.get("bytes=-10");
        assert_eq!(anywhere.status(), 206);
        player.exactly(&mut Body::at(SIZE - 10, anywhere), 10);
    }
}

#[test]
fn only_who_knows_the_address_is_let_in() {
    let (_server, url) = server(slow(Resource::bytes(film())));
    let rig = Rig::new();
    let id = rig.add(&url);
    let player = Player::of(&rig, id);
    let at = reqwest::Url::parse(&player.url).expect("an address");
    assert_eq!((at.scheme(), at.host_str()), ("http", Some("127.0.0.1")));
    assert!(at.path().ends_with("film%2Emkv"), "{at}");
    let token = at.path().split('/').nth(1).expect("a token");
    assert!(token.len() >= 32, "{token}");
    let elsewhere = |path: &str| {
        let mut url = at.clone();
        url.set_path(path);
        player.wait(player.client.get(url).send()).expect("an answer").status().as_u16()
    };
    assert_eq!(elsewhere("/"), 404);
    assert_eq!(elsewhere("/film.mkv"), 404);
    assert_eq!(elsewhere(&format!("/{}/film.mkv", token.to_lowercase())), 404);
    assert_eq!(elsewhere(&format!("/{}", &token[1..])), 404);
    // A page that got hold of a name for this machine.
    assert_eq!(player.send(Method::GET, &[("host", "evil.example")]).status(), 403);
    assert_eq!(player.send(Method::POST, &[]).status(), 405);
    assert_eq!(player.send(Method::DELETE, &[]).status(), 405);
    let known = player.send(Method::HEAD, &[]);
    assert_eq!(known.status(), 200);
    for (name, value) in [
        ("content-length", SIZE.to_string().as_str()),
        ("accept-ranges", "bytes"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(head(known.headers(), name), value, "{name}");
    }
    assert!(player.wait(known.bytes()).expect("no body").is_empty());
}

#[test]
fn ranges_are_answered_as_the_standard_says() {
    let paced = Behaviour::Pace { bytes_per_second: 12 << 20 };
    let (_server, url) = server(Resource::bytes(film()).with(paced));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let player = Player::of(&rig, id);
    let _ = rig.wait_file(id);
    let tag = head(player.send(Method::HEAD, &[]).headers(), "etag");
    assert!(tag.starts_with('"'), "{tag}");
    let status = |headers: &[(&'static str, &str)]| player.send(Method::HEAD, headers).status().as_u16();
    assert_eq!(status(&[("range", "bytes=5-9")]), 206);
    assert_eq!(status(&[("range", "bytes=5-9"), ("if-range", &tag)]), 206);
    assert_eq!(status(&[("range", "bytes=5-9"), ("if-range", "\"other\"")]), 200);
    assert_eq!(status(&[("range", "bytes=5-9,20-29")]), 200);
    assert_eq!(status(&[("range", "lines=1-2")]), 200);
    let beyond = player.get(&format!("bytes={SIZE}-"));
    assert_eq!(beyond.status(), 416);
    assert_eq!(head(beyond.headers(), "content-range"), format!("bytes */{SIZE}"));
}

#[test]
fn a_canceled_film_is_not_there_any_more_and_the_door_closes() {
    let (_server, url) = server(slow(Resource::bytes(film())));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let player = Player::of(&rig, id);
    let mut body = Body::at(0, player.send(Method::GET, &[]));
    player.exactly(&mut body, 1000);
    let _ = rig.act(Act::Cancel(only(id)));
    assert!(player.is_cut(&mut body), "nobody takes it for the end of the film");
    let _ = rig.wait_status(id, "canceled");
    let gone = player.wait(player.client.get(&player.url).send());
    assert!(gone.is_err(), "nobody listens");
    assert!(matches!(
        rig.ask(Request::Query(Query::Address(id))),
        Outcome::Refused(Refusal::NotNow { .. } | Refusal::NoSuchTransfer(_))
    ));
}

/// A new version is another film: what was begun with the old one is never mixed with it.
#[test]
fn a_film_that_begins_anew_is_another_one() {
    let (server, url) = server(slow(Resource::bytes(film())));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let player = Player::of(&rig, id);
    let mut body = Body::at(0, player.send(Method::GET, &[]));
    let tag = head(body.response.headers(), "etag");
    player.exactly(&mut body, 1000);
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
    server.replace(PATH, Resource::bytes(film().next_version()));
    let _ = rig.act(Act::Resume(only(id)));
    let _ = rig.wait_status(id, "needs-user");
    let (status, text) = player.says(player.get("bytes=0-9"));
    assert!(status == 503 && text.contains("source-changed"), "{status} {text}");
    let _ = rig.act(Act::Answer { id, answer: Answer::Restart });
    assert!(player.is_cut(&mut body), "the old film ends here");
    let _ = rig.wait_file(id);
    let new = player.get("bytes=0-999");
    assert_ne!(head(new.headers(), "etag"), tag);
    let bytes = player.wait(new.bytes()).expect("bytes");
    assert!(film().next_version().slice(0..1000) == bytes.to_vec());
}

#[test]
fn what_is_finished_is_opened_where_it_lies() {
    let (_server, url) = server(Resource::bytes(film()));
    let mut rig = Rig::new();
    let id = rig.add(&url);
    let _ = rig.wait_file(id);
    let asked = rig.ask(Request::Query(Query::Address(id)));
    assert!(
        matches!(asked, Outcome::Refused(Refusal::NotNow { .. } | Refusal::NoSuchTransfer(_))),
        "{asked:?}"
    );
}

#[test]
fn a_limit_of_speed_holds_for_players_too() {
    let (server, url) = server(Resource::bytes(film()));
    let rig = Rig::new();
    let options = Options { pace: longshore::model::Pace::new(512 << 10), ..Options::default() };
    let id = rig.add_new(NewTransfer { options, ..NewTransfer::download(address(&url)) });
    let player = Player::of(&rig, id);
    let begun = std::time::Instant::now();
    player.exactly(&mut Body::at(16 << 20, player.get(&format!("bytes={}-", 16 << 20))), 1 << 20);
    assert!(begun.elapsed() > Duration::from_millis(1000), "{:?}", begun.elapsed());
    drop(server);
}

#[test]
fn the_command_line_tells_where_a_film_can_be_read() {
    let (server, url) = server(slow(Resource::bytes(film())));
    let home = Home::new();
    let mut background = home.background();
    let id = home.add(&url);
    let address = home.says(&["play", &id]).trim().to_owned();
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    if let Some(curl) = need("curl") {
        let range = format!("{}-{}", 20 << 20, (20 << 20) + 99_999);
        let mut curl = std::process::Command::new(curl);
        let got =
            curl.args(["-sS", "--fail", "--max-time", "30", "-r", &range, &address]).output().expect("curl");
        assert!(got.status.success(), "{}", text(&got.stderr));
        assert!(got.stdout == film().slice(20 << 20..(20 << 20) + 100_000));
    }
    lift(&server);
    let _ = home.says(&["retry", &id]);
    home.wait_field(&id, "status", |status| status == "completed");
    let place = home.says(&["play", &id]).trim().to_owned();
    film().verify_file(std::path::Path::new(&place)).expect("the file itself");
    let _ = home.says(&["quit"]);
    let _ = background.wait();
    // Where nobody runs anything, nothing would come.
    let paused = home.says(&["add", &url, "--start", "paused"]).trim().to_owned();
    let nobody = home.run(&["play", &paused]);
    assert_eq!(nobody.status.code(), Some(1), "{}", text(&nobody.stdout));
    assert_eq!(home.run(&["play", "99"]).status.code(), Some(1));
}
