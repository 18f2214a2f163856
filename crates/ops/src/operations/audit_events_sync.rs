//! Audit events sync: what a tenant's own audit logs tell of changes, each log from where the latest reading ended, a little before it.
//!
//! - Both logs are read by themselves: one that is refused does not stop the other, and stands as what it is.
//! - A log is read in slices of time, the oldest first; each that is through is recorded, so that a later attempt goes on there.
//!   Events that are known already are left as they are.
//! - Something in a list that is no event: what it was is not known, so the log does not count as read to its end. What stays so for
//!   days is passed over: the record of the log begins anew after it.
//! - A log that cannot be had for a moment is asked for again by the next attempt of the run.

use std::time::Duration;

use model::attribution::{EventSource, FIRST_READ, SourceState, TenantEvent, WATCH_RESTS, overlap};
use model::coverage::TypeState;
use model::failure::{Code, Failure, Retry};
use model::resource_types::ApiVersion;
use model::run::{CountKey, NewEvent, NewItem, Trigger};
use model::time::Moment;
use outbound::graph::GraphSession;
use tokio::time::{Instant, timeout_at};

use super::directory::Traffic;
use crate::context::Context;
use crate::halt::Halt;

/// The time that one list spans at most.
const SLICE: Duration = Duration::from_secs(7 * 86_400);

/// A log in which something is no event is read again and again for so long.
const PATIENCE: Duration = Duration::from_secs(2 * 86_400);

/// A part of a log.
struct Slice {
    source: EventSource,
    from: Moment,
    /// `None`: to the end of the log.
    end: Option<Moment>,
    /// When it is given up; looked at between pages.
    deadline: Option<Instant>,
}

/// What a part of a log brought.
#[derive(Default)]
struct Told {
    /// When the earliest event was.
    oldest: Option<Moment>,
    /// Something was no event.
    odd: bool,
    /// It was given up before its end.
    given_up: bool,
}

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    context.counts.set(CountKey::Total, i64::try_from(EventSource::ALL.len()).unwrap_or(0));
    let done = context.recorded().await?;
    let mut left: Vec<EventSource> =
        EventSource::ALL.iter().copied().filter(|source| !done.contains_key(source.code())).collect();
    for state in resting(context).await? {
        if let Some(at) = left.iter().position(|source| *source == state.source) {
            left.remove(at);
            let code = state.failure_code.as_deref().map_or(Code::Internal, Code::from_code);
            context.record(vec![NewItem::skipped(state.source.code(), code)]).await?;
        }
    }
    let session = match signed_in(context).await {
        Err(Halt::Failure(failure)) => {
            for source in left {
                failed(context, source, &failure).await?;
            }
            return Err(failure.into());
        }
        other => other?,
    };
    let mut traffic = Traffic::of(&context.counts, &session);
    let mut again = None;
    for source in left {
        context.phase(format!("Reading the {}.", lowered(source.label())));
        let read = read(context, &session, &mut traffic, source).await;
        traffic.update(context, &session);
        let item = match read {
            Ok(()) => NewItem::succeeded(source.code()),
            Err(Halt::Failure(failure)) if passes(context, &failure) => {
                failed(context, source, &failure).await?;
                again = Some(failure);
                continue;
            }
            Err(Halt::Failure(failure)) if failure.code() != Code::StoreUnavailable => {
                let item = refused(context, source, &failure).await?;
                if failure.code().is_of_connection() {
                    return Err(failure.into());
                }
                item
            }
            Err(halt) => return Err(halt),
        };
        context.record(vec![item]).await?;
    }
    if let Some(failure) = again {
        // The other log is recorded; the next attempt asks for this one alone.
        return Err(failure.into());
    }
    let forgotten = context.store.tenant_events().forget_old(&context.scope).await?;
    context.counts.add(CountKey::Deleted, forgotten);
    context.report_now(None).await
}

/// Logs that whoever watches them leaves alone: they could not be read a short while ago. A person, or a schedule, asks for them.
async fn resting(context: &Context) -> Result<Vec<SourceState>, Halt> {
    if context.run.trigger != Trigger::System {
        return Ok(Vec::new());
    }
    let since = context.store.now().await?.minus(WATCH_RESTS);
    let mut states = context.store.tenant_events().sources_of_run(&context.scope).await?;
    let rests = |state: &SourceState| {
        let failed = state.state.is_some_and(|state| state != TypeState::Complete);
        // What this run found out by an earlier attempt is tried again.
        failed && state.attempted_at.is_some_and(|at| at > since && at < context.run.created_at)
    };
    states.retain(rests);
    Ok(states)
}

/// Whether it may be over by the next attempt, and there is one.
fn passes(context: &Context, failure: &Failure) -> bool {
    failure.code().retry() == Retry::Later && !failure.code().is_of_connection() && context.run.attempt < context.run.max_attempts
}

async fn signed_in(context: &mut Context) -> Result<GraphSession, Halt> {
    let session = context.connect().await?;
    context.or_stop(session.check()).await??;
    Ok(session)
}

