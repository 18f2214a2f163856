//! Reports.

use model::operations::report_generate::Arguments;
use model::page::Page as Rows;
use model::report::{Block, ContentsLine, Period, Report, ReportHead, ReportKind};
use model::schedule::Schedule;

use super::values::{id, moment};
use super::{HOSTILE, production, schedule, tenant_list};
use crate::href::{self, Query};
use crate::reports::{Document, List, ReadInput, ScheduleInput, ScheduleRow};

fn head(kind: ReportKind, subject: &str) -> ReportHead {
    let made_at = moment(600);
    let period = kind.has_period().then(|| Period::before(made_at, 30));
    ReportHead { kind, subject: subject.to_owned(), period, made_at }
}

fn kept(n: u32, kind: ReportKind, subject: &str) -> Report {
    Report {
        id: id(77, n),
        tenant_id: Some(production().id),
        head: head(kind, subject),
        run_id: None,
        expires_at: moment(0),
        is_whole: true,
        bytes: 1_234_567,
        parts: 5,
    }
}

fn by_itself(may: bool, tenant: Option<&str>) -> ScheduleRow {
    let one = schedule::nightly();
    let arguments = Arguments::new(ReportKind::Changes, Some(7), None).to_stored();
    ScheduleRow { schedule: Schedule { arguments, ..one }, tenant_name: tenant.map(str::to_owned), may }
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let empty = List {
        workspace: id(2, 1),
        reports: Rows { rows: Vec::new(), next: None, previous: None },
        schedules: Vec::new(),
        tenants: tenant_list(),
        all: false,
        schedules_some: false,
        reading: ReadInput::proposed(moment(30 * 86_400), moment(0)),
        input: ScheduleInput::default(),
        problem: None,
    };
    let rows = vec![
        kept(1, ReportKind::Changes, "Contoso"),
        kept(2, ReportKind::Configuration, HOSTILE),
        kept(3, ReportKind::Unknown, ""),
    ];
    let full = List {
        reports: Rows { rows, next: None, previous: None },
        schedules: vec![by_itself(true, None), by_itself(false, Some(HOSTILE))],
        all: true,
        schedules_some: true,
        ..empty.clone()
    };
    let input = ScheduleInput { name: HOSTILE.to_owned(), ..ScheduleInput::default() };
    let wrong = List { input, problem: Some("Choose how often.".to_owned()), ..full.clone() };
    let backwards = ReadInput { problem: Some("A period begins before it ends.".to_owned()), ..empty.reading.clone() };
    let backwards = List { reading: backwards, ..full.clone() };
    vec![("none", empty), ("some", full), ("wrong", wrong), ("backwards", backwards)]
}

pub(crate) fn documents() -> Vec<(&'static str, Document)> {
    let document = |head: ReportHead, blocks: Vec<Block>| Document {
        file: Query::new(href::REPORT_NOW_FILE).with("kind", head.kind),
        head,
        blocks,
    };
    let text = || HOSTILE.to_owned();
    let hostile = vec![
        Block::heading(2, text(), "t1"),
        Block::Contents { lines: vec![ContentsLine::new(text(), "t1-a", Some(12_345))] },
        Block::heading(3, text(), "t1-a"),
        Block::heading(4, text(), "t1-b"),
        Block::Facts { rows: vec![(text(), text())] },
        Block::table("Settings", &["Setting", "Value"], vec![vec![text(), format!("{HOSTILE}\nsecond line")]]),
        Block::text(text()),
        Block::note(text()),
    ];
    vec![
        ("empty", document(head(ReportKind::Readiness, "Contoso"), vec![Block::text("There is no tenant to tell of.")])),
        ("hostile", document(head(ReportKind::Changes, HOSTILE), hostile)),
    ]
}
