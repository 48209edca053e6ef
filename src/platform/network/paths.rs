//! The kernel's side: by which of our addresses the world is reached, and word when that changes.

#![expect(clippy::disallowed_methods, reason = "the kernel's tables are read as files")]

use std::net::{IpAddr, UdpSocket};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType};
use tokio::io::unix::AsyncFd;

/// Addresses of documentation (RFC 5737, RFC 3849): everything that leads to the world leads there, too.
const WORLD: [(&str, &str); 2] = [("0.0.0.0:0", "198.51.100.1:9"), ("[::]:0", "[2001:db8::1]:9")];
/// `RTMGRP_IPV4_IFADDR`, `RTMGRP_IPV4_ROUTE`, `RTMGRP_IPV6_IFADDR`, `RTMGRP_IPV6_ROUTE`.
const GROUPS: u32 = 0x10 | 0x40 | 0x100 | 0x400;
/// Changes come in swarms.
const SWARM: Duration = Duration::from_millis(100);

/// Our own addresses towards the world. Connecting a datagram socket sends nothing; it asks the routing table. Of IPv6 only
/// the network's half counts: the other one changes every day for privacy, and old connections go on.
pub(super) fn present() -> Vec<String> {
    WORLD.iter().filter_map(|(from, to)| source(from, to)).collect()
}

fn source(from: &str, to: &str) -> Option<String> {
    let socket = UdpSocket::bind(from).ok()?;
    socket.connect(to).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) => Some(address.to_string()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
        }
    }
}

/// The interface of the best default route.
pub(super) fn default_interface() -> Option<String> {
    let v4 = std::fs::read_to_string("/proc/net/route").ok().and_then(|table| best_v4(&table));
    v4.or_else(|| std::fs::read_to_string("/proc/net/ipv6_route").ok().and_then(|table| best_v6(&table)))
}

/// Columns: interface, destination, gateway, flags, two counters, metric, mask.
fn best_v4(table: &str) -> Option<String> {
    let routes = table.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (interface, to, metric, mask) =
            (columns.first()?, columns.get(1)?, columns.get(6)?, columns.get(7)?);
        let is_default = *to == "00000000" && *mask == "00000000";
        is_default.then_some((metric.parse::<u32>().ok()?, (*interface).to_owned()))
    });
    routes.min().map(|(_, interface)| interface)
}

/// Columns: destination, its prefix, source, its prefix, next hop, metric, two counters, flags, interface; in hexadecimal.
fn best_v6(table: &str) -> Option<String> {
    let routes = table.lines().filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (to, prefix, metric, interface) =
            (columns.first()?, columns.get(1)?, columns.get(5)?, columns.get(9)?);
        let is_default = *prefix == "00" && to.chars().all(|c| c == '0') && *interface != "lo";
        is_default.then_some((u32::from_str_radix(metric, 16).ok()?, (*interface).to_owned()))
    });
    routes.min().map(|(_, interface)| interface)
}

/// Tells when addresses or routes change; what changed is read anew.
pub(super) struct Routes {
    socket: Option<AsyncFd<OwnedFd>>,
}

impl Routes {
    /// Where the kernel's messages cannot be had, nothing is ever told.
    pub(super) fn open() -> Self {
        Self { socket: listen().inspect_err(|error| tracing::debug!(%error, "no word on routes")).ok() }
    }

    pub(super) async fn changed(&mut self) {
        let Some(socket) = &self.socket else { return std::future::pending().await };
        if wait(socket).await.is_err() {
            self.socket = None;
            return;
        }
        tokio::time::sleep(SWARM).await;
        let _ = drain(socket.get_ref());
    }
}

#[expect(deprecated, reason = "it owns its descriptor, which is all that its successor asks for")]
fn listen() -> std::io::Result<AsyncFd<OwnedFd>> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    // Protocol 0 of this family is the one of routes.
    let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    rustix::net::bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
    AsyncFd::new(socket)
}

async fn wait(socket: &AsyncFd<OwnedFd>) -> std::io::Result<()> {
    loop {
        let mut ready = socket.readable().await?;
        if drain(socket.get_ref()) {
            return Ok(());
        }
        ready.clear_ready();
    }
}

/// Reads everything there is. More than fits the kernel's queue is something, too.
fn drain(socket: &OwnedFd) -> bool {
    let mut buffer = [0_u8; 8192];
    let mut found = false;
    loop {
        match rustix::net::recv(socket, &mut buffer, RecvFlags::empty()) {
            Ok(_) | Err(rustix::io::Errno::NOBUFS) => found = true,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_route_with_the_lowest_metric_counts() {
        let table = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n\
                     wlan0\t00000000\t014D4D0A\t0003\t0\t0\t600\t00000000\t0\t0\t0\n\
                     eth0\t00000000\t014E4E0A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
                     eth0\t004D4D0A\t00000000\t0001\t0\t0\t5\t00FFFFFF\t0\t0\t0\n";
        assert_eq!(best_v4(table).as_deref(), Some("eth0"));
        assert_eq!(best_v4("Iface\tDestination\n"), None);
        let zeros = "00000000000000000000000000000000";
        let table = format!(
            "{zeros} 00 {zeros} 00 fe80000000000000000000000000000001 00000400 00000001 00000000 00000003 wlan0\n\
             {zeros} 00 {zeros} 00 {zeros} ffffffff 00000001 00000000 00200200 lo\n"
        );
        assert_eq!(best_v6(&table).as_deref(), Some("wlan0"));
    }
}
