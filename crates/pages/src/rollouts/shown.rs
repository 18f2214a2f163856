//! A rollout, as its pages show it, with the table of its tenants.

use maud::{Markup, html};
use model::ids::{RestoreId, RolloutId, RunId, TenantId};
use model::label::Tone;
use model::restore::RestoreState;
use model::rollout::{RolloutState, Standing};
use model::time::Moment;

use crate::components::badge::{badge, worded};
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href;
use crate::page::{Crumb, Destination, Place};
use crate::text::{self, NAMELESS, name, number, shown};

/// A rollout.
#[derive(Debug, Clone)]
pub struct Rollout {
    /// Its id.
    pub id: RolloutId,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub state: RolloutState,
    /// Where the wanted state comes from, in words.
    pub source: String,
    /// The ring at which it stopped.
    pub stopped_ring: Option<u32>,
    /// Who made it.
    pub by: String,
    /// When.
    pub created_at: Moment,
    /// Who confirmed it, and when.
    pub confirmed: Option<(String, Moment)>,
    /// The run that carries it out, or did, while that is recorded.
    pub run: Option<RunId>,
    /// The run that previews its restores, or did, while that is recorded.
    pub preview_run: Option<RunId>,
    /// When nothing more came of it.
    pub ended_at: Option<Moment>,
}

impl Rollout {
    pub(super) fn called(&self) -> String {
        text::name(&self.name, NAMELESS).into_owned()
    }

    /// Where a page of it stands.
    pub(super) fn place(&self) -> Place {
        let crumbs =
            vec![Crumb::new("Restores to many tenants", href::ROLLOUTS), Crumb::new(self.called(), href::rollout(self.id))];
        Place { destination: Some(Destination::Rollouts), tenant: None, crumbs }
    }
}

/// A tenant of a rollout.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its ring.
    pub ring: u32,
    /// The tenant; `None` when it was removed since.
    pub tenant: Option<TenantId>,
    /// What it is called.
    pub name: String,
    /// Its restore.
    pub restore: Option<RestoreId>,
    /// Where that stands.
    pub state: RestoreState,
    /// How the tenant stands in the rollout.
    pub standing: Standing,
    /// Why its restore could not be started, in a sentence.
    pub why: Option<String>,
    /// How many objects are chosen.
    pub items: i64,
    /// How many the plan writes or removes.
    pub writes: i64,
    /// How many the plan removes.
    pub removals: i64,
    /// How many of the written ones are not verified.
    pub unsettled: i64,
    /// References that are not decided.
    pub open_mappings: i64,
    /// Whether a confirmation goes on without it.
    pub left_behind: bool,
    /// Whether a confirmation carries it out.
    pub previewed: bool,
}

/// The tenants by ring.
pub(super) fn tenants(targets: &[Target]) -> Markup {
    let columns = [
        Column("Tenant", false),
        Column("Ring", true),
        Column("Restore", false),
        Column("In the rollout", false),
        Column("Open references", true),
        Column("Objects", true),
        Column("Written", true),
        Column("Removed", true),
    ];
    table("Tenants", &columns, &html! { @for target in targets { (line(target)) } })
}

fn line(target: &Target) -> Markup {
    let step = |what: &str| target.tenant.zip(target.restore).map(|(tenant, restore)| href::of_restore(tenant, restore, what));
    let planned = target.previewed || target.standing != Standing::Open;
    row(
        target.tenant.map_or_else(|| target.name.clone(), |tenant| tenant.to_string()),
        &html! {
            (head(&html! {
                @match target.tenant.zip(target.restore) {
                    Some((tenant, restore)) => a href=(href::restore(tenant, restore)) { (name(&target.name, NAMELESS)) },
                    None => { (name(&target.name, NAMELESS)) span.below { "Removed since" } },
                }
            }))
            (figure("Ring", &html! { (target.ring) @if target.ring == 1 { span.below { "Pilot" } } }))
            (cell("Restore", &badge(&target.state)))
            (cell("In the rollout", &html! {
                (badge(&target.standing))
                @if let Some(why) = &target.why { span.below { (shown(why, 200)) } }
                @if target.standing == Standing::Bad && target.unsettled > 0 && target.state.is_over() { span.below { (number(target.unsettled)) " not as planned" } }
            }))
            (figure("Open references", &html! {
                @if target.open_mappings > 0 {
                    @match step("map") {
                        Some(to) => a.warning href=(to) { (number(target.open_mappings)) span.unseen { " references to decide in " (name(&target.name, NAMELESS)) } },
                        None => { (number(target.open_mappings)) },
                    }
                } @else { span.quiet { "0" } }
            }))
            (figure("Objects", &html! { (number(target.items)) }))
            (figure("Written", &html! {
                @if planned { @match step("preview") {
                    Some(to) if target.previewed => a href=(to) { (number(target.writes)) },
                    _ => { (number(target.writes)) },
                } } @else { "–" }
            }))
            (figure("Removed", &html! {
                @if !planned { "–" } @else if target.removals > 0 { (worded(Tone::Danger, Icon::Warning, &number(target.removals))) } @else { "0" }
            }))
        },
    )
}
