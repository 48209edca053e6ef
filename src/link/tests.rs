//! Both ends against each other, with an engine of a few lines behind them.

use std::path::PathBuf;

use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::task::JoinSet;

use super::client::{Connected, connect};
use super::message::{Down, Up};
use super::server::{CLIENTS_MOST, Greeting, Occupied, serve};
use super::{Error, FRAME_MOST, Role, VERSION, client, frame, listen};
use crate::api::{
    Act, Batch, ClientId, Command, Counts, Envelope, Gone, Handle, NetworkView, Notice, Outcome, Query,
    Request, Selection, Stopped, Totals, VerdictView, channel,
};
use crate::model::{CostPolicy, Hold, Network, Refusal, Shelf, TransferId, Wall};

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A socket with a server behind it, whose envelopes come out here.
struct House {
    _folder: tempfile::TempDir,
    candidates: Vec<PathBuf>,
    envelopes: mpsc::Receiver<Envelope>,
    stop: Option<oneshot::Sender<()>>,
    tasks: JoinSet<()>,
}

fn house(greeting: impl Fn() -> Greeting + Send + Sync + 'static) -> House {
    let folder = tempfile::tempdir().unwrap();
    let candidates = vec![folder.path().join("own").join("s")];
    let (handle, envelopes) = channel(ClientId(0));
    let listening = listen(&candidates).unwrap();
    let (stop, stopped) = oneshot::channel();
    let mut tasks = JoinSet::new();
    let _ =
        tasks.spawn(serve(listening.listener, handle, move |_| std::future::ready(greeting()), async move {
            let _ = stopped.await;
        }));
    House { _folder: folder, candidates, envelopes, stop: Some(stop), tasks }
}

impl House {
    async fn join(&mut self, client: u64) -> Handle {
        let connected = connect(&self.candidates, Role::Command, ClientId(client)).await.unwrap();
        let Connected::Served(handle, driver) = connected else { panic!("occupied") };
        let _ = self.tasks.spawn(driver.run());
        handle
    }

    async fn next_request(&mut self) -> (ClientId, u64, Request, oneshot::Sender<Outcome>) {
        match self.envelopes.next().await.unwrap() {
            Envelope::Request { client, seq, request, reply } => (client, seq, request, reply),
            Envelope::Subscribe { .. } => panic!("a request was expected"),
        }
    }

    /// Says hello as the version given; the open connection.
    async fn raw(&self, version: &str) -> UnixStream {
        let mut stream = UnixStream::connect(&self.candidates[0]).await.unwrap();
        let hello = Up::Hello { version: version.to_owned(), role: Role::Command, client: ClientId(9) };
        frame::send(&mut stream, &hello).await.unwrap();
        stream
    }
}

async fn first_word(stream: UnixStream) -> Option<Down> {
    frame::Frames::new(stream, FRAME_MOST).next().await.unwrap()
}

fn quit() -> Request {
    Request::Command(Command::Act(Act::Quit))
}

