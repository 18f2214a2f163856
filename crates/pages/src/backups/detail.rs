//! A backup set: how far it is to be trusted, what is in it by type, what is missing and why.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::backup::{BackupItem, BackupSet, BackupStatus, MissingItem, Origin, TypeCertificate};
use model::coverage::TypeState;
use model::label::Tone;
use model::schedule::Schedule;
use model::tenant::Tenant;

use super::contents::items_table;
use super::missing::missing_table;
use super::{lacks, marks, title};
use crate::components::badge::badge;
use crate::components::callout::callout;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::{barred, barred_button, forbidden_button};
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};
use crate::inventory::{by_label, type_label};
use crate::live::{Topic, live};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::runs::code_words;
use crate::text::{NAMELESS, bytes, name, number, shown};
use crate::{samples, when};

/// A set with its certificate.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The set.
    pub set: BackupSet,
    /// Its schedule, as long as there is one.
    pub schedule: Option<Schedule>,
    /// What its run read of each type; empty until it is sealed.
    pub certificate: Vec<TypeCertificate>,
    /// How many secret values are kept of what it holds, sealed.
    pub sealed_values: i64,
    /// The first of the objects that are missing.
    pub missing: Vec<MissingItem>,
    /// The first of the objects whose content is damaged.
    pub damaged: Vec<BackupItem>,
}

impl Page for Detail {
    const NAME: &'static str = "backups-detail";

    fn title(&self) -> String {
        title(&self.set)
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Backups", href::backups(self.tenant.id))];
        Place { destination: Some(Destination::Backups), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let set = &self.set;
        let lead = html! {
            @match &set.origin { Some(_) => "Imported", None => (shown(&set.holds, 100)) }
            " · " (number(set.items)) " objects · " (bytes(set.bytes)) " · " @if set.origin.is_some() { "imported " } @else { "captured " } (when::at(set.started_at))
        };
        let page = html! {
            (header(&self.title(), &marks(set), &lead, &self.actions(view)))
            (self.state())
            @if !self.damaged.is_empty() {
                (card("damaged", "Damaged", &html! { a href=(self.contents("damaged", "yes")) { "All damaged objects" } }, &items_table(self.tenant.id, &self.damaged)))
            }
            @if !self.missing.is_empty() {
                (card("missing", "Missing", &html! { a href=(href::of_backup(self.tenant.id, set.id, "missing")) { "All missing objects" } }, &missing_table(&self.missing)))
            }
            div.split {
                div.stack {
                    @if !self.certificate.is_empty() { (card("certificate", "What was read", &html! {}, &self.types())) }
                }
                (self.about())
            }
        };
        live("backup", Topic::Runs, &page)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup::details()
    }
}

impl Detail {
    fn contents(&self, name: &str, value: &str) -> String {
        Query::new(href::of_backup(self.tenant.id, self.set.id, "contents")).with(name, value).into()
    }

    fn actions(&self, view: &View<'_>) -> Markup {
        let (tenant, set) = (self.tenant.id, &self.set);
        let to = |what: &str| href::of_backup(tenant, set.id, what);
        let verify = html! { (icon(Icon::Check)) "Verify" };
        html! {
            @if set.status.is_usable() {
                a.button href=(to("contents")) { "Contents" }
                a.button href=(to("files")) { "Export…" }
                @if self.can.allows(Capability::RestoreExecute) { a.button href=(href::restore_from_backup(tenant, set.id)) { "Restore…" } }
                @else { (forbidden_button("why-no-restore", "button", &html! { "Restore…" })) }
                @if let Some(why) = barred(self.can, Capability::BackupsRun, view) { (barred_button("why-no-verify", "button", &verify, why)) }
                @else {
                    (form::start(view, "verify", &to("verify"), &html! { button.button type="submit" { (verify) } }))
                }
            }
            @if set.pinned {
                // Who may not remove it cannot open the way for retention either.
                @if self.can.allows(Capability::BackupSchedulesManage) {
                    (form::post(view, &to("unpin"), &html! { button.button type="submit" { "Unpin" } }))
                }
            } @else if self.can.allows(Capability::BackupsRun) {
                (form::post(view, &to("pin"), &html! { button.button type="submit" { "Pin" } }))
            }
            @if self.can.allows(Capability::BackupSchedulesManage) { a.button.danger href=(to("delete")) { "Remove…" } }
        }
    }

    fn state(&self) -> Markup {
        let run = html! { @if let Some(run) = self.set.run_id { p { a href=(href::run(run)) { "View run" } } } };
        match self.set.status {
            BackupStatus::Capturing if self.set.origin.is_some() => callout(
                Tone::Info,
                "It is being imported",
                &html! { p { "Nothing of it can be used yet: what is certain of it is written at the end." } (run) },
            ),
            BackupStatus::Partial if self.set.origin.is_some() => callout(
                Tone::Warning,
                "It may not be whole",
                &html! { p { "What is in it can be used. The export does not say that it is whole, or something of it was left out, was not what it should be, or lacks its secrets." } },
            ),
            BackupStatus::Failed if self.set.origin.is_some() => callout(
                Tone::Danger,
                "Nothing of it can be used",
                &html! { p { "The import ended before the backup was whole, or nothing of the export was understood." } (run) },
            ),
            BackupStatus::Capturing => callout(
                Tone::Info,
                "It is being captured",
                &html! { p { "Nothing of it can be used yet: what it holds is written at the end, together with what is certain of it." } (run) },
            ),
            BackupStatus::Partial => callout(
                Tone::Warning,
                "Something is missing",
                &html! { p { "What is in it can be used. What is missing, and why, stands below. Earlier backups are as they were, and nothing counts as removed in the tenant." } },
            ),
            BackupStatus::Failed => callout(
                Tone::Danger,
                "Nothing of it can be used",
                &html! { p { "The capture ended before the backup was whole. Its run says why." } (run) },
            ),
            BackupStatus::Unknown => callout(Tone::Neutral, "A newer version made it", &html! {}),
            BackupStatus::Complete => html! {},
        }
    }

