//! The file itself, whole or a part of it.

use std::ops::Range;

use super::super::answer::Answer;
use super::super::behaviour::Behaviour;
use super::super::body::Body;
use super::super::request::{AskedRange, Request};
use super::super::site::Visit;
use super::first;
use super::validators::Validators;

const BOUNDARY: &str = "longshore-boundary";

enum Selection {
    Whole,
    Part(Range<u64>),
    Unsatisfiable,
}

pub(super) fn answer(request: &Request, visit: &Visit) -> Answer {
    let validators = Validators::of(visit);
    let heeds_conditions = !visit.faults.contains(&Behaviour::IgnoresPreconditions);
    if heeds_conditions && let Some(status) = validators.refuse(request) {
        return describe(Answer::new(status, Body::default()), visit, &validators);
    }
    let size = visit.content.size();
    let mut answer = match select(request, visit, &validators) {
        Selection::Unsatisfiable => {
            Answer::page(416, "text/plain", "no such range").with("Content-Range", format!("bytes */{size}"))
        }
        Selection::Whole => {
            let body = if visit.faults.contains(&Behaviour::Endless) {
                Body::endless(&visit.content)
            } else {
                body_of(visit, 0..size)
            };
            Answer::new(200, body).with("Content-Type", content_type(visit))
        }
        Selection::Part(span) => partial(visit, span),
    };
    for fault in &visit.faults {
        if let Behaviour::CorruptByte { offset } = fault {
            answer.body.corrupt(*offset);
        }
    }
    describe(answer, visit, &validators)
}

fn select(request: &Request, visit: &Visit, validators: &Validators) -> Selection {
    let faults = &visit.faults;
    let range = match &request.range {
        None => {
            let unasked = first!(faults, Behaviour::PartialToPlain(most) => *most);
            let size = visit.content.size();
            return unasked.map_or(Selection::Whole, |most| Selection::Part(0..most.clamp(1, size)));
        }
        Some(AskedRange::Other(_)) => return Selection::Whole,
        Some(range) => range,
    };
    let deaf = [Behaviour::NoRanges, Behaviour::IgnoresRange, Behaviour::Endless];
    let other_version = !validators.allow_range(request) && !faults.contains(&Behaviour::IgnoresIfRange);
    if other_version || deaf.iter().any(|fault| faults.contains(fault)) {
        return Selection::Whole;
    }
    let size = visit.content.size();
    let Some(mut span) = range.resolve(size) else {
        return Selection::Unsatisfiable;
    };
    if let Some(delta) = first!(faults, Behaviour::ServesOtherRange(delta) => *delta) {
        let start = span.start.saturating_add_signed(delta).min(size - 1);
        span = start..span.end.saturating_add_signed(delta).clamp(start + 1, size);
    }
    if let Some(most) = first!(faults, Behaviour::ShorterRange(most) => *most) {
        span.end = span.end.min(span.start.saturating_add(most.max(1)));
    }
    Selection::Part(span)
}

fn partial(visit: &Visit, span: Range<u64>) -> Answer {
    let faults = &visit.faults;
    let content_range = content_range(visit, &span);
    if faults.contains(&Behaviour::MultipartRanges) {
        let part = format!(
            "Content-Type: {}\r\nContent-Range: {}\r\n",
            content_type(visit),
            content_range.unwrap_or_default(),
        );
        let body = Body::multipart(&visit.content, span, &part, BOUNDARY);
        return Answer::new(206, body)
            .with("Content-Type", format!("multipart/byteranges; boundary={BOUNDARY}"));
    }
    let status = if faults.contains(&Behaviour::WrongStatusForRange) { 200 } else { 206 };
    let mut answer = Answer::new(status, body_of(visit, span));
    answer.push("Content-Type", content_type(visit));
    if let Some(value) = content_range {
        answer.push("Content-Range", value);
    }
    answer
}

fn content_range(visit: &Visit, span: &Range<u64>) -> Option<String> {
    let size = visit.content.size();
    let (mut first, mut last, mut total) = (span.start, span.end - 1, size.to_string());
    for fault in &visit.faults {
        match fault {
            Behaviour::NoContentRange => return None,
            Behaviour::GarbageContentRange => return Some("bytes banana-/split".to_owned()),
            Behaviour::UnknownTotal => total = "*".to_owned(),
            Behaviour::WrongContentRangeTotal(delta) => {
                total = size.saturating_add_signed(*delta).to_string();
            }
            Behaviour::WrongContentRangeStart(delta) => {
                first = first.saturating_add_signed(*delta);
                last = last.saturating_add_signed(*delta);
            }
            _ => {}
        }
    }
    Some(format!("bytes {first}-{last}/{total}"))
}

fn body_of(visit: &Visit, span: Range<u64>) -> Body {
    if visit.faults.contains(&Behaviour::Gzip) {
        Body::gzip(&visit.content, span)
    } else {
        Body::file(&visit.content, span)
    }
}

fn content_type(visit: &Visit) -> String {
    first!(visit.faults, Behaviour::ContentType(value) => value.clone())
        .unwrap_or_else(|| "application/octet-stream".to_owned())
}

/// Adds what the head says about the file.
fn describe(mut answer: Answer, visit: &Visit, validators: &Validators) -> Answer {
    let faults = &visit.faults;
    if faults.contains(&Behaviour::NoRanges) {
        answer.push("Accept-Ranges", "none");
    } else if !faults.contains(&Behaviour::SilentRanges) {
        answer.push("Accept-Ranges", "bytes");
    }
    let validators = [("ETag", &validators.etag), ("Last-Modified", &validators.modified)];
    for (name, value) in validators {
        if let Some(value) = value {
            answer.push(name, value.as_bytes());
        }
    }
    for fault in faults {
        match fault {
            Behaviour::ContentDisposition(value) => {
                answer.push("Content-Disposition", value.as_slice());
            }
            Behaviour::Gzip => answer.push("Content-Encoding", "gzip"),
            Behaviour::EncodingLie(coding) => answer.push("Content-Encoding", coding.as_bytes()),
            _ => {}
        }
    }
    answer
}
