//! Reports: what is kept, what is made now, and what is made by itself.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::{ReportId, RunId, ScheduleId, TenantId};
use model::operations::Operation;
use model::operations::report_generate::Arguments;
use model::report::{Block, ContentsLine, Period, Report, ReportFormat, ReportKind};
use model::run::{StartBy, Trigger};
use model::schedule::{Cadence, CatchUp, CronText, NewSchedule, Schedule, Zone};
use model::time::Moment;
use store::ReportAsk;

use super::answer::{json, nothing, page, started, whole};
use super::body::Body;
use super::coded::{Choice, Coded};
use super::headers::IdempotencyKey;
use super::page_query::PageQuery;
use super::query::{self, Query, invalid};
use super::shape::Whole;
use super::{answers, bodies, queries};
use crate::auth::deeds::{CreateSchedule, EndReportSchedule, MakeReport};
use crate::auth::extract::path_id;
use crate::auth::{AcrossTenants, Member};
use crate::error::Error;
use crate::report::{Source, file};
use crate::state::WebState;
use crate::ui::reports::schedules::{Refused, ended, made};
use crate::ui::reports::{keep, read};

answers! {
    /// A report that is kept.
    ReportRow {
        /// Its id.
        id: ReportId,
        /// Its tenant; `null`: all tenants of the workspace.
        tenant_id: Option<TenantId>,
        /// What it tells.
        kind: Coded<ReportKind>,
        /// Its title.
        title: String,
        /// The beginning of the time that it is about.
        from: Option<Moment>,
        /// The end of that.
        until: Option<Moment>,
        /// When it was made.
        made_at: Moment,
        /// How long it is kept.
        expires_at: Moment,
        /// The run that made it, while that is recorded.
        run_id: Option<RunId>,
        /// Its size in bytes, as JSON.
        bytes: i64,
    }

    /// A report as a document.
    ReportDocument {
        /// What it tells.
        kind: Coded<ReportKind>,
        /// Its title.
        title: String,
        /// When it was made.
        made_at: Moment,
        /// The beginning of the time that it is about.
        from: Option<Moment>,
        /// The end of that.
        until: Option<Moment>,
        /// Its blocks, in order.
        blocks: Vec<ReportBlock>,
        /// Whether it is here to its end.
        complete: bool,
    }

    /// A piece of a document. What does not belong to its kind is `null`.
    ReportBlock {
        /// `heading`, `contents`, `text`, `note` (of the document itself: what was left out), `facts` or `table`.
        block: String,
        /// Of a heading: 2 for a tenant, 3 for a part, 4 for an object.
        level: Option<u32>,
        /// Of a heading, a text and a note: the words. Of a table: what it holds.
        text: Option<String>,
        /// Of a heading: by what contents lead to it.
        anchor: Option<String>,
        /// Of contents: what stands further down.
        lines: Option<Vec<ReportLine>>,
        /// Of a table: the heads of its columns.
        columns: Option<Vec<String>>,
        /// Of a table, its rows; of facts, names with values.
        rows: Option<Vec<Vec<String>>>,
    }

    /// A line of a table of contents.
    ReportLine {
        /// Its words.
        text: String,
        /// Where it leads.
        anchor: String,
        /// How many objects stand there, where that says something.
        count: Option<i64>,
    }

    /// What makes reports by itself.
    ReportSchedule {
        /// Its id.
        id: ScheduleId,
        /// Its tenant; `null`: all tenants of the workspace.
        tenant_id: Option<TenantId>,
        /// Its name.
        name: String,
        /// What the report tells; `null` when this version cannot read it.
        kind: Option<Coded<ReportKind>>,
        /// The last days that it is about.
        days: Option<u32>,
        /// For how many days it is kept.
        keep_days: Option<u32>,
        /// How often, in words; `null` when this version cannot read it.
        when: Option<String>,
        /// Whose clocks; `null` when this version does not know the zone.
        time_zone: Option<String>,
        /// Whether it fires.
        enabled: bool,
        /// The next time; `null` while it does not fire.
        next_fire_at: Option<Moment>,
    }
}

queries! {
    /// Which report.
    ReportNowQuery {
        /// What it tells; left out: what is configured.
        kind: Option<Choice<ReportKind>>,
        /// Of these tenants; left out: of all that the holder of the token may read it of.
        tenant: Vec<TenantId> = {"maxItems": 200},
        /// The beginning of the time that it is about; with `until`.
        from: Option<Moment>,
        /// The end of it; at most 366 days later. Both left out: the last 30 days.
        until: Option<Moment>,
    }
}

