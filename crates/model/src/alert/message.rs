//! Messages: what is sent at one moment for one rule.

use super::plain::plain;
use super::{Delivery, RuleKind, path};
use crate::ids::AlertMessageId;
use crate::time::Moment;

/// Events that one message names; the others are counted.
pub const MOST_ITEMS: usize = 50;

/// An event in a message. `tenant` and `name` come from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What happened, in our own words.
    pub title: String,
    /// What more there is to say, in our own words.
    pub detail: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
    /// What the thing is called.
    pub name: Option<String>,
    /// The page of it, as a path.
    pub path: String,
    /// The code of what happened.
    pub kind: RuleKind,
    /// Its severity, as a code.
    pub severity: Option<String>,
    /// When it happened.
    pub at: Moment,
}

/// What is sent. Of everything in it only `workspace`, `rule` and the names of its items come from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id, the same however often it is sent.
    pub id: AlertMessageId,
    /// The workspace.
    pub workspace: String,
    /// The rule; empty for a test.
    pub rule: String,
    /// When it is sent.
    pub at: Moment,
    /// What happened, the earliest first.
    pub items: Vec<Item>,
    /// How many more there were.
    pub more: usize,
    /// Where the product is reached, without a slash at the end; without it a message has no links.
    pub base: Option<String>,
}

impl Message {
    /// A message about these deliveries.
    #[must_use]
    pub fn of(id: AlertMessageId, workspace: &str, rule: &str, deliveries: &[Delivery], at: Moment, base: Option<&str>) -> Self {
        let item = |delivery: &Delivery| Item {
            title: delivery.facts.title(delivery.kind),
            detail: delivery.facts.detail(delivery.kind),
            tenant: delivery.tenant.as_ref().map(|(_, name)| plain(name)),
            name: delivery.facts.called(),
            path: path(delivery.kind, delivery.tenant.as_ref().map(|(id, _)| *id), &delivery.facts),
            kind: delivery.kind,
            severity: (!delivery.facts.severity.is_empty()).then(|| delivery.facts.severity.clone()),
            at: delivery.occurred_at,
        };
        Self {
            id,
            workspace: plain(workspace),
            rule: if rule.is_empty() { String::new() } else { plain(rule) },
            at,
            items: deliveries.iter().take(MOST_ITEMS).map(item).collect(),
            more: deliveries.len().saturating_sub(MOST_ITEMS),
            base: base.map(|base| base.trim_end_matches('/').to_owned()),
        }
    }

    /// The same of so many events in all, of which those that were given are the first.
    #[must_use]
    pub const fn with_count(mut self, count: usize) -> Self {
        let named = self.items.len();
        if count > named {
            self.more = count - named;
        }
        self
    }

    /// The same as a test: it tells that alerts arrive.
    #[must_use]
    pub fn as_test(mut self) -> Self {
        let (facts, kind) = (super::Facts::default(), RuleKind::Unknown);
        self.items = vec![Item {
            title: facts.title(kind),
            detail: None,
            tenant: None,
            name: None,
            path: path(kind, None, &facts),
            kind,
            severity: None,
            at: self.at,
        }];
        self
    }

    /// How many events it tells of.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.items.len() + self.more
    }

    /// What it says in a line, in our own words alone.
    #[must_use]
    pub fn title(&self) -> String {
        match (self.items.first(), self.count()) {
            (Some(only), 1) => only.title.clone(),
            (_, count) => format!("{count} alerts"),
        }
    }

    /// The address of an item's page.
    #[must_use]
    pub fn url(&self, item: &Item) -> Option<String> {
        self.base.as_ref().map(|base| format!("{base}{}", item.path))
    }
}
