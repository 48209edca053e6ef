//! The questions that need more than a button: user and password, a new link, a folder, a name, a policy.

use std::path::{Path, PathBuf};

use iced::widget::{button, column, container, row, space, text, text_input};
use iced::{Center, Element, Fill, Task};
use jiff::tz::TimeZone;

use crate::api::{Act, Answer, Command, Credentials, Row, Secret, Selection};
use crate::model::{CostPolicy, FileName, Now, SafeUrl, TransferId};
use crate::rules::calendar::typed;
use crate::ui::icon::Icon;
use crate::ui::links;
use crate::ui::ports::Picker;
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::verbs::Form;
use crate::ui::widget::{Cut, action, body, dialog, ellipsis, footer, labelled, muted, pressable, scroll};

/// The field that has the keyboard first.
pub const FIRST: &str = "ask-first";

#[derive(Debug)]
pub struct State {
    id: TransferId,
    /// Everybody that the answer is for; the first one is `id`.
    ids: Vec<TransferId>,
    about: String,
    host: String,
    form: Form,
    picker: Picker,
    /// User, link, folder or name.
    text: String,
    password: String,
    policy: CostPolicy,
    /// The user tried: from now on mistakes are marked.
    tried: bool,
}

#[derive(Debug, Clone)]
pub enum Message {
    TextChanged(String),
    PasswordChanged(String),
    PolicyChosen(CostPolicy),
    Browse,
    Picked(Option<PathBuf>),
    Submit,
    Cancel,
}

#[derive(Debug)]
pub enum Action {
    None,
    Send(Box<Command>),
    /// The desktop's dialog, beginning there.
    PickFolder(PathBuf),
    Close,
}

impl State {
    pub fn new(form: Form, row: &Row, picker: Picker) -> Self {
        let text = match form {
            Form::SignIn | Form::NewLink | Form::Policy | Form::RunAnyway | Form::StartAt => String::new(),
            Form::Folder => row.folder.display().to_string(),
            Form::Name => row.name.clone(),
        };
        Self {
            id: row.id,
            ids: vec![row.id],
            about: row.name.clone(),
            host: row.host.clone(),
            form,
            picker,
            text,
            password: String::new(),
            policy: row.policy,
            tried: false,
        }
    }

    /// Asks once for all of these.
    pub fn for_all(self, ids: Vec<TransferId>) -> Self {
        Self { ids, ..self }
    }

