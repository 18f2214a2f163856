//! Links in tables: what pages about them share.

use maud::{Markup, html};
use model::ids::TenantId;
use model::label::Tone;
use model::links::{EndState, LinkEnd, LinkKind, LinkUse, LinkUser};

use crate::components::badge::worded;
use crate::components::icon::Icon;
use crate::components::table::{self, Column};
use crate::href;
use crate::inventory::type_label;
use crate::text::{self, NAMELESS};

/// What a type that is referred to is called.
pub(super) fn label(key: &str) -> String {
    match key {
        "configuration_manager_collection" => "Configuration Manager collection".to_owned(),
        "group_policy_presentation" => "Administrative template presentation".to_owned(),
        "policy_set_payload" => "Part of a policy set".to_owned(),
        _ => type_label(key),
    }
}

/// What an object is called: its name, or the end of its id.
pub(super) fn name(end: &LinkEnd) -> String {
    end.name.as_ref().map_or_else(|| text::unresolved(&end.to.id), |name| text::name(name, NAMELESS).into_owned())
}

/// Where an object has a page.
pub(super) fn address(tenant: TenantId, end: &LinkEnd) -> Option<String> {
    match end.item {
        Some(item) => Some(href::item(tenant, item)),
        None if end.to.resource_type == "group" => Some(href::group(tenant, &end.to.id)),
        None => None,
    }
}

/// An object, with the way to its page, and whether it is there.
pub(super) fn end(tenant: TenantId, end: &LinkEnd) -> Markup {
    html! {
        @match address(tenant, end) {
            Some(address) => a href=(address) { (name(end)) },
            None => (name(end)),
        }
        @match end.state {
            EndState::Gone => { " " (worded(Tone::Warning, Icon::Minus, "No longer there")) },
            EndState::NotKept => span.below { "Objects of this kind are not kept here" },
            EndState::Unresolved => span.below { "Not found here" },
            EndState::Present | EndState::Unknown => {},
        }
    }
}

/// In what way an object refers to another one.
pub(super) fn way(kind: LinkKind) -> Markup {
    let (tone, icon) = match kind {
        LinkKind::Include => (Tone::Info, Icon::Check),
        LinkKind::Exclude => (Tone::Warning, Icon::Ban),
        LinkKind::FilterInclude | LinkKind::FilterExclude => (Tone::Neutral, Icon::Filter),
        LinkKind::ScopeTag => (Tone::Neutral, Icon::Tag),
        LinkKind::Setting | LinkKind::Unknown => (Tone::Neutral, Icon::Arrow),
    };
    worded(tone, icon, kind.label())
}

/// A table of what an object uses.
pub(crate) fn uses(tenant: TenantId, rows: &[LinkUse]) -> Markup {
    let columns = [Column("Object", false), Column("Type", false), Column("How", false)];
    table::table(
        "What it uses",
        &columns,
        &html! {
            @for (i, row) in rows.iter().enumerate() { (table::row(format_args!("use-{i}"), &html! {
                (table::head(&end(tenant, &row.end)))
                (table::cell("Type", &html! { (label(&row.end.resource_type)) }))
                (table::cell("How", &html! { (way(row.kind)) }))
            })) }
        },
    )
}

/// A table of what uses an object.
pub(crate) fn used_by(tenant: TenantId, rows: &[LinkUser]) -> Markup {
    let filtered = rows.iter().any(|row| row.filter.is_some());
    let mut columns = vec![Column("Policy", false), Column("Type", false), Column("How", false)];
    if filtered {
        columns.push(Column("Filter", false));
    }
    table::table(
        "What uses it",
        &columns,
        &html! {
            @for (i, row) in rows.iter().enumerate() { (table::row(format_args!("user-{i}"), &html! {
                (table::head(&html! { a href=(href::item(tenant, row.item)) { (text::name(&row.name, NAMELESS)) } }))
                (table::cell("Type", &html! { (label(&row.resource_type)) }))
                (table::cell("How", &html! { (way(row.kind)) }))
                @if filtered { (table::cell("Filter", &html! {
                    @match &row.filter {
                        Some((kind, filter)) => {
                            (end(tenant, filter))
                            span.below { @if *kind == LinkKind::FilterExclude { "Leaves out what matches" } @else { "Only what matches" } }
                        },
                        None => span.quiet { "–" },
                    }
                })) }
            })) }
        },
    )
}
