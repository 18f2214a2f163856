//! What was read of a resource type.

use std::time::Duration;

use crate::codes::codes;
use crate::failure::{Code, Failure, GraphCode, SafeValue};
use crate::ids::RunId;
use crate::time::Moment;

codes! {
    /// How a type stands for us in a tenant.
    TypeState {
        /// Its list was read to the end.
        Complete = "complete",
        /// The application lacks the permission.
        Forbidden = "forbidden",
        /// The tenant lacks the licence or the service.
        NotLicensed = "not_licensed",
        /// Microsoft offers no application permission: nothing was asked.
        NotReadableAppOnly = "not_readable_app_only",
        /// It could not be read this time.
        Failed = "failed",
    }
}

impl TypeState {
    /// The state of a type whose list could not be read.
    #[must_use]
    pub fn of_failure(failure: &Failure) -> Self {
        let said = |wanted: GraphCode| failure.params().iter().any(|(_, value)| *value == SafeValue::from(wanted));
        match failure.code() {
            Code::GraphForbidden | Code::PermissionMissing => Self::Forbidden,
            // The list of a collection that exists is refused as a bad request, or is not there: a service that the tenant has not.
            Code::GraphBadRequest if said(GraphCode::BadRequest) || said(GraphCode::RequestBadRequest) => Self::NotLicensed,
            Code::GraphNotFound => Self::NotLicensed,
            _ => Self::Failed,
        }
    }

    /// What follows from it, in a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Complete => "The whole list was read.",
            Self::Forbidden => "Grant the application the permission, then sync again. What was read earlier is kept.",
            Self::NotLicensed => "The tenant does not seem to have this service. What was read earlier is kept.",
            Self::NotReadableAppOnly => "Microsoft offers no application permission for it, so it is not asked for.",
            Self::Failed => "It could not be read this time. What was read earlier is kept.",
            Self::Unknown => "A newer version recorded a state that this one does not know.",
        }
    }
}

/// What a run read of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Key of the resource type.
    pub resource_type: String,
    /// How it ended.
    pub state: TypeState,
    /// Code of the failure, when it was one.
    pub failure_code: Option<String>,
    /// Pages of the list; of a collection that several types share, each has all.
    pub pages: i64,
    /// Objects of the type in the list.
    pub objects: i64,
    /// Objects whose details were asked for.
    pub details: i64,
    /// Requests that this took, repeats aside; those for a shared list count for the first of its types.
    pub requests: i64,
    /// From the first request to the last row.
    pub took: Duration,
    /// Whether every detail was read, whatever the list told.
    pub every_detail: bool,
    /// When it ended.
    pub ended_at: Moment,
}

/// The latest that is known of a type in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeCoverage {
    /// Key of the resource type.
    pub resource_type: String,
    /// How the latest attempt ended.
    pub state: TypeState,
    /// Code of its failure, when it was one.
    pub failure_code: Option<String>,
    /// When that was.
    pub attempted_at: Moment,
    /// When its list was last read to the end, and by which run, while that is recorded.
    pub complete_at: Option<Moment>,
    /// That run.
    pub complete_run_id: Option<RunId>,
    /// When every detail was last read.
    pub verified_at: Option<Moment>,
    /// Objects and pages of the latest complete list.
    pub objects: i64,
    /// Its pages.
    pub pages: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_how_a_type_stands() {
        let bad = |code: GraphCode| Failure::new(Code::GraphBadRequest).with("status", 400_u16).with("graph_code", code);
        for (failure, state) in [
            (Failure::new(Code::GraphForbidden), TypeState::Forbidden),
            (bad(GraphCode::BadRequest), TypeState::NotLicensed),
            (bad(GraphCode::RequestUnsupportedQuery), TypeState::Failed),
            (Failure::new(Code::GraphNotFound), TypeState::NotLicensed),
            (Failure::new(Code::GraphUnavailable), TypeState::Failed),
        ] {
            assert_eq!(TypeState::of_failure(&failure), state, "{failure:?}");
        }
    }
}
