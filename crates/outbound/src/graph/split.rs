//! Takes a JSON text apart while it arrives: the elements of one array, each by itself, and what is around them.
//!
//! A page of a list is `{"value":[…],…}`. Held at any time are the bytes of one element and the bytes around the array, not those of the
//! whole page beside its tree. Each element is read by itself, so that one that cannot be read is one that is missing, and no more.

use model::json::{Json, MAX_DEPTH};

use super::hydrate::ENVELOPE;

/// A text that was taken apart.
#[derive(Debug)]
pub(crate) struct Split {
    /// The object without its array.
    pub(crate) around: Json,
    /// The elements of the array that are JSON.
    pub(crate) elements: Vec<Json>,
    /// Those that are not.
    pub(crate) odd: usize,
}

impl Split {
    /// A list of one object, which stood there by itself.
    pub(crate) fn of_one(mut object: Json) -> Self {
        ENVELOPE.iter().for_each(|name| drop(object.remove(name)));
        Self { around: Json::Object(Vec::new()), elements: vec![object], odd: 0 }
    }
}

/// Why the text cannot be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It is no JSON object, or nests too deep.
    Malformed,
    /// One element, or what is around the array, is larger than the limit.
    TooLarge,
}

/// The text so far.
pub(crate) struct Splitter {
    /// The member that holds the elements.
    array: &'static str,
    /// Bytes of one element, and of all that is around the array.
    limit: usize,
    /// What is around: the text with an empty array in it.
    around: Vec<u8>,
    element: Vec<u8>,
    at: At,
    text: Text,
    /// How many objects and arrays are open: around, and inside the element.
    depth: usize,
    inside: usize,
    /// Where the last string at the top begins and ends in `around`: the name of a member, if a colon follows.
    string: (usize, usize),
    /// The value of that member begins.
    named: bool,
    seen: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Around,
    /// In the array, outside its elements.
    Between {
        first: bool,
        comma: bool,
    },
    Element,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    Escaped,
}

impl Splitter {
    /// `array`: the member that holds the elements; `limit`: bytes of one element.
    pub(crate) fn new(array: &'static str, limit: usize) -> Self {
        Self {
            array,
            limit,
            around: Vec::new(),
            element: Vec::new(),
            at: At::Around,
            text: Text::Outside,
            depth: 0,
            inside: 0,
            string: (0, 0),
            named: false,
            seen: false,
        }
    }

    /// More of the text; gives the elements that ended in it.
    pub(crate) fn feed(&mut self, chunk: &[u8]) -> Result<Vec<Vec<u8>>, Broken> {
        let mut done = Vec::new();
        let mut rest = chunk;
        while let Some((&byte, after)) = rest.split_first() {
            // Most of a text is inside of strings.
            let plain = match self.text {
                Text::Inside => rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(rest.len()),
                _ => 0,
            };
            if plain > 0 {
                self.keep(&rest[..plain])?;
                rest = &rest[plain..];
                continue;
            }
            rest = after;
            match self.at {
                At::Around => self.around(byte)?,
                At::Between { first, comma } => self.between(byte, first, comma)?,
                At::Element if self.ends_before(byte) => {
                    done.push(std::mem::take(&mut self.element));
                    self.between(byte, false, false)?;
                }
                At::Element => {
                    if self.element(byte)? {
                        done.push(std::mem::take(&mut self.element));
                        self.at = At::Between { first: false, comma: false };
                    }
                }
            }
        }
        Ok(done)
    }

    /// The end of the text: what is around the array, as an object in which the array is empty.
    pub(crate) fn finish(self) -> Result<Json, Broken> {
        // An array that did not end leaves an object that does not end.
        let around = Json::parse(&self.around).map_err(|_| Broken::Malformed)?;
        if self.at == At::Around && around.as_object().is_some() { Ok(around) } else { Err(Broken::Malformed) }
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let to = if self.at == At::Element { &mut self.element } else { &mut self.around };
        if to.len() + bytes.len() > self.limit {
            return Err(Broken::TooLarge);
        }
        to.extend_from_slice(bytes);
        Ok(())
    }

    /// Follows strings; returns whether the byte is inside of one or bounds it.
    fn follow(&mut self, byte: u8) -> bool {
        let before = self.text;
        self.text = match (before, byte) {
            (Text::Outside, b'"') | (Text::Escaped, _) => Text::Inside,
            (Text::Inside, b'"') | (Text::Outside, _) => Text::Outside,
            (Text::Inside, b'\\') => Text::Escaped,
            (Text::Inside, _) => Text::Inside,
        };
        before != Text::Outside || self.text != Text::Outside
    }

