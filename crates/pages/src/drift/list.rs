//! The findings of a tenant.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::drift::FoldedFindings;
use model::finding::{Finding, FindingTotals, LONGEST_REASON, Move, Severity};
use model::label::Labelled as _;
use model::page::Page as Rows;
use model::tenant::Tenant;
use model::time::Moment;

use super::filter::{Narrowing, query};
use super::folds::FoldCard;
use super::watch::Watch;
use super::what;
use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::field::{checkbox, day, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::{barred, barred_button, forbidden_button};
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::components::tile::tile;
use crate::inventory::type_label;
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::text::{NAMELESS, counted, name, number, shown};
use crate::{href, samples, when};

/// A property that the service gave to every object of a type, or took from every one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceNote {
    /// Key of the type.
    pub resource_type: String,
    /// The property.
    pub property: String,
    /// Whether it came.
    pub came: bool,
    /// How many objects.
    pub objects: i64,
    /// When it was noticed.
    pub seen_at: Moment,
}

/// The list.
#[derive(Debug, Clone)]
pub struct List {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// What it is narrowed to.
    pub narrowing: Narrowing,
    /// The findings, those that were found last first.
    pub findings: Rows<Finding>,
    /// How many of them fit, counted up to a limit.
    pub fitting: i64,
    /// Up to how many are counted.
    pub counted_to: i64,
    /// How many there are.
    pub totals: FindingTotals,
    /// The end of the newest inventory that was compared; `None`: none was.
    pub compared_at: Option<Moment>,
    /// What the service did.
    pub service: Vec<ServiceNote>,
    /// Whether changes are looked for between syncs.
    pub watch: Watch,
    /// What is told together, until somebody says whose doing it is.
    pub folds: Vec<FoldedFindings>,
}

impl Page for List {
    const NAME: &'static str = "drift-list";

    fn title(&self) -> String {
        "Drift".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Drift), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! {
            "What changed in " (name(&self.tenant.name, NAMELESS)) " between two complete inventories, until it is put back or somebody says that it is right. "
            @match self.compared_at { Some(at) => { "Compared up to the inventory of " (when::at(at)) "." }, None => "No two inventories were compared yet." }
        };
        html! {
            (header("Drift", &html! {}, &lead, &self.check(view)))
            (self.watch.words(self.tenant.id, self.can))
            (self.tiles())
            (self.narrowing.form(self.tenant.id))
            @for fold in &self.folds { (FoldCard(fold).markup(self.tenant.id, self.can, view)) }
            (live("findings", Topic::Runs, &self.rows(view)))
            @if !self.service.is_empty() { (self.service_card()) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::drift::lists()
    }
}

impl List {
    /// "Check now".
    fn check(&self, view: &View<'_>) -> Markup {
        let face = html! { (icon(Icon::Sync)) "Check now" };
        html! {
            @if let Some(why) = barred(self.can, Capability::DriftRun, view) { (barred_button("why-no-check", "button primary", &face, why)) }
            @else {
                (form::start(view, "check", &href::drift_check(self.tenant.id), &html! { button.button.primary type="submit" { (face) } }))
            }
        }
    }

    fn tiles(&self) -> Markup {
        let to = |narrowing: Narrowing| String::from(query(self.tenant.id, &narrowing));
        html! {
            div.tiles {
                @for (severity, open) in Severity::ALL.iter().zip(self.totals.open).rev() {
                    (tile(severity.badge().word, &html! { (number(open)) }, "", Some(&to(Narrowing { severity: Some(*severity), ..Narrowing::default() }))))
                }
                (tile("Overdue", &html! { (number(self.totals.overdue)) }, "", Some(&to(Narrowing { overdue: true, ..Narrowing::default() }))))
                (tile("Risk accepted", &html! { (number(self.totals.accepted)) }, "", Some(&to(Narrowing { state: Some(model::finding::FindingState::RiskAccepted), ..Narrowing::default() }))))
            }
        }
    }

    fn rows(&self, view: &View<'_>) -> Markup {
        if self.findings.rows.is_empty() {
            return self.nothing();
        }
        let columns = [
            Column("Object", false),
            Column("What", false),
            Column("Severity", false),
            Column("State", false),
            Column("Found", true),
            Column("Due", true),
            Column("Choose", false),
        ];
        let triages = self.can.allows(Capability::FindingsTriage);
        let rows = html! { @for finding in &self.findings.rows { (self.line(finding, triages, view)) } };
        let list = table("Findings", &columns, &rows);
        html! {
            @if triages {
                (form::post(view, &href::drift_bulk(self.tenant.id), &html! { (list) (self.bulk()) }))
            } @else { (list) }
            (pager(&self.findings, "findings", &query(self.tenant.id, &self.narrowing)))
        }
    }

