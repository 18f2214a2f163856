//! Scripts to copy: they register the application with exactly the permissions that were chosen. They are text of ours and ids of
//! Microsoft's; nothing that somebody entered stands in them but the tenant's id, which is a GUID.

use std::fmt::Write as _;

use model::connection::Cloud;
use model::ids::EntraTenantId;
use model::onboarding::{AppRole, GRAPH_APP_ID};

/// For the Azure CLI, in a shell such as that of the Azure portal.
pub(super) fn azure_cli(tenant: EntraTenantId, cloud: Cloud, roles: &[AppRole]) -> String {
    let mut text = String::new();
    if let Some(name) = cli_cloud(cloud) {
        _ = writeln!(text, "az cloud set --name {name}");
    }
    _ = writeln!(text, "az login --tenant {tenant} --allow-no-subscriptions");
    _ = writeln!(
        text,
        "APP_ID=$(az ad app create --display-name TenantAtlas --sign-in-audience AzureADMyOrg --query appId --output tsv)"
    );
    _ = writeln!(text, "az ad sp create --id \"$APP_ID\"");
    _ = writeln!(text, "az ad app permission add --id \"$APP_ID\" --api {GRAPH_APP_ID} --api-permissions \\");
    for (i, role) in roles.iter().enumerate() {
        let end = if i + 1 == roles.len() { "" } else { " \\" };
        _ = writeln!(text, "  {}=Role{end}", role.id);
    }
    _ = writeln!(text, "# An administrator of the tenant grants them:");
    _ = writeln!(text, "az ad app permission admin-consent --id \"$APP_ID\"");
    _ = writeln!(text, "# A certificate, kept on this machine; enter the file and its password as the connection:");
    _ = writeln!(text, "az ad app credential reset --id \"$APP_ID\" --create-cert --years 1");
    _ = writeln!(text, "echo \"Application (client) ID: $APP_ID\"");
    text
}

/// For PowerShell with the module Microsoft.Graph.
pub(super) fn powershell(tenant: EntraTenantId, cloud: Cloud, roles: &[AppRole]) -> String {
    let mut text = String::from("# Install-Module Microsoft.Graph.Applications -Scope CurrentUser\n");
    _ = write!(text, "Connect-MgGraph -TenantId {tenant} -Scopes 'Application.ReadWrite.All','AppRoleAssignment.ReadWrite.All'");
    _ = writeln!(text, "{}", graph_environment(cloud).map(|name| format!(" -Environment {name}")).unwrap_or_default());
    _ = writeln!(text, "$graph = Get-MgServicePrincipal -Filter \"appId eq '{GRAPH_APP_ID}'\"");
    _ = writeln!(text, "$roles = @(");
    for role in roles {
        _ = writeln!(text, "  '{}' # {}", role.id, role.name);
    }
    _ = writeln!(text, ")");
    _ = writeln!(
        text,
        "$access = @{{ ResourceAppId = '{GRAPH_APP_ID}'; ResourceAccess = @($roles | ForEach-Object {{ @{{ Id = $_; Type = 'Role' }} }}) }}"
    );
    _ = writeln!(
        text,
        "$app = New-MgApplication -DisplayName TenantAtlas -SignInAudience AzureADMyOrg -RequiredResourceAccess @($access)"
    );
    _ = writeln!(text, "$sp = New-MgServicePrincipal -AppId $app.AppId");
    _ = writeln!(text, "# An administrator of the tenant grants them:");
    _ = writeln!(
        text,
        "$roles | ForEach-Object {{ New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $sp.Id -PrincipalId $sp.Id -ResourceId $graph.Id -AppRoleId $_ }}"
    );
    _ = writeln!(text, "\"Application (client) ID: $($app.AppId)\"");
    text
}

const fn cli_cloud(cloud: Cloud) -> Option<&'static str> {
    match cloud {
        Cloud::UsGovernment | Cloud::UsDefense => Some("AzureUSGovernment"),
        Cloud::China => Some("AzureChinaCloud"),
        Cloud::Global | Cloud::Custom | Cloud::Unknown => None,
    }
}

const fn graph_environment(cloud: Cloud) -> Option<&'static str> {
    match cloud {
        Cloud::UsGovernment => Some("USGov"),
        Cloud::UsDefense => Some("USGovDoD"),
        Cloud::China => Some("China"),
        Cloud::Global | Cloud::Custom | Cloud::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::onboarding::{Feature, wanted};

    #[test]
    fn both_scripts_name_every_permission_once() {
        let tenant: EntraTenantId = "8e75af29-5176-4372-a718-724b8a4620dc".parse().unwrap();
        let roles = wanted(&[Feature::Inventory, Feature::Restore]);
        for text in [azure_cli(tenant, Cloud::China, &roles), powershell(tenant, Cloud::China, &roles)] {
            assert!(text.contains(&tenant.to_string()) && text.contains("China"));
            for role in &roles {
                assert_eq!(text.matches(role.id).count(), 1, "{}", role.name);
            }
        }
    }
}
