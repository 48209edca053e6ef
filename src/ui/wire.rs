//! The way to the engine and back: requests become tasks, batches become messages.

use std::hash::{Hash, Hasher};

use futures::StreamExt;
use iced::{Subscription, Task};

use crate::api::{Batch, Gone, Handle, Outcome, Request};
use crate::model::Span;

/// What comes out of the engine unasked.
#[derive(Debug, Clone)]
pub enum News {
    Batch(Box<Batch>),
    /// Nobody is there any more, and nobody said why.
    Lost,
}

/// Every batch, for as long as the engine lives.
pub fn news(handle: &Handle) -> Subscription<News> {
    Subscription::run_with(Line(handle.clone()), |line| {
        let handle = line.0.clone();
        futures::stream::once(async move {
            let batches = handle.subscribe().await.map(StreamExt::boxed);
            let batches = batches.unwrap_or_else(|Gone| futures::stream::empty().boxed());
            batches
                .map(|batch| News::Batch(Box::new(batch)))
                .chain(futures::stream::once(std::future::ready(News::Lost)))
        })
        .flatten()
    })
}

/// One question, one answer.
pub fn ask<Message: Send + 'static>(
    handle: &Handle,
    request: Request,
    then: impl FnOnce(Result<Outcome, Gone>) -> Message + Send + 'static,
) -> Task<Message> {
    let handle = handle.clone();
    Task::perform(async move { handle.ask(request).await }, then)
}

/// A message after a while. Nothing runs meanwhile.
pub fn after<Message: Send + 'static>(
    span: Span,
    message: impl FnOnce() -> Message + Send + 'static,
) -> Task<Message> {
    // The timer must be made inside the runtime, not where the task is described.
    Task::perform(async move { tokio::time::sleep(span.into()).await }, move |()| message())
}

/// A subscription is known by the client it speaks for.
struct Line(Handle);

impl Hash for Line {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.client().hash(state);
    }
}
