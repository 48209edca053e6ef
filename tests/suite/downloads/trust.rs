//! Certificates that prove nothing.

use std::time::Duration;

use longshore::model::{Question, Status, TlsFault};

use super::content;
use crate::support::fault_server::{FaultServer, Leaf, Resource};
use crate::support::rig::Rig;

#[test]
fn a_server_that_cannot_prove_who_it_is_gets_no_question() {
    let mut rig = Rig::new();
    for leaf in [Leaf::Good, Leaf::WrongHost, Leaf::Expired, Leaf::NotYetValid, Leaf::SelfSigned] {
        // Nobody here trusts the authority of this server, so that none of its certificates is good.
        let server = FaultServer::options().tls(leaf).start();
        let id = rig.add(&server.serve("/file.bin", Resource::bytes(content())));
        assert_eq!(rig.settle(id), "needs-user certificate", "{leaf:?}");
        let Status::NeedsUser(Question::Certificate(fault)) = rig.row(id).status else { panic!() };
        assert_ne!(fault, TlsFault::Handshake, "{leaf:?}");
        server.wait_for_connections(|open| open == 0, Duration::from_secs(20));
        assert!(server.all_exchanges().is_empty(), "{leaf:?}");
        assert_eq!(server.failed_handshakes(), 1, "{leaf:?}");
    }
    assert!(rig.files().is_empty());
}

#[test]
fn a_server_that_speaks_no_tls_is_not_asked_in_the_open() {
    let server = FaultServer::start();
    let url = server.serve("/file.bin", Resource::bytes(content())).replace("http://", "https://");
    let mut rig = Rig::new();
    rig.configure(|settings| settings.timeouts.connect = 1);
    let id = rig.add(&url);
    assert_eq!(rig.settle(id), "waiting-to-retry timeout");
    assert!(server.all_exchanges().is_empty());
}
