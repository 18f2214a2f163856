//! Plans of restores, and what came of them.

use std::time::Duration;

use model::page::Page as Rows;
use model::restore::{Action, Decision, Hindrance, Outcome, Part, Purpose, RestoreState};

use super::rehearsal::rehearsed;
use super::restore::{GROUP, child, executed, hostile, restore};
use super::values::{id, moment, production, row};
use super::{HOSTILE, middle, run, whole};
use crate::components::field::FieldProblem;
use crate::restores::{Asked, Blast, Execute, PlanFilter, PlannedRow, Preview, Reached, Record, Restore};

fn blast() -> Blast {
    let group =
        |id: &str, name: Option<&str>, members| Reached::Group { id: id.to_owned(), name: name.map(str::to_owned), members };
    Blast {
        reached: vec![
            (Reached::AllDevices, 3),
            (Reached::AllUsers, 1),
            (group(GROUP, Some("SG-Intune-Pilot"), Some(1_240)), 11),
            (group("4c1d2b7e-0d6a-4a0e-9a7b-2f0c6d1e8a11", None, None), 1),
            (group(HOSTILE, Some(HOSTILE), Some(1)), 1),
        ],
        more: 14,
        nobody: 2,
    }
}

/// Asked by who looks at the page.
fn asked(decision: Option<Decision>) -> Asked {
    Asked {
        by: ("Ada Meyer".to_owned(), moment(400)),
        mine: true,
        decided: decision.map(|decision| (decision, "Mateo Manager".to_owned(), moment(200))),
        reason: if decision.is_some() { "CHG0031337, looked at with the customer".to_owned() } else { String::new() },
    }
}

fn hostile_asked() -> Asked {
    Asked {
        by: (HOSTILE.to_owned(), moment(400)),
        mine: false,
        decided: Some((Decision::Declined, HOSTILE.to_owned(), moment(200))),
        reason: HOSTILE.to_owned(),
    }
}

pub(crate) fn planned_rows() -> Vec<PlannedRow> {
    let row = |number, name: &str, action, hindrance| PlannedRow {
        number,
        resource_type: "settings_catalog_policy".to_owned(),
        name: name.to_owned(),
        part: Part::Whole,
        action: Some(action),
        hindrance,
        outcome: None,
        code: None,
        stripped: Vec::new(),
    };
    vec![
        row(1, "WIN – Baseline – Defender Antivirus", Action::Update, None),
        row(2, "WIN – Wi-Fi – Head office", Action::Recreate, None),
        row(3, "New pilot policy", Action::Delete, None),
        PlannedRow {
            resource_type: "conditional_access_policy".to_owned(),
            ..row(4, "CA101 – Require MFA for administrators", Action::Skip, Some(Hindrance::PreviewOnly))
        },
        row(5, HOSTILE, Action::Unchanged, None),
    ]
}

fn outcome_rows() -> Vec<PlannedRow> {
    let outcomes = [Some(Outcome::Verified), Some(Outcome::Differs), Some(Outcome::Waiting), Some(Outcome::Skipped), None];
    let mut rows = planned_rows();
    for (row, outcome) in rows.iter_mut().zip(outcomes) {
        row.outcome = outcome;
        if outcome == Some(Outcome::Waiting) {
            row.code = Some("graph.forbidden".to_owned());
        }
        if outcome == Some(Outcome::Differs) {
            row.stripped = vec!["supportsScopeTags".to_owned(), HOSTILE.to_owned()];
        }
    }
    rows
}

/// Of an earlier installation, whose plan stayed there.
fn adopted() -> Restore {
    Restore { actions: Vec::new(), chosen: 0, hash: None, preview_run: None, ..restore(RestoreState::Previewed) }
}

pub(crate) fn previews() -> Vec<(&'static str, Preview)> {
    let preview = |state, items: Rows<PlannedRow>| Preview {
        tenant: production(),
        restore: restore(state),
        run: None,
        filter: PlanFilter::default(),
        items,
        blast: Some(blast()),
        least: Some(Duration::from_secs(134)),
        problem: None,
    };
    let nothing = || whole(Vec::new());
    let narrowed = PlanFilter { action: Some(Action::Create), ..PlanFilter::default() };
    vec![
        ("not-checked", preview(RestoreState::Scoped, nothing())),
        ("ready", preview(RestoreState::Checked, nothing())),
        ("running", Preview { run: Some(row(run::running())), ..preview(RestoreState::Checked, nothing()) }),
        ("failed", Preview { run: Some(row(run::failed())), ..preview(RestoreState::Checked, nothing()) }),
        ("planned", preview(RestoreState::Previewed, middle(planned_rows()))),
        ("narrowed", Preview { filter: narrowed, ..preview(RestoreState::Previewed, nothing()) }),
        ("adopted", Preview { restore: adopted(), blast: None, least: None, ..preview(RestoreState::Previewed, nothing()) }),
        (
            "undo",
            Preview {
                restore: child(Purpose::Undo, RestoreState::Previewed),
                blast: Some(Blast::default()),
                ..preview(RestoreState::Previewed, whole(planned_rows()))
            },
        ),
        (
            "hostile",
            Preview {
                restore: hostile(RestoreState::Previewed),
                problem: Some(HOSTILE.to_owned()),
                ..preview(RestoreState::Previewed, whole(planned_rows()))
            },
        ),
    ]
}

