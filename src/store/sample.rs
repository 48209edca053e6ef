//! Transfers for tests: plain ones, and ones with every field set to anything.

use crate::model::{
    Content, Doubt, Durability, Edit, HeaderValue, LocalFile, LocalPath, Part, PartValue, Parts, SecretRef,
    Upload, Watched,
};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use proptest::prelude::*;

use super::{Ack, Answer, Error, Lock, Opened, Store};
use crate::model::*;

pub(super) const NOW: Wall = Wall(1_795_132_800_000);

pub(super) fn id(number: u64) -> TransferId {
    TransferId::new(number).expect("not zero")
}

pub(super) fn transfer(number: u64) -> Transfer {
    let url = SafeUrl::parse(&format!("https://host.example/files/file-{number}.bin?token=1"))
        .expect("an address")
        .0;
    Transfer {
        id: id(number),
        direction: Direction::Download,
        source: Source::new(url),
        target: Target {
            folder: "/home/user/Downloads".into(),
            name: None,
            named_by_user: false,
            clash: NameClash::Number,
            create_folder: true,
        },
        upload: None,
        policy: CostPolicy::Default,
        permission: Permission::default(),
        options: Options::default(),
        priority: Priority::Normal,
        group: None,
        rank: Rank(0),
        intent: Intent::Run,
        stage: Stage::Queued,
        part: None,
        generation: Generation(1),
        validator: None,
        synced: RangeSet::new(),
        mark: None,
        resumable: None,
        response: None,
        attempts: 0,
        attempts_most: None,
        restarted: 0,
        start_at: None,
        added: Wall(NOW.0 + i64::try_from(number).expect("small")),
        started: None,
        finished: None,
        progressed: None,
    }
}

pub(super) fn ended(number: u64, stage: Stage) -> Transfer {
    let finished = Some(Wall(NOW.0 + i64::try_from(number).expect("small")));
    Transfer { stage, finished, ..transfer(number) }
}

/// An open store, its acknowledgements and the proof that it may be.
pub(super) struct Open {
    pub(super) store: Store,
    pub(super) opened: Opened,
    pub(super) acks: Receiver<Ack>,
    pub(super) lock: Lock,
}

impl Open {
    pub(super) fn at(folder: &Path) -> Result<Self, Error> {
        let lock = Lock::acquire(folder)?.expect("nobody else is here");
        let (to, acks) = channel();
        let (store, opened) = Store::open(&lock, NOW, Box::new(move |ack| drop(to.send(ack))))?;
        Ok(Self { store, opened, acks, lock })
    }

    /// Saves and waits.
    pub(super) fn saved(&self, changes: Vec<Edit>) -> Result<(), StoreTrouble> {
        self.store.save(Ticket(7), changes, Durability::Full).expect("taken");
        self.ack().result
    }

    pub(super) fn ack(&self) -> Ack {
        self.acks.recv_timeout(Duration::from_secs(20)).expect("acknowledged")
    }

    pub(super) fn ask<T: Send + 'static>(&self, ask: impl FnOnce(&super::Reader, Answer<T>)) -> T {
        let (to, answer) = channel();
        ask(self.store.reader(), Box::new(move |answer| drop(to.send(answer))));
        answer.recv_timeout(Duration::from_secs(20)).expect("answered").expect("found")
    }
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,12}"
}

fn wall() -> impl Strategy<Value = Wall> {
    any::<i64>().prop_map(Wall)
}

fn url() -> impl Strategy<Value = SafeUrl> {
    "[a-z]{1,8}(/[a-zA-Z0-9%._-]{0,6}){0,3}(\\?[a-z=&0-9]{0,9})?".prop_map(|rest| {
        let address = format!("https://{}", rest.replace('%', "%25"));
        SafeUrl::parse(&address).expect("an address").0
    })
}

