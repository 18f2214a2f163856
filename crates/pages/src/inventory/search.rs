//! The search over the settings of a tenant.

use maud::{Markup, html};
use model::diff::Piece;
use model::inventory::TypeSummary;
use model::page::Page as Rows;
use model::setting_search::{FoundObject, FoundSetting, MOST_ENTRIES, Searchable, SettingSearch, States, Withheld};
use model::tenant::Tenant;

use super::{by_label, type_label};
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::field::{search, select};
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::table::{self, Column};
use crate::href::Query;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS, counted, number};
use crate::{href, samples, when};
use model::label::Tone;

/// Longer pieces of a text are cut; what comes here was cut before.
const PIECE: usize = 320;

/// Objects with settings that have the words of a search.
#[derive(Debug, Clone)]
pub struct Search {
    /// The tenant.
    pub tenant: Tenant,
    /// What is searched for.
    pub search: SettingSearch,
    /// What was found, by name of the object.
    pub found: Rows<FoundObject>,
    /// Whether the search stopped before the page was full, and goes on with the next one.
    pub stopped: bool,
    /// How much can be searched.
    pub searchable: Searchable,
    /// What is known of each type.
    pub summary: Vec<TypeSummary>,
}

/// The address of a search. Parameters: `q`, `in` (`all`), `type` (repeated).
#[must_use]
pub fn search_query(tenant: model::ids::TenantId, search: &SettingSearch) -> Query {
    let start = Query::new(href::setting_search(tenant));
    let typed = search.types.iter().fold(start, |query, key| query.with("type", key));
    typed
        .with_some("q", Some(search.text.as_str()).filter(|text| !text.is_empty()))
        .with_some("in", Some(search.states.code()).filter(|_| search.states != States::default()))
}

impl Page for Search {
    const NAME: &'static str = "inventory-search";

