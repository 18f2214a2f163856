//! Secrets that Microsoft does not give out.

use std::collections::BTreeMap;

use model::json::Json;
use model::resource_types::find;
use model::restore::{Hindrance, fill_secrets, likeness, missing_secrets, steps};

use crate::graph::after;
use crate::objects::{json, object};

const MASKED: &str = r##"[{"@odata.type":"#microsoft.graph.omaSettingString","omaUri":"./a","isEncrypted":true,"secretReferenceValueId":"h1","value":"****"},
    {"@odata.type":"#microsoft.graph.omaSettingInteger","omaUri":"./b","isEncrypted":false,"value":3}]"##;

fn entered(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values.iter().map(|(pointer, value)| ((*pointer).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn masked_custom_settings_are_asked_for_only_when_the_list_is_written() {
    let kind = find("device_configuration").unwrap();
    let mut live = object(&kind.key);
    live.set("omaSettings", json(MASKED));
    let mut wanted = live.clone();
    // Another handle for the same masked value is no difference.
    wanted.set("omaSettings", json(&MASKED.replace("h1", "h2")));
    assert!(likeness(kind, &wanted, &live).is_same());
    assert_eq!(missing_secrets(kind, &wanted, Some(&live)), []);

    wanted.set("omaSettings", json(&MASKED.replace("\"value\":3", "\"value\":4")));
    let missing = missing_secrets(kind, &wanted, Some(&live));
    assert_eq!(missing.len(), 1);
    assert_eq!(
        (missing[0].pointer.as_str(), missing[0].place.as_str(), missing[0].needed),
        ("/omaSettings/0/value", "./a", true)
    );
    assert_eq!(steps(kind, &wanted, Some(&live), Some("x")), Err(Hindrance::SecretMissing));
    assert_eq!(steps(kind, &wanted, None, None), Err(Hindrance::SecretMissing));

    fill_secrets(&mut wanted, &entered(&[("/omaSettings/0/value", "geheim"), ("/nowhere/0", "x")]));
    assert_eq!(missing_secrets(kind, &wanted, Some(&live)), []);
    let writes = steps(kind, &wanted, Some(&live), Some("x")).unwrap();
    let sent = writes[0].body.as_ref().unwrap().to_text();
    assert!(sent.contains("geheim") && !sent.contains("h1") && !sent.contains("\"isEncrypted\":true"), "{sent}");
    let mut result = after(kind, Some(&live), &writes).unwrap();
    // The service masks it at once.
    result.set("omaSettings", json(&MASKED.replace("\"value\":3", "\"value\":4").replace("h1", "h3")));
    assert!(likeness(kind, &wanted, &result).is_same());
}

#[test]
fn a_token_stands_for_a_secret_in_its_own_policy_only() {
    let kind = find("settings_catalog_policy").unwrap();
    let settings = |number: u8, token: &str| {
        json(&format!(
            r##"[{{"id":"0","settingInstance":{{"@odata.type":"#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance","settingDefinitionId":"wifi_key","simpleSettingValue":{{"@odata.type":"#microsoft.graph.deviceManagementConfigurationSecretSettingValue","value":"{token}","valueState":"encryptedValueToken"}}}}}},
            {{"id":"1","settingInstance":{{"@odata.type":"#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance","settingDefinitionId":"b","simpleSettingValue":{{"@odata.type":"#microsoft.graph.deviceManagementConfigurationIntegerSettingValue","value":{number}}}}}}}]"##
        ))
    };
    let mut live = object(&kind.key);
    live.set("settings", settings(1, "token of now"));
    let mut wanted = live.clone();
    wanted.set("settings", settings(1, "token of then"));
    assert!(likeness(kind, &wanted, &live).is_same());
    wanted.set("settings", settings(2, "token of then"));
    let sent = steps(kind, &wanted, Some(&live), Some("x")).unwrap()[0].body.as_ref().unwrap().to_text();
    assert!(sent.contains("token of now") && !sent.contains("token of then"), "{sent}");

    let missing = missing_secrets(kind, &wanted, None);
    let pointer = "/settings/0/settingInstance/simpleSettingValue/value";
    assert_eq!(missing.iter().map(|one| (one.pointer.as_str(), one.place.as_str())).collect::<Vec<_>>(), [(pointer, "wifi_key")]);
    assert_eq!(steps(kind, &wanted, None, None), Err(Hindrance::SecretMissing));
    fill_secrets(&mut wanted, &entered(&[(pointer, "geheim")]));
    let sent = steps(kind, &wanted, None, None).unwrap()[0].body.as_ref().unwrap().to_text();
    assert!(sent.contains(r#""value":"geheim","valueState":"notEncrypted""#), "{sent}");
}

#[test]
fn what_is_never_returned_is_no_difference() {
    let kind = find("device_configuration").unwrap();
    let wifi = r##"{"@odata.type":"#microsoft.graph.androidDeviceOwnerWiFiConfiguration","displayName":"N","wiFiSecurityType":"wpaPersonal","preSharedKey":null}"##;
    let live = json(wifi);
    let mut wanted = live.clone();
    let missing = missing_secrets(kind, &wanted, None);
    assert_eq!((missing[0].pointer.as_str(), missing[0].needed), ("/preSharedKey", true));
    assert_eq!(missing_secrets(kind, &wanted, Some(&live)), []);
    fill_secrets(&mut wanted, &entered(&[("/preSharedKey", "geheim")]));
    assert!(likeness(kind, &wanted, &live).is_same());
    assert_eq!(
        steps(kind, &wanted, None, None).unwrap()[0].body.as_ref().unwrap().get("preSharedKey"),
        Some(&Json::text("geheim"))
    );
}
