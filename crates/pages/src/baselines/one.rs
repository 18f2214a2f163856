//! A baseline.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::baseline::{AssignedGroup, Baseline, BaselineItem, BaselineVersion, VersionState};
use model::ids::WorkspaceId;
use model::overview::TenantGroup;
use model::page::Page as Rows;
use model::tenant::{Tenant, TenantStatus};

use super::heat::{HeatRow, heat};
use crate::components::badge::badge;
use crate::components::callout::callout;
use crate::components::field::{checkbox, line, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::INSUFFICIENT_IN_WORKSPACE;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name, number, shown};
use crate::{samples, when};
use model::label::Tone;

/// A baseline with its versions, objects and tenants.
#[derive(Debug, Clone)]
pub struct One {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// The baseline.
    pub baseline: Baseline,
    /// Its versions, newest first.
    pub versions: Vec<BaselineVersion>,
    /// The version of which objects are shown.
    pub version: i64,
    /// Its objects, by name.
    pub items: Rows<BaselineItem>,
    /// The tenants that are held against it, as far as the viewer may see them.
    pub assigned: Vec<HeatRow>,
    /// The other tenants that the viewer is entitled to; the first 200 by name.
    pub others: Vec<Tenant>,
    /// The groups of tenants that are held against it.
    pub groups: Vec<AssignedGroup>,
    /// All groups of tenants that the viewer may see.
    pub other_groups: Vec<TenantGroup>,
    /// The tenant that it follows, where the viewer may see it.
    pub golden: Option<Tenant>,
    /// Why what was asked for was not done.
    pub problem: Option<String>,
}

impl Page for One {
    const NAME: &'static str = "baselines-one";

