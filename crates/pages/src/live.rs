//! Regions: parts of a page that follow the database while somebody looks.
//!
//! The stream only says which run changed. The script then asks for the page again, names the regions it wants in the header
//! [`REGIONS_HEADER`], and puts what it gets in place of what it has, element by element.

use maud::{Markup, html};
use model::ids::RunId;

/// The request header that names the wanted regions, separated by commas.
pub const REGIONS_HEADER: &str = "atlas-regions";

/// What a region follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// One run.
    Run(RunId),
    /// Any run that the person may see.
    Runs,
    /// The notices of the person.
    Notices,
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Run(run) => write!(f, "run:{run}"),
            Self::Runs => f.write_str("runs"),
            Self::Notices => f.write_str("notices"),
        }
    }
}

/// A region. `id` is unique on the page; regions do not contain each other.
pub(crate) fn live(id: &str, topic: Topic, content: &Markup) -> Markup {
    html! { div id=(id) data-live=(topic) { (content) } }
}

/// Cuts the named regions (and the toasts, which are always wanted) out of a rendered page. Ids that the page does not have are left out.
///
/// Relies on what maud guarantees: every `<` of a text is escaped, so that `<div` and `</div>` are tags and balanced.
#[must_use]
pub fn regions(page: &str, ids: &str) -> String {
    let wanted = ids.split(',').map(str::trim).filter(|id| !id.is_empty() && *id != "toasts").chain(["toasts"]);
    wanted.filter_map(|id| region(page, id)).collect::<Vec<_>>().join("\n")
}

fn region<'a>(page: &'a str, id: &str) -> Option<&'a str> {
    let start = page.find(&format!("<div id=\"{id}\" data-live="))?;
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        let rest = page.get(at..)?;
        let open = rest.find("<div").unwrap_or(usize::MAX);
        let close = rest.find("</div>")?;
        if open < close {
            depth += 1;
            at += open + "<div".len();
        } else {
            depth -= 1;
            at += close + "</div>".len();
            if depth == 0 {
                return page.get(start..at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_ends_where_its_own_element_ends() {
        let inner = html! { div { "a" } div { div { "</div>" } } };
        let page =
            html! { main { (live("one", Topic::Runs, &inner)) (live("two", Topic::Notices, &html! { "b" })) } }.into_string();
        assert_eq!(regions(&page, "two"), r#"<div id="two" data-live="notices">b</div>"#);
        assert!(regions(&page, "one, nine").ends_with("&lt;/div&gt;</div></div></div>"));
        assert_eq!(regions(&page, "nine"), "");
    }
}
