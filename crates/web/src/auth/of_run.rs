//! The guard of what is told of one run.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::ids::{InvalidId, RunId};
use store::access::RunSight;

use super::extract::{By, Guard, SignedIn, path_param};
use crate::error::Error;
use crate::state::WebState;

/// Somebody who may look at the run of the path (`{run}`): entitled to its tenant, and with the capability of its type. On pages the run
/// may also be named by the number that it had in an earlier installation.
#[derive(Debug)]
pub struct OfRun {
    pub(crate) signed: SignedIn,
    pub(crate) sight: RunSight,
}

impl Guard for OfRun {
    const NAME: &'static str = "OfRun";
}

/// How an address names a run.
enum RunName {
    Id(RunId),
    /// As an earlier installation did.
    Number(u64),
}

impl FromStr for RunName {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let digits = !text.is_empty() && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse().map(Self::Number).map_err(|_| InvalidId) } else { text.parse().map(Self::Id) }
    }
}

impl FromRequestParts<WebState> for OfRun {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let signed = SignedIn::from_request_parts(parts, web).await?;
        let named: RunName = path_param(parts, "run").await?;
        let sight = match (named, &signed.by) {
            (RunName::Id(run), _) => web.store().access().run(&signed.who, run).await?,
            (RunName::Number(number), By::Session(_)) => web.store().access().run_numbered(&signed.who, number).await?,
            (RunName::Number(_), By::Token(_)) => return Err(Error::NotFound),
        };
        Ok(Self { signed, sight })
    }
}
