//! How the Upload dialog looks.

use iced::widget::{button, column, container, row, text, text_editor, text_input};
use iced::{Center, Element, Fill, Shrink};

use super::{DESTINATION, Folders, Message, State, Way};
use crate::model::CostPolicy;
use crate::ui::icon::{Icon, icon};
use crate::ui::kind::icon_of;
use crate::ui::ports::{Picker, Sendable};
use crate::ui::scene::Scene;
use crate::ui::screen::add::Begin;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{
    Cut, action, dialog_that_scrolls, ellipsis, footer, icon_button, label, labelled, muted, pick, pressable,
    scroll, segments,
};

/// Files shown by name; the rest are counted.
const SEEN: usize = 6;
/// Destinations offered again.
const OFFERED: usize = 3;

impl State {
    pub fn view<'a>(&'a self, height: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let fields = column![
            self.chosen(scene),
            self.where_to(scene),
            self.how(scene),
            self.fields(scene),
            self.sign_in(scene),
            self.choices(scene),
        ]
        .spacing(gap::LARGE);
        let fields = scroll(container(fields).padding(iced::Padding::ZERO.right(14)), p);
        let inner = container(fields).max_height((height - 190.0).max(160.0));
        let close = (scene.text("close"), Message::Cancel);
        dialog_that_scrolls(scene.text("upload-title"), close, inner, Some(self.buttons(scene)), (660.0, p))
    }

    fn chosen<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let wrong = match &self.missing {
            Some(path) => {
                let name = path.display().to_string();
                Some(scene.words.format("upload-missing", &[("file", name.into())]))
            }
            None if self.tried && self.files.is_empty() => Some(scene.text("upload-no-files")),
            None => None,
        };
        let field = text_input(&scene.text("upload-path-hint"), &self.path)
            .on_input(Message::PathChanged)
            .on_submit(Message::PathEntered)
            .size(size::BODY)
            .padding([8, 10])
            .style(theme::field(p, wrong.is_some()));
        let browse = (self.picker == Picker::Portal).then(|| {
            let button = button(action(Icon::File, scene.text("upload-browse"), p.soft));
            pressable(button.padding([8, 12]).style(theme::quiet(p)), Some(Message::Browse), p)
        });
        let line = row![field, browse].spacing(gap::SMALL).align_y(Center);
        let list = (!self.files.is_empty() || self.looking > 0).then(|| self.list(scene));
        column![labelled(scene.text("upload-files"), line, wrong, p), list].spacing(gap::SMALL).into()
    }

    fn list<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let lines = self.files.iter().take(SEEN).enumerate().map(|(place, file)| line(place, file, scene));
        let rest = self.files.len().saturating_sub(SEEN);
        let rest = (rest > 0).then(|| {
            let words = scene.words.format("upload-more", &[("count", rest.into())]);
            let clear = button(text(scene.text("upload-clear")).size(size::SMALL).font(theme::MEDIUM));
            let clear = pressable(clear.padding(0).style(theme::link(p)), Some(Message::ForgetAll), p);
            row![container(muted(words, p)).width(Fill), clear].align_y(Center).into()
        });
        let looking = (self.looking > 0).then(|| muted(scene.text("upload-looking"), p).into());
        let capped = self.more.then(|| muted(scene.text("upload-too-many"), p).into());
        let all = column(lines).extend(rest).extend(looking).extend(capped).spacing(8);
        container(all).padding([12, 14]).width(Fill).style(theme::card(p)).into()
    }

    fn where_to<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let wrong = self.parsed().err().filter(|_| self.tried).map(|error| scene.words.url_error(&error));
        let field = text_input("https://", &self.destination)
            .id(DESTINATION)
            .on_input(Message::DestinationChanged)
            .on_submit(Message::Add)
            .size(size::BODY)
            .padding([8, 10])
            .style(theme::field(p, wrong.is_some()));
        let others = self.remembered.iter().filter(|url| url.request().as_str() != self.destination);
        let offers: Vec<_> = others
            .take(OFFERED)
            .map(|url| {
                let words = ellipsis(url.to_string(), size::SMALL, p.link).cut(Cut::Middle);
                let link = button(words).padding(0).style(theme::link(p));
                pressable(link, Some(Message::Remembered(url.clone())), p)
            })
            .collect();
        let offers = (!offers.is_empty()).then(|| column(offers).spacing(4));
        column![labelled(scene.text("upload-destination"), field, wrong, p), offers].spacing(6).into()
    }

    /// FTP knows only one way.
    fn how<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let ways = [
            (Way::Auto, "upload-way-auto"),
            (Way::Put, "upload-way-put"),
            (Way::Post, "upload-way-post"),
            (Way::Form, "upload-way-form"),
            (Way::Tus, "upload-way-tus"),
        ];
        let ways = ways.map(|(way, key)| (way, scene.text(key))).into();
        let way = (!self.is_ftp()).then(|| {
            labelled(scene.text("upload-way"), pick(ways, &self.way, Message::WayChosen, p), None, p)
        });
        let puts = match self.way() {
            Way::Auto | Way::Put => true,
            Way::Post | Way::Form | Way::Tus => false,
        };
        let folders = vec![
            (Folders::Expect, scene.text("upload-folders-expect")),
            (Folders::Make, scene.text("upload-folders-make")),
        ];
        let folders = puts.then(|| {
            let choice = segments(folders, self.folders, Message::FoldersChosen, p);
            labelled(scene.text("upload-folders"), choice, None, p)
        });
        row![way.map(|way| container(way).width(Fill)), folders].spacing(gap::MEDIUM).into()
    }

    fn fields<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        if self.way() != Way::Form {
            return None;
        }
        let p = scene.palette;
        let name = text_input("file", &self.field)
            .on_input(Message::FieldChanged)
            .on_submit(Message::Add)
            .size(size::BODY)
            .padding([8, 10])
            .style(theme::field(p, false));
        let wrong = self.bad_extra().then(|| scene.text("cli-wrong-form"));
        let extra = text_editor(&self.extra)
            .placeholder(scene.text("upload-fields-hint"))
            .on_action(Message::ExtraEdited)
            .size(size::BODY)
            .padding([9, 10])
            .min_height(40)
            .max_height(110)
            .height(Shrink)
            .style(theme::text_area(p, wrong.is_some()));
        let fields = column![
            labelled(scene.text("upload-field"), name, None, p),
            labelled(scene.text("upload-fields"), extra, wrong, p),
        ];
        Some(fields.spacing(gap::MEDIUM).into())
    }

    fn sign_in<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let field = |value, secret: bool, message: fn(String) -> Message| {
            text_input(&scene.text("upload-optional"), value)
                .secure(secret)
                .on_input(message)
                .on_submit(Message::Add)
                .size(size::BODY)
                .padding([8, 10])
                .style(theme::field(p, false))
        };
        let user = field(&self.user, false, Message::UserChanged);
        let password = field(&self.password, true, Message::PasswordChanged);
        row![
            container(labelled(scene.text("field-user"), user, None, p)).width(Fill),
            container(labelled(scene.text("field-password"), password, None, p)).width(Fill),
        ]
        .spacing(gap::MEDIUM)
        .into()
    }

    fn choices<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let policies = CostPolicy::ALL.map(|policy| (policy, scene.words.policy(policy))).into();
        let policy = pick(policies, &self.policy, Message::PolicyChosen, p);
        let begins = vec![(Begin::Now, scene.text("add-now")), (Begin::Paused, scene.text("add-paused"))];
        let begin = segments(begins, self.begin, Message::BeginChosen, p);
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
        let count = self.files.len();
        let words = match count {
            0 | 1 => scene.text("upload-one"),
            count => scene.words.format("upload-many", &[("count", count.into())]),
        };
        let ready = count > 0 && self.looking == 0;
        let ink = if ready { p.on_accent } else { p.mute };
        let add = button(action(Icon::Upload, words, ink)).padding([8, 16]).style(theme::primary(p));
        let note = if count > 1 {
            scene.words.format("add-total", &[("size", scene.words.size(self.bytes()).into())])
        } else {
            scene.text("upload-drop-hint")
        };
        let buttons =
            [pressable(cancel, Some(Message::Cancel), p), pressable(add, ready.then_some(Message::Add), p)];
        footer(ellipsis(note, size::SMALL, p.mute), buttons)
    }
}

fn line<'a>(place: usize, file: &'a Sendable, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let name = file.within.join("/");
    let glyph = icon_of(&name);
    let words = column![
        ellipsis(name, size::BODY, p.text).font(theme::MEDIUM).cut(Cut::Middle),
        label(scene.words.size(file.size), p),
    ]
    .spacing(1)
    .width(Fill);
    let forget = icon_button(Icon::Cross, scene.text("upload-forget"), Some(Message::Forget(place)), p);
    row![icon(glyph, 17.0, p.upload), words, forget].spacing(gap::MEDIUM).align_y(Center).into()
}
