//! A set as a file: asking for one, and those that can be fetched.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::backup::{BackupFile, BackupSet, FileProtection};
use model::tenant::Tenant;

use super::{marks, title};
use crate::components::empty::empty;
use crate::components::field::problem;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::permission::{barred, barred_button};
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::live::{Topic, live};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{bytes, name};
use crate::{href, samples, when};

/// Files of a set.
#[derive(Debug, Clone)]
pub struct Files {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The set.
    pub set: BackupSet,
    /// Its files, newest first.
    pub files: Vec<BackupFile>,
    /// The protection that is chosen in the form: a code of [`FileProtection`].
    pub chosen: String,
    /// The keys that were given.
    pub recipients: String,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Files {
    const NAME: &'static str = "backups-files";

    fn title(&self) -> String {
        "Export".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![
            Crumb::new("Backups", href::backups(self.tenant.id)),
            Crumb::new(title(&self.set), href::backup(self.tenant.id, self.set.id)),
        ];
        Place { destination: Some(Destination::Backups), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { (title(&self.set)) " as a file: a zip with an object in each file, a manifest and an index." };
        html! {
            (header("Export", &marks(&self.set), &lead, &html! {}))
            (problem(self.problem.as_deref()))
            (live("files", Topic::Runs, &self.list(view)))
            (self.form(view))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup_file::files()
    }
}

impl Files {
    fn list(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("File", false),
            Column("Size", true),
            Column("Asked for", true),
            Column("Goes", true),
            Column("Remove", false),
        ];
        let may = self.can.allows(Capability::BackupsRun);
        let rows = html! {
            @for file in &self.files {
                @let at = href::backup_file(self.tenant.id, self.set.id, file.id);
                (row(file.id, &html! {
                    (head(&html! {
                        @match (file.completed_at, may) {
                            (Some(_), true) => { a href=(at) download { (file.protection.words()) } },
                            (Some(_), false) => { (file.protection.words()) },
                            (None, _) => { (file.protection.words()) " " span.quiet { "being written" } },
                        }
                        span.below.quiet { "for " (name(&file.created_by, "somebody who is not known any more")) }
                        @if let Some(run) = file.run_id { " " a href=(href::run(run)) { "View run" } }
                    }))
                    (figure("Size", &html! { @if file.completed_at.is_some() { (bytes(file.bytes)) } @else { span.quiet { "–" } } }))
                    (figure("Asked for", &when::ago(file.created_at, view.now)))
                    (figure("Goes", &when::at(file.expires_at)))
                    (cell("Remove", &html! {
                        @if may {
                            (form::post(view, &format!("{at}/remove"), &html! { button.button.small type="submit" { "Remove" } }))
                        }
                    }))
                }))
            }
        };
        html! {
            @if self.files.is_empty() {
                (empty(Icon::Archive, "No files", "A file can be fetched for three days once it is written.", &html! {}))
            } @else { (table("Files", &columns, &rows)) }
        }
    }

    fn choice(&self, protection: FileProtection, label: &str, hint: &str) -> Markup {
        let code = protection.code();
        html! {
            div.check {
                input type="radio" id={ "p-" (code) } name="protection" value=(code) checked[self.chosen == code];
                label for={ "p-" (code) } { span { (label) } " " span.quiet { (hint) } }
            }
        }
    }

    fn form(&self, view: &View<'_>) -> Markup {
        let why = barred(self.can, Capability::BackupsRun, view);
        let may = why.is_none();
        // A key has no other characters; whatever else was sent need not come back.
        let keys: String = self.recipients.chars().filter(|c| c.is_ascii_graphic() || *c == '\n').collect();
        let how = html! {
            (self.choice(FileProtection::Passphrase, "Encrypted with a passphrase", "Secrets and scripts are in it."))
            div.field {
                label for="f-passphrase" { "Passphrase, 12 characters at least" }
                input type="password" id="f-passphrase" name="passphrase" maxlength="200" autocomplete="new-password";
            }
            (self.choice(FileProtection::Recipients, "Encrypted for the holders of keys", "Secrets and scripts are in it."))
            div.field {
                label for="f-recipients" { "Public keys of age (age1…), one a line" }
                textarea id="f-recipients" name="recipients" rows="3" maxlength="4000" { (keys) }
            }
            (self.choice(FileProtection::Open, "Not encrypted", "Secrets and scripts are left out."))
            (self.choice(FileProtection::OpenWithScripts, "Not encrypted, with scripts", "Secrets are left out."))
        };
        html! {
            (form::start(view, "export", &href::of_backup(self.tenant.id, self.set.id, "files"), &html! {
                fieldset.cards disabled[!may] {
                    legend.unseen { "Export" }
                    (card("how", "A new file", &html! {}, &how))
                }
                div.form-actions {
                    @if may { button.button.primary type="submit" { "Export" } }
                    @else if let Some(why) = why { (barred_button("why-no-export", "button primary", &html! { "Export" }, why)) }
                    a.button href=(href::backup(self.tenant.id, self.set.id)) { "Back" }
                }
            }))
        }
    }
}
