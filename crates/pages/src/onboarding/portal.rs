//! Addresses of Microsoft's portals, and what is done there by hand.

use maud::{Markup, html};
use model::connection::Cloud;
use model::ids::EntraTenantId;

use crate::href::Query;

/// Where people sign in, and their admin center (Microsoft, "National cloud deployments").
const fn hosts(cloud: Cloud) -> Option<(&'static str, &'static str)> {
    match cloud {
        Cloud::Global => Some(("https://login.microsoftonline.com", "https://entra.microsoft.com")),
        Cloud::UsGovernment | Cloud::UsDefense => Some(("https://login.microsoftonline.us", "https://entra.microsoft.us")),
        Cloud::China => Some(("https://login.chinacloudapi.cn", "https://entra.microsoftonline.cn")),
        Cloud::Custom | Cloud::Unknown => None,
    }
}

/// The admin center of a cloud.
pub(super) const fn admin_center(cloud: Cloud) -> Option<&'static str> {
    match hosts(cloud) {
        Some((_, center)) => Some(center),
        None => None,
    }
}

/// Where an administrator consents. `redirect` must stand in the app registration.
pub(super) fn consent(cloud: Cloud, tenant: EntraTenantId, client_id: &str, redirect: &str, state: &str) -> Option<String> {
    let (authority, _) = hosts(cloud)?;
    let link = Query::new(format!("{authority}/{tenant}/adminconsent"));
    Some(link.with("client_id", client_id).with("redirect_uri", redirect).with("state", state).into())
}

/// What is done by hand, in order.
pub(super) fn by_hand(cloud: Cloud, redirect: Option<&str>) -> Markup {
    html! {
        ol.numbered {
            li {
                @match admin_center(cloud) {
                    Some(center) => { "Open the " a href=(center) rel="noreferrer" { "Microsoft Entra admin center" } " as an administrator of the tenant." },
                    None => "Open the admin center of the cloud as an administrator of the tenant.",
                }
            }
            li { "Identity › Applications › App registrations › New registration. Name it TenantAtlas, for accounts in this directory only." }
            @if let Some(redirect) = redirect { li { "Under Redirect URI choose Web and enter " code.wrap { (redirect) } "; it is used for the consent only." } }
            li { "API permissions › Add a permission › Microsoft Graph › Application permissions: those of the list below. Then “Grant admin consent”." }
            li { "Certificates & secrets: upload a certificate (recommended), or make a client secret and copy its value, which is shown once." }
            li { "Overview: copy the Application (client) ID into the field below." }
        }
    }
}
