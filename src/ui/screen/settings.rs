//! The settings. Every change applies at once; there is nothing to save.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use iced::widget::{button, column, container, row, text, text_input, toggler};
use iced::{Center, Element};

use crate::i18n::LANGUAGES;
use crate::model::{CostPolicy, NameClash, Pace, Settings, Theme, Week};
use crate::ui::icon::Icon;
use crate::ui::ports::Picker;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{
    self, action, body, dialog_that_scrolls, muted, pick, pressable, reachable, scroll, segments,
};

/// Percents of the battery below which transfers may wait.
const LEVELS: [u8; 5] = [10, 20, 30, 50, 80];

#[derive(Debug)]
pub struct State {
    settings: Settings,
    picker: Picker,
    default_folder: PathBuf,
    /// What stands in fields whose text is not (yet) a value.
    drafts: BTreeMap<Field, String>,
}

/// A setting that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Folder,
    Large,
    Small,
    PerHost,
    Pace,
    Connect,
    Response,
    Stall,
}

#[derive(Debug, Clone)]
pub enum Message {
    Typed(Field, String),
    Browse,
    Picked(Option<PathBuf>),
    ClashChosen(NameClash),
    PolicyChosen(CostPolicy),
    UnknownIsMetered(bool),
    HoldOnSaver(bool),
    HoldOnBattery(bool),
    HoldBelow(Option<u8>),
    StayAwake(bool),
    OpenHours,
    ThemeChosen(Theme),
    LanguageChosen(Option<String>),
    Close,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    None,
    Configure(Box<Settings>),
    PickFolder(PathBuf),
    OpenHours,
    Close,
}

impl Field {
    /// Its key in the settings.
    const fn key(self) -> &'static str {
        match self {
            Self::Folder => "download_folder",
            Self::Large => "limits.large",
            Self::Small => "limits.small",
            Self::PerHost => "limits.per_host",
            Self::Pace => "limits.download_pace",
            Self::Connect => "timeouts.connect",
            Self::Response => "timeouts.response",
            Self::Stall => "timeouts.stall",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Folder => "set-folder",
            Self::Large => "set-large",
            Self::Small => "set-small",
            Self::PerHost => "set-per-host",
            Self::Pace => "set-pace",
            Self::Connect => "set-connect",
            Self::Response => "set-response",
            Self::Stall => "set-stall",
        }
    }
}

impl State {
    pub fn new(settings: Settings, default_folder: PathBuf, picker: Picker) -> Self {
        Self { settings, picker, default_folder, drafts: BTreeMap::new() }
    }

    /// The settings changed elsewhere.
    pub fn refresh(&mut self, settings: &Settings) {
        self.settings.clone_from(settings);
    }

    pub fn update(&mut self, message: Message) -> Action {
        let mut next = self.settings.clone();
        match message {
            Message::Typed(field, text) => match self.settings.with(field.key(), text.trim()) {
                Ok(changed) => {
                    // While it is typed it stays as it is: "08" is 8, and still "08" on the screen.
                    let _ = self.drafts.insert(field, text);
                    next = changed;
                }
                Err(_) => {
                    let _ = self.drafts.insert(field, text);
                    return Action::None;
                }
            },
            Message::Browse => return Action::PickFolder(self.folder()),
            Message::Picked(None) => return Action::None,
            Message::Picked(Some(folder)) => {
                let _ = self.drafts.remove(&Field::Folder);
                next.download_folder = Some(folder);
            }
            Message::ClashChosen(clash) => next.name_clash = clash,
            Message::PolicyChosen(policy) => next.cost_policy = policy,
            Message::UnknownIsMetered(yes) => next.unknown_is_metered = yes,
            Message::HoldOnSaver(yes) => next.power.hold_on_saver = yes,
            Message::HoldOnBattery(yes) => next.power.hold_on_battery = yes,
            Message::HoldBelow(percent) => next.power.hold_below = percent,
            Message::StayAwake(yes) => next.power.stay_awake = yes,
            Message::ThemeChosen(theme) => next.appearance.theme = theme,
            Message::LanguageChosen(language) => next.appearance.language = language,
            Message::OpenHours => return Action::OpenHours,
            Message::Close => return Action::Close,
        }
        if next == self.settings {
            return Action::None;
        }
        self.settings.clone_from(&next);
        Action::Configure(Box::new(next))
    }

    fn folder(&self) -> PathBuf {
        self.settings.download_folder.clone().unwrap_or_else(|| self.default_folder.clone())
    }

    fn shown(&self, field: Field) -> String {
        let draft = self.drafts.get(&field).cloned();
        draft.unwrap_or_else(|| match field {
            Field::Pace => self.settings.limits.download_pace.map(Pace::typed).unwrap_or_default(),
            Field::Folder
            | Field::Large
            | Field::Small
            | Field::PerHost
            | Field::Connect
            | Field::Response
            | Field::Stall => self.settings.get(field.key()).unwrap_or_default(),
        })
    }

