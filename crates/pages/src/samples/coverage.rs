//! Coverage.

use model::coverage::{TypeCoverage, TypeState};
use model::resource_types::{Category, Platform};

use super::HOSTILE;
use super::values::{moment, production};
use crate::coverage::{Filter, OfTenant, Scope, Types};

pub(crate) fn types() -> Vec<(&'static str, Types)> {
    let narrowed = Filter {
        text: Some("update".to_owned()),
        category: Some(Category::Update),
        platform: Some(Platform::Windows),
        scope: Some(Scope::Restorable),
    };
    let hostile = Filter { text: Some(HOSTILE.to_owned()), ..Filter::default() };
    vec![("all", Types::default()), ("narrowed", Types { filter: narrowed }), ("nothing-found", Types { filter: hostile })]
}

fn line(key: &str, state: TypeState, code: Option<&str>, objects: i64) -> TypeCoverage {
    let complete = state == TypeState::Complete || objects > 0;
    TypeCoverage {
        resource_type: key.to_owned(),
        state,
        failure_code: code.map(str::to_owned),
        attempted_at: moment(7_066),
        complete_at: complete.then(|| moment(7_066)),
        complete_run_id: complete.then(|| super::run::succeeded().id),
        verified_at: None,
        objects,
        pages: objects / 25 + 1,
    }
}

pub(crate) fn of_tenants() -> Vec<(&'static str, OfTenant)> {
    let of = |known| OfTenant { tenant: production(), known };
    vec![
        (
            "mixed",
            of(vec![
                line("settings_catalog_policy", TypeState::Complete, None, 214),
                line("device_configuration", TypeState::Failed, Some("graph.unavailable"), 31),
                line("device_category", TypeState::Complete, None, 0),
                line("conditional_access_policy", TypeState::Forbidden, Some("graph.forbidden"), 0),
                line("cloud_pc_user_setting", TypeState::NotLicensed, Some("graph.bad_request"), 0),
                line("terms_of_use_agreement", TypeState::NotReadableAppOnly, None, 0),
            ]),
        ),
        ("empty", of(Vec::new())),
        ("hostile", of(vec![line(HOSTILE, TypeState::Unknown, Some(HOSTILE), 7)])),
    ]
}
