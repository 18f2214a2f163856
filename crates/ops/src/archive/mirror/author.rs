//! People in commits.

use std::fmt;

/// Somebody who changed something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Author {
    name: String,
    mail: String,
}

impl Author {
    /// A person by name and mail address (or user principal name). What Git takes for marks is left out.
    #[must_use]
    pub fn new(name: &str, mail: &str) -> Self {
        let clean = |text: &str| -> String {
            let text: String =
                text.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>' | '\\' | '"')).take(200).collect();
            text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ':' | ';' | '\'')).to_owned()
        };
        let (name, mail) = (clean(name), clean(mail));
        Self { name: if name.is_empty() { "Unknown".to_owned() } else { name }, mail }
    }

    /// The product itself.
    #[must_use]
    pub fn product() -> Self {
        Self { name: "TenantAtlas".to_owned(), mail: "tenantatlas@localhost".to_owned() }
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}>", self.name, self.mail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_without_marks() {
        assert_eq!(Author::new(" Anna\n<x> \\\"B\".", "anna@contoso.com>\nevil").to_string(), "Annax B <anna@contoso.comevil>");
        assert_eq!(Author::new("", "").to_string(), "Unknown <>");
    }
}
