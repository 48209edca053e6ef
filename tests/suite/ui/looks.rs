//! Pictures of the screens.

use std::path::Path;

use longshore::model::{NetworkCost, Theme};

use super::desk::{Desk, look};
use crate::support::fake_engine::{FakeEngine, day, id, network};

const WIDE: (f32, f32) = (1160.0, 760.0);
const NARROW: (f32, f32) = (640.0, 480.0);

/// Compares with the kept picture. One that is missing is drawn for the eye, and the test fails.
fn picture(desk: &Desk, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/ui/snapshots");
    let kept = folder.join(format!("{name}-tiny-skia.sha256"));
    let snapshot = desk.simulator().snapshot(&desk.root.palette().theme()).unwrap();
    let eye = std::env::temp_dir().join("longshore-looks").join(name);
    let _ = std::fs::remove_file(eye.with_file_name(format!("{name}-tiny-skia.png")));
    assert!(snapshot.matches_image(&eye).unwrap());
    let existed = kept.exists();
    let same = snapshot.matches_hash(folder.join(name)).unwrap();
    assert!(existed, "{name}: there was no picture to compare with; look at {}", eye.display());
    assert!(same, "{name}: looks different; look at {}", eye.display());
}

fn desk(theme: Theme, language: &str, size: (f32, f32)) -> Desk {
    Desk::new(FakeEngine::new(day()), look(theme, language), size)
}

#[test]
fn the_list() {
    for (theme, name) in [(Theme::Dark, "dark"), (Theme::Light, "light")] {
        let mut desk = desk(theme, "en", WIDE);
        desk.root.list.selection.only(id(1));
        desk.tell(longshore::ui::root::Message::Ticked);
        picture(&desk, &format!("list-{name}"));
    }
}