#[test]
fn a_request_travels_with_its_client_and_number_and_comes_back_answered() {
    block(async {
        let mut house = house(|| Greeting::Welcome);
        let handle = house.join(7).await;
        let id = TransferId::new(3).unwrap();
        let wish = Request::Command(Command::Act(Act::Pause(Selection::Ids(vec![id]))));
        let engine = async {
            for expected in 1..=2 {
                let (client, seq, request, reply) = house.next_request().await;
                assert_eq!((client, seq), (ClientId(7), expected));
                let text = serde_json::to_string(&request).unwrap();
                assert_eq!(text, r#"{"command":{"act":{"pause":{"ids":[3]}}}}"#);
                reply.send(Outcome::Refused(Refusal::NoSuchTransfer(id))).unwrap();
            }
        };
        let client = async {
            for _ in 0..2 {
                let outcome = handle.ask(wish.clone()).await.unwrap();
                assert!(
                    matches!(outcome, Outcome::Refused(Refusal::NoSuchTransfer(refused)) if refused == id)
                );
            }
        };
        tokio::join!(engine, client);
    });
}

#[test]
fn a_slow_answer_does_not_hold_up_the_next() {
    block(async {
        let mut house = house(|| Greeting::Welcome);
        let handle = house.join(1).await;
        let engine = async {
            let (.., slow) = house.next_request().await;
            let (.., quick) = house.next_request().await;
            quick.send(Outcome::Done).unwrap();
            slow
        };
        let (slow, done) = {
            let asked = handle.ask(quit());
            let first = handle.forward(100, Request::Query(Query::Network)).await.unwrap();
            let (slow, outcome) = tokio::join!(engine, asked);
            assert!(matches!(outcome, Ok(Outcome::Done)));
            (slow, first)
        };
        slow.send(Outcome::Done).unwrap();
        assert!(matches!(done.await, Ok(Outcome::Done)));
    });
}

#[test]
fn pictures_that_are_not_looked_at_become_one_and_hold_up_nothing() {
    block(async {
        let mut house = house(|| Greeting::Welcome);
        let handle = house.join(1).await;
        let mut events = handle.subscribe().await.unwrap();
        let Some(Envelope::Subscribe { events: mut to, .. }) = house.envelopes.next().await else {
            panic!("a subscription was expected")
        };
        let batch =
            |id: u64| Batch { removed: TransferId::new(id).into_iter().collect(), ..Batch::default() };
        for id in 1..=100 {
            futures::SinkExt::send(&mut to, batch(id)).await.unwrap();
        }
        let engine = async { house.next_request().await.3.send(Outcome::Done).unwrap() };
        let ((), outcome) = tokio::join!(engine, handle.ask(quit()));
        assert!(outcome.is_ok(), "a reply passes pictures nobody took");
        let last = Batch { stopped: Some(Stopped::Quit), ..Batch::default() };
        futures::SinkExt::send(&mut to, last).await.unwrap();
        let (mut pictures, mut seen) = (0, Vec::new());
        while let Some(batch) = events.next().await {
            pictures += 1;
            seen.extend(batch.removed.iter().map(|id| id.get()));
            if batch.stopped.is_some() {
                break;
            }
        }
        assert_eq!(seen, (1..=100).collect::<Vec<_>>());
        assert!(pictures < 10, "{pictures} pictures");
    });
}

#[test]
fn a_whole_picture_reads_as_it_was_written() {
    let network = NetworkView {
        network: Network::default(),
        metered: true,
        treat: crate::model::Treat::Auto,
        choice: crate::model::Choice::Not,
        verdicts: vec![(CostPolicy::Always, VerdictView::Hold(Hold::Scheduled(Wall(-1))))],
        budget: None,
    };
    let batch = Batch {
        counts: Some(Counts {
            shelves: Shelf::ALL.map(|shelf| (shelf, u64::MAX)).into(),
            ..Counts::default()
        }),
        totals: Some(Totals { down: 1, up: 2 }),
        network: Some(Box::new(network)),
        settings: Some(Box::default()),
        notices: vec![Notice::StoreHealed, Notice::Holding { count: 3, cause: crate::api::Cause::Network }],
        stopped: Some(Stopped::Broke),
        ..Batch::default()
    };
    let bytes = frame::encode(&Down::Batch(Box::new(batch.clone()))).unwrap();
    let read = block(frame::Frames::new(&bytes[..], FRAME_MOST).next::<Down>()).unwrap();
    assert!(matches!(read, Some(Down::Batch(read)) if *read == batch));
}

#[test]
fn pictures_merge_into_the_later_one() {
    let id = |number| TransferId::new(number).unwrap();
    let mut first =
        Batch { removed: vec![id(1), id(2)], totals: Some(Totals { down: 1, up: 1 }), ..Batch::default() };
    first.merge(Batch { removed: vec![id(2), id(3)], order_changed: true, ..Batch::default() });
    assert_eq!(first.removed, [id(1), id(2), id(3)]);
    assert!(first.order_changed && !first.refresh && first.totals.is_some());
    first.merge(Batch { removed: (10..400).map(id).collect(), ..Batch::default() });
    assert!(first.removed.is_empty() && first.refresh, "too much is named no more, but asked for again");
}

#[test]
fn ten_clients_are_told_apart() {
    block(async {
        let mut house = house(|| Greeting::Welcome);
        let mut handles = Vec::new();
        for client in 1..=10 {
            handles.push(house.join(client).await);
        }
        let asked = futures::future::join_all(handles.iter().map(|handle| handle.ask(quit())));
        let engine = async {
            let mut seen = std::collections::BTreeSet::new();
            while seen.len() < 10 {
                let (client, _, _, reply) = house.next_request().await;
                assert!(seen.insert(client));
                reply.send(Outcome::Done).unwrap();
            }
        };
        let (replies, ()) = tokio::join!(asked, engine);
        assert!(replies.iter().all(Result::is_ok));
    });
}

#[test]
fn the_owner_that_dies_leaves_nobody_waiting() {
    block(async {
        let mut house = house(|| Greeting::Welcome);
        let handle = house.join(1).await;
        let engine = async {
            let _unanswered = house.next_request().await;
            house.tasks.abort_all();
        };
        // Only the server is aborted with the drivers: the handle must not hang on either.
        let ((), outcome) = tokio::join!(engine, handle.ask(quit()));
        assert!(matches!(outcome, Err(Gone)));
        assert!(matches!(handle.ask(quit()).await, Err(Gone)));
    });
}

#[test]
fn an_engine_that_drops_a_request_is_gone_for_the_client_and_last_words_arrive() {
    block(async {
        let mut house = house(|| Greeting::Welcome);
        let handle = house.join(1).await;
        let mut events = handle.subscribe().await.unwrap();
        let Some(Envelope::Subscribe { events: mut to, .. }) = house.envelopes.next().await else {
            panic!("a subscription was expected")
        };
        let engine = async {
            let (.., reply) = house.next_request().await;
            let last = Batch { stopped: Some(Stopped::Yielded), ..Batch::default() };
            futures::SinkExt::send(&mut to, last).await.unwrap();
            drop((reply, to));
            house.envelopes.close();
            let _ = house.stop.take().unwrap().send(());
        };
        let ((), outcome) = tokio::join!(engine, handle.ask(quit()));
        assert!(outcome.is_err());
        assert_eq!(events.next().await.and_then(|batch| batch.stopped), Some(Stopped::Yielded));
        assert!(events.next().await.is_none());
    });
}

#[test]
fn other_versions_and_an_owner_about_to_go_are_told_apart() {
    block(async {
        let welcoming = house(|| Greeting::Welcome);
        let answer = first_word(welcoming.raw("0.0.1/0").await).await;
        assert!(matches!(answer, Some(Down::WrongVersion { version }) if version == VERSION));
        let yielding = house(|| Greeting::Yielding);
        let refused = connect(&yielding.candidates, Role::Window, ClientId(1)).await;
        assert!(matches!(refused, Err(Error::Yielding)));
        let nobody = [yielding.candidates[0].with_file_name("other")];
        assert!(matches!(connect(&nobody, Role::Window, ClientId(1)).await, Err(Error::NobodyThere)));
    });
}

/// An owner that is asked first: who gives up is told through the first end, and the second frees it.
fn occupied() -> (House, mpsc::UnboundedReceiver<()>, tokio::sync::watch::Sender<bool>) {
    let (gave_up, given_up) = mpsc::unbounded();
    let (free, freed) = tokio::sync::watch::channel(false);
    let house = house(move || {
        let (gave_up, mut freed) = (gave_up.clone(), freed.clone());
        Greeting::Occupied(Occupied {
            names: vec!["film.mkv".to_owned()],
            free: Box::pin(async move { drop(freed.wait_for(|free| *free).await) }),
            give_up: Box::new(move || gave_up.unbounded_send(()).unwrap()),
        })
    });
    (house, given_up, free)
}

async fn knock(house: &House) -> client::Occupied {
    match connect(&house.candidates, Role::Window, ClientId(1)).await.unwrap() {
        Connected::Occupied(occupied) => occupied,
        Connected::Served(..) => panic!("served"),
    }
}

#[test]
fn an_owner_with_something_to_lose_yields_when_it_is_over_or_insisted_upon() {
    block(async {
        let (house, mut given_up, free) = occupied();
        let mut patient = knock(&house).await;
        assert_eq!(patient.names, ["film.mkv"]);
        assert!(given_up.try_recv().is_err(), "not before it was asked");
        // One that goes away changes nothing.
        drop(knock(&house).await);
        let mut impatient = knock(&house).await;
        impatient.insist().await.unwrap();
        given_up.next().await.unwrap();
        free.send(true).unwrap();
        patient.freed().await;
        given_up.next().await.unwrap();
        assert!(given_up.try_recv().is_err());
    });
}

#[test]
fn nonsense_ends_its_own_connection_only() {
    block(async {
        let mut house = house(|| Greeting::Welcome);
        let handle = house.join(1).await;
        let nonsense: [&[u8]; 4] =
            [&[0xff; 64], b"\x02\0\0\0{{", b"GET / HTTP/1.1\r\n\r\n", b"\x0b\0\0\0\"subscribe\""];
        for bytes in nonsense {
            let mut stream = UnixStream::connect(&house.candidates[0]).await.unwrap();
            stream.write_all(bytes).await.unwrap();
            let mut rest = Vec::new();
            // A reset is an end as well.
            let _ = stream.read_to_end(&mut rest).await;
            assert!(rest.is_empty());
        }
        let mut late = house.raw(VERSION).await;
        late.write_all(&[0xff; 64]).await.unwrap();
        let _ = late.read_to_end(&mut Vec::new()).await;
        let engine = async { house.next_request().await.3.send(Outcome::Done).unwrap() };
        let ((), outcome) = tokio::join!(engine, handle.ask(quit()));
        assert!(outcome.is_ok());
    });
}

#[test]
fn one_more_than_fits_is_told_so() {
    block(async {
        let mut house = house(|| Greeting::Welcome);
        let mut handles = Vec::new();
        for client in 0..CLIENTS_MOST {
            handles.push(house.join(u64::try_from(client).unwrap()).await);
        }
        assert!(matches!(connect(&house.candidates, Role::Command, ClientId(99)).await, Err(Error::Crowded)));
    });
}

#[test]
fn what_does_not_fit_a_frame_is_refused_and_the_connection_lives() {
    block(async {
        let mut house = house(|| Greeting::Welcome);
        let handle = house.join(1).await;
        let id = TransferId::new(u64::MAX).unwrap();
        let huge = Request::Query(Query::Rows(vec![id; FRAME_MOST / 20]));
        assert!(matches!(handle.ask(huge).await, Ok(Outcome::Refused(Refusal::TooMany { .. }))));
        let other = handle.as_client(ClientId(2)).ask(quit()).await;
        assert!(matches!(other, Ok(Outcome::Refused(Refusal::BadRequest))));
        let engine = async { house.next_request().await.3.send(Outcome::Done).unwrap() };
        let ((), outcome) = tokio::join!(engine, handle.ask(quit()));
        assert!(outcome.is_ok());
    });
}