    /// Puts the keyboard into the first field.
    pub fn focus<T: Send + 'static>() -> Task<T> {
        Task::batch([
            iced::widget::operation::focus(FIRST),
            iced::widget::operation::move_cursor_to_end(FIRST),
        ])
    }

    /// `now`: what is typed may be a time of today.
    pub fn update(&mut self, message: Message, now: Now) -> Action {
        match message {
            Message::TextChanged(text) => self.text = text,
            Message::PasswordChanged(text) => self.password = text,
            Message::PolicyChosen(policy) => self.policy = policy,
            Message::Browse => return Action::PickFolder(PathBuf::from(&self.text)),
            Message::Picked(Some(folder)) => self.text = folder.display().to_string(),
            Message::Picked(None) => {}
            Message::Submit => {
                self.tried = true;
                return self.command(now).map_or(Action::None, |command| Action::Send(Box::new(command)));
            }
            Message::Cancel => return Action::Close,
        }
        Action::None
    }

    /// What stands in the first field, and this after it.
    pub fn and_typed(&self, more: &str) -> Message {
        Message::TextChanged(format!("{}{more}", self.text))
    }

    /// The answer, if what was typed is one.
    fn command(&self, now: Now) -> Option<Command> {
        let id = self.id;
        let answer = |answer| Command::Act(Act::Answer { id, answer });
        Some(match self.form {
            Form::SignIn => {
                if self.text.is_empty() {
                    return None;
                }
                Command::SignIn {
                    id,
                    credentials: Credentials {
                        user: Secret::new(self.text.as_str()),
                        password: Secret::new(self.password.as_str()),
                    },
                }
            }
            Form::NewLink => {
                let link = links::typed(&self.text).links.into_iter().next()?;
                Command::ReplaceLink { id, url: link.url, credentials: link.credentials }
            }
            Form::Folder => {
                let folder = Path::new(self.text.trim());
                folder.is_absolute().then(|| answer(Answer::ChooseFolder(folder.to_owned())))?
            }
            Form::Name => answer(Answer::ChooseName(FileName::new(self.text.trim()).ok()?)),
            Form::Policy => {
                Command::Act(Act::SetPolicy { which: Selection::Ids(vec![id]), policy: self.policy })
            }
            Form::StartAt => {
                let at = Some(typed(&self.text, &TimeZone::system(), now)?);
                Command::Act(Act::Schedule { which: Selection::Ids(self.ids.clone()), at })
            }
            Form::RunAnyway => Command::Act(Act::RunAnyway(Selection::Ids(self.ids.clone()))),
        })
    }

    /// What is wrong with what was typed; nothing before the first try, except in a link, where it helps at once.
    fn wrong(&self, scene: Scene<'_>) -> Option<String> {
        let early = self.form == Form::NewLink && self.text.len() > 8;
        if !self.tried && !early {
            return None;
        }
        match self.form {
            Form::SignIn => self.text.is_empty().then(|| scene.text("ask-user-missing")),
            Form::NewLink => {
                SafeUrl::parse_typed(&self.text).err().map(|error| scene.words.url_error(&error))
            }
            Form::Folder => {
                (!Path::new(self.text.trim()).is_absolute()).then(|| scene.text("folder-not-absolute"))
            }
            Form::Name => FileName::new(self.text.trim()).err().map(|error| scene.words.name_error(error)),
            Form::StartAt => {
                let wrong = typed(&self.text, &TimeZone::system(), scene.now).is_none();
                wrong.then(|| scene.text("ask-start-at-wrong"))
            }
            Form::Policy | Form::RunAnyway => None,
        }
    }

    pub fn view<'a>(&'a self, height: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let (title, submit) = match self.form {
            Form::SignIn => ("ask-sign-in-title", "remedy-sign-in"),
            Form::NewLink => ("ask-new-link-title", "ask-use-link"),
            Form::Folder => ("ask-folder-title", "ask-use-folder"),
            Form::Name => ("ask-name-title", "ask-use-name"),
            Form::Policy => ("ask-policy-title", "ask-use-policy"),
            Form::RunAnyway => ("ask-run-anyway-title", "remedy-run-anyway"),
            Form::StartAt => ("ask-start-at-title", "ask-use-start-at"),
        };
        let cancel = button(text(scene.text("cancel")).size(size::BODY).font(theme::MEDIUM))
            .padding([8, 14])
            .style(theme::quiet(p));
        let submit = button(action(Icon::Check, scene.text(submit), p.on_accent))
            .padding([8, 14])
            .style(theme::primary(p));
        let buttons =
            [pressable(cancel, Some(Message::Cancel), p), pressable(submit, Some(Message::Submit), p)];
        let about = ellipsis(self.about.as_str(), size::SMALL, p.mute).cut(Cut::Middle);
        let inner = column![about, self.fields(height, scene), footer(space(), buttons),].spacing(gap::LARGE);
        dialog(scene.text(title), (scene.text("close"), Message::Cancel), inner, 520.0, p)
    }

    fn fields<'a>(&'a self, height: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let wrong = self.wrong(scene);
        let first = |hint: &str| {
            text_input(hint, &self.text)
                .id(FIRST)
                .on_input(Message::TextChanged)
                .on_submit(Message::Submit)
                .size(size::BODY)
                .padding([8, 10])
                .style(theme::field(p, wrong.is_some()))
        };
        match self.form {
            Form::SignIn => {
                let hint = scene.words.format("ask-sign-in-hint", &[("host", self.host.clone().into())]);
                let password = text_input("", &self.password)
                    .secure(true)
                    .on_input(Message::PasswordChanged)
                    .on_submit(Message::Submit)
                    .size(size::BODY)
                    .padding([8, 10])
                    .style(theme::field(p, false));
                column![
                    body(hint, p),
                    labelled(scene.text("field-user"), first(""), wrong.clone(), p),
                    labelled(scene.text("field-password"), password, None, p),
                ]
                .spacing(gap::MEDIUM)
                .into()
            }
            Form::NewLink => column![
                body(scene.text("ask-new-link-hint"), p),
                labelled(scene.text("field-link"), first("https://"), wrong.clone(), p),
            ]
            .spacing(gap::MEDIUM)
            .into(),
            Form::Folder => {
                let browse = (self.picker == Picker::Portal).then(|| {
                    let button = button(action(Icon::Folder, scene.text("browse"), p.soft));
                    let button = button.padding([8, 12]).style(theme::quiet(p));
                    pressable(button, Some(Message::Browse), p)
                });
                let line = row![first("/"), browse].spacing(gap::SMALL).align_y(Center);
                labelled(scene.text("field-folder"), line, wrong.clone(), p)
            }
            Form::StartAt => labelled(scene.text("field-start-at"), first("22:30"), wrong.clone(), p),
            Form::Name => labelled(scene.text("field-name"), first(""), wrong.clone(), p),
            Form::RunAnyway => {
                let count = self.ids.len();
                body(scene.words.format("ask-run-anyway", &[("count", count.into())]), p).into()
            }
            Form::Policy => {
                container(scroll(self.policies(scene), p)).max_height((height - 230.0).max(120.0)).into()
            }
        }
    }

    fn policies<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let lines = CostPolicy::ALL.into_iter().map(|policy| {
            let here = policy == self.policy;
            let words = column![
                text(scene.words.policy(policy)).size(size::BODY).font(theme::MEDIUM).color(p.text),
                muted(scene.words.policy_hint(policy), p),
            ]
            .spacing(2);
            let mark = here.then(|| crate::ui::icon::icon(Icon::Check, 15.0, p.link));
            let line = button(row![words.width(Fill), mark].spacing(gap::SMALL).align_y(Center))
                .padding([8, 12])
                .width(Fill)
                .style(theme::segment(p, here));
            pressable(line, Some(Message::PolicyChosen(policy)), p)
        });
        column(lines).spacing(4).into()
    }
}
