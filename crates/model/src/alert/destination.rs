//! Destinations: where alerts go.

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::AlertDestinationId;
use crate::time::Moment;

/// Destinations of a workspace, at most.
pub const MOST_DESTINATIONS: i64 = 50;
/// The longest web address, in characters.
pub const LONGEST_ADDRESS: usize = 2048;
/// The longest password or key, in characters.
pub const LONGEST_SECRET: usize = 1024;
/// Who gets one mail, at most.
pub const MOST_RECIPIENTS: usize = 20;
/// How a key for signing begins.
const KEY_PREFIX: &str = "whsec_";

codes! {
    /// What kind of place it is.
    DestinationKind {
        /// A program that takes signed requests, by the Standard Webhooks scheme.
        Webhook = "webhook",
        /// Mailboxes, by an SMTP server.
        Email = "email",
        /// A channel or chat of Microsoft Teams, by a workflow.
        Teams = "teams",
        /// A channel of Slack, or of what takes the same messages (Mattermost, Rocket.Chat).
        Slack = "slack",
    }
}

impl DestinationKind {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Webhook => "Webhook",
            Self::Email => "E-mail",
            Self::Teams => "Microsoft Teams",
            Self::Slack => "Slack or compatible",
            Self::Unknown => "Unknown",
        }
    }

    /// What it takes, in a sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Webhook => "A program of yours takes signed JSON, by the Standard Webhooks scheme.",
            Self::Email => "An SMTP server sends mail to up to 20 addresses.",
            Self::Teams => "A workflow of Microsoft Teams (“When a webhook request is received”) posts a card.",
            Self::Slack => "An incoming webhook of Slack, Mattermost or Rocket.Chat posts a message.",
            Self::Unknown => "This version does not know it.",
        }
    }
}

codes! {
    /// How the way to an SMTP server is protected.
    MailSecurity {
        /// In clear at first, then TLS, or nothing is sent.
        StartTls = "starttls",
        /// TLS from the beginning.
        Tls = "tls",
        /// In clear. No name and password are sent that way.
        None = "none",
    }
}

impl MailSecurity {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::StartTls => "STARTTLS (port 587)",
            Self::Tls => "TLS (port 465)",
            Self::None => "None (port 25, without signing in)",
            Self::Unknown => "Unknown",
        }
    }
}

/// How mail is sent. The password is apart from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The SMTP server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is protected, as its code.
    security: String,
    /// Who signs in; empty: nobody.
    pub user: String,
    /// From whom mail comes.
    pub from: String,
    /// To whom it goes.
    pub to: Vec<String>,
}

/// A destination as people see it: nothing of it opens anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Its id.
    pub id: AlertDestinationId,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: DestinationKind,
    /// Its address as far as it may be shown: of a web address the host, the rest may open the door.
    pub shown: String,
    /// How mail is sent, where it is that.
    pub mail: Option<Mail>,
    /// Whether it is on.
    pub enabled: bool,
    /// How many rules send to it.
    pub rules: i64,
    /// Whether what was sent there last did not arrive.
    pub last_failed: bool,
    /// Grows with each change.
    pub revision: i64,
    /// When it was changed last.
    pub updated_at: Moment,
}

/// Why something is no destination, in words for the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoDestination {
    /// Its name is none.
    #[error("a name has 1 to 100 characters, in one line")]
    Name,
    /// Its kind is not known, or it cannot be changed.
    #[error("choose what kind of destination it is")]
    Kind,
    /// The web address cannot be one.
    #[error("a web address begins with https:// and has no name or password in it")]
    Address,
    /// The key for signing cannot be one.
    #[error("a signing key is written as whsec_ and 24 to 64 bytes in base64")]
    Key,
    /// The SMTP server cannot be one.
    #[error("the SMTP server is a host name or an address, without anything else")]
    Host,
    /// The port is none.
    #[error("a port is a number from 1 to 65535")]
    Port,
    /// How the way is protected is not known.
    #[error("choose how the way to the SMTP server is protected")]
    Security,
    /// A name and password over an open way.
    #[error("without TLS no name and password are sent; choose STARTTLS or TLS, or leave both empty")]
    OpenPassword,
    /// The name or password cannot be one.
    #[error("a name or password has at most 1,024 characters, in one line")]
    SignIn,
    /// A sender or recipient cannot be one.
    #[error("an e-mail address is written as someone@example.com; there are 1 to 20 recipients")]
    Mailbox,
}

