//! Values that Graph masks in an object and tells one by one, by a function of its own (`oma_plain_text` in a contract).

use super::list::encode;
use super::{HydrationStep, ResourceType};
use crate::json::Json;

/// The list that the step is about, and what its elements say.
const LIST: &str = "omaSettings";
const HANDLE: &str = "secretReferenceValueId";
const PLACE: &str = "omaUri";
/// Characters of a handle; Microsoft's are two GUIDs with a mark between.
const LONGEST_HANDLE: usize = 300;

/// A masked value of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// By what Graph knows the value.
    pub handle: String,
    /// Where in the object it is, for people.
    pub place: String,
}

impl ResourceType {
    /// The function that tells masked values, and the application permission that it needs; `None` where nothing does.
    #[must_use]
    pub fn unmasking(&self) -> Option<(&str, &str)> {
        self.hydration.iter().find_map(|step| match step {
            HydrationStep::OmaPlainText { function, permission } => Some((function.as_str(), permission.as_str())),
            _ => None,
        })
    }

    /// The masked values of an object of this type; none where nothing tells them.
    #[must_use]
    pub fn masked(&self, object: &Json) -> Vec<Masked> {
        let known = if self.unmasking().is_some() { object.get(LIST).and_then(Json::as_array) } else { None };
        let masked = |setting: &Json| {
            let handle = setting.get(HANDLE)?.as_str().filter(|handle| !handle.is_empty() && handle.len() <= LONGEST_HANDLE)?;
            let place = setting.get(PLACE).and_then(Json::as_str).unwrap_or_default();
            let hidden = setting.get("isEncrypted").and_then(Json::as_bool) == Some(true);
            hidden.then(|| Masked { handle: handle.to_owned(), place: place.to_owned() })
        };
        known.unwrap_or_default().iter().filter_map(masked).collect()
    }

    /// The template and the path below the version that tell a masked value of the object of that id.
    #[must_use]
    pub fn unmasking_request(&self, id: &str, masked: &Masked) -> Option<(String, String)> {
        let (function, _) = self.unmasking()?;
        let item = self.item.replace("{id}", &encode(id));
        // A quote inside a text of OData is two.
        let handle = encode(&masked.handle.replace('\'', "''"));
        Some((format!("{}/{function}", self.item), format!("{item}/{function}({HANDLE}='{handle}')")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource_types::find;

    #[test]
    fn only_what_is_masked_and_has_a_handle_can_be_told() {
        let text = r#"{"omaSettings":[{"omaUri":"./a","isEncrypted":true,"secretReferenceValueId":"h'1/x","value":"****"},
            {"omaUri":"./b","isEncrypted":false,"secretReferenceValueId":"h2"},{"isEncrypted":true,"secretReferenceValueId":null},
            {"isEncrypted":true,"secretReferenceValueId":""},{"secretReferenceValueId":"h3"}]}"#;
        let object = Json::parse(text.as_bytes()).unwrap();
        let kind = find("device_configuration").unwrap();
        let masked = kind.masked(&object);
        assert_eq!(masked, [Masked { handle: "h'1/x".to_owned(), place: "./a".to_owned() }]);
        let (template, path) = kind.unmasking_request("p 1", &masked[0]).unwrap();
        assert_eq!(template, "/deviceManagement/deviceConfigurations/{id}/getOmaSettingPlainTextValue");
        let wanted =
            "/deviceManagement/deviceConfigurations/p%201/getOmaSettingPlainTextValue(secretReferenceValueId='h''1%2Fx')";
        assert_eq!(path, wanted);
        assert!(find("scope_tag").unwrap().masked(&object).is_empty());
        assert_eq!(kind.unmasking().map(|(_, permission)| permission), Some("DeviceManagementConfiguration.ReadWrite.All"));
    }
}