/// Reads a log to its end.
async fn read(context: &mut Context, session: &GraphSession, traffic: &mut Traffic, source: EventSource) -> Result<(), Halt> {
    let start = beginning(context, source).await?;
    let certain = context.store.now().await?.minus(source.kept_there());
    // Whether an event showed that the log reaches back before this slice.
    let mut reaches_back = false;
    let mut from = start;
    let mut odd = false;
    loop {
        context.checkpoint()?;
        let now = context.store.now().await?;
        let end = Some(from.plus(SLICE)).filter(|end| *end < now);
        let until = end.unwrap_or(now);
        let told = slice(context, session, Some(&mut *traffic), Slice { source, from, end, deadline: None }).await?;
        odd |= told.odd;
        if told.odd && start > now.minus(PATIENCE) {
            break;
        }
        // Microsoft forgets what is old: before the oldest event that it still has, silence means nothing.
        let known = match told {
            Told { odd: true, .. } => until,
            _ if reaches_back => from,
            Told { oldest, .. } => oldest.map_or(certain, |oldest| oldest.min(certain)).max(from).min(until),
        };
        reaches_back |= told.oldest.is_some();
        context.store.tenant_events().source_complete(&context.scope, source, known, until).await?;
        match end {
            // A log that was read before is read again a little before its end once, not before each slice.
            Some(end) => from = end,
            None => break,
        }
    }
    if odd { Err(Failure::new(Code::GraphMalformedResponse).into()) } else { Ok(()) }
}

/// A little before the end of the latest reading; at most as far back as the first one goes.
async fn beginning(context: &Context, source: EventSource) -> Result<Moment, Halt> {
    let now = context.store.now().await?;
    let oldest = now.minus(FIRST_READ);
    let states = context.store.tenant_events().sources_of_run(&context.scope).await?;
    let until = states.iter().find(|state| state.source == source).and_then(|state| state.complete_until);
    Ok(until.map_or(oldest, |until| until.minus(overlap(until, now)).max(oldest)))
}

/// Reads what was told of a log since that moment, for a run of another kind: its figures are not of events. How far the log counts as
/// read stays as it was. Gives whether it was read to its end before the deadline, and all of it were events.
pub(in crate::operations) async fn catch_up(
    context: &mut Context,
    session: &GraphSession,
    source: EventSource,
    from: Moment,
    deadline: Instant,
) -> Result<bool, Halt> {
    let told = slice(context, session, None, Slice { source, from, end: None, deadline: Some(deadline) }).await?;
    Ok(!told.odd && !told.given_up)
}

async fn slice(
    context: &mut Context,
    session: &GraphSession,
    mut traffic: Option<&mut Traffic>,
    wanted: Slice,
) -> Result<Told, Halt> {
    let Slice { source, from, end, deadline } = wanted;
    let before = end.map(|end| format!("%20and%20activityDateTime%20lt%20{}", end.to_fixed_text())).unwrap_or_default();
    let query = format!("{}?$filter=activityDateTime%20ge%20{}{before}", source.path(), from.to_fixed_text());
    let mut pager = session.walk(source.path(), &query, ApiVersion::V1);
    let mut told = Told::default();
    loop {
        // Only the waiting for Graph is dropped, never something half written.
        let next = match deadline {
            None => context.or_stop(pager.next()).await??,
            Some(deadline) => match context.or_stop(timeout_at(deadline, pager.next())).await? {
                Ok(next) => next?,
                Err(_) => {
                    told.given_up = true;
                    return Ok(told);
                }
            },
        };
        let Some(page) = next else { return Ok(told) };
        context.checkpoint()?;
        told.odd |= page.odd > 0;
        let mut events = Vec::with_capacity(page.objects.len());
        for element in &page.objects {
            match TenantEvent::read(source, element) {
                Ok(event) => events.extend(event),
                Err(_) => told.odd = true,
            }
        }
        told.oldest = events.iter().map(|event| event.at).chain(told.oldest).min();
        let effect = context.store.tenant_events().observe(&context.scope, &events).await?;
        if let Some(traffic) = traffic.as_deref_mut() {
            context.counts.add(CountKey::Items, i64::try_from(page.objects.len()).unwrap_or(i64::MAX));
            context.counts.add(CountKey::Created, effect.created);
            context.counts.add(CountKey::Unchanged, effect.known);
            traffic.update(context, session);
        }
        context.report().await?;
    }
}

/// A log that could not be read: the run goes on with the other one.
async fn refused(context: &mut Context, source: EventSource, failure: &Failure) -> Result<NewItem, Halt> {
    let was_read = beginning_is_known(context, source).await?;
    let state = failed(context, source, failure).await?;
    // A service that the tenant never had is nobody's failure.
    if state == TypeState::NotLicensed && !was_read {
        return Ok(NewItem::skipped(source.code(), failure.code()));
    }
    context.failure(failure, source.code());
    let words = format!("{} could not be read. {}", source.label(), failure.message());
    context.event(NewEvent::error("source_failed", words));
    Ok(NewItem::failed(source.code(), failure.code()))
}

async fn beginning_is_known(context: &Context, source: EventSource) -> Result<bool, Halt> {
    let states = context.store.tenant_events().sources_of_run(&context.scope).await?;
    Ok(states.iter().any(|state| state.source == source && state.complete_until.is_some()))
}

async fn failed(context: &Context, source: EventSource, failure: &Failure) -> Result<TypeState, Halt> {
    let state = TypeState::of_failure(failure);
    context.store.tenant_events().source_failed(&context.scope, source, state, failure.code()).await?;
    Ok(state)
}

/// As it stands inside of a sentence.
fn lowered(label: &str) -> String {
    if label.starts_with("Intune") { label.to_owned() } else { label.to_lowercase() }
}
