//! Many files at once.

use longshore::api::{Outcome, Query, Request, View};

use super::Sample;
use crate::support::home::Home;
use crate::support::rig::Rig;
use crate::support::upload_server::UploadServer;

#[test]
fn uploads_that_belong_together_are_found_together_also_in_the_next_life() {
    let server = UploadServer::start();
    let mut rig = Rig::new();
    let sample = Sample::new(1000);
    for name in ["a", "b"] {
        let mut new = sample.to(&server.url(&format!("/{name}")), longshore::model::Resuming::None);
        new.group = Some("photos".to_owned());
        let id = rig.add_new(new);
        let row = rig.wait_status(id, "completed");
        assert_eq!(row.group.as_deref(), Some("photos"));
    }
    let rig = rig.restart();
    let view = View { group: Some("photos".to_owned()), ..View::default() };
    let Outcome::Order(order) = rig.ask(Request::Query(Query::Order(view))) else { panic!("no order") };
    assert_eq!(order.len(), 2);
}

#[test]
fn a_folder_is_put_with_all_that_is_below_it() {
    let server = UploadServer::start();
    let home = Home::new();
    std::fs::create_dir_all(home.path().join("album/deep")).expect("folders");
    for (name, text) in [("album/a.txt", "one"), ("album/deep/b c.txt", "two"), ("other.txt", "three")] {
        std::fs::write(home.path().join(name), text).expect("written");
    }
    let put = home.run(&["put", "album", "other.txt", &server.url("/in/"), "--resumable", "none"]);
    assert!(put.status.success(), "{}", String::from_utf8_lossy(&put.stderr));
    for (place, text) in
        [("/in/album/a.txt", "one"), ("/in/album/deep/b%20c.txt", "two"), ("/in/other.txt", "three")]
    {
        assert_eq!(server.kept(place).unwrap_or_else(|| panic!("{place}")).bytes, text.as_bytes());
    }
    let listed: serde_json::Value = serde_json::from_str(&home.says(&["list", "--json"])).expect("an array");
    let groups: Vec<_> = listed.as_array().expect("rows").iter().map(|row| row["group"].clone()).collect();
    assert!(groups.iter().all(|group| group == "127.0.0.1"), "{groups:?}");
}
