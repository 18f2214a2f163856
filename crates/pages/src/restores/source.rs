//! Where the wanted state of a restore comes from.

use maud::{Markup, html};
use model::ids::TenantId;
use model::restore::Source;

use crate::text::{NAMELESS, name, shown};
use crate::versions::past_query;
use crate::{href, when};

/// A source with its words.
#[derive(Debug, Clone)]
pub struct SourceView {
    /// The source.
    pub source: Source,
    /// What it was called when the restore was made.
    pub words: String,
    /// The tenant that it is of, where that is another one: its id and its name.
    pub elsewhere: Option<(TenantId, String)>,
}

impl SourceView {
    /// The source as a link; `here` is the tenant that is written.
    pub(super) fn linked(&self, here: TenantId) -> Markup {
        let tenant = self.elsewhere.as_ref().map_or(here, |(tenant, _)| *tenant);
        let to = match &self.source {
            Source::BackupSet { set } => href::backup(tenant, *set),
            Source::Version { item, number } => href::version(tenant, *item, *number),
            Source::Instant { at, .. } => past_query(tenant, *at, &model::version::PastFilter::default()).into(),
            Source::Undo { restore } => href::restore(here, *restore),
        };
        html! {
            a href=(to) {
                @if let Source::Instant { at, .. } = &self.source { "The tenant as it was on " (when::exact(*at)) }
                @else { (shown(&self.words, 200)) }
            }
            @if let Some((_, tenant)) = &self.elsewhere { " in " strong { (name(tenant, NAMELESS)) } }
        }
    }
}
