//! As much of a page as a browser without scripts needs: tags, forms, links. Reads what our own pages write (attributes in double
//! quotes), not HTML at large.

/// An opening or closing tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name; a closing tag begins with `/`.
    pub name: String,
    /// The byte behind it.
    pub end: usize,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute; empty for one without a value.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// The tags of a page, in order.
#[must_use]
pub fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|offset| at + offset) {
        let Some((tag, end)) = tag(html, start + 1) else { break };
        found.push(tag);
        at = end;
    }
    found
}

fn tag(html: &str, start: usize) -> Option<(Tag, usize)> {
    let name_end = start + html[start..].find(|c: char| c.is_whitespace() || c == '>')?;
    let mut attributes = Vec::new();
    let mut at = name_end;
    loop {
        at += html[at..].find(|c: char| !c.is_whitespace() && c != '/')?;
        if html[at..].starts_with('>') {
            let tag = Tag { name: html[start..name_end].to_ascii_lowercase(), end: at + 1, attributes };
            return Some((tag, at + 1));
        }
        let end = at + html[at..].find(|c: char| c.is_whitespace() || c == '>' || c == '=')?;
        let name = html[at..end].to_owned();
        at = end;
        let mut value = String::new();
        if let Some(rest) = html[at..].strip_prefix("=\"") {
            let length = rest.find('"')?;
            value = unescape(&rest[..length]);
            at += 2 + length + 1;
        }
        attributes.push((name, value));
    }
}

/// Text as it was before it was written into HTML.
#[must_use]
pub fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// The text between the tags, with single spaces.
#[must_use]
pub fn text(html: &str) -> String {
    let mut text = String::new();
    let mut at = 0;
    for tag in tags(html) {
        let from = html[at..].find('<').map_or(html.len(), |offset| at + offset);
        text.push_str(&html[at..from]);
        text.push(' ');
        at = tag.end;
    }
    text.push_str(&html[at..]);
    unescape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The addresses that a page links to, in order, each once.
#[must_use]
pub fn links(html: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for tag in tags(html).iter().filter(|tag| tag.name == "a") {
        if let Some(href) = tag.attribute("href")
            && !found.iter().any(|have| have == href)
        {
            found.push(href.to_owned());
        }
    }
    found
}

/// A form as it would be sent if nobody touched it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// Names and values.
    pub fields: Vec<(String, String)>,
    /// Whether its button can be pressed.
    pub enabled: bool,
}

impl Form {
    /// The same with another value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(have, _)| have != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// The forms of a page.
#[must_use]
pub fn forms(html: &str) -> Vec<Form> {
    let mut found: Vec<Form> = Vec::new();
    let mut open: Option<Form> = None;
    for tag in tags(html) {
        let value = |name: &str| tag.attribute(name).unwrap_or_default().to_owned();
        match (tag.name.as_str(), &mut open) {
            ("form", _) => {
                let method = value("method").to_ascii_lowercase();
                open = Some(Form { action: value("action"), method, fields: Vec::new(), enabled: true });
            }
            ("/form", form) => found.extend(form.take()),
            ("input", Some(form)) => {
                let ticked = !matches!(tag.attribute("type"), Some("checkbox" | "radio")) || tag.attribute("checked").is_some();
                if ticked && tag.attribute("name").is_some() && tag.attribute("disabled").is_none() {
                    form.fields.push((value("name"), value("value")));
                }
            }
            ("button" | "fieldset", Some(form)) if tag.attribute("disabled").is_some() => form.enabled = false,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!DOCTYPE html><h1>A &amp; b</h1><a href="/x?a=1&amp;b=2" class="y">X</a>
      <form method="post" action="/go"><input type="hidden" name="csrf" value="t&quot;">
      <input type="checkbox" name="types" value="a" checked><input type="checkbox" name="types" value="b">
      <button disabled>Go</button></form>"#;

    #[test]
    fn a_form_is_sent_as_it_stands() {
        let form = &forms(PAGE)[0];
        assert_eq!((form.method.as_str(), form.action.as_str(), form.enabled), ("post", "/go", false));
        assert_eq!(form.fields, [("csrf".to_owned(), "t\"".to_owned()), ("types".to_owned(), "a".to_owned())]);
    }

    #[test]
    fn links_and_text_are_unescaped() {
        assert_eq!(links(PAGE), ["/x?a=1&b=2"]);
        assert_eq!(text(PAGE), "A & b X Go");
    }
}