    fn title(&self) -> String {
        "Search settings".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Inventory", href::inventory(self.tenant.id))];
        Place { destination: Some(Destination::Inventory), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! {
            "Every setting and value of " (text::name(&self.tenant.name, NAMELESS)) ", now or in all versions. Each word must be in the name, the place or the value of one setting; words of one or two characters at the beginning of a word. Secrets are not searched."
        };
        html! {
            (header("Search settings", &html! {}, &lead, &html! {}))
            (self.form())
            (self.progress())
            (self.rows())
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::setting_search::searches()
    }
}

impl Search {
    fn form(&self) -> Markup {
        let choice = |value: &str, words: &str| (value.to_owned(), words.to_owned());
        let states: Vec<_> = States::ALL.iter().map(|one| choice(one.code(), one.label())).collect();
        let mut types = vec![choice("", "Any")];
        types.extend(
            by_label(self.summary.iter().filter(|one| one.items + one.missing > 0), |one| &one.resource_type)
                .into_iter()
                .map(|one| (one.resource_type.clone(), type_label(&one.resource_type))),
        );
        for key in self.search.types.iter().filter(|key| !types.iter().any(|(known, _)| known == *key)).collect::<Vec<_>>() {
            types.push((key.clone(), type_label(key)));
        }
        let chosen = self.search.types.first().map_or("", String::as_str);
        html! {
            form.filters method="get" action=(href::setting_search(self.tenant.id)) role="search" aria-label="Search the settings" data-filters {
                (search("f-q", "q", "Words", &self.search.text))
                (select("f-in", "in", "Where", &states, self.search.states.code()))
                (select("f-type", "type", "Type", &types, chosen))
                div.filter-actions { button.button type="submit" { (icon(Icon::Search)) "Search" } }
            }
        }
    }

    /// What cannot be searched yet.
    fn progress(&self) -> Markup {
        let Searchable { contents, waiting, until } = self.searchable;
        html! {
            @if waiting > 0 {
                (callout(Tone::Info, "The index is behind", &html! {
                    p {
                        (counted(waiting, "state", "states")) " of objects cannot be searched yet; " (number(contents)) " can."
                        @if let Some(until) = until { " Everything is indexed that was observed before " (when::at(until)) "." }
                    }
                }))
            }
        }
    }

    fn rows(&self) -> Markup {
        let query = search_query(self.tenant.id, &self.search);
        if self.search.text.is_empty() {
            let why = "For example “bitlocker”, “password length 12”, or the id of a group.";
            return empty(Icon::Search, "What are you looking for?", why, &html! {});
        }
        if self.found.rows.is_empty() && !self.stopped {
            let more = match self.search.states {
                States::Now if self.found.previous.is_none() => {
                    let all = SettingSearch { states: States::All, ..self.search.clone() };
                    html! { a.button href=(String::from(search_query(self.tenant.id, &all))) { "Search all versions" } }
                }
                _ => html! {},
            };
            let none = "No setting has all of these words in its name, its place or its value.";
            return empty(Icon::Search, "No settings match", none, &more);
        }
        let columns = [Column("Object", false), Column("Type", false), Column("Settings", false), Column("Version", false)];
        html! {
            @if !self.found.rows.is_empty() {
                (table::table("Objects with these settings", &columns, &html! { @for object in &self.found.rows { (self.line(object)) } }))
            }
            @if self.stopped {
                (callout(Tone::Info, "The search stopped here", &html! {
                    p { "It looked through many settings that nearly match. The next page goes on from there; more or rarer words make it shorter." }
                }))
            }
            (pager(&self.found, "objects", &query))
        }
    }

    fn line(&self, object: &FoundObject) -> Markup {
        let latest = object.version == object.latest;
        let to = if latest {
            href::item(self.tenant.id, object.item_id)
        } else {
            href::version(self.tenant.id, object.item_id, object.version)
        };
        table::row(
            object.item_id,
            &html! {
                (table::head(&html! { a href=(to) { (text::name(&object.name, NAMELESS)) } }))
                (table::cell("Type", &html! { (type_label(&object.resource_type)) span.below { (object.platform.label()) } }))
                (table::cell("Settings", &html! {
                    ul.plain { @for setting in &object.settings { li { (found(setting)) } } }
                    @if object.more > 0 { span.below { "and " (number(i64::try_from(object.more).unwrap_or(i64::MAX))) " more" } }
                    @if object.cut { span.below { "Only its first " (number(i64::try_from(MOST_ENTRIES).unwrap_or(i64::MAX))) " settings are searched." } }
                }))
                (table::cell("Version", &html! {
                    @if latest { (object.version) } @else { (object.version) " of " (object.latest) }
                    span.below { "observed " (when::at(object.captured_at)) }
                    @if object.gone { span.below { "Disappeared since" } }
                }))
            },
        )
    }
}

/// A setting in a line.
fn found(setting: &FoundSetting) -> Markup {
    let id = setting.id.iter().any(|piece| piece.marked);
    html! {
        span.quiet { (pieces(&setting.path)) ": " }
        @match setting.withheld {
            Some(Withheld::Secret) => span.quiet { (icon(Icon::Lock)) "Hidden: a secret" },
            Some(Withheld::Encoded) => span.quiet { "Encoded data" },
            None => (pieces(&setting.value)),
        }
        @if id { span.below { code.wrap { (pieces(&setting.id)) } } }
    }
}

fn pieces(pieces: &[Piece]) -> Markup {
    html! {
        @for piece in pieces {
            @if piece.marked { mark { (text::shown(&piece.text, PIECE)) } } @else { (text::shown(&piece.text, PIECE)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_marked_and_nothing_of_it_is_markup() {
        let piece = |text: &str, marked| Piece { text: text.to_owned(), marked };
        let setting = FoundSetting {
            pointer: String::new(),
            path: vec![piece("a › ", false), piece("<b>", true)],
            id: vec![piece("the_id", false)],
            value: vec![piece("x\u{202e}", true)],
            withheld: None,
        };
        let shown = found(&setting).into_string();
        assert!(shown.contains("<mark>&lt;b&gt;</mark>") && shown.contains("<mark>x[U+202E]</mark>"), "{shown}");
        assert!(!shown.contains("the_id"), "an id is shown where something was found in it");
        let secret = FoundSetting { withheld: Some(Withheld::Secret), value: Vec::new(), ..setting };
        assert!(found(&secret).into_string().contains("Hidden: a secret"));
    }
}
