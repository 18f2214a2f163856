//! Where a link of a document leads.

use super::anchor;
use super::list::LISTED;
use super::pictures::PICTURES;
use crate::href;

/// Where a link leads from a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// To an address of the product.
    Ours(String),
    /// To another host, by somebody's own click.
    Theirs(String),
    /// To nothing that can be opened here.
    Nothing,
}

/// Where `link`, written in the file `from`, leads.
pub(super) fn of(from: &str, link: &str) -> Target {
    if let Some(anchor) = link.strip_prefix('#') {
        return Target::Ours(format!("#{}", anchor::id(anchor)));
    }
    if link.starts_with("https://") {
        return Target::Theirs(link.to_owned());
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let path = resolve(from, file);
    match LISTED.iter().find(|listed| listed.path == path) {
        Some(listed) => Target::Ours(href::help_at(listed.slug, anchor)),
        None if path == "docs/openapi.json" => Target::Ours(href::OPENAPI.to_owned()),
        None => Target::Nothing,
    }
}

/// The picture that `link`, written in the file `from`, shows.
pub(super) fn picture(from: &str, link: &str) -> Option<&'static str> {
    let path = resolve(from, link);
    let name = path.strip_prefix("docs/pictures/")?.strip_suffix(".webp")?;
    PICTURES.iter().any(|(have, _)| *have == name).then(|| crate::assets::picture(name)).flatten()
}

/// A path relative to the folder of a file, from the root of the project.
fn resolve(from: &str, file: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_between_files_become_links_between_pages() {
        let ours = |link: &str| Target::Ours(link.to_owned());
        assert_eq!(of("docs/SYNC.md", "BACKUPS.md#git-mirror"), ours("/admin/help/backups#at-git-mirror"));
        assert_eq!(of("docs/SYNC.md", "../ARCHITECTURE.md"), ours("/admin/help/architecture"));
        assert_eq!(of("ARCHITECTURE.md", "docs/SYNC.md"), ours("/admin/help/sync"));
        assert_eq!(of("docs/SYNC.md", "#what-is-asked"), ours("#at-what-is-asked"));
        assert_eq!(of("docs/API.md", "openapi.json"), ours(href::OPENAPI));
    }

    #[test]
    fn what_could_do_something_else_is_no_link() {
        for link in
            ["javascript:alert(1)", "data:text/html,x", "http://example.com", "//example.com", "../xtask/src/main.rs", "/admin"]
        {
            assert_eq!(of("docs/SYNC.md", link), Target::Nothing, "{link}");
        }
    }
}
