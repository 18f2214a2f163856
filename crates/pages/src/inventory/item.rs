//! One item: what it says, who it is assigned to, where it stands.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::attribution::Attribution;
use model::coverage::TypeCoverage;
use model::finding::Finding;
use model::inventory::{InventoryItem, Presence};
use model::json::Json;
use model::label::Tone;
use model::links::{LinkUse, LinkUser};
use model::page::Page as Rows;
use model::resource_types;
use model::tenant::Tenant;
use model::version::{KeptSecret, PolicyVersion};

use super::assignments::assignments;
use super::readable::{Names, readable, redacted};
use super::versions::{sealed, versions};
use super::{query, type_label, unknown_kind};
use crate::components::badge::badge;
use crate::components::callout::callout;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::{INSUFFICIENT, barred, barred_button};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS, PROSE};
use crate::{href, links, samples, when};

/// How much of the raw JSON a page shows, in characters.
const RAW: usize = 200_000;

/// An item with its content.
#[derive(Debug, Clone)]
pub struct Item {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The item.
    pub item: InventoryItem,
    /// The state that was last seen; `None` when it could not be read completely so far.
    pub content: Option<Json>,
    /// Names of objects that this one refers to, by Microsoft's id: scope tags, filters, named locations, groups, as far as known.
    pub names: BTreeMap<String, String>,
    /// What it uses: the first.
    pub uses: Rows<LinkUse>,
    /// What uses it: the first by name.
    pub used_by: Rows<LinkUser>,
    /// The latest versions, newest first.
    pub versions: Vec<PolicyVersion>,
    /// Who each of them is by, in the same order.
    pub by: Vec<Attribution>,
    /// Which masked values of the latest one are kept, sealed.
    pub kept: Vec<KeptSecret>,
    /// Whether there are earlier ones.
    pub more_versions: bool,
    /// What deviates of it, or did: the latest.
    pub findings: Vec<Finding>,
    /// What is known of the reading of its type.
    pub coverage: Option<TypeCoverage>,
}

impl Page for Item {
    const NAME: &'static str = "inventory-item";

