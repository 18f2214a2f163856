//! Query options and the opaque tokens of nextLinks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Undoes percent-encoding once; `+` stays. Invalid sequences stay as they are.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let value = escaped.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match value {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Percent-encodes everything but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Options that are understood without their dollar sign too, as beta does.
const BARE: [&str; 8] = ["select", "expand", "filter", "top", "count", "search", "orderby", "skiptoken"];

/// Options of a request, decoded once, and the raw text of those that a nextLink repeats.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pub(crate) select: Option<String>,
    pub(crate) expand: Option<String>,
    pub(crate) filter: Option<String>,
    pub(crate) top: Option<usize>,
    pub(crate) count: bool,
    pub(crate) position: Option<Position>,
    /// The token of a delta query.
    pub(crate) delta: Option<String>,
    pub(crate) search: Option<String>,
    /// Every option but `$skiptoken`, as sent.
    pub(crate) carried: String,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum QueryError {
    UnknownOption(String),
    InvalidValue(&'static str),
    InvalidSkipToken,
}

impl Query {
    pub(crate) fn parse(text: &str) -> Result<Self, QueryError> {
        let mut query = Self::default();
        let mut carried = Vec::new();
        for part in text.split('&').filter(|part| !part.is_empty()) {
            let (name, raw) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (decode(name), decode(&raw.replace('+', "%20")));
            let name = if BARE.contains(&name.as_str()) { format!("${name}") } else { name };
            if name != "$skiptoken" {
                carried.push(part);
            }
            match name.as_str() {
                "$select" => query.select = Some(value),
                "$expand" => query.expand = Some(value),
                "$filter" => query.filter = Some(value),
                "$top" => query.top = Some(value.parse().ok().filter(|top| *top > 0).ok_or(QueryError::InvalidValue("$top"))?),
                "$count" => query.count = value == "true",
                "$deltatoken" => query.delta = Some(value),
                "$skiptoken" if value.starts_with(crate::delta::MARK) => query.delta = Some(value),
                "$search" => query.search = Some(value),
                "$skiptoken" => query.position = Some(Position::read(&value).ok_or(QueryError::InvalidSkipToken)?),
                // Taken and not obeyed: they change order or shape, never what there is.
                "$orderby" | "$format" => {}
                name if name.starts_with('$') => return Err(QueryError::UnknownOption(name.to_owned())),
                _ => {}
            }
        }
        query.carried = carried.join("&");
        Ok(query)
    }
}

/// Where a page begins: after an object, and whether the empty page in the middle was given already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// The number of the last object that was given; numbers grow in the order of the list.
    pub(crate) after: u64,
    /// An empty page has been given here.
    pub(crate) emptied: bool,
    /// Counts pages that never end.
    pub(crate) endless: u64,
}

impl Position {
    /// The value of `$skiptoken`, encoded twice as the service of settings catalog policies does.
    pub(crate) fn token(self) -> String {
        let inner =
            format!("after={};emptied={};endless={};store=simulated-documents", self.after, u8::from(self.emptied), self.endless);
        encode(&encode(&format!("[documents]{}", STANDARD.encode(inner))))
    }

    /// Reads a token that was decoded once, as it arrives: still encoded once. Anything else was cut or built by the caller.
    fn read(value: &str) -> Option<Self> {
        let encoded = value.strip_prefix("%5Bdocuments%5D")?;
        let inner = String::from_utf8(STANDARD.decode(decode(encoded)).ok()?).ok()?;
        let mut position = Self::default();
        for part in inner.split(';') {
            match part.split_once('=')? {
                ("after", n) => position.after = n.parse().ok()?,
                ("emptied", n) => position.emptied = n == "1",
                ("endless", n) => position.endless = n.parse().ok()?,
                _ => {}
            }
        }
        Some(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_opaque_encoded_twice_and_come_back() {
        let position = Position { after: 25, emptied: true, endless: 0 };
        let token = position.token();
        assert!(token.starts_with("%255Bdocuments%255D"), "{token}");
        let query = Query::parse(&format!("$expand=a,b&$skiptoken={token}&$top=5")).unwrap();
        assert_eq!(query.position, Some(position));
        assert_eq!(query.carried, "$expand=a,b&$top=5");
        // A client that decodes and encodes again breaks the token.
        assert_eq!(
            Query::parse(&format!("$skiptoken={}", decode(&token).replace('%', "-"))).unwrap_err(),
            QueryError::InvalidSkipToken
        );
    }

    #[test]
    fn options_that_nobody_knows_are_refused() {
        assert_eq!(Query::parse("$expnd=a").unwrap_err(), QueryError::UnknownOption("$expnd".to_owned()));
        assert_eq!(Query::parse("$top=0").unwrap_err(), QueryError::InvalidValue("$top"));
        assert_eq!(Query::parse("%24top=7&x=1").unwrap().top, Some(7));
        assert_eq!(Query::parse("&top=1000").unwrap().top, Some(1000));
    }
}
