//! `put`, and `add --upload`.

use super::{RETRIES, Reader, Wrong, feed};
use crate::cli::action::{
    Feed, Field, FieldFrom, Get, Intake, PasswordFrom, Patience, Sending, Then, What, When, Where,
};
use crate::cli::args::{NewArgs, PutArgs};
use crate::model::{Method, Options, Resuming};

impl Reader<'_> {
    pub(super) fn put(&self, args: PutArgs) -> Result<Get, Wrong> {
        let then = |wait| if wait { Then::Wait } else { Then::End };
        let what = self.what(&args)?;
        let method = args.method.as_deref().map(|text| self.method(text)).transpose()?;
        let password = if args.password_stdin { PasswordFrom::Stdin } else { PasswordFrom::Person };
        if args.password_stdin && reads_stdin(&what) {
            return Err(self.words.text("cli-wrong-stdin-twice"));
        }
        let sending = Sending {
            what,
            method,
            resuming: args.resumable.unwrap_or_default(),
            make_folders: args.make_folders,
        };
        let intake = Intake {
            links: vec![self.link(args.send.last().map_or("", String::as_str))?],
            documents: Vec::new(),
            list: None,
            target: Where::Usual,
            headers: args.header.into_iter().map(|text| self.header(text)).collect::<Result<_, _>>()?,
            user: args.user.map(|name| (name, password)),
            policy: args.cost_policy,
            priority: args.priority.unwrap_or_default(),
            // In the foreground somebody waits: it gives up.
            retries: args.retries.or(Some(RETRIES)),
            options: Options { pace: args.limit, ..Options::default() },
            clash: None,
            start: args.start.map_or(Ok(When::Now), |text| self.when(&text))?,
            given: Vec::new(),
            upload: Some(sending),
        };
        self.one_place_each(&intake)?;
        Ok(Get {
            intake,
            patience: Patience { on_hold: then(!args.no_wait), on_question: then(args.wait) },
            progress: args.progress,
        })
    }

    pub(super) fn queued_upload(&self, args: NewArgs) -> Result<Intake, Wrong> {
        let password = if args.password_stdin { PasswordFrom::Stdin } else { PasswordFrom::Person };
        let what = self.files(&args.urls)?;
        if args.password_stdin && reads_stdin(&what) {
            return Err(self.words.text("cli-wrong-stdin-twice"));
        }
        let intake = Intake {
            links: vec![self.link(args.urls.last().map_or("", String::as_str))?],
            documents: Vec::new(),
            list: None,
            target: Where::Usual,
            headers: args.header.into_iter().map(|text| self.header(text)).collect::<Result<_, _>>()?,
            user: args.user.map(|name| (name, password)),
            policy: args.cost_policy,
            priority: args.priority.unwrap_or_default(),
            retries: args.retries,
            options: Options { pace: args.limit, ..Options::default() },
            clash: None,
            start: args.start.map_or(Ok(When::Now), |text| self.when(&text))?,
            given: Vec::new(),
            upload: Some(Sending { what, method: None, resuming: Resuming::Auto, make_folders: false }),
        };
        self.one_place_each(&intake)?;
        Ok(intake)
    }

    fn what(&self, args: &PutArgs) -> Result<What, Wrong> {
        let alone = args.send.len() == 1;
        match (&args.body, args.form.is_empty()) {
            (None, true) => self.files(&args.send),
            (Some(_), _) | (None, false) if !alone => Err(self.words.text("cli-wrong-put-both")),
            (Some(body), _) => Ok(match body.strip_prefix('@') {
                Some(file) => What::Files(vec![feed(file.into())]),
                None => What::Text(body.clone()),
            }),
            (None, false) => {
                let fields = args.form.iter().map(|field| self.field(field));
                Ok(What::Form(fields.collect::<Result<_, _>>()?))
            }
        }
    }

    fn files(&self, send: &[String]) -> Result<What, Wrong> {
        let Some((_, files)) = send.split_last().filter(|(_, files)| !files.is_empty()) else {
            return Err(self.words.text("cli-wrong-put-nothing"));
        };
        Ok(What::Files(files.iter().map(|file| feed(file.into())).collect()))
    }

    fn field(&self, text: &str) -> Result<Field, Wrong> {
        let wrong = || self.words.text("cli-wrong-form");
        let (name, value) = text.split_once('=').ok_or_else(wrong)?;
        let (value, extras) = extras(value);
        let from = match value.strip_prefix('@') {
            Some(file) => FieldFrom::File(file.into()),
            None => FieldFrom::Text(value.to_owned()),
        };
        let mut field = Field { name: name.to_owned(), from, content_type: None, file_name: None };
        for (extra, value) in extras {
            let place = match extra {
                Extra::Type => &mut field.content_type,
                Extra::FileName => &mut field.file_name,
            };
            let sound = !value.is_empty() && !value.chars().any(char::is_control) && place.is_none();
            *place = Some(sound.then_some(value).ok_or_else(wrong)?);
        }
        Ok(field)
    }

    fn method(&self, text: &str) -> Result<Method, Wrong> {
        let wrong = || self.words.format("cli-wrong-method", &[("value", text.to_owned().into())]);
        Method::new(text).ok_or_else(wrong)
    }

    /// Several files cannot have one address, unless it is a folder or a place that takes them one by one.
    fn one_place_each(&self, intake: &Intake) -> Result<(), Wrong> {
        let Some(Sending { what: What::Files(files), method, resuming, .. }) = &intake.upload else {
            return Ok(());
        };
        let folder = intake.links.first().is_some_and(|link| link.url.request().path().ends_with('/'));
        let posts = method.as_ref().is_some_and(|method| method.as_str() != "PUT");
        let stdin = files.iter().filter(|file| **file == Feed::Stdin).count();
        if stdin > 1 || (files.len() > 1 && !folder && !posts && *resuming != Resuming::Tus) {
            return Err(self.words.text("cli-wrong-put-many"));
        }
        Ok(())
    }
}

