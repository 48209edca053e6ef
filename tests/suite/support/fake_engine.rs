//! A small engine behind `api::channel`: it keeps rows in memory, answers queries and obeys the simplest
//! commands. For tests of the window.
#![expect(clippy::unwrap_used, reason = "a stand-in breaks loudly")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use longshore::api::*;
use longshore::model::*;

pub(crate) struct FakeEngine {
    pub(crate) rows: BTreeMap<TransferId, Row>,
    pub(crate) network: NetworkView,
    pub(crate) usage: Vec<UsageView>,
    pub(crate) settings: Settings,
    removed: Vec<Row>,
}

/// Noon of the day the pictures show.
pub(crate) const NOON: Wall = Wall(1_795_176_000_000);

pub(crate) fn id(number: u64) -> TransferId {
    TransferId::new(number).unwrap()
}

pub(crate) fn row(number: u64, name: &str, host: &str, status: Status) -> Row {
    Row {
        id: id(number),
        direction: Direction::Download,
        name: name.to_owned(),
        host: host.to_owned(),
        url: format!("https://{host}/pub/{name}"),
        folder: PathBuf::from("/home/me/Downloads"),
        file: Some(PathBuf::from("/home/me/Downloads").join(name)),
        status,
        pausing: false,
        activity: Default::default(),
        brought_by: None,
        checksum: None,
        progress: Progress::default(),
        policy: CostPolicy::Default,
        unconstrained: false,
        once: None,
        priority: Priority::Normal,
        group: None,
        resumable: Some(true),
        restarted: 0,
        http_status: Some(206),
        content_type: Some("application/octet-stream".to_owned()),
        added: NOON + Span::minutes(number),
        started: Some(NOON),
        finished: None,
        held_until: None,
    }
}

pub(crate) fn progress(done: u64, total: u64, rate: u64) -> Progress {
    let left = (rate > 0).then(|| (total - done) / rate);
    Progress { done, total: Some(total), rate, left, connections: u16::from(rate > 0) }
}

/// One of everything, as an ordinary day brings it.
pub(crate) fn day() -> Vec<Row> {
    const GB: u64 = 1_000_000_000;
    const MB: u64 = 1_000_000;
    let with = |row: Row, progress: Progress| Row { progress, ..row };
    let done = |row: Row, total: u64| Row {
        progress: progress(total, total, 0),
        finished: Some(NOON + Span::minutes(7)),
        ..row
    };
    vec![
        with(
            row(1, "debian-12.11.0-amd64-DVD-1.iso", "cdimage.debian.org", Status::Running),
            progress(2_330 * MB, 3_700 * MB, 42_100_000),
        ),
        with(
            row(2, "linux-6.18.tar.xz", "cdn.kernel.org", Status::Running),
            progress(31 * MB, 147 * MB, 11_800_000),
        ),
        with(
            Row {
                direction: Direction::Upload,
                ..row(3, "drone-footage-2026-07.mov", "studio.example.net", Status::Running)
            },
            progress(4_590 * MB, 12_400 * MB, 18_300_000),
        ),
        with(
            row(
                4,
                "openstreetmap-europe-latest.osm.pbf",
                "download.geofabrik.de",
                Status::PausedCostedNetwork(Hold::Metered),
            ),
            progress(27_400 * MB, 31_200 * MB, 0),
        ),
        with(
            row(
                5,
                "firmware-nonfree-20260110.zip",
                "mirror.example.org",
                Status::WaitingToRetry(Retry {
                    at: NOON + Span::seconds(40),
                    attempt: 3,
                    fault: Fault::Http { status: 503, retry_after: None },
                }),
            ),
            progress(11 * MB, 96 * MB, 0),
        ),
        with(
            row(
                6,
                "Vorlesung-07-Verteilte-Systeme.mp4",
                "media.example.edu",
                Status::NeedsUser(Question::LinkExpired { status: 403 }),
            ),
            progress(828 * MB, 1_800 * MB, 0),
        ),
        row(7, "blender-5.0.1-linux-x64.tar.xz", "mirror.clarkson.edu", Status::Queued(None)),
        with(
            row(8, "album-lossless.flac", "music.example.com", Status::PausedByUser),
            progress(120 * MB, 480 * MB, 0),
        ),
        done(
            row(9, "Fedora-Workstation-44.iso", "download.fedoraproject.org", Status::Completed),
            2_600 * MB,
        ),
        done(row(10, "日本語ファイル名-資料.pdf", "files.example.jp", Status::Completed), 18 * MB),
        done(row(11, "تقرير-سنوي.pdf", "docs.example.org", Status::Completed), 4_200_000),
        with(
            row(
                12,
                "a-name-that-is-so-long-that-no-column-of-any-window-could-ever-show-the-whole-of-it-at-once.tar.zst",
                "a-host-with-quite-a-long-name.downloads.example.org",
                Status::Failed(Failure { fault: Fault::Tls(TlsFault::UnknownIssuer), attempts: 0 }),
            ),
            progress(GB / 4, 2 * GB, 0),
        ),
        Row { finished: Some(NOON), ..row(13, "old-snapshot.img", "archive.example.org", Status::Canceled) },
    ]
}

