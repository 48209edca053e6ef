//! The page itself.

use iced::Element;
use iced::widget::{column, container, text, text_input};

use super::{Message, State, chart};
use crate::api::UsageView;
use crate::model::{Budget, Counted, Every, Over};
use crate::ui::scene::Scene;
use crate::ui::theme::{self, size, space as gap};
use crate::ui::widget::{
    body, dialog_that_scrolls, icon_line, muted, option_line, pick, scroll, section, segments, strong,
    tone_icon,
};

/// Percents of the cap that are offered as a warning level.
const WARNINGS: [u8; 6] = [50, 60, 70, 80, 90, 100];

impl State {
    pub fn view<'a>(&'a self, height: f32, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let inner = match self.view_of() {
            Some(view) => column![self.connection(view, scene), self.plan(view, scene)].spacing(gap::LARGE),
            None => column![muted(scene.text("budget-nothing"), p)],
        };
        let inner = scroll(container(inner).padding(iced::Padding::ZERO.right(14)), p);
        let inner = container(inner).max_height((height - 140.0).max(160.0));
        let close = (scene.text("close"), Message::Close);
        dialog_that_scrolls(scene.text("budget-title"), close, inner, None, (660.0, p))
    }

    /// Which one, how it stands, and its days.
    fn connection<'a>(&self, view: &UsageView, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let views = self.views.as_deref().unwrap_or_default();
        let name = |view: &UsageView| scene.words.connection(&view.name, view.here);
        let title: Element<'a, Message> = if views.len() > 1 {
            let choices = views.iter().map(|view| (view.connection.clone(), name(view))).collect();
            let control = container(pick(choices, &view.connection, Message::Chosen, p)).width(280);
            option_line(scene.text("budget-connection"), None, control, p)
        } else {
            strong(name(view), p).into()
        };
        let facts = match &view.budget {
            Some(plan) => scene.words.budget(&plan.budget, &plan.standing),
            None => {
                let used = scene.words.used(view.days.values(), UsageView::DAYS.unsigned_abs());
                vec![(used, crate::words::Tone::Plain)]
            }
        };
        let facts =
            facts.into_iter().map(|(fact, tone)| icon_line(tone_icon(tone), body(fact, p), p.tone(tone)));
        let facts = column(facts).spacing(4);
        section(String::new(), vec![title, facts.into(), chart::view(view, scene)], p)
    }

    fn plan<'a>(&'a self, view: &UsageView, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let mut lines = vec![self.cap(scene)];
        if let Some(plan) = &view.budget {
            let plan = &plan.budget;
            let every = Every::ALL.map(|every| (every, scene.words.every(every))).into();
            let every = container(pick(every, &plan.every, Message::EveryChosen, p)).width(220);
            lines.push(option_line(scene.text("budget-every"), None, every, p));
            lines.push(self.from(plan, scene));
            lines.push(warn(plan, scene));
            let over = [Over::Stop, Over::GoOn].map(|over| (over, scene.words.over(over))).into();
            let over = segments(over, plan.over, Message::OverChosen, p);
            lines.push(option_line(scene.text("budget-over"), None, over, p));
            let counts = [Counted::Ours, Counted::Device].map(|counts| (counts, scene.words.counted(counts)));
            let counts = container(pick(counts.into(), &plan.counts, Message::CountsChosen, p)).width(260);
            lines.push(option_line(scene.text("budget-counts"), None, counts, p));
        }
        section(scene.text("budget-plan"), lines, p)
    }

    fn cap<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        let field = text_input(&scene.text("budget-cap-hint"), &self.shown_cap())
            .on_input(Message::CapTyped)
            .align_x(iced::Right)
            .size(size::BODY)
            .padding([6, 10])
            .width(130)
            .style(theme::field(p, self.is_cap_wrong()));
        let line = option_line(scene.text("budget-cap"), None, field, p);
        let wrong =
            self.is_cap_wrong().then(|| text(scene.text("budget-cap-wrong")).size(size::SMALL).color(p.bad));
        column![line, wrong].spacing(4).into()
    }

    /// On which day the next period begins.
    fn from<'a>(&'a self, plan: &Budget, scene: Scene<'a>) -> Element<'a, Message> {
        let p = scene.palette;
        match plan.every {
            Every::Month => {
                let days = (1..=31).map(|day: u8| (day, day.to_string())).collect();
                let control = container(pick(days, &plan.from, Message::FromChosen, p)).width(90);
                let hint = (plan.from > 28).then(|| scene.text("budget-from-month-hint"));
                option_line(scene.text("budget-from-month"), hint, control, p)
            }
            Every::Week => {
                let days = (1..=7).map(|day| (day, scene.words.weekday(day))).collect();
                let control = container(pick(days, &plan.from, Message::FromChosen, p)).width(160);
                option_line(scene.text("budget-from-week"), None, control, p)
            }
            Every::Days => {
                let shown = self.days.clone().unwrap_or_else(|| plan.days.to_string());
                let wrong = shown.trim() != plan.days.to_string();
                let field = text_input("", &shown)
                    .on_input(Message::DaysTyped)
                    .align_x(iced::Right)
                    .size(size::BODY)
                    .padding([6, 10])
                    .width(84)
                    .style(theme::field(p, wrong));
                option_line(scene.text("budget-days"), Some(scene.text("budget-days-hint")), field, p)
            }
        }
    }
}

fn warn<'a>(plan: &Budget, scene: Scene<'a>) -> Element<'a, Message> {
    let p = scene.palette;
    let mut levels: Vec<u8> = WARNINGS.into();
    if !levels.contains(&plan.warn) {
        levels.push(plan.warn);
        levels.sort_unstable();
    }
    let percent = |level: u8| scene.words.format("percent", &[("n", u64::from(level).into())]);
    let levels = levels.into_iter().map(|level| (level, percent(level))).collect();
    let control = container(pick(levels, &plan.warn, Message::WarnChosen, p)).width(110);
    option_line(scene.text("budget-warn"), None, control, p)
}
