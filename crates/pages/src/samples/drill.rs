//! Drills of restores.

use std::time::Duration;

use model::access::{Can, Role};
use model::restore::Readiness;

use super::values::{id, moment, production, row};
use super::{HOSTILE, middle, run, whole};
use crate::restores::{DrillView, DrilledType, Drills};

pub(crate) fn drill(readiness: Readiness, before: Option<i64>) -> DrillView {
    DrillView {
        id: id(14, 1),
        set_name: "Nightly".to_owned(),
        taken_at: moment(40_000),
        at: moment(3_600),
        readiness,
        took: Duration::from_secs(734),
        requests: 4_121,
        placeholders: 3,
        before,
    }
}

pub(crate) const MOST: Readiness = Readiness { objects: 812, restorable: 790, verified: 781 };

fn types() -> Vec<DrilledType> {
    let of = |key: &str, objects, restorable, verified, reasons: &[(&str, i64)]| DrilledType {
        resource_type: key.to_owned(),
        readiness: Readiness { objects, restorable, verified },
        reasons: reasons.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect(),
    };
    vec![
        of("settings_catalog_policy", 700, 700, 692, &[("graph.bad_request", 6), ("unresolved", 2)]),
        of("conditional_access_policy", 22, 0, 0, &[("preview_only", 22)]),
        of("scope_tag", 90, 90, 89, &[("restore.differs", 1)]),
        of(HOSTILE, 0, 0, 0, &[(HOSTILE, 1)]),
    ]
}

pub(crate) fn drills() -> Vec<(&'static str, Drills)> {
    let none = Drills { tenant: production(), can: Can::of(Role::Manager), run: None, drill: None, history: whole(Vec::new()) };
    let history = vec![
        drill(MOST, Some(90)),
        DrillView { set_name: HOSTILE.to_owned(), id: id(14, 2), ..drill(Readiness::default(), None) },
    ];
    let done = Drills { drill: Some((drill(MOST, Some(90)), types())), history: middle(history), ..none.clone() };
    let all = Readiness { objects: 40, restorable: 40, verified: 40 };
    vec![
        ("none", none.clone()),
        ("failed", Drills { run: Some(row(run::failed())), ..none.clone() }),
        ("under-way", Drills { run: Some(row(run::running())), ..done.clone() }),
        ("done", done),
        (
            "whole",
            Drills { drill: Some((drill(all, Some(98)), Vec::new())), history: whole(vec![drill(all, None)]), ..none.clone() },
        ),
        ("reader", Drills { can: Can::of(Role::Readonly), ..none }),
    ]
}
