//! What holds for every example of every page.

use std::collections::BTreeSet;

use pages::Sample;

fn each(check: impl Fn(&Sample) -> Result<(), String>) {
    let samples = pages::all_samples();
    assert!(samples.len() > 60, "only {} examples", samples.len());
    let wrong: Vec<String> = samples
        .iter()
        .chain(&pages::samples::all_fragments())
        .filter_map(|sample| check(sample).err().map(|why| format!("{} – {}: {why}", sample.page, sample.name)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn pages(check: impl Fn(&str) -> Result<(), String>) {
    each(|sample| if sample.html.starts_with("<!DOCTYPE html>") { check(&sample.html) } else { Ok(()) });
}

/// Every start tag: its name and its attributes as written.
fn tags(html: &str) -> Vec<(&str, &str)> {
    html.split('<')
        .skip(1)
        .filter(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(|tag| {
            let tag = tag.split_once('>').map_or(tag, |(inside, _)| inside);
            tag.split_once([' ', '\n']).unwrap_or((tag, ""))
        })
        .collect()
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let padded = attributes.find(&format!("{name}=\"")).filter(|at| *at == 0 || attributes.as_bytes()[at - 1] == b' ')?;
    attributes[padded + name.len() + 2..].split('"').next()
}

fn ok_if(holds: bool, why: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why.into()) }
}

#[test]
fn every_page_has_one_h1_and_a_title() {
    pages(|html| {
        ok_if(html.matches("<h1").count() == 1, format!("{} h1", html.matches("<h1").count()))?;
        let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
        ok_if(title.ends_with(" · TenantAtlas") && title.len() > " · TenantAtlas".len(), format!("title {title:?}"))?;
        ok_if(html.matches("<main").count() == 1, "not one main")
    });
}

#[test]
fn every_input_has_a_label() {
    each(|sample| {
        let labels: BTreeSet<&str> =
            tags(&sample.html).into_iter().filter(|(tag, _)| *tag == "label").filter_map(|(_, a)| attribute(a, "for")).collect();
        for (tag, attributes) in tags(&sample.html) {
            let hidden = attribute(attributes, "type") == Some("hidden");
            if matches!(tag, "input" | "select" | "textarea") && !hidden {
                let id = attribute(attributes, "id").unwrap_or_default();
                ok_if(labels.contains(id), format!("no label: {tag} {attributes}"))?;
            }
        }
        Ok(())
    });
}

#[test]
fn every_button_and_link_has_a_name() {
    each(|sample| {
        for tag in ["<button", "<a ", "<summary"] {
            for part in sample.html.split(tag).skip(1) {
                let (attributes, rest) = part.split_once('>').unwrap_or_default();
                let close = format!("</{}>", tag.trim_matches(['<', ' ']));
                let words: String = rest
                    .split(&close)
                    .next()
                    .unwrap_or_default()
                    .split('<')
                    .filter_map(|s| s.split_once('>').map_or(Some(s), |(_, t)| Some(t)))
                    .collect();
                ok_if(
                    attribute(attributes, "aria-label").is_some() || !words.trim().is_empty(),
                    format!("{tag} {attributes} has no name"),
                )?;
            }
        }
        Ok(())
    });
}

#[test]
fn no_hostile_text_gets_through() {
    each(|sample| {
        for forbidden in ["<script>alert", "<img src=x", "onerror=alert(2)>"] {
            ok_if(!sample.html.contains(forbidden), format!("has {forbidden:?}"))?;
        }
        // What somebody typed goes back into its field as it was; everywhere else it is shown, and must not deceive.
        let shown: String = sample
            .html
            .split(" value=\"")
            .enumerate()
            .map(|(i, part)| if i == 0 { part } else { part.split_once('"').map_or("", |(_, rest)| rest) })
            .collect();
        for hidden in ['\u{202E}', '\u{200B}'] {
            let around = shown
                .split(hidden)
                .next()
                .map(|before| before.chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect::<String>());
            ok_if(!shown.contains(hidden), format!("has {hidden:?} after {around:?}"))?;
        }
        ok_if(tags(&sample.html).iter().filter(|(tag, _)| *tag == "script").count() <= 1, "more than our own script")
    });
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_another_host() {
    each(|sample| {
        for (tag, attributes) in tags(&sample.html) {
            ok_if(tag != "style", "a style element")?;
            let names = attributes.split('"').step_by(2).flat_map(str::split_whitespace).map(|name| name.trim_end_matches('='));
            for name in names {
                ok_if(name != "style" && !name.starts_with("on"), format!("{tag} has {name}"))?;
            }
            for name in ["href", "src", "action", "xlink:href"] {
                if let Some(target) = attribute(attributes, name) {
                    let ours = (target.starts_with('/') && !target.starts_with("//")) || target.starts_with('#');
                    // Somebody may be led to Microsoft's own portals by hand; nothing of the page comes from there.
                    let portal = ["https://entra.microsoft.", "https://login.microsoftonline."]
                        .iter()
                        .any(|start| target.starts_with(start));
                    // A document may name any place; only those that we wrote do.
                    let told = sample.page == "help-reading" && target.starts_with("https://");
                    let led = (portal || told) && tag == "a" && attribute(attributes, "rel") == Some("noreferrer");
                    ok_if(ours || led, format!("{tag} {name}={target}"))?;
                }
            }
        }
        Ok(())
    });
}

#[test]
fn no_id_is_used_twice_and_every_reference_has_its_target() {
    each(|sample| {
        let mut ids = BTreeSet::new();
        for (_, attributes) in tags(&sample.html) {
            if let Some(id) = attribute(attributes, "id") {
                ok_if(!id.is_empty() && ids.insert(id.to_owned()), format!("id {id:?} twice or empty"))?;
            }
        }
        for (tag, attributes) in tags(&sample.html) {
            for name in ["for", "aria-describedby", "aria-labelledby", "popovertarget", "data-narrows"] {
                if let Some(id) = attribute(attributes, name) {
                    ok_if(ids.contains(id), format!("{tag} {name}={id} leads nowhere"))?;
                }
            }
            if let Some(id) = attribute(attributes, "href").and_then(|href| href.strip_prefix('#')) {
                ok_if(ids.contains(id), format!("link to #{id} leads nowhere"))?;
            }
        }
        Ok(())
    });
}

#[test]
fn every_form_that_is_posted_carries_the_token() {
    each(|sample| {
        for form in sample.html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            let (attributes, inside) = form.split_once('>').unwrap_or_default();
            match attribute(attributes, "method") {
                Some("post") => ok_if(
                    inside.contains(r#"<input type="hidden" name="csrf" value="sample-token">"#),
                    format!("no token: {attributes}"),
                )?,
                Some("get") => ok_if(!inside.contains("name=\"csrf\""), format!("a token in an address: {attributes}"))?,
                other => return Err(format!("method {other:?}")),
            }
        }
        Ok(())
    });
}

#[test]
fn a_page_stays_small() {
    each(|sample| ok_if(sample.html.len() < 400_000, format!("{} bytes", sample.html.len())));
}

#[test]
fn somebody_who_may_not_sync_sees_a_disabled_button_and_why() {
    let samples = pages::all_samples();
    let readonly: Vec<&Sample> =
        samples.iter().filter(|sample| sample.name.contains("readonly") && sample.page.starts_with("inventory-")).collect();
    // A version offers nothing to start.
    let readonly: Vec<&Sample> = readonly.into_iter().filter(|sample| sample.page != "inventory-version").collect();
    assert!(readonly.len() >= 3);
    for sample in readonly {
        assert!(
            !sample.html.contains("<form method=\"post\" action=\"/admin/t/") || sample.html.contains("disabled"),
            "{}",
            sample.name
        );
        assert!(sample.html.contains("Insufficient permission – ask a tenant owner."), "{} – {}", sample.page, sample.name);
    }
    let list = samples.iter().find(|sample| sample.page == "inventory-list" && sample.name == "readonly").unwrap();
    assert!(list.html.contains(r#"<button type="button" class="button primary" disabled aria-describedby="why-no-sync">"#));
}

#[test]
fn every_live_region_can_be_cut_out_of_its_page() {
    each(|sample| {
        for part in sample.html.split(" data-live=").collect::<Vec<_>>().windows(2) {
            let id = part[0].rsplit("id=\"").next().unwrap_or_default().trim_end_matches('"');
            let region = pages::regions(&sample.html, id);
            ok_if(region.contains(&format!("<div id=\"{id}\" data-live=")), format!("region {id} is not found"))?;
            ok_if(region.matches("<div").count() == region.matches("</div>").count(), format!("region {id} is cut badly"))?;
        }
        Ok(())
    });
}

#[test]
fn a_run_that_may_not_be_opened_is_no_link() {
    let samples = pages::all_samples();
    let list = samples.iter().find(|sample| sample.page == "runs-list" && sample.name == "full").unwrap();
    let row = list.html.split("<tr ").find(|row| row.contains("class=\"locked\"")).unwrap();
    assert!(!row.contains("href=\"/admin/operations/") && row.contains("Insufficient permission"), "{row}");
}

#[test]
fn the_first_load_stays_light() {
    let page = pages::all_samples().into_iter().map(|sample| sample.html.len()).max().unwrap();
    // Pictures of Help are loaded where they are looked at, and packed already.
    let packed = |asset: &&pages::Asset| asset.content_type == "image/webp";
    let assets: usize = pages::assets().iter().filter(|asset| !packed(asset)).map(|asset| asset.bytes.len()).sum();
    // Text of this kind compresses to less than a fifth; the limit is 150 KB compressed.
    assert!((page + assets) / 5 < 150 * 1024, "{page} + {assets}");
}

#[test]
fn a_kind_that_is_not_known_is_named() {
    let samples = pages::all_samples();
    let of = |name: &str| {
        samples.iter().find(|sample| sample.page == "inventory-item" && sample.name == name).map(|s| s.html.as_str())
    };
    assert!(of("unknown-kind").is_some_and(|html| html.contains("Unknown kind: windows13QuantumConfiguration")));
    assert!(of("catalog").is_some_and(|html| !html.contains("Unknown kind")));
}

#[test]
fn coverage_says_why_a_type_is_not_kept() {
    let samples = pages::all_samples();
    let of = |page: &str, name: &str| {
        samples.iter().find(|sample| sample.page == page && sample.name == name).map(|s| s.html.clone()).unwrap_or_default()
    };
    let all = of("coverage-types", "all");
    for words in [
        "Not readable app-only",
        "Read on demand only",
        "Preview only",
        "Terms of use agreement",
        "DeviceManagementApps.Read.All",
    ] {
        assert!(all.contains(words), "{words}");
    }
    assert!(of("coverage-types", "nothing-found").contains("No type is like that"));
    let tenant = of("coverage-of-tenant", "mixed");
    assert!(tenant.contains("Permission missing") && tenant.contains("Not tried yet") && tenant.contains("graph.unavailable"));
}
