//! A web page where a file is expected: the sign-in page of a hotel, an error page, an expired link.

use longshore::api::{Act, Answer};
use longshore::model::{Question, Status};

use super::{broken_off, check_kept, content};
use crate::support::fault_server::{At, Behaviour, FaultServer, Resource};
use crate::support::rig::Rig;

fn page() -> Behaviour {
    Behaviour::HtmlInstead { title: "Sign in, please".to_owned(), status: 200 }
}

#[test]
fn a_page_instead_of_an_archive_is_shown_by_its_title_and_not_saved() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let id = rig.add(&server.serve("/backup.zip", Resource::bytes(content()).with(page().times(1))));
    assert_eq!(rig.settle(id), "needs-user web-page");
    let Status::NeedsUser(Question::WebPage { title, .. }) = rig.row(id).status else { panic!() };
    assert_eq!(title.as_deref(), Some("Sign in, please"));
    assert!(rig.files().is_empty());
    assert_eq!(server.exchanges("/backup.zip").len(), 1);
    let _ = rig.act(Act::Answer { id, answer: Answer::TryAgain });
    content().verify_file(&rig.wait_file(id)).expect("the right bytes");
}

#[test]
fn a_page_is_saved_where_it_is_wanted() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let asked = rig.add(&server.serve("/odd.zip", Resource::bytes(content()).with(page())));
    assert_eq!(rig.settle(asked), "needs-user web-page");
    let _ = rig.act(Act::Answer { id: asked, answer: Answer::Accept });
    let plain = rig.add(&server.serve("/index.html", Resource::bytes(content()).with(page())));
    for id in [asked, plain] {
        let text = std::fs::read_to_string(rig.wait_file(id)).expect("a page");
        assert!(text.contains("Sign in, please"));
    }
    let attached = Resource::literal("<html>report</html>")
        .with(Behaviour::ContentType("text/html".to_owned()))
        .with(Behaviour::ContentDisposition(b"attachment; filename=report.zip".to_vec()));
    let id = rig.add(&server.serve("/report.zip", attached));
    assert_eq!(rig.wait_file(id), rig.downloads().join("report.zip"));
}

#[test]
fn a_page_in_the_middle_of_a_download_leaves_what_is_here() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let login = server.serve("/login", Resource::bytes(content()).with(page()));
    let sent_away = Behaviour::Redirect { code: 302, to: login };
    for (name, behaviour) in [("page", page()), ("sent-away", sent_away)] {
        let path = format!("/{name}.zip");
        let id = broken_off(&server, &mut rig, &path, Vec::new());
        server.replace(&path, Resource::bytes(content()).with(behaviour));
        rig.retry(id);
        assert_eq!(rig.settle(id), "needs-user web-page", "{name}");
        check_kept(&rig, id, &format!("{name}.zip"));
        server.replace(&path, Resource::bytes(content()));
        let _ = rig.act(Act::Answer { id, answer: Answer::TryAgain });
        content().verify_file(&rig.wait_file(id)).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
    }
}

#[test]
fn a_page_that_does_not_come_is_told_of_without_its_title() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let resource = Resource::bytes(content()).with(page()).with(Behaviour::Trickle { bytes_per_second: 10 });
    let slow = rig.add(&server.serve("/slow.zip", resource));
    let resource = Resource::bytes(content()).with(page()).with(Behaviour::Stall { at: At::Body(9) });
    let mute = rig.add(&server.serve("/mute.zip", resource));
    for id in [slow, mute] {
        assert_eq!(rig.settle(id), "needs-user web-page");
        let Status::NeedsUser(Question::WebPage { title, .. }) = rig.row(id).status else { panic!() };
        assert_eq!(title, None);
    }
}
