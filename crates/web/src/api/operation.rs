//! What the document says of one operation. Most of it is read from the handler: its guard and its arguments describe themselves.

use model::access::Capability;
use serde_json::{Map, Value, json};

use super::problem::Problem;
use super::shape::{Schemas, Shape};

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

impl Place {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// A parameter.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) words: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
}

impl Parameter {
    /// A parameter of a query; none of them is required.
    pub(crate) fn query(name: &'static str, words: &str, schema: Value) -> Self {
        Self { name, place: Place::Query, words: words.trim().to_owned(), required: false, schema }
    }

    pub(crate) fn header(name: &'static str, words: &str, required: bool, schema: Value) -> Self {
        Self { name, place: Place::Header, words: words.to_owned(), required, schema }
    }

    fn document(&self) -> Value {
        json!({
            "name": self.name, "in": self.place.code(), "description": self.words, "required": self.required,
            "schema": self.schema,
        })
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) words: String,
    schema: Option<Value>,
    headers: Vec<(&'static str, &'static str, Value)>,
}

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Whether it takes no token.
    pub(crate) open: bool,
    pub(crate) capability: Option<Capability>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Value>,
    /// Whether the body is a file.
    pub(crate) takes_file: bool,
    pub(crate) replies: Vec<Reply>,
}

impl Operation {
    /// Of a route: its path names its parameters.
    pub(crate) fn at(method: &'static str, path: &'static str) -> Self {
        let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let parameter = |name: &'static str| Parameter {
            name,
            place: Place::Path,
            words: format!("Id of the {name}."),
            required: true,
            schema: json!({ "type": "string", "format": "uuid" }),
        };
        let operation = Self {
            id: "",
            tag: "",
            summary: "",
            method,
            path,
            open: false,
            capability: None,
            parameters: names.map(parameter).collect(),
            body: None,
            takes_file: false,
            replies: Vec::new(),
        };
        operation.fails(421, "The host name is not one of this installation.").fails(503, "The database does not answer in time.")
    }

    /// What it is called, where it is listed, and what it does in a sentence.
    pub(crate) const fn named(mut self, id: &'static str, tag: &'static str, summary: &'static str) -> Self {
        (self.id, self.tag, self.summary) = (id, tag, summary);
        self
    }

    /// Says of a parameter of the path that it is one of some codes.
    pub(crate) fn chosen(mut self, name: &str, words: &str, codes: &[&str]) -> Self {
        for parameter in self.parameters.iter_mut().filter(|parameter| parameter.place == Place::Path && parameter.name == name) {
            parameter.words = words.to_owned();
            parameter.schema = json!({ "type": "string", "enum": codes });
        }
        self
    }

    /// Says of a parameter of the path that it is a number, from 1.
    pub(crate) fn numbered(mut self, name: &str, words: &str) -> Self {
        for parameter in self.parameters.iter_mut().filter(|parameter| parameter.place == Place::Path && parameter.name == name) {
            parameter.words = words.to_owned();
            parameter.schema = json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX });
        }
        self
    }

    /// Adds an answer with a body.
    pub(crate) fn gives<T: Shape>(self, all: &mut Schemas, status: u16, words: &str) -> Self {
        let schema = T::reference(all);
        self.reply(status, words, Some(schema))
    }

    /// Adds an answer without a body.
    pub(crate) fn ends(self, status: u16, words: &str) -> Self {
        self.reply(status, words, None)
    }

    /// Adds an answer that is a problem; said once for each status.
    pub(crate) fn fails(mut self, status: u16, words: &str) -> Self {
        match self.replies.iter_mut().find(|reply| reply.status == status) {
            Some(reply) if reply.words.contains(words) => {}
            Some(reply) => reply.words = format!("{} {words}", reply.words),
            None => return self.reply(status, words, Some(json!({ "$ref": "#/components/schemas/Problem" }))),
        }
        self
    }

    /// Adds a header to the answers of a status.
    pub(crate) fn header(mut self, status: u16, name: &'static str, words: &'static str, schema: Value) -> Self {
        for reply in self.replies.iter_mut().filter(|reply| reply.status == status) {
            reply.headers.push((name, words, schema.clone()));
        }
        self
    }

    fn reply(mut self, status: u16, words: &str, schema: Option<Value>) -> Self {
        self.replies.push(Reply { status, words: words.to_owned(), schema, headers: Vec::new() });
        self
    }

    pub(crate) fn document(&self) -> Value {
        let mut replies = self.replies.clone();
        replies.sort_by_key(|reply| reply.status);
        let mut operation = json!({
            "operationId": self.id, "tags": [self.tag], "summary": self.summary,
            "parameters": self.parameters.iter().map(Parameter::document).collect::<Vec<_>>(),
            "responses": replies.iter().map(|reply| (reply.status.to_string(), reply.document())).collect::<Map<_, _>>(),
        });
        if let Some(capability) = self.capability {
            operation["description"] = format!("Asks for the capability `{capability}`.").into();
        }
        if let Some(body) = &self.body {
            operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": body } } });
        }
        if self.takes_file {
            let schema = json!({ "type": "string", "format": "binary" });
            operation["requestBody"] =
                json!({ "required": true, "content": { "application/octet-stream": { "schema": schema } } });
        }
        if self.open {
            operation["security"] = json!([]);
        }
        operation
    }
}

impl Reply {
    fn document(&self) -> Value {
        let mut reply = json!({ "description": self.words });
        if let Some(schema) = &self.schema {
            let kind = if self.status < 400 { "application/json" } else { Problem::MEDIA_TYPE };
            reply["content"] = json!({ kind: { "schema": schema } });
        }
        let mut headers: Map<String, Value> = Map::new();
        for (name, words, schema) in &self.headers {
            headers.insert((*name).to_owned(), json!({ "description": words, "schema": schema, "required": true }));
        }
        if !headers.is_empty() {
            reply["headers"] = Value::Object(headers);
        }
        reply
    }
}
