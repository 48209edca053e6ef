//! How the Add dialog looks.

use iced::keyboard::{Key, key::Named};
use iced::widget::text_editor::{Binding, KeyPress};
use iced::widget::{button, column, container, row, text, text_editor, text_input};
use iced::{Center, Element, Fill, Shrink};

use super::mark::{self, Marker};
use super::probes::SEEN;
use super::{Begin, LINKS, Message, State};
use crate::api::ProbeState;
use crate::model::{Check, CostPolicy};
use crate::ui::icon::{Icon, icon};
use crate::ui::kind::icon_of;
use crate::ui::links::Link;
use crate::ui::ports::Picker;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{
    Cut, action, dialog_that_scrolls, ellipsis, footer, label, labelled, muted, pick, pressable, scroll,
    segments, strong,
};

/// Bad lines named below the field; the rest are counted.
const NAMED: usize = 3;

impl State {
    pub fn view<'a>(&'a self, height: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let fields = column![
            self.links(scene),
            self.found(scene),
            self.place(scene),
            self.name(scene),
            self.checksum_field(scene),
            self.sign_in(scene),
            self.choices(scene),
        ]
        .spacing(gap::LARGE);
        let fields = scroll(container(fields).padding(iced::Padding::ZERO.right(14)), p);
        let inner = container(fields).max_height((height - 190.0).max(160.0));
        let close = (scene.text("close"), Message::Cancel);
        dialog_that_scrolls(scene.text("add-title"), close, inner, Some(self.buttons(scene)), (660.0, p))
    }

    fn links<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let Some(content) = &self.text else { return self.sum(scene) };
        let wrong = self.tried && self.parsed.links.is_empty();
        let field = text_editor(content)
            .id(LINKS)
            .placeholder(scene.text("add-links-hint"))
            .on_action(Message::Edited)
            .key_binding(keys)
            .size(size::BODY)
            .padding([9, 10])
            .min_height(62)
            .max_height(132)
            .height(Shrink)
            .wrapping(text::Wrapping::WordOrGlyph)
            .style(theme::text_area(p, wrong))
            .highlight_with::<Marker>(mark::Ink(if self.rested { p.bad } else { p.text }), mark::format);
        let bad: &[_] = if self.rested { &self.parsed.bad } else { &[] };
        let more = bad.len().saturating_sub(NAMED);
        let bad = bad.iter().take(NAMED).map(|bad| {
            let values = [("line", bad.line.into()), ("reason", scene.words.url_error(&bad.error).into())];
            warning(scene.words.format("add-bad-line", &values), scene)
        });
        let more =
            (more > 0).then(|| warning(scene.words.format("add-more-bad", &[("count", more.into())]), scene));
        let missing = (wrong && self.parsed.bad.is_empty()).then(|| warning(scene.text("url-empty"), scene));
        column![label(scene.text("add-links"), p), field]
            .extend(bad)
            .extend(more)
            .extend(missing)
            .spacing(6)
            .into()
    }

    /// In place of ten thousand lines.
    fn sum<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let (count, bad) = (self.parsed.links.len(), self.parsed.bad.len());
        let words = if self.reading {
            scene.text("add-reading")
        } else {
            scene.words.format("add-sum", &[("count", count.into())])
        };
        let bad =
            (bad > 0).then(|| warning(scene.words.format("add-sum-bad", &[("count", bad.into())]), scene));
        let clear = button(text(scene.text("add-clear")).size(size::SMALL).font(theme::MEDIUM));
        let clear = pressable(clear.padding(0).style(theme::link(p)), Some(Message::ForgetText), p);
        let line = row![icon(Icon::Link, 18.0, p.link), strong(words, p).width(Fill), clear]
            .spacing(gap::MEDIUM)
            .align_y(Center);
        let card = container(column![line].extend(bad).spacing(gap::SMALL))
            .padding(14)
            .width(Fill)
            .style(theme::card(p));
        column![label(scene.text("add-links"), p), card].spacing(6).into()
    }

    /// What the servers say, of the links one can see.
    fn found<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let p = scene.palette;
        if self.parsed.links.is_empty() {
            return None;
        }
        let lines = self.parsed.links.iter().take(SEEN).map(|link| self.found_line(link, scene));
        let more = self.parsed.links.len().saturating_sub(SEEN);
        let more = (more > 0).then(|| {
            let words = scene.words.format("add-more", &[("count", more.into())]);
            container(muted(words, p)).padding(iced::Padding::ZERO.left(30)).into()
        });
        let lines = column(lines).extend(more).spacing(10);
        Some(container(lines).padding([12, 14]).width(Fill).style(theme::card(p)).into())
    }

    fn found_line<'a>(&'a self, link: &'a Link, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let guess = link.url.to_string();
        let (glyph, ink, name, says) = match self.probes.state(&link.url) {
            None => (Icon::Link, p.mute, guess, link.url.host().to_owned()),
            Some(None) => (Icon::Hourglass, p.mute, guess, scene.text("probe-asking")),
            Some(Some(ProbeState::Found { name, total, content_type, resumable, .. })) => {
                let size = total.map_or_else(|| scene.text("size-unknown"), |total| scene.words.size(total));
                let resumes = scene.text(if *resumable { "can-resume" } else { "cannot-resume" });
                let kind = content_type.as_deref().map(|kind| format!(" · {kind}")).unwrap_or_default();
                let says = format!("{size}{kind} · {resumes}");
                (icon_of(name.as_str()), p.good, name.to_string(), says)
            }
            Some(Some(ProbeState::Held(hold))) => {
                let says = scene.words.hold(hold, scene.network, scene.now).text;
                (Icon::Clock, p.warn, guess, says)
            }
            Some(Some(ProbeState::Asks(question))) => {
                (Icon::Lock, p.warn, guess, scene.words.question(question).text)
            }
            Some(Some(ProbeState::Failed(failure))) => {
                (Icon::Alert, p.bad, guess, scene.words.fault(&failure.fault))
            }
            Some(Some(ProbeState::Busy)) => (Icon::Link, p.mute, guess, scene.text("probe-busy")),
        };
        let words = column![
            ellipsis(name, size::BODY, p.text).font(theme::MEDIUM).cut(Cut::Middle),
            ellipsis(says, size::SMALL, p.mute),
        ]
        .spacing(1)
        .width(Fill);
        row![icon(glyph, 17.0, ink), words].spacing(gap::MEDIUM).align_y(Center).into()
    }

    fn place<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let wrong = (self.tried && self.folder_is_wrong()).then(|| scene.text("folder-not-absolute"));
        let field = text_input("/", &self.folder)
            .on_input(Message::FolderChanged)
            .on_submit(Message::Add)
            .size(size::BODY)
            .padding([8, 10])
            .style(theme::field(p, wrong.is_some()));
        let browse = (self.picker == Picker::Portal).then(|| {
            let button = button(action(Icon::Folder, scene.text("browse"), p.soft));
            pressable(button.padding([8, 12]).style(theme::quiet(p)), Some(Message::Browse), p)
        });
        let line = row![field, browse].spacing(gap::SMALL).align_y(Center);
        labelled(scene.text("field-folder"), line, wrong, p)
    }

    /// Only one link can be given a name.
    fn name<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let p = scene.palette;
        let [link] = self.parsed.links.as_slice() else { return None };
        let found = match self.probes.state(&link.url) {
            Some(Some(ProbeState::Found { name, .. })) => name.to_string(),
            Some(_) | None => scene.text("add-name-hint"),
        };
        let wrong = self.name_error().map(|error| scene.words.name_error(error));
        let field = text_input(&found, &self.name)
            .on_input(Message::NameChanged)
            .on_submit(Message::Add)
            .size(size::BODY)
            .padding([8, 10])
            .style(theme::field(p, wrong.is_some()));
        Some(labelled(scene.text("field-name"), field, wrong, p))
    }

    /// Only one file can have one; what was pasted is judged at once.
    fn checksum_field<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let p = scene.palette;
        let [_] = self.parsed.links.as_slice() else { return None };
        let wrong = self.check().err().map(|error| scene.words.checksum_error(error));
        let field = text_input(&scene.text("checksum-hint"), &self.checksum)
            .on_input(Message::ChecksumChanged)
            .on_submit(Message::Add)
            .size(size::BODY)
            .padding([8, 10])
            .style(theme::field(p, wrong.is_some()));
        let search = button(action(Icon::Search, scene.text("checksum-search"), p.soft));
        let search = search.padding([8, 12]).style(theme::quiet(p));
        let press = Some(Message::ChecksumChanged(Check::SEARCH.to_owned()));
        let line = row![field, pressable(search, press, p)].spacing(gap::SMALL).align_y(Center);
        Some(labelled(scene.text("field-checksum"), line, wrong, p))
    }

    /// Only where a server asked for it.
    fn sign_in<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        if !self.probes.wants_sign_in() && self.user.is_empty() {
            return None;
        }
        let p = scene.palette;
        let field = |value, secret: bool, message: fn(String) -> Message| {
            text_input("", value)
                .secure(secret)
                .on_input(message)
                .on_submit(Message::AskAgain)
                .size(size::BODY)
                .padding([8, 10])
                .style(theme::field(p, false))
        };
        let user =
            labelled(scene.text("field-user"), field(&self.user, false, Message::UserChanged), None, p);
        let password = labelled(
            scene.text("field-password"),
            field(&self.password, true, Message::PasswordChanged),
            None,
            p,
        );
        Some(row![container(user).width(Fill), container(password).width(Fill)].spacing(gap::MEDIUM).into())
    }

    fn choices<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let policies = CostPolicy::ALL.map(|policy| (policy, scene.words.policy(policy))).into();
        let policy = pick(policies, &self.policy, Message::PolicyChosen, p);
        let begins = vec![(Begin::Now, scene.text("add-now")), (Begin::Paused, scene.text("add-paused"))];
        let begin = segments(begins, self.start, Message::BeginChosen, p);
        row![
            container(labelled(scene.text("field-policy"), policy, None, p)).width(Fill),
            labelled(scene.text("field-start"), begin, None, p),
        ]
        .spacing(gap::MEDIUM)
        .into()
    }

    fn buttons<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let cancel = button(text(scene.text("cancel")).size(size::BODY).font(theme::MEDIUM))
            .padding([8, 14])
            .style(theme::quiet(p));
        let count = self.parsed.links.len();
        let words = match count {
            0 | 1 => scene.text("add-one"),
            count => {
                let count = u64::try_from(count).unwrap_or_default();
                scene.words.format("add-many", &[("count", scene.words.number(count).into())])
            }
        };
        let ready = count > 0 && !self.reading;
        let ink = if ready { p.on_accent } else { p.mute };
        let add = button(action(Icon::Download, words, ink)).padding([8, 16]).style(theme::primary(p));
        let buttons =
            [pressable(cancel, Some(Message::Cancel), p), pressable(add, ready.then_some(Message::Add), p)];
        footer(ellipsis(self.note(scene), size::SMALL, p.mute), buttons)
    }

    /// Sum of what is known, or how the field works.
    fn note(&self, scene: Scene<'_>) -> String {
        if let Some(sum) = self.sum_of_sizes() {
            return scene.words.format("add-total", &[("size", scene.words.size(sum).into())]);
        }
        if self.parsed.repeated > 0 {
            return scene.words.format("add-repeated", &[("count", self.parsed.repeated.into())]);
        }
        if self.text.is_some() { scene.text("add-keys-hint") } else { String::new() }
    }
}

impl State {
    /// Of several links, when every server said how much it is.
    fn sum_of_sizes(&self) -> Option<u64> {
        let links = &self.parsed.links;
        if links.len() < 2 || links.len() > SEEN {
            return None;
        }
        links.iter().try_fold(0_u64, |sum, link| match self.probes.state(&link.url) {
            Some(Some(ProbeState::Found { total, .. })) => Some(sum.saturating_add((*total)?)),
            Some(_) | None => None,
        })
    }
}

fn warning<'a>(words: String, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    row![icon(Icon::CircleAlert, 13.0, p.bad), text(words).size(size::SMALL).color(p.bad)]
        .spacing(6)
        .align_y(Center)
        .into()
}

/// Enter adds, Shift+Enter begins a line, Escape closes.
fn keys(press: KeyPress) -> Option<Binding<Message>> {
    let enter = press.key == Key::Named(Named::Enter);
    if enter && !press.modifiers.shift() && matches!(press.status, text_editor::Status::Focused { .. }) {
        return Some(Binding::Custom(Message::Add));
    }
    Binding::from_key_press(press)
}
