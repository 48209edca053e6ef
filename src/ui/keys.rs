//! Which keys mean what. Pure, so that the table of shortcuts and the behaviour cannot part ways.

use iced::keyboard::key::{Named, Physical};
use iced::keyboard::{Key, Modifiers};

use super::selection::{Manner, Motion};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    Add,
    Upload,
    Paste,
    Find,
    SelectAll,
    Toggle,
    Open,
    Reveal,
    Details,
    Remove,
    RemoveAndTrash,
    Retry,
    NewLink,
    CopyLink,
    Undo,
    MoveUp,
    MoveDown,
    Settings,
    Sidebar,
    Close,
    Quit,
    Back,
    Help,
    Menu,
    NextField,
    PreviousField,
    Travel(Motion, Manner),
}

/// What a person reads on the shortcuts sheet: the keys, and the words for what they do.
pub const SHEET: &[(&str, &str)] = &[
    ("Ctrl+N", "key-add"),
    ("Ctrl+U", "key-upload"),
    ("Ctrl+V", "key-paste"),
    ("Ctrl+F", "key-find"),
    ("Ctrl+A", "key-select-all"),
    ("Space", "key-toggle"),
    ("Enter", "key-open"),
    ("Ctrl+Enter", "key-reveal"),
    ("Alt+Enter", "key-details"),
    ("Del", "key-remove"),
    ("Shift+Del", "key-trash"),
    ("Ctrl+R, F5", "key-retry"),
    ("Ctrl+L", "key-new-link"),
    ("Ctrl+C", "key-copy-link"),
    ("Ctrl+Z", "key-undo"),
    ("Ctrl+↑, Ctrl+↓", "key-move"),
    ("↑ ↓ PgUp PgDn Home End", "key-travel"),
    ("Shift+F10", "key-menu"),
    ("Ctrl+B", "key-sidebar"),
    ("Ctrl+,", "key-settings"),
    ("F1, Ctrl+?", "key-help"),
    ("Ctrl+W", "key-close"),
    ("Ctrl+Q", "key-quit"),
    ("Esc", "key-back"),
];

/// The key that counts of one that was pressed. A shortcut is found on every layout: by what the key says alone, by what
/// it says with what is held (`?` is Shift and another key than `/` in many countries), by the Latin letter that stands
/// in its place. Without Ctrl it is what would be written.
pub fn counting(key: Key, written: Key, place: Physical, modifiers: Modifiers) -> Key {
    if !matches!(key, Key::Character(_)) {
        return key;
    }
    if !modifiers.control() {
        return written;
    }
    let latin = key.to_latin(place).map(|letter| Key::Character(letter.to_string().into()));
    let known = |key: &Key| shortcut(key, modifiers).is_some();
    if known(&key) {
        return key;
    }
    [Some(written), latin].into_iter().flatten().find(known).unwrap_or(key)
}

/// What this key writes into a field.
pub fn writes(key: &Key, modifiers: Modifiers) -> Option<&str> {
    if modifiers.control() || modifiers.alt() || modifiers.logo() {
        return None;
    }
    match key {
        Key::Character(text) => Some(text),
        Key::Named(Named::Space) => Some(" "),
        Key::Named(_) | Key::Unidentified => None,
    }
}

pub fn shortcut(key: &Key, modifiers: Modifiers) -> Option<Shortcut> {
    let (ctrl, shift, alt) = (modifiers.control(), modifiers.shift(), modifiers.alt());
    match key.as_ref() {
        Key::Character(text) if ctrl && !alt => letter(&text.to_lowercase()),
        Key::Named(named) => self::named(named, ctrl, shift, alt),
        Key::Character(_) | Key::Unidentified => None,
    }
}

fn letter(text: &str) -> Option<Shortcut> {
    Some(match text {
        "n" => Shortcut::Add,
        "u" => Shortcut::Upload,
        "v" => Shortcut::Paste,
        "f" => Shortcut::Find,
        "a" => Shortcut::SelectAll,
        "r" => Shortcut::Retry,
        "l" => Shortcut::NewLink,
        "c" => Shortcut::CopyLink,
        "z" => Shortcut::Undo,
        "b" => Shortcut::Sidebar,
        "," => Shortcut::Settings,
        "w" => Shortcut::Close,
        "q" => Shortcut::Quit,
        "?" | "/" => Shortcut::Help,
        _ => return None,
    })
}

