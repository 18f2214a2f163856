//! The question before a set is removed: its name is typed.

use maud::{Markup, html};
use model::backup::BackupSet;
use model::tenant::Tenant;

use super::{marks, title};
use crate::components::field::{FieldProblem, checked, problem};
use crate::components::{form, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::counted;
use crate::{href, samples};

/// Asks whether to remove it.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The tenant.
    pub tenant: Tenant,
    /// The set.
    pub set: BackupSet,
    /// What was wrong with what was typed, or why it cannot be removed.
    pub problem: Option<FieldProblem>,
}

impl Page for Delete {
    const NAME: &'static str = "backups-delete";

    fn title(&self) -> String {
        "Remove this backup?".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![
            Crumb::new("Backups", href::backups(self.tenant.id)),
            Crumb::new(title(&self.set), href::backup(self.tenant.id, self.set.id)),
        ];
        Place { destination: Some(Destination::Backups), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let set = &self.set;
        let back = href::backup(self.tenant.id, set.id);
        let why = match (set.pinned, set.in_use) {
            (true, _) => Some("It is pinned. Unpin it first."),
            (_, true) => Some("A restore or a baseline uses it."),
            _ => None,
        };
        let elsewhere = self.problem.as_ref().filter(|problem| problem.field.is_empty());
        html! {
            (header::header(&self.title(), &marks(set), &html! { (title(set)) }, &html! {}))
            (problem(elsewhere.map(|problem| problem.words.as_str())))
            div.card.narrow {
                @match why {
                    Some(why) => { p { (why) } div.form-actions { a.button href=(back) { "Back" } } },
                    None => {
                        p { "The record that " (counted(set.items, "object", "objects")) " were captured together is removed for good. Their versions stay." }
                        (form::post(view, &href::of_backup(self.tenant.id, set.id, "delete"), &html! {
                            (checked("text", "typed", &format!("Type “{}” to confirm", title(set)), "", 200, self.problem.as_ref()))
                            div.form-actions {
                                button.button.danger type="submit" { "Remove it" }
                                a.button href=(back) { "Keep it" }
                            }
                        }))
                    },
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup::deletions()
    }
}
