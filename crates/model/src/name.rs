//! Names that people give: of workspaces, tenants, themselves; and domains.

/// The longest name, in characters.
pub const MAX_NAME: usize = 100;

/// A name that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 100 characters, in one line")]
pub struct InvalidName;

/// A domain that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a domain is written as contoso.onmicrosoft.com")]
pub struct InvalidDomain;

/// The name as it is kept: without white space around it.
///
/// # Errors
/// [`InvalidName`] when nothing is left, it is too long, or it has control characters.
pub fn name(text: &str) -> Result<String, InvalidName> {
    let name = text.trim();
    let length = name.chars().count();
    if length == 0 || length > MAX_NAME || name.chars().any(char::is_control) { Err(InvalidName) } else { Ok(name.to_owned()) }
}

/// The domain as it is kept: lower case, without a dot at its end.
///
/// # Errors
/// [`InvalidDomain`] unless it has two labels or more, each of 1 to 63 letters, digits and hyphens, at most 253 characters in all.
pub fn domain(text: &str) -> Result<String, InvalidDomain> {
    let domain = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let label = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let good = domain.len() <= 253 && domain.split('.').count() >= 2 && domain.split('.').all(label);
    if good { Ok(domain) } else { Err(InvalidDomain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_some_length() {
        assert_eq!(name("  Wide World <b> "), Ok("Wide World <b>".to_owned()));
        assert_eq!(name(&"ü".repeat(100)).map(|name| name.len()), Ok(200));
        for bad in ["", " \t ", "a\nb", "a\0", &"x".repeat(101)] {
            assert_eq!(name(bad), Err(InvalidName), "{bad:?}");
        }
    }

    #[test]
    fn a_domain_has_labels() {
        assert_eq!(domain(" Contoso.onMicrosoft.com. "), Ok("contoso.onmicrosoft.com".to_owned()));
        for bad in
            ["", "contoso", "a..b", "-a.com", "a-.com", "a b.com", "ä.com", "https://a.com", &format!("{}.com", "a".repeat(64))]
        {
            assert_eq!(domain(bad), Err(InvalidDomain), "{bad:?}");
        }
    }
}
