//! Resumable uploads of the draft, as a server sees them.

use super::connection::{Connection, Request, Stop};
use super::{Kept, Offers, Quirk, Shared};

type Field = (&'static str, String);

fn version() -> Field {
    ("Upload-Draft-Interop-Version", "8".to_owned())
}

/// The place of a new upload, said at once to whoever asked for one.
pub(super) fn open(connection: &mut Connection<'_>, request: &Request) -> Result<Option<String>, Stop> {
    if connection.shared.lock().offers != Offers::Ietf || request.header("upload-complete").is_none() {
        return Ok(None);
    }
    let place = {
        let mut state = connection.shared.lock();
        state.next_session += 1;
        let place = format!("/session/{}", state.next_session);
        let kept = Kept { total: request.number("upload-length"), ..Kept::default() };
        let _ = state.sessions.insert(place.clone(), kept);
        place
    };
    connection.interim(&format!(
        "HTTP/1.1 104 Upload Resumption Supported\r\nUpload-Draft-Interop-Version: 8\r\nLocation: {place}\r\n\r\n"
    ))?;
    Ok(Some(place))
}

pub(super) fn append(shared: &Shared, place: &str, bytes: &[u8], request: &Request) {
    shared.note(|state| {
        if let Some(kept) = state.sessions.get_mut(place) {
            kept.bytes.extend_from_slice(bytes);
            let whole = request.number("content-length") == Some(bytes.len() as u64);
            kept.complete = request.header("upload-complete") == Some("?1") && whole;
        }
    });
}

pub(super) fn answer(connection: &mut Connection<'_>, request: &Request, index: usize) -> Result<(), Stop> {
    let Some(kept) = connection.shared.lock().sessions.get(&request.path).cloned() else {
        let _ = connection.before_body(request, index, &Quirk::None);
        let _ = connection.body(request, index, &Quirk::None, |_, _| {}).map_err(|(stop, _)| stop)?;
        return connection.say(index, 404, &[], "");
    };
    let state = |kept: &Kept| {
        let complete = if kept.complete { "?1" } else { "?0" };
        let at = kept.claim.unwrap_or(kept.bytes.len() as u64);
        [version(), ("Upload-Offset", at.to_string()), ("Upload-Complete", complete.to_owned())]
    };
    match request.method.as_str() {
        "HEAD" => connection.say(index, 204, &state(&kept), ""),
        "DELETE" => {
            connection.shared.note(|all| drop(all.sessions.remove(&request.path)));
            connection.say(index, 204, &[version()], "")
        }
        "PATCH" => {
            let quirk = connection.shared.lock().quirk(&request.path);
            connection.before_body(request, index, &quirk)?;
            if request.header("content-type") != Some("application/partial-upload") {
                return connection.say(index, 415, &[version()], "").and(Err(Stop::Gone));
            }
            let fits = request.number("upload-offset") == Some(kept.bytes.len() as u64);
            let body = connection.body(request, index, &quirk, |_, _| {});
            if let Ok(body) | Err((_, body)) = &body
                && fits
            {
                append(connection.shared, &request.path, body, request);
            }
            let _ = body.map_err(|(stop, _)| stop)?;
            if matches!(quirk, Quirk::LoseAnswer) {
                return Err(Stop::Reset);
            }
            let kept = connection.shared.lock().sessions.get(&request.path).cloned().unwrap_or_default();
            let status = match (fits, kept.complete) {
                (false, _) => 409,
                (true, true) => 200,
                (true, false) => 201,
            };
            connection.say(index, status, &state(&kept), "")
        }
        _ => connection.say(index, 405, &[version()], ""),
    }
}
