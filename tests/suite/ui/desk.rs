//! A window without a screen: messages in, pictures and requests out.

use std::sync::Arc;

use futures::StreamExt;
use futures::channel::mpsc;
use iced_test::Simulator;
use iced_test::core::keyboard::{Key, Modifiers};
use iced_test::core::{Event, Settings as Setup, window};
use longshore::api::{Act, Batch, ClientId, Command, Envelope, Request, channel};
use longshore::model::{Boot, Now, Settings, Theme};
use longshore::ui::root::{Message, Root};
use longshore::ui::wire::News;
use longshore::ui::{Ports, Start, theme};

use crate::support::fake_engine::{FakeEngine, NOON};

pub(crate) struct Desk {
    pub(crate) root: Root,
    pub(crate) engine: FakeEngine,
    pub(crate) size: (f32, f32),
    /// Everything asked of the engine since the beginning, or since it was taken.
    pub(crate) sent: Vec<Request>,
    requests: mpsc::Receiver<Envelope>,
}

pub(crate) fn look(theme: Theme, language: &str) -> Settings {
    let mut settings = Settings::default();
    settings.appearance.theme = theme;
    settings.appearance.language = Some(language.to_owned());
    settings
}

impl Desk {
    pub(crate) fn new(mut engine: FakeEngine, settings: Settings, size: (f32, f32)) -> Self {
        engine.settings = settings.clone();
        let (handle, requests) = channel(ClientId(1));
        let now = Now { boot: Boot(5_000), wall: NOON, zone: 0 };
        let ports = Ports { now: Arc::new(move || now), ..Ports::fake() };
        let start = Start {
            handle,
            ports,
            settings,
            desktop_languages: vec!["en".to_owned()],
            links: Vec::new(),
            default_folder: "/home/me/Downloads".into(),
        };
        let (root, _) = Root::new(start);
        let mut desk = Self { root, engine, size, sent: Vec::new(), requests };
        desk.tell(Message::Resized(iced_test::core::Size::new(size.0, size.1)));
        desk.tell(Message::FreeSpace(Some(212_000_000_000)));
        let first = desk.engine.first();
        desk.batch(first);
        desk.draw();
        desk
    }

    /// Hands a message in and answers what it asks for, until nothing more is asked.
    pub(crate) fn tell(&mut self, message: Message) {
        let mut waiting = vec![message];
        while let Some(message) = waiting.pop() {
            let task = self.root.update(message);
            waiting.extend(self.run(task));
        }
    }

    pub(crate) fn batch(&mut self, batch: Batch) {
        self.tell(Message::Engine(News::Batch(Box::new(batch))));
    }

    /// Runs what asks the engine; what waits for time or for the desktop's windows is left alone.
    fn run(&mut self, task: iced_test::runtime::Task<Message>) -> Vec<Message> {
        use futures::FutureExt;
        let Some(mut stream) = iced_test::runtime::task::into_stream(task) else { return Vec::new() };
        let mut messages = Vec::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _inside = runtime.enter();
        // A task yields once before it begins; what is still pending after a few rounds waits for time.
        let mut idle = 0;
        while idle < 4 {
            match stream.next().now_or_never() {
                Some(Some(iced_test::runtime::Action::Output(message))) => messages.push(message),
                Some(Some(_)) => {}
                Some(None) => break,
                None => {
                    let Ok(envelope) = self.requests.try_recv() else {
                        idle += 1;
                        continue;
                    };
                    idle = 0;
                    if let Envelope::Request { request, reply, .. } = envelope {
                        self.sent.push(request.clone());
                        let _ = reply.send(self.engine.answer(request));
                    }
                }
            }
        }
        messages
    }

    pub(crate) fn simulator(&self) -> Simulator<'_, Message> {
        let setup = Setup {
            default_font: theme::REGULAR,
            default_text_size: theme::size::BODY.into(),
            fonts: theme::FONTS.iter().map(|font| (*font).into()).collect(),
            ..Setup::default()
        };
        Simulator::with_size(setup, self.size, self.root.body())
    }

    /// Does something to the window and hands in what comes of it.
    pub(crate) fn with<R>(&mut self, hand: impl FnOnce(&mut Simulator<'_, Message>) -> R) -> R {
        let mut simulator = self.simulator();
        let result = hand(&mut simulator);
        let messages: Vec<_> = simulator.into_messages().collect();
        for message in messages {
            self.tell(message);
        }
        result
    }

    /// Draws once, as a window does: the list learns its height.
    pub(crate) fn draw(&mut self) {
        #[expect(clippy::disallowed_methods, reason = "the moment of a frame; nothing depends on it")]
        let frame = Event::Window(window::Event::RedrawRequested(std::time::Instant::now()));
        let _ = self.with(|simulator| simulator.simulate([frame]));
    }

    /// Presses what shows these words.
    pub(crate) fn click(&mut self, words: &str) {
        let found = self.with(|window| window.click(words).map(|_| ()));
        assert!(found.is_ok(), "{words}: {found:?}");
    }

    /// Types into the link field, which a real window would have given the keyboard.
    pub(crate) fn typed(&mut self, text: &str) {
        use iced_test::runtime::core::text::editor::{Action, Edit};
        let paste = Action::Edit(Edit::Paste(Arc::new(text.to_owned())));
        self.tell(Message::Add(longshore::ui::screen::add::Message::Edited(paste)));
    }

    /// The commands since they were last taken, without secrets.
    pub(crate) fn acts(&mut self) -> Vec<Act> {
        let sent = std::mem::take(&mut self.sent);
        sent.into_iter()
            .filter_map(|request| match request {
                Request::Command(Command::Act(act)) => Some(act),
                _ => None,
            })
            .collect()
    }

    /// Presses a key that no field takes.
    pub(crate) fn press(&mut self, key: impl Into<Key>, modifiers: Modifiers) {
        self.tell(Message::Pressed(key.into(), modifiers));
    }

    pub(crate) fn shows(&self, words: &str) -> bool {
        self.simulator().find(words).is_ok()
    }
}
