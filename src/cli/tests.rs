//! Whole commands, from the words on the line to the exit code, against the engine of `fake`.

use super::Owner;
use super::fake::{Engine, Step, World, row};
use crate::api::{Act, Answer, FileFate, Selection, Start, Stopped};
use crate::model::{
    DiskFault, Failure, Fault, Hold, NameClash, Pace, Place, Question, Refusal, Retry, Status, StoreTrouble,
    TransferId, Wall,
};

fn id(number: u64) -> TransferId {
    TransferId::new(number).unwrap()
}

fn failed() -> Status {
    Status::Failed(Failure { fault: Fault::Http { status: 404, retry_after: None }, attempts: 0 })
}

fn world(steps: Vec<Step>) -> World {
    World::new(Engine::default(), steps)
}

fn nobody(engine: Engine) -> World {
    World { owner: Owner::Nobody, ..World::new(engine, Vec::new()) }
}

const ONE: &str = "get https://example.com/a";

#[test]
fn get_ends_when_all_is_done_and_names_the_files() {
    let went = world(vec![
        Step::Become(1, Status::Running),
        Step::Become(2, Status::Running),
        Step::Become(1, Status::Completed),
        Step::Become(2, Status::Completed),
    ])
    .run("get https://example.com/a https://example.com/b");
    assert_eq!(went.code, 0, "{}{}", went.stdout, went.stderr);
    assert_eq!(went.stdout, "Finished: /tmp/file-1 (0 B)\nFinished: /tmp/file-2 (0 B)\n");
    assert_eq!(went.engine.added.len(), 2);
    assert_eq!(went.engine.added[0].folder.as_deref(), Some(std::path::Path::new("/home/me")));
    assert_eq!(went.engine.added[0].attempts_most, Some(11), "the first one is no retry");
    assert_eq!(went.engine.added[0].clash, Some(NameClash::Number));
    let went = nobody(Engine::default()).run("add example.com/a --retries 0");
    assert_eq!(went.engine.added[0].attempts_most, Some(1));
}

#[test]
fn get_says_why_it_waits_and_goes_on() {
    let went = world(vec![
        Step::Become(1, Status::PausedCostedNetwork(Hold::Metered)),
        Step::Become(1, Status::WaitingToRetry(Retry { at: Wall(0), attempt: 1, fault: Fault::Stalled })),
        Step::Become(1, Status::Completed),
    ])
    .run(ONE);
    assert_eq!(went.code, 0);
    assert!(went.stderr.contains("Waiting for an unmetered network"), "{}", went.stderr);
    assert!(went.stderr.contains("next try in"), "{}", went.stderr);
}

#[test]
fn get_tells_failures_questions_and_holds_apart() {
    let held = Status::PausedCostedNetwork(Hold::Metered);
    let taken = Status::NeedsUser(Question::Disk(DiskFault::NameTaken));
    let table = [
        (ONE, failed(), 1, "no such file"),
        (ONE, taken.clone(), 3, "longshore answer 1 overwrite"),
        ("get https://example.com/a --no-wait", held, 4, "--no-wait"),
        ("get https://example.com/a --progress none", taken, 3, "There is a file of this name already"),
        ("get https://example.com/a --progress none", failed(), 1, "no such file"),
    ];
    for (line, status, code, said) in table {
        let went = world(vec![Step::Become(1, status)]).run(line);
        assert_eq!(went.code, code, "{line}");
        assert!(went.stderr.contains(said), "{line}: {}", went.stderr);
        assert_eq!(went.stdout, "");
    }
}

#[test]
fn get_waits_for_the_user_when_told_to() {
    let taken = Status::NeedsUser(Question::Disk(DiskFault::NameTaken));
    let went = world(vec![Step::Become(1, taken), Step::Become(1, Status::Completed)])
        .run("get https://example.com/a --wait");
    assert_eq!(went.code, 0);
    assert!(went.stderr.contains("There is a file of this name already"));
}

#[test]
fn an_interruption_pauses_what_get_added_and_says_how_to_go_on() {
    let went = World::new(
        Engine::with([row(1, Status::Running)]),
        vec![Step::Become(2, Status::Running), Step::Interrupt],
    )
    .run("get https://example.com/1 https://example.com/new");
    assert_eq!(went.code, 130);
    assert_eq!(went.engine.acts, [Act::Pause(Selection::Ids(vec![id(2)]))], "the other began elsewhere");
    assert!(went.stderr.contains("longshore resume 2"), "{}", went.stderr);
}