/// Whether it is the name or the number of a host, without port or anything else.
fn is_host(text: &str) -> bool {
    let named = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    let numbered = text.parse::<std::net::Ipv6Addr>().is_ok();
    (1..=253).contains(&text.len()) && (numbered || (named && !text.starts_with(['-', '.'])))
}

/// The web address as it is kept. What it leads to is looked at when something is sent there.
///
/// # Errors
/// [`NoDestination::Address`] unless it is `https://` or `http://`, a host, and visible ASCII without a name or password.
pub fn web_address(text: &str) -> Result<String, NoDestination> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://").ok_or(NoDestination::Address)?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let visible = text.bytes().all(|b| b.is_ascii_graphic()) && text.len() <= LONGEST_ADDRESS;
    let known = ["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if visible && known && !authority.is_empty() && !authority.contains('@') {
        Ok(text.to_owned())
    } else {
        Err(NoDestination::Address)
    }
}

/// As much of a web address as may be shown: paths and queries of webhooks are secrets.
#[must_use]
pub fn shown_address(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return "…".to_owned() };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    format!("{}://{authority}/…", scheme.to_ascii_lowercase())
}

/// The text of a signing key as it is kept.
///
/// # Errors
/// [`NoDestination::Key`] unless it is `whsec_` and base64 of 24 to 64 bytes.
pub fn signing_key(text: &str) -> Result<String, NoDestination> {
    let encoded = text.trim().strip_prefix(KEY_PREFIX).ok_or(NoDestination::Key)?;
    let digits = encoded.trim_end_matches('=');
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    // As strictly as what signs reads it: with its padding, and nothing in the bits that are left over.
    let left_over = match encoded.len() - digits.len() {
        0 => 0,
        1 => 0b11,
        2 => 0b1111,
        _ => return Err(NoDestination::Key),
    };
    let plain = digits.bytes().all(|digit| value(digit).is_some());
    let clean = digits.bytes().last().and_then(value).is_some_and(|last| last & left_over == 0);
    if plain && clean && encoded.len().is_multiple_of(4) && (24..=64).contains(&(digits.len() * 6 / 8)) {
        Ok(format!("{KEY_PREFIX}{encoded}"))
    } else {
        Err(NoDestination::Key)
    }
}

/// An e-mail address as it is kept: no quoting, no comments, nothing that ends a line or a header.
///
/// # Errors
/// [`NoDestination::Mailbox`].
pub fn mail_address(text: &str) -> Result<String, NoDestination> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@').ok_or(NoDestination::Mailbox)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    let local_fits = (1..=64).contains(&local.len()) && local.bytes().all(plain) && !dots;
    let labels =
        domain.split('.').all(|label| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-'));
    let domain_fits = domain.parse::<std::net::Ipv6Addr>().is_err() && is_host(domain) && labels;
    if local_fits && domain_fits { Ok(format!("{local}@{}", domain.to_ascii_lowercase())) } else { Err(NoDestination::Mailbox) }
}

impl Mail {
    /// How mail is sent, as somebody entered it.
    ///
    /// # Errors
    /// [`NoDestination`] in words for the form.
    pub fn checked(
        host: &str,
        port: &str,
        security: MailSecurity,
        user: &str,
        from: &str,
        to: &[String],
    ) -> Result<Self, NoDestination> {
        let (host, user) = (host.trim().to_ascii_lowercase(), user.trim());
        if !is_host(&host) {
            return Err(NoDestination::Host);
        }
        let port = port.trim().parse().ok().filter(|port: &u16| *port > 0).ok_or(NoDestination::Port)?;
        if security == MailSecurity::Unknown {
            return Err(NoDestination::Security);
        }
        if security == MailSecurity::None && !user.is_empty() {
            return Err(NoDestination::OpenPassword);
        }
        if user.chars().count() > LONGEST_SECRET || user.chars().any(char::is_control) {
            return Err(NoDestination::SignIn);
        }
        let to = to.iter().map(|one| mail_address(one)).collect::<Result<Vec<_>, _>>()?;
        if !(1..=MOST_RECIPIENTS).contains(&to.len()) {
            return Err(NoDestination::Mailbox);
        }
        let security = security.code().to_owned();
        Ok(Self { host, port, security, user: user.to_owned(), from: mail_address(from)?, to })
    }

