//! The limits of speed, for all lanes at once. While there are none nobody asks, and nothing is locked for a chunk.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::Notify;

use crate::model::{GroupId, Pace, Transfer, TransferId};
use crate::platform::Clock;
use crate::protocol::upload::Tempo;
use crate::rules::rate::{FlowId, Level, Limiter, Member, Nanos, Share, Turn};

/// Whoever waits looks again after this long: low priority gets more when the others are gone, and the plan must hear
/// that nobody stalls.
const LOOK: Duration = Duration::from_millis(250);

#[derive(Debug, Clone)]
pub(super) struct Brakes {
    inner: Arc<Inner>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    /// There is a limit, or somebody who yields.
    engaged: AtomicBool,
    /// A limit changed: who waits asks anew.
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    limiter: Limiter,
    flows: BTreeMap<FlowId, TransferId>,
    running: BTreeMap<TransferId, Running>,
    everything: Option<Pace>,
    groups: BTreeMap<GroupId, Pace>,
    next: u64,
}

#[derive(Debug, Clone, Copy)]
struct Running {
    group: Option<GroupId>,
    share: Share,
    pace: Option<Pace>,
}

/// One connection that keeps to the limits, until it is dropped.
#[derive(Debug)]
pub(super) struct Flow {
    id: FlowId,
    brakes: Brakes,
}

/// What a connection may do with the bytes it has in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    Take(usize),
    /// Nothing yet, after a wait: the world may have changed meanwhile.
    Later,
}

impl Brakes {
    pub(super) fn new(clock: Clock) -> Self {
        Self { inner: Arc::default(), clock }
    }

    pub(super) fn begin(&self, transfer: &Transfer) {
        let (id, pace) = (transfer.id, transfer.options.pace);
        let running = Running { group: transfer.group, share: Share::of(transfer.priority), pace };
        self.change(|state, now| {
            let _ = state.running.insert(id, running);
            state.limiter.set(Level::Transfer(id), pace.map(|pace| pace.0), now);
        });
    }

    pub(super) fn end(&self, id: TransferId) {
        self.change(|state, now| {
            let _ = state.running.remove(&id);
            state.limiter.set(Level::Transfer(id), None, now);
        });
    }

    /// Holds at once, also for those who wait.
    pub(super) fn limit(&self, level: Level, pace: Option<Pace>) {
        self.change(|state, now| {
            match level {
                Level::Everything => state.everything = pace,
                Level::Group(id) => match pace {
                    Some(pace) => drop(state.groups.insert(id, pace)),
                    None => drop(state.groups.remove(&id)),
                },
                Level::Transfer(id) => match state.running.get_mut(&id) {
                    Some(running) => running.pace = pace,
                    None => return,
                },
            }
            state.limiter.set(level, pace.map(|pace| pace.0), now);
        });
    }

    /// Its priority changed while it runs.
    pub(super) fn share(&self, id: TransferId, share: Share) {
        self.change(|state, _| {
            let Some(running) = state.running.get_mut(&id) else { return };
            running.share = share;
            let member = running.member(id);
            let flows = state.flows.iter().filter(|(_, of)| **of == id);
            for flow in flows.map(|(flow, _)| *flow).collect::<Vec<_>>() {
                state.limiter.join(flow, member);
            }
        });
    }

    pub(super) fn flow(&self, transfer: TransferId) -> Flow {
        let mut state = self.lock();
        let id = FlowId(state.next);
        state.next += 1;
        let _ = state.flows.insert(id, transfer);
        let member = state.running.get(&transfer).map(|running| running.member(transfer));
        let stranger = Member { transfer, group: None, share: Share::Full };
        state.limiter.join(id, member.unwrap_or(stranger));
        drop(state);
        Flow { id, brakes: self.clone() }
    }

    fn change(&self, change: impl FnOnce(&mut State, Nanos)) {
        let now = self.now();
        let mut state = self.lock();
        change(&mut state, now);
        self.inner.engaged.store(state.is_engaged(), Ordering::Release);
        drop(state);
        self.inner.changed.notify_waiters();
    }

