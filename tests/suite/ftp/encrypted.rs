//! FTP within TLS: against those who listen, and with certificates.

use longshore::model::{Encryption, Question, Status, TlsFault};

use super::{MB, add, content, unsigned};
use crate::support::ftp_server::FtpServer;
use crate::support::rig::Rig;

/// The address with the scheme that insists.
fn insisting(server: &FtpServer) -> String {
    server.url("f.bin").replace("ftp://", "ftpes://")
}

#[test]
fn what_is_offered_is_taken_without_a_question() {
    let server = FtpServer::with(Some(unsigned()));
    server.keep("f.bin", content(2 * MB));
    let mut rig = Rig::new();
    let id = add(&rig, &server.url("f.bin"));
    let file = rig.wait_file(id);
    assert_eq!(std::fs::read(&file).expect("read"), content(2 * MB));
    let commands = server.read(|state| state.commands.clone());
    let at = |verb: &str| commands.iter().position(|line| line.starts_with(verb)).expect(verb);
    assert!(at("AUTH TLS") < at("USER") && at("PROT P") < at("RETR"), "{commands:#?}");
    let response = rig.detail(id).response.expect("an answer");
    assert!(response.headers.contains(&("AUTH".to_owned(), "TLS".to_owned())), "{response:?}");
}

#[test]
fn nobody_is_told_a_password_without_a_good_certificate_where_one_is_wanted() {
    let server = FtpServer::with(Some(unsigned()));
    server.keep("f.bin", content(1000));
    let mut rig = Rig::new();
    let id = add(&rig, &insisting(&server));
    assert_eq!(rig.settle(id), "needs-user certificate");
    let Status::NeedsUser(Question::Certificate(fault)) = rig.row(id).status else { panic!() };
    assert_ne!(fault, TlsFault::Handshake);
    rig.configure(|settings| settings.ftp.encryption = Encryption::Required);
    let id = add(&rig, &server.url("f.bin").replace("f.bin", "g.bin"));
    assert_eq!(rig.settle(id), "needs-user certificate");
    assert_eq!((server.count("USER"), server.count("PASS")), (0, 0));
}

#[test]
fn a_server_without_encryption_is_refused_where_it_is_wanted_and_used_where_it_is_not() {
    let server = FtpServer::start();
    server.keep("f.bin", content(1000));
    let mut rig = Rig::new();
    let id = add(&rig, &insisting(&server));
    assert_eq!(rig.settle(id), "failed ftp-502");
    assert_eq!(server.count("USER"), 0);
    let id = add(&rig, &server.url("f.bin"));
    let _ = rig.wait_file(id);
}

#[test]
fn who_wants_none_gets_none() {
    let server = FtpServer::with(Some(unsigned()));
    server.keep("f.bin", content(1000));
    let mut rig = Rig::new();
    rig.configure(|settings| settings.ftp.encryption = Encryption::Never);
    let id = add(&rig, &server.url("f.bin"));
    let _ = rig.wait_file(id);
    assert_eq!(server.count("AUTH"), 0);
}