pub(crate) fn executes() -> Vec<(&'static str, Execute)> {
    let execute = |state| Execute {
        tenant: production(),
        restore: restore(state),
        blast: Some(blast()),
        least: Some(Duration::from_secs(134)),
        needs_approval: false,
        asked: None,
        rehearsal: Some(rehearsed(false)),
        problem: None,
    };
    let approval = |asked| Execute { needs_approval: true, asked, ..execute(RestoreState::Previewed) };
    let of_rollout = Restore { rollout: Some(id(14, 1)), ..restore(RestoreState::Previewed) };
    let no_removals = Restore { actions: vec![(Action::Update, 1)], ..restore(RestoreState::Previewed) };
    let wrong = |field: &'static str, words: &str| Some(FieldProblem::new(field, words));
    vec![
        ("ready", execute(RestoreState::Previewed)),
        ("of-a-rollout", Execute { restore: of_rollout, ..execute(RestoreState::Previewed) }),
        (
            "no-removals",
            Execute {
                restore: no_removals,
                blast: Some(Blast::default()),
                least: None,
                rehearsal: None,
                ..execute(RestoreState::Previewed)
            },
        ),
        ("rehearsed-before", Execute { rehearsal: Some(rehearsed(true)), ..execute(RestoreState::Previewed) }),
        ("stale", execute(RestoreState::Scoped)),
        ("to-ask", approval(None)),
        ("waits", approval(Some(asked(None)))),
        ("to-decide", approval(Some(Asked { mine: false, ..asked(None) }))),
        ("approved", approval(Some(asked(Some(Decision::Approved))))),
        ("declined", approval(Some(asked(Some(Decision::Declined))))),
        ("wrong", Execute { problem: wrong("typed", "That is not its name."), ..execute(RestoreState::Previewed) }),
        ("busy", Execute { problem: wrong("", "Another operation writes to this tenant."), ..execute(RestoreState::Previewed) }),
        (
            "hostile",
            Execute {
                restore: hostile(RestoreState::Previewed),
                needs_approval: true,
                asked: Some(hostile_asked()),
                problem: wrong("", HOSTILE),
                ..execute(RestoreState::Previewed)
            },
        ),
    ]
}

pub(crate) fn records() -> Vec<(&'static str, Record)> {
    let record = |restore: Restore| Record {
        tenant: production(),
        restore,
        run: None,
        filter: PlanFilter::default(),
        items: middle(outcome_rows()),
        children: Vec::new(),
        asked: None,
        problem: None,
    };
    let some = [
        (Outcome::Verified, 9),
        (Outcome::Differs, 1),
        (Outcome::Refused, 1),
        (Outcome::Skipped, 203),
        (Outcome::Waiting, 1),
        (Outcome::Uncertain, 1),
    ];
    let partial = || executed(RestoreState::Partial, &some, 0);
    let children = vec![
        (id(13, 2), Purpose::Retry, RestoreState::Running),
        (id(13, 3), Purpose::Undo, RestoreState::Previewed),
        (id(13, 4), Purpose::Unknown, RestoreState::Unknown),
    ];
    let running = executed(RestoreState::Running, &[(Outcome::Verified, 3)], 11);
    vec![
        ("draft", Record { items: whole(Vec::new()), ..record(restore(RestoreState::Draft)) }),
        ("waits", Record { asked: Some(asked(None)), ..record(restore(RestoreState::Previewed)) }),
        ("running", Record { run: Some(row(run::running())), ..record(running) }),
        ("completed", record(executed(RestoreState::Completed, &[(Outcome::Verified, 14), (Outcome::Skipped, 3)], 0))),
        ("partial", Record { run: Some(row(run::partial())), children, ..record(partial()) }),
        (
            "failed",
            Record { run: Some(row(run::failed())), ..record(executed(RestoreState::Failed, &[(Outcome::Failed, 14)], 0)) },
        ),
        ("stopped", record(executed(RestoreState::Cancelled, &[(Outcome::Verified, 3)], 11))),
        ("given-up", record(restore(RestoreState::Cancelled))),
        ("undo", record(Restore { run: Some(id(6, 2)), ..child(Purpose::Undo, RestoreState::Queued) })),
        ("hostile", Record { problem: Some(HOSTILE.to_owned()), ..record(hostile(RestoreState::Unknown)) }),
    ]
}
