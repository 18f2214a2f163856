//! Incidents.

use model::finding::{Cause, FindingKind, Incident, IncidentFinding};

use super::HOSTILE;
use super::drift;
use super::values::{id, moment};
use crate::incidents::{List, One};

fn incident(n: usize, kind: FindingKind, property: &str) -> Option<Incident> {
    let cause: Cause = format!("{n:064x}").parse().ok()?;
    Some(Incident {
        cause,
        resource_type: "conditional_access_policy".to_owned(),
        kind,
        property: property.to_owned(),
        tenants: 12,
        open: 34,
        latest_at: moment(600),
    })
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let some = [
        incident(1, FindingKind::Changed, "state"),
        incident(2, FindingKind::Removed, ""),
        incident(3, FindingKind::Changed, HOSTILE),
    ];
    let some: Vec<Incident> = some.into_iter().flatten().collect();
    vec![
        ("some", List { incidents: some.clone(), most: 200 }),
        ("many", List { most: 3, incidents: some }),
        ("none", List { incidents: Vec::new(), most: 200 }),
    ]
}

pub(crate) fn ones() -> Vec<(&'static str, One)> {
    let findings: Vec<IncidentFinding> = drift::some()
        .into_iter()
        .map(|finding| IncidentFinding { tenant: id(3, 1), tenant_name: HOSTILE.to_owned(), finding })
        .collect();
    let one = |property: &str| {
        let incident = incident(1, FindingKind::Changed, property)?;
        Some(One { incident, findings: findings.clone(), most: 200, triages: true, accepts: true, problem: None })
    };
    let mut all = Vec::new();
    all.extend(one("state").map(|page| ("manager", page)));
    all.extend(one("state").map(|page| ("operator", One { accepts: false, ..page })));
    all.extend(one("state").map(|page| ("readonly", One { triages: false, accepts: false, most: 3, ..page })));
    all.extend(one(HOSTILE).map(|page| ("hostile", One { problem: Some(HOSTILE.to_owned()), ..page })));
    all
}
