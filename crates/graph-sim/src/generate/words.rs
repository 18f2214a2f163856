//! Words that names are made of. The company, its sites and its people are invented.

/// Audiences of policies.
pub(super) const AUDIENCES: [&str; 18] = [
    "All staff",
    "Finance",
    "Engineering",
    "Field service",
    "Shop floor",
    "Warehouse",
    "Executives",
    "Contractors",
    "Call centre",
    "Laboratory",
    "Legal",
    "Meeting rooms",
    "Kiosks",
    "Privileged workstations",
    "Developers",
    "Retail tills",
    "Training rooms",
    "Drivers",
];

/// Sites.
pub(super) const SITES: [&str; 14] = [
    "Aarhus",
    "Ghent",
    "Graz",
    "Kaunas",
    "Linköping",
    "Łódź",
    "Maribor",
    "Oulu",
    "Porto",
    "Reims",
    "Salzburg",
    "Trieste",
    "Utrecht",
    "Zürich",
];

/// Purposes of policies.
pub(super) const PURPOSES: [&str; 8] =
    ["Baseline", "Hardening", "Pilot", "Production", "Exception", "User experience", "Compliance", "Migration"];

/// Rings of a roll-out.
pub(super) const RINGS: [&str; 5] = ["Ring 0 – IT", "Ring 1 – Early", "Ring 2 – Broad", "Ring 3 – Late", "Ring 4 – Critical"];

/// Reasons that descriptions give.
pub(super) const REASONS: [&str; 9] = [
    "Agreed with the security office after the spring audit.",
    "Replaces the group policy of the old domain; remove that one once every device is enrolled.",
    "Requested by the works council: nothing here may look at personal data.",
    "Do not edit without a change ticket.",
    "Test for two weeks in the pilot ring before assigning it to everyone.",
    "Exception until the vendor supports the setting; review each quarter.",
    "Owner: endpoint team.\r\nReviewed every six months.",
    "Keeps the tills usable when the line to the data centre is down.",
    "See the handbook, chapter “Devices”, for what people will notice.",
];

/// People who change things.
pub(super) const PEOPLE: [&str; 8] = [
    "Maja Lindqvist",
    "Tomasz Zieliński",
    "Priya Raman",
    "João Figueira",
    "Anneke de Wit",
    "Rokas Petrauskas",
    "Svenja Kolb",
    "Deployment pipeline",
];

/// Apps that a company has.
pub(super) const APPS: [(&str, &str); 20] = [
    ("Ledgerline", "Ledgerline AB"),
    ("Notary Desk", "Kantoor Software"),
    ("Torque CAD", "Torque Systems"),
    ("Shiftboard", "Planwerk"),
    ("Parcel Scout", "Wegweiser"),
    ("Meterbook", "Elmark"),
    ("Saga Reader", "Saga Tekst"),
    ("Fieldnote", "Acre & Oak"),
    ("Blueprint Viewer", "Torque Systems"),
    ("Quartz Terminal", "Quartz Labs"),
    ("Sealed Mail", "Briefwerk"),
    ("Palette", "Studio Lumen"),
    ("Timecard", "Planwerk"),
    ("Harbour VPN", "Havn Networks"),
    ("Lathe Monitor", "Drehbank Digital"),
    ("Stockroom", "Lagerhaus"),
    ("Beacon Chat", "Beacon Oy"),
    ("Archive Search", "Findling"),
    ("Badge Printer", "Ident"),
    ("Route Planner", "Wegweiser"),
];
