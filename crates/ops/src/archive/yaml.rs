//! The YAML that exports use, as JSON. PyYAML writes plain data: no tags, no merge keys; strings that look like something else are
//! quoted. Whatever goes beyond is refused, and so is what multiplies itself by references.

use std::collections::HashMap;

use model::json::{Json, MAX_DEPTH};
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::refusal::Why;
use super::values::too_many;

/// Bytes that references, and what they refer to, may add up to.
const MOST_COPIED: usize = 8 << 20;

/// A collection that is being read.
enum Open {
    List(Vec<Json>),
    /// Members, and the name whose value comes next.
    Map(Vec<(String, Json)>, Option<String>),
}

struct Reader {
    open: Vec<(Open, usize)>,
    anchors: HashMap<usize, Json>,
    copied: usize,
    /// Values that may still come.
    left: usize,
    most: usize,
    done: Option<Json>,
}

/// Reads one document of no more than that many values; what references copy is bounded apart.
///
/// # Errors
/// [`Why::Yaml`], [`Why::TooMuch`].
pub fn parse(text: &str, most: usize) -> Result<Json, Why> {
    let mut reader = Reader { open: Vec::new(), anchors: HashMap::new(), copied: 0, left: most, most, done: None };
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|_| Why::Yaml("a mistake in it"))?;
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(Why::Yaml("more than one document"));
                }
            }
            Event::Scalar(_, _, _, Some(_)) | Event::SequenceStart(_, Some(_)) | Event::MappingStart(_, Some(_)) => {
                return Err(Why::Yaml("tags"));
            }
            Event::Scalar(text, style, anchor, None) => reader.scalar(&text, style, anchor)?,
            Event::Alias(anchor) => {
                let value = reader.anchors.get(&anchor).ok_or(Why::Yaml("a reference to nothing"))?.clone();
                reader.copy(&value)?;
                reader.value(value, 0)?;
            }
            Event::SequenceStart(anchor, None) => reader.begin(Open::List(Vec::new()), anchor)?,
            Event::MappingStart(anchor, None) => reader.begin(Open::Map(Vec::new(), None), anchor)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some((open, anchor)) = reader.open.pop() {
                    let value = match open {
                        Open::List(items) => Json::Array(items),
                        Open::Map(members, _) if repeated(&members) => return Err(Why::Yaml("a repeated name")),
                        Open::Map(members, _) => Json::Object(members),
                    };
                    reader.value(value, anchor)?;
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }
    reader.done.ok_or(Why::Yaml("nothing in it"))
}

impl Reader {
    fn begin(&mut self, open: Open, anchor: usize) -> Result<(), Why> {
        self.one()?;
        if self.open.len() == MAX_DEPTH {
            return Err(Why::Yaml("nested too deep"));
        }
        if let Some((Open::Map(_, None), _)) = self.open.last() {
            return Err(Why::Yaml("a name that is no text"));
        }
        self.open.push((open, anchor));
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize) -> Result<(), Why> {
        if let Some((Open::Map(_, name @ None), _)) = self.open.last_mut() {
            if text == "<<" && style == ScalarStyle::Plain {
                return Err(Why::Yaml("merge keys"));
            }
            *name = Some(text.to_owned());
            return Ok(());
        }
        self.one()?;
        let value = if style == ScalarStyle::Plain { plain(text)? } else { Json::text(text) };
        self.value(value, anchor)
    }

    /// Counts a value.
    fn one(&mut self) -> Result<(), Why> {
        self.left = self.left.checked_sub(1).ok_or(too_many(self.most))?;
        Ok(())
    }

    /// Counts a copy.
    fn copy(&mut self, value: &Json) -> Result<(), Why> {
        self.copied += size(value);
        if self.copied > MOST_COPIED { Err(Why::Yaml("references that multiply it")) } else { Ok(()) }
    }

    fn value(&mut self, value: Json, anchor: usize) -> Result<(), Why> {
        if anchor != 0 {
            self.copy(&value)?;
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some((Open::List(items), _)) => items.push(value),
            Some((Open::Map(members, name), _)) => match name.take() {
                Some(name) => members.push((name, value)),
                None => return Err(Why::Yaml("a name that is no text")),
            },
        }
        Ok(())
    }
}

fn repeated(members: &[(String, Json)]) -> bool {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

/// Bytes that a value takes, about.
fn size(value: &Json) -> usize {
    size_of::<Json>()
        + match value {
            Json::String(text) => text.len(),
            Json::Array(items) => items.iter().map(size).sum(),
            Json::Object(members) => members.iter().map(|(name, value)| name.len() + size(value)).sum(),
            _ => 0,
        }
}

/// A value without quotes.
fn plain(text: &str) -> Result<Json, Why> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Json::Null,
        "true" | "True" | "TRUE" => Json::Bool(true),
        "false" | "False" | "FALSE" => Json::Bool(false),
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "-.inf" | "-.Inf" | "-.INF" | "+.inf" => {
            return Err(Why::Yaml("a number that JSON does not have"));
        }
        // A number is what JSON calls one; everything else is text.
        text => match Json::parse(text.as_bytes()) {
            Ok(number @ Json::Number(_)) => number,
            _ => Json::text(text),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<String, Why> {
        parse(text, 1_000).map(|value| value.to_text())
    }

    #[test]
    fn what_pyyaml_writes_is_read_back() {
        let text = "displayName: 'Yes'\n'@odata.type': '#microsoft.graph.x'\ndescription: ''\nn: null\nempty: []\nmap: {}\nbig: 1.0e+16\n\
            list:\n- a: 1\n  b: -0.5\n- true\nno: 'no'\nlong: \"line one\\r\\nline \\\n  \\ two\\u2028\"\nblock: 'a\n\n  b'\nkey with spaces: 007\n";
        let wanted = concat!(
            r##"{"displayName":"Yes","@odata.type":"#microsoft.graph.x","description":"","n":null,"empty":[],"map":{},"big":1.0e+16,"##,
            r##""list":[{"a":1,"b":-0.5},true],"no":"no","long":"line one\r\nline  two"##,
            "\u{2028}",
            r##"","block":"a\nb","key with spaces":"007"}"##
        );
        assert_eq!(of(text).as_deref(), Ok(wanted));
    }

    #[test]
    fn what_goes_beyond_is_refused() {
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        let long = format!("a: &x {}\nb: [{}]", "y".repeat(1 << 20), vec!["*x"; 100].join(","));
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for n in 1..8 {
            let refs = vec![format!("*a{}", n - 1); 10].join(",");
            laughs += &format!("a{n}: &a{n} [{refs}]\n");
        }
        for bad in [
            "a: !!python/object:os.system x",
            "a: 1\na: 2",
            "a: *b",
            "<<: {a: 1}",
            "{a: b",
            "--- a\n--- b",
            "",
            "? [a]\n: b",
            "a: .nan",
        ] {
            assert!(matches!(of(bad), Err(Why::Yaml(_))), "{bad}");
        }
        assert!(matches!(of(&deep), Err(Why::Yaml(_))));
        assert_eq!(of(&long), Err(Why::Yaml("references that multiply it")));
        assert_eq!(of(&laughs), Err(Why::Yaml("references that multiply it")));
        let many = |most| parse("a: [1, {b: 2}]", most).map(|_| ());
        assert_eq!((many(5), many(4)), (Ok(()), Err(too_many(4))));
        assert_eq!(of("a: &x [1]\nb: *x").as_deref(), Ok(r#"{"a":[1],"b":[1]}"#));
    }
}