    /// Whether a password for the other one is for this one as well: the same person signs in to the same server, by the same way.
    #[must_use]
    pub fn signs_in_as(&self, other: &Self) -> bool {
        (&self.host, self.port, &self.security, &self.user) == (&other.host, other.port, &other.security, &other.user)
    }

    /// How the way to the server is protected.
    #[must_use]
    pub fn security(&self) -> MailSecurity {
        MailSecurity::from_code(&self.security)
    }

    /// What is shown of it: the recipients and the server.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{} by {}", self.to.join(", "), self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_web_address_has_a_host_and_no_password_and_only_its_host_is_shown() {
        let address = web_address(" https://hooks.example.com/T0/secret?sig=canary ").unwrap();
        assert_eq!(shown_address(&address), "https://hooks.example.com/…");
        for bad in
            ["", "hooks.example.com", "ftp://a/", "https://", "https:///x", "https://u:p@a/", "https://a b/", "https://a/\nb"]
        {
            assert_eq!(web_address(bad), Err(NoDestination::Address), "{bad:?}");
        }
    }

    #[test]
    fn a_signing_key_is_of_the_standards_form() {
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert_eq!(signing_key(&format!(" {key}\n")), Ok(key.to_owned()));
        for bad in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_abc", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa w"] {
            assert_eq!(signing_key(bad), Err(NoDestination::Key), "{bad:?}");
        }
        // 25 bytes: with what is left over empty it is one, with bits in it and without its padding it is none.
        let digits = "A".repeat(33);
        assert!(signing_key(&format!("whsec_{digits}A==")).is_ok());
        for bad in [
            format!("whsec_{digits}B=="),
            format!("whsec_{digits}A===="),
            format!("whsec_{digits}AA"),
            format!("whsec_A{digits}B="),
        ] {
            assert_eq!(signing_key(&bad), Err(NoDestination::Key), "{bad:?}");
        }
        assert_eq!(signing_key(&format!("whsec_{}", "A".repeat(88))), Err(NoDestination::Key), "66 bytes");
    }

    #[test]
    fn mail_needs_a_protected_way_for_a_password_and_plain_addresses() {
        let to = ["ops@Example.com".to_owned()];
        let mail = |host: &str, security, user: &str, from: &str| Mail::checked(host, "587", security, user, from, &to);
        let good = mail("smtp.example.com", MailSecurity::StartTls, "u", "atlas@example.com").unwrap();
        assert_eq!(good.shown(), "ops@example.com by smtp.example.com");
        assert_eq!(mail("smtp.example.com", MailSecurity::None, "u", "a@b.de"), Err(NoDestination::OpenPassword));
        for host in ["", "a b", "a:25", "https://a", "[::1]", "-a"] {
            assert_eq!(mail(host, MailSecurity::Tls, "", "a@b.de"), Err(NoDestination::Host), "{host:?}");
        }
        assert!(good.signs_in_as(&mail("SMTP.example.com", MailSecurity::StartTls, "u", "other@example.com").unwrap()));
        for other in [
            mail("smtp.example.org", MailSecurity::StartTls, "u", "atlas@example.com"),
            mail("smtp.example.com", MailSecurity::Tls, "u", "a@b.de"),
            mail("smtp.example.com", MailSecurity::StartTls, "v", "a@b.de"),
        ] {
            assert!(!good.signs_in_as(&other.unwrap()));
        }
        assert!(Mail::checked("a", "0", MailSecurity::Tls, "", "a@b.de", &to).is_err());
        assert!(Mail::checked("a", "25", MailSecurity::Tls, "", "a@b.de", &[]).is_err());
        for bad in ["", "a", "@b", "a@", "a@b\r\nBcc: x@y", "\"a\"@b", "a b@c", "a..b@c", "<a@b>", "a@b,c@d", "a@-b.de", "ä@b.de"]
        {
            assert_eq!(mail_address(bad), Err(NoDestination::Mailbox), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_taken_can_end_a_line(text in "\\PC{0,40}|[a-z\r\n@.:, <>]{0,40}") {
            for taken in [mail_address(&text).ok(), web_address(&text).ok()].into_iter().flatten() {
                prop_assert!(taken.bytes().all(|b| b.is_ascii_graphic()));
            }
        }
    }
}
