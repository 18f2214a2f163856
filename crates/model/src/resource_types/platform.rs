//! The platform that an object is for.

use serde::{Deserialize, Serialize};

use super::FieldPath;
use crate::json::Json;

/// A platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Not bound to one platform.
    All,
    /// Windows.
    Windows,
    /// iOS and iPadOS.
    Ios,
    /// macOS.
    Macos,
    /// Android.
    Android,
    /// Linux.
    Linux,
    /// Microsoft Entra: no device platform.
    Entra,
    /// More than one platform, not all.
    Several,
    /// The object does not say, or says something that is not known here.
    Unknown,
}

impl Platform {
    /// Every platform, in the order of filters.
    pub const ALL: [Self; 9] =
        [Self::Windows, Self::Ios, Self::Macos, Self::Android, Self::Linux, Self::Entra, Self::All, Self::Several, Self::Unknown];

    /// The stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Windows => "windows",
            Self::Ios => "ios",
            Self::Macos => "macos",
            Self::Android => "android",
            Self::Linux => "linux",
            Self::Entra => "entra",
            Self::Several => "several",
            Self::Unknown => "unknown",
        }
    }

    /// The platform of a stored code; a code that is not known is [`Platform::Unknown`].
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|platform| platform.code() == code).unwrap_or(Self::Unknown)
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All platforms",
            Self::Windows => "Windows",
            Self::Ios => "iOS/iPadOS",
            Self::Macos => "macOS",
            Self::Android => "Android",
            Self::Linux => "Linux",
            Self::Entra => "Microsoft Entra",
            Self::Several => "Several platforms",
            Self::Unknown => "Unknown platform",
        }
    }

    /// Reads one word of Graph's: an enum member (`windows10`, `androidForWork`, `mac`) or the name of a concrete type
    /// (`iosVppApp`, `macOSDmgApp`, `win32LobApp`).
    fn of_word(word: &str) -> Self {
        /// Beginnings of Graph's words, lower case; longer beginnings before shorter ones of the same letters.
        const BEGINNINGS: [(&str, Platform); 25] = [
            ("depios", Platform::Ios),
            ("deptvos", Platform::Ios),
            ("depvisionos", Platform::Ios),
            ("depmacos", Platform::Macos),
            ("mdmwindows", Platform::Windows),
            ("targetedmanagedapp", Platform::Several),
            ("android", Platform::Android),
            ("aosp", Platform::Android),
            ("managedandroid", Platform::Android),
            ("ios", Platform::Ios),
            ("ipados", Platform::Ios),
            ("managedios", Platform::Ios),
            ("mac", Platform::Macos),
            ("windows", Platform::Windows),
            ("win32", Platform::Windows),
            ("winget", Platform::Windows),
            ("sharedpc", Platform::Windows),
            ("editionupgrade", Platform::Windows),
            ("officesuite", Platform::Windows),
            ("microsoftstoreforbusiness", Platform::Windows),
            ("linux", Platform::Linux),
            ("webapp", Platform::All),
            ("allplatforms", Platform::All),
            ("default", Platform::All),
            ("deviceenrollment", Platform::All),
        ];
        let word = word.trim().to_ascii_lowercase();
        BEGINNINGS.iter().find(|(beginning, _)| word.starts_with(beginning)).map_or(Self::Unknown, |(_, platform)| *platform)
    }

    /// Reads a comma-separated value of an enum whose members can be combined.
    fn of_words(words: &str) -> Self {
        let mut platforms = words.split(',').map(Self::of_word);
        let first = platforms.next().unwrap_or(Self::Unknown);
        if platforms.all(|other| other == first) { first } else { Self::Several }
    }
}

/// How the platform of an object of a type is found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum PlatformRule {
    /// Every object of the type is for this platform.
    Fixed {
        /// That platform.
        platform: Platform,
    },
    /// A property names it; `absent` when the object has no such property or it is null.
    Property {
        /// The property.
        path: FieldPath,
        /// What an object without it is for.
        absent: Platform,
    },
    /// The concrete type (`@odata.type`) names it.
    OdataType,
}

impl PlatformRule {
    /// The platform of an object.
    #[must_use]
    pub fn platform_of(&self, object: &Json) -> Platform {
        match self {
            Self::Fixed { platform } => *platform,
            Self::Property { path, absent } => path.first(object).and_then(Json::as_str).map_or(*absent, Platform::of_words),
            Self::OdataType => object
                .get("@odata.type")
                .and_then(Json::as_str)
                .and_then(|name| name.strip_prefix("#microsoft.graph."))
                .map_or(Platform::Unknown, Platform::of_word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_graph_become_platforms() {
        for (word, platform) in [
            ("windows10", Platform::Windows),
            ("iOS", Platform::Ios),
            ("iOS,macOS", Platform::Several),
            ("windows10,windows10X", Platform::Windows),
            ("androidEnterprise", Platform::Android),
            ("mac", Platform::Macos),
            ("managedIOSStoreApp", Platform::Ios),
            ("win32LobApp", Platform::Windows),
            ("visionOS", Platform::Unknown),
            ("", Platform::Unknown),
        ] {
            assert_eq!(Platform::of_words(word), platform, "{word}");
        }
    }

    #[test]
    fn codes_survive_storage_and_strangers_are_unknown() {
        for platform in Platform::ALL {
            assert_eq!(Platform::from_code(platform.code()), platform);
        }
        assert_eq!(Platform::from_code("amiga"), Platform::Unknown);
    }
}