    fn now(&self) -> Nanos {
        Nanos(self.clock.nanos())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_engaged(&self) -> bool {
        let slow = |running: &Running| running.pace.is_some() || running.share == Share::Idle;
        self.everything.is_some() || !self.groups.is_empty() || self.running.values().any(slow)
    }
}

impl Running {
    const fn member(self, transfer: TransferId) -> Member {
        Member { transfer, group: self.group, share: self.share }
    }
}

impl Flow {
    /// How much of `bytes` may be taken. Waits for its turn, but not for ever: ask again then.
    pub(super) async fn ask(&self, bytes: usize) -> Grant {
        let inner = &self.brakes.inner;
        if !inner.engaged.load(Ordering::Acquire) {
            return Grant::Take(bytes);
        }
        let mut changed = pin!(inner.changed.notified());
        // Heard from here on: a change between the question and the wait is not missed.
        let _ = changed.as_mut().enable();
        let now = self.brakes.now();
        let turn = self.brakes.lock().limiter.ask(self.id, bytes as u64, now);
        match turn {
            Turn::Take(granted) => Grant::Take(usize::try_from(granted).unwrap_or(bytes).min(bytes)),
            Turn::Wait(at) => {
                let wait = Duration::from_nanos(at.0.saturating_sub(now.0)).min(LOOK);
                let _ = tokio::time::timeout(wait, changed).await;
                Grant::Later
            }
        }
    }
}

impl Drop for Flow {
    fn drop(&mut self) {
        let mut state = self.brakes.lock();
        let _ = state.flows.remove(&self.id);
        state.limiter.leave(self.id);
    }
}

/// The same for a body that asks for its bytes when it is ready for them.
pub(super) struct Turnstile {
    flow: Arc<Flow>,
    asking: Mutex<Option<Asking>>,
}

type Asking = std::pin::Pin<Box<dyn Future<Output = Grant> + Send>>;

impl Turnstile {
    pub(super) fn new(flow: Flow) -> Self {
        Self { flow: Arc::new(flow), asking: Mutex::default() }
    }
}

impl std::fmt::Debug for Turnstile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Turnstile").field(&self.flow.id).finish()
    }
}

impl Tempo for Turnstile {
    fn poll_take(&self, cx: &mut Context<'_>, bytes: usize) -> Poll<usize> {
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let question = asking.get_or_insert_with(|| {
                let flow = Arc::clone(&self.flow);
                Box::pin(async move { flow.ask(bytes).await })
            });
            let grant = std::task::ready!(question.as_mut().poll(cx));
            *asking = None;
            match grant {
                Grant::Take(granted) if granted > 0 => return Poll::Ready(granted.min(bytes)),
                Grant::Take(_) | Grant::Later => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Priority;

    fn running(brakes: &Brakes, id: u64, priority: Priority, pace: Option<u64>) -> TransferId {
        let id = TransferId::new(id).expect("not zero");
        let running = Running { group: None, share: Share::of(priority), pace: pace.and_then(Pace::new) };
        brakes.change(|state, now| {
            let _ = state.running.insert(id, running);
            state.limiter.set(Level::Transfer(id), running.pace.map(|pace| pace.0), now);
        });
        id
    }

    fn engaged(brakes: &Brakes) -> bool {
        brakes.inner.engaged.load(Ordering::Acquire)
    }

    #[test]
    fn nobody_asks_while_there_is_nothing_to_keep_to() {
        let brakes = Brakes::new(Clock::system());
        let one = running(&brakes, 1, Priority::Normal, None);
        assert!(!engaged(&brakes));
        let low = running(&brakes, 2, Priority::Low, None);
        assert!(engaged(&brakes));
        brakes.share(low, Share::Full);
        assert!(!engaged(&brakes));
        brakes.limit(Level::Transfer(one), Pace::new(1000));
        assert!(engaged(&brakes));
        brakes.end(one);
        assert!(!engaged(&brakes));
        brakes.limit(Level::Everything, Pace::new(1000));
        assert!(engaged(&brakes));
        brakes.limit(Level::Everything, None);
        brakes.limit(Level::Transfer(one), Pace::new(1000));
        assert!(!engaged(&brakes), "it does not run any more");
    }

    #[tokio::test]
    async fn a_limit_that_is_lifted_lets_go_of_those_who_wait() {
        let brakes = Brakes::new(Clock::system());
        let one = running(&brakes, 1, Priority::Normal, Some(1));
        let flow = brakes.flow(one);
        while flow.ask(1 << 20).await != Grant::Later {}
        let (waited, ()) = tokio::join!(
            async {
                loop {
                    if let Grant::Take(bytes) = flow.ask(1 << 20).await {
                        return bytes;
                    }
                }
            },
            async { brakes.limit(Level::Transfer(one), None) }
        );
        assert_eq!(waited, 1 << 20);
    }
}
