//! The network's page: what is known and from where, what each policy makes of it, and what the user makes of it.

use iced::widget::{button, column, container, row, text, toggler};
use iced::{Center, Element, Fill};

use crate::api::{Act, NetworkView, VerdictView};
use crate::model::{Choice, Connectivity, Settings, Treat, VpnRule, Which};
use crate::ui::icon::{Icon, icon};
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{
    action, body, dialog_that_scrolls, footer, icon_button, muted, option_line, pick, pressable, reachable,
    scroll, section, strong, tone_icon,
};
use crate::words::{Counts, Sentence};

/// Sizes from which on files wait on metered networks, in bytes.
const SIZES: [u64; 5] = [10_000_000, 50_000_000, 100_000_000, 500_000_000, 1_000_000_000];

#[derive(Debug)]
pub struct State {
    settings: Settings,
}

#[derive(Debug, Clone)]
pub enum Message {
    TreatChosen(Treat),
    Chosen(bool),
    OnlyChosen(bool),
    PauseOnVpn(bool),
    HoldOver(Option<u64>),
    Forget(String),
    LookAgain,
    OpenPortal,
    OpenUsage,
    Close,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    None,
    Send(Act),
    Configure(Box<Settings>),
    OpenPortal,
    OpenUsage,
    Close,
}

impl State {
    pub const fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// The settings changed, here or elsewhere.
    pub fn refresh(&mut self, settings: &Settings) {
        self.settings.clone_from(settings);
    }

    pub fn update(&mut self, message: Message) -> Action {
        let mut next = self.settings.clone();
        let networks = &mut next.networks;
        match message {
            Message::TreatChosen(treat) => return Action::Send(Act::Treat { network: None, treat }),
            Message::Chosen(yes) => {
                let choice = if yes { Choice::Chosen } else { Choice::Not };
                return Action::Send(Act::Choose { network: None, choice });
            }
            Message::LookAgain => return Action::Send(Act::AskNetwork),
            Message::OpenPortal => return Action::OpenPortal,
            Message::OpenUsage => return Action::OpenUsage,
            Message::Close => return Action::Close,
            Message::OnlyChosen(yes) => networks.which = if yes { Which::OnlyChosen } else { Which::All },
            Message::PauseOnVpn(yes) => {
                networks.vpn = if yes { VpnRule::PauseWhileUp } else { VpnRule::Ignore };
            }
            Message::HoldOver(size) => networks.hold_over = size,
            Message::Forget(uuid) => drop(networks.known.remove(&uuid)),
        }
        if next == self.settings {
            return Action::None;
        }
        self.settings.clone_from(&next);
        Action::Configure(Box::new(next))
    }

    pub fn view<'a>(
        &'a self,
        view: Option<&'a NetworkView>,
        height: f32,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let p = scene.palette;
        let present = view.map(|view| self.present(view, scene));
        let verdicts =
            view.map(|view| section(scene.text("network-page-verdicts"), verdicts(view, scene), p));
        let remembered = (!self.settings.networks.known.is_empty())
            .then(|| section(scene.text("network-page-remembered"), self.remembered(scene), p));
        let rules = section(scene.text("network-page-rules"), self.rules(scene), p);
        let all = column![present, verdicts, rules, remembered].spacing(gap::LARGE);
        let inner = scroll(container(all).padding(iced::Padding::ZERO.right(14)), p);
        let inner = container(inner).max_height((height - 230.0).max(160.0));
        let portal = view.is_some_and(|view| view.network.connectivity == Connectivity::Portal);
        let buttons = footer(iced::widget::space(), buttons(portal, scene));
        let close = (scene.text("close"), Message::Close);
        dialog_that_scrolls(scene.text("network-page-title"), close, inner, Some(buttons), (660.0, p))
    }

    /// What the network is, in sentences, and what the user may say of it.
    fn present<'a>(&self, view: &NetworkView, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let (cost, tone) = scene.words.network_cost(&view.network);
        let unknown = if view.metered { Counts::AsMetered } else { Counts::AsUnmetered };
        let sentences = scene.words.network_facts(&view.network, unknown);
        let plan = view.budget.iter().flat_map(|plan| scene.words.budget(&plan.budget, &plan.standing));
        let sentences = sentences.into_iter().chain(plan.map(|(sentence, _)| sentence));
        let facts = column(sentences.map(|fact| body(fact, p).into())).spacing(4);
        let mut lines: Vec<Element<'a, Message>> = vec![facts.into()];
        if view.network.uuid.is_some() {
            let choices = Treat::ALL.map(|treat| (treat, scene.words.treat(treat))).into();
            let control = container(pick(choices, &view.treat, Message::TreatChosen, p)).width(220);
            lines.push(option_line(scene.text("network-page-treat"), None, control, p));
            if self.settings.networks.which == Which::OnlyChosen {
                let chosen = view.choice == Choice::Chosen;
                lines.push(option_line(
                    scene.text("network-page-chosen"),
                    None,
                    switch(chosen, Message::Chosen, scene),
                    p,
                ));
            }
        }
        let name = format!("{} · {cost}", scene.words.network_name(&view.network));
        let ink = p.tone(tone);
        let title = row![icon(tone_icon(tone), 15.0, ink), strong(name, p)].spacing(8).align_y(Center);
        column![title, section(String::new(), lines, p)].spacing(10).into()
    }

    fn rules<'a>(&self, scene: Scene<'a>) -> Vec<Element<'a, Message>> {
        let p = scene.palette;
        let networks = &self.settings.networks;
        let mut sizes: Vec<Option<u64>> = vec![None];
        sizes.extend(SIZES.map(Some));
        if !sizes.contains(&networks.hold_over) {
            sizes.push(networks.hold_over);
        }
        let name = |size: Option<u64>| match size {
            Some(bytes) => {
                scene.words.format("network-page-from", &[("size", scene.words.size(bytes).into())])
            }
            None => scene.text("network-page-any-size"),
        };
        let sizes = sizes.into_iter().map(|size| (size, name(size))).collect();
        let sizes = container(pick(sizes, &networks.hold_over, Message::HoldOver, p)).width(220);
        let only = switch(networks.which == Which::OnlyChosen, Message::OnlyChosen, scene);
        let vpn = switch(networks.vpn == VpnRule::PauseWhileUp, Message::PauseOnVpn, scene);
        let hint = |key| Some(scene.text(key));
        vec![
            option_line(scene.text("network-page-size"), hint("network-page-size-hint"), sizes, p),
            option_line(scene.text("network-page-only"), hint("network-page-only-hint"), only, p),
            option_line(scene.text("network-page-vpn"), None, vpn, p),
        ]
    }

    fn remembered<'a>(&self, scene: Scene<'a>) -> Vec<Element<'a, Message>> {
        let p = scene.palette;
        let known = self.settings.networks.known.iter();
        known
            .map(|(uuid, known)| {
                let name = if known.name.is_empty() { uuid.clone() } else { known.name.clone() };
                let treat = scene.words.treat(known.treat);
                let chosen = (known.choice == Choice::Chosen).then(|| scene.text("network-page-is-chosen"));
                let said = [Some(treat), chosen].into_iter().flatten().collect::<Vec<_>>().join(", ");
                let forget = Message::Forget(uuid.clone());
                let forget = icon_button(Icon::Trash, scene.text("network-page-forget"), Some(forget), p);
                option_line(name, None, row![muted(said, p), forget].spacing(gap::SMALL).align_y(Center), p)
            })
            .collect()
    }
}

