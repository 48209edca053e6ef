//! The real program dies after each numbered step in the life of a file. Whatever it was, the next start ends with the
//! right bytes and without a file that belongs to nobody.

use std::os::unix::process::ExitStatusExt;

use longshore::disk::crash::Step;

use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::home::Home;
use crate::support::rig::names;

/// Programs at the same time.
const TOGETHER: usize = 6;

/// How files begin: without a name, or planned where a file system knows no such thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Files {
    Unnamed,
    Planned,
}

fn die_and_go_on(server: &FaultServer, step: Step, files: Files) {
    let content = Content::new(step as u64, 1 << 20);
    let path = format!("/{}-{files:?}.bin", step.name());
    let pace = Behaviour::Pace { bytes_per_second: 1 << 20 };
    let url = server.serve(&path, Resource::bytes(content.clone()).with(pace));
    let home = Home::new();
    let out = home.out();
    let args = ["get", &url, "-d", out.to_str().expect("utf-8"), "--progress", "none"];
    let mut dying = home.command(&args);
    let _ = dying.env("LONGSHORE_CRASH_AT", step.name());
    if files == Files::Planned {
        let _ = dying.env("LONGSHORE_PLANNED_FILES", "1");
    }
    let status = dying.status().expect("the program");
    assert_eq!(
        status.signal(),
        Some(rustix::process::Signal::ABORT.as_raw()),
        "{step:?} {files:?}: {status}"
    );
    if files == Files::Unnamed && matches!(step, Step::Made | Step::Reserved | Step::Told | Step::Committed) {
        assert_eq!(names(&out), [""; 0], "{step:?}: nothing has a name yet");
    }
    let output = home.run(&args);
    assert!(output.status.success(), "{step:?} {files:?}: {output:?}");
    content.verify_file(&out.join(&path[1..])).expect("the right bytes");
    assert_eq!(names(&out), [&path[1..]], "{step:?} {files:?}: no orphans");
}

fn die_everywhere(files: Files) {
    if !cfg!(debug_assertions) {
        // A program built for use cannot be told to die.
        return;
    }
    let server = FaultServer::options().small_buffers().start();
    for steps in Step::ALL.chunks(TOGETHER) {
        std::thread::scope(|scope| {
            for step in steps {
                let server = &server;
                let _ = scope.spawn(move || die_and_go_on(server, *step, files));
            }
        });
    }
}

#[test]
fn after_a_death_at_any_step_the_bytes_are_right_and_nothing_is_left_over() {
    die_everywhere(Files::Unnamed);
}

#[test]
fn so_they_are_where_every_file_has_a_name() {
    die_everywhere(Files::Planned);
}
