//! Reading a report, one that is kept or one that is made now; as a page or as a file.

use std::time::Duration;

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::{ReportId, TenantId};
use model::report::{Period, ReportFormat, ReportKind};
use model::time::Moment;
use pages::href::{self, Query};
use pages::reports::{Document, ReadInput};
use pages::{Frame, Page as _};
use store::ReportAsk;

use super::list::answer;
use crate::auth::Member;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::fields::Fields;
use crate::report::{Source, file, send};
use crate::respond;
use crate::state::WebState;
use crate::ui::shell::in_workspace;

const DAY: Duration = Duration::from_secs(86_400);

/// `GET /admin/reports/now?workspace=&kind=&tenant=…&from=&until=`
pub(crate) async fn now(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (ask, address) = match wanted(&web, &guard, &query).await {
        Err(Error::BadRequest(why)) => return again(&web, &guard, &query, why).await,
        wanted => wanted?,
    };
    let writing = web.store().reports().write(&guard.scope, &ask).await?;
    shown(&web, &guard, Source::Now(Box::new(writing)), address).await
}

/// `GET /admin/reports/now/file?workspace=&kind=&tenant=…&from=&until=&format=`: that it left is on record before it begins.
pub(crate) async fn now_file(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (ask, _) = match wanted(&web, &guard, &query).await {
        Err(Error::BadRequest(why)) => return again(&web, &guard, &query, why).await,
        wanted => wanted?,
    };
    let format = format(&query)?;
    let writing = web.store().reports().write(&guard.scope, &ask).await?;
    web.store().reports().exported(&guard.scope, ask.kind, format, only(&ask), None).await?;
    Ok(file(Source::Now(Box::new(writing)), format))
}

/// The form again, with what was typed and what is wrong with it.
async fn again(web: &WebState, guard: &Member, query: &Fields, why: &str) -> Result<Response, Error> {
    let field = |name: &str| query.one(name).unwrap_or_default().chars().take(100).collect();
    let input = ReadInput {
        kind: field("kind"),
        tenant: field("tenant"),
        from: field("from"),
        until: field("until"),
        problem: Some(why.to_owned()),
    };
    answer(web, guard, StatusCode::BAD_REQUEST, None, Some(input), None).await
}

/// `GET /admin/reports/{report}?workspace=`
pub(crate) async fn kept(guard: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let id: ReportId = path_id(&params, "report")?;
    let source = found(&web, &guard, id).await?;
    let address = Query::new(href::report_file(id)).with("workspace", guard.scope.workspace_id());
    shown(&web, &guard, source, address).await
}

/// `GET /admin/reports/{report}/file?workspace=&format=`: that it left is on record before it begins.
pub(crate) async fn kept_file(
    guard: Member,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let id: ReportId = path_id(&params, "report")?;
    let format = format(&query)?;
    let report = web.store().reports().find(&guard.scope, id).await?;
    web.store().reports().exported(&guard.scope, report.head.kind, format, report.tenant_id, Some(id)).await?;
    Ok(file(found(&web, &guard, id).await?, format))
}

/// A report that is kept.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or it speaks of a tenant to which the person is not entitled.
pub(crate) async fn found(web: &WebState, guard: &Member, id: ReportId) -> Result<Source, Error> {
    let report = Box::new(web.store().reports().find(&guard.scope, id).await?);
    Ok(Source::Kept { store: web.store().clone(), scope: guard.scope.clone(), report, number: 0 })
}

/// The only tenant that is asked of.
pub(crate) fn only(ask: &ReportAsk) -> Option<TenantId> {
    match ask.tenants.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// The page, sent piece by piece between what stands before and after its blocks.
async fn shown(web: &WebState, guard: &Member, source: Source, file: Query) -> Result<Response, Error> {
    let around = in_workspace(web, guard).await?;
    let page = Document { head: source.head().clone(), file, blocks: Vec::new() };
    let frame = Frame::from(around.shell);
    if let Some(regions) = guard.signed.visit.regions.as_deref() {
        return Ok(respond::page(&page, &frame, Some(regions)));
    }
    let whole = page.render(&frame);
    let (before, after) = whole.split_once(Document::REST).unwrap_or((whole.as_str(), ""));
    Ok(send(source, ReportFormat::Html, (before.to_owned(), after.to_owned())))
}

fn format(query: &Fields) -> Result<ReportFormat, Error> {
    match query.one("format").map_or(ReportFormat::Markdown, ReportFormat::from_code) {
        ReportFormat::Unknown => Err(Error::BadRequest("Choose a format: html, markdown or json.")),
        format => Ok(format),
    }
}

/// What is asked for, and the address of the same as a file.
async fn wanted(web: &WebState, guard: &Member, query: &Fields) -> Result<(ReportAsk, Query), Error> {
    const DAYS: Error = Error::BadRequest("A period has 1 to 366 days and begins before it ends.");
    let kind = query.one("kind").map_or(ReportKind::Configuration, ReportKind::from_code);
    if kind == ReportKind::Unknown {
        return Err(Error::BadRequest("Choose a report."));
    }
    let tenants: Result<Vec<TenantId>, Error> = query.all("tenant").map(|id| id.parse().map_err(|_| Error::NotFound)).collect();
    let mut tenants = tenants?;
    tenants.sort_unstable();
    tenants.dedup();
    let day = |name: &str| query.one(name).map(|text| day(text).ok_or(DAYS)).transpose();
    // The last day belongs to it.
    let period = match (day("from")?, day("until")?) {
        (Some(from), Some(until)) => Some(Period::new(from, until.plus(DAY)).map_err(|_| DAYS)?),
        (None, None) => None,
        _ => return Err(DAYS),
    };
    if let Some(period) = &period
        && period.from > web.store().now().await?
    {
        return Err(Error::BadRequest("A period begins in the past: nothing is known of the future."));
    }
    let address = Query::new(href::REPORT_NOW_FILE).with("workspace", guard.scope.workspace_id()).with("kind", kind);
    let address = tenants.iter().fold(address, |address, tenant| address.with("tenant", tenant));
    let address = address.with_some("from", query.one("from")).with_some("until", query.one("until"));
    Ok((ReportAsk { kind, period, tenants }, address))
}

fn day(text: &str) -> Option<Moment> {
    let text = Some(text).filter(|text| text.len() == 10)?;
    Some(Moment::parse(&format!("{text}T00:00:00Z")).ok()?.max(Moment::from_micros(0)))
}