fn named(named: Named, ctrl: bool, shift: bool, alt: bool) -> Option<Shortcut> {
    let pairs = [
        (Named::ArrowUp, Motion::Up),
        (Named::ArrowDown, Motion::Down),
        (Named::PageUp, Motion::PageUp),
        (Named::PageDown, Motion::PageDown),
        (Named::Home, Motion::First),
        (Named::End, Motion::Last),
    ];
    let motion = pairs.into_iter().find_map(|(key, motion)| (key == named).then_some(motion));
    match (motion, ctrl, shift) {
        (Some(Motion::Up), true, false) => return Some(Shortcut::MoveUp),
        (Some(Motion::Down), true, false) => return Some(Shortcut::MoveDown),
        (Some(motion), false, shift) => {
            let manner = if shift { Manner::Extend } else { Manner::Replace };
            return Some(Shortcut::Travel(motion, manner));
        }
        (Some(motion), true, _) => return Some(Shortcut::Travel(motion, Manner::Toggle)),
        (None, ..) => {}
    }
    let table = [
        (Named::Space, false, false, false, Shortcut::Toggle),
        (Named::Enter, false, false, false, Shortcut::Open),
        (Named::Enter, true, false, false, Shortcut::Reveal),
        (Named::Enter, false, false, true, Shortcut::Details),
        (Named::Delete, false, false, false, Shortcut::Remove),
        (Named::Delete, false, true, false, Shortcut::RemoveAndTrash),
        (Named::F5, false, false, false, Shortcut::Retry),
        (Named::F1, false, false, false, Shortcut::Help),
        (Named::Escape, false, false, false, Shortcut::Back),
        (Named::F10, false, true, false, Shortcut::Menu),
        (Named::ContextMenu, false, false, false, Shortcut::Menu),
        (Named::Tab, false, false, false, Shortcut::NextField),
        (Named::Tab, false, true, false, Shortcut::PreviousField),
    ];
    table.into_iter().find_map(|(key, c, s, a, shortcut)| {
        ((key, c, s, a) == (named, ctrl, shift, alt)).then_some(shortcut)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn char(text: &str, modifiers: Modifiers) -> Option<Shortcut> {
        shortcut(&Key::Character(text.into()), modifiers)
    }

    fn press(named: Named, modifiers: Modifiers) -> Option<Shortcut> {
        shortcut(&Key::Named(named), modifiers)
    }

    #[test]
    fn letters_need_ctrl() {
        assert_eq!(char("n", Modifiers::CTRL), Some(Shortcut::Add));
        assert_eq!(char("N", Modifiers::CTRL), Some(Shortcut::Add));
        assert_eq!(char("n", Modifiers::empty()), None);
        assert_eq!(char("v", Modifiers::CTRL | Modifiers::ALT), None);
    }

    #[test]
    fn shortcuts_are_found_on_every_layout() {
        use iced::keyboard::key::Code;
        let found = |key: &str, written: &str, code, modifiers| {
            let key = Key::Character(key.into());
            let written = Key::Character(written.into());
            shortcut(&counting(key, written, Physical::Code(code), modifiers), modifiers)
        };
        let shift = Modifiers::CTRL | Modifiers::SHIFT;
        assert_eq!(found("ß", "?", Code::Minus, shift), Some(Shortcut::Help), "German");
        assert_eq!(found("т", "т", Code::KeyN, Modifiers::CTRL), Some(Shortcut::Add), "Russian");
        assert_eq!(found("w", "w", Code::Comma, Modifiers::CTRL), Some(Shortcut::Close), "Dvorak");
        let plain = counting(
            Key::Character("ß".into()),
            Key::Character("?".into()),
            Physical::Code(Code::Minus),
            Modifiers::SHIFT,
        );
        assert_eq!(writes(&plain, Modifiers::SHIFT), Some("?"));
        assert_eq!(writes(&plain, Modifiers::CTRL), None);
    }

    #[test]
    fn enter_and_delete_depend_on_what_is_held() {
        assert_eq!(press(Named::Enter, Modifiers::empty()), Some(Shortcut::Open));
        assert_eq!(press(Named::Enter, Modifiers::CTRL), Some(Shortcut::Reveal));
        assert_eq!(press(Named::Enter, Modifiers::ALT), Some(Shortcut::Details));
        assert_eq!(press(Named::Delete, Modifiers::SHIFT), Some(Shortcut::RemoveAndTrash));
    }

    #[test]
    fn arrows_travel_shift_extends_ctrl_moves_in_the_queue() {
        let travel = |motion, manner| Some(Shortcut::Travel(motion, manner));
        assert_eq!(press(Named::ArrowDown, Modifiers::empty()), travel(Motion::Down, Manner::Replace));
        assert_eq!(press(Named::ArrowDown, Modifiers::SHIFT), travel(Motion::Down, Manner::Extend));
        assert_eq!(press(Named::ArrowDown, Modifiers::CTRL), Some(Shortcut::MoveDown));
        assert_eq!(press(Named::End, Modifiers::SHIFT), travel(Motion::Last, Manner::Extend));
    }
}
