//! Navigation properties of a type, as its contract names them, and what a request asks of them.

use std::collections::HashMap;
use std::sync::LazyLock;

use model::json::Json;
use model::resource_types::{HydrationStep, ResourceType, all};

/// What a type's contract says of navigation properties, worked out once.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Every navigation property.
    pub(crate) navigation: Expand,
    /// Those that may be expanded in the list.
    pub(crate) in_list: Expand,
    /// Those that may be expanded on the item.
    pub(crate) on_item: Expand,
    /// Own properties that a list item lacks.
    pub(crate) left_out: Vec<String>,
    /// Own properties that are read by a path of their own; the object itself holds null.
    pub(crate) properties: Vec<String>,
    /// Collections below the item that are no navigation property here: what an object has of them is inside it.
    pub(crate) on_demand: Vec<String>,
}

impl Shape {
    /// Whether there is something of that name below an item.
    pub(crate) fn has_below(&self, name: &str) -> bool {
        let listed = |names: &[String]| names.iter().any(|known| known == name);
        self.navigation.below(name).is_some() || listed(&self.properties) || listed(&self.on_demand)
    }
}

static SHAPES: LazyLock<HashMap<&'static str, Shape>> = LazyLock::new(|| {
    let shape = |kind: &'static ResourceType| {
        let navigation = Expand::navigation(kind);
        let left_out = kind.list.omits.iter().filter(|name| navigation.below(name).is_none()).cloned().collect();
        let (mut properties, mut on_demand) = (Vec::new(), Vec::new());
        for step in &kind.hydration {
            match step {
                HydrationStep::Part { property } => properties.push(property.clone()),
                HydrationStep::OnDemand { path } => on_demand.push(path.clone()),
                _ => {}
            }
        }
        let in_list = Expand::of_texts(&kind.list.expand);
        let shape = Shape { in_list, on_item: Expand::of_item(kind), navigation, left_out, properties, on_demand };
        (kind.key.as_str(), shape)
    };
    all().iter().map(shape).collect()
});

