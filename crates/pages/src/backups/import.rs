//! Importing a set from a file.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::operations::backup_set_capture::MAX_NAME;
use model::tenant::Tenant;

use crate::components::field::{line, problem};
use crate::components::header::{card, header};
use crate::components::permission::{barred, barred_button};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples};

/// The form.
#[derive(Debug, Clone)]
pub struct Import {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// What the set is to be called.
    pub called: String,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Import {
    const NAME: &'static str = "backups-import";

    fn title(&self) -> String {
        "Import a backup".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Backups", href::backups(self.tenant.id))];
        Place { destination: Some(Destination::Backups), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! {
            "Keeps what a file holds as a backup of " (name(&self.tenant.name, NAMELESS)) ". Neither the tenant nor its inventory is changed."
        };
        let why = barred(self.can, Capability::BackupsRun, view);
        let may = why.is_none();
        let what = html! {
            p { "A zip that was exported here, or one of an export by IntuneCD, IntuneManagement or IntuneBackupAndRestore; up to 512 MiB. What is not understood is named in a report." }
            div.fields { (line("i-name", "name", "Name (may be empty)", &self.called, MAX_NAME)) }
            div.field {
                label for="i-passphrase" { "Passphrase, where it is encrypted with one" }
                input type="password" id="i-passphrase" name="passphrase" maxlength="200" autocomplete="off";
            }
            div.field {
                label for="i-identity" { "or a key of age (AGE-SECRET-KEY-1…)" }
                input type="password" id="i-identity" name="identity" maxlength="200" autocomplete="off";
            }
            div.field {
                label for="i-file" { "File" }
                input type="file" id="i-file" name="file" accept=".zip,.age" required;
            }
        };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            (problem(self.problem.as_deref()))
            form method="post" action=(href::import_backup(self.tenant.id)) enctype="multipart/form-data" {
                // Before the file: what stands before it decides whether it is taken at all.
                input type="hidden" name="csrf" value=(view.csrf);
                input type="hidden" name="key" value={ (view.key) "-import" };
                fieldset.cards disabled[!may] {
                    legend.unseen { "Import" }
                    (card("what", "What", &html! {}, &what))
                }
                div.form-actions {
                    @if may { button.button.primary type="submit" { "Import" } }
                    @else if let Some(why) = why { (barred_button("why-no-import", "button primary", &html! { "Import" }, why)) }
                    a.button href=(href::backups(self.tenant.id)) { "Back" }
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup_file::imports()
    }
}
