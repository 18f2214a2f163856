//! The versions of an item, and one of them.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::attribution::Attribution;
use model::inventory::InventoryItem;
use model::json::Json;
use model::label::Tone;
use model::resource_types;
use model::tenant::Tenant;
use model::version::{KeptSecret, PolicyVersion};

use super::assignments::assignments;
use super::item::raw;
use super::readable::{Names, readable, redacted};
use super::type_label;
use crate::components::callout::callout;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::{INSUFFICIENT, forbidden_button};
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::versions::{by as who, by_one, mark_form, mark_of};
use crate::{href, samples, when};

/// How many actors, and how many places of sealed values, the page of a version names.
const MOST_NAMED: usize = 10;

/// The card that lists the versions of an item, newest first.
pub(super) fn versions(item: &InventoryItem, can: Can, list: &[PolicyVersion], by: &[Attribution], more: bool) -> Markup {
    let columns = [
        Column("Version", false),
        Column("When", false),
        Column("What", false),
        Column("Changed by", false),
        Column("Observed by", false),
        Column("Compare", false),
    ];
    let rows = html! {
        @for (i, version) in list.iter().enumerate() {
            (row(version.number, &html! {
                (head(&html! { a href=(href::version(item.tenant_id, item.id, version.number)) { "Version " (version.number) } (mark_of(version.mark.as_ref())) }))
                (cell("When", &html! { (when::at(version.captured_at)) }))
                (cell("What", &html! { (version.words()) }))
                (cell("Changed by", &html! { @if let Some(attribution) = by.get(i) { (who(attribution)) } }))
                (cell("Observed by", &observed_by(version, can)))
                (cell("Compare", &html! {
                    @if version.number > 1 { a href=(with_before(item, version.number)) { "With version " (version.number - 1) } }
                    @else { span.quiet { "–" } }
                }))
            }))
        }
    };
    let content = html! {
        @if list.is_empty() { p.quiet { "No version is kept yet. The next sync writes the first one." } }
        @else { (table("Versions", &columns, &rows)) }
        @if more { p.quiet { "Only the latest versions are shown." } }
        p.quiet { a href=(href::versions(item.tenant_id)) { "All changes of the tenant" } }
    };
    card("versions", "Versions", &html! {}, &content)
}

/// What a version changed: the comparison with the one before it.
fn with_before(item: &InventoryItem, number: i64) -> String {
    crate::versions::compare(item.tenant_id, item.id, number - 1, number)
}

fn observed_by(version: &PolicyVersion, can: Can) -> Markup {
    html! {
        @if !version.run_recorded { span.quiet { "Run no longer recorded" } }
        @else if can.allows(Capability::InventorySync) { a href=(href::run(version.run_id)) { "View run" } }
        @else { span.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) } }
    }
}

/// That values of a version are kept, and never one of them; nothing where none is.
pub(super) fn sealed(kept: &[KeptSecret]) -> Markup {
    if kept.is_empty() {
        return html! {};
    }
    let content = html! {
        p { "Microsoft masks these values. A backup that was asked to has fetched them: they are kept sealed, and shown nowhere." }
        ul { @for kept in kept.iter().take(MOST_NAMED) {
            li { code.wrap { (text::shown(&kept.place, 200)) } span.below { "Sealed value kept, fetched " (when::at(kept.fetched_at)) } }
        } }
        @if kept.len() > MOST_NAMED { p.quiet { "and " (kept.len() - MOST_NAMED) " more" } }
    };
    card("sealed", "Sealed values", &html! {}, &content)
}

/// One version with its content.
#[derive(Debug, Clone)]
pub struct Version {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The item as it is now.
    pub item: InventoryItem,
    /// The version.
    pub version: PolicyVersion,
    /// Its content; `None` where the object had disappeared.
    pub content: Option<Json>,
    /// Ids, times and counters as they were then.
    pub volatile: Option<Json>,
    /// Which of its masked values are kept, sealed.
    pub kept: Vec<KeptSecret>,
    /// Who it is by.
    pub by: Attribution,
    /// What is wrong with a note that was sent.
    pub problem: Option<String>,
    /// Names of objects that this one refers to, by Microsoft's id.
    pub names: BTreeMap<String, String>,
}

