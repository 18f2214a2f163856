//! Who did it.

use crate::codes::codes;

codes! {
    /// What kind of actor.
    ActorKind {
        /// A person who was signed in.
        Person = "person",
        /// An application by itself, without a person.
        Application = "application",
    }
}

/// Who did it, as the event tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventActor {
    /// A person, or an application by itself.
    pub kind: ActorKind,
    /// A person's user principal name, an application's name; empty where the event tells neither.
    pub name: String,
    /// The application that a person used, where the event tells it.
    pub app: Option<String>,
}

impl EventActor {
    /// Words for people: `ann@contoso.com (Microsoft Intune portal extension)`, `application Terraform`.
    #[must_use]
    pub fn words(&self) -> String {
        let name = if self.name.is_empty() { "somebody whom the event does not name" } else { &self.name };
        match (self.kind, &self.app) {
            (ActorKind::Application, _) => format!("application {name}"),
            (_, Some(app)) if !app.is_empty() => format!("{name} (app {app})"),
            _ => name.to_owned(),
        }
    }
}
