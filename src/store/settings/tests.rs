use super::*;
use crate::model::{Budget, Choice, CostPolicy, Every, NameClash, Over, Theme, Treat};

fn changed() -> Settings {
    let mut settings =
        Settings { name_clash: NameClash::Ask, cost_policy: CostPolicy::Always, ..Settings::default() };
    settings.limits.large = 9;
    settings.appearance.theme = Theme::Dark;
    settings.user_agent = Some("Me \"and\" you".to_owned());
    settings.download_folder = Some("/srv/ä b".into());
    settings.networks.hold_over = Some(1 << 30);
    assert!(settings.networks.set("c0ffee-1", phone()));
    settings
}

fn phone() -> KnownNetwork {
    let budget = Budget { every: Every::Week, from: 5, over: Over::GoOn, ..Budget::new(5_000_000_000) };
    KnownNetwork {
        name: "Pixel \"hotspot\"".into(),
        treat: Treat::PayPerUse,
        choice: Choice::Not,
        budget: Some(budget),
    }
}

fn text(folder: &Path) -> String {
    std::fs::read_to_string(folder.join(NAME)).expect("there")
}

#[test]
fn what_is_saved_is_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let loaded = |folder: &Path| {
        let (settings, trouble) = load(folder);
        assert!(trouble.is_none(), "{trouble:?}");
        settings
    };
    assert_eq!(loaded(folder.path()), Settings::default());
    for settings in [changed(), Settings::default(), changed()] {
        save(folder.path(), &settings).expect("saved");
        assert_eq!(loaded(folder.path()), settings);
    }
    assert!(text(folder.path()).starts_with("# Settings"));
}

#[test]
fn comments_and_unknown_keys_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let before = "# mine\nname_clash = \"skip\" # why not\nfrom_the_future = [1, 2]\n\n[limits]\nlarge = 3 # slow disk\nnew = 1\n\n[other]\nx = 1\n";
    std::fs::write(folder.path().join(NAME), before).expect("written");
    let (mut settings, trouble) = load(folder.path());
    assert!(trouble.is_none());
    assert_eq!((settings.name_clash, settings.limits.large), (NameClash::Skip, 3));
    settings.limits.large = 4;
    settings.user_agent = Some("x".to_owned());
    save(folder.path(), &settings).expect("saved");
    settings.user_agent = None;
    save(folder.path(), &settings).expect("saved");
    let after = text(folder.path());
    for kept in [
        "# mine",
        "# why not",
        "from_the_future = [1, 2]",
        "large = 4 # slow disk",
        "new = 1",
        "[other]\nx = 1",
    ] {
        assert!(after.contains(kept), "{kept} in\n{after}");
    }
    assert!(!after.contains("user_agent"));
    assert_eq!(load(folder.path()).0, settings);
}

#[test]
fn a_broken_file_is_set_aside() {
    for broken in [&b"name_clash = "[..], b"\xff\xfe", b"[limits\nlarge = 3"] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(NAME), broken).expect("written");
        assert!(save(folder.path(), &changed()).is_err(), "it is not overwritten");
        let (settings, trouble) = load(folder.path());
        assert_eq!(settings, Settings::default());
        let Some(Trouble::SetAside { kept, .. }) = trouble else { panic!("{trouble:?}") };
        assert_eq!(std::fs::read(folder.path().join(kept)).expect("kept"), broken);
        assert!(load(folder.path()).1.is_none(), "said once");
    }
}

#[test]
fn one_bad_value_costs_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let content = "name_clash = \"explode\"\nunknown_is_metered = true\n[limits]\nlarge = 0\nsmall = 2\n";
    std::fs::write(folder.path().join(NAME), content).expect("written");
    let (settings, trouble) = load(folder.path());
    let Some(Trouble::SetAside { kept, keys }) = trouble else { panic!("{trouble:?}") };
    assert_eq!(keys, ["limits.large", "name_clash"]);
    assert_eq!((settings.unknown_is_metered, settings.limits.small, settings.limits.large), (true, 2, 5));
    assert_eq!(std::fs::read_to_string(folder.path().join(kept)).expect("kept"), content);
    let (again, trouble) = load(folder.path());
    assert!(trouble.is_none() && again == settings);
}

#[test]
fn one_bad_word_about_a_network_costs_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let content = "[networks.known.c0ffee-1]\nname = 'Pixel \"hotspot\"'\ntreat = \"pay-per-use\"\n\
                   [networks.known.c0ffee-1.budget]\ncap = 5000000000\nevery = \"week\"\nfrom = 5\nover = \"go-on\"\n\
                   [networks.known.c0ffee-2]\ntreat = \"sometimes\"\n\
                   [networks.known.c0ffee-3.budget]\ncap = 7\nwarn = 0\n";
    std::fs::write(folder.path().join(NAME), content).expect("written");
    let (settings, trouble) = load(folder.path());
    let Some(Trouble::SetAside { keys, .. }) = trouble else { panic!("{trouble:?}") };
    assert_eq!(keys, ["networks.known.c0ffee-2", "networks.known.c0ffee-3"]);
    assert_eq!(settings.networks.known.into_iter().collect::<Vec<_>>(), [("c0ffee-1".to_owned(), phone())]);
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join(NAME)).expect("made");
    let (settings, trouble) = load(folder.path());
    assert_eq!(settings, Settings::default());
    assert!(matches!(trouble, Some(Trouble::Unreadable(_))));
    assert!(folder.path().join(NAME).is_dir());
}
