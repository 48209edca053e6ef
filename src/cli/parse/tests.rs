use super::*;
use crate::cli::Scope;
use crate::cli::action::ProgressForm;
use crate::cli::fake::words;
use crate::model::{CostPolicy, Options, Pace, Priority};

fn parsed(line: &str) -> Result<Invocation, Usage> {
    parse(std::iter::once("longshore").chain(line.split_whitespace()).map(Into::into), &words())
}

fn action(line: &str) -> Action {
    match parsed(line) {
        Ok(invocation) => invocation.action,
        Err(usage) => panic!("{line}: {usage:?}"),
    }
}

pub(super) fn job(line: &str) -> Job {
    match action(line) {
        Action::Errand(errand) => errand.job,
        other @ (Action::Window { .. } | Action::Background | Action::Print(_)) => {
            panic!("{line}: {other:?}")
        }
    }
}

pub(super) fn wrong(line: &str) -> String {
    match parsed(line) {
        Err(Usage::Wrong { sentence, .. }) => sentence,
        other => panic!("{line}: {other:?}"),
    }
}

fn get(line: &str) -> Box<Get> {
    let Job::Get(get) = job(line) else { panic!("{line}") };
    get
}

fn brief(line: &str) -> Brief {
    let Job::Brief(brief) = job(line) else { panic!("{line}") };
    brief
}

fn deed(line: &str) -> Deed {
    let Brief::Deed(deed) = brief(line) else { panic!("{line}") };
    deed
}

fn id(number: u64) -> TransferId {
    TransferId::new(number).unwrap()
}

#[test]
fn addresses_alone_mean_the_window() {
    assert!(matches!(action(""), Action::Window { links } if links.is_empty()));
    let links = ["https://a.org/x", "b.org/y"];
    assert!(matches!(action("https://a.org/x b.org/y"), Action::Window { links: given } if given == links));
    assert!(matches!(action("--background"), Action::Background));
    assert!(wrong("lst").contains("neither a command nor an address"));
    assert!(wrong("gopher://a.org/x").contains("gopher: addresses are not supported"));
    assert!(wrong("https://a.org/x list").contains("do not go together"));
    assert!(wrong("--background https://a.org/").contains("do not go together"));
}

#[test]
fn globals_may_stand_anywhere() {
    for line in
        ["--data-dir /d -v list --json", "list --json --data-dir /d -v", "--json -v list --data-dir=/d"]
    {
        let invocation = parsed(line).unwrap();
        assert_eq!(
            invocation.globals,
            Globals { data_dir: Some("/d".into()), verbose: true, log_file: None },
            "{line}"
        );
        assert!(matches!(invocation.action, Action::Errand(Errand { form: Form::Json, .. })));
    }
}

#[test]
fn every_command_is_understood() {
    assert!(matches!(
        brief("list --status needs-user --group g"),
        Brief::List { status: Some(_), group: Some(_) }
    ));
    assert!(matches!(brief("show 3"), Brief::Show(three) if three == id(3)));
    assert!(matches!(brief("log 3"), Brief::Log(_)));
    assert!(matches!(job("wait 1 2"), Job::Wait(ids) if ids == [id(1), id(2)]));
    assert!(matches!(job("watch --json"), Job::Watch));
    assert!(matches!(deed("pause 1"), Deed::Pause(Selection::Ids(_))));
    assert!(matches!(deed("resume --all"), Deed::Resume(Selection::All)));
    assert!(matches!(deed("cancel 1 2"), Deed::Cancel(Selection::Ids(ids)) if ids.len() == 2));
    assert!(matches!(deed("retry 1"), Deed::Retry(_)));
    assert!(matches!(deed("remove 1"), Deed::Remove(_, FileFate::Keep)));
    assert!(matches!(deed("remove --all --with-file"), Deed::Remove(Selection::All, FileFate::Trash)));
    assert!(matches!(deed("move 1 top"), Deed::Move(_, Place::Top)));
    assert!(matches!(deed("move 1 before 2"), Deed::Move(_, Place::Before(two)) if two == id(2)));
    assert!(matches!(deed("answer 1 restart"), Deed::Answer(_, Choice::Plain(Answer::Restart))));
    assert!(matches!(deed("answer 1 name x.iso"), Deed::Answer(_, Choice::Plain(Answer::ChooseName(_)))));
    assert!(matches!(deed("answer 1 folder d"), Deed::Answer(_, Choice::Folder(_))));
    assert!(matches!(deed("answer 1 link a.org/x"), Deed::Answer(_, Choice::Link(_))));
    assert!(matches!(
        deed("answer 1 sign-in me --password-stdin"),
        Deed::Answer(_, Choice::SignIn(_, PasswordFrom::Stdin))
    ));
    assert!(matches!(deed("allow 1 --once"), Deed::AllowOnce(_)));
    assert!(
        matches!(deed("set 1 --cost-policy always --priority low"), Deed::Set(_, changes) if changes.len() == 2)
    );
    for (text, pace) in [("300k", Pace::new(300 << 10)), ("off", None)] {
        let Deed::Set(_, changes) = deed(&format!("set 1 --limit {text}")) else { panic!("{text}") };
        assert!(matches!(changes.as_slice(), [Change::Pace(found)] if *found == pace));
        assert!(matches!(brief(&format!("limit {text}")), Brief::Limit(found) if found == pace));
    }
    assert!(matches!(brief("network"), Brief::Network));
    assert!(matches!(brief("settings list"), Brief::Settings(SettingsJob::List)));
    assert!(matches!(brief("settings get limits.large"), Brief::Settings(SettingsJob::Get(_))));
    assert!(matches!(brief("settings set limits.large 3"), Brief::Settings(SettingsJob::Set(..))));
    assert!(matches!(brief("quit"), Brief::Quit));
    assert!(matches!(action("completions zsh"), Action::Print(Document::Completions(_))));
    assert!(matches!(action("man"), Action::Print(Document::Man)));
}