/// What may stand behind the value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extra {
    Type,
    FileName,
}

const EXTRAS: [(&str, Extra); 2] = [(";type=", Extra::Type), (";filename=", Extra::FileName)];

/// `value;type=text/plain;filename="a;b.txt"`: each goes on to the next one or the end, or is quoted.
fn extras(text: &str) -> (&str, Vec<(Extra, String)>) {
    let next = |text: &str| {
        let found = EXTRAS.iter().filter_map(|(mark, extra)| Some((text.find(mark)?, mark.len(), *extra)));
        found.min_by_key(|(at, ..)| *at)
    };
    let Some((end, mut mark, mut extra)) = next(text) else { return (text, Vec::new()) };
    let (value, mut rest) = text.split_at(end);
    let mut found = Vec::new();
    loop {
        rest = &rest[mark..];
        let quoted = rest.strip_prefix('"').and_then(|inner| inner.split_once('"'));
        let (own, behind) = match quoted.filter(|(_, behind)| behind.is_empty() || behind.starts_with(';')) {
            Some(quoted) => quoted,
            None => next(rest).map_or((rest, ""), |(at, ..)| rest.split_at(at)),
        };
        found.push((extra, own.to_owned()));
        match next(behind).filter(|(at, ..)| *at == 0) {
            Some((_, length, another)) => (mark, extra, rest) = (length, another, behind),
            None => return (value, found),
        }
    }
}

fn reads_stdin(what: &What) -> bool {
    matches!(what, What::Files(files) if files.contains(&Feed::Stdin))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{job, wrong};
    use super::*;
    use crate::cli::action::{Brief, Job};

    fn put(line: &str) -> Sending {
        match job(line) {
            Job::Get(get) => get.intake.upload.unwrap(),
            Job::Brief(Brief::Add(intake)) => intake.upload.unwrap(),
            other @ (Job::Wait(_) | Job::Watch | Job::Brief(_)) => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn what_is_sent_is_understood() {
        let sending = put("put a.txt https://example.com/x --method POST --resumable tus --make-folders");
        assert!(matches!(&sending.what, What::Files(files) if *files == [Feed::File("a.txt".into())]));
        assert_eq!(sending.method, Some(Method::post()));
        assert_eq!((sending.resuming, sending.make_folders), (Resuming::Tus, true));
        assert!(
            matches!(put("put - https://example.com/x").what, What::Files(files) if files == [Feed::Stdin])
        );
        let two = put("put a b https://example.com/x/");
        assert!(matches!(two.what, What::Files(files) if files.len() == 2));
        let added = put("add --upload a b https://example.com/x/");
        assert!(matches!(added.what, What::Files(files) if files.len() == 2));
        assert!(matches!(put("put https://a.org/x --body text").what, What::Text(text) if text == "text"));
        let file = put("put https://a.org/x --body @f").what;
        assert!(matches!(file, What::Files(files) if files == [Feed::File("f".into())]));
        let form = put("put https://a.org/x --form a=b=c --form f=@x").what;
        let field = |name: &str, from, content_type: Option<&str>, file_name: Option<&str>| Field {
            name: name.to_owned(),
            from,
            content_type: content_type.map(str::to_owned),
            file_name: file_name.map(str::to_owned),
        };
        let expected = [
            field("a", FieldFrom::Text("b=c".to_owned()), None, None),
            field("f", FieldFrom::File("x".into()), None, None),
        ];
        let line = "put https://a.org/x --form a={};type=application/json;charset=utf-8 \
                    --form f=@x;filename=\"a;type=b.txt\";type=text/plain --form t=a;b;types=c";
        let told = [
            field("a", FieldFrom::Text("{}".to_owned()), Some("application/json;charset=utf-8"), None),
            field("f", FieldFrom::File("x".into()), Some("text/plain"), Some("a;type=b.txt")),
            field("t", FieldFrom::Text("a;b;types=c".to_owned()), None, None),
        ];
        assert!(matches!(put(line).what, What::Form(fields) if fields == told), "{:?}", put(line).what);
        assert!(matches!(form, What::Form(fields) if fields == expected));
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let cases = [
            ("put https://a.org/x", "what is to be sent"),
            ("put a b https://a.org/x", "Several files"),
            ("put a https://a.org/x --form a=b", "without files"),
            ("put https://a.org/x --form a", "NAME=VALUE"),
            ("put https://a.org/x --form a=b;type=", "NAME=VALUE"),
            ("put https://a.org/x --form a=b;type=c;type=d", "NAME=VALUE"),
            ("put a https://a.org/x --method P(ST", "no method"),
            ("put - https://a.org/x --user a --password-stdin", "Standard input"),
            ("put a nothing", "nothing"),
        ];
        for (line, part) in cases {
            let said = wrong(line);
            assert!(said.contains(part), "{line}: {said}");
        }
    }
}