fn verdicts<'a>(view: &NetworkView, scene: Scene<'a>) -> Vec<Element<'a, Message>> {
    let p = scene.palette;
    let sentence = |verdict: &VerdictView| -> Sentence {
        match verdict {
            VerdictView::Go(grounds) => scene.words.grounds(*grounds),
            VerdictView::Hold(hold) => scene.words.hold(hold, view.network.connection.as_deref(), scene.now),
        }
    };
    view.verdicts
        .iter()
        .map(|(policy, verdict)| {
            let sentence = sentence(verdict);
            let name = container(strong(scene.words.policy(*policy), p)).width(150);
            let words = text(sentence.text).size(size::BODY).color(p.soft).width(Fill);
            row![icon(tone_icon(sentence.tone), 14.0, p.tone(sentence.tone)), name, words]
                .spacing(gap::SMALL)
                .align_y(Center)
                .into()
        })
        .collect()
}

fn switch<'a>(on: bool, message: impl Fn(bool) -> Message + 'a, scene: Scene<'a>) -> Element<'a, Message> {
    let turned = message(!on);
    let control = toggler(on).on_toggle(message).size(20).style(theme::toggle(scene.palette));
    reachable(control, Some(turned), scene.palette)
}

fn buttons<'a>(portal: bool, scene: Scene<'a>) -> Vec<Element<'a, Message>> {
    let p = scene.palette;
    let one = |glyph, words: String, press| {
        let one = button(action(glyph, words, p.soft)).padding([8, 14]).style(theme::quiet(p));
        pressable(one, Some(press), p)
    };
    let again = one(Icon::Refresh, scene.text("network-page-again"), Message::LookAgain);
    let page = portal.then(|| one(Icon::External, scene.text("remedy-open-portal"), Message::OpenPortal));
    let usage = one(Icon::Gauge, scene.text("network-page-usage"), Message::OpenUsage);
    page.into_iter().chain([usage, again]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_the_present_network_is_a_wish_to_the_engine() {
        let mut state = State::new(Settings::default());
        let treat = Act::Treat { network: None, treat: Treat::Metered };
        assert_eq!(state.update(Message::TreatChosen(Treat::Metered)), Action::Send(treat));
        assert_eq!(state.update(Message::LookAgain), Action::Send(Act::AskNetwork));
    }

    #[test]
    fn rules_apply_at_once_and_no_change_is_not_sent() {
        let mut state = State::new(Settings::default());
        let Action::Configure(settings) = state.update(Message::HoldOver(Some(SIZES[0]))) else { panic!() };
        assert_eq!(settings.networks.hold_over, Some(10_000_000));
        assert_eq!(state.update(Message::HoldOver(Some(SIZES[0]))), Action::None);
        let Action::Configure(settings) = state.update(Message::PauseOnVpn(true)) else { panic!() };
        assert_eq!(settings.networks.vpn, VpnRule::PauseWhileUp);
        assert_eq!(state.update(Message::Forget("nobody".into())), Action::None);
    }
}