#[test]
fn get_and_add_take_the_same_options() {
    let line = "http://a.org/x -d d -H Accept:x --user me --password-stdin --cost-policy always \
                --priority high --retries 3 --connections 4 --limit 2M --if-exists skip --start paused";
    let Brief::Add(intake) = brief(&format!("add {line}")) else { panic!("{line}") };
    for intake in [*intake, get(&format!("get {line} --no-wait --wait --progress json")).intake] {
        assert_eq!(intake.links.len(), 1);
        assert_eq!(intake.target, Where::Folder("d".into()));
        assert_eq!(intake.headers, [HeaderSource::Line("Accept:x".into())]);
        assert_eq!(intake.user, Some(("me".into(), PasswordFrom::Stdin)));
        assert_eq!(intake.policy, Some(CostPolicy::Always));
        assert_eq!(intake.priority, Priority::High);
        assert_eq!(intake.retries, Some(3));
        assert_eq!(
            intake.options,
            Options { connections: Some(4), pace: Pace::new(2 << 20), ..Options::default() }
        );
        assert_eq!(intake.clash, Some(NameClash::Skip));
        assert_eq!(intake.start, When::Paused);
    }
}

#[test]
fn get_gives_up_after_ten_tries_and_add_never() {
    assert_eq!(get("get a.org/x").intake.retries, Some(10));
    assert!(
        matches!(brief("add a.org/x"), Brief::Add(intake) if intake.retries.is_none() && intake.clash.is_none())
    );
    let usual = get("get a.org/x");
    assert_eq!(usual.patience, Patience { on_hold: Then::Wait, on_question: Then::End });
    assert_eq!(usual.progress, None);
    let other = get("get a.org/x --no-wait --wait --progress none");
    assert_eq!(other.patience, Patience { on_hold: Then::End, on_question: Then::Wait });
    assert_eq!(other.progress, Some(ProgressForm::None));
}

#[test]
fn a_name_that_was_given_is_asked_about_and_others_are_numbered() {
    assert_eq!(get("get a.org/x -o f").intake.clash, Some(NameClash::Ask));
    assert_eq!(get("get a.org/x -o f --if-exists overwrite").intake.clash, Some(NameClash::Overwrite));
    assert_eq!(get("get a.org/x -d f").intake.clash, Some(NameClash::Number));
    let file = get("get a.org/x -o d/f.iso").intake.target;
    assert_eq!(file, Where::File { folder: "d".into(), name: FileName::new("f.iso").unwrap() });
    for line in ["-o d/", "-o -", "-o /", "-o ..", "-o x -d y", "b.org/y -o x", "-o x -i list"] {
        assert!(!wrong(&format!("get a.org/x {line}")).is_empty(), "{line}");
    }
}

