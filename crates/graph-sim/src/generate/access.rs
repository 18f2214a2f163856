//! Conditional Access: named locations and policies.

use model::json::Json;

use super::maker::Maker;
use super::values::{NULL, flag, list, text, texts, with};
use super::words;

/// A named location: addresses of a site, or countries.
pub(super) fn named_location(maker: &mut Maker) -> Json {
    let site = *maker.pick(&words::SITES);
    let (created, modified) = maker.times();
    let common = |maker: &mut Maker, kind: &str, name: String| {
        Json::from([
            ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
            ("id", text(maker.id())),
            ("displayName", text(maker.unique(name))),
            ("createdDateTime", created),
            ("modifiedDateTime", modified),
        ])
    };
    if maker.chance(30) {
        let countries = [["DK", "SE", "NO"], ["AT", "SI", "IT"], ["BE", "NL", "LU"], ["PL", "LT", "LV"]];
        let chosen = *maker.pick(&countries);
        let location = common(maker, "countryNamedLocation", format!("Countries – {}", chosen.join(" ")));
        return with(
            location,
            [
                ("countriesAndRegions", texts(chosen)),
                ("includeUnknownCountriesAndRegions", flag(false)),
                ("countryLookupMethod", text("clientIpAddress")),
            ],
        );
    }
    let location = common(maker, "ipNamedLocation", format!("Office – {site}"));
    // Addresses that are set aside for documentation.
    let range = |maker: &mut Maker| {
        let net = *maker.pick(&["192.0.2", "198.51.100", "203.0.113"]);
        let host = maker.below(16) * 16;
        Json::from([("@odata.type", text("#microsoft.graph.iPv4CidrRange")), ("cidrAddress", text(format!("{net}.{host}/28")))])
    };
    let six = Json::from([("@odata.type", text("#microsoft.graph.iPv6CidrRange")), ("cidrAddress", text("2001:db8:17::/48"))]);
    let mut ranges = vec![range(maker)];
    if maker.chance(40) {
        ranges.push(six);
    }
    with(location, [("isTrusted", flag(maker.chance(80))), ("ipRanges", list(ranges))])
}

/// A Conditional Access policy; the goals take turns.
pub(super) fn conditional_access_policy(maker: &mut Maker, number: usize) -> Json {
    let goals = [
        ("Block outside offices", "block"),
        ("Require strong sign-in", "mfa"),
        ("Require compliant device", "compliantDevice"),
        ("Block old protocols", "block"),
        ("Require approved app", "approvedApplication"),
        ("Require domain joined device", "domainJoinedDevice"),
    ];
    let (goal, control) = goals[number % goals.len()];
    let audience = *maker.pick(&words::AUDIENCES);
    let label = 100 + maker.below(800);
    let name = maker.unique(format!("CA{label:03} – {audience} – {goal}"));
    let state = *maker.pick(&["enabled", "enabled", "enabledForReportingButNotEnforced", "disabled"]);
    let include = maker.pick_id(|maker| &maker.groups).filter(|_| maker.chance(70));
    let exclude: Vec<String> = (0..1 + maker.below(2)).filter_map(|_| maker.pick_id(|maker| &maker.groups)).collect();
    let location = maker.pick_id(|maker| &maker.locations).filter(|_| goal.ends_with("offices"));
    let users = Json::from([
        ("includeUsers", if include.is_some() { list([]) } else { texts(["All"]) }),
        ("excludeUsers", list([])),
        ("includeGroups", list(include.map(text))),
        ("excludeGroups", list(exclude.into_iter().map(text))),
        ("includeRoles", list([])),
        ("excludeRoles", list([])),
        ("includeGuestsOrExternalUsers", NULL),
        ("excludeGuestsOrExternalUsers", NULL),
    ]);
    let old = goal.ends_with("protocols");
    let conditions = Json::from([
        ("userRiskLevels", list([])),
        ("signInRiskLevels", if maker.chance(15) { texts(["high", "medium"]) } else { list([]) }),
        ("clientAppTypes", if old { texts(["exchangeActiveSync", "other"]) } else { texts(["all"]) }),
        (
            "platforms",
            if maker.chance(20) {
                Json::from([("includePlatforms", texts(["iOS", "android"])), ("excludePlatforms", list([]))])
            } else {
                NULL
            },
        ),
        (
            "locations",
            location
                .map_or(NULL, |id| Json::from([("includeLocations", texts(["All"])), ("excludeLocations", list([text(id)]))])),
        ),
        ("devices", NULL),
        ("clientApplications", NULL),
        (
            "applications",
            Json::from([
                ("includeApplications", if maker.chance(80) { texts(["All"]) } else { texts(["Office365"]) }),
                ("excludeApplications", list([])),
                ("includeUserActions", list([])),
                ("includeAuthenticationContextClassReferences", list([])),
                ("applicationFilter", NULL),
            ]),
        ),
        ("users", users),
    ]);
    let (created, modified) = maker.times();
    Json::from([
        ("id", text(maker.id())),
        ("templateId", NULL),
        ("displayName", text(name)),
        ("createdDateTime", created),
        ("modifiedDateTime", modified),
        ("state", text(state)),
        ("sessionControls", NULL),
        ("conditions", conditions),
        (
            "grantControls",
            Json::from([
                ("operator", text("OR")),
                ("builtInControls", texts([control])),
                ("customAuthenticationFactors", list([])),
                ("termsOfUse", list([])),
                ("authenticationStrength", NULL),
            ]),
        ),
    ])
}
