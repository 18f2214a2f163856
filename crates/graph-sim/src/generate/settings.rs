//! Policies that are lists of settings: settings catalog, endpoint security, baselines, Linux compliance.

use model::json::Json;

use super::compliance::scheduled_actions;
use super::maker::Maker;
use super::values::{NULL, flag, int, list, text, with};
use super::{settings_apple, settings_other, settings_windows};
use crate::derived_id::id_from;

/// A kind of setting.
#[derive(Debug, Clone, Copy)]
pub(super) enum Def {
    /// One of so many choices.
    Choice(&'static str, usize),
    /// A number between two.
    Number(&'static str, i64, i64),
    /// One of some texts.
    Text(&'static str, &'static [&'static str]),
    /// Some of some texts.
    List(&'static str, &'static [&'static str]),
    /// A secret, as an encrypted token.
    Secret(&'static str),
}

/// Settings that belong together.
#[derive(Debug)]
pub(super) struct Area {
    /// What names say.
    pub(super) title: &'static str,
    /// How the identifiers begin.
    pub(super) prefix: &'static str,
    /// The settings.
    pub(super) settings: &'static [Def],
}

/// Something that settings are written for.
struct Aim {
    prefix: &'static str,
    platforms: &'static str,
    technologies: &'static str,
    filter: &'static str,
    areas: &'static [Area],
}

const WINDOWS: Aim =
    Aim { prefix: "WIN", platforms: "windows10", technologies: "mdm", filter: "windows", areas: &settings_windows::AREAS };
const IOS: Aim = Aim {
    prefix: "IOS",
    platforms: "iOS",
    technologies: "mdm,appleRemoteManagement",
    filter: "ios",
    areas: &settings_apple::IOS,
};
const MACOS: Aim = Aim {
    prefix: "MAC",
    platforms: "macOS",
    technologies: "mdm,appleRemoteManagement",
    filter: "macos",
    areas: &settings_apple::MACOS,
};
const ANDROID: Aim = Aim {
    prefix: "AND",
    platforms: "androidEnterprise",
    technologies: "android",
    filter: "android",
    areas: &settings_other::ANDROID,
};
const LINUX: Aim =
    Aim { prefix: "LIN", platforms: "linux", technologies: "linuxMdm", filter: "linux", areas: &settings_other::LINUX };

/// A template that endpoint security policies and baselines are bound to.
struct Template {
    family: &'static str,
    title: &'static str,
    version: &'static str,
    /// The title of the area that its settings are of; empty for all areas.
    area: &'static str,
}

/// A settings catalog policy.
pub(super) fn settings_catalog_policy(maker: &mut Maker) -> Json {
    let aim = match maker.below(20) {
        0..=13 => &WINDOWS,
        14 | 15 => &IOS,
        16 | 17 => &MACOS,
        _ => &ANDROID,
    };
    policy(maker, aim, None, 100)
}

/// An endpoint security policy.
pub(super) fn endpoint_security_policy(maker: &mut Maker) -> Json {
    let template = maker.pick(&[
        Template { family: "endpointSecurityAntivirus", title: "Antivirus", version: "Version 1", area: "Defender Antivirus" },
        Template {
            family: "endpointSecurityDiskEncryption",
            title: "Disk encryption",
            version: "Version 1",
            area: "Disk encryption",
        },
        Template { family: "endpointSecurityFirewall", title: "Firewall rules", version: "Version 2", area: "Firewall" },
        Template {
            family: "endpointSecurityAttackSurfaceReduction",
            title: "Attack surface rules",
            version: "Version 1",
            area: "Attack surface",
        },
        Template {
            family: "endpointSecurityAccountProtection",
            title: "Local accounts",
            version: "Version 1",
            area: "Local accounts",
        },
        Template {
            family: "endpointSecurityEndpointDetectionAndResponse",
            title: "Detection and response",
            version: "Version 1",
            area: "Threat sensor",
        },
    ]);
    policy(maker, &WINDOWS, Some(template), 70)
}

/// A security baseline: many settings.
pub(super) fn security_baseline_policy(maker: &mut Maker) -> Json {
    let template = maker.pick(&[
        Template { family: "baseline", title: "Workplace baseline", version: "Version 24H2", area: "" },
        Template { family: "baseline", title: "Browser baseline", version: "Version 128", area: "" },
    ]);
    policy(maker, &WINDOWS, Some(template), 100)
}

/// A compliance policy for Linux.
pub(super) fn compliance_policy_v2(maker: &mut Maker) -> Json {
    let mut object = policy(maker, &LINUX, None, 100);
    object.remove("templateReference");
    object.remove("priorityMetaData");
    let id = object.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
    with(object, [("scheduledActionsForRule", scheduled_actions(maker, &id, text("linuxRule")))])
}

/// A policy with settings of one area, or of all areas for a baseline; each setting is in it `percent` times of a hundred.
fn policy(maker: &mut Maker, aim: &Aim, template: Option<&Template>, percent: u32) -> Json {
    let id = maker.id();
    let (created, modified) = maker.times();
    let baseline = template.is_some_and(|template| template.area.is_empty());
    let bound = template.and_then(|template| aim.areas.iter().find(|area| area.title == template.area));
    let area = bound.unwrap_or_else(|| maker.pick(aim.areas));
    let areas = if baseline { aim.areas } else { std::slice::from_ref(area) };
    let mut settings = Vec::new();
    for area in areas {
        let first = maker.below(area.settings.len());
        for (at, def) in area.settings.iter().enumerate() {
            let wanted = at == first || (maker.chance(75) && maker.chance(percent));
            if wanted {
                let instance = instance(maker, area, *def, template);
                settings.push(Json::from([("id", text(settings.len().to_string())), ("settingInstance", instance)]));
            }
        }
    }
    let title = template.map_or(area.title, |template| template.title);
    let prefix = match template {
        None => aim.prefix.to_owned(),
        Some(_) if baseline => format!("{} – SB", aim.prefix),
        Some(_) => format!("{} – ES", aim.prefix),
    };
    let reference = match template {
        None => [text(""), text("none"), NULL, NULL],
        Some(template) => {
            [text(format!("{}_1", id_from(template.title))), text(template.family), text(template.title), text(template.version)]
        }
    };
    let [template_id, family, template_name, template_version] = reference;
    let count = settings.len() as i64;
    let assignments = maker.assignments(&id, aim.filter);
    let assigned = assignments.as_array().is_some_and(|assignments| !assignments.is_empty());
    Json::from([
        ("id", text(id)),
        ("createdDateTime", created),
        ("creationSource", NULL),
        ("description", maker.description()),
        ("isAssigned", flag(assigned)),
        ("lastModifiedDateTime", modified),
        ("name", text(maker.name(&prefix, title))),
        ("platforms", text(aim.platforms)),
        ("priorityMetaData", NULL),
        ("roleScopeTagIds", maker.scope_tags()),
        ("settingCount", int(count)),
        ("technologies", text(aim.technologies)),
        (
            "templateReference",
            Json::from([
                ("templateId", template_id),
                ("templateFamily", family),
                ("templateDisplayName", template_name),
                ("templateDisplayVersion", template_version),
            ]),
        ),
        ("settings", list(settings)),
        ("assignments", assignments),
    ])
}

fn instance(maker: &mut Maker, area: &Area, def: Def, template: Option<&Template>) -> Json {
    let (leaf, kind) = match def {
        Def::Choice(leaf, _) => (leaf, "Choice"),
        Def::Number(leaf, ..) | Def::Text(leaf, _) | Def::Secret(leaf) => (leaf, "Simple"),
        Def::List(leaf, _) => (leaf, "SimpleSettingCollection"),
    };
    let definition = format!("{}_{leaf}", area.prefix);
    let typed = |name: &str| text(format!("#microsoft.graph.deviceManagementConfiguration{name}"));
    let value_reference = || match template {
        None => NULL,
        Some(_) => Json::from([
            ("settingValueTemplateId", text(id_from(&format!("value {definition}")))),
            ("useTemplateDefault", flag(false)),
        ]),
    };
    let simple = |name: &str, value: Json| {
        Json::from([("@odata.type", typed(name)), ("settingValueTemplateReference", value_reference()), ("value", value)])
    };
    let (property, value) = match def {
        Def::Choice(_, choices) => {
            let choice = maker.below(choices);
            let value = Json::from([
                ("settingValueTemplateReference", value_reference()),
                ("value", text(format!("{definition}_{choice}"))),
                ("children", list([])),
            ]);
            ("choiceSettingValue", value)
        }
        Def::Number(_, least, most) => ("simpleSettingValue", simple("IntegerSettingValue", int(maker.between(least, most)))),
        Def::Text(_, texts) => ("simpleSettingValue", simple("StringSettingValue", text(*maker.pick(texts)))),
        Def::List(_, texts) => {
            let count = 1 + maker.below(texts.len());
            let values = texts.iter().take(count).map(|value| simple("StringSettingValue", text(*value)));
            ("simpleSettingCollectionValue", list(values))
        }
        Def::Secret(_) => {
            let value = simple("SecretSettingValue", text(maker.id()));
            ("simpleSettingValue", with(value, [("valueState", text("encryptedValueToken"))]))
        }
    };
    let reference = match template {
        None => NULL,
        Some(_) => Json::from([("settingInstanceTemplateId", text(id_from(&definition)))]),
    };
    let name = if kind == "SimpleSettingCollection" { format!("{kind}Instance") } else { format!("{kind}SettingInstance") };
    Json::from([
        ("@odata.type", typed(&name)),
        ("settingDefinitionId", text(&definition)),
        ("settingInstanceTemplateReference", reference),
        (property, value),
    ])
}