#[test]
fn secrets_in_addresses_go_apart() {
    let intake = get("get https://me:pw@a.org/x").intake;
    assert!(!format!("{intake:?}").contains("pw"));
    assert!(intake.links[0].credentials.is_some());
    assert_eq!(intake.links[0].url.request().as_str(), "https://a.org/x");
    assert!(!wrong("get https://me:pw@:bad/").contains("pw"));
}

#[test]
fn a_start_is_now_later_or_at_a_time() {
    let start = |text: &str| get(&format!("get a.org/x --start {text}")).intake.start;
    assert_eq!(start("now"), When::Now);
    assert!(matches!(start("22:30"), When::Clock(_)));
    assert!(matches!(start("2026-11-20T22:30"), When::Local(_)));
    assert_eq!(start("1970-01-01T00:00:01Z"), When::At(Wall(1000)));
    assert!(wrong("get a.org/x --start soon").contains("no time to start"));
}

#[test]
fn mistakes_are_sentences_that_say_what_to_do() {
    let table = [
        ("get", "Something is missing"),
        ("show", "Something is missing"),
        ("show x", "“longshore list” shows them"),
        ("show 0", "“longshore list” shows them"),
        ("pause", "Something is missing"),
        ("pause 1 --all", "do not go together"),
        ("list --status broken", "which takes one of: queued, running"),
        ("list --statsu failed", "did you mean “--status”"),
        ("get a.org/x --retries many", "“many” does not fit"),
        ("get a.org/x --password-stdin", "Something is missing"),
        ("get a.org/x --checksum sha256:00", "is no checksum: It has too few"),
        ("get a.org/x --checksun sha256:00", "did you mean “--checksum”"),
        ("get a.org/x a.org/y --checksum d41d8cd98f00b204e9800998ecf8427e", "that of one file"),
        ("get a.org/x -H nonsense", "Name: value"),
        ("get -i - --user me --password-stdin", "not both"),
        ("move 1 sideways", "A place is top"),
        ("move 1 top 2", "A place is top"),
        ("answer 1 maybe", "There is no such answer"),
        ("answer 1 name a/b", "slash"),
        ("set 1", "Nothing is to be changed"),
        ("settings", "A command is missing"),
    ];
    for (line, expected) in table {
        let sentence = wrong(line);
        assert!(sentence.contains(expected), "{line}: {sentence}");
        assert!(sentence.contains("longshore --help"), "{line}: {sentence}");
    }
    assert!(matches!(parsed("show x --json"), Err(Usage::Wrong { form: Form::Json, .. })));
}

#[test]
fn a_checksum_is_typed_with_its_kind_or_without() {
    let check = |line: &str| {
        let Action::Errand(Errand { job: Job::Get(get), .. }) = action(line) else { panic!("{line}") };
        get.intake.options.check
    };
    let md5 = "md5:d41d8cd98f00b204e9800998ecf8427e";
    for text in [md5, "D41D8CD98F00B204E9800998ECF8427E"] {
        let expected = Check::user(md5.parse().unwrap());
        assert_eq!(check(&format!("get a.org/x --checksum {text}")), expected);
    }
    assert_eq!(check("get a.org/x a.org/y --checksum auto").search, Search::Beside);
    assert_eq!(check("get a.org/x"), Check::default());
}

#[test]
fn a_metalink_document_on_this_machine_is_told_from_one_elsewhere() {
    let Action::Errand(Errand { job: Job::Get(get), .. }) = action("get a/x.meta4 http://a.org/y.meta4")
    else {
        panic!("another action");
    };
    assert_eq!(get.intake.documents, [PathBuf::from("a/x.meta4")]);
    assert_eq!(get.intake.links.len(), 1);
}

#[test]
fn help_and_version_are_no_mistakes() {
    for line in ["--help", "-h", "help", "get --help", "settings set -h", "--version"] {
        assert!(matches!(parsed(line), Err(Usage::Shown(_))), "{line}");
    }
    let Err(Usage::Shown(help)) = parsed("get --help") else { panic!("help was expected") };
    assert!(help.contains("--no-wait") && help.contains("Usage: longshore get"), "{help}");
}

#[test]
fn the_scope_is_what_the_command_needs() {
    assert_eq!(action("").scope(), Scope::All);
    assert_eq!(action("--background").scope(), Scope::All);
    assert_eq!(action("get a.org/x").scope(), Scope::OnlyOwn);
    for line in ["add a.org/x", "list", "pause --all", "wait 1", "quit", "man"] {
        assert_eq!(action(line).scope(), Scope::None, "{line}");
    }
}
