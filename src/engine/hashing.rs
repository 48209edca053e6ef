//! The thread of a lane that computes checksums. It yields to everything else that wants the processor, and ends with the
//! last transfer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// "Below normal": a quarter of the share of a busy thread beside it, all of an idle processor.
const NICE: i32 = 6;

pub(super) struct Hashing(Sender<Work>);

impl Hashing {
    pub(super) fn start() -> std::io::Result<Self> {
        let (to, all) = channel::<Work>();
        let _ = std::thread::Builder::new().name("checksums".to_owned()).spawn(move || {
            // Of this thread alone; where it is refused, the work is done all the same.
            let _ = rustix::process::setpriority_process(None, NICE);
            for work in all {
                // Whoever waits for it notices that no answer comes.
                let _ = catch_unwind(AssertUnwindSafe(work));
            }
        })?;
        Ok(Self(to))
    }

    /// Work of some milliseconds: others wait meanwhile. `None` when it broke.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        let work = move || {
            // Nobody waits for work whose transfer was stopped.
            if !reply.is_closed() {
                let _ = reply.send(work());
            }
        };
        self.0.send(Box::new(work)).ok()?;
        answer.await.ok()
    }
}
