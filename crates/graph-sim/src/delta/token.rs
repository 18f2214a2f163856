//! What the links of a delta query carry.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::time::Moment;

/// Before the encoded part.
pub(crate) const MARK: &str = "delta.";

/// Where a delta query is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DeltaToken {
    /// In the first round: the number of the last object that was given.
    pub(super) full_after: Option<u64>,
    /// Changes up to here were given.
    pub(super) since: u64,
    /// This round began here.
    pub(super) from: u64,
    /// This round ends here; 0 until it begins.
    pub(super) until: u64,
    /// An empty page has been given here.
    pub(super) emptied: bool,
    /// Of which log it is.
    pub(super) epoch: u64,
    /// When it was given, in seconds.
    pub(super) given: i64,
    /// `$select` of the first call.
    pub(super) select: Option<String>,
    /// Ids of `$filter` of the first call.
    pub(super) ids: Vec<String>,
}

impl DeltaToken {
    pub(super) fn text(&self) -> String {
        let full = self.full_after.map(|after| after.to_string()).unwrap_or_default();
        let inner = [
            full,
            self.since.to_string(),
            self.from.to_string(),
            self.until.to_string(),
            u8::from(self.emptied).to_string(),
            self.epoch.to_string(),
            self.given.to_string(),
            self.select.clone().unwrap_or_default(),
            self.ids.join(","),
        ]
        .join(";");
        format!("{MARK}{}", URL_SAFE_NO_PAD.encode(inner))
    }

    /// Reads what [`DeltaToken::text`] wrote; anything else was cut or built by the caller.
    pub(super) fn read(text: &str) -> Option<Self> {
        let inner = String::from_utf8(URL_SAFE_NO_PAD.decode(text.strip_prefix(MARK)?).ok()?).ok()?;
        let parts: Vec<&str> = inner.split(';').collect();
        let [full, since, from, until, emptied, epoch, given, select, ids] = parts.as_slice() else { return None };
        Some(Self {
            full_after: if full.is_empty() { None } else { Some(full.parse().ok()?) },
            since: since.parse().ok()?,
            from: from.parse().ok()?,
            until: until.parse().ok()?,
            emptied: *emptied == "1",
            epoch: epoch.parse().ok()?,
            given: given.parse().ok()?,
            select: (!select.is_empty()).then(|| (*select).to_owned()),
            ids: ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        })
    }

    pub(super) fn is_older_than(&self, life: std::time::Duration, now: Moment) -> bool {
        now.seconds() - self.given > i64::try_from(life.as_secs()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_and_garbage_does_not() {
        let token = DeltaToken {
            full_after: Some(7),
            since: 1,
            from: 1,
            until: 2,
            emptied: true,
            epoch: 9,
            given: 1_700_000_000,
            select: Some("id,displayName".to_owned()),
            ids: vec!["a".to_owned(), "b".to_owned()],
        };
        assert_eq!(DeltaToken::read(&token.text()), Some(token));
        for text in ["", "delta.", "delta.!", "delta.YQ", "latest"] {
            assert_eq!(DeltaToken::read(text), None, "{text}");
        }
    }
}