fn ranges() -> impl Strategy<Value = RangeSet> {
    prop::collection::vec((any::<u32>(), 1_u64..1 << 20, 0_u32..32), 0..20).prop_map(|parts| {
        let mut set = RangeSet::new();
        for (start, length, shift) in parts {
            let start = u64::from(start) << shift;
            set.insert(ByteRange::new(start, start + length)).expect("few");
        }
        set
    })
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Stalled),
        Just(Fault::InvalidResponse(Lie::WrongRange)),
        (any::<u16>(), any::<Option<u64>>())
            .prop_map(|(status, span)| Fault::Http { status, retry_after: span.map(Span) }),
        (text().prop_map(Some), url()).prop_map(|(title, address)| Fault::WebPage { title, address }),
        any::<u16>().prop_map(|code| Fault::Ftp { code }),
        any::<u64>().prop_map(|missing| Fault::Disk(DiskFault::Full { missing })),
    ]
}

fn stage() -> impl Strategy<Value = Stage> {
    prop_oneof![
        prop::sample::select(vec![
            Stage::Queued,
            Stage::Running,
            Stage::Finishing,
            Stage::Completed,
            Stage::Canceled
        ]),
        (wall(), any::<u32>(), fault()).prop_map(|(at, attempt, fault)| Stage::Waiting(Retry {
            at,
            attempt,
            fault
        })),
        fault().prop_map(|fault| Stage::Asking(Question::NoProgress(Box::new(fault)))),
        (fault(), any::<u32>()).prop_map(|(fault, attempts)| Stage::Failed(Failure { fault, attempts })),
    ]
}

fn source() -> impl Strategy<Value = Source> {
    let value = prop_oneof![
        text().prop_map(HeaderValue::Plain),
        any::<u64>().prop_map(|key| HeaderValue::Secret(SecretRef(key))),
    ];
    let headers =
        prop::collection::vec((text(), value).prop_map(|(name, value)| Header { name, value }), 0..3);
    (url(), "[A-Z]{1,9}", headers, any::<Option<u64>>(), any::<Option<u64>>()).prop_map(
        |(url, method, headers, secret, user_tag)| Source {
            mirrors: vec![url.clone()],
            url,
            method: Method::new(&method).expect("a token"),
            headers,
            credentials: secret.map(SecretRef),
            user_tag,
        },
    )
}

fn target() -> impl Strategy<Value = Target> {
    let clash =
        prop::sample::select(vec![NameClash::Number, NameClash::Overwrite, NameClash::Skip, NameClash::Ask]);
    // Any bytes but zero: a folder need not be text.
    let folder = prop::collection::vec(1_u8.., 0..20).prop_map(std::ffi::OsString::from_vec);
    let name = prop::option::of("[^/\u{0}]{1,20}");
    (folder, name, any::<bool>(), clash, any::<bool>()).prop_map(
        |(folder, name, named_by_user, clash, create_folder)| Target {
            folder: folder.into(),
            name: name.and_then(|name| FileName::new(name).ok()),
            named_by_user,
            clash,
            create_folder,
        },
    )
}

fn part() -> impl Strategy<Value = PartFile> {
    (text(), any::<u64>(), any::<u64>(), any::<Option<i64>>())
        .prop_map(|(name, device, inode, born)| PartFile { name, device, inode, born })
}

fn validator() -> impl Strategy<Value = Validator> {
    let etag = prop::option::of((any::<bool>(), text()).prop_map(|(weak, value)| ETag { weak, value }));
    (etag, prop::option::of(text()), any::<Option<u64>>())
        .prop_map(|(etag, last_modified, total)| Validator { etag, last_modified, total })
}

fn response() -> impl Strategy<Value = Response> {
    (wall(), any::<u16>(), url(), prop::option::of(text()), prop::collection::vec((text(), text()), 0..4))
        .prop_map(|(at, status, url, content_type, headers)| Response {
            at,
            status,
            url,
            content_type,
            headers,
        })
}

