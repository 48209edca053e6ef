//! How long an answer may be waited for: from the moment its connection stands, for connecting has a limit of its own.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::Notify;
use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    /// Of the question that is being asked; its connector is called from within.
    static PHASE: Arc<Phase>;
}

#[derive(Debug, Default)]
struct Phase {
    connecting: AtomicUsize,
    changed: Notify,
}

/// `None` when `sent` had nothing for `limit` while it was not connecting.
pub(super) async fn answered_within<F: Future>(limit: Duration, sent: F) -> Option<F::Output> {
    let phase = Arc::new(Phase::default());
    let sent = PHASE.scope(Arc::clone(&phase), sent);
    tokio::pin!(sent);
    loop {
        let connecting = phase.connecting.load(Ordering::Acquire) > 0;
        tokio::select! {
            biased;
            output = &mut sent => return Some(output),
            () = phase.changed.notified() => {}
            () = tokio::time::sleep(limit), if !connecting => return None,
        }
    }
}

/// Lets a connector tell the question it works for when it begins and when it is done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told;

#[derive(Debug, Clone)]
pub(super) struct Telling<S>(S);

struct Connecting(Arc<Phase>);

impl Connecting {
    fn begin() -> Option<Self> {
        let phase = PHASE.try_with(Arc::clone).ok()?;
        let _ = phase.connecting.fetch_add(1, Ordering::AcqRel);
        phase.changed.notify_one();
        Some(Self(phase))
    }
}

impl Drop for Connecting {
    fn drop(&mut self) {
        let _ = self.0.connecting.fetch_sub(1, Ordering::AcqRel);
        self.0.changed.notify_one();
    }
}

impl<S> Layer<S> for Told {
    type Service = Telling<S>;

    fn layer(&self, inner: S) -> Telling<S> {
        Telling(inner)
    }
}

impl<S, R> Service<R> for Telling<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = Connecting::begin();
        let made = self.0.call(request);
        Box::pin(async move {
            let _connecting = connecting;
            made.await
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::super::{Client, Insecure, Question, Versions};
    use crate::model::{CostPolicy, Encryption, Method, Network, SafeUrl, Timeouts, TransferId, Wall};
    use crate::protocol::gate::Epochs;
    use crate::protocol::{Error, Gate};
    use crate::rules::cost::{Class, Epoch, Unknown, judge};

    fn gate() -> Gate {
        let pass = judge(&Class::plain(CostPolicy::Always), &Network::default(), Unknown::IsFree);
        let id = TransferId::new(1).expect("not zero");
        Epochs::default().gate(pass.expect("an open network").permit(id, Epoch(0)))
    }

    /// From a server that takes connections and says nothing.
    async fn silence(scheme: &str, timeouts: Timeouts) -> Error {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("{scheme}://{}/", listener.local_addr().expect("an address"));
        let connect = timeouts.connect();
        let question = Question {
            url: SafeUrl::parse_typed(&address).expect("an address").0,
            direct: None,
            method: Method::default(),
            headers: Vec::new(),
            credentials: None,
            ask: None,
            insecure_redirects: Insecure::Refuse,
            encryption: Encryption::default(),
            timeouts,
            now: Wall(0),
        };
        let client = Client::new(None, connect.into(), Versions::Any).expect("a client");
        let gate = gate();
        let asked = client.ask(&question, &gate);
        let waited = tokio::time::timeout(std::time::Duration::from_secs(60), asked).await;
        waited.expect("not for ever").map(|_| ()).expect_err("nobody answers")
    }

    #[tokio::test]
    async fn the_time_to_connect_is_not_added_to_that_for_the_answer() {
        let error = silence("http", Timeouts { connect: 3600, response: 1, stall: 60 }).await;
        assert!(matches!(error, Error::ResponseTimeout), "{error:?}");
    }

    #[tokio::test]
    async fn the_time_to_connect_is_not_taken_from_that_for_the_answer() {
        let error = silence("https", Timeouts { connect: 2, response: 1, stall: 60 }).await;
        assert!(matches!(&error, Error::Send(sent) if sent.is_connect()), "{error:?}");
    }
}