bodies! {
    /// A report that is to be made and kept.
    MakeReportBody {
        /// What it tells.
        kind: Choice<ReportKind>,
        /// Of which tenant; left out: of all tenants of the workspace.
        tenant_id: Option<TenantId>,
        /// The last days that it is about; left out: 30.
        days: Option<Whole> = {"minimum": 1, "maximum": 366},
        /// For how many days it is kept; left out: 90.
        keep_days: Option<Whole> = {"minimum": 1, "maximum": 366},
    }

    /// A schedule of reports as it is wanted.
    ReportScheduleBody {
        /// Its name.
        name: String = {"minLength": 1, "maxLength": 100},
        /// What the report tells.
        kind: Choice<ReportKind>,
        /// Of which tenant; left out: of all tenants of the workspace.
        tenant_id: Option<TenantId>,
        /// The last days that it is about; left out: 30.
        days: Option<Whole> = {"minimum": 1, "maximum": 366},
        /// For how many days a report is kept; left out: 90.
        keep_days: Option<Whole> = {"minimum": 1, "maximum": 366},
        /// Minute, hour, day of the month, month, day of the week.
        cron: String = {"maxLength": 100},
        /// Name of a time zone of the IANA database.
        time_zone: String = {"maxLength": 100},
    }
}

impl From<&Block> for ReportBlock {
    fn from(block: &Block) -> Self {
        let of = |block: &str| Self {
            block: block.to_owned(),
            level: None,
            text: None,
            anchor: None,
            lines: None,
            columns: None,
            rows: None,
        };
        match block {
            Block::Heading { level, text, anchor } => {
                Self { level: Some((*level).into()), text: Some(text.clone()), anchor: Some(anchor.clone()), ..of("heading") }
            }
            Block::Contents { lines } => Self { lines: Some(lines.iter().map(ReportLine::from).collect()), ..of("contents") },
            Block::Text { text } => Self { text: Some(text.clone()), ..of("text") },
            Block::Note { text } => Self { text: Some(text.clone()), ..of("note") },
            Block::Facts { rows } => {
                let rows = rows.iter().map(|(name, value)| vec![name.clone(), value.clone()]).collect();
                Self { rows: Some(rows), ..of("facts") }
            }
            Block::Table { label, columns, rows } => {
                Self { text: Some(label.clone()), columns: Some(columns.clone()), rows: Some(rows.clone()), ..of("table") }
            }
        }
    }
}

impl From<&ContentsLine> for ReportLine {
    fn from(line: &ContentsLine) -> Self {
        Self { text: line.text.clone(), anchor: line.anchor.clone(), count: line.count }
    }
}

impl From<Report> for ReportRow {
    fn from(report: Report) -> Self {
        Self {
            id: report.id,
            tenant_id: report.tenant_id,
            kind: Coded(report.head.kind),
            title: report.head.title(),
            from: report.head.period.map(|period| period.from),
            until: report.head.period.map(|period| period.until),
            made_at: report.head.made_at,
            expires_at: report.expires_at,
            run_id: report.run_id,
            bytes: report.bytes,
        }
    }
}

impl From<Schedule> for ReportSchedule {
    fn from(schedule: Schedule) -> Self {
        let report = Arguments::stored(&schedule.arguments);
        Self {
            id: schedule.id,
            tenant_id: schedule.tenant_id,
            name: schedule.name,
            kind: report.as_ref().map(|report| Coded(report.kind())),
            days: report.as_ref().map(Arguments::days),
            keep_days: report.as_ref().map(Arguments::keep_days),
            when: schedule.cadence.as_ref().map(Cadence::words),
            time_zone: schedule.zone.as_ref().map(|zone| zone.name().to_owned()),
            enabled: schedule.enabled,
            next_fire_at: schedule.next_fire_at,
        }
    }
}

/// `GET /api/v1/reports?limit=&cursor=`
pub(crate) async fn list(member: Member, State(web): State<WebState>, query: Query<PageQuery>) -> Result<Response, Error> {
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let found = web.store().reports().list(&member.scope, cursor.as_ref(), rows).await?;
    page(&query, found.map(ReportRow::from))
}