    fn types(&self) -> Markup {
        let columns = [
            Column("Type", false),
            Column("Reading", false),
            Column("Objects", true),
            Column("Size", true),
            Column("Left out", true),
            Column("Details read", true),
            Column("Pages", true),
        ];
        let (asked, unasked): (Vec<_>, Vec<_>) = by_label(&self.certificate, |line| &line.resource_type)
            .into_iter()
            .partition(|line| line.state != TypeState::NotReadableAppOnly);
        let rows = html! {
            @for line in asked {
                (row(&line.resource_type, &html! {
                    (head(&html! { a href=(self.contents("type", &line.resource_type)) { (type_label(&line.resource_type)) } }))
                    (cell("Reading", &html! {
                        (badge(&line.state))
                        @if let Some(code) = &line.failure_code { " " (code_words(code)) }
                        @if line.every_detail && line.state == TypeState::Complete { " " span.quiet { "every detail" } }
                        " " span.quiet { (when::at(line.ended_at)) }
                    }))
                    (figure("Objects", &html! { (number(line.items)) }))
                    (figure("Size", &html! { (bytes(line.bytes)) }))
                    (figure("Left out", &html! { @if line.left_out > 0 { span.warning { (number(line.left_out)) } } @else { span.quiet { "0" } } }))
                    (figure("Details read", &html! { (number(line.details)) }))
                    (figure("Pages", &html! { (number(line.pages)) }))
                }))
            }
        };
        html! {
            (table("What was read of each type", &columns, &rows))
            @if !unasked.is_empty() {
                details {
                    summary { (unasked.len()) " types were not asked for: Microsoft offers no application permission for them" }
                    ul { @for line in unasked { li { (type_label(&line.resource_type)) } } }
                }
            }
        }
    }

    fn origin(&self, origin: &Origin) -> Markup {
        let remarks = origin.wrong + origin.left + origin.notes;
        let figure = |figure: u64| number(i64::try_from(figure).unwrap_or(i64::MAX));
        html! {
            dt { "Imported from" } dd { (origin.layout().label()) }
            @if let Some(set) = &origin.set { dt { "Called there" } dd { (name(set, NAMELESS)) } }
            @if let Some(tenant) = &origin.tenant {
                dt { "Captured in" } dd {
                    (name(tenant, NAMELESS))
                    @if origin.entra_id.as_deref() != Some(self.tenant.entra_tenant_id.to_string().as_str()) {
                        " " span.warning { "another tenant than this one" }
                    }
                }
            }
            @if let Some(at) = origin.captured_at { dt { "Captured" } dd { (when::at(at)) } }
            @if origin.withheld > 0 { dt { "Without secrets" } dd { (figure(origin.withheld)) " objects: they were withheld when it was exported" } }
            dt { "Files" } dd {
                (figure(origin.files))
                @if remarks > 0 {
                    ": " (figure(origin.wrong)) " not what they should be, " (figure(origin.left)) " left out, " (figure(origin.notes)) " remarks. "
                    a href=(href::of_backup(self.tenant.id, self.set.id, "report")) { "Report" }
                }
            }
        }
    }

    fn about(&self) -> Markup {
        let set = &self.set;
        let content = html! {
            dl.facts {
                @if let Some(origin) = &set.origin { (self.origin(origin)) }
                dt { @if set.origin.is_some() { "Imported by" } @else { "Captured by" } } dd { (name(&set.created_by_name, "System")) }
                @if let Some(schedule) = &self.schedule {
                    dt { "Schedule" } dd { a href=(href::schedule(self.tenant.id, schedule.id)) { (name(&schedule.name, NAMELESS)) } }
                }
                dt { "Run" } dd { @match set.run_id { Some(run) => a href=(href::run(run)) { "View run" }, None => span.quiet { "Run no longer recorded" } } }
                dt { "Begun" } dd { (when::at(set.started_at)) }
                dt { "Sealed" } dd { (when::at_or(set.completed_at, "Not yet")) }
                dt { "Missing" } dd {
                    (lacks(set))
                    @if set.missing > 0 && set.missing < set.left_out { ", of which " (number(set.missing)) " are named" }
                }
                @if self.sealed_values > 0 { dt { "Sealed values kept" } dd { (number(self.sealed_values)) } }
                dt { "Verified" } dd {
                    @match &set.verified {
                        Some(verified) => {
                            (when::at(verified.at)) " "
                            @if verified.corrupt == 0 { "every content is what was stored" } @else { (number(verified.corrupt)) " damaged" }
                            @if let Some(run) = verified.run_id { " " a href=(href::run(run)) { "View run" } }
                        },
                        None => span.quiet { "Not yet" },
                    }
                }
                @if let Some(mirrored) = &set.mirrored {
                    dt { "Mirrored" } dd {
                        "commit " code.wrap { (shown(&mirrored.commit, 64)) } " " (when::at(mirrored.at))
                        @if let Some(run) = mirrored.run_id { " " a href=(href::run(run)) { "View run" } }
                    }
                }
                @if set.in_use { dt { "In use" } dd { "By a restore or a baseline" } }
                dt { "Backup id" } dd { code.wrap { (set.id) } }
            }
        };
        card("about", "About this backup", &html! {}, &content)
    }
}
