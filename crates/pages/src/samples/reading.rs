//! What a sync read of each type.

use model::coverage::{Reading, TypeState};
use model::failure::Code;

use super::HOSTILE;
use super::values::moment;

pub(crate) fn readings() -> Vec<Reading> {
    let of = |resource_type: &str, state, code: Option<Code>, objects| Reading {
        resource_type: resource_type.to_owned(),
        state,
        failure_code: code.map(|code| code.code().to_owned()),
        pages: i64::from(objects > 0),
        objects,
        details: objects / 3,
        requests: objects / 3 + 1,
        took: std::time::Duration::from_millis(1_840),
        every_detail: objects > 100,
        ended_at: moment(60),
    };
    vec![
        of("conditional_access_policy", TypeState::Forbidden, Some(Code::GraphForbidden), 0),
        of("settings_catalog_policy", TypeState::Complete, None, 214),
        of("scope_tag", TypeState::Complete, None, 4),
        of("device_configuration", TypeState::Failed, Some(Code::GraphUnavailable), 25),
        of(HOSTILE, TypeState::NotLicensed, Some(Code::GraphBadRequest), 0),
        of("authentication_context", TypeState::NotReadableAppOnly, None, 0),
    ]
}
