//! Where in an object: `displayName`, `templateReference.templateFamily`, `assignments[].id`.
//!
//! A member name may hold dots only in Graph's own annotations (`@odata.type`), which are read as one name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::json::Json;

/// One step of a [`FieldPath`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Into the member of that name.
    Member(String),
    /// Into every element of an array, written `[]`.
    Each,
}

/// A path from an object to members inside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldPath(Vec<Segment>);

/// The text was no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a path to a field: {0:?}")]
pub struct InvalidFieldPath(String);

impl FieldPath {
    /// The steps, outermost first; never empty and never beginning with [`Segment::Each`].
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The name of the outermost member.
    #[must_use]
    pub fn root(&self) -> &str {
        match self.0.first() {
            Some(Segment::Member(name)) => name,
            _ => "",
        }
    }

    /// The first value at the path.
    #[must_use]
    pub fn first<'a>(&self, object: &'a Json) -> Option<&'a Json> {
        self.0.iter().try_fold(object, |value, segment| match segment {
            Segment::Member(name) => value.get(name),
            Segment::Each => value.as_array()?.first(),
        })
    }

    /// Every value at the path.
    #[must_use]
    pub fn values<'a>(&self, object: &'a Json) -> Vec<&'a Json> {
        self.0.iter().fold(vec![object], |values, segment| match segment {
            Segment::Member(name) => values.into_iter().filter_map(|value| value.get(name)).collect(),
            Segment::Each => values.into_iter().filter_map(Json::as_array).flatten().collect(),
        })
    }

    /// Calls `change` with every value at the path.
    pub fn for_each_mut(&self, object: &mut Json, change: &mut impl FnMut(&mut Json)) {
        walk(&self.0, object, change);
    }

    /// Takes every member at the path out of its object; a path that ends in `[]` empties the arrays. Returns what was
    /// taken, in the order of the object.
    pub fn take(&self, object: &mut Json) -> Vec<Json> {
        let mut taken = Vec::new();
        let Some((last, before)) = self.0.split_last() else { return taken };
        walk(before, object, &mut |value: &mut Json| match (last, value) {
            (Segment::Member(name), value) => taken.extend(value.remove(name)),
            (Segment::Each, Json::Array(items)) => taken.append(items),
            (Segment::Each, _) => {}
        });
        taken
    }
}

fn walk(segments: &[Segment], value: &mut Json, change: &mut impl FnMut(&mut Json)) {
    match segments.split_first() {
        None => change(value),
        Some((Segment::Member(name), rest)) => {
            if let Some(member) = value.get_mut(name) {
                walk(rest, member, change);
            }
        }
        Some((Segment::Each, rest)) => {
            if let Json::Array(items) = value {
                for item in items {
                    walk(rest, item, change);
                }
            }
        }
    }
}

impl FromStr for FieldPath {
    type Err = InvalidFieldPath;

    fn from_str(text: &str) -> Result<Self, InvalidFieldPath> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let end = match rest.strip_prefix('@') {
                // An annotation is the last name of a path, or is followed by nothing that could be taken for its part.
                Some(_) => rest.find('[').unwrap_or(rest.len()),
                None => rest.find(['.', '[']).unwrap_or(rest.len()),
            };
            let (name, after) = rest.split_at(end);
            if name.is_empty() || name.contains(char::is_whitespace) {
                return Err(InvalidFieldPath(text.to_owned()));
            }
            segments.push(Segment::Member(name.to_owned()));
            rest = after;
            while let Some(after) = rest.strip_prefix("[]") {
                segments.push(Segment::Each);
                rest = after;
            }
            match rest.strip_prefix('.') {
                Some(after) if !after.is_empty() => rest = after,
                None if rest.is_empty() => {}
                _ => return Err(InvalidFieldPath(text.to_owned())),
            }
        }
        if segments.is_empty() { Err(InvalidFieldPath(text.to_owned())) } else { Ok(Self(segments)) }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Member(name) if at == 0 => f.write_str(name)?,
                Segment::Member(name) => write!(f, ".{name}")?,
                Segment::Each => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for FieldPath {
    type Error = InvalidFieldPath;
    fn try_from(text: String) -> Result<Self, InvalidFieldPath> {
        text.parse()
    }
}

impl From<FieldPath> for String {
    fn from(path: FieldPath) -> Self {
        path.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> FieldPath {
        text.parse().unwrap()
    }

    #[test]
    fn paths_survive_text() {
        for text in ["id", "a.b", "a[].b", "a[][].b.c[]", "target.@odata.type", "@odata.type"] {
            assert_eq!(path(text).to_string(), text);
        }
        for text in ["", ".", "a.", ".a", "[]", "a[", "a b", "a[0]"] {
            assert!(text.parse::<FieldPath>().is_err(), "{text}");
        }
    }

    #[test]
    fn takes_members_inside_lists() {
        let mut object = Json::parse(br#"{"a":[{"id":1,"x":2},{"id":3},{"y":4}],"id":9}"#).unwrap();
        assert_eq!(path("a[].id").take(&mut object), [Json::int(1), Json::int(3)]);
        assert_eq!(object.to_text(), r#"{"a":[{"x":2},{},{"y":4}],"id":9}"#);
        assert!(path("b.c").take(&mut object).is_empty());
        assert_eq!(path("a[].y").values(&object), [&Json::int(4)]);
        assert_eq!(path("a[].x").first(&object), Some(&Json::int(2)));
    }
}
