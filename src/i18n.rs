//! Languages. A [`Catalog`] is one language with English behind it; nothing is global, so a window can change its
//! language while it runs and a test can hold two at once.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// Every language there is: tag, own name, messages. English is first and complete.
pub const LANGUAGES: &[(&str, &str, &str)] = &[
    ("en", "English", include_str!("../i18n/en/longshore.ftl")),
    ("de", "Deutsch", include_str!("../i18n/de/longshore.ftl")),
];

/// A value put into a message.
pub type Value<'a> = FluentValue<'a>;

pub struct Catalog {
    tag: &'static str,
    /// Wanted language first, English last.
    bundles: Vec<FluentBundle<FluentResource>>,
}

impl Catalog {
    /// The first of `wanted` that exists, by tag (`de-AT` finds `de`); English otherwise.
    pub fn new<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Self {
        let found = wanted.into_iter().find_map(find).unwrap_or(0);
        let (tag, _, _) = LANGUAGES[found];
        let mut bundles = vec![bundle(found)];
        if found != 0 {
            bundles.push(bundle(0));
        }
        Self { tag, bundles }
    }

    pub const fn tag(&self) -> &'static str {
        self.tag
    }

    pub fn text(&self, key: &str) -> String {
        self.format(key, &[])
    }

    /// The message with its values. A key that exists nowhere shows itself, which a test turns into a failure.
    pub fn format(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, value.clone());
        }
        self.bundles
            .iter()
            .find_map(|bundle| {
                let pattern = bundle.get_message(key)?.value()?;
                Some(bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
            })
            .unwrap_or_else(|| key.to_owned())
    }
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Catalog").field(&self.tag).finish()
    }
}

fn find(wanted: &str) -> Option<usize> {
    let wanted: LanguageIdentifier = wanted.split(['.', '@']).next()?.replace('_', "-").parse().ok()?;
    let language = |tag: &str| tag.parse::<LanguageIdentifier>().ok();
    let exact = LANGUAGES.iter().position(|(tag, _, _)| language(tag).as_ref() == Some(&wanted));
    exact.or_else(|| {
        LANGUAGES.iter().position(|(tag, _, _)| language(tag).is_some_and(|l| l.language == wanted.language))
    })
}

fn bundle(index: usize) -> FluentBundle<FluentResource> {
    let (tag, _, messages) = LANGUAGES[index];
    let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
    // Marks around inserted values would be drawn as boxes and would break copied text.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(messages.to_owned()).unwrap_or_else(|(partial, _)| partial);
    bundle.add_resource_overriding(resource);
    bundle
}
