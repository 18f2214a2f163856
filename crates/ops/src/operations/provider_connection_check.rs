//! Connection check: sign in → the right tenant? → what was granted? → read a little of each collection. What works is found by real
//! reads, not by what a token claims.
//!
//! - A check that fails is a line of the report, never the end of it; only what makes the others senseless (no token, another tenant)
//!   leaves them out.
//! - The report holds codes, names of permissions and figures: nothing of an answer or a credential.
//! - It is written once, at the end: a check that was superseded meanwhile writes nothing.

mod directory;
mod reading;

use std::time::Duration;

use model::connection::{Connection, Expiry};
use model::connection_check::{Check, CheckKey, CheckStatus, Reason, Report};
use model::failure::{Code, Failure};
use model::run::{CountKey, Counts, NewEvent};
use outbound::graph::GraphSession;
use tokio::time::Instant;

use crate::context::Context;
use crate::halt::Halt;
use directory::{Granted, granted, which_tenant};

/// From this many seconds on, clocks that are apart are worth a warning; Microsoft refuses assertions from five minutes on.
const APART: i64 = 60;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    // An earlier attempt kept no part of its report.
    context.counts = Counts::default();
    context.failures.clear();
    context.of_no_use = false;
    let (connection, session) = context.connection().await?;
    let mut report = Report::default();
    let collections = reading::collections();
    let total = CheckKey::FIRST.len() + reading::checks(&collections);
    context.counts.set(CountKey::Total, i64::try_from(total).unwrap_or(i64::MAX));
    add(context, &mut report, vec![credential(&connection, context.store.now().await?)]);
    context.phase("Signing in.".to_owned());
    let (signed, check) = sign_in(context, session).await?;
    add(context, &mut report, vec![check]);
    match signed {
        Some(session) => asked(context, &mut report, &connection, &session, &collections).await?,
        None => rest_skipped(context, &mut report),
    }
    let done = i64::try_from(report.checks.len()).unwrap_or(i64::MAX);
    context.counts.set(CountKey::Total, done);
    // Who cannot sign in, or reaches another tenant, checked nothing of this one.
    context.of_no_use = !report.reaches_the_tenant();
    context.store.connection_checks().save(&context.scope, &connection, &report).await?;
    let (fails, warnings) = (report.count(CheckStatus::Fail), report.count(CheckStatus::Warn));
    let words = format!("{done} checks: {fails} failed, {warnings} with a warning.");
    context.event(if fails == 0 { NewEvent::info("report", words) } else { NewEvent::warning("report", words) });
    context.report_now(None).await
}

/// Everything that takes a token.
async fn asked(
    context: &mut Context,
    report: &mut Report,
    connection: &Connection,
    session: &GraphSession,
    collections: &[model::resource_types::Collection],
) -> Result<(), Halt> {
    context.phase("Asking which tenant it is.".to_owned());
    let started = Instant::now();
    let tenant = context.or_stop(which_tenant(session, connection)).await?;
    let wrong = tenant.status == CheckStatus::Fail && tenant.code.as_deref() == Some(Code::OtherTenant.code());
    add(context, report, vec![timed(tenant, started), clocks(session)]);
    if wrong {
        // Not a byte more is asked of somebody else's tenant.
        rest_skipped(context, report);
        return Ok(());
    }
    context.phase("Asking what was granted.".to_owned());
    let started = Instant::now();
    let found: Granted = context.or_stop(granted(session, connection)).await?;
    report.granted_from = found.from.map(|from| from.code().to_owned());
    report.granted = found.names;
    let check = directory::judge_grants(report.granted.as_deref(), report.granted_from.as_deref());
    add(context, report, vec![timed(check, started)]);
    reading::read(context, report, session, collections).await
}

/// A token, or why there is none.
async fn sign_in(context: &mut Context, session: Result<GraphSession, Failure>) -> Result<(Option<GraphSession>, Check), Halt> {
    let (started, key) = (Instant::now(), CheckKey::of(CheckKey::SIGN_IN));
    let tried = match session {
        Ok(session) => context.or_stop(session.check_anew()).await?.map(|()| session),
        Err(failure) => Err(failure),
    };
    Ok(match tried {
        Ok(session) => (Some(session), timed(Check::passed(key), started)),
        Err(failure) => (None, timed(Check::failed(key, failure.code()), started)),
    })
}

fn credential(connection: &Connection, now: model::time::Moment) -> Check {
    let key = CheckKey::of(CheckKey::CREDENTIAL);
    match Expiry::of(connection.credential_expires_at, now) {
        Expiry::Far => Check::passed(key),
        Expiry::Days(days) => Check::because(key, CheckStatus::Warn, Reason::ExpiresSoon).with_figure(days),
        Expiry::Over => Check::failed(key, Code::CredentialExpired),
        // A token file is renewed by whoever writes it.
        Expiry::Unknown if connection.credential_kind == model::connection::CredentialKind::Federated => Check::passed(key),
        Expiry::Unknown => Check::because(key, CheckStatus::Skip, Reason::ExpiryUnknown),
    }
}

fn clocks(session: &GraphSession) -> Check {
    let key = CheckKey::of(CheckKey::CLOCK);
    match session.meter().clocks_apart() {
        None => Check::because(key, CheckStatus::Skip, Reason::ClockUnknown),
        Some(apart) if apart.abs() > APART => Check::because(key, CheckStatus::Warn, Reason::ClockApart).with_figure(apart),
        Some(apart) => Check::passed(key).with_figure(apart),
    }
}

/// What was not looked at, as far as it is no type: a list of all of them would say the same a hundred times.
fn rest_skipped(context: &mut Context, report: &mut Report) {
    let left = CheckKey::FIRST.into_iter().map(CheckKey::of).filter(|key| report.find(key).is_none());
    let skipped = left.map(|key| Check::because(key, CheckStatus::Skip, Reason::NeedsSignIn)).collect();
    add(context, report, skipped);
}

/// Adds to the report and to the run's figures.
fn add(context: &mut Context, report: &mut Report, checks: Vec<Check>) {
    for check in checks {
        let key = match check.status {
            CheckStatus::Fail => CountKey::Failed,
            CheckStatus::Skip | CheckStatus::Unknown => CountKey::Skipped,
            CheckStatus::Pass | CheckStatus::Warn => CountKey::Succeeded,
        };
        context.counts.add(key, 1);
        context.counts.add(CountKey::Processed, 1);
        if check.status == CheckStatus::Fail {
            let code = check.code.as_deref().map_or(Code::Internal, Code::from_code);
            context.failure(&Failure::new(code), check.key.as_str());
        }
        report.checks.push(check);
    }
}

fn timed(check: Check, started: Instant) -> Check {
    Check { ms: millis(started.elapsed()), ..check }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