    fn line(&self, finding: &Finding, triages: bool, view: &View<'_>) -> Markup {
        let words = what(finding);
        row(
            finding.id,
            &html! {
                (head(&html! {
                    a.cover href=(href::finding(self.tenant.id, finding.id)) { (name(&finding.name, NAMELESS)) }
                    span.below { (type_label(&finding.resource_type)) }
                }))
                (cell("What", &html! { (badge(&finding.kind)) @if !words.is_empty() { span.below { code { (words) } } } }))
                (cell("Severity", &badge(&finding.severity)))
                (cell("State", &html! {
                    (badge(&finding.state))
                    @if finding.occurrences > 1 { span.below { "Found " (number(finding.occurrences)) " times" } }
                    @if let Some((_, who)) = &finding.assignee { span.below { (name(who, NAMELESS)) } }
                }))
                (figure("Found", &when::ago(finding.first_seen_at, view.now)))
                (figure("Due", &html! {
                    @if finding.state.is_open() { (when::at_or(finding.due_at, "–")) @if finding.is_overdue(view.now) { span.below { "Overdue" } } } @else { "–" }
                }))
                (cell("Choose", &html! {
                    @if triages {
                        input type="checkbox" id={ "finding-" (finding.id) } name="finding" value=(finding.id);
                        label.unseen for={ "finding-" (finding.id) } { "Choose the finding on " (name(&finding.name, NAMELESS)) " " (words) }
                    }
                }))
            },
        )
    }

    /// What is done with many: those that were chosen, or all that fit.
    fn bulk(&self) -> Markup {
        let moves = [Move::Triage, Move::Begin, Move::Resolve, Move::Close];
        let to = |what: &str| href::drift_bulk_of(self.tenant.id, what);
        let accept = html! { (Move::Accept.label()) };
        let moves: Vec<_> = moves.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect();
        let fitting =
            if self.fitting >= self.counted_to { format!("{} and more", number(self.counted_to)) } else { number(self.fitting) };
        html! {
            div.form-actions {
                @for (field, value) in self.narrowing.fields() { input type="hidden" name=(field) value=(value); }
                (select("bulk-act", "act", "With those that are chosen", &moves, Move::Triage.code()))
                (checkbox("bulk-all", "all", "yes", false, &html! { "All that fit the filters (" (fitting) ")" }))
                button.button type="submit" { "Apply" }
            }
            div.form-actions {
                div.field {
                    label for="bulk-words" { "Reason or note" }
                    textarea id="bulk-words" name="words" rows="2" maxlength=(LONGEST_REASON) {}
                }
                (day("bulk-until", "until", "Accepted until the end of (UTC)", ""))
                @if self.can.allows(Capability::FindingsAcceptRisk) {
                    button.button type="submit" formaction=(to("accept")) { (accept) }
                } @else { (forbidden_button("why-no-accept", "button", &accept)) }
                button.button type="submit" formaction=(to("note")) { "Write the note" }
                button.button type="submit" formaction=(to("assign")) name="who" value="me" { "Assign to me" }
                button.button type="submit" formaction=(to("assign")) name="who" value="nobody" { "Let go" }
            }
        }
    }

    fn service_card(&self) -> Markup {
        let columns = [Column("Property", false), Column("Type", false), Column("Objects", true), Column("Noticed", true)];
        let rows = html! {
            @for note in &self.service {
                (row(format!("{} {}", note.resource_type, note.property), &html! {
                    (head(&html! { code { (shown(&note.property, 80)) } " " @if note.came { "came" } @else { "went" } }))
                    (cell("Type", &html! { (type_label(&note.resource_type)) }))
                    (figure("Objects", &html! { (number(note.objects)) }))
                    (figure("Noticed", &when::at(note.seen_at)))
                }))
            }
        };
        let heading = counted(
            i64::try_from(self.service.len()).unwrap_or(i64::MAX),
            "property changed by Microsoft",
            "properties changed by Microsoft",
        );
        card(
            "service",
            &heading,
            &html! {},
            &html! {
                p { "They came to every object of a type at once, or went from every one, and nobody touched the objects; or somebody said that it is the service's doing. That is no drift." }
                (table("What Microsoft changed", &columns, &rows))
            },
        )
    }

    fn nothing(&self) -> Markup {
        if self.narrowing != Narrowing::default() {
            let next = html! { a.button href=(href::drift(self.tenant.id)) { "Clear the filters" } };
            return empty(
                Icon::Filter,
                "No findings match",
                "Nothing that was found in this tenant fits all of the filters.",
                &next,
            );
        }
        if self.compared_at.is_none() {
            let why = "Each complete inventory is compared with the one before, and there are no two of this tenant yet.";
            return empty(
                Icon::Clock,
                "Drift is told from the second sync on",
                why,
                &html! { a.button href=(href::sync(self.tenant.id)) { "Choose what to sync" } },
            );
        }
        let next = html! { a.button href=(String::from(query(self.tenant.id, &Narrowing { any_state: true, ..Narrowing::default() }))) { "Look at all findings" } };
        empty(Icon::Check, "Nothing is open", "What changed was put back, or somebody said that it is right.", &next)
    }
}
