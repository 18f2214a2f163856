//! What the list of findings is narrowed to.

use maud::{Markup, html};
use model::finding::{FindingFilter, FindingKind, FindingState, Severity};
use model::ids::{BaselineId, TenantId};
use model::label::Labelled as _;

use crate::components::field::{checkbox, line, select};
use crate::components::icon::{Icon, icon};
use crate::href::{self, Query};
use crate::inventory::kept_types;

/// Which findings the list shows; what is open, unless something else is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Narrowing {
    /// Only in that state; `None`: open ones.
    pub state: Option<FindingState>,
    /// In any state.
    pub any_state: bool,
    /// Only of that severity.
    pub severity: Option<Severity>,
    /// Only of that kind.
    pub kind: Option<FindingKind>,
    /// Only of objects of that type (key).
    pub resource_type: Option<String>,
    /// Only where the object's name has this text.
    pub text: Option<String>,
    /// Only what is overdue.
    pub overdue: bool,
    /// Only what is held against this baseline.
    pub baseline: Option<BaselineId>,
    /// Also what is told together on a card.
    pub folded: bool,
}

impl Narrowing {
    /// What is asked of the store.
    #[must_use]
    pub fn filter(&self) -> FindingFilter {
        let open = || FindingState::ALL.iter().copied().filter(|state| state.is_open()).collect();
        FindingFilter {
            states: match self.state {
                Some(state) => vec![state],
                None if self.any_state => Vec::new(),
                None => open(),
            },
            severities: self.severity.into_iter().collect(),
            kinds: self.kind.into_iter().collect(),
            types: self.resource_type.iter().cloned().collect(),
            text: self.text.clone(),
            item: None,
            assignee: None,
            overdue: self.overdue,
            baseline: self.baseline,
            apart: !self.folded,
        }
    }

    fn state_code(&self) -> &'static str {
        match self.state {
            Some(state) => state.code(),
            None if self.any_state => "any",
            None => "",
        }
    }

    /// Names and values, as forms and addresses have them.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("state", self.state_code().to_owned()),
            ("severity", self.severity.map_or(String::new(), |severity| severity.code().to_owned())),
            ("kind", self.kind.map_or(String::new(), |kind| kind.code().to_owned())),
            ("type", self.resource_type.clone().unwrap_or_default()),
            ("q", self.text.clone().unwrap_or_default()),
            ("baseline", self.baseline.map_or(String::new(), |baseline| baseline.to_string())),
            ("folded", if self.folded { "yes".to_owned() } else { String::new() }),
            ("overdue", if self.overdue { "yes".to_owned() } else { String::new() }),
        ];
        fields.retain(|(_, value)| !value.is_empty());
        fields
    }

    /// The form.
    pub(super) fn form(&self, tenant: TenantId) -> Markup {
        let choice = |value: &str, words: &str| (value.to_owned(), words.to_owned());
        let states: Vec<_> = [choice("", "Open"), choice("any", "Any")]
            .into_iter()
            .chain(FindingState::ALL.iter().map(|state| choice(state.code(), state.badge().word)))
            .collect();
        let any = || std::iter::once(choice("", "Any"));
        let severities: Vec<_> =
            any().chain(Severity::ALL.iter().rev().map(|severity| choice(severity.code(), severity.badge().word))).collect();
        let kinds: Vec<_> = any().chain(FindingKind::ALL.iter().map(|kind| choice(kind.code(), kind.badge().word))).collect();
        let types: Vec<_> = any().chain(kept_types().map(|kind| choice(&kind.key, &kind.label))).collect();
        html! {
            form.filters method="get" action=(href::drift(tenant)) role="search" aria-label="Filter the findings" data-filters {
                (select("f-state", "state", "State", &states, self.state_code()))
                (select("f-severity", "severity", "Severity", &severities, self.severity.map_or("", Severity::code)))
                (select("f-kind", "kind", "Kind", &kinds, self.kind.map_or("", FindingKind::code)))
                (select("f-type", "type", "Type", &types, self.resource_type.as_deref().unwrap_or_default()))
                (line("f-q", "q", "Name", self.text.as_deref().unwrap_or_default(), 200))
                (checkbox("f-overdue", "overdue", "yes", self.overdue, &html! { "Overdue" }))
                (checkbox("f-folded", "folded", "yes", self.folded, &html! { "Also what is told together" }))
                @if let Some(baseline) = self.baseline { input type="hidden" name="baseline" value=(baseline); }
                div.filter-actions {
                    button.button type="submit" { (icon(Icon::Filter)) "Filter" }
                    @if *self != Self::default() { a.button.plain href=(href::drift(tenant)) { "Clear all" } }
                }
            }
        }
    }
}

/// The address of a list that is narrowed so.
#[must_use]
pub fn query(tenant: TenantId, narrowing: &Narrowing) -> Query {
    let fields = narrowing.fields();
    fields.into_iter().fold(Query::new(href::drift(tenant)), |query, (name, value)| query.with(name, value))
}
