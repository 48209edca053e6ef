//! Answers which come instead of the file.

use super::super::answer::{Answer, Outcome};
use super::super::behaviour::{Behaviour, Cut, Over};
use super::super::body::Body;
use super::super::journal::Ticket;
use super::super::request::{Request, basic_auth};
use super::super::site::Visit;

/// What this fault puts in the place of the file, if it does.
pub(super) fn of(fault: &Behaviour, request: &Request, visit: &Visit, ticket: &Ticket) -> Option<Outcome> {
    match fault {
        Behaviour::Hang => Some(Outcome::Hang),
        Behaviour::DropBeforeAnswer(how) => Some(Outcome::End(*how)),
        Behaviour::GarbageAnswer => Some(Outcome::Raw(b"\x16\x03\x01 220 ready\n\n<<<\0")),
        Behaviour::Raw(bytes) => Some(Outcome::Raw(bytes)),
        Behaviour::MaxConnections { n, over } if !ticket.admit(*n) => Some(match over {
            Over::Status(status) => Outcome::Answer(refusal(*status)),
            Over::Reset => Outcome::End(Cut::Reset),
        }),
        _ => page(fault)
            .or_else(|| redirect(fault, request))
            .or_else(|| refused(fault, request, visit))
            .map(Outcome::Answer),
    }
}

fn page(fault: &Behaviour) -> Option<Answer> {
    match fault {
        Behaviour::EmptyAnswer => Some(Answer::new(200, Body::default())),
        Behaviour::NotModified => Some(Answer::new(304, Body::default())),
        Behaviour::Status { code, retry_after, body } => {
            let mut answer = Answer::page(*code, "text/plain", body.as_bytes());
            if let Some(value) = retry_after {
                answer.push("Retry-After", value.as_bytes());
            }
            Some(answer)
        }
        Behaviour::HtmlInstead { title, status } => {
            let html = format!(
                "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\
                 <body><h1>{title}</h1><form><input name=\"user\"></form></body></html>\n"
            );
            Some(Answer::page(*status, "text/html; charset=utf-8", html))
        }
        _ => None,
    }
}

fn redirect(fault: &Behaviour, request: &Request) -> Option<Answer> {
    let to = |code: u16, target: &str| {
        Some(Answer::page(code, "text/plain", "elsewhere").with("Location", target))
    };
    match fault {
        Behaviour::Redirect { code, to: target } => to(*code, target),
        Behaviour::RedirectRaw { code, to } => {
            Some(Answer::page(*code, "text/plain", "elsewhere").with("Location", *to))
        }
        Behaviour::RedirectLoop => to(302, &request.target),
        Behaviour::NoLocation(code) => Some(Answer::page(*code, "text/plain", "elsewhere")),
        Behaviour::RedirectChain(hops) => {
            let hop = request.query().strip_prefix("hop=").and_then(|hop| hop.parse().ok());
            let next = hop.unwrap_or(0u32).saturating_add(1);
            if next > *hops {
                return None;
            }
            to(302, &format!("{}?hop={next}", request.path()))
        }
        _ => None,
    }
}

fn refused(fault: &Behaviour, request: &Request, visit: &Visit) -> Option<Answer> {
    let header = |name: &str| request.headers.get(name);
    match fault {
        Behaviour::NeedsAuth { user, password } => {
            let right = basic_auth(user, password);
            (header("authorization") != Some(&right))
                .then(|| refusal(401).with("WWW-Authenticate", "Basic realm=\"harbour\", charset=\"UTF-8\""))
        }
        Behaviour::NeedsHeader { name, value, status } => {
            (header(name) != Some(value)).then(|| refusal(*status))
        }
        Behaviour::OneTimeLink(status) => (visit.number > 1).then(|| refusal(*status)),
        Behaviour::ExpiresAfter { requests, status } => (visit.number > *requests).then(|| refusal(*status)),
        Behaviour::RefusesRange(status) => request.range.is_some().then(|| refusal(*status)),
        Behaviour::UnsatisfiableWithTotal(total) => {
            request.range.is_some().then(|| refusal(416).with("Content-Range", format!("bytes */{total}")))
        }
        _ => None,
    }
}

fn refusal(status: u16) -> Answer {
    Answer::page(status, "text/plain", "no")
}
