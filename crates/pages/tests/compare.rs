//! What the pages of comparisons say.

use pages::Sample;

fn sample(page: &str, name: &str) -> String {
    let found = pages::all_samples().into_iter().find(|sample: &Sample| sample.page == page && sample.name == name);
    found.map(|sample| sample.html).unwrap_or_default()
}

/// The words of a page's main part, a space between any two.
fn words(html: &str) -> String {
    let main = html.split_once("<main").map_or(html, |(_, rest)| rest);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let text: Vec<&str> = main.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect();
    let text = text.join(" ").replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn changes_are_told_by_the_names_of_settings_and_groups() {
    let page = words(&sample("compare-pair", "versions"));
    for expected in [
        "15 changes: 1 in name, 9 in settings, 3 in assignments, 2 in scope tags.",
        "Name Changed WIN – Baseline – Defender Antivirus WIN – Baseline – Defender Antivirus (2026)",
        // By Microsoft's own name where the definition came along, in words of ours where not.
        "Allow real-time monitoring (defender) Changed Allowed. Turns on and runs the real-time monitoring service. 0",
        "Average CPU load factor (defender) Changed 35 50",
        "Excluded paths (defender) › No. 3 Added Not there E:\\",
        "› Block Office child processes (defender › attacksurfacereductionrules) Changed Block Audit",
        "Technologies Changed mdm,microsoftSense Null",
        "All devices › Device and app management assignment filter type Changed include exclude",
        "Unresolved (…fdb57722) Removed Include Not there",
        "Scope tag Added Not there Unresolved (…44)",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    assert!(sample("compare-pair", "versions").contains("<ins class=\"mark\"> (2026)</ins>"), "words that differ are marked");
    assert!(
        page.contains("− Removed: Owner: endpoint team.") && page.contains("+ Added: Owner: workplace team."),
        "by line: {page}"
    );
}

#[test]
fn scripts_are_compared_by_line_and_bytes_by_size() {
    let script = words(&sample("compare-pair", "script"));
    assert!(script.contains("1 1 # Removes consumer apps 2 − Removed: Get-AppxPackage -Name 'Contoso.Solitaire'"), "{script}");
    assert!(script.contains("4 + Added: exit 0"), "{script}");
    let bytes = words(&sample("compare-pair", "script-bytes"));
    assert!(bytes.contains("6 B, no text"), "{bytes}");
}

#[test]
fn a_secret_that_changed_is_told_and_not_shown() {
    for name in ["secret", "secret-unified", "secret-patch"] {
        let html = sample("compare-pair", name);
        assert!(!html.contains("hunter"), "{name}");
        assert!(words(&html).contains("1 change: 1 in settings."), "{name}");
        let hashes = html.split(|c: char| !c.is_ascii_hexdigit()).filter(|run| run.len() >= 64);
        // The page links its stylesheet and script by shorter hashes.
        assert_eq!(hashes.count(), 0, "{name}: no hash of a secret is shown");
    }
    assert!(
        words(&sample("compare-pair", "secret"))
            .contains("Custom settings › server › Value Changed Hidden: a secret Hidden: a secret")
    );
    let patch = words(&sample("compare-pair", "secret-patch"));
    assert!(patch.contains("0 operations") && patch.contains("Secrets are left out"), "{patch}");
    assert!(
        patch.contains("/customSettings/0/value") && !patch.contains("(hidden)"),
        "no cover is written in place of a secret: {patch}"
    );
}

#[test]
fn what_cannot_be_compared_says_why() {
    assert!(words(&sample("compare-pair", "same")).contains("No difference"));
    assert!(words(&sample("compare-pair", "one-version")).contains("Nothing to compare yet"));
    assert!(words(&sample("compare-pair", "disappeared")).contains("The second state has no content"));
    assert!(words(&sample("compare-pair", "two-types")).contains("Two types of policy"));
    assert!(words(&sample("compare-tenants", "choose")).contains("Choose what to compare with"));
}

#[test]
fn sides_are_called_by_what_they_are() {
    let tenants = words(&sample("compare-tenants", "two-tenants"));
    assert!(tenants.contains("WIN – Baseline – Edge Settings catalog policy Only in Contoso"), "{tenants}");
    assert!(tenants.contains("Different Settings Not comparable by id: assignments"), "{tenants}");
    assert!(tenants.contains("The same – Not comparable by id: scope tags"), "other ids are no difference: {tenants}");
    let by_part = words(&sample("compare-tenants", "two-tenants-by-part"));
    assert!(by_part.contains("Different – Not comparable by id: scope tags"), "{by_part}");
    assert!(by_part.contains("Only the first") && by_part.contains("Scope tags, by their ids"), "{by_part}");
    let moments = words(&sample("compare-tenants", "two-moments"));
    assert!(moments.contains("WIN – Pilot – Updates Settings catalog policy Added"), "{moments}");
}

/// Both texts of a table's first row, of the cells before and after.
fn sides(html: &str) -> (String, String) {
    let cell = |label: &str| {
        let start = format!("data-label=\"{label}\"");
        words(html.split_once(&start).and_then(|(_, rest)| rest.split_once("</td>")).map_or("", |(cell, _)| cell))
    };
    (cell("Before"), cell("After"))
}

#[test]
fn a_difference_far_inside_a_long_text_is_shown() {
    let html = sample("compare-pair", "long");
    let (before, after) = sides(&html);
    assert!(before.contains("isEncrypted=") && before.contains("false"), "{before}");
    assert!(after.contains("isEncrypted=") && after.contains("true"), "{after}");
    assert!(before.starts_with(">…") || before.contains('…'), "{before}");
    assert!(html.contains("<del class=\"mark\">false</del>"), "the word is marked");
    let unified = words(&sample("compare-pair", "long-unified"));
    let line =
        |mark: &str| unified.split_once(mark).map_or("", |(_, line)| line.get(..line.len().min(600)).unwrap_or(line)).to_owned();
    assert!(line("− Removed: ").contains("isEncrypted=false"), "{unified}");
    assert!(line("+ Added: ").contains("isEncrypted=true"), "{unified}");
}

#[test]
fn other_line_ends_are_told_beside_what_changed() {
    let script = words(&sample("compare-pair", "script-ends"));
    assert!(script.contains("How lines end (CRLF or LF, or the end of the last line) differs as well"), "{script}");
    assert!(script.contains("+ Added: exit 1"), "{script}");
}

#[test]
fn the_past_leads_to_what_became_of_it() {
    let html = sample("versions-past", "past");
    assert!(html.contains("/compare?from=") && words(&html).contains("Compare with now"), "the whole tenant");
    assert!(words(&html).contains("Disappeared") && words(&html).contains("Compare with its last state"), "{html}");
    assert_eq!(html.matches("data-instants=").count(), 2, "over days, and over the syncs around");
    assert!(words(&sample("compare-pair", "disappeared")).contains("It had disappeared"));
}
