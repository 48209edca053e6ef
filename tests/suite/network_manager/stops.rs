//! How much the server still sends after the desktop said that the network costs, and how long it takes to go on.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::Value;
use zbus::{MatchRule, MessageStream};

use super::program::{PATIENCE, Program, number};
use super::{MIB, server};
use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::nm::Nm;

const PATH: &str = "/stops.bin";
const RATE: u64 = 20_000_000;

/// The moment of a signal, and what the server had sent by then.
struct Signal {
    metered: bool,
    at: Instant,
    sent: u64,
}

/// Listens to the same bus as the program does.
fn signals(nm: &Nm, server: Arc<FaultServer>, ready: &Sender<()>) -> Receiver<Signal> {
    let (found, signals) = channel();
    let (address, ready) = (nm.bus_address(), ready.clone());
    let _ = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let bus = zbus::connection::Builder::address(address.as_str()).expect("an address").build().await;
            let rule = MatchRule::builder()
                .msg_type(zbus::message::Type::Signal)
                .path("/org/freedesktop/NetworkManager")
                .and_then(|rule| rule.member("PropertiesChanged"))
                .expect("a rule")
                .build();
            let stream = MessageStream::for_match_rule(rule, &bus.expect("a bus"), None).await;
            let mut stream = stream.expect("a stream");
            let _ = ready.send(());
            while let Some(Ok(message)) = stream.next().await {
                let sent = server.coverage(PATH).sent;
                let at = Instant::now();
                let body = message.body();
                type Changed =
                    (String, std::collections::HashMap<String, zbus::zvariant::OwnedValue>, Vec<String>);
                let Ok((_, values, _)) = body.deserialize::<Changed>() else { continue };
                let metered = values.get("Metered").and_then(|value| u32::try_from(value).ok());
                if let Some(metered) = metered
                    && found.send(Signal { metered: metered == 1, at, sent }).is_err()
                {
                    return;
                }
            }
        });
    });
    signals
}

/// When the window, had there been one, would have shown which status.
fn shown(program: &Program<'_>) -> Receiver<(String, Instant)> {
    let (seen, rows) = channel();
    let mut command = program.command(&["watch", "--json"]);
    let watching = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = watching.spawn().expect("the program");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let _ = std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let row: Value = serde_json::from_str(&line).expect("JSON");
            if let Some(status) = row["status"].as_str()
                && seen.send((status.to_owned(), Instant::now())).is_err()
            {
                break;
            }
        }
        let _ = child.kill();
        let _ = child.wait();
    });
    rows
}

fn wait_shown(rows: &Receiver<(String, Instant)>, status: &str) -> Instant {
    loop {
        let (now, at) = rows.recv_timeout(PATIENCE).expect("another status");
        if now == status {
            return at;
        }
    }
}

fn wait_signal(signals: &Receiver<Signal>, metered: bool) -> Signal {
    loop {
        let signal = signals.recv_timeout(PATIENCE).expect("a signal");
        if signal.metered == metered {
            return signal;
        }
    }
}

#[test]
fn the_server_is_stopped_at_once() {
    let Some(nm) = Nm::new() else { return };
    let measured = std::env::var_os("LONGSHORE_STOPS").is_some();
    let stops = number("LONGSHORE_STOPS", 3);
    let server = Arc::new(server(&nm));
    let size = (stops + 2) * 80 * MIB;
    let pace = Behaviour::Pace { bytes_per_second: RATE };
    let url = server.serve(PATH, Resource::bytes(Content::new(7, size)).with(pace));
    nm.cli(&["con", "up", "wifi"]);
    let program = Program::start(&nm);
    let (ready, is_ready) = channel();
    let signals = signals(&nm, Arc::clone(&server), &ready);
    is_ready.recv_timeout(PATIENCE).expect("a listener");
    let rows = shown(&program);
    let id = program.add(&url, "unrestricted-only");
    program.wait(&id, "running", None);
    let (mut more, mut held, mut back) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..stops {
        // In full flow again, with two MiB behind it.
        let goal = server.coverage(PATH).sent + 2 * MIB;
        let _ = server.wait_for(PATH, |_| server.coverage(PATH).sent >= goal, PATIENCE);
        while rows.try_recv().is_ok() || signals.try_recv().is_ok() {}
        nm.cli(&["con", "mod", "wifi", "connection.metered", "yes"]);
        let signal = wait_signal(&signals, true);
        held.push(wait_shown(&rows, "paused-costed-network").saturating_duration_since(signal.at));
        server.wait_for_connections(|open| open == 0, PATIENCE);
        more.push(server.coverage(PATH).sent - signal.sent);
        nm.cli(&["con", "mod", "wifi", "connection.metered", "no"]);
        let signal = wait_signal(&signals, false);
        back.push(wait_shown(&rows, "running").saturating_duration_since(signal.at));
    }
    for list in [&mut held, &mut back] {
        list.sort_unstable();
    }
    more.sort_unstable();
    let middle = usize::try_from(stops / 2).expect("small");
    let (worst_held, worst_back) = (held.last().expect("some"), back.last().expect("some"));
    let (median, worst) = (more[middle], more.last().expect("some"));
    eprintln!(
        "{stops} stops at 20 MB/s: {median} bytes more at the median, {worst} at worst; held after {:?}, at worst \
         {worst_held:?}; back after {:?}, at worst {worst_back:?}",
        held[middle], back[middle],
    );
    // A busy machine may take its time; a measurement may not.
    if measured {
        assert!(median <= MIB && *worst <= 4 * MIB, "{more:?}");
        assert!(*worst_held <= Duration::from_millis(500), "{held:?}");
        assert!(*worst_back <= Duration::from_secs(3), "{back:?}");
    }
}