#[test]
fn the_same_command_goes_on_where_it_stopped() {
    let went = World::new(
        Engine::with([
            row(1, Status::PausedByUser),
            row(2, Status::NeedsUser(Question::Disk(DiskFault::Full { missing: 9 }))),
            row(3, Status::NeedsUser(Question::SignIn)),
        ]),
        (1..=3).map(|id| Step::Become(id, Status::Completed)).collect(),
    );
    let went = World { stdin: "secret\n", ..went }.run(
        "get https://example.com/1 https://example.com/2 https://example.com/3 --user me --password-stdin",
    );
    assert_eq!(went.code, 0, "{}", went.stderr);
    let ids = |number| Selection::Ids(vec![id(number)]);
    assert_eq!(went.engine.acts, [Act::Resume(ids(1)), Act::Retry(ids(2))]);
    assert_eq!(went.engine.signed_in, [id(3)]);
    assert!(went.engine.added.is_empty());
}

#[test]
fn a_removed_transfer_is_a_failure() {
    let went = world(vec![Step::Become(1, Status::Running), Step::Remove(1)]).run(ONE);
    assert_eq!(went.code, 1);
    assert!(went.stderr.contains("removed from the list"), "{}", went.stderr);
}

#[test]
fn get_goes_on_with_the_window_that_took_over() {
    for end in [Step::Stop(Stopped::Yielded), Step::Stop(Stopped::Broke), Step::Die] {
        let world = World {
            heir: Some(Engine::with([row(1, Status::Completed)])),
            ..world(vec![Step::Become(1, Status::Running), end])
        };
        let went = world.run(ONE);
        assert_eq!(went.code, 0, "{}", went.stderr);
        assert!(went.stdout.contains("Finished"));
    }
}

#[test]
fn get_ends_with_an_engine_that_was_ended_or_died() {
    let went = world(vec![Step::Stop(Stopped::Quit)]).run(ONE);
    assert_eq!(went.code, 130);
    assert!(went.stderr.contains("Everything is saved"), "{}", went.stderr);
    let went = world(vec![Step::Die]).run(ONE);
    assert_eq!(went.code, 1);
    assert!(went.stderr.contains("has ended"), "{}", went.stderr);
}

#[test]
fn get_prints_one_object_a_line_for_programs() {
    let went = world(vec![Step::Become(1, Status::Running), Step::Become(1, Status::Completed)])
        .run("get https://example.com/a --progress json");
    let lines: Vec<serde_json::Value> =
        went.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<_> = lines.iter().map(|line| (line["event"].as_str(), line["status"].as_str())).collect();
    assert_eq!(
        said,
        [
            (Some("status"), Some("queued")),
            (Some("status"), Some("running")),
            (Some("status"), Some("completed")),
            (Some("end"), None)
        ]
    );
    assert_eq!(lines[3]["code"], 0);
    assert_eq!(went.stderr, "");
}

#[test]
fn a_terminal_is_drawn_on_and_left_clean() {
    let world = World {
        is_terminal: true,
        ..world(vec![Step::Become(1, Status::Running), Step::Become(1, Status::Completed)])
    };
    let went = world.run(ONE);
    assert_eq!(went.code, 0);
    assert!(went.stderr.contains("file-1") && went.stderr.contains("\x1b["), "{:?}", went.stderr);
    assert!(went.stderr.ends_with("\x1b[J"), "{:?}", went.stderr);
    assert_eq!(went.stdout, "Finished: /tmp/file-1 (0 B)\n");
}

