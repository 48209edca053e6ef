//! Tells a server that nobody will go on with an upload it keeps, so that it need not keep it. Only a courtesy: servers
//! let go of them by themselves, and what they answer changes nothing.

use std::rc::Rc;

use zeroize::Zeroizing;

use super::ftp;
use crate::coordinator::Abandoned;
use crate::engine::lane::LaneState;
use crate::model::{Method, Session, SessionKind};
use crate::protocol::ftp::Visit;
use crate::protocol::http::Insecure;
use crate::protocol::upload::{Announce, Courier, Draft, Letter, Tus};
use crate::protocol::{Error, Gate};

/// What is said, and by whom.
pub(in crate::engine) struct Parting {
    pub abandoned: Abandoned,
    pub gate: Gate,
    pub credentials: Option<(Zeroizing<String>, Zeroizing<String>)>,
    pub headers: Vec<(String, Zeroizing<String>)>,
}

pub(in crate::engine) async fn abandon(lane: Rc<LaneState>, parting: Parting) {
    let Ok(_turn) = lane.partings.acquire().await else { return };
    let id = parting.abandoned.transfer;
    match say(&lane, &parting).await {
        Ok(status) => tracing::debug!(%id, status, "abandoned"),
        Err(error) => tracing::debug!(%id, error = &error as &dyn std::error::Error, "abandoned"),
    }
}

/// tus 1.0, extension `termination`; `draft-ietf-httpbis-resumable-upload`, "Upload Cancellation".
async fn say(lane: &LaneState, parting: &Parting) -> Result<u16, Error> {
    let Abandoned { source, session, timeouts, user_agent, .. } = &parting.abandoned;
    let Session { kind, url, .. } = session;
    let credentials = parting.credentials.as_ref();
    if *kind == SessionKind::Ftp {
        let visit = Visit {
            url: &source.url,
            credentials: credentials.map(|(user, password)| (user.as_str(), password.as_str())),
            encryption: parting.abandoned.encryption,
            timeouts: *timeouts,
        };
        return ftp::forget(session, &visit, &parting.gate).await;
    }
    let letter = Letter {
        url,
        home: &source.url,
        method: Method::new("DELETE").unwrap_or_default(),
        headers: &parting.headers,
        credentials: credentials.map(|(user, password)| (user.as_str(), password.as_str())),
        fixed: match kind {
            SessionKind::Tus => Tus::plain(),
            SessionKind::Ietf | SessionKind::Ftp => Draft::plain(),
        },
        body: None,
        tempo: None,
        announce: Announce::No,
        insecure_redirects: Insecure::Refuse,
        timeouts: *timeouts,
        now: lane.shared.clock.now().wall,
        places: None,
    };
    let mut courier = Courier::new(lane.upload_client(user_agent.as_deref())?);
    Ok(courier.send(&letter, &parting.gate).await?.answer.head.status)
}
