//! Rehearsals of restores.

use std::time::Duration;

use model::page::Page as Rows;
use model::restore::{Action, Outcome, RestoreState};

use super::restore::restore;
use super::values::{moment, production, row};
use super::{HOSTILE, middle, run, whole};
use crate::restores::{Rehearsal, Rehearsed, RehearsedRow};

pub(crate) fn rehearsed(stale: bool) -> Rehearsed {
    Rehearsed {
        at: moment(240),
        stale,
        hash: "5f3c9a1be07d4c2285e6b1f09d3a7c415f3c9a1be07d4c2285e6b1f09d3a7c41".to_owned(),
        took: Duration::from_secs(134),
        requests: 612,
        writes: 29,
        objects: 1_204,
        unreadable: i64::from(stale),
        placeholders: 2,
        outcomes: vec![(Outcome::Verified, 12), (Outcome::Differs, 1), (Outcome::Refused, 1), (Outcome::Skipped, 204)],
    }
}

fn rows() -> Vec<RehearsedRow> {
    let row = |number, name: &str, action, outcome, code: Option<&str>| RehearsedRow {
        number,
        resource_type: "settings_catalog_policy".to_owned(),
        name: name.to_owned(),
        action,
        outcome,
        code: code.map(str::to_owned),
        differs: Vec::new(),
        stripped: Vec::new(),
        writes: 2,
        placeholders: 0,
    };
    vec![
        RehearsedRow { placeholders: 2, ..row(1, "WIN – Wi-Fi – Head office", Action::Recreate, Outcome::Verified, None) },
        RehearsedRow {
            differs: ["description", "settings", "a", "b", "c", "d"].map(str::to_owned).to_vec(),
            stripped: vec!["createdBy".to_owned()],
            ..row(2, HOSTILE, Action::Update, Outcome::Differs, Some("restore.differs"))
        },
        row(3, "WIN – Firewall", Action::Update, Outcome::Refused, Some("graph.bad_request")),
        RehearsedRow { writes: 0, ..row(4, "Pilot", Action::Skip, Outcome::Skipped, None) },
    ]
}

pub(crate) fn rehearsals() -> Vec<(&'static str, Rehearsal)> {
    let page = |state, latest: Option<Rehearsed>, items| Rehearsal {
        tenant: production(),
        restore: restore(state),
        run: None,
        latest,
        outcome: None,
        items,
        problem: None,
    };
    let none = || Rows { rows: Vec::new(), next: None, previous: None };
    vec![
        ("none", page(RestoreState::Previewed, None, none())),
        (
            "no-plan",
            Rehearsal {
                problem: Some("The plan is another one by now.".to_owned()),
                ..page(RestoreState::Checked, None, none())
            },
        ),
        ("under-way", Rehearsal { run: Some(row(run::running())), ..page(RestoreState::Previewed, None, none()) }),
        ("done", page(RestoreState::Previewed, Some(rehearsed(false)), middle(rows()))),
        ("stale", page(RestoreState::Previewed, Some(rehearsed(true)), whole(rows()))),
        (
            "narrowed",
            Rehearsal { outcome: Some(Outcome::Waiting), ..page(RestoreState::Previewed, Some(rehearsed(false)), none()) },
        ),
    ]
}
