//! The files that pages link to: stylesheet, script, mark. Each is served under a name with a hash of its content, for ever.

use std::sync::LazyLock;

use crate::help::PICTURES;

/// A file to serve under [`Asset::path`]. As the path changes with the content, it may be cached for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Where, e.g. `/assets/atlas.1f2e3d4c5b6a7988.css`.
    pub path: String,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// What.
    pub bytes: &'static [u8],
}

struct Files {
    all: Vec<Asset>,
}

/// Stylesheet, script and mark, in this order, and then the pictures of Help.
static FILES: LazyLock<Files> = LazyLock::new(|| {
    let own = [
        asset("atlas", "css", "text/css; charset=utf-8", include_bytes!("../assets/atlas.css")),
        asset("atlas", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/atlas.js")),
        asset("mark", "svg", "image/svg+xml", include_bytes!("../assets/mark.svg")),
    ];
    let pictures = PICTURES.iter().map(|(name, bytes)| asset(&picture_name(name), "webp", "image/webp", bytes));
    Files { all: own.into_iter().chain(pictures).collect() }
});

fn picture_name(name: &str) -> String {
    format!("help-{name}")
}

fn asset(name: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let hash = blake3::hash(bytes).to_hex();
    Asset { path: format!("/assets/{name}.{}.{extension}", &hash[..16]), content_type, bytes }
}

/// Every file.
#[must_use]
pub fn assets() -> &'static [Asset] {
    &FILES.all
}

/// Address of the stylesheet.
pub(crate) fn stylesheet() -> &'static str {
    &FILES.all[0].path
}

/// Address of the script.
pub(crate) fn script() -> &'static str {
    &FILES.all[1].path
}

/// Address of the mark, which is also the icon of the tab.
pub(crate) fn mark() -> &'static str {
    &FILES.all[2].path
}

/// Address of a picture of Help.
pub(crate) fn picture(name: &str) -> Option<&'static str> {
    let start = format!("/assets/{}.", picture_name(name));
    FILES.all.iter().find(|asset| asset.path.starts_with(&start)).map(|asset| asset.path.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_a_hash_and_differ() {
        let mut paths: Vec<_> = assets().iter().map(|a| a.path.as_str()).collect();
        assert!(paths.iter().all(|p| p.starts_with("/assets/") && p.split('.').count() == 3));
        paths.dedup();
        assert_eq!(paths.len(), assets().len());
    }

    #[test]
    fn the_script_stays_small() {
        let script = assets().iter().find(|a| a.path.ends_with(".js")).unwrap();
        assert!(script.bytes.len() < 16 * 1024, "{} bytes", script.bytes.len());
    }

    #[test]
    fn no_file_asks_another_host_or_breaks_the_content_security_policy() {
        for asset in assets().iter().filter(|asset| asset.content_type != "image/webp") {
            let text = std::str::from_utf8(asset.bytes).unwrap().replace("http://www.w3.org/2000/svg", "");
            for forbidden in ["http://", "https://", "@import", "eval(", "new Function", "innerHTML ="] {
                assert!(!text.contains(forbidden), "{} has {forbidden}", asset.path);
            }
        }
    }
}
