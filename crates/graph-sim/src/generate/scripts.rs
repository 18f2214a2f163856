//! PowerShell scripts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::json::Json;

use super::maker::Maker;
use super::values::{flag, text};
use super::words;

/// A script; its content is base64, now and then with a byte order mark.
pub(super) fn device_management_script(maker: &mut Maker) -> Json {
    let id = maker.id();
    let (created, modified) = maker.times();
    let (app, _) = *maker.pick(&words::APPS);
    let site = *maker.pick(&words::SITES);
    let (area, line) = *maker.pick(&[
        ("Set time zone", "Set-TimeZone -Id 'W. Europe Standard Time'"),
        ("Remove old printers", "Get-Printer | Where-Object Name -like 'OLD-*' | Remove-Printer"),
        ("Clean caches", "Remove-Item \"$env:ProgramData\\Cache\\*\" -Recurse -ErrorAction SilentlyContinue"),
        ("Register device", "Invoke-RestMethod -Method Post -Uri 'https://inventory.example/devices'"),
    ]);
    let mark = if maker.chance(20) { "\u{feff}" } else { "" };
    let source = format!("{mark}# {area} for {app}, site {site}\r\n$ErrorActionPreference = 'Stop'\r\n{line}\r\n");
    let assignments = maker.assignments(&id, "windows");
    Json::from([
        ("id", text(&id)),
        ("displayName", text(maker.name("WIN – PS", area))),
        ("description", maker.description()),
        ("scriptContent", text(STANDARD.encode(source))),
        ("createdDateTime", created),
        ("lastModifiedDateTime", modified),
        ("runAsAccount", text(if maker.chance(70) { "system" } else { "user" })),
        ("enforceSignatureCheck", flag(maker.chance(30))),
        ("fileName", text(format!("{}.ps1", area.replace(' ', "-")))),
        ("roleScopeTagIds", maker.scope_tags()),
        ("runAs32Bit", flag(false)),
        ("assignments", assignments),
    ])
}
