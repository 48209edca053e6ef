//! The life of one connection.

use std::sync::Arc;

use super::answer::Outcome;
use super::deliver::{Next, Sender};
use super::exchange::Ending;
use super::journal::Arrival;
use super::link::Link;
use super::plan::plan;
use super::request::Request;
use super::shared::Shared;
use super::wire::Wire;

/// The most a request may bring along.
const MAX_UPLOAD: u64 = 1 << 30;

/// A silent connection is left without a word for good.
pub(super) fn run(shared: &Shared, link: Arc<Link>, silent: bool) {
    if silent {
        link.wait_until_gone();
    } else {
        match Wire::open(&link, shared.tls.as_ref()) {
            Ok(mut wire) => talk(shared, &link, &mut wire),
            Err(_) if link.is_killed() => {}
            Err(_) => shared.count_failed_handshake(),
        }
    }
    shared.links.close(link);
}

fn talk(shared: &Shared, link: &Link, wire: &mut Wire<'_>) {
    let mut first = true;
    while let Some(request) = wire.read_request() {
        let arrival = Arrival { connection: link.number, first, origin: link.origin };
        match exchange(shared, wire, &request, arrival) {
            Next::Request => first = false,
            Next::End(how) => return wire.end(how),
            Next::Nothing => return,
        }
    }
}

fn exchange(shared: &Shared, wire: &mut Wire<'_>, request: &Request, arrival: Arrival) -> Next {
    let served = shared.site.get(request.path());
    let visit = served.as_ref().map(|served| served.visit(request));
    let ticket = shared.journal.begin(arrival, request);
    match receive_body(wire, request) {
        Some(len) => ticket.received(len),
        None => {
            ticket.conclude(Ending::ClientLeft);
            return Next::Nothing;
        }
    }
    let outcome = plan(request, visit.as_ref(), &ticket);
    let mut sender = Sender { wire, shared, ticket: &ticket, served: served.as_deref() };
    match outcome {
        Outcome::Answer(answer) => sender.send(answer, request.is_head()),
        Outcome::Raw(bytes) => sender.send_raw(bytes),
        Outcome::End(how) => sender.cut(how),
        Outcome::Hang => sender.hang(),
    }
}

/// Reads and counts the body of a request; `None` if it does not come or is of a kind which this
/// server does not take.
fn receive_body(wire: &mut Wire<'_>, request: &Request) -> Option<u64> {
    if request.headers.has("transfer-encoding") {
        return None;
    }
    let len = request.headers.get("content-length").map_or(Some(0), |len| len.parse().ok())?;
    if len > 0 && request.headers.has("expect") {
        wire.write(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    (len <= MAX_UPLOAD && wire.skip_body(len)).then_some(len)
}
