//! A little of each collection, read for real.

use futures_util::{StreamExt as _, stream};
use model::connection_check::{Check, CheckKey, CheckStatus, Reason, Report};
use model::failure::{Code, Failure};
use model::resource_types::{self, Collection, ResourceType, StoredIn, all};
use model::run::CountKey;
use outbound::graph::GraphSession;
use tokio::time::Instant;

use super::{add, millis};
use crate::context::Context;
use crate::halt::Halt;

/// Questions in flight: a check is no load.
const IN_FLIGHT: usize = 4;

fn wanted() -> impl Iterator<Item = &'static ResourceType> {
    all().iter().filter(|kind| kind.stored_in != StoredIn::OnDemand)
}

/// What is read: each collection once, however many types share it.
pub(super) fn collections() -> Vec<Collection> {
    resource_types::collections(wanted())
}

/// How many checks that makes.
pub(super) fn checks(collections: &[Collection]) -> usize {
    collections.iter().map(|collection| collection.types.len()).sum()
}

pub(super) async fn read(
    context: &mut Context,
    report: &mut Report,
    session: &GraphSession,
    collections: &[Collection],
) -> Result<(), Halt> {
    context.phase("Reading a little of everything.".to_owned());
    let (asked, left_out): (Vec<&Collection>, Vec<&Collection>) =
        collections.iter().partition(|one| one.parent().is_none() && one.types.iter().any(|kind| kind.readable()));
    let skipped = left_out.iter().flat_map(|one| one.types.iter().map(|kind| left(one, kind))).collect();
    add(context, report, skipped);
    let questions: Vec<_> = asked.into_iter().map(|one| probe(session.clone(), one.clone())).collect();
    let mut answers = stream::iter(questions).buffer_unordered(IN_FLIGHT);
    while let Some((collection, answer, ms)) = context.or_stop(answers.next()).await? {
        let granted = report.granted.clone();
        let judged = collection.types.iter().map(|kind| Check { ms, ..judge(kind, &answer, granted.as_deref()) }).collect();
        add(context, report, judged);
        let reading = session.meter().snapshot();
        let figure = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        context.counts.set(CountKey::Requests, figure(reading.requests + reading.token_requests));
        context.counts.set(CountKey::Throttled, figure(reading.throttled));
        context.report().await?;
    }
    // In the order of the catalogue, whatever answered first: two reports can be compared by eye.
    let place = |check: &Check| check.key.type_key().and_then(|key| all().iter().position(|kind| kind.key == key));
    report.checks.sort_by_key(place);
    Ok(())
}

async fn probe(session: GraphSession, collection: Collection) -> (Collection, Result<(), Failure>, i64) {
    let started = Instant::now();
    let answer = session.read(collection.path, &collection.probe(), collection.version).await;
    (collection, answer.map(drop), millis(started.elapsed()))
}

fn left(collection: &Collection, kind: &ResourceType) -> Check {
    let reason = if collection.parent().is_some() { Reason::BelowAnother } else { Reason::NotAppOnly };
    Check::because(CheckKey::of_type(&kind.key), CheckStatus::Skip, reason)
}

/// What an answer says of a type.
fn judge(kind: &ResourceType, answer: &Result<(), Failure>, granted: Option<&[String]>) -> Check {
    let key = CheckKey::of_type(&kind.key);
    let Some(needed) = &kind.permissions.read else { return Check::because(key, CheckStatus::Skip, Reason::NotAppOnly) };
    let failure = match answer {
        Ok(()) => return Check::passed(key),
        Err(failure) => failure,
    };
    match failure.code() {
        Code::GraphForbidden | Code::PermissionMissing => {
            let has = granted.is_some_and(|granted| needed.satisfied_by(granted.iter().map(String::as_str)));
            if has {
                Check::because(key, CheckStatus::Warn, Reason::NotLicensed)
            } else {
                Check::failed(key, Code::PermissionMissing).lacking(vec![needed.recommended.clone()])
            }
        }
        // Windows 365 and privileged identity management answer so without their licences.
        Code::GraphBadRequest => Check::because(key, CheckStatus::Warn, Reason::NotLicensed),
        Code::GraphNotFound => Check::because(key, CheckStatus::Warn, Reason::NotOffered),
        code => Check::failed(key, code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_missing_permission_or_else_a_missing_licence() {
        let kind = resource_types::find("scope_tag").unwrap();
        let needed = kind.permissions.read.as_ref().unwrap().recommended.clone();
        let judged = |code: Code, granted: Option<&[String]>| judge(kind, &Err(Failure::new(code)), granted);
        let refused = judged(Code::GraphForbidden, Some(&[]));
        assert_eq!((refused.status, refused.missing), (CheckStatus::Fail, vec![needed.clone()]));
        assert_eq!(judged(Code::GraphForbidden, None).status, CheckStatus::Fail);
        let held = [needed];
        assert_eq!(judged(Code::GraphForbidden, Some(&held)).code.as_deref(), Some(Reason::NotLicensed.code()));
        assert_eq!(judged(Code::GraphNotFound, Some(&held)).status, CheckStatus::Warn);
        assert_eq!(judged(Code::GraphTimeout, Some(&held)).code.as_deref(), Some(Code::GraphTimeout.code()));
        assert_eq!(judge(kind, &Ok(()), None).status, CheckStatus::Pass);
    }
}