#[test]
fn lists_and_headers_come_from_files() {
    let files = [
        ("/home/me/list", "# mine\n\nhttps://example.com/a\n  example.com/b  \n"),
        ("/home/me/h", "Cookie: x\nAccept: y\n"),
    ];
    let with = |steps| World { files: files.into(), ..world(steps) };
    let done = vec![Step::Become(1, Status::Completed), Step::Become(2, Status::Completed)];
    let went = with(done).run("get -i list -H @h --start paused -d sub");
    assert_eq!(went.code, 0, "{}", went.stderr);
    let new = &went.engine.added[1];
    assert_eq!(new.url.request().as_str(), "https://example.com/b");
    assert_eq!(new.folder.as_deref(), Some(std::path::Path::new("/home/me/sub")));
    assert_eq!(new.start, Start::Paused);
    assert_eq!(format!("{:?}", new.headers), r#"[("Cookie", Secret(••••••)), ("Accept", Plain("y"))]"#);

    let went = with(Vec::new()).run("get -i missing");
    assert_eq!(went.code, 2);
    assert!(went.stderr.contains("cannot be read"), "{}", went.stderr);
    let went = World { stdin: "https://example.com/a\nnonsense\n", ..world(Vec::new()) }.run("add -i -");
    assert_eq!(went.code, 2);
    assert!(went.stderr.contains("Line 2"), "{}", went.stderr);
    let went = world(Vec::new()).run("get example.com/a --user me");
    assert_eq!(went.code, 2);
    assert!(went.stderr.contains("--password-stdin"), "{}", went.stderr);
}

#[test]
fn add_prints_ids_and_says_when_nobody_runs_them() {
    let went =
        nobody(Engine::with([row(1, Status::Queued(None))])).run("add https://example.com/1 example.com/new");
    assert_eq!((went.code, went.stdout.as_str()), (0, "1\n2\n"));
    assert!(went.stderr.contains("1 fetches this address already"), "{}", went.stderr);
    assert!(went.stderr.contains("longshore --background"), "{}", went.stderr);
    assert_eq!(went.engine.added[0].folder, None);
    assert_eq!(went.engine.added[0].attempts_most, None);
    let went = nobody(Engine::default()).run("add example.com/new --json");
    assert_eq!(went.stdout, "[{\"id\":\"1\",\"existing\":false}]\n");
    assert_eq!(went.stderr, "");
}

#[test]
fn list_shows_what_there_is_and_what_to_do() {
    let rows = || {
        Engine::with([
            row(1, Status::Running),
            row(2, Status::Queued(None)),
            row(3, Status::NeedsUser(Question::SignIn)),
        ])
    };
    let went = nobody(rows()).run("list");
    assert_eq!(went.code, 0);
    let lines: Vec<_> = went.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", went.stdout);
    assert!(lines[0].starts_with("ID  Name"));
    assert!(lines[2].ends_with("Queued, number 1"), "{}", lines[2]);
    assert!(went.stderr.contains("One transfer needs you"), "{}", went.stderr);
    let json = |line: &str| {
        let went = nobody(rows()).run(line);
        let value: serde_json::Value = serde_json::from_str(&went.stdout).unwrap();
        value.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(json("list --json"), ["1", "2", "3"]);
    assert_eq!(json("list --json --status needs-user"), ["3"]);
    assert_eq!(json("list --json --status completed"), [""; 0]);
    let went = nobody(Engine::default()).run("list");
    assert!(went.stderr.contains("longshore add URL"));
}

#[test]
fn long_lists_are_asked_for_in_pieces() {
    let went = nobody(Engine::with((1..=450).map(|id| row(id, Status::Completed)))).run("list");
    assert_eq!(went.stdout.lines().count(), 451);
}

#[test]
fn show_and_log_tell_about_one() {
    let engine = || Engine::with([row(3, Status::NeedsUser(Question::Disk(DiskFault::NameTaken)))]);
    let went = nobody(engine()).run("show 3");
    assert_eq!(went.code, 0);
    assert!(went.stdout.contains("Overwrite: longshore answer 3 overwrite"), "{}", went.stdout);
    assert!(went.stdout.contains("https://example.com/3"));
    let went = nobody(engine()).run("log 3");
    assert_eq!(went.stdout, "2026-11-20 10:00  Added\n2026-11-20 10:00  Started\n");
    let went = nobody(engine()).run("log 3 --json");
    assert!(went.stdout.starts_with("[{\"at\":\"2026-11-20T10:00:00Z\""), "{}", went.stdout);
    let went = nobody(engine()).run("show 9");
    assert_eq!(went.code, 1);
    assert_eq!(went.stderr, "There is no transfer 9\n");
    let went = nobody(engine()).run("show 9 --json");
    assert_eq!(went.stdout, "{\"code\":\"no-such-transfer\",\"message\":\"There is no transfer 9\"}\n");
}

#[test]
fn acts_become_commands() {
    let ids = || Selection::Ids(vec![id(1)]);
    let table = [
        ("pause 1", Act::Pause(ids())),
        ("resume --all", Act::Resume(Selection::All)),
        ("cancel 1", Act::Cancel(ids())),
        ("retry 1", Act::Retry(ids())),
        ("remove 1 --with-file", Act::Remove { which: ids(), file: FileFate::Trash }),
        ("move 1 bottom", Act::Move { ids: vec![id(1)], place: Place::Bottom }),
        ("answer 1 skip", Act::Answer { id: id(1), answer: Answer::Skip }),
        ("answer 1 folder d", Act::Answer { id: id(1), answer: Answer::ChooseFolder("/home/me/d".into()) }),
        ("allow 1 --once", Act::AllowHere(ids())),
    ];
    for (line, act) in table {
        let went = World { owner: Owner::Elsewhere, ..world(Vec::new()) }.run(line);
        assert_eq!((went.code, went.engine.acts), (0, vec![act]), "{line}: {}", went.stderr);
        assert!(!went.stdout.is_empty(), "{line}");
        assert_eq!(went.stderr, "");
    }
    let went = nobody(Engine::default()).run("cancel 1 --json");
    assert_eq!(went.stdout, "{\"done\":true,\"count\":2}\n");
}

#[test]
fn a_number_that_nobody_has_is_named_and_the_others_are_served() {
    let engine = || Engine::with([row(1, Status::Running), row(3, Status::Queued(None))]);
    let which = Selection::Ids(vec![id(1), id(77), id(3)]);
    let went = nobody(engine()).run("pause 1 77 3");
    assert_eq!((went.code, went.engine.acts), (1, vec![Act::Pause(which)]));
    assert_eq!(went.stderr, "There is no transfer 77\n");
    assert!(!went.stdout.is_empty(), "the others are paused");
    let went = nobody(engine()).run("remove 1 77 3 --json");
    assert_eq!(went.stdout, "{\"code\":\"no-such-transfer\",\"message\":\"There is no transfer 77\"}\n");
}

#[test]
fn a_refusal_is_a_sentence_and_exit_1() {
    let engine = || Engine { refuse: Some(Refusal::Store(StoreTrouble::DiskFull)), ..Engine::default() };
    let went = nobody(engine()).run("pause 1");
    assert_eq!(went.code, 1);
    assert!(went.stderr.contains("Make room"), "{}", went.stderr);
    let went = nobody(engine()).run("add example.com/x --json");
    assert!(went.stdout.starts_with("{\"code\":\"store-disk-full\""), "{}", went.stdout);
}

#[test]
fn wait_waits_and_judges_like_get() {
    let elsewhere = |steps| World {
        owner: Owner::Elsewhere,
        ..World::new(Engine::with([row(1, Status::Running)]), steps)
    };
    assert_eq!(elsewhere(vec![Step::Become(1, Status::Completed)]).run("wait 1").code, 0);
    assert_eq!(elsewhere(vec![Step::Become(1, failed())]).run("wait 1").code, 1);
    assert_eq!(elsewhere(vec![Step::Become(1, Status::NeedsUser(Question::SignIn))]).run("wait 1").code, 3);
    let went = elsewhere(vec![Step::Interrupt]).run("wait 1");
    assert_eq!((went.code, went.engine.acts), (130, Vec::new()));
    assert_eq!(elsewhere(Vec::new()).run("wait 7").code, 1);
    assert_eq!(nobody(Engine::with([row(1, Status::Completed)])).run("wait 1").code, 0);
    let went = nobody(Engine::with([row(1, Status::Queued(None))])).run("wait 1");
    assert_eq!(went.code, 1);
    assert!(went.stderr.contains("Nobody is running"), "{}", went.stderr);
}

#[test]
fn watch_tells_changes_until_the_end() {
    let world = |steps| World {
        owner: Owner::Elsewhere,
        ..World::new(Engine::with([row(1, Status::Running), row(2, Status::Completed)]), steps)
    };
    let steps = || {
        vec![
            Step::Become(1, Status::Running),
            Step::Become(1, Status::Completed),
            Step::Remove(2),
            Step::Stop(Stopped::Quit),
        ]
    };
    let went = world(steps()).run("watch");
    assert_eq!(went.code, 0);
    assert_eq!(
        went.stdout,
        "2026-11-20 10:00  1  file-1  Running\n2026-11-20 10:00  1  file-1  Finished\n2 was removed from the list\n"
    );
    let went = world(steps()).run("watch --json");
    let lines: Vec<serde_json::Value> =
        went.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[2]["status"], "completed");
    assert_eq!(lines[3]["removed"], true);
    assert_eq!(lines[4]["stopped"], "quit");
    // The first picture says "everything is new"; the second that something ended and is in memory no more.
    let unseen = vec![
        Step::BecomeUnseen(1, Status::Running),
        Step::BecomeUnseen(1, Status::Completed),
        Step::Stop(Stopped::Quit),
    ];
    let went = world(unseen).run("watch");
    assert!(went.stdout.ends_with("1  file-1  Finished\n"), "{}", went.stdout);
    assert_eq!(world(vec![Step::Interrupt]).run("watch").code, 130);
    assert_eq!(nobody(Engine::default()).run("watch").code, 1);
}

#[test]
fn a_transfer_is_given_its_own_time() {
    let schedule = |command: &str| nobody(Engine::default()).run(command).engine.acts;
    let which = || Selection::Ids(vec![id(3)]);
    let at = Some(Wall(1_795_213_800_000));
    assert_eq!(schedule("set 3 --start 2026-11-20T22:30:00Z"), [Act::Schedule { which: which(), at }]);
    assert_eq!(schedule("set 3 --start now"), [Act::Schedule { which: which(), at: None }]);
}

#[test]
fn network_settings_and_quit() {
    let went = nobody(Engine::default()).run("network");
    assert!(went.stdout.contains("Phone reaches the Internet"), "{}", went.stdout);
    assert!(went.stdout.contains("Source: NetworkManager"), "{}", went.stdout);
    assert!(went.stdout.contains("always             Runs: this policy allows"), "{}", went.stdout);
    assert!(went.stdout.contains("unrestricted-only  Waiting for an unmetered network"), "{}", went.stdout);

    let went = nobody(Engine::default()).run("network set Phone pay-per-use");
    let treat = Act::Treat { network: Some("Phone".into()), treat: crate::model::Treat::PayPerUse };
    assert_eq!((went.code, went.engine.acts), (0, vec![treat]));
    let went = nobody(Engine::default()).run("network set Phone chosen");
    let choose = Act::Choose { network: Some("Phone".into()), choice: crate::model::Choice::Chosen };
    assert_eq!(went.engine.acts, [choose]);

    let went = nobody(Engine::default()).run("settings set limits.large 3");
    assert_eq!((went.code, went.stdout.as_str()), (0, "limits.large = 3\n"));
    assert_eq!(went.engine.settings.limits.large, 3);
    let went = nobody(Engine::default()).run("settings set download_folder sub");
    assert_eq!(went.stdout, "download_folder = /home/me/sub\n");
    assert_eq!(nobody(Engine::default()).run("settings get timeouts.stall").stdout, "60\n");
    let went = nobody(Engine::default()).run("settings get nonsense --json");
    assert_eq!(went.code, 1);
    assert!(went.stdout.contains("no-such-setting"), "{}", went.stdout);
    assert!(nobody(Engine::default()).run("settings list").stdout.contains("limits.large"));

    let went = nobody(Engine::default()).run("limit 1.5M");
    assert_eq!(went.stdout, "All downloads together take 1.57 MB/s at most\n");
    assert_eq!(went.engine.settings.limits.download_pace, Pace::new(3 << 19));
    let went = nobody(went.engine).run("limit off");
    assert_eq!(went.stdout, "Downloads are not limited any more\n");
    assert_eq!(went.engine.settings.limits.download_pace, None);
    let went = nobody(Engine::default()).run("settings set limits.download_pace 2M");
    assert_eq!(went.engine.settings.limits.download_pace, Pace::new(2 << 20));

    let went = World { owner: Owner::Elsewhere, ..world(Vec::new()) }.run("quit");
    assert_eq!((went.code, went.stdout.as_str()), (0, "Ended; everything is saved\n"));
    assert_eq!(went.engine.acts, [Act::Quit]);
    let went = nobody(Engine::default()).run("quit");
    assert_eq!(went.code, 0);
    assert!(went.engine.acts.is_empty());
}
