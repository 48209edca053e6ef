//! The listener. It is open while anything is offered, to programs on this machine only.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::Offers;
use super::answer::answer;

/// Connections at once; a player has one or two.
const GUESTS_MOST: usize = 16;
/// A connection that asks nothing for so long is closed.
const ASKS_WITHIN: Duration = Duration::from_secs(60);
/// Longest head of a question, in bytes.
const HEAD_MOST: usize = 16 << 10;
/// Who stops a film for a while may come back to a file that is finished meanwhile.
const LINGER: Duration = Duration::from_secs(600);
/// Pause after an error of the listener itself, such as no free descriptor.
const AGAIN: Duration = Duration::from_millis(200);

pub(super) struct Door {
    port: u16,
    keeper: JoinSet<()>,
}

impl Door {
    pub(super) fn open(offers: Offers) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let port = listener.local_addr()?.port();
        let mut keeper = JoinSet::new();
        let _ = keeper.spawn_local(keep(listener, port, offers));
        Ok(Self { port, keeper })
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn is_closed(&mut self) -> bool {
        while self.keeper.try_join_next().is_some() {}
        self.keeper.is_empty()
    }
}

/// Until nothing is offered any more. Whoever still reads is cut off then.
async fn keep(listener: TcpListener, port: u16, offers: Offers) {
    let mut guests: JoinSet<()> = JoinSet::new();
    while !offers.borrow().is_empty() {
        let nobody = guests.is_empty();
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((guest, _)) if guests.len() < GUESTS_MOST => {
                    let _ = guests.spawn_local(receive(guest, port, Rc::clone(&offers)));
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(%error, "nobody can come in");
                    tokio::time::sleep(AGAIN).await;
                }
            },
            Some(_) = guests.join_next() => {}
            () = tokio::time::sleep(LINGER), if nobody => {
                offers.borrow_mut().retain(|_, offer| !offer.is_finished());
            }
        }
    }
}

async fn receive(guest: TcpStream, port: u16, offers: Offers) {
    let service = service_fn(move |question| {
        let offers = Rc::clone(&offers);
        async move { Ok::<_, std::convert::Infallible>(answer(&question, port, &offers).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(ASKS_WITHIN)
        .max_buf_size(HEAD_MOST)
        .serve_connection(TokioIo::new(guest), service);
    if let Err(error) = served.await {
        tracing::debug!(%error, "a reader left");
    }
}
