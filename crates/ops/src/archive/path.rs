//! Paths inside an archive.

use super::limits::Limits;
use super::refusal::Why;

/// The path of a file in an archive: relative, below the root, with `/` between its parts. Zip files made on Windows by old tools have
/// `\` there, so that this is the same.
///
/// # Errors
/// [`Why::Path`] for whatever could lead elsewhere or is no name, [`Why::TooMuch`] when it is too long or too deep.
pub(super) fn safe(raw: &[u8], limits: &Limits) -> Result<String, Why> {
    if raw.len() > limits.path {
        return Err(Why::TooMuch { what: "bytes of a path", limit: limits.path as u64 });
    }
    let text = std::str::from_utf8(raw).map_err(|_| Why::Path("not UTF-8"))?.replace('\\', "/");
    let drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
    match () {
        () if text.chars().any(char::is_control) => return Err(Why::Path("control characters")),
        () if text.starts_with('/') => return Err(Why::Path("it begins at the root")),
        () if drive => return Err(Why::Path("it begins with a drive")),
        () => {}
    }
    let parts: Vec<&str> = text.trim_end_matches('/').split('/').collect();
    if parts.contains(&"..") {
        return Err(Why::Path("it leads to a folder above"));
    }
    if parts.iter().any(|part| part.is_empty() || *part == ".") {
        return Err(Why::Path("a part of it is empty"));
    }
    if parts.len() > limits.depth + 1 {
        return Err(Why::TooMuch { what: "folders above a file", limit: limits.depth as u64 });
    }
    Ok(parts.join("/"))
}

/// What two paths have in common that one system or another takes for one file.
pub(super) fn folded(path: &str) -> String {
    path.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(raw: &[u8]) -> Result<String, Why> {
        safe(raw, &Limits::default())
    }

    #[test]
    fn a_path_stays_below_the_root() {
        assert_eq!(of(b"a/b c.json").as_deref(), Ok("a/b c.json"));
        assert_eq!(of(b"a\\b.json").as_deref(), Ok("a/b.json"));
        assert_eq!(of("Ä/…/x..y".as_bytes()).as_deref(), Ok("Ä/…/x..y"));
        assert_eq!(of(b"a/").as_deref(), Ok("a"));
        for bad in [
            &b"/etc/passwd"[..],
            b"\\windows",
            b"\\\\server\\share",
            b"..",
            b"a/../b",
            b"a\\..\\b",
            b"C:\\a",
            b"c:a",
            b"a//b",
            b"./a",
            b"",
            b"/",
            b"a\0b",
            b"a\nb",
            b"\xff\xfe",
        ] {
            assert!(matches!(of(bad), Err(Why::Path(_))), "{bad:?}");
        }
    }

    #[test]
    fn a_path_has_a_length_and_a_depth() {
        assert!(of("a".repeat(1024).as_bytes()).is_ok());
        assert!(matches!(of("a".repeat(1025).as_bytes()), Err(Why::TooMuch { limit: 1024, .. })));
        assert!(of(format!("{}b", "a/".repeat(32)).as_bytes()).is_ok());
        assert!(matches!(of(format!("{}b", "a/".repeat(33)).as_bytes()), Err(Why::TooMuch { limit: 32, .. })));
    }
}
