//! What the audit log says was changed, for types whose lists cannot tell: a few events are read instead of every object's details.

use std::collections::BTreeMap;
use std::time::Duration;

use model::attribution::{Changes, EventSource, LATE};
use outbound::graph::GraphSession;
use store::ReadBefore;
use tokio::time::Instant;

use super::course::Course;
use crate::context::Context;
use crate::halt::Halt;
use crate::operations::audit_events_sync;

/// The log is asked for at most so much time. Where the latest sync is longer ago, the details are read: that costs less than a long log,
/// which is throttled early.
const BACK: Duration = Duration::from_secs(2 * 86_400);

/// A log that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was changed since the latest sync of the types that need it. `None`: none does, the log is not to be had, or it is too long ago.
pub(super) async fn changes(
    context: &mut Context,
    session: &GraphSession,
    courses: &[Course],
    before: &BTreeMap<String, ReadBefore>,
) -> Result<Option<Changes>, Halt> {
    let kinds = courses.iter().filter(|course| !course.every_detail).flat_map(|course| &course.collection.types);
    let audited = kinds.filter(|kind| kind.list.audited);
    let Some(since) = audited.filter_map(|kind| before.get(&kind.key)).map(|read| read.from).min() else {
        return Ok(None);
    };
    if since < context.store.now().await?.minus(BACK) {
        return Ok(None);
    }
    let deadline = Instant::now() + PATIENCE;
    match audit_events_sync::catch_up(context, session, EventSource::Intune, since.minus(LATE), deadline).await {
        Ok(false) => Ok(None),
        Ok(true) => Ok(Some(context.store.tenant_events().changed_since(&context.scope, since).await?)),
        // What is wrong with the connection is wrong with the sync as well, which says so.
        Err(Halt::Failure(failure)) if !failure.code().is_of_connection() => Ok(None),
        Err(halt) => Err(halt),
    }
}
