//! What an import had to say of the files of an export.

use maud::{Markup, html};
use model::backup::{BackupSet, ImportRemark, Remark};
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::title;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, head, row, table};
use crate::href::{self, Query};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::samples;
use crate::text::shown;

/// Remarks on files.
#[derive(Debug, Clone)]
pub struct Report {
    /// The tenant.
    pub tenant: Tenant,
    /// The set.
    pub set: BackupSet,
    /// What the list is narrowed to.
    pub remark: Option<Remark>,
    /// The remarks, in the order in which they were found.
    pub lines: Rows<ImportRemark>,
}

const fn words(remark: Remark) -> &'static str {
    match remark {
        Remark::Wrong => "Not what it should be",
        Remark::Left => "Left out",
        Remark::Note => "To be known",
        Remark::Unknown => "Unknown",
    }
}

impl Page for Report {
    const NAME: &'static str = "backups-report";

    fn title(&self) -> String {
        "Report of the import".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![
            Crumb::new("Backups", href::backups(self.tenant.id)),
            Crumb::new(title(&self.set), href::backup(self.tenant.id, self.set.id)),
        ];
        Place { destination: Some(Destination::Backups), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let all = href::of_backup(self.tenant.id, self.set.id, "report");
        let only = |remark: Remark| -> String { Query::new(all.as_str()).with("remark", remark.code()).into() };
        let lead = html! {
            "What was found in the files of the export. "
            @match self.remark {
                Some(remark) => { (words(remark)) " only · " a href=(all) { "Show everything" } },
                None => { @for remark in Remark::ALL { a href=(only(*remark)) { (words(*remark)) } " " } },
            }
        };
        let here = Query::new(all.as_str()).with_some("remark", self.remark.map(Remark::code));
        let columns = [Column("File", false), Column("What", false), Column("Why", false)];
        let rows = html! {
            @for line in &self.lines.rows {
                (row(line.number, &html! {
                    (head(&html! { code.wrap { (shown(&line.file, 200)) } }))
                    (cell("What", &html! { (words(line.remark)) }))
                    (cell("Why", &html! { (shown(&line.words, 400)) }))
                }))
            }
        };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            @if self.lines.rows.is_empty() { (empty(Icon::Check, "Nothing to say", "Every file was understood.", &html! {})) }
            @else { (table("Remarks", &columns, &rows)) (pager(&self.lines, "remarks", &here)) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup_file::reports()
    }
}