/// `GET /api/v1/reports/now?kind=&tenant=…&from=&until=`: that it left is on record before it begins.
pub(crate) async fn now(member: Member, State(web): State<WebState>, query: Query<ReportNowQuery>) -> Result<Response, Error> {
    let ReportNowQuery { kind, tenant, from, until } = query.wanted;
    if tenant.len() > 200 {
        return Err(invalid("`tenant` has at most 200 values"));
    }
    let bounded = |moment: Moment| moment.max(Moment::from_micros(0));
    let period = match (from, until) {
        (Some(from), Some(until)) => {
            Some(Period::new(bounded(from), bounded(until)).map_err(|error| invalid(&error.to_string()))?)
        }
        (None, None) => None,
        _ => return Err(invalid("`from` and `until` belong together")),
    };
    let tenants: std::collections::BTreeSet<TenantId> = tenant.into_iter().collect();
    let ask =
        ReportAsk { kind: kind.map_or(ReportKind::Configuration, |kind| kind.0), period, tenants: tenants.into_iter().collect() };
    let writing = web.store().reports().write(&member.scope, &ask).await?;
    web.store().reports().exported(&member.scope, ask.kind, ReportFormat::Json, read::only(&ask), None).await?;
    Ok(file(Source::Now(Box::new(writing)), ReportFormat::Json))
}

/// `GET /api/v1/reports/{report}`: that it left is on record before it begins.
pub(crate) async fn show(member: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let id: ReportId = path_id(&params, "report")?;
    let report = web.store().reports().find(&member.scope, id).await?;
    let (kind, tenant) = (report.head.kind, report.tenant_id);
    web.store().reports().exported(&member.scope, kind, ReportFormat::Json, tenant, Some(id)).await?;
    Ok(file(read::found(&web, &member, id).await?, ReportFormat::Json))
}

/// `POST /api/v1/reports`
pub(crate) async fn make(
    AcrossTenants { member, .. }: AcrossTenants<MakeReport>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<MakeReportBody>,
) -> Result<Response, Error> {
    let (days, kept) = (days(wish.days, "days")?, days(wish.keep_days, "keep_days")?);
    let report = Arguments::new(wish.kind.0, days, kept);
    let by = StartBy::from(Trigger::Api).with_key(key);
    started(&keep::start(&web, &member, wish.tenant_id, &report, by).await?)
}

/// `GET /api/v1/report-schedules`
pub(crate) async fn schedules(member: Member, State(web): State<WebState>) -> Result<Response, Error> {
    whole(web.store().reports().schedules(&member.scope).await?.into_iter().map(ReportSchedule::from).collect())
}

/// `POST /api/v1/report-schedules`
pub(crate) async fn schedule(
    AcrossTenants { member, .. }: AcrossTenants<CreateSchedule>,
    State(web): State<WebState>,
    Body(wish): Body<ReportScheduleBody>,
) -> Result<Response, Error> {
    let (days, kept) = (days(wish.days, "days")?, days(wish.keep_days, "keep_days")?);
    let new = NewSchedule {
        name: wish.name,
        operation: Operation::ReportGenerate,
        arguments: Arguments::new(wish.kind.0, days, kept).to_stored(),
        cadence: Cadence::Cron { text: CronText::parse(&wish.cron).map_err(|error| invalid(&error.to_string()))? },
        zone: Zone::parse(&wish.time_zone).map_err(|error| invalid(&error.to_string()))?,
        catch_up: CatchUp::Latest,
        bound: 1,
    };
    let schedule = match made(&web, &member, wish.tenant_id, &new).await {
        Ok(schedule) => schedule,
        Err(Refused::Conflict(words)) => return Err(Error::from(store::StoreError::Conflict(words))),
        Err(Refused::Other(error)) => return Err(error),
    };
    json(StatusCode::CREATED, &ReportSchedule::from(schedule))
}

/// `DELETE /api/v1/report-schedules/{schedule}`
pub(crate) async fn end(
    AcrossTenants { member, .. }: AcrossTenants<EndReportSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    ended(&web, &member, path_id::<ScheduleId>(&params, "schedule")?).await?;
    Ok(nothing())
}

fn days(days: Option<Whole>, name: &str) -> Result<Option<u32>, Error> {
    let read = |days: Whole| Some(days.0).filter(|days| (1..=model::report::MOST_DAYS).contains(days));
    days.map(|days| read(days).ok_or_else(|| invalid(&format!("`{name}` is from 1 to 366")))).transpose()
}
