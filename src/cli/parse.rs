//! From words to meaning. Everything that can be wrong with a command line is found here, before anything is touched.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::FromArgMatches;

use super::action::{
    Action, Brief, Change, Choice, Deed, Document, Errand, Feed, Form, Get, Globals, HeaderSource, Intake,
    Invocation, Job, Link, PasswordFrom, Patience, SettingsJob, Then, When, Where,
};
use super::args::{
    AnswerArgs, GetArgs, Line, MoveArgs, NetworkWord, NewArgs, SetArgs, SettingsWord, WhichArgs, Word,
};
use super::help;
use super::usage::{Usage, explain, with_hint};
use crate::api::{Answer, Credentials, FileFate, Given, Secret, Selection};
use crate::model::{Check, FileName, NameClash, Options, Place, SafeUrl, Search, TransferId, Wall};
use crate::rules::{header, metalink};
use crate::words::Words;

mod plan;
mod put;

/// Tries of `get` without progress before it gives up.
const RETRIES: u32 = 10;

/// Reads a command line, the program's name included.
///
/// # Errors
/// [`Usage`] when help was asked for, or something about it is wrong.
pub fn parse(args: impl IntoIterator<Item = OsString>, words: &Words) -> Result<Invocation, Usage> {
    let args: Vec<OsString> = args.into_iter().collect();
    let form = if args.iter().any(|arg| arg == "--json") { Form::Json } else { Form::Human };
    let mut command = help::command(words);
    let line = command
        .try_get_matches_from_mut(args)
        .and_then(|matches| Line::from_arg_matches(&matches))
        .map_err(|error| explain(&error, form, words))?;
    if line.command.is_none() && line.links == ["help"] {
        return Err(Usage::Shown(command.render_help().to_string()));
    }
    let reader = Reader { words, form };
    reader.read(line).map_err(|complaint| Usage::Wrong { sentence: with_hint(&complaint, words), form })
}

struct Reader<'a> {
    words: &'a Words,
    form: Form,
}

/// A complaint, in the user's language.
type Wrong = String;

