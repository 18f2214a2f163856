//! The versions of an item, and one of them.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::inventory::InventoryItem;
use model::json::Json;
use model::label::Tone;
use model::resource_types;
use model::tenant::Tenant;
use model::version::PolicyVersion;

use super::assignments::assignments;
use super::item::raw;
use super::readable::{Names, readable, redacted};
use super::type_label;
use crate::components::callout::callout;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::INSUFFICIENT;
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples, when};

/// The card that lists the versions of an item, newest first.
pub(super) fn versions(item: &InventoryItem, can: Can, list: &[PolicyVersion], more: bool) -> Markup {
    let columns = [Column("Version", false), Column("When", false), Column("What", false), Column("Observed by", false)];
    let rows = html! {
        @for version in list {
            (row(version.number, &html! {
                (head(&html! { a href=(href::version(item.tenant_id, item.id, version.number)) { "Version " (version.number) } }))
                (cell("When", &html! { (when::at(version.captured_at)) }))
                (cell("What", &html! { (version.words()) }))
                (cell("Observed by", &observed_by(version, can)))
            }))
        }
    };
    let content = html! {
        @if list.is_empty() { p.quiet { "No version is kept yet. The next sync writes the first one." } }
        @else { (table("Versions", &columns, &rows)) }
        @if more { p.quiet { "Only the latest versions are shown." } }
    };
    card("versions", "Versions", &html! {}, &content)
}

fn observed_by(version: &PolicyVersion, can: Can) -> Markup {
    html! {
        @if !version.run_recorded { span.quiet { "Run no longer recorded" } }
        @else if can.allows(Capability::InventorySync) { a href=(href::run(version.run_id)) { "View run" } }
        @else { span.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) } }
    }
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

    fn body(&self, _: &View<'_>) -> Markup {
        let kind = resource_types::find(&self.item.resource_type);
        let names = Names::new(&self.names);
        // Places that hold secrets are blanked before anything of the content is shown.
        let content = self.content.as_ref().map(|content| redacted(kind, content));
        let lead = html! { (type_label(&self.item.resource_type)) " · " (self.version.words()) " · " (when::at(self.version.captured_at)) };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {
                a.button href=(href::item(self.tenant.id, self.item.id)) { "Latest state" }
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
                (card("about", "About this version", &html! {}, &self.facts()))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::inventory::versions()
    }
}

impl Version {
    fn facts(&self) -> Markup {
        let version = &self.version;
        let volatile = self.volatile.as_ref().and_then(Json::as_object).unwrap_or_default();
        html! {
            dl.facts {
                dt { "Observed" } dd { (when::at(version.captured_at)) }
                dt { "Observed by" } dd { (observed_by(version, self.can)) }
                dt { "What" } dd { (version.words()) }
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
