//! "Back up now": what the set is to hold.

use std::collections::BTreeSet;

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::InventoryItemId;
use model::inventory::InventoryItem;
use model::operations::backup_set_capture::MAX_NAME;
use model::resource_types::Category;
use model::tenant::Tenant;

use crate::components::field::{checkbox, line, problem};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::{INSUFFICIENT, barred, barred_button};
use crate::inventory::{kept_types, type_label};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples};

/// What stands in the form: `name`, `what` (`all`, `types`, `items`), `types`…, `items`…, `trust_list`, `secrets`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What the set is called.
    pub name: String,
    /// `all`, `types` or `items`.
    pub what: String,
    /// Keys of the resource types, for `types`.
    pub types: BTreeSet<String>,
    /// Ids of the objects, for `items`.
    pub items: BTreeSet<InventoryItemId>,
    /// Whether unchanged lists are trusted.
    pub trust_list: bool,
    /// Whether secret values are asked for.
    pub secrets: bool,
}

/// Whether a backup that the viewer starts may fetch secret values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetching {
    /// It may.
    Allowed,
    /// The settings let none.
    Off,
    /// The viewer may not ask for them.
    Forbidden,
}

/// The form.
#[derive(Debug, Clone)]
pub struct Form {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// What stands in it.
    pub input: Input,
    /// Whether secret values can be asked for.
    pub fetching: Fetching,
    /// The objects that were chosen in the inventory.
    pub chosen: Vec<InventoryItem>,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Form {
    const NAME: &'static str = "backups-form";

    fn title(&self) -> String {
        "Back up now".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Backups", href::backups(self.tenant.id))];
        Place { destination: Some(Destination::Backups), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Reads from " (name(&self.tenant.name, NAMELESS)) " and keeps the versions together. Nothing in the tenant is changed." };
        let why = barred(self.can, Capability::BackupsRun, view);
        let may = why.is_none();
        let face = html! { (icon(Icon::Archive)) "Back up now" };
        html! {
            (header("Back up now", &html! {}, &lead, &html! {}))
            (problem(self.problem.as_deref()))
            (form::start(view, "backup", &href::backups(self.tenant.id), &html! {
                fieldset.cards disabled[!may] {
                    legend.unseen { "Backup" }
                    (card("how", "How", &html! {}, &self.how()))
                    (card("what", "What", &html! {}, &self.what()))
                }
                div.form-actions {
                    @if may { button.button.primary type="submit" { (face) } }
                    @else if let Some(why) = why { (barred_button("why-no-backup", "button primary", &face, why)) }
                    a.button href=(href::backups(self.tenant.id)) { "Back" }
                }
            }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::backup::forms()
    }
}

impl Form {
    fn how(&self) -> Markup {
        html! {
            div.fields { (line("b-name", "name", "Name (may be empty)", &self.input.name, MAX_NAME)) }
            (checkbox("b-trust", "trust_list", "yes", self.input.trust_list, &html! {
                span { "Trust lists that show no change" }
                span.quiet { "Quicker: details are left out where the list tells the same as before, as in a sync. Otherwise every detail is read." }
            }))
            (self.secrets())
        }
    }

    fn secrets(&self) -> Markup {
        let quiet = |words: &str| html! { p.quiet { "Secret values are left masked. " (words) } };
        match self.fetching {
            Fetching::Allowed => checkbox(
                "b-secrets",
                "secrets",
                "yes",
                self.input.secrets,
                &html! {
                    span { "Also fetch secret values" }
                    span.quiet { "Values that Microsoft masks, such as encrypted OMA-URI settings. They are kept sealed with the version and shown nowhere. The connection needs a permission that may also write." }
                },
            ),
            Fetching::Off => quiet("The settings of the tenant and its workspace do not let a backup fetch them."),
            Fetching::Forbidden => html! {
                (quiet("The settings let a backup fetch them."))
                span.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) }
            },
        }
    }

    fn choice(&self, value: &str, label: &str) -> Markup {
        html! {
            div.check {
                input type="radio" id={ "what-" (value) } name="what" value=(value) checked[self.input.what == value];
                label for={ "what-" (value) } { (label) }
            }
        }
    }

    fn what(&self) -> Markup {
        html! {
            @if !self.chosen.is_empty() {
                (self.choice("items", "The chosen objects, and everything that they refer to"))
                ul.plain { @for item in &self.chosen {
                    li {
                        input type="hidden" name="items" value=(item.id);
                        (name(&item.name, NAMELESS)) " " span.quiet { (type_label(&item.resource_type)) }
                    }
                } }
            }
            (self.choice("all", "Everything"))
            (self.choice("types", "Only these types, and those that they refer to"))
            details.more open[self.input.what == "types"] {
                summary { "Types" }
                div.choose-tools.needs-script {
                    button.button.small type="button" data-check="all" { "Select all" }
                    button.button.small type="button" data-check="none" { "Select none" }
                }
                div.choose { @for category in Category::ALL {
                    @let kinds: Vec<_> = kept_types().filter(|kind| kind.category == category).collect();
                    @if !kinds.is_empty() {
                        fieldset {
                            legend { (category.label()) }
                            @for kind in kinds {
                                (checkbox(&format!("type-{}", kind.key), "types", &kind.key, self.input.types.contains(&kind.key), &html! { (kind.label) }))
                            }
                        }
                    }
                } }
            }
        }
    }
}
