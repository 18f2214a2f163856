//! Items of restores.

use std::collections::BTreeMap;

use model::diff::Veil;
use model::json::Json;
use model::resource_types;
use model::restore::{Action, Hindrance, JournalKind, Outcome, Part, RestoreState};

use super::restore::{GROUP, hostile, restore};
use super::restore_plan::planned_rows;
use super::values::{moment, production};
use super::{HOSTILE, content};
use crate::restores::{Item, JournalLine, Sides};

fn catalog(change: bool) -> Option<Json> {
    let text = if change { content::CATALOG.replace("\"value\": 35", "\"value\": 50") } else { content::CATALOG.to_owned() };
    let json = Json::parse(text.as_bytes()).ok()?;
    // As a handler does it: a page gets no secret.
    Some(Veil::new([5; 32]).over(resource_types::find("settings_catalog_policy"), &json))
}

fn sides(before: Option<Json>, after: Option<Json>) -> Sides {
    let names = BTreeMap::from([(GROUP.to_owned(), "SG-Intune-Pilot".to_owned())]);
    Sides { before, after, names_before: names.clone(), names_after: names }
}

fn journal() -> Vec<JournalLine> {
    let line = |sequence, kind| JournalLine {
        sequence,
        at: moment(100),
        attempt: 1,
        kind,
        request: None,
        status: None,
        code: None,
        object_id: None,
        approval: None,
    };
    vec![
        line(1, JournalKind::Listed),
        JournalLine {
            request: Some("PATCH /deviceManagement/configurationPolicies/{id}".to_owned()),
            ..line(2, JournalKind::Intent)
        },
        JournalLine { attempt: 2, status: Some(200), object_id: Some(GROUP.to_owned()), ..line(3, JournalKind::Result) },
        JournalLine {
            status: Some(400),
            code: Some(HOSTILE.to_owned()),
            object_id: Some(HOSTILE.to_owned()),
            approval: Some(HOSTILE.to_owned()),
            ..line(4, JournalKind::Unknown)
        },
    ]
}

pub(crate) fn items() -> Vec<(&'static str, Item)> {
    let item = |at: usize, state, plan: Sides| Item {
        tenant: production(),
        restore: restore(state),
        row: planned_rows().remove(at),
        target_id: Some("def1c54f-da35-4406-bdc0-308500000001".to_owned()),
        said: None,
        suggested: Vec::new(),
        plan,
        previewed: true,
        result: None,
        stays: Vec::new(),
        properties: Vec::new(),
        journal: Vec::new(),
        problem: None,
    };
    let properties = || ["description", "name", "settings"].map(str::to_owned).to_vec();
    let update = || item(0, RestoreState::Previewed, sides(catalog(true), catalog(false)));
    let mut draft =
        Item { previewed: false, properties: properties(), ..item(0, RestoreState::Scoped, sides(None, catalog(false))) };
    draft.row.action = None;
    let mut parts = Item { properties: properties(), ..update() };
    parts.row.part = Part::Properties { names: vec!["description".to_owned()] };
    let create = Item { target_id: None, ..item(1, RestoreState::Previewed, sides(None, catalog(false))) };
    let mut same = item(0, RestoreState::Previewed, sides(catalog(false), catalog(false)));
    same.row.action = Some(Action::Unchanged);
    let mut taken = Item {
        suggested: vec![
            (GROUP.to_owned(), "WIN – Baseline – Defender Antivirus".to_owned()),
            ("2".to_owned(), HOSTILE.to_owned()),
        ],
        said: Some(GROUP.to_owned()),
        ..create.clone()
    };
    (taken.row.action, taken.row.hindrance) = (Some(Action::Skip), Some(Hindrance::NameTaken));
    let new = Item { said: Some(String::new()), ..taken.clone() };
    let mut differs = Item { journal: journal(), result: Some(sides(catalog(false), catalog(true))), ..update() };
    (differs.row.outcome, differs.restore.state) = (Some(Outcome::Differs), RestoreState::Partial);
    let mut waiting = Item { journal: journal(), ..update() };
    (waiting.row.outcome, waiting.restore.state) = (Some(Outcome::Waiting), RestoreState::Partial);
    let odd = Json::parse(content::CATALOG.as_bytes()).ok();
    let mut strange = Item {
        restore: hostile(RestoreState::Checked),
        suggested: vec![(HOSTILE.to_owned(), HOSTILE.to_owned())],
        stays: vec![HOSTILE.to_owned(), "platforms".to_owned()],
        properties: vec![HOSTILE.to_owned()],
        problem: Some(HOSTILE.to_owned()),
        result: Some(sides(Some(content::hostile()), odd.clone())),
        journal: journal(),
        ..item(4, RestoreState::Checked, sides(Some(content::hostile()), odd))
    };
    strange.row.resource_type = HOSTILE.to_owned();
    strange.row.part = Part::Properties { names: vec![HOSTILE.to_owned()] };
    vec![
        ("draft", draft),
        ("update", update()),
        ("in-part", Item { stays: vec!["platforms".to_owned(), "technologies".to_owned()], ..update() }),
        ("properties", parts),
        ("create", create),
        ("unchanged", same),
        ("delete", item(2, RestoreState::Previewed, sides(catalog(false), None))),
        ("name-taken", taken),
        ("made-as-another", new),
        ("differs", differs),
        ("waiting", waiting),
        ("gone", item(0, RestoreState::Previewed, Sides::default())),
        ("hostile", strange),
    ]
}
