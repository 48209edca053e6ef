//! A data plan on a real connection.

use serde_json::Value;

use super::program::{PATIENCE, Program};
use super::{MIB, paced, server};
use crate::support::fault_server::{Content, Resource};
use crate::support::nm::Nm;

fn plan(program: &Program<'_>) -> Value {
    let all: Value =
        serde_json::from_str(&program.text(&["budget", "show", "wifi", "--json"])).expect("JSON");
    all[0].clone()
}

#[test]
fn a_data_plan_stops_what_uses_it_up_and_is_known_after_a_restart() {
    let Some(nm) = Nm::new() else { return };
    let server = server(&nm);
    let content = Content::new(11, 24 * MIB);
    let url = server.serve("/plan.bin", Resource::bytes(content.clone()).with(paced(4)));
    nm.cli(&["con", "up", "wifi"]);
    let program = Program::start(&nm);
    program.run(&["budget", "set", "wifi", "8MiB"]);
    let id = program.add(&url, "always");
    program.wait(&id, "paused-costed-network", Some("over-budget"));
    server.wait_for_connections(|open| open == 0, PATIENCE);
    let sent = server.coverage("/plan.bin").sent;
    assert!((8 * MIB..20 * MIB).contains(&sent), "{sent} bytes of a plan of 8 MiB");
    let program = program.again();
    program.wait(&id, "paused-costed-network", Some("over-budget"));
    let used = plan(&program);
    assert!(used["used"].as_u64().expect("a number") >= 8 * MIB, "{used}");
    assert_eq!((&used["level"], &used["here"]), (&"over".into(), &true.into()), "{used}");
    let network = program.network();
    assert_eq!((&network["over_limit"], &network["restricted"]), (&true.into(), &true.into()), "{network}");
    assert_eq!((&network["budget"]["cap"], &network["budget"]["used"]), (&(8 * MIB).into(), &used["used"]));
    assert!(program.text(&["budget"]).contains("8.38 MB used"), "{}", program.text(&["budget"]));

    // Whoever may go on over the plan does, at once.
    program.run(&["budget", "set", "wifi", "8MiB", "--over", "go-on"]);
    program.wait(&id, "completed", None);
    content.verify_file(&program.out().join("plan.bin")).expect("the right bytes");
    program.run(&["budget", "set", "wifi", "off"]);
    assert_eq!(program.network()["over_limit"], false);
}

#[test]
fn the_kernels_count_of_the_device_is_asked_for_where_it_is_wanted() {
    let Some(nm) = Nm::new() else { return };
    let server = server(&nm);
    let url = server.serve("/counted.bin", Resource::bytes(Content::new(12, 16 * MIB)).with(paced(4)));
    nm.cli(&["con", "up", "wifi"]);
    let program = Program::start(&nm);
    program.run(&["budget", "set", "wifi", "1GB", "--every", "7", "--count", "device"]);
    let id = program.add(&url, "always");
    program.wait(&id, "completed", None);
    let plan = plan(&program);
    let days = plan["days"].as_object().expect("days");
    let device: u64 = days.values().map(|day| day["device"].as_u64().expect("a number")).sum();
    assert!(device >= 4 * MIB, "{plan}");
    assert!(plan["used"].as_u64().expect("a number") >= 16 * MIB, "{plan}");
}
