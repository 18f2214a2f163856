//! The groups of tenants that are held against a baseline.

use maud::{Markup, html};

use super::one::One;
use crate::components::field::select;
use crate::components::form;
use crate::page::View;
use crate::text::{NAMELESS, name, number};

impl One {
    /// The groups that are held against it, and those that can be.
    pub(super) fn groups(&self, view: &View<'_>, versions: &[(String, String)]) -> Markup {
        let is_held = |id| self.groups.iter().any(|one| one.group == id);
        let others: Vec<(String, String)> = self
            .other_groups
            .iter()
            .filter(|group| !is_held(group.id))
            .map(|group| (group.id.to_string(), name(&group.name, NAMELESS).into_owned()))
            .collect();
        html! {
            @if !self.groups.is_empty() {
                h3 { "Groups of tenants" }
                ul.plain {
                    @for group in &self.groups {
                        li.actions {
                            span {
                                (name(&group.name, NAMELESS))
                                span.below {
                                    @match group.pinned { Some(version) => { "Pinned to version " (number(version)) }, None => "Active version" }
                                    " · whoever is in it, as long as it is in it"
                                }
                            }
                            @if self.may() {
                                (form::post(view, &self.to("unassign-group"), &html! {
                                    input type="hidden" name="group" value=(group.group);
                                    button.button.plain type="submit" aria-label={ "Unassign the group " (name(&group.name, NAMELESS)) } { "Unassign" }
                                }))
                            }
                        }
                    }
                }
            }
            @if self.may() && !others.is_empty() {
                (form::post(view, &self.to("assign-group"), &html! {
                    (select("f-group", "group", "Hold a group of tenants against it", &others, ""))
                    (select("f-group-pinned", "version", "Version for the group", versions, ""))
                    div.form-actions { button.button type="submit" { "Assign the group" } }
                }))
            }
        }
    }
}
