//! The connection: how it stands, and what can be done with it. Nothing of its credential is shown.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::connection::{Connection, CredentialKind, Expiry};
use model::label::Tone;
use model::tenant::Tenant;
use model::time::Moment;

use super::permissions::permissions;
use super::state::{badges, noun};
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::permission::forbidden_button;
use crate::page::{Destination, Page, Place, View};
use crate::text::{NAMELESS, name, shown};
use crate::{href, samples, when};

/// A tenant's connection, or that there is none.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// The connection, if there is one.
    pub connection: Option<Connection>,
    /// The moment by the clock that decides.
    pub now: Moment,
    /// The application permissions that the last check found; `None` while nobody looked.
    pub granted: Option<Vec<String>>,
}

impl Page for Detail {
    const NAME: &'static str = "connections-detail";

    fn title(&self) -> String {
        "Connection".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Connection), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "By what " (name(&self.tenant.name, NAMELESS)) " is reached." };
        let Some(connection) = &self.connection else { return self.none(&lead) };
        html! {
            (header(&self.title(), &badges(connection, self.now), &lead, &self.actions(connection)))
            (self.callouts(connection))
            div.split {
                (card("permissions", "Permissions", &html! {}, &html! {
                    p.quiet { "Application permissions of Microsoft Graph that the features need. Grant only those of the features that you use." }
                    (permissions(self.granted.as_deref()))
                }))
                div {
                    (card("about", "About this connection", &html! {}, &self.about(connection)))
                    (card("use", "Use", &html! {}, &self.switching(connection, view)))
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::connection::details()
    }
}

impl Detail {
    fn to(&self, what: &str) -> String {
        href::of_tenant(self.tenant.id, &format!("connection/{what}"))
    }

    fn none(&self, lead: &Markup) -> Markup {
        let action = if self.can.allows(Capability::CredentialsRotate) {
            html! { a.button.primary href=(self.to("new")) { "Add a connection" } }
        } else {
            forbidden_button("why-no-connection", "button primary", &html! { "Add a connection" })
        };
        html! {
            (header(&self.title(), &html! {}, lead, &html! {}))
            (empty(
                Icon::Lock,
                "No connection yet",
                "Without one nothing can be read from this tenant: operations that need it are blocked.",
                &action,
            ))
        }
    }

    fn actions(&self, connection: &Connection) -> Markup {
        let rotate = format!("Replace the {}", noun(connection.credential_kind));
        html! {
            @if self.can.allows(Capability::CredentialsRotate) { a.button.primary href=(self.to("rotate")) { (rotate) } }
            @else { (forbidden_button("why-no-rotate", "button primary", &html! { (rotate) })) }
            a.button href=(href::connection_check(self.tenant.id)) { "Check" }
            @if self.can.allows(Capability::ProvidersManage) {
                a.button href=(self.to("edit")) { "Edit" }
            }
            @if self.can.allows(Capability::CredentialsRotate) { a.button.danger href=(self.to("remove")) { "Remove…" } }
        }
    }

    fn callouts(&self, connection: &Connection) -> Markup {
        let noun = noun(connection.credential_kind);
        html! {
            @match Expiry::of(connection.credential_expires_at, self.now) {
                Expiry::Over => (callout(Tone::Danger, &format!("The {noun} has expired"), &html! {
                    p { "Microsoft refuses it. Make a new one in the app registration and replace it here." }
                })),
                Expiry::Days(_) => (callout(Tone::Warning, &format!("The {noun} expires soon"), &html! {
                    p { "It ends " @if let Some(ends) = connection.credential_expires_at { (when::at(ends)) } ". Add a new one to the app registration, then replace it here; the old one works until then." }
                })),
                Expiry::Unknown | Expiry::Far => {}
            }
            @if !connection.enabled {
                (callout(Tone::Warning, "The connection is disabled", &html! {
                    @if let Some(reason) = &connection.disabled_reason { p { (shown(reason, 500)) } }
                    p { "Operations that need it are blocked until it is enabled." }
                }))
            }
        }
    }

    fn about(&self, connection: &Connection) -> Markup {
        html! {
            dl.facts {
                dt { "Signs in with" } dd { (connection.credential_kind.label()) }
                @if let Some(thumbprint) = &connection.thumbprint {
                    dt { @if connection.credential_kind == CredentialKind::Certificate { "SHA-256 thumbprint" } @else { "Token file" } }
                    dd { code.wrap { (shown(thumbprint, 100)) } }
                }
                @if connection.credential_kind == CredentialKind::Certificate { dt { "Signature" } dd { (connection.signature.label()) } }
                @if connection.credential_kind != CredentialKind::Federated {
                    dt { "Expires" }
                    dd { @match connection.credential_expires_at { Some(at) => (when::at(at)), None => span.quiet { "Not known; enter the day from the app registration by “Edit”." } } }
                }
                dt { "Application (client) ID" } dd { code.wrap { (shown(&connection.client_id, 100)) } }
                dt { "Tenant ID of Microsoft Entra" } dd { code.wrap { (connection.entra_tenant_id) } }
                dt { "Cloud" } dd { (connection.cloud.label()) }
                dt { "Added" } dd { (when::at(connection.created_at)) }
                dt { "Replaced last" } dd { (when::at_or(connection.rotated_at, "Never")) }
                @if !connection.note.is_empty() { dt { "Note" } dd { (shown(&connection.note, 500)) } }
            }
            p.quiet { "The credential is stored encrypted. It can be replaced, and never be shown." }
        }
    }

    fn switching(&self, connection: &Connection, view: &View<'_>) -> Markup {
        let words = if connection.enabled { "Disable" } else { "Enable" };
        html! {
            p { @if connection.enabled { "While it is disabled, nothing is read from or written to the tenant: operations that are at work stop within seconds, as blocked." } @else { "Operations can use it again once it is enabled." } }
            @if self.can.allows(Capability::ProvidersManage) {
                (form::post(view, &self.to("switch"), &html! {
                    input type="hidden" name="on" value=(if connection.enabled { "no" } else { "yes" });
                    @if connection.enabled {
                        div.field { label for="f-reason" { "Reason (shown to everybody here)" } input type="text" id="f-reason" name="reason" maxlength="500" autocomplete="off"; }
                    }
                    button.button type="submit" { (words) }
                }))
            } @else { (forbidden_button("why-no-switch", "button", &html! { (words) })) }
        }
    }
}
