//! What the dialog's main button asks for.

use super::{Folders, State, Way};
use crate::api::{
    Credentials, HeaderInput, NewContent, NewPart, NewParts, NewTransfer, NewUpload, NewValue, Secret, Start,
};
use crate::model::{LocalFile, LocalPath, Method, Resuming, SafeUrl, Userinfo};
use crate::rules::{header, naming};
use crate::ui::ports::Sendable;
use crate::ui::screen::add::Begin;

impl State {
    pub(super) fn wishes(&self, url: &SafeUrl, userinfo: Option<Userinfo>) -> Vec<NewTransfer> {
        let credentials = match userinfo {
            Some(given) => Some((given.user.to_string(), given.password.to_string())),
            None => (!self.user.is_empty()).then(|| (self.user.clone(), self.password.clone())),
        };
        let credentials = credentials.map(|(user, password)| Credentials {
            user: Secret::new(user.as_str()),
            password: Secret::new(password.as_str()),
        });
        let group = (self.files.len() > 1).then(|| self.group(url));
        let one = |file: &Sendable| NewTransfer {
            credentials: credentials.clone(),
            method: self.method(),
            policy: Some(self.policy),
            group: group.clone(),
            start: match self.begin {
                Begin::Now => Start::Now,
                Begin::Paused => Start::Paused,
            },
            ..NewTransfer::upload(self.address(url, file), self.upload(file))
        };
        self.files.iter().map(one).collect()
    }

    /// After the folder that all come from, or the server they go to.
    fn group(&self, url: &SafeUrl) -> String {
        let first = |file: &Sendable| file.within.first().cloned().filter(|_| file.within.len() > 1);
        let mut folders = self.files.iter().map(first);
        let common = folders.next().flatten();
        let all = folders.all(|folder| folder == common);
        common.filter(|_| all).unwrap_or_else(|| url.host().to_owned())
    }

    fn method(&self) -> Method {
        match self.way() {
            Way::Auto | Way::Put => Method::put(),
            Way::Post | Way::Form | Way::Tus => Method::post(),
        }
    }

    /// Several files, and those of a folder, each have a place of their own below the destination.
    fn address(&self, url: &SafeUrl, file: &Sendable) -> SafeUrl {
        let puts = match self.way() {
            Way::Auto | Way::Put => true,
            Way::Post | Way::Form | Way::Tus => false,
        };
        let is_folder = url.request().path().ends_with('/');
        if !puts || (self.files.len() == 1 && file.within.len() == 1 && !is_folder) {
            return url.clone();
        }
        file.within.iter().try_fold(url.clone(), |at, name| naming::within(&at, name)).unwrap_or(url.clone())
    }

    fn upload(&self, file: &Sendable) -> NewUpload {
        let local = LocalFile { path: LocalPath(file.path.clone()), spooled: false };
        let resuming = match self.way() {
            Way::Auto => Resuming::Auto,
            Way::Tus => Resuming::Tus,
            Way::Put | Way::Post | Way::Form => Resuming::None,
        };
        let make_folders = self.folders == Folders::Make;
        let content = match self.way() {
            Way::Form => NewContent::Parts(self.form(local)),
            Way::Auto | Way::Put | Way::Post | Way::Tus => NewContent::File(local),
        };
        NewUpload { content, resuming, make_folders }
    }

    fn form(&self, file: LocalFile) -> NewParts {
        let part = |name: String, value| NewPart {
            name: Some(name),
            file_name: None,
            content_type: None,
            headers: Vec::new(),
            value,
        };
        let fields = fields(&self.extra.text()).unwrap_or_default().into_iter();
        let texts = fields.map(|(name, value)| {
            let text = if header::is_secret(&name) {
                HeaderInput::Secret(Secret::new(value))
            } else {
                HeaderInput::Plain(value)
            };
            part(name, NewValue::Text(text))
        });
        let file = part(self.field.trim().to_owned(), NewValue::File(file));
        NewParts { subtype: NewParts::FORM.to_owned(), boundary: None, list: texts.chain([file]).collect() }
    }
}

/// `name=value`, one a line. `None`: one of them is something else.
pub(super) fn fields(text: &str) -> Option<Vec<(String, String)>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let field = |line: &str| {
        let (name, value) = line.split_once('=')?;
        (!name.trim().is_empty()).then(|| (name.trim().to_owned(), value.to_owned()))
    };
    lines.map(field).collect()
}
