//! May transfers run on what the machine has?

use crate::model::{Hold, Power, PowerRules, PowerSource, Saver};

/// Why they wait, if they do. Where nobody knows what the machine runs on, nothing waits.
pub fn hold(power: &Power, rules: &PowerRules) -> Option<Hold> {
    if rules.hold_on_saver && power.saver == Saver::On {
        return Some(Hold::PowerSaver);
    }
    match power.source {
        PowerSource::Unknown | PowerSource::Mains => None,
        PowerSource::Battery => {
            let low = rules.hold_below.zip(power.percent).is_some_and(|(least, percent)| percent < least);
            (rules.hold_on_battery || low).then_some(Hold::OnBattery)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_holds_what_it_says_and_no_more() {
        let usual = PowerRules::default();
        let battery = PowerRules { hold_on_battery: true, ..usual };
        let low = PowerRules { hold_below: Some(30), ..usual };
        let careless = PowerRules { hold_on_saver: false, ..usual };
        let on = |source, percent| Power { source, percent, saver: Saver::Off };
        let saving = Power { saver: Saver::On, ..Power::default() };
        for (power, rules, expected) in [
            (Power::default(), usual, None),
            (Power::default(), battery, None),
            (on(PowerSource::Battery, None), usual, None),
            (on(PowerSource::Battery, None), battery, Some(Hold::OnBattery)),
            (on(PowerSource::Mains, Some(5)), battery, None),
            (on(PowerSource::Battery, Some(29)), low, Some(Hold::OnBattery)),
            (on(PowerSource::Battery, Some(30)), low, None),
            (on(PowerSource::Battery, None), low, None),
            (on(PowerSource::Mains, Some(5)), low, None),
            (saving, usual, Some(Hold::PowerSaver)),
            (saving, careless, None),
            (Power { source: PowerSource::Battery, ..saving }, battery, Some(Hold::PowerSaver)),
        ] {
            assert_eq!(hold(&power, &rules), expected, "{power:?} under {rules:?}");
        }
    }
}