    fn around(&mut self, byte: u8) -> Result<(), Broken> {
        self.keep(&[byte])?;
        let before = self.text;
        if self.follow(byte) {
            match (before, self.text) {
                (Text::Outside, _) => self.string.0 = self.around.len(),
                (_, Text::Outside) => self.string.1 = self.around.len() - 1,
                _ => {}
            }
            self.named = false;
            return Ok(());
        }
        match byte {
            b'[' if self.named && self.depth == 1 && !self.seen => {
                self.seen = true;
                self.at = At::Between { first: true, comma: false };
            }
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.checked_sub(1).ok_or(Broken::Malformed)?,
            _ => {}
        }
        match byte {
            b':' => self.named = self.around.get(self.string.0..self.string.1) == Some(self.array.as_bytes()),
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => self.named = false,
        }
        if self.depth > MAX_DEPTH { Err(Broken::Malformed) } else { Ok(()) }
    }

    fn between(&mut self, byte: u8, first: bool, comma: bool) -> Result<(), Broken> {
        self.at = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => At::Between { first, comma },
            b',' if !first && !comma => At::Between { first, comma: true },
            b']' if !comma => {
                self.at = At::Around;
                return self.keep(b"]");
            }
            b',' | b']' => return Err(Broken::Malformed),
            _ if !first && !comma => return Err(Broken::Malformed),
            _ => {
                self.at = At::Element;
                self.inside = 0;
                // Nothing ends with its first byte.
                return self.element(byte).map(drop);
            }
        };
        Ok(())
    }

    /// Whether the byte no longer belongs to the element: a number or a word ends with what follows it.
    fn ends_before(&self, byte: u8) -> bool {
        let follower = matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
        self.inside == 0 && self.text == Text::Outside && follower
    }

    /// Takes a byte of the element; returns whether it was the last.
    fn element(&mut self, byte: u8) -> Result<bool, Broken> {
        self.keep(&[byte])?;
        if self.follow(byte) {
            return Ok(self.inside == 0 && self.text == Text::Outside);
        }
        match byte {
            b'{' | b'[' => self.inside += 1,
            b'}' | b']' => self.inside = self.inside.saturating_sub(1),
            _ => return Ok(false),
        }
        if self.inside > MAX_DEPTH { Err(Broken::Malformed) } else { Ok(self.inside == 0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Elements and surroundings of a text that arrives in pieces of that size.
    fn split(text: &str, piece: usize) -> Result<(Vec<String>, String), Broken> {
        let mut splitter = Splitter::new("value", 1000);
        let mut elements = Vec::new();
        for chunk in text.as_bytes().chunks(piece) {
            elements.extend(splitter.feed(chunk)?.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()));
        }
        Ok((elements, splitter.finish()?.to_text()))
    }

    #[test]
    fn elements_come_whole_however_the_text_arrives() {
        let text = r#" {"@odata.context":"x [\"value\":[","value" : [ {"a":"]}\\"} ,[1,2], 7,"te,xt" ,null,{"value":[{}]}],"next":{"value":[1]}} "#;
        let elements = [r#"{"a":"]}\\"}"#, "[1,2]", "7", r#""te,xt""#, "null", r#"{"value":[{}]}"#];
        for piece in 1..text.len() {
            let (found, around) = split(text, piece).unwrap();
            assert_eq!(found, elements, "{piece}");
            assert_eq!(around, r#"{"@odata.context":"x [\"value\":[","value":[],"next":{"value":[1]}}"#);
        }
    }

    #[test]
    fn a_text_without_the_array_is_all_around() {
        assert_eq!(split(r#"{"error":{"value":[1]}}"#, 3).unwrap(), (vec![], r#"{"error":{"value":[1]}}"#.to_owned()));
        assert_eq!(split(r#"{"a":"value","b":[1]}"#, 3).unwrap().0, Vec::<String>::new());
        assert_eq!(split(r#"{"value":[]}"#, 1).unwrap().0, Vec::<String>::new());
    }

    #[test]
    fn an_odd_element_is_one_element() {
        let (found, _) = split(r#"{"value":[{"id":1,"id":2},{"x":tru},{"id":"b"}]}"#, 5).unwrap();
        assert_eq!(found.len(), 3);
        assert!(Json::parse(found[0].as_bytes()).is_err() && Json::parse(found[1].as_bytes()).is_err());
        assert!(Json::parse(found[2].as_bytes()).is_ok());
    }

    #[test]
    fn what_is_no_object_with_an_array_is_malformed() {
        for text in [
            "",
            "[]",
            "null",
            "{",
            r#"{"value":[{"id":1}"#,
            r#"{"value":[1,]}"#,
            r#"{"value":[,1]}"#,
            r#"{"value":[{} {}]}"#,
            r#"{"value":[]} x"#,
            r#"{"value":[],"value":[]}"#,
            r#"{"value":[1}"#,
            "<html>",
            r#"{"value":[1]]}"#,
        ] {
            assert_eq!(split(text, 4).unwrap_err(), Broken::Malformed, "{text}");
        }
        let deep = format!(r#"{{"value":{}{}}}"#, "[".repeat(400), "]".repeat(400));
        assert_eq!(split(&deep, 64).unwrap_err(), Broken::Malformed);
        let large = format!(r#"{{"value":["{}"]}}"#, "x".repeat(1000));
        assert_eq!(split(&large, 64).unwrap_err(), Broken::TooLarge);
    }
}