    /// Why the text of a field is not taken.
    fn wrong(&self, field: Field, scene: Scene<'_>) -> Option<String> {
        let draft = self.drafts.get(&field)?.trim();
        if self.settings.with(field.key(), draft).is_ok() {
            return None;
        }
        Some(match field {
            Field::Folder if !Path::new(draft).is_absolute() => scene.text("folder-not-absolute"),
            Field::Pace => scene.text("set-pace-wrong"),
            Field::Large | Field::Small | Field::PerHost => {
                scene.words.format("set-number", &[("least", 1.into()), ("most", 200.into())])
            }
            Field::Folder | Field::Connect | Field::Response | Field::Stall => {
                scene.words.format("set-number", &[("least", 1.into()), ("most", 3600.into())])
            }
        })
    }

    pub fn view<'a>(&'a self, height: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let section =
            |key: &str, lines: Vec<Element<'a, Message>>| widget::section(scene.text(key), lines, p);
        let all = column![
            section("set-section-appearance", vec![self.theme(scene), self.language(scene)]),
            section("set-section-files", vec![self.folder_line(scene), self.clash(scene)]),
            section("set-section-network", vec![self.policy(scene), self.unknown(scene)]),
            section("set-section-power", self.power(scene)),
            section("set-section-hours", vec![self.hours(scene)]),
            section(
                "set-section-limits",
                [Field::Large, Field::Small, Field::PerHost].map(|field| self.number(field, scene)).into(),
            ),
            section("set-section-speed", vec![self.number(Field::Pace, scene)]),
            section(
                "set-section-timeouts",
                [Field::Connect, Field::Response, Field::Stall].map(|field| self.number(field, scene)).into(),
            ),
        ]
        .spacing(gap::LARGE);
        let inner = scroll(container(all).padding(iced::Padding::ZERO.right(14)), p);
        let inner = container(inner).max_height((height - 140.0).max(200.0));
        let close = (scene.text("close"), Message::Close);
        dialog_that_scrolls(scene.text("set-title"), close, inner, None, (660.0, p))
    }

    fn theme<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let choices =
            [Theme::System, Theme::Light, Theme::Dark].map(|theme| (theme, scene.words.theme(theme)));
        let control =
            segments(choices.into(), self.settings.appearance.theme, Message::ThemeChosen, scene.palette);
        line(scene.text("set-theme"), None, control, scene)
    }

    fn language<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let own = LANGUAGES.iter().map(|(tag, name, _)| (Some((*tag).to_owned()), (*name).to_owned()));
        let all = std::iter::once((None, scene.text("set-language-system"))).chain(own).collect();
        let control = pick(all, &self.settings.appearance.language, Message::LanguageChosen, scene.palette);
        line(scene.text("set-language"), None, container(control).width(220), scene)
    }

    fn folder_line<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let wrong = self.wrong(Field::Folder, scene);
        let hint = self.default_folder.display().to_string();
        let field = text_input(&hint, &self.shown(Field::Folder))
            .on_input(|text| Message::Typed(Field::Folder, text))
            .size(size::BODY)
            .padding([7, 10])
            .style(theme::field(p, wrong.is_some()));
        let browse = (self.picker == Picker::Portal).then(|| {
            let button = button(action(Icon::Folder, scene.text("browse"), p.soft));
            pressable(button.padding([7, 12]).style(theme::quiet(p)), Some(Message::Browse), p)
        });
        let controls = row![field, browse].spacing(gap::SMALL).align_y(Center);
        let wrong = wrong.map(|wrong| text(wrong).size(size::SMALL).color(p.bad));
        column![body(scene.text(Field::Folder.words()), p), controls, wrong].spacing(6).into()
    }

    fn clash<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let choices = [NameClash::Number, NameClash::Overwrite, NameClash::Skip, NameClash::Ask];
        let choices = choices.map(|clash| (clash, scene.words.clash(clash))).into();
        let control = pick(choices, &self.settings.name_clash, Message::ClashChosen, scene.palette);
        line(scene.text("set-clash"), None, container(control).width(220), scene)
    }

    fn policy<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let choices = CostPolicy::ALL.map(|policy| (policy, scene.words.policy(policy))).into();
        let control = pick(choices, &self.settings.cost_policy, Message::PolicyChosen, scene.palette);
        let hint = scene.words.policy_hint(self.settings.cost_policy);
        line(scene.text("set-policy"), Some(hint), container(control).width(220), scene)
    }

    fn unknown<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let control = switch(self.settings.unknown_is_metered, Message::UnknownIsMetered, scene);
        line(scene.text("set-unknown"), Some(scene.text("set-unknown-hint")), control, scene)
    }

    /// What is said of the hours, and the way to their page.
    fn hours<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let hours = &self.settings.hours;
        let said = if hours.allowed == Week::ALWAYS {
            scene.text("set-hours-always")
        } else {
            hours.allowed.to_string()
        };
        let open = button(action(Icon::Clock, scene.text("set-hours-open"), p.soft));
        let open = pressable(open.padding([7, 12]).style(theme::quiet(p)), Some(Message::OpenHours), p);
        line(scene.text("set-hours"), Some(said), open, scene)
    }

    fn power<'a>(&self, scene: Scene<'a>) -> Vec<Element<'a, Message>> {
        let rules = self.settings.power;
        let mut levels: Vec<Option<u8>> = [None].into_iter().chain(LEVELS.map(Some)).collect();
        if !levels.contains(&rules.hold_below) {
            levels.push(rules.hold_below);
        }
        let name = |level: Option<u8>| match level {
            Some(level) => scene.words.format("percent", &[("n", u64::from(level).into())]),
            None => scene.text("set-battery-any"),
        };
        let levels = levels.into_iter().map(|level| (level, name(level))).collect();
        let below = pick(levels, &rules.hold_below, Message::HoldBelow, scene.palette);
        let awake = switch(rules.stay_awake, Message::StayAwake, scene);
        let hint = Some(scene.text("set-stay-awake-hint"));
        vec![
            line(
                scene.text("set-power-saver"),
                None,
                switch(rules.hold_on_saver, Message::HoldOnSaver, scene),
                scene,
            ),
            line(
                scene.text("set-on-battery"),
                None,
                switch(rules.hold_on_battery, Message::HoldOnBattery, scene),
                scene,
            ),
            line(scene.text("set-battery-below"), None, container(below).width(110), scene),
            line(scene.text("set-stay-awake"), hint, awake, scene),
        ]
    }

    fn number<'a>(&'a self, field: Field, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let wrong = self.wrong(field, scene);
        let hint = if field == Field::Pace { scene.text("set-pace-none") } else { String::new() };
        let control = text_input(&hint, &self.shown(field))
            .on_input(move |text| Message::Typed(field, text))
            .align_x(iced::Right)
            .size(size::BODY)
            .padding([6, 10])
            .width(if field == Field::Pace { 130 } else { 84 })
            .style(theme::field(p, wrong.is_some()));
        let unit = match field {
            Field::Connect | Field::Response | Field::Stall => Some(muted(scene.text("set-seconds"), p)),
            Field::Pace | Field::Folder | Field::Large | Field::Small | Field::PerHost => None,
        };
        let control = row![control, unit].spacing(8).align_y(Center);
        let all = line(scene.text(field.words()), None, control, scene);
        match wrong {
            None => all,
            Some(wrong) => column![all, text(wrong).size(size::SMALL).color(p.bad)].spacing(4).into(),
        }
    }
}

