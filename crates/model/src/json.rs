//! JSON that loses nothing: numbers keep their text, unknown properties stay, nothing is coerced.
//!
//! A backup must give back what it was given. `serde_json` turns `1.0` into a double and drops digits of large integers,
//! and its `arbitrary_precision` feature would reach every crate; so the content of policies is read into [`Json`].

mod parse;
mod write;

pub use parse::{JsonError, MAX_DEPTH};

/// A JSON value. Object members keep the order in which they were received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(Box<str>),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object: names are unique.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads one JSON text (UTF-8, an optional byte order mark is skipped).
    ///
    /// # Errors
    /// [`JsonError`] names the byte where the text stops being JSON, or where it nests deeper than [`MAX_DEPTH`].
    pub fn parse(text: &[u8]) -> Result<Self, JsonError> {
        parse::parse(text)
    }

    /// A number from an integer.
    #[must_use]
    pub fn int(value: i64) -> Self {
        Self::Number(value.to_string().into_boxed_str())
    }

    /// A string.
    #[must_use]
    pub fn text(value: impl Into<String>) -> Self {
        Self::String(value.into())
    }

    /// The member of that name; `None` when absent or when this is no object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The member of that name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Follows member names downward, e.g. `["templateReference", "templateFamily"]`.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a whole number that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The value of a boolean.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements of an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members of an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Sets or replaces a member; does nothing when this is no object.
    pub fn set(&mut self, name: &str, value: Self) {
        if let Some(slot) = self.get_mut(name) {
            *slot = value;
        } else if let Self::Object(members) = self {
            members.push((name.to_owned(), value));
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Self> {
        let Self::Object(members) = self else { return None };
        let at = members.iter().position(|(key, _)| key == name)?;
        Some(members.remove(at).1)
    }

    /// Compact text, members in their order.
    #[must_use]
    pub fn to_text(&self) -> String {
        write::compact(self)
    }

    /// As [`Json::to_text`] of an object, with where in it each member stands, its name included and the comma not; `None` when this is
    /// no object.
    pub(crate) fn to_text_by_member(&self) -> Option<(String, Vec<std::ops::Range<usize>>)> {
        Some(write::by_member(self.as_object()?))
    }

    /// Indented text for people, members in their order.
    #[must_use]
    pub fn to_pretty(&self) -> String {
        write::pretty(self)
    }

    /// The same value with the members of every object sorted by name (by their UTF-8 bytes). Lists keep their order.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.sort();
        self
    }

    /// Most of what is sorted was stored sorted: then nothing is moved.
    fn sort(&mut self) {
        match self {
            Self::Array(items) => items.iter_mut().for_each(Self::sort),
            Self::Object(members) => {
                members.iter_mut().for_each(|(_, value)| value.sort());
                if !members.is_sorted_by(|a, b| a.0 <= b.0) {
                    members.sort_by(|a, b| a.0.cmp(&b.0));
                }
            }
            _ => {}
        }
    }
}

impl<const N: usize> From<[(&str, Json); N]> for Json {
    fn from(members: [(&str, Json); N]) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(Json::int),
            "-?[1-9][0-9]{0,30}(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?".prop_map(|n| Json::Number(n.into_boxed_str())),
            any::<String>().prop_map(Json::String),
        ];
        leaf.prop_recursive(6, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Json::Array),
                prop::collection::btree_map(any::<String>(), inner, 0..8).prop_map(|m| Json::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in any_json()) {
            prop_assert_eq!(&Json::parse(value.to_text().as_bytes()).unwrap(), &value);
            prop_assert_eq!(&Json::parse(value.to_pretty().as_bytes()).unwrap(), &value);
        }

        #[test]
        fn agrees_with_serde_json_on_what_is_json(text in "[\\[\\]{}:,\"0-9eE.+\\-a-f \\\\untrl]{0,24}") {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            let ours = Json::parse(text.as_bytes());
            match (&theirs, &ours) {
                (Ok(a), Ok(b)) => prop_assert_eq!(a, &serde_json::from_str::<serde_json::Value>(&b.to_text()).unwrap()),
                // We refuse repeated names; they refuse numbers beyond a double.
                (Ok(_), Err(e)) => prop_assert!(e.to_string().contains("repeated"), "{}", e),
                (Err(e), Ok(_)) => prop_assert!(e.to_string().contains("out of range"), "{}", e),
                (Err(_), Err(_)) => {}
            }
        }

        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Json::parse(&bytes);
        }
    }

    #[test]
    fn numbers_keep_their_text() {
        for text in ["1.0", "12345678901234567890123", "1e5", "-0", "0.10"] {
            assert_eq!(Json::parse(text.as_bytes()).unwrap().to_text(), text);
        }
        for text in ["01", "1.", ".5", "+1", "--1", "1e", "NaN"] {
            assert!(Json::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(Json::parse(deep(MAX_DEPTH).as_bytes()).is_ok());
        assert!(Json::parse(deep(MAX_DEPTH + 1).as_bytes()).is_err());
        assert!(Json::parse("[".repeat(1_000_000).as_bytes()).is_err());
    }
}
