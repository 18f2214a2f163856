//! Where a change is, in words: the names of settings, groups and properties on the way to it.

use maud::{Markup, html};
use model::diff::{Change, Step};
use model::json::Json;
use model::words::WRAPPERS;

use crate::inventory::{Named, Names, aimed_at, display_name, named, property_words};
use crate::text;

/// The way to a change and what stands around it.
pub(super) struct Place<'a> {
    /// The words of the way.
    pub(super) way: Vec<Markup>,
    /// The name of the member that the change is in, for what depends on it.
    pub(super) property: &'a str,
    /// The definition of the setting that it is in.
    pub(super) definition: Option<&'a str>,
    /// Definitions that came with the setting, if any: they hold Microsoft's own names.
    pub(super) definitions: &'a [Json],
    /// Whether the change is a whole assignment.
    pub(super) whole_assignment: bool,
    /// Whether it is a scope tag.
    pub(super) scope_tag: bool,
}

/// The words of the way to a change.
pub(crate) fn way_of(change: &Change<'_>, contents: (&Json, &Json), names: (&Names<'_>, &Names<'_>)) -> Markup {
    place(change, contents, names).line()
}

fn further<'a>(value: Option<&'a Json>, step: &Step<'_>, before: bool) -> Option<&'a Json> {
    match step {
        Step::Member(name) => value?.get(name),
        Step::Element { before: old, after: new } => value?.as_array()?.get((if before { *old } else { *new })?),
    }
}

/// Follows the way of a change through both contents.
pub(super) fn place<'a>(
    change: &Change<'a>,
    (before, after): (&'a Json, &'a Json),
    (old_names, new_names): (&Names<'_>, &Names<'_>),
) -> Place<'a> {
    use model::diff::Area;
    let scope_tag = change.area == Area::ScopeTags;
    let mut place =
        Place { way: Vec::new(), property: "", definition: None, definitions: &[], whole_assignment: false, scope_tag };
    let (mut old, mut new) = (Some(before), Some(after));
    for (depth, step) in change.path.iter().enumerate() {
        let holder = new.or(old);
        (old, new) = (further(old, step, true), further(new, step, false));
        let here = new.or(old);
        match step {
            Step::Member(name) => {
                place.property = name;
                // The heading says these already.
                let heading = depth == 0 && matches!(change.area, Area::Assignments | Area::ScopeTags);
                let wraps =
                    WRAPPERS.contains(name) && (place.definition.is_some() || holds_settings(name, here) || names_itself(holder));
                let of_target = change.area == Area::Assignments && *name == "target";
                if !heading && !wraps && !of_target {
                    place.way.push(html! { (property_words(name)) });
                }
            }
            Step::Element { before: i, after: j } => match here {
                Some(value) if change.area == Area::Assignments && depth == 1 => {
                    place.whole_assignment = depth + 1 == change.path.len();
                    place.way.push(aimed_at(value, if new.is_some() { new_names } else { old_names }));
                }
                Some(value @ Json::Object(_))
                    if value.get("settingInstance").is_none() && value.get("settingDefinitionId").is_none() =>
                {
                    place.way.push(named(value).map_or_else(|| ordinal(*i, *j), |name| words(&name)));
                }
                Some(Json::Object(_)) => {}
                // A plain element is told by its value, one that is replaced by its place.
                _ if depth + 1 == change.path.len() && (i.is_none() || j.is_none()) => {}
                _ => place.way.push(ordinal(*i, *j)),
            },
        }
        if let Some(definitions) = here.and_then(|value| value.get("settingDefinitions")).and_then(Json::as_array) {
            place.definitions = definitions;
        }
        if let Some(id) = here.and_then(|value| value.get("settingDefinitionId")).and_then(Json::as_str) {
            place.definition = Some(id);
            place.way.extend(here.and_then(named).map(|name| match display_name(place.definitions, id) {
                Some(own) => words(&Named { name: own, ..name }),
                None => words(&name),
            }));
        } else if let (Some(value), Step::Element { .. }) = (here, step)
            && value.get("settingInstance").is_some()
            && depth + 1 == change.path.len()
        {
            // A whole setting: nothing leads further in.
            place.way.extend(named(value).map(|name| words(&name)));
        }
    }
    place
}

/// Whether the member is the list of settings of a policy, which the heading says already.
fn holds_settings(name: &str, list: Option<&Json>) -> bool {
    let first = list.and_then(Json::as_array).and_then(|items| items.first());
    matches!(name, "settings" | "definitionValues" | "presentationValues" | "children")
        && first.is_none_or(|first| {
            ["settingInstance", "settingDefinitionId", "definitionId", "definition", "presentation"]
                .iter()
                .any(|name| first.get(name).is_some())
        })
}

/// Whether an object is a setting that is named by itself, so that "value" says nothing more.
fn names_itself(holder: Option<&Json>) -> bool {
    holder.is_some_and(|holder| holder.get("presentation").is_some() || holder.get("settingInstance").is_some())
}

fn words(name: &Named) -> Markup {
    html! { (text::shown(&name.name, text::NAME)) @if !name.path.is_empty() { " " span.quiet { "(" (text::shown(&name.path, text::NAME)) ")" } } }
}

fn ordinal(before: Option<usize>, after: Option<usize>) -> Markup {
    html! { "No. " (after.or(before).map_or(0, |at| at + 1)) }
}

impl Place<'_> {
    /// The way as one line.
    pub(super) fn line(&self) -> Markup {
        html! {
            @for (i, part) in self.way.iter().enumerate() { @if i > 0 { span.quiet aria-hidden="true" { " › " } } (part) }
            @if self.way.is_empty() { @if self.scope_tag { "Scope tag" } @else { "The object itself" } }
        }
    }
}
