//! tus 1.0, as a server sees it.

use super::connection::{Connection, Request, Stop};
use super::{Kept, Offers, Quirk};

type Field = (&'static str, String);

fn version() -> Field {
    ("Tus-Resumable", "1.0.0".to_owned())
}

pub(super) fn answer(
    connection: &mut Connection<'_>,
    request: &Request,
    index: usize,
    offers: Offers,
) -> Result<(), Stop> {
    if request.method == "OPTIONS" {
        let mut fields = vec![version(), ("Tus-Version", "1.0.0".to_owned())];
        let extensions = if offers == Offers::BareTus {
            "creation,termination"
        } else {
            "creation,creation-with-upload,checksum,termination"
        };
        fields.push(("Tus-Extension", extensions.to_owned()));
        fields.push(("Tus-Checksum-Algorithm", "sha1,sha256".to_owned()));
        return connection.say(index, 204, &fields, "");
    }
    if request.header("tus-resumable") != Some("1.0.0") {
        return connection.say(index, 412, &[version()], "");
    }
    let known = connection.shared.lock().sessions.get(&request.path).cloned();
    match (request.method.as_str(), known) {
        ("POST", None) if request.path.starts_with("/tus") => create(connection, request, index),
        (_, None) => {
            let _ = connection.before_body(request, index, &Quirk::None);
            let _ = connection.body(request, index, &Quirk::None, |_, _| {}).map_err(|(stop, _)| stop)?;
            connection.say(index, 404, &[version()], "")
        }
        ("HEAD", Some(kept)) => {
            let at = kept.claim.unwrap_or(kept.bytes.len() as u64);
            connection.shared.note(|state| {
                if let Some(kept) = state.sessions.get_mut(&request.path) {
                    kept.claim = None;
                }
            });
            let total = kept.total.unwrap_or_default();
            let fields = [version(), ("Upload-Offset", at.to_string()), ("Upload-Length", total.to_string())];
            connection.say(index, 200, &fields, "")
        }
        ("PATCH", Some(kept)) => patch(connection, request, index, &kept),
        ("DELETE", Some(_)) => {
            connection.shared.note(|state| drop(state.sessions.remove(&request.path)));
            connection.say(index, 204, &[version()], "")
        }
        _ => connection.say(index, 405, &[version()], ""),
    }
}

fn create(connection: &mut Connection<'_>, request: &Request, index: usize) -> Result<(), Stop> {
    let quirk = connection.shared.lock().quirk(&request.path);
    connection.before_body(request, index, &quirk)?;
    let place = {
        let mut state = connection.shared.lock();
        state.next_session += 1;
        let place = format!("/session/{}", state.next_session);
        let kept = Kept {
            total: request.number("upload-length"),
            metadata: request.header("upload-metadata").unwrap_or_default().to_owned(),
            ..Kept::default()
        };
        let _ = state.sessions.insert(place.clone(), kept);
        place
    };
    take(connection, request, index, &quirk, &place)?;
    if matches!(quirk, Quirk::LoseAnswer) {
        return Err(Stop::Reset);
    }
    let at = connection.shared.lock().sessions.get(&place).map_or(0, |kept| kept.bytes.len());
    connection.say(index, 201, &[version(), ("Location", place), ("Upload-Offset", at.to_string())], "")
}

fn patch(connection: &mut Connection<'_>, request: &Request, index: usize, kept: &Kept) -> Result<(), Stop> {
    let quirk = connection.shared.lock().quirk(&request.path);
    if let Quirk::Offset(claim) = quirk {
        connection.shared.note(|state| {
            if let Some(kept) = state.sessions.get_mut(&request.path) {
                kept.claim = Some(claim);
            }
        });
        return Err(Stop::Reset);
    }
    connection.before_body(request, index, &quirk)?;
    if request.number("upload-offset") != Some(kept.bytes.len() as u64) {
        let _ = connection.body(request, index, &quirk, |_, _| {}).map_err(|(stop, _)| stop)?;
        return connection.say(index, 409, &[version()], "");
    }
    if let Quirk::Answer { status, headers, body } = &quirk {
        let _ = connection.body(request, index, &quirk, |_, _| {}).map_err(|(stop, _)| stop)?;
        return connection.say(index, *status, headers, body);
    }
    take(connection, request, index, &quirk, &request.path.clone())?;
    if matches!(quirk, Quirk::LoseAnswer) {
        return Err(Stop::Reset);
    }
    let at = connection.shared.lock().sessions.get(&request.path).map_or(0, |kept| kept.bytes.len());
    connection.say(index, 204, &[version(), ("Upload-Offset", at.to_string())], "")
}

/// Bytes are kept as they come, so that a connection that breaks leaves what it brought.
fn take(
    connection: &mut Connection<'_>,
    request: &Request,
    index: usize,
    quirk: &Quirk,
    place: &str,
) -> Result<(), Stop> {
    let keep = |shared: &super::Shared, bytes: &[u8]| {
        shared.note(|state| {
            if let Some(kept) = state.sessions.get_mut(place) {
                kept.bytes.extend_from_slice(bytes);
                kept.complete = Some(kept.bytes.len() as u64) == kept.total;
            }
        });
    };
    let taken = connection.body(request, index, quirk, keep);
    let body = taken.map_err(|(stop, _)| stop)?;
    if let Some((algorithm, sum)) = request.header("upload-checksum").and_then(|text| text.split_once(' ')) {
        use base64::Engine as _;
        let algorithm = match algorithm {
            "sha256" => &aws_lc_rs::digest::SHA256,
            _ => &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
        };
        let is = aws_lc_rs::digest::digest(algorithm, &body);
        if base64::engine::general_purpose::STANDARD.encode(is) != sum {
            return connection.say(index, 460, &[version()], "").and(Err(Stop::Gone));
        }
    }
    Ok(())
}