impl Reader<'_> {
    fn read(&self, line: Line) -> Result<Invocation, Wrong> {
        let globals = Globals {
            data_dir: line.globals.data_dir,
            verbose: line.globals.verbose,
            log_file: line.globals.log_file,
        };
        let action = match line.command {
            Some(_) if line.background || !line.links.is_empty() => {
                return Err(self.words.text("cli-wrong-both"));
            }
            Some(Word::Completions { shell }) => Action::Print(Document::Completions(shell)),
            Some(Word::Man) => Action::Print(Document::Man),
            Some(word) => Action::Errand(Errand { job: self.job(word)?, form: self.form }),
            None if line.background => Action::Background,
            None => {
                for link in &line.links {
                    let _ = self.link_or_command(link)?;
                }
                Action::Window { links: line.links }
            }
        };
        Ok(Invocation { globals, action })
    }

    fn job(&self, word: Word) -> Result<Job, Wrong> {
        let deed = |deed| Job::Brief(Brief::Deed(deed));
        Ok(match word {
            Word::Get(args) => Job::Get(Box::new(self.get(args)?)),
            Word::Put(args) => Job::Get(Box::new(self.put(*args)?)),
            Word::Add(args) => Job::Brief(Brief::Add(Box::new(self.intake(args)?))),
            Word::List(args) => Job::Brief(Brief::List { status: args.status, group: args.group }),
            Word::Show(args) if args.reply => Job::Brief(Brief::Reply(self.id(&args.id)?)),
            Word::Show(args) => Job::Brief(Brief::Show(self.id(&args.id)?)),
            Word::Log(args) => Job::Brief(Brief::Log(self.id(&args.id)?)),
            Word::Play(args) => Job::Brief(Brief::Play(self.id(&args.id)?)),
            Word::Wait(args) => Job::Wait(self.ids(&args.ids)?),
            Word::Watch => Job::Watch,
            Word::Pause(args) => deed(Deed::Pause(self.which(&args)?)),
            Word::Resume(args) => deed(Deed::Resume(self.which(&args)?)),
            Word::Cancel(args) => deed(Deed::Cancel(self.which(&args)?)),
            Word::Retry(args) => deed(Deed::Retry(self.which(&args)?)),
            Word::Remove(args) => {
                let fate = if args.with_file { FileFate::Trash } else { FileFate::Keep };
                deed(Deed::Remove(self.which(&args.which)?, fate))
            }
            Word::Set(args) => deed(self.set(&args)?),
            Word::Move(args) => deed(self.moved(&args)?),
            Word::Answer(args) => deed(Deed::Answer(self.id(&args.id)?, self.choice(&args)?)),
            Word::Allow(args) if args.run_anyway => deed(Deed::RunAnyway(self.ids(&args.ids)?)),
            Word::Allow(args) => deed(Deed::AllowOnce(self.ids(&args.ids)?)),
            Word::Network(args) => Job::Brief(match args.command {
                None => Brief::Network,
                Some(NetworkWord::Set { connection, word }) => Brief::NetworkSet { connection, word },
            }),
            Word::Budget(args) => Job::Brief(self.budget(args.command)?),
            Word::Settings(args) => Job::Brief(Brief::Settings(match args.command {
                SettingsWord::List => SettingsJob::List,
                SettingsWord::Get { key } => SettingsJob::Get(key),
                SettingsWord::Set { key, value } => SettingsJob::Set(key, value),
            })),
            Word::Limit(args) => Job::Brief(Brief::Limit(args.rate.pace())),
            Word::Quit => Job::Brief(Brief::Quit),
            // Taken out before.
            Word::Completions { .. } | Word::Man => return Err(self.words.text("cli-wrong-other")),
        })
    }

    fn get(&self, args: GetArgs) -> Result<Get, Wrong> {
        let then = |wait| if wait { Then::Wait } else { Then::End };
        let mut intake = self.intake(args.new)?;
        // In the foreground somebody waits: it gives up, and a second run finds the file it left, not a numbered one.
        intake.retries = intake.retries.or(Some(RETRIES));
        intake.clash = intake.clash.or(Some(NameClash::Number));
        Ok(Get {
            intake,
            patience: Patience { on_hold: then(!args.no_wait), on_question: then(args.wait) },
            progress: args.progress,
        })
    }

    fn intake(&self, args: NewArgs) -> Result<Intake, Wrong> {
        if args.upload {
            return self.queued_upload(args);
        }
        let target = self.target(&args)?;
        let clash = match (&target, args.if_exists) {
            (_, Some(choice)) => Some(choice),
            // A name that a person gave is not changed behind their back.
            (Where::File { .. }, None) => Some(NameClash::Ask),
            (Where::Usual | Where::Folder(_), None) => None,
        };
        let check = self.check(&args)?;
        let given = given(&args);
        let password = if args.password_stdin { PasswordFrom::Stdin } else { PasswordFrom::Person };
        let list = args.input.map(feed);
        if args.password_stdin && list == Some(Feed::Stdin) {
            return Err(self.words.text("cli-wrong-stdin-twice"));
        }
        let (documents, links): (Vec<_>, Vec<_>) = args.urls.into_iter().partition(|text| is_document(text));
        Ok(Intake {
            links: links.iter().map(|url| self.link(url)).collect::<Result<_, _>>()?,
            documents: documents.into_iter().map(PathBuf::from).collect(),
            list,
            target,
            headers: args.header.into_iter().map(|text| self.header(text)).collect::<Result<_, _>>()?,
            user: args.user.map(|name| (name, password)),
            policy: args.cost_policy,
            priority: args.priority.unwrap_or_default(),
            retries: args.retries,
            options: Options { connections: args.connections, pace: args.limit, check, ..Options::default() },
            clash,
            start: args.start.map_or(Ok(When::Now), |text| self.when(&text))?,
            given,
            upload: None,
        })
    }

    /// A checksum is that of one file; a list of them may be looked for beside each.
    fn check(&self, args: &NewArgs) -> Result<Check, Wrong> {
        match args.checksum.as_deref() {
            None => Ok(Check::default()),
            Some(Check::SEARCH) => Ok(Check { search: Search::Beside, ..Check::default() }),
            Some(_) if args.urls.len() > 1 || args.input.is_some() => {
                Err(self.words.text("cli-wrong-checksum-many"))
            }
            Some(text) => text.parse().map(Check::user).map_err(|error| {
                let cause = self.words.checksum_error(error);
                let values = [("value", text.to_owned().into()), ("cause", cause.into())];
                self.words.format("cli-wrong-checksum", &values)
            }),
        }
    }

    fn target(&self, args: &NewArgs) -> Result<Where, Wrong> {
        if let Some(folder) = &args.dir {
            return self.sayable(folder).map(|()| Where::Folder(folder.clone()));
        }
        let Some(file) = &args.output else { return Ok(Where::Usual) };
        self.sayable(file)?;
        if args.urls.len() > 1 {
            return Err(self.words.text("cli-wrong-output-many"));
        }
        let text = file.to_string_lossy();
        let name = match file.file_name() {
            Some(name) if !text.ends_with('/') && text != "-" => name.to_string_lossy().into_owned(),
            Some(_) | None => return Err(self.words.text("cli-wrong-output-folder")),
        };
        let name = FileName::new(name).map_err(|error| self.words.name_error(error))?;
        Ok(Where::File { folder: file.parent().map(Path::to_owned).unwrap_or_default(), name })
    }

    /// Paths travel as JSON and are shown: they must be text.
    fn sayable(&self, path: &Path) -> Result<(), Wrong> {
        path.to_str().map(|_| ()).ok_or_else(|| self.words.text("cli-wrong-utf8"))
    }

    fn header(&self, text: String) -> Result<HeaderSource, Wrong> {
        match text.strip_prefix('@') {
            Some(file) => Ok(HeaderSource::File(file.into())),
            None if header::split(&text).is_some() => Ok(HeaderSource::Line(text)),
            None => Err(self.words.text("cli-wrong-header")),
        }
    }

    fn when(&self, text: &str) -> Result<When, Wrong> {
        let local = text.replacen(' ', "T", 1);
        let parsed = match text {
            "now" => Some(When::Now),
            "paused" => Some(When::Paused),
            _ => None,
        };
        let stamp = || text.parse::<jiff::Timestamp>().ok().map(|at| When::At(Wall(at.as_millisecond())));
        let clock = || text.parse::<jiff::civil::Time>().ok().map(When::Clock);
        let civil = || local.parse::<jiff::civil::DateTime>().ok().map(When::Local);
        parsed
            .or_else(stamp)
            .or_else(civil)
            // A clock's reader takes whole dates, too: it comes last.
            .or_else(clock)
            .ok_or_else(|| self.words.format("cli-wrong-start", &[("value", text.to_owned().into())]))
    }

    fn set(&self, args: &SetArgs) -> Result<Deed, Wrong> {
        let url = args.url.as_deref().map(|url| self.link(url)).transpose()?;
        let start = args.start.as_deref().map(|text| self.when(text)).transpose()?;
        if start == Some(When::Paused) {
            let value = ("value", "paused".to_owned().into());
            return Err(self.words.format("cli-wrong-start", &[value]));
        }
        let changes: Vec<Change> = args
            .cost_policy
            .map(Change::Policy)
            .into_iter()
            .chain(args.priority.map(Change::Priority))
            .chain(args.limit.map(|limit| Change::Pace(limit.pace())))
            .chain(start.map(Change::Start))
            .chain(url.map(Change::Url))
            .collect();
        if changes.is_empty() {
            return Err(self.words.text("cli-wrong-nothing-set"));
        }
        Ok(Deed::Set(self.id(&args.id)?, changes))
    }

    fn moved(&self, args: &MoveArgs) -> Result<Deed, Wrong> {
        let place = match (args.place.as_str(), &args.other) {
            ("top", None) => Place::Top,
            ("up", None) => Place::Up,
            ("down", None) => Place::Down,
            ("bottom", None) => Place::Bottom,
            ("before", Some(other)) => Place::Before(self.id(other)?),
            _ => return Err(self.words.text("cli-wrong-place")),
        };
        Ok(Deed::Move(self.id(&args.id)?, place))
    }

    fn choice(&self, args: &AnswerArgs) -> Result<Choice, Wrong> {
        let password = if args.password_stdin { PasswordFrom::Stdin } else { PasswordFrom::Person };
        let plain = |answer| Ok(Choice::Plain(answer));
        match (args.choice.as_str(), args.value.as_deref()) {
            ("try-again", None) => plain(Answer::TryAgain),
            ("restart", None) => plain(Answer::Restart),
            ("keep", None) => plain(Answer::KeepWhatIsHere),
            ("accept", None) => plain(Answer::Accept),
            ("overwrite", None) => plain(Answer::Overwrite),
            ("skip", None) => plain(Answer::Skip),
            ("name", Some(name)) => {
                let name = FileName::new(name).map_err(|error| self.words.name_error(error))?;
                plain(Answer::ChooseName(name))
            }
            ("folder", Some(folder)) => Ok(Choice::Folder(folder.into())),
            ("link", Some(url)) => Ok(Choice::Link(self.link(url)?)),
            ("sign-in", Some(user)) => Ok(Choice::SignIn(user.to_owned(), password)),
            _ => Err(self.words.text("cli-wrong-choice")),
        }
    }

    fn which(&self, args: &WhichArgs) -> Result<Selection, Wrong> {
        if args.all { Ok(Selection::All) } else { self.ids(&args.ids).map(Selection::Ids) }
    }

    fn ids(&self, texts: &[String]) -> Result<Vec<TransferId>, Wrong> {
        texts.iter().map(|text| self.id(text)).collect()
    }

    fn id(&self, text: &str) -> Result<TransferId, Wrong> {
        text.parse().map_err(|_| self.words.format("cli-wrong-id", &[("value", text.to_owned().into())]))
    }

    fn link(&self, text: &str) -> Result<Link, Wrong> {
        link(text, self.words)
    }

    /// On a bare command line a word that is no address may be a command misspelled.
    fn link_or_command(&self, text: &str) -> Result<Link, Wrong> {
        self.link(text).map_err(|complaint| {
            if text.contains(['.', ':', '/']) {
                complaint
            } else {
                self.words.format("cli-wrong-word", &[("value", text.to_owned().into())])
            }
        })
    }
}