impl Page for Version {
    const NAME: &'static str = "inventory-version";

    fn title(&self) -> String {
        format!("Version {} of {}", self.version.number, text::name(&self.version.name, NAMELESS))
    }

    fn place(&self) -> Place {
        let item = text::name(&self.item.name, NAMELESS).into_owned();
        let crumbs = vec![
            Crumb::new("Inventory", href::inventory(self.tenant.id)),
            Crumb::new(&item, href::item(self.tenant.id, self.item.id)),
        ];
        Place { destination: Some(Destination::Inventory), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let kind = resource_types::find(&self.item.resource_type);
        let names = Names::new(&self.names);
        // Places that hold secrets are blanked before anything of the content is shown.
        let content = self.content.as_ref().map(|content| redacted(kind, content));
        let lead = html! { (type_label(&self.item.resource_type)) " · " (self.version.words()) " · " (when::at(self.version.captured_at)) };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {
                @if self.version.number > 1 { a.button href=(with_before(&self.item, self.version.number)) { "Compare with version " (self.version.number - 1) } }
                a.button href=(href::item(self.tenant.id, self.item.id)) { "Latest state" }
                @if self.content.is_some() { (self.restore()) }
            }))
            div.split {
                div.stack {
                    @match &content {
                        Some(content) => {
                            @if let Some(table) = assignments(content, &names) { (card("assignments", "Assignments", &html! {}, &table)) }
                            (readable(kind, content, &names))
                            (raw(content))
                        },
                        None => (callout(Tone::Neutral, "It had disappeared", &html! {
                            p { "A complete sync did not find the object any more. The version before this one has its last known state." }
                        })),
                    }
                }
                div.stack {
                    (card("about", "About this version", &html! {}, &self.facts()))
                    (sealed(&self.kept))
                    (card("mark", "Note and pin", &html! {}, &mark_form(self.tenant.id, &self.version, self.can, self.problem.as_deref(), view)))
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::inventory::versions()
    }
}

impl Version {
    fn restore(&self) -> Markup {
        let tenant = self.tenant.id;
        html! {
            @if self.can.allows(Capability::RestoreExecute) {
                a.button href=(href::restore_from_version(tenant, tenant, self.item.id, self.version.number)) { "Restore…" }
            } @else { (forbidden_button("why-no-restore", "button", &html! { "Restore…" })) }
        }
    }

    /// Each actor with what they did and when.
    fn changed_by(&self) -> Markup {
        let all = self.by.named();
        if all.is_empty() {
            return who(&self.by);
        }
        html! {
            @if all.len() > 1 { p { "One or several of these:" } }
            @for one in all.iter().take(MOST_NAMED) {
                p { (by_one(one)) span.below { (text::shown(&one.activity, 120)) ", " (when::exact(one.at)) @if one.events > 1 { ", the latest of " (one.events) " events" } } }
            }
            @if all.len() > MOST_NAMED { p.quiet { "and " (all.len() - MOST_NAMED) " more" } }
            @if let Some((_, why)) = self.by.gap() { p.quiet { (why) } }
        }
    }

    fn facts(&self) -> Markup {
        let version = &self.version;
        let volatile = self.volatile.as_ref().and_then(Json::as_object).unwrap_or_default();
        html! {
            dl.facts {
                dt { "Observed" } dd { (when::at(version.captured_at)) }
                dt { "Observed by" } dd { (observed_by(version, self.can)) }
                dt { "What" } dd { (version.words()) }
                dt { "Changed by" } dd { (self.changed_by()) }
                @if let Some(before) = version.observed_before { dt { "Observed before" } dd { (when::at(before)) } }
                @if let Some(hash) = &version.content_hash { dt { "Content" } dd { code title=(hash) { (text::shown(hash, 12)) } } }
            }
            @if !volatile.is_empty() {
                h3 { "As Microsoft gave it" }
                dl.facts {
                    @for (name, value) in volatile {
                        dt { (text::shown(name, 60)) }
                        dd { code.wrap { @match value.as_str() { Some(value) => (text::shown(value, 200)), None => (text::shown(&value.to_text(), 200)) } } }
                    }
                }
            }
        }
    }
}
