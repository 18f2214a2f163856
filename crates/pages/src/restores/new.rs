//! "New restore": from what.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::backup::BackupSet;
use model::tenant::Tenant;
use model::time::Moment;

use super::SourceView;
use crate::compare::Offered;
use crate::components::field::{line, problem, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::forbidden_button;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name, number};
use crate::{href, samples, when};

/// The longest name.
const MAX_NAME: usize = 100;

/// The form.
#[derive(Debug, Clone)]
pub struct New {
    /// The tenant that is written.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// What was chosen already, by a button on its page.
    pub source: Option<SourceView>,
    /// The tenant whose backups are offered: this one, or another one of the workspace.
    pub of: Tenant,
    /// The other tenants that are offered.
    pub offered: Offered,
    /// Its latest backups that can be used.
    pub sets: Vec<BackupSet>,
    /// The moment that stands in the form.
    pub at: Option<Moment>,
    /// What the restore is to be called.
    pub called: String,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for New {
    const NAME: &'static str = "restores-new";

    fn title(&self) -> String {
        "New restore".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Restores", href::restores(self.tenant.id))];
        Place { destination: Some(Destination::Restores), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Makes a draft for " strong { (name(&self.tenant.name, NAMELESS)) } ". What is put back is chosen next; nothing is written before the last step." };
        html! {
            (header("New restore", &html! {}, &lead, &html! {}))
            (problem(self.problem.as_deref()))
            @match &self.source {
                Some(source) => (self.from(source, view)),
                None => {
                    (self.other_tenant())
                    (card("backup", "From a backup", &html! { a href=(href::backups(self.of.id)) { "All backups" } }, &self.backups(view)))
                    (card("instant", "From the tenant as it was", &html! {}, &self.instant(view)))
                    p.quiet { "One policy is restored from the page of its version." }
                },
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore::news()
    }
}

impl New {
    fn is_other(&self) -> bool {
        self.of.id != self.tenant.id
    }

    fn button(&self, id: &str) -> Markup {
        let face = html! { (icon(Icon::Sync)) "Go on" };
        if self.can.allows(Capability::RestoreExecute) {
            return html! { button.button.primary type="submit" { (face) } };
        }
        forbidden_button(&format!("why-no-restore-{id}"), "button primary", &face)
    }

    /// The fields that name a source, and the name of the restore.
    fn form(&self, id: &str, fields: &Markup, view: &View<'_>) -> Markup {
        let content = html! {
            @if self.is_other() { input type="hidden" name="of" value=(self.of.id); }
            (fields)
            div.fields { (line(&format!("r-name-{id}"), "name", "Name (may be empty)", &self.called, MAX_NAME)) }
            div.form-actions { (self.button(id)) a.button href=(href::restores(self.tenant.id)) { "Back" } }
        };
        form::start(
            view,
            id,
            &href::restores(self.tenant.id),
            &html! {
                fieldset disabled[!self.can.allows(Capability::RestoreExecute)] { legend.unseen { "Restore" } (content) }
            },
        )
    }

    fn from(&self, source: &SourceView, view: &View<'_>) -> Markup {
        use model::restore::Source;
        let fields = match source.source {
            Source::BackupSet { set } => html! { input type="hidden" name="set" value=(set); },
            Source::Version { item, number } => {
                html! { input type="hidden" name="item" value=(item); input type="hidden" name="version" value=(number); }
            }
            Source::Instant { at, .. } => html! { input type="hidden" name="at" value=(at.to_fixed_text()); },
            // An undo is made from the page of the restore that it undoes.
            Source::Undo { .. } => html! {},
        };
        let content = html! {
            p { (source.linked(self.tenant.id)) }
            @if source.elsewhere.is_some() {
                p { "It is of another tenant: groups, filters and scope tags have other ids here. Each one is mapped in the second step." }
            }
            (self.form("source", &fields, view))
        };
        html! {
            (card("source", "From", &html! {}, &content))
            @if self.can.allows(Capability::RestoreExecute) { p { a href=(self.to_many(source)) { "Restore to many tenants" } } }
            p { a href=(String::from(href::new_restore(self.tenant.id))) { "Restore from something else" } }
        }
    }

    /// The same source, for many tenants.
    fn to_many(&self, source: &SourceView) -> String {
        use model::restore::Source;
        let form = href::new_rollout(self.of.id);
        match source.source {
            Source::BackupSet { set } => form.with("set", set).into(),
            Source::Version { item, number } => form.with("item", item).with("version", number).into(),
            Source::Instant { at, .. } => form.with("at", at.to_fixed_text()).into(),
            Source::Undo { .. } => form.into(),
        }
    }

    fn other_tenant(&self) -> Markup {
        let choices = self.offered.choices(&self.of);
        html! {
            @if choices.len() > 1 || self.offered.find.is_some() {
                form.filters method="get" action=(String::from(href::new_restore(self.tenant.id))) aria-label="Tenant to restore from" {
                    (select("f-of", "of", "From what was kept of", &choices, &self.of.id.to_string()))
                    (self.offered.finder())
                    div.filter-actions { button.button type="submit" { "Choose" } }
                }
            }
        }
    }

    fn backups(&self, view: &View<'_>) -> Markup {
        if self.sets.is_empty() {
            return html! { p.quiet { "There is no backup that can be used." } };
        }
        // Words of an option, where nothing can be marked up.
        let words = |set: &BackupSet| {
            format!("{}, {} UTC, {} objects", name(&set.name, NAMELESS), set.started_at.to_utc_words(), number(set.items))
        };
        let sets: Vec<(String, String)> = self.sets.iter().map(|set| (set.id.to_string(), words(set))).collect();
        self.form("backup", &html! { (select("f-set", "set", "Backup", &sets, "")) }, view)
    }

    fn instant(&self, view: &View<'_>) -> Markup {
        let value: String = self.at.map(|at| at.to_fixed_text().chars().take(19).collect()).unwrap_or_default();
        let fields = html! {
            div.field {
                label for="f-at" { "Date and time (UTC)" }
                input type="datetime-local" id="f-at" name="at" step="1" required value=(value);
            }
            p.quiet { "It is now " (when::exact(view.now)) "." }
        };
        self.form("instant", &fields, view)
    }
}
