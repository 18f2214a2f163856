//! Rollouts at every step.

use model::ids::TenantId;
use model::operations::Operation;
use model::restore::{Decision, RestoreState, Source};
use model::rollout::{RolloutState, Standing};
use model::run::Run;

use super::values::{id, moment, production, row, staging, tenant_list};
use super::{HOSTILE, middle, run, whole};
use crate::components::field::FieldProblem;
use crate::restores::Asked;
use crate::rollouts::{Confirm, List, New, Record, Rollout, Target};

const PLAN: &str = "5f3c9a1be07d4c2285e6b1f09d3a7c415f3c9a1be07d4c2285e6b1f09d3a7c41";

fn rollout(state: RolloutState) -> Rollout {
    Rollout {
        id: id(14, 1),
        name: "Security baseline 2026.11".to_owned(),
        state,
        source: "Backup set “Golden tenant”".to_owned(),
        stopped_ring: (state == RolloutState::Stopped).then_some(1),
        by: "Ada Meyer".to_owned(),
        created_at: moment(7_200),
        confirmed: (state != RolloutState::Draft).then(|| ("Mateo Manager".to_owned(), moment(900))),
        run: (state != RolloutState::Draft).then(|| id(6, 2)),
        preview_run: Some(id(6, 1)),
        ended_at: state.is_over().then(|| moment(60)),
    }
}

