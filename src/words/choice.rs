//! Names of what one can choose.

use super::Words;
use crate::model::{CostPolicy, NameClash, Shelf, Theme};

impl Words {
    pub fn policy(&self, policy: CostPolicy) -> String {
        self.text(match policy {
            CostPolicy::Default => "policy-default",
            CostPolicy::UnrestrictedOnly => "policy-unrestricted-only",
            CostPolicy::Always => "policy-always",
            CostPolicy::NotRoaming => "policy-not-roaming",
            CostPolicy::NoSurcharge => "policy-no-surcharge",
            CostPolicy::Standard => "policy-standard",
        })
    }

    /// What the policy does, as a sentence.
    pub fn policy_hint(&self, policy: CostPolicy) -> String {
        self.text(match policy {
            CostPolicy::Default => "policy-default-hint",
            CostPolicy::UnrestrictedOnly => "policy-unrestricted-only-hint",
            CostPolicy::Always => "policy-always-hint",
            CostPolicy::NotRoaming => "policy-not-roaming-hint",
            CostPolicy::NoSurcharge => "policy-no-surcharge-hint",
            CostPolicy::Standard => "policy-standard-hint",
        })
    }

    pub fn clash(&self, clash: NameClash) -> String {
        self.text(match clash {
            NameClash::Number => "clash-number",
            NameClash::Overwrite => "clash-overwrite",
            NameClash::Skip => "clash-skip",
            NameClash::Ask => "clash-ask",
        })
    }

    pub fn theme(&self, theme: Theme) -> String {
        self.text(match theme {
            Theme::System => "theme-system",
            Theme::Light => "theme-light",
            Theme::Dark => "theme-dark",
        })
    }

    pub fn shelf(&self, shelf: Shelf) -> String {
        self.text(match shelf {
            Shelf::Active => "shelf-active",
            Shelf::Waiting => "shelf-waiting",
            Shelf::Paused => "shelf-paused",
            Shelf::Finished => "shelf-finished",
            Shelf::Failed => "shelf-failed",
        })
    }
}