fn switch<'a>(on: bool, message: impl Fn(bool) -> Message + 'a, scene: Scene<'a>) -> Element<'a, Message> {
    let turned = message(!on);
    let control = toggler(on).on_toggle(message).size(20).style(theme::toggle(scene.palette));
    reachable(control, Some(turned), scene.palette)
}

/// A name with its control at the right.
fn line<'a>(
    name: String,
    hint: Option<String>,
    control: impl Into<Element<'a, Message>>,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    widget::option_line(name, hint, control, scene.palette)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        State::new(Settings::default(), "/home/me/Downloads".into(), Picker::Portal)
    }

    #[test]
    fn a_change_applies_at_once_and_no_change_is_not_sent() {
        let mut state = state();
        let Action::Configure(settings) = state.update(Message::ThemeChosen(Theme::Dark)) else { panic!() };
        assert_eq!(settings.appearance.theme, Theme::Dark);
        assert_eq!(state.update(Message::ThemeChosen(Theme::Dark)), Action::None);
    }

    #[test]
    fn a_number_out_of_bounds_is_kept_on_the_screen_and_not_sent() {
        let mut state = state();
        assert_eq!(state.update(Message::Typed(Field::Large, "900".into())), Action::None);
        assert_eq!(state.shown(Field::Large), "900");
        let Action::Configure(settings) = state.update(Message::Typed(Field::Large, "9".into())) else {
            panic!()
        };
        assert_eq!(settings.limits.large, 9);
    }

    #[test]
    fn a_limit_of_speed_is_typed_as_people_write_it() {
        let mut state = state();
        assert_eq!(state.update(Message::Typed(Field::Pace, "fast".into())), Action::None);
        let Action::Configure(settings) = state.update(Message::Typed(Field::Pace, "1.5 MiB/s".into()))
        else {
            panic!()
        };
        assert_eq!(settings.limits.download_pace, Pace::new(3 << 19));
        assert_eq!(State::new(*settings, "/".into(), Picker::Portal).shown(Field::Pace), "1536k");
        let Action::Configure(settings) = state.update(Message::Typed(Field::Pace, String::new())) else {
            panic!()
        };
        assert_eq!(settings.limits.download_pace, None);
    }

    #[test]
    fn an_empty_folder_means_the_desktops() {
        let mut state = state();
        let _ = state.update(Message::Picked(Some("/srv/big".into())));
        assert_eq!(state.update(Message::Typed(Field::Folder, "relative".into())), Action::None);
        let Action::Configure(settings) = state.update(Message::Typed(Field::Folder, String::new())) else {
            panic!()
        };
        assert_eq!(settings.download_folder, None);
    }
}