/// The run that carries it out.
pub(crate) fn run_of_it() -> Run {
    Run {
        tenant_id: None,
        type_code: Operation::RestoreRollout.code().to_owned(),
        operation: Some(Operation::RestoreRollout),
        context: format!(r#"{{"rollout":"{}"}}"#, rollout(RolloutState::Running).id).parse().unwrap_or_default(),
        ..run::running()
    }
}

fn hostile() -> Rollout {
    Rollout {
        name: HOSTILE.to_owned(),
        source: HOSTILE.to_owned(),
        by: HOSTILE.to_owned(),
        confirmed: Some((HOSTILE.to_owned(), moment(60))),
        ..rollout(RolloutState::Unknown)
    }
}

fn target(ring: u32, tenant: Option<(TenantId, String)>, state: RestoreState, standing: Standing) -> Target {
    let previewed = state == RestoreState::Previewed && standing != Standing::LeftOut;
    Target {
        ring,
        restore: tenant.as_ref().map(|_| id(13, ring)),
        name: tenant.as_ref().map_or("Tailwind", |(_, name)| name).to_owned(),
        tenant: tenant.map(|(tenant, _)| tenant),
        state,
        standing,
        why: None,
        items: 42,
        writes: 12,
        removals: 0,
        unsettled: if standing == Standing::Bad { 2 } else { 0 },
        open_mappings: 0,
        left_behind: standing == Standing::LeftOut,
        previewed,
    }
}

fn targets() -> Vec<Target> {
    let of = |tenant: model::tenant::Tenant| Some((tenant.id, tenant.name));
    vec![
        Target { removals: 1, ..target(1, of(staging()), RestoreState::Previewed, Standing::Open) },
        Target { open_mappings: 3, ..target(2, of(production()), RestoreState::Previewed, Standing::Open) },
        target(2, of(production()), RestoreState::Scoped, Standing::Open),
    ]
}

fn stopped() -> Vec<Target> {
    let of = |tenant: model::tenant::Tenant| Some((tenant.id, tenant.name));
    vec![
        target(1, of(staging()), RestoreState::Partial, Standing::Bad),
        target(1, of(production()), RestoreState::Completed, Standing::Good),
        target(2, of(production()), RestoreState::Previewed, Standing::Ready),
        target(2, None, RestoreState::Unknown, Standing::LeftOut),
        Target {
            why: Some("Whoever started it is not entitled to the tenant.".to_owned()),
            ..target(3, of(production()), RestoreState::Previewed, Standing::Bad)
        },
        target(3, of(production()), RestoreState::Running, Standing::Active),
    ]
}

fn hostile_targets() -> Vec<Target> {
    let hostile = Some((staging().id, HOSTILE.to_owned()));
    vec![Target {
        why: Some(HOSTILE.to_owned()),
        open_mappings: 2,
        ..target(1, hostile, RestoreState::Unknown, Standing::Unknown)
    }]
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let all = [RolloutState::Draft, RolloutState::Running, RolloutState::Stopped, RolloutState::Completed, RolloutState::Ended];
    vec![
        ("full", List { rollouts: middle(all.into_iter().map(rollout).collect()) }),
        ("empty", List { rollouts: whole(Vec::new()) }),
        ("hostile", List { rollouts: whole(vec![hostile()]) }),
    ]
}

pub(crate) fn news() -> Vec<(&'static str, New)> {
    let new = |tenants: Vec<model::tenant::Tenant>| New {
        of: Some(staging()),
        source: Some(Source::BackupSet { set: id(11, 1) }),
        words: "Backup set “Golden tenant”".to_owned(),
        types: vec![("settings_catalog_policy".to_owned(), 120), ("assignment_filter".to_owned(), 1)],
        tenants: tenants.into_iter().map(|tenant| (tenant, None)).collect(),
        more: false,
        called: String::new(),
        problem: None,
    };
    vec![
        ("choose", new(tenant_list())),
        (
            "many",
            New { more: true, tenants: tenant_list().into_iter().map(|tenant| (tenant, Some(2))).collect(), ..new(Vec::new()) },
        ),
        ("no-source", New { of: None, source: None, ..new(Vec::new()) }),
        ("version", New { source: Some(Source::Version { item: id(8, 1), number: 3 }), types: Vec::new(), ..new(tenant_list()) }),
        (
            "hostile",
            New {
                source: Some(Source::Instant { tenant: staging().id, at: moment(90_000) }),
                words: HOSTILE.to_owned(),
                called: HOSTILE.to_owned(),
                problem: Some(HOSTILE.to_owned()),
                ..new(tenant_list())
            },
        ),
    ]
}

pub(crate) fn records() -> Vec<(&'static str, Record)> {
    let record =
        |state, targets| Record { rollout: rollout(state), targets, runs: Vec::new(), waits_for_approval: false, problem: None };
    vec![
        ("draft", record(RolloutState::Draft, targets())),
        ("waits", Record { waits_for_approval: true, ..record(RolloutState::Draft, targets()) }),
        ("running", Record { runs: vec![row(run::running())], ..record(RolloutState::Running, stopped()) }),
        ("stopped", Record { runs: vec![row(run::failed())], ..record(RolloutState::Stopped, stopped()) }),
        ("completed", record(RolloutState::Completed, stopped())),
        ("ended", record(RolloutState::Ended, stopped())),
        (
            "hostile",
            Record { rollout: hostile(), problem: Some(HOSTILE.to_owned()), ..record(RolloutState::Draft, hostile_targets()) },
        ),
    ]
}

pub(crate) fn confirms() -> Vec<(&'static str, Confirm)> {
    let asked = |mine, decision: Option<Decision>| Asked {
        by: ("Ada Meyer".to_owned(), moment(400)),
        mine,
        decided: decision.map(|decision| (decision, "Mateo Manager".to_owned(), moment(200))),
        reason: "Looked at with the customers".to_owned(),
    };
    let confirm = |asked: Option<Asked>| Confirm {
        rollout: rollout(RolloutState::Draft),
        targets: targets(),
        plan: Some(PLAN.to_owned()),
        needs_approval: asked.is_some(),
        asked,
        problem: None,
    };
    let wrong = |field: &'static str, words: &str| Some(FieldProblem::new(field, words));
    vec![
        ("ready", confirm(None)),
        ("rest", Confirm { rollout: rollout(RolloutState::Stopped), targets: stopped(), ..confirm(None) }),
        ("nothing", Confirm { plan: None, ..confirm(None) }),
        ("to-ask", Confirm { needs_approval: true, ..confirm(None) }),
        ("waits", confirm(Some(asked(true, None)))),
        ("to-decide", confirm(Some(asked(false, None)))),
        ("approved", confirm(Some(asked(true, Some(Decision::Approved))))),
        ("declined", confirm(Some(asked(true, Some(Decision::Declined))))),
        ("wrong", Confirm { problem: wrong("typed", "That is not its name."), ..confirm(None) }),
        ("hostile", Confirm { rollout: hostile(), targets: hostile_targets(), problem: wrong("", HOSTILE), ..confirm(None) }),
    ]
}