/// The shape of a type.
pub(crate) fn shape(kind: &'static ResourceType) -> &'static Shape {
    static NONE: LazyLock<Shape> = LazyLock::new(|| Shape {
        navigation: Expand::default(),
        in_list: Expand::default(),
        on_item: Expand::default(),
        left_out: Vec::new(),
        properties: Vec::new(),
        on_demand: Vec::new(),
    });
    SHAPES.get(kind.key.as_str()).unwrap_or(&NONE)
}

/// Names with what is below them: `definitionValues` → `definition`, `presentationValues` → `presentation`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Expand(pub(crate) Vec<(String, Expand)>);

impl Expand {
    /// Reads the value of `$expand`; `None` when it is not understood.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut names = Vec::new();
        for part in split_outside_parentheses(text, ',') {
            let part = part.trim();
            match part.split_once('(') {
                None => names.push((part.to_owned(), Self::default())),
                Some((name, options)) => {
                    let mut below = Self::default();
                    for option in split_outside_parentheses(options.strip_suffix(')')?, ';') {
                        // Of nested options only $expand changes the shape; $select and $top are taken and not obeyed.
                        match option.trim().split_once('=')? {
                            ("$expand", inner) => below = Self::parse(inner)?,
                            ("$select" | "$top", _) => {}
                            _ => return None,
                        }
                    }
                    names.push((name.to_owned(), below));
                }
            }
        }
        let known = names
            .iter()
            .all(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "./_".contains(c)));
        known.then_some(Self(names))
    }

    /// What is below a name; `None` when the name is not here.
    pub(crate) fn below(&self, name: &str) -> Option<&Self> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, below)| below)
    }

    fn add(&mut self, other: Self) {
        for (name, below) in other.0 {
            match self.0.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => known.add(below),
                None => self.0.push((name, below)),
            }
        }
    }

    /// Every navigation property that the contract names, from the object down.
    fn navigation(kind: &ResourceType) -> Self {
        let mut all = Self::default();
        for text in &kind.list.expand {
            all.add(Self::parse(text).unwrap_or_default());
        }
        for step in &kind.hydration {
            match step {
                HydrationStep::Get { expand, .. } => {
                    expand.iter().for_each(|text| all.add(Self::parse(text).unwrap_or_default()))
                }
                HydrationStep::Children { into, expand, .. } => all.add(Self(vec![(into.clone(), Self::of_texts(expand))])),
                HydrationStep::Part { .. }
                | HydrationStep::OnDemand { .. }
                | HydrationStep::OmaPlainText { .. }
                | HydrationStep::TypedExpand { .. } => {}
            }
        }
        if let Some(assignments) = &kind.assignments {
            all.add(Self(vec![(assignments.path.clone(), Self::default())]));
        }
        all
    }

    /// What the contract lets be expanded on the item.
    fn of_item(kind: &ResourceType) -> Self {
        let mut all = Self::of_texts(&kind.list.expand);
        for step in &kind.hydration {
            if let HydrationStep::Get { expand, .. } = step {
                all.add(Self::of_texts(expand));
            }
        }
        all
    }

    /// What a list of texts expands.
    fn of_texts(texts: &[String]) -> Self {
        let mut all = Self::default();
        texts.iter().for_each(|text| all.add(Self::parse(text).unwrap_or_default()));
        all
    }

    /// The first asked name that is not allowed.
    pub(crate) fn refused<'a>(&self, asked: &'a Self) -> Option<&'a str> {
        asked.0.iter().find_map(|(name, below)| match self.below(name) {
            None => Some(name.as_str()),
            Some(allowed) => allowed.refused(below),
        })
    }

    /// Takes nested navigation properties out of a value that were not asked for. `self` is what there is to leave out.
    pub(crate) fn prune(&self, asked: &Self, value: &mut Json) {
        match value {
            Json::Array(items) => items.iter_mut().for_each(|item| self.prune(asked, item)),
            Json::Object(_) => {
                for (name, deeper) in &self.0 {
                    match asked.below(name) {
                        None => drop(value.remove(name)),
                        Some(asked) => {
                            if let Some(member) = value.get_mut(name) {
                                deeper.prune(asked, member);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// As in `@odata.context`: `(assignments(),settings())`; empty when nothing is expanded.
    pub(crate) fn context(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let inner: Vec<String> = self
            .0
            .iter()
            .map(|(name, below)| {
                format!("{name}({})", below.0.iter().map(|(n, _)| format!("{n}()")).collect::<Vec<_>>().join(","))
            })
            .collect();
        format!("({})", inner.join(","))
    }
}

fn split_outside_parentheses(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource_types::find;

    #[test]
    fn nested_expands_are_read() {
        let expand = Expand::parse("definition,presentationValues($expand=presentation;$top=5)").unwrap();
        assert_eq!(expand.below("presentationValues").unwrap().0[0].0, "presentation");
        assert_eq!(expand.context(), "(definition(),presentationValues(presentation()))");
        for text in ["a(", "a($expand)", "a b", ""] {
            assert_eq!(Expand::parse(text), None, "{text}");
        }
    }

    #[test]
    fn contracts_say_what_may_be_expanded() {
        let compliance = find("compliance_policy").unwrap();
        let allowed = Expand::of_item(compliance);
        assert_eq!(allowed.refused(&Expand::parse("assignments,scheduledActionsForRule").unwrap()), None);
        assert_eq!(allowed.refused(&Expand::parse("deviceStatuses").unwrap()), Some("deviceStatuses"));
        let mut rules = Json::parse(br#"[{"id":"1","scheduledActionConfigurations":[1]}]"#).unwrap();
        Expand::navigation(compliance).below("scheduledActionsForRule").unwrap().prune(&Expand::default(), &mut rules);
        assert_eq!(rules.to_text(), r#"[{"id":"1"}]"#);
    }
}