    fn title(&self) -> String {
        name(&self.baseline.name, NAMELESS).into_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Baselines", href::within(self.workspace, href::BASELINES))];
        Place { destination: Some(Destination::Baselines), crumbs, ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { (shown(&self.baseline.description, 2_000)) };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            @if let Some(problem) = &self.problem { div role="alert" { (callout(Tone::Danger, problem, &html! {})) } }
            @if self.baseline.archived_at.is_some() { (callout(Tone::Info, "This baseline is archived: nothing is held against it.", &html! {})) }
            (card("tenants", "Tenants", &html! {}, &self.tenants(view)))
            (card("versions", "Versions", &html! {}, &self.history(view)))
            (card("golden", "Golden tenant", &html! {}, &self.following(view)))
            (card("objects", &format!("Objects of version {}", self.version), &html! {}, &self.objects(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::baselines::ones()
    }
}

impl One {
    pub(super) fn may(&self) -> bool {
        self.can.allows(Capability::WorkspaceBaselinesManage) && self.baseline.archived_at.is_none()
    }

    pub(super) fn to(&self, what: &str) -> String {
        href::within(self.workspace, &href::of_baseline(self.baseline.id, what))
    }

    fn revision(&self) -> Markup {
        html! { input type="hidden" name="revision" value=(self.baseline.revision); }
    }

    fn button(&self, view: &View<'_>, what: &str, words: &str) -> Markup {
        form::post(view, &self.to(what), &html! { (self.revision()) button.button type="submit" { (words) } })
    }

    fn tenants(&self, view: &View<'_>) -> Markup {
        let manage = self.can.allows(Capability::WorkspaceBaselinesManage);
        let last = |one: &HeatRow| {
            if let Some(group) = one.assignment.group {
                let by = self.groups.iter().find(|held| held.group == group);
                return html! { span.quiet { "By " @match by { Some(held) => (name(&held.name, NAMELESS)), None => "a group" } } };
            }
            if !self.may() {
                return html! {};
            }
            let called = name(&one.tenant.name, NAMELESS).into_owned();
            form::post(
                view,
                &self.to("unassign"),
                &html! {
                    input type="hidden" name="tenant" value=(one.tenant.id);
                    button.button.plain type="submit" aria-label={ "Unassign " (called) } { "Unassign" }
                },
            )
        };
        let ready = self.versions.iter().filter(|version| version.state == VersionState::Ready);
        let versions: Vec<(String, String)> = std::iter::once((String::new(), "Whichever is active".to_owned()))
            .chain(ready.map(|version| (version.number.to_string(), format!("Version {}", version.number))))
            .collect();
        let others: Vec<(String, String)> =
            self.others.iter().map(|tenant| (tenant.id.to_string(), name(&tenant.name, NAMELESS).into_owned())).collect();
        html! {
            @if self.assigned.is_empty() { p.quiet { "No tenant is held against it yet." } } @else { (heat(&self.assigned, last)) }
            @if self.may() {
                @if !self.assigned.is_empty() && self.baseline.active.is_some() {
                    (form::start(view, "compare", &self.to("compare"), &html! { button.button type="submit" { (icon(Icon::Sync)) "Compare all now" } }))
                }
                @if !others.is_empty() {
                    (form::post(view, &self.to("assign"), &html! {
                        (select("f-tenant", "tenant", "Hold a tenant against it", &others, ""))
                        (select("f-pinned", "version", "Version", &versions, ""))
                        div.form-actions { button.button type="submit" { "Assign" } }
                    }))
                }
                (self.groups(view, &versions))
            } @else if !manage { (self.groups(view, &versions)) p.quiet { (icon(Icon::Lock)) (INSUFFICIENT_IN_WORKSPACE) } }
        }
    }

    /// Which tenant it follows.
    fn following(&self, view: &View<'_>) -> Markup {
        let words = match (&self.golden, self.baseline.follows) {
            (Some(tenant), _) => html! {
                "It follows " a href=(href::tenant(tenant.id)) { (name(&tenant.name, NAMELESS)) }
                ": after each sync of that tenant which read something else it has a new version."
                @if tenant.status == TenantStatus::Archived { " The tenant is archived: it is read no more, and the version stays." }
            },
            (None, true) => html! { "It follows a tenant that you may not see." },
            (None, false) => html! { "It follows no tenant: its active version stays until somebody activates another." },
        };
        let none = (String::new(), "No tenant".to_owned());
        let all = self.golden.iter().chain(self.assigned.iter().map(|row| &row.tenant)).chain(&self.others);
        let mut tenants: Vec<(String, String)> =
            all.map(|tenant| (tenant.id.to_string(), name(&tenant.name, NAMELESS).into_owned())).collect();
        tenants.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        tenants.dedup();
        tenants.insert(0, none);
        let chosen = self.golden.as_ref().map(|tenant| tenant.id.to_string()).unwrap_or_default();
        html! {
            p { (words) }
            @if self.may() {
                (form::post(view, &self.to("follow"), &html! {
                    (self.revision())
                    (select("f-golden", "tenant", "Follow a tenant", &tenants, &chosen))
                    div.form-actions { button.button type="submit" { "Save" } }
                }))
            }
        }
    }

    fn history(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Version", false),
            Column("State", false),
            Column("Objects", true),
            Column("By", false),
            Column("When", true),
        ];
        let rows = html! {
            @for version in &self.versions {
                @let here = href::within(self.workspace, &href::baseline(self.baseline.id));
                (row(version.number, &html! {
                    (head(&html! {
                        a.cover href=(format!("{here}&version={}", version.number)) { "Version " (number(version.number)) }
                        span.below { (version.source.label()) @if version.extras { " · other objects are findings" } }
                    }))
                    (cell("State", &html! { (badge(&version.state)) @if self.baseline.active == Some(version.number) { " Active" } }))
                    (figure("Objects", &html! { (number(version.items)) }))
                    (cell("By", &html! { (name(&version.created_by, NAMELESS)) }))
                    (figure("When", &when::at(version.activated_at.unwrap_or(version.created_at))))
                }))
            }
        };
        html! {
            (table("Versions", &columns, &rows))
            @if self.may() {
                @if let Some(draft) = self.versions.iter().find(|version| Some(version.number) == self.baseline.draft) {
                    (form::post(view, &self.to("edit"), &html! {
                        (self.revision())
                        input type="hidden" name="act" value="extras";
                        (checkbox("f-extras", "extras", "yes", draft.extras, &html! { "Objects of its types that it does not have are findings" }))
                        div.form-actions { button.button type="submit" { "Save" } }
                    }))
                    p { "A draft can be changed. Once it is activated it never changes again, and tenants that are not pinned are held against it." }
                    (self.button(view, "activate", "Activate the draft"))
                } @else { (self.button(view, "draft", "Begin a draft")) }
                (self.button(view, "archive", "Archive"))
            }
        }
    }

    fn objects(&self, view: &View<'_>) -> Markup {
        let draft = self.may() && self.baseline.draft == Some(self.version);
        let columns = [Column("Object", false), Column("Does not matter", false), Column("Actions", false)];
        let rows = html! {
            @for (at, item) in self.items.rows.iter().enumerate() {
                @let ignored = item.ignored.iter().cloned().collect::<Vec<_>>().join(", ");
                @let fields = html! {
                    (self.revision())
                    input type="hidden" name="type" value=(item.key.resource_type);
                    input type="hidden" name="object" value=(item.key.object_id);
                };
                (row(at, &html! {
                    (head(&html! { (name(&item.name, NAMELESS)) span.below { (type_label(&item.key.resource_type)) } }))
                    (cell("Does not matter", &html! {
                        @if draft {
                            (form::post(view, &self.to("edit"), &html! {
                                (fields)
                                input type="hidden" name="act" value="ignore";
                                (line(&format!("f-ignored-{at}"), "ignored", "Properties, separated by commas", &ignored, 10_000))
                                button.button type="submit" { "Save" }
                            }))
                        } @else if ignored.is_empty() { span.quiet { "Everything matters" } } @else { (shown(&ignored, 2_000)) }
                    }))
                    (cell("Actions", &html! {
                        @if draft {
                            (form::post(view, &self.to("edit"), &html! {
                                (fields)
                                input type="hidden" name="act" value="remove";
                                button.button.plain type="submit" { "Take out" }
                            }))
                        }
                    }))
                }))
            }
        };
        let query = Query::new(href::baseline(self.baseline.id)).with("workspace", self.workspace).with("version", self.version);
        html! {
            (table("Objects", &columns, &rows))
            (pager(&self.items, "objects", &query))
        }
    }
}
