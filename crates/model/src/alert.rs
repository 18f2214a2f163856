//! Alerts: what people want to be told of outside the product, where to, and when not.
//!
//! Something that happens is an *event*. For each rule that it fits there is one *delivery*, ever; what is sent at one moment for one rule is
//! one *message*, and one run.

mod destination;
mod event;
mod link;
mod log;
mod message;
mod plain;
mod plan;
mod quiet;
mod render;
#[cfg(test)]
mod render_tests;
mod rule;

pub use destination::{
    Destination, DestinationKind, LONGEST_ADDRESS, LONGEST_SECRET, MOST_DESTINATIONS, MOST_RECIPIENTS, Mail, MailSecurity,
    NoDestination, mail_address, shown_address, signing_key, web_address,
};
pub use event::{AlertEvent, Facts, Subject};
pub use link::path;
pub use log::{Delivery, DeliveryState, Why};
pub use message::{Item, MOST_ITEMS, Message};
pub use plain::plain;
pub use plan::{Plan, Waiting, plan};
pub use quiet::{NoQuietHours, QuietHours};
pub use render::{Attachment, Letter, letter, slack, teams, webhook};
pub use rule::{Amount, MOST_RULES, NewRule, NoRule, Reach, Rule, RuleKind};