pub(crate) fn network(connection: &str, cost: NetworkCost) -> NetworkView {
    let metered = matches!(cost, NetworkCost::Fixed | NetworkCost::Variable);
    let hold = |policy| match (metered, policy) {
        (false, _) => VerdictView::Go(Grounds::Unmetered),
        (true, CostPolicy::UnrestrictedOnly) => VerdictView::Hold(Hold::Metered),
        (true, _) => VerdictView::Go(Grounds::Policy),
    };
    NetworkView {
        network: Network { connection: Some(connection.to_owned()), cost, ..Network::default() },
        metered,
        treat: Treat::Auto,
        choice: Choice::Not,
        verdicts: CostPolicy::ALL.map(|policy| (policy, hold(policy))).to_vec(),
        budget: None,
    }
}

impl FakeEngine {
    pub(crate) fn new(rows: Vec<Row>) -> Self {
        Self {
            rows: rows.into_iter().map(|row| (row.id, row)).collect(),
            network: network("Home", NetworkCost::Unrestricted),
            usage: Vec::new(),
            settings: Settings::default(),
            removed: Vec::new(),
        }
    }

    /// Everything, as a client's first batch has it.
    pub(crate) fn first(&self) -> Batch {
        Batch {
            rows: self.rows.values().take(Outbox::ROWS).cloned().collect(),
            order_changed: true,
            refresh: true,
            counts: Some(self.counts()),
            totals: Some(self.totals()),
            network: Some(Box::new(self.network.clone())),
            settings: Some(Box::new(self.settings.clone())),
            ..Batch::default()
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in self.rows.values() {
            *counts.shelves.entry(row.status.shelf()).or_default() += 1;
            match row.direction {
                Direction::Download => counts.downloads += 1,
                Direction::Upload => counts.uploads += 1,
            }
            counts.need_user += u64::from(matches!(row.status, Status::NeedsUser(_)));
        }
        counts
    }

    pub(crate) fn totals(&self) -> Totals {
        let sum = |direction| {
            let rows = self.rows.values().filter(|row| row.direction == direction);
            rows.map(|row| row.progress.rate).sum()
        };
        Totals { down: sum(Direction::Download), up: sum(Direction::Upload) }
    }

    pub(crate) fn order(&self, view: &View) -> Vec<TransferId> {
        let search = view.search.to_lowercase();
        let fits = |row: &&Row| {
            view.shelf.is_none_or(|shelf| row.status.shelf() == shelf)
                && view.direction.is_none_or(|direction| row.direction == direction)
                && (row.name.to_lowercase().contains(&search) || row.host.contains(&search))
        };
        let mut found: Vec<_> = self.rows.values().filter(fits).collect();
        match view.sort {
            Sort::Queue => {}
            Sort::Name => found.sort_by_key(|row| row.name.to_lowercase()),
            Sort::Size => found.sort_by_key(|row| row.progress.total),
            Sort::Added => found.sort_by_key(|row| row.added),
        }
        if view.descending {
            found.reverse();
        }
        found.into_iter().map(|row| row.id).collect()
    }

    pub(crate) fn answer(&mut self, request: Request) -> Outcome {
        match request {
            Request::Query(query) => self.query(query),
            Request::Command(Command::Add(new)) => {
                Outcome::Added(new.into_iter().map(|new| self.add(new)).collect())
            }
            Request::Command(Command::Act(act)) => self.act(act),
            Request::Command(Command::SignIn { id, .. } | Command::ReplaceLink { id, .. }) => {
                self.set(&[id], &Status::Queued(None));
                Outcome::Done
            }
        }
    }

    fn query(&self, query: Query) -> Outcome {
        match query {
            Query::Order(view) => Outcome::Order(self.order(&view)),
            Query::Rows(ids) => {
                Outcome::Rows(ids.iter().filter_map(|id| self.rows.get(id).cloned()).collect())
            }
            Query::Detail(id) => Outcome::Detail(self.rows.get(&id).map(|row| Box::new(detail(row)))),
            Query::Network => Outcome::Network(Box::new(self.network.clone())),
            Query::Usage => Outcome::Usage(self.usage.clone()),
            Query::Address(id) => Outcome::Address(Secret::new(format!("http://127.0.0.1:1/token/{id}"))),
            Query::Settings => Outcome::Settings(Box::new(self.settings.clone())),
            Query::Probe { probe, url, .. } => {
                Outcome::Probed(Box::new(Probed { probe, state: probed(url) }))
            }
        }
    }

    fn add(&mut self, new: NewTransfer) -> Added {
        let next = self.rows.keys().last().map_or(1, |last| last.get() + 1);
        let path = new.url.request().path().to_owned();
        let name = new.name.map(String::from);
        let name = name.unwrap_or_else(|| path.rsplit('/').next().unwrap_or("download").to_owned());
        let status = if new.start == Start::Paused { Status::PausedByUser } else { Status::Running };
        let row = row(next, &name, new.url.host(), status);
        let row = Row { progress: progress(0, 700_000_000, 9_000_000), ..row };
        let _ = self.rows.insert(row.id, row);
        Added { id: id(next), existing: false, differs: Vec::new() }
    }

    fn act(&mut self, act: Act) -> Outcome {
        match act {
            Act::Pause(which) => self.set(&self.ids(which), &Status::PausedByUser),
            Act::Resume(which) | Act::Retry(which) | Act::AllowHere(which) | Act::RunAnyway(which) => {
                self.set(&self.ids(which), &Status::Running);
            }
            Act::Cancel(which) => {
                let ids = self.ids(which);
                self.set(&ids, &Status::Canceled);
                return Outcome::Undoable { token: UndoToken(1), count: ids.len() };
            }
            Act::Remove { which, .. } => {
                let ids = self.ids(which);
                self.removed = ids.iter().filter_map(|id| self.rows.remove(id)).collect();
                return Outcome::Undoable { token: UndoToken(2), count: ids.len() };
            }
            Act::Undo(_) => {
                self.rows.extend(std::mem::take(&mut self.removed).into_iter().map(|row| (row.id, row)));
            }
            Act::Configure(settings) => self.settings = *settings,
            Act::Answer { id, .. } => self.set(&[id], &Status::Running),
            Act::Treat { treat, .. } => self.network.treat = treat,
            Act::Choose { choice, .. } => self.network.choice = choice,
            Act::SetBudget { .. } | Act::Schedule { .. } => {}
            Act::AskNetwork
            | Act::Move { .. }
            | Act::SetPolicy { .. }
            | Act::SetPriority { .. }
            | Act::SetPace { .. }
            | Act::Rename { .. }
            | Act::DropProbe(_)
            | Act::Show { .. }
            | Act::Quit => {}
        }
        Outcome::Done
    }

    fn ids(&self, which: Selection) -> Vec<TransferId> {
        match which {
            Selection::Ids(ids) => ids,
            Selection::All => {
                self.rows.values().filter(|row| row.finished.is_none()).map(|row| row.id).collect()
            }
        }
    }

    fn set(&mut self, ids: &[TransferId], status: &Status) {
        for id in ids {
            if let Some(row) = self.rows.get_mut(id) {
                row.status = status.clone();
                row.progress.rate = 0;
            }
        }
    }
}

fn probed(url: SafeUrl) -> ProbeState {
    let path = url.request().path().to_owned();
    let name = path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("index.html");
    match url.host() {
        host if host.starts_with("private") => ProbeState::Asks(Question::SignIn),
        host if host.starts_with("gone") => {
            ProbeState::Failed(Failure { fault: Fault::Http { status: 404, retry_after: None }, attempts: 0 })
        }
        _ => ProbeState::Found {
            name: FileName::new(name).unwrap_or_default(),
            total: Some(734_003_200),
            content_type: Some("application/x-iso9660-image".to_owned()),
            resumable: true,
            url,
        },
    }
}

pub(crate) fn detail(row: &Row) -> Detail {
    let at = |seconds| NOON + Span::seconds(seconds);
    let url = SafeUrl::parse("https://mirror.example.net/debian-cd/current/debian-12.11.0-amd64-DVD-1.iso");
    let (url, _) = url.unwrap();
    Detail {
        row: row.clone(),
        response: Some(Response {
            at: at(2),
            status: 206,
            url: url.clone(),
            content_type: row.content_type.clone(),
            headers: Vec::new(),
        }),
        expected: None,
        validator: Some(Validator {
            etag: ETag::parse("\"dc3f-62a1b7c04f\""),
            last_modified: None,
            total: row.progress.total,
        }),
        present: Vec::new(),
        log: vec![
            Entry { at: at(0), kind: EntryKind::Added },
            Entry { at: at(1), kind: EntryKind::Started },
            Entry { at: at(2), kind: EntryKind::Redirected { to: url } },
            Entry {
                at: at(3),
                kind: EntryKind::Answered {
                    status: 206,
                    from: 0,
                    total: row.progress.total,
                    resumable: true,
                },
            },
            Entry { at: at(90), kind: EntryKind::Broke(Fault::ConnectionReset) },
            Entry { at: at(91), kind: EntryKind::TryingAgainIn(Span::seconds(5)) },
            Entry { at: at(140), kind: EntryKind::Held(Hold::Metered) },
            Entry { at: at(300), kind: EntryKind::Released },
        ],
        reply: None,
    }
}