    fn title(&self) -> String {
        text::name(&self.item.name, NAMELESS).into_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Inventory", href::inventory(self.tenant.id))];
        Place { destination: Some(Destination::Inventory), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let item = &self.item;
        let names = Names::new(&self.names);
        let kind = resource_types::find(&item.resource_type);
        let of_type = model::inventory::InventoryFilter { types: vec![item.resource_type.clone()], ..Default::default() };
        let lead = html! {
            a href=(String::from(query(self.tenant.id, &of_type))) { (type_label(&item.resource_type)) } " · " (item.platform.label())
        };
        let marks = html! { @if item.presence != Presence::Present { (badge(&item.presence)) } };
        // Places that hold secrets are blanked before anything of the content is shown.
        let content = self.content.as_ref().map(|content| redacted(kind, content));
        let description =
            content.as_ref().and_then(|c| c.get("description")).and_then(Json::as_str).filter(|d| !d.trim().is_empty());
        html! {
            (header(&self.title(), &marks, &lead, &html! {
                a.button href=(String::from(href::compare_with(self.tenant.id, item.id))) { "Compare with…" }
                (self.capture(view))
            }))
            (self.gone())
            @if let Some(description) = description { p.description { (text::shown(description, PROSE)) } }
            div.split {
                div.stack {
                    @match &content {
                        Some(content) => {
                            @if let Some(table) = assignments(content, &names) { (card("assignments", "Assignments", &html! {}, &table)) }
                            (readable(kind, content, &names))
                            (raw(content))
                        },
                        None => (callout(Tone::Warning, "The content has not been read yet", &html! {
                            p { "The list showed this object, but its details could not be read. The next sync tries again." }
                        })),
                    }
                    (self.links())
                    (versions(item, self.can, &self.versions, &self.by, self.more_versions))
                }
                div.stack {
                    (card("about", "About this item", &html! {}, &self.facts(content.as_ref(), &names)))
                    (sealed(&self.kept))
                    (crate::drift::of_item(self.tenant.id, &self.findings))
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::inventory::items()
    }
}

impl Item {
    /// "Capture now".
    fn capture(&self, view: &View<'_>) -> Markup {
        let face = html! { (icon(Icon::Sync)) "Capture now" };
        if let Some(why) = barred(self.can, Capability::BackupsRun, view) {
            return barred_button("why-no-capture", "button", &face, why);
        }
        form::start(
            view,
            "capture",
            &href::capture(self.tenant.id, self.item.id),
            &html! { button.button type="submit" { (face) } },
        )
    }

    /// What it uses, and what uses it.
    fn links(&self) -> Markup {
        let (tenant, item) = (self.tenant.id, &self.item);
        let all = |address: String, more: bool| html! { @if more { a.button.small href=(address) { "Show all" } } };
        let drawn = html! {
            @if !self.uses.rows.is_empty() || !self.used_by.rows.is_empty() {
                a.button.small href=(href::graph(tenant, item.id)) { "Draw" }
            }
            (all(href::uses(tenant, item.id), self.uses.next.is_some()))
        };
        let usage = href::usage(tenant, &item.resource_type, &item.object_id).into();
        html! {
            (card("uses", "Uses", &drawn, &html! {
                @if self.uses.rows.is_empty() { p.quiet { "It refers to no group, filter, scope tag or policy." } }
                @else { (links::uses(tenant, &self.uses.rows)) }
            }))
            (card("used-by", "Used by", &all(usage, self.used_by.next.is_some()), &html! {
                @if self.used_by.rows.is_empty() { p.quiet { "Nothing refers to it." } }
                @else { (links::used_by(tenant, &self.used_by.rows)) }
            }))
        }
    }

    fn gone(&self) -> Markup {
        match self.item.presence {
            Presence::Present => html! {},
            Presence::Missing => callout(
                Tone::Warning,
                "No longer there",
                &html! {
                    p { "The latest complete sync of this resource type did not find it. Below is its last known state." }
                },
            ),
            Presence::MissingUnsure => callout(
                Tone::Neutral,
                "Perhaps no longer there",
                &html! {
                    p { "The latest sync did not find it, but that sync had errors elsewhere. Below is its last known state." }
                },
            ),
        }
    }

    fn facts(&self, content: Option<&Json>, names: &Names) -> Markup {
        let item = &self.item;
        let tags = content.and_then(|c| Some(resource_types::find(&item.resource_type)?.scope_tags_of(c))).unwrap_or_default();
        html! {
            dl.facts {
                dt { "Type" } dd { (type_label(&item.resource_type)) }
                dt { "Platform" } dd { (item.platform.label()) }
                @if let Some(odata_type) = &item.odata_type {
                    dt { "Graph type" } dd { code.wrap { (text::shown(odata_type.trim_start_matches("#microsoft.graph."), 120)) } @if let Some(words) = unknown_kind(item) { span.below { (words) } } }
                }
                dt { "Graph id" } dd { code.wrap { (text::shown(&item.object_id, 200)) } }
                dt { "Changed at Microsoft" } dd { (when::at_or(item.modified_at, "Not told")) }
                dt { "Change first observed" } dd { (when::at(item.changed_at)) }
                dt { "First seen" } dd { (when::at(item.first_seen_at)) }
                dt { "Last seen" } dd { (when::at(item.last_seen_at)) }
                dt { "Last seen by" } dd { (self.seen_by()) }
                @if let Some(coverage) = &self.coverage {
                    dt { "Latest list of this type" } dd { (badge(&coverage.state)) " " (when::at(coverage.attempted_at)) }
                    dt { "Every detail read" } dd { (when::at_or(coverage.verified_at, "Not yet")) }
                }
                dt { "Content" } dd { code title=(item.content_hash) { (text::shown(&item.content_hash, 12)) } }
            }
            @if !tags.is_empty() {
                h3 { "Scope tags" }
                ul.tags { @for tag in tags { li { (icon(Icon::Tag)) @if tag == "0" { "Default" } @else { (names.of(tag)) } } } }
            }
        }
    }

    fn seen_by(&self) -> Markup {
        html! {
            @match self.item.last_seen_run_id {
                None => span.quiet { "Run no longer recorded" },
                Some(run) if self.can.allows(Capability::InventorySync) => {
                    a href=(href::run(run)) { "View run" }
                    @if let Some(coverage) = &self.coverage {
                        span.quiet {
                            @if coverage.complete_run_id == Some(run) { " · its list of this type was complete" }
                            @else { " · its list of this type was not complete" }
                        }
                    }
                },
                Some(_) => span.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) },
            }
        }
    }
}

pub(super) fn raw(content: &Json) -> Markup {
    let text = content.to_pretty();
    let length = text.chars().count();
    let json = html! {
        details.raw {
            summary { "Show the object as it was last observed, without volatile fields and secrets" }
            @if length > RAW {
                p.quiet { "Only the beginning is shown; " (text::number(i64::try_from(length - RAW).unwrap_or(0))) " more characters are kept." }
            }
            pre.code tabindex="0" aria-label="Raw JSON" { (text::shown(&text, RAW)) }
        }
    };
    card("raw", "Raw JSON", &html! {}, &json)
}
