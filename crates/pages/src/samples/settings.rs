//! Settings on each level.

use model::finding::{FindingKind, Fits, Ratings as Rules, Severity};
use model::settings::{Key, Level, Stored};

use super::HOSTILE;
use super::values::{id, production};
use crate::settings::{Asked, Field, Form, Owner, Ratings};

fn stored() -> Stored {
    Stored::read([
        (Level::Workspace, "time_zone", "Europe/Berlin"),
        (Level::Workspace, "runs.keep_days", "30"),
        (Level::Tenant, "runs.keep_days", "365"),
        (Level::Tenant, "notices.managers", "failed,blocked"),
        (Level::Tenant, "access.group", "4c1d2b7e-0d6a-4a0e-9a7b-2f0c6d1e8a11"),
        (Level::Tenant, "access.role_definition", "5d1d2b7e-0d6a-4a0e-9a7b-2f0c6d1e8a22"),
        (Level::Person, "time_zone", "America/New_York"),
        (Level::Person, "notices.outcomes", "none"),
    ])
}

fn form(owner: Owner, stored: &Stored) -> Form {
    let level = owner.level();
    let fields =
        Key::of(level).map(|key| Field { selector: super::directory::selector(key), ..Field::of(key, level, stored, 2) });
    Form { fields: fields.collect(), owner, may: true }
}

pub(crate) fn forms() -> Vec<(&'static str, Form)> {
    let workspace = || Owner::Workspace(id(2, 1));
    let tenant = || Owner::Tenant(Box::new(production()), true);
    let mut wrong = form(workspace(), &stored());
    for field in &mut wrong.fields {
        (field.own, field.text, field.problem) = (true, HOSTILE.to_owned(), Some(HOSTILE.to_owned()));
    }
    vec![
        ("workspace", form(workspace(), &stored())),
        ("defaults", form(workspace(), &Stored::default())),
        ("tenant", form(tenant(), &stored())),
        ("person", form(Owner::Person, &stored())),
        ("readonly", Form { may: false, ..form(tenant(), &stored()) }),
        ("hostile", wrong),
    ]
}

pub(crate) fn ratings() -> Vec<(&'static str, Ratings)> {
    let page = |rules: Rules| Ratings { workspace: id(2, 1), rules, revision: 3, may: true, asked: None, problem: None };
    let mut rules = Rules::default();
    let all = [
        (Some("conditional_access_policy"), None, None, Severity::Critical),
        (None, Some(FindingKind::Added), None, Severity::Medium),
        (Some("settings_catalog_policy"), Some(FindingKind::Changed), Some(HOSTILE), Severity::Low),
    ];
    for (key, kind, property, severity) in all {
        if let Ok(fits) = Fits::new(key, kind, property) {
            _ = rules.set(fits, severity);
        }
    }
    _ = rules.set_days(Severity::High, Some(3));
    let asked = |key: &str, kind| Some(Asked { resource_type: key.to_owned(), kind, property: HOSTILE.to_owned() });
    vec![
        ("rules", page(rules.clone())),
        ("own-fits", Ratings { asked: asked("conditional_access_policy", FindingKind::Changed), ..page(rules.clone()) }),
        ("table-fits", Ratings { asked: asked("compliance_policy", FindingKind::Removed), ..page(rules.clone()) }),
        ("nothing-fits", Ratings { asked: asked("settings_catalog_policy", FindingKind::Changed), ..page(Rules::default()) }),
        ("none", page(Rules::default())),
        ("readonly", Ratings { may: false, ..page(rules.clone()) }),
        ("refused", Ratings { problem: Some(HOSTILE.to_owned()), ..page(rules) }),
    ]
}
