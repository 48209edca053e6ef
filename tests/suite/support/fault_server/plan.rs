//! Decides what a request gets: the file, properly or not, or something instead of it.

mod file;
mod instead;
mod validators;

use std::time::SystemTime;

use super::answer::{Answer, Event, Framing, Outcome, Pace};
use super::behaviour::{At, Behaviour, Length};
use super::date::http_date;
use super::journal::Ticket;
use super::request::Request;
use super::site::Visit;

/// The value of the first fault of this kind.
macro_rules! first {
    ($faults:expr, $pattern:pat => $value:expr) => {
        $faults.iter().find_map(|fault| match fault {
            $pattern => Some($value),
            _ => None,
        })
    };
}
use first;

pub(super) fn plan(request: &Request, visit: Option<&Visit>, ticket: &Ticket) -> Outcome {
    let Some(visit) = visit else {
        return finished(Answer::page(404, "text/plain", "nothing here"), &[], request);
    };
    for fault in &visit.faults {
        match instead::of(fault, request, visit, ticket) {
            None => {}
            Some(Outcome::Answer(answer)) => return finished(answer, &visit.faults, request),
            Some(outcome) => return outcome,
        }
    }
    let answer =
        if request.is_fetch() { file::answer(request, visit) } else { Answer::page(200, "text/plain", "ok") };
    finished(answer, &visit.faults, request)
}

/// Adds what does not depend on what is answered.
fn finished(mut answer: Answer, faults: &[Behaviour], request: &Request) -> Outcome {
    answer.headers.insert(0, ("Date".to_owned(), http_date(SystemTime::now()).into_bytes()));
    for fault in faults {
        decorate(&mut answer, fault);
    }
    frame(&mut answer, faults);
    write_script(&mut answer, faults);
    let says_close = answer.framing == Framing::UntilClose
        || faults.contains(&Behaviour::ConnectionClose)
        || !request.keep_alive;
    if says_close {
        answer.push("Connection", "close");
    }
    answer.close |= says_close || answer.http_one_zero;
    Outcome::Answer(answer)
}

fn decorate(answer: &mut Answer, fault: &Behaviour) {
    match fault {
        Behaviour::SetCookie(value) => answer.push("Set-Cookie", value.as_bytes()),
        Behaviour::ExtraHeader { name, value } => answer.push(name, value.as_bytes()),
        Behaviour::HugeHeader(len) => answer.push("X-Huge", vec![b'x'; *len]),
        Behaviour::ManyHeaders(count) => {
            for index in 0..*count {
                answer.push(&format!("X-Many-{index}"), "x");
            }
        }
        Behaviour::EarlyHints => answer.early_hints = true,
        Behaviour::HttpOneZero => answer.http_one_zero = true,
        Behaviour::SlowFirstByte(delay) => answer.delay = answer.delay.saturating_add(*delay),
        Behaviour::Trickle { bytes_per_second } => {
            answer.pace = Some(Pace { bytes_per_second: *bytes_per_second, slice: 1 });
        }
        Behaviour::Pace { bytes_per_second } => {
            // Fifty slices a second are smooth enough.
            let slice = usize::try_from(bytes_per_second / 50).unwrap_or(usize::MAX).max(1);
            answer.pace = Some(Pace { bytes_per_second: *bytes_per_second, slice });
        }
        _ => {}
    }
}

/// Chooses how the end of the body is told and what the head says about it.
fn frame(answer: &mut Answer, faults: &[Behaviour]) {
    if answer.is_bodiless() {
        return;
    }
    let lie = first!(faults, Behaviour::Length(lie) => *lie);
    let beside = first!(faults, Behaviour::ChunkedWithLength(length) => *length);
    answer.framing = if faults.contains(&Behaviour::ChunkedNoEnd) {
        Framing::Chunked { last: false }
    } else if faults.contains(&Behaviour::Chunked)
        || beside.is_some()
        || faults.contains(&Behaviour::BadChunk)
    {
        Framing::Chunked { last: true }
    } else if lie == Some(Length::Missing) || (lie.is_none() && answer.body.len().is_none()) {
        Framing::UntilClose
    } else {
        Framing::Length
    };
    if let Framing::Chunked { .. } = answer.framing {
        answer.push("Transfer-Encoding", "chunked");
        if let Some(length) = beside {
            answer.push("Content-Length", length.to_string());
        }
    } else if lie.is_none()
        && let Some(len) = answer.body.len()
    {
        answer.push("Content-Length", len.to_string());
    }
    if let Some(lie) = lie {
        lie_about_length(answer, lie);
    }
}

fn lie_about_length(answer: &mut Answer, lie: Length) {
    let len = answer.body.finite_len();
    let values = match lie {
        Length::Plus(n) => vec![len.saturating_add(n).to_string()],
        Length::Minus(n) => vec![len.saturating_sub(n).to_string()],
        Length::Missing => vec![],
        Length::Garbage => vec!["banana".to_owned()],
        Length::Duplicate(n) => vec![len.to_string(), len.saturating_add(n).to_string()],
        Length::Negative => vec!["-1".to_owned()],
        Length::Huge => vec![i64::MAX.to_string()],
        Length::Overflow => vec![(1u128 << 64).to_string()],
    };
    for value in values {
        answer.push("Content-Length", value);
    }
    // Only too much of a body can leave the connection in use, which is the point of it.
    answer.close |= !matches!(lie, Length::Minus(_));
}

fn write_script(answer: &mut Answer, faults: &[Behaviour]) {
    let body = &answer.body;
    let position = |at: &At| match *at {
        At::Body(position) => Some(position),
        At::File(offset) => body.position_of(offset),
    };
    let mut script: Vec<(u64, Event)> = faults
        .iter()
        .filter_map(|fault| match fault {
            Behaviour::CutAt { at, how } => Some((position(at)?, Event::Cut(*how))),
            Behaviour::Stall { at } => Some((position(at)?, Event::Stall)),
            Behaviour::PauseAt { at, duration } => Some((position(at)?, Event::Pause(*duration))),
            Behaviour::BadChunk => Some((body.finite_len() / 2, Event::BadChunk)),
            _ => None,
        })
        .filter(|(at, _)| body.len().is_none_or(|len| *at <= len))
        .collect();
    script.sort_by_key(|(at, _)| *at);
    answer.script = script;
}