/// # Errors
/// A sentence that names the address and what is wrong with it.
pub(super) fn link(text: &str, words: &Words) -> Result<Link, String> {
    let (url, userinfo) = SafeUrl::parse_typed(text).map_err(|error| {
        // Before it is understood nobody knows where in it a password stands.
        let shown = if text.contains('@') { "…" } else { text };
        let cause = words.url_error(&error);
        words.format("cli-wrong-link", &[("value", shown.to_owned().into()), ("cause", cause.into())])
    })?;
    let credentials = userinfo.map(|userinfo| Credentials {
        user: Secret::new(userinfo.user.as_str()),
        password: Secret::new(userinfo.password.as_str()),
    });
    Ok(Link { url, credentials })
}

/// A Metalink document on this machine; one that lies elsewhere has an address.
/// What was named, and is not to be passed over where the address is being fetched already.
fn given(args: &NewArgs) -> Vec<Given> {
    let named = [
        (Given::File, args.output.is_some()),
        (Given::Folder, args.dir.is_some()),
        (Given::Headers, !args.header.is_empty()),
        (Given::CostPolicy, args.cost_policy.is_some()),
        (Given::Priority, args.priority.is_some()),
        (Given::Retries, args.retries.is_some()),
        (Given::Connections, args.connections.is_some()),
        (Given::Limit, args.limit.is_some()),
        (Given::Checksum, args.checksum.is_some()),
        (Given::Clash, args.if_exists.is_some()),
        (Given::Start, args.start.is_some()),
    ];
    named.into_iter().filter(|(_, is_named)| *is_named).map(|(given, _)| given).collect()
}

fn is_document(text: &str) -> bool {
    !text.contains("://") && metalink::is_metalink(None, text)
}

fn feed(path: PathBuf) -> Feed {
    if path.as_os_str() == "-" { Feed::Stdin } else { Feed::File(path) }
}

#[cfg(test)]
mod tests;
