//! A listening address which can be closed and opened again.

use std::io;
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use socket2::{Domain, SockRef, Socket, Type};

use super::shared::Shared;

pub(super) struct Port {
    pub address: SocketAddr,
    /// Bound but not listening: it keeps the address ours while nothing listens, so that clients
    /// are refused and no other process takes it.
    _holder: Socket,
    shared: Arc<Shared>,
    running: Option<Running>,
}

struct Running {
    listener: Arc<TcpListener>,
    closing: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Port {
    pub fn open(ip: IpAddr, shared: &Arc<Shared>) -> io::Result<Self> {
        let holder = bind(SocketAddr::new(ip, 0))?;
        let address = holder.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
        let shared = Arc::clone(shared);
        let mut port = Self { address, _holder: holder, shared, running: None };
        port.listen()?;
        Ok(port)
    }

    /// Starts accepting, unless it does already.
    pub fn listen(&mut self) -> io::Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        let socket = bind(self.address)?;
        socket.listen(1024)?;
        let listener = Arc::new(TcpListener::from(socket));
        let closing = Arc::new(AtomicBool::new(false));
        let (accepting, stop) = (Arc::clone(&listener), Arc::clone(&closing));
        let shared = Arc::clone(&self.shared);
        let thread = thread::spawn(move || accept_all(&accepting, &stop, &shared));
        self.running = Some(Running { listener, closing, thread });
        Ok(())
    }

    /// Stops accepting; clients are refused from now on.
    pub fn close(&mut self) {
        let Some(running) = self.running.take() else {
            return;
        };
        running.closing.store(true, Ordering::SeqCst);
        // On Linux this ends a blocked accept; it cannot fail on a listening socket.
        let _ = SockRef::from(&*running.listener).shutdown(Shutdown::Both);
        // A panic there was printed already, and this may run during another one.
        let _ = running.thread.join();
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.close();
    }
}

fn bind(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

fn accept_all(listener: &TcpListener, closing: &AtomicBool, shared: &Arc<Shared>) {
    loop {
        let accepted = listener.accept();
        if closing.load(Ordering::SeqCst) {
            return;
        }
        match accepted {
            Ok((stream, _)) => shared.accept(stream),
            // The client was gone before we looked, or files have run out for a moment.
            Err(_) => thread::yield_now(),
        }
    }
}