pub(super) fn mark() -> impl Strategy<Value = Mark> {
    (ranges(), any::<[u8; 16]>(), any::<u64>(), any::<Option<u64>>()).prop_map(
        |(written, boot, at, mount)| Mark {
            written,
            boot: BootId(boot),
            at: Boot(at),
            mount: mount.map(MountId),
        },
    )
}

/// One of each kind, with names that are no text.
fn upload_of(direction: Direction, number: u64) -> Option<Box<Upload>> {
    use std::os::unix::ffi::OsStringExt;
    if direction == Direction::Download {
        return None;
    }
    let path = std::ffi::OsString::from_vec(b"/a/\xff".to_vec());
    let file = LocalFile { path: LocalPath(path.into()), spooled: number.is_multiple_of(2) };
    let part = |value| Part { name: None, file_name: None, content_type: None, headers: Vec::new(), value };
    let content = match number % 3 {
        0 => Content::File(file),
        1 => Content::Text(HeaderValue::Secret(SecretRef(number))),
        _ => Content::Parts(Parts {
            subtype: "form-data".to_owned(),
            boundary: "b".to_owned(),
            list: vec![
                part(PartValue::File(file)),
                part(PartValue::Text(HeaderValue::Plain("x".to_owned()))),
            ],
        }),
    };
    let watched = vec![Watched { size: number, modified: -1, device: 2, inode: 3 }];
    Some(Box::new(Upload { watched, doubt: Doubt::MaybeReceived, ..Upload::new(content) }))
}

/// Every field anything it can be.
pub(super) fn any_transfer() -> impl Strategy<Value = Transfer> {
    let choices = (
        prop::sample::select(vec![Direction::Download, Direction::Upload]),
        prop::sample::select(CostPolicy::ALL.to_vec()),
        prop::sample::select(Priority::ALL.to_vec()),
        prop::sample::select(vec![Intent::Run, Intent::Pause]),
        (prop::option::of(text()), any::<[bool; 3]>()),
    );
    let numbers = (
        any::<i64>(),
        prop::option::of(1_u64..1 << 62),
        any::<[u32; 3]>(),
        any::<(Option<u32>, Option<bool>)>(),
    );
    let times = (wall(), any::<[Option<i64>; 4]>());
    let nested = (
        prop::option::of(part()),
        prop::option::of(validator()),
        prop::option::of(response()),
        ranges(),
        prop::option::of(mark()),
    );
    (1_u64..1 << 62, choices, numbers, times, nested, stage(), source(), target()).prop_map(
        |(number, choices, numbers, times, nested, stage, source, target)| {
            let (rank, group, [generation, attempts, restarted], (attempts_most, resumable)) = numbers;
            let [started, finished, progressed, start_at] = times.1.map(|at| at.map(Wall));
            Transfer {
                id: id(number),
                direction: choices.0,
                source,
                target,
                policy: choices.1,
                permission: Permission {
                    network: choices.4.0,
                    unconstrained: choices.4.1[0],
                    web_page: choices.4.1[1],
                    insecure: choices.4.1[2],
                },
                upload: upload_of(choices.0, number),
                options: Options {
                    brought_by: group.map(id),
                    connections: attempts_most.map(|number| 1 + u16::try_from(number % 32).expect("small")),
                    pace: Pace::new(u64::from(attempts)),
                    check: Check {
                        size: attempts_most.map(u64::from),
                        verdict: resumable.map(|_| Verdict::Verified),
                        ..Check::default()
                    },
                },
                priority: choices.2,
                group: group.map(|number| GroupId(id(number).0)),
                rank: Rank(rank),
                intent: choices.3,
                stage,
                part: nested.0,
                generation: Generation(generation),
                validator: nested.1,
                synced: nested.3,
                mark: nested.4,
                resumable,
                response: nested.2,
                attempts,
                attempts_most,
                restarted,
                start_at,
                added: times.0,
                started,
                finished,
                progressed,
            }
        },
    )
}
