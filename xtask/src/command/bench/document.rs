//! Figures in a document that people write around.

use std::path::Path;

use anyhow::{Context, Result};

/// Puts the text between the markers of that name; everything else in the document stays.
pub(in crate::command) fn write(file: &Path, name: &str, text: &str) -> Result<()> {
    let document = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let changed = replaced(&document, name, text).with_context(|| format!("{} has no markers for {name}", file.display()))?;
    std::fs::write(file, changed).with_context(|| format!("cannot write {}", file.display()))
}

/// The document with that text between the markers; `None` where there are no such markers.
pub(in crate::command) fn replaced(document: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- begin {name} -->"), format!("<!-- end {name} -->"));
    let (before, rest) = document.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{}\n{end}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let document = "by hand\n<!-- begin x -->\nold\n<!-- end x -->\nby hand too\n";
        let expected = "by hand\n<!-- begin x -->\nnew\n<!-- end x -->\nby hand too\n";
        assert_eq!(replaced(document, "x", "new\n").as_deref(), Some(expected));
        assert_eq!(replaced(expected, "x", "new").as_deref(), Some(expected));
        assert_eq!(replaced(document, "y", "new"), None);
    }
}
