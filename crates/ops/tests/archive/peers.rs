//! Exports of IntuneCD, IntuneManagement and IntuneBackupAndRestore are understood, type by type.

use std::fs;

use model::canonical::canonical;
use model::json::Json;
use model::resource_types::find;
use ops::archive::{Format, IdSource, Imported, Limits, Report, Verdict, open};

use crate::layouts::{Made, as_intune_cd, intune_backup_and_restore, intune_cd, intune_management};
use crate::sets::{Objects, invented, read, read_zip, real};

const TENANT: &str = "0f0f0f0f-1111-2222-3333-444444444444";

/// Reads an export as zip and as folder, and looks that every object is what it was.
fn understood(made: &Made, format: Format, objects: &Objects, check: impl Fn(&Imported, &'static str, &str, &Json)) -> Report {
    let (report, found) = read_zip(&made.zip(), None).unwrap();
    assert_eq!(report.format, format);
    let told: Vec<String> = report.lines.iter().filter(|line| line.verdict != Verdict::Note).map(ToString::to_string).collect();
    assert_eq!(found.len(), made.objects.len(), "{told:#?}");
    for imported in &found {
        let (key, id) = &made.objects[&imported.file];
        assert_eq!(imported.resource_type, *key, "{}", imported.file);
        check(imported, key, id, &objects[&(*key, id.clone())]);
    }
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in &made.files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let limits = Limits::default();
    let (in_folder, again) = read(&mut *open(folder.path(), None, &limits).unwrap(), &limits).unwrap();
    assert_eq!((in_folder, again), (report.clone(), found), "a folder reads like a zip");
    report
}

/// Every source of objects: invented ones, and the real exports where they are.
fn tenants(test: &str) -> Vec<Objects> {
    real(test).into_values().chain([invented(300)]).collect()
}

fn settings_are_there(objects: &Objects) -> Objects {
    // Objects without what the tools always write would rightly be left out.
    let needed = |key: &str| match key {
        "administrative_template" => Some("definitionValues"),
        "settings_catalog_policy" | "endpoint_security_policy" | "security_baseline_policy" => Some("settings"),
        "compliance_policy_v2" | "endpoint_security_intent" => Some("settings"),
        _ => None,
    };
    let whole = |key: &str, object: &Json| needed(key).is_none_or(|name| object.get(name).is_some());
    // And so would those of several kinds that do not say which they are, as Graph always does.
    let says = |key: &str, object: &Json| {
        let kind = find(key).unwrap();
        let silent = kind.odata_types.iter().any(|known| known.trim_start_matches('#') == kind.declared_type);
        silent
            || object
                .get("@odata.type")
                .and_then(Json::as_str)
                .is_some_and(|said| kind.odata_types.iter().any(|known| known == said))
    };
    let found = objects.iter().filter(|((key, _), object)| whole(key, object) && says(key, object));
    // Some of the real exports were made by IntuneManagement and still hold what stands for the tenant's id.
    let of_a_tenant = |object: &Json| Json::parse(object.to_text().replace("%OrganizationId%", TENANT).as_bytes()).unwrap();
    found.map(|(key, object)| (key.clone(), of_a_tenant(object))).collect()
}

#[test]
fn intune_cd_is_understood_in_json_and_in_yaml() {
    for objects in tenants("intune_cd_is_understood_in_json_and_in_yaml").iter().map(settings_are_there) {
        for (yaml, append_id) in [(false, false), (false, true), (true, true)] {
            let made = intune_cd(&objects, yaml, append_id);
            if made.objects.is_empty() {
                continue;
            }
            understood(&made, Format::IntuneCd, &objects, |imported, key, id, object| {
                let kind = find(key).unwrap();
                let wanted = canonical(kind, as_intune_cd(object));
                assert_eq!(imported.content.text, wanted.text, "{}", imported.file);
                let guid = id.len() == 36;
                let source = if append_id && guid {
                    IdSource::FileName
                } else if kind.is_singleton() {
                    IdSource::Object
                } else {
                    IdSource::Made
                };
                assert_eq!(imported.id_source, source, "{}", imported.file);
                assert!(source != IdSource::FileName || imported.object_id == *id);
            });
        }
    }
}

#[test]
fn intune_management_is_understood_and_loses_nothing() {
    for objects in tenants("intune_management_is_understood_and_loses_nothing").iter().map(settings_are_there) {
        let made = intune_management(&objects, TENANT, false);
        if made.objects.is_empty() {
            continue;
        }
        let report = understood(&made, Format::IntuneManagement, &objects, |imported, key, id, object| {
            let kind = find(key).unwrap();
            let whole = canonical(kind, object.clone());
            // What is of the declared type says so in full metadata only.
            let silent = object.get("@odata.type").and_then(Json::as_str) != Some(&format!("#{}", kind.declared_type));
            if silent {
                assert_eq!(imported.content.text, whole.text, "{}", imported.file);
            }
            assert_eq!((imported.object_id.as_str(), imported.id_source), (id, IdSource::Object));
        });
        let words: Vec<&str> =
            report.lines.iter().filter(|line| line.verdict == Verdict::Left).map(|line| line.words.as_str()).collect();
        assert_eq!(
            words,
            ["a group: groups are kept in the directory cache, not in backups", "names of groups for the tool itself"]
        );
    }
}

#[test]
fn intune_management_without_folders_is_told_by_the_objects_themselves() {
    let mut objects = settings_are_there(&invented(150));
    objects.retain(|(key, _), _| *key != "administrative_template" && *key != "endpoint_security_intent");
    let made = intune_management(&objects, TENANT, true);
    understood(&made, Format::IntuneManagement, &objects, |imported, _, id, _| assert_eq!(imported.object_id, id));
}

#[test]
fn the_tenants_id_is_put_back() {
    let text = format!(r#"{{"id":"5","displayName":"R","x":"{TENANT}"}}"#);
    let objects = Objects::from([(("device_management_script", "5".to_owned()), Json::parse(text.as_bytes()).unwrap())]);
    let mut made = intune_management(&objects, TENANT, false);
    let (_, found) = read_zip(&made.zip(), None).unwrap();
    assert!(found[0].content.text.contains(TENANT));
    made.files.remove("Contoso/MigrationTable.json");
    let (report, found) = read_zip(&made.zip(), None).unwrap();
    assert!(found[0].content.text.contains("%OrganizationId%"));
    assert!(report.lines.iter().any(|line| line.words == "the tenant's id is %OrganizationId%"));
}

#[test]
fn intune_backup_and_restore_is_understood_with_its_assignments() {
    for mut objects in tenants("intune_backup_and_restore_is_understood_with_its_assignments").iter().map(settings_are_there) {
        // Some of the real exports got their ids later; their assignments still name the first.
        objects.retain(|(_, id), object| {
            let owners = object.get("assignments").and_then(Json::as_array).unwrap_or_default();
            let of =
                |one: &Json| one.get("id").and_then(Json::as_str).is_none_or(|own| !own.contains('_') || own.starts_with(id));
            owners.iter().all(of)
        });
        let made = intune_backup_and_restore(&objects);
        if made.objects.is_empty() {
            continue;
        }
        let report = understood(&made, Format::IntuneBackupAndRestore, &objects, |imported, key, id, object| {
            let whole = canonical(find(key).unwrap(), object.clone());
            if key == "administrative_template" {
                // Of a template the values are kept, and which definitions they are of.
                assert_eq!(
                    (imported.id_source, imported.content.parts.assignments.as_str()),
                    (IdSource::Made, whole.parts.assignments.as_str())
                );
                let count = |text: &str| text.matches("\"definition\":{").count();
                assert_eq!(count(&imported.content.text), count(&whole.text), "{}", imported.file);
            } else {
                assert_eq!(imported.content.parts, whole.parts, "{}", imported.file);
                assert_eq!((imported.object_id.as_str(), imported.id_source), (id, IdSource::Object));
            }
        });
        let unused = report.lines.iter().find(|line| line.file.ends_with("gone.json")).unwrap();
        assert_eq!(unused.words, "belongs to no object that is here");
    }
}

/// Reads a few files.
fn small(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let mut zip = crate::raw_zip::RawZip::default();
    files.iter().for_each(|(path, text)| zip.add(path.as_bytes(), text.as_bytes()));
    let (report, found) = read_zip(&zip.finish(), None).unwrap();
    let lines = report.lines.iter().map(ToString::to_string).collect();
    (found.iter().map(|object| format!("{} {}", object.resource_type, object.name)).collect(), lines)
}

#[test]
fn nothing_is_guessed() {
    let (found, lines) = small(&[
        (
            "Device Configurations/a.json",
            r##"{"id":"1","displayName":"A","@odata.type":"#microsoft.graph.iosCompliancePolicy"}"##,
        ),
        ("Device Configurations/b.json", r#"{"id":"2","displayName":"B"}"#),
        (
            "Device Configurations/c.json",
            r##"{"id":"3","displayName":"C","@odata.type":"#microsoft.graph.tomorrowConfiguration"}"##,
        ),
        (
            "Device Configurations/d.json",
            r##"{"id":"3","displayName":"D","@odata.type":"#microsoft.graph.iosCustomConfiguration"}"##,
        ),
        ("Device Configurations/e.json", r##"{"id":"4","@odata.type":"#microsoft.graph.iosCustomConfiguration"}"##),
        ("Settings Catalog/f.json", r#"{"id":"5","name":"F"}"#),
        ("Settings Catalog/g.json", "[]"),
        ("Autopilot Devices/h.json", r#"{"id":"6","displayName":"H"}"#),
        ("Unknown things/i.json", r#"{"id":"7","displayName":"I"}"#),
        ("Entra/External Collaboration Settings/b2b_policy.json", "{}"),
    ]);
    assert_eq!(found, ["device_configuration C"]);
    let wanted = [
        "Autopilot Devices/h.json: read on demand only, not kept in backups",
        "Device Configurations/a.json: it says that it is a Compliance policy, which its folder does not hold",
        "Device Configurations/b.json: it does not say of which type it is (@odata.type)",
        "Device Configurations/c.json: of a kind that is not known here (#microsoft.graph.tomorrowConfiguration)",
        "Device Configurations/d.json: the same object as Device Configurations/c.json",
        "Device Configurations/e.json: it has no name (displayName), so it is no Device configuration profile",
        "Entra/External Collaboration Settings/b2b_policy.json: not from Microsoft Graph",
        "Settings Catalog/f.json: its settings are not in the export",
        "Settings Catalog/g.json: not one object",
        "Unknown things/i.json: in no folder of this layout",
    ];
    assert_eq!(lines, wanted);
}

#[test]
fn assignments_that_are_another_objects_are_not_mixed_up() {
    let (one, two) = ("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222");
    let policy = format!(r##"{{"id":"{one}","displayName":"P","@odata.type":"#microsoft.graph.iosCompliancePolicy"}}"##);
    let assignments = |owner: &str| format!(r#"[{{"id":"{owner}_x","target":{{"groupId":"g"}}}}]"#);
    let path = "Device Compliance Policies/P.json";
    let beside = "Device Compliance Policies/Assignments/P.json";
    let (found, lines) = small(&[(path, &policy), (beside, &assignments(one))]);
    assert_eq!((found.len(), lines.len()), (1, 0));
    let (found, lines) = small(&[(path, &policy), (beside, &assignments(two))]);
    assert!(found.is_empty());
    assert_eq!(lines, [format!("{path}: its assignments cannot be read: {beside} has those of another object of this name")]);
    for broken in ["{", "1", "{}"] {
        let (found, lines) = small(&[(path, &policy), (beside, broken)]);
        assert!(found.is_empty() && lines[0].contains("its assignments cannot be read"), "{lines:?}");
    }
}
