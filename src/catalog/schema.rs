//! JSON schemas of the files of a pack, for editors. The files under `schema/` are written from these by a test.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::raw::{CaseToml, ExerciseToml, PackToml, TierToml};
use crate::kind::KINDS;
use crate::world::WorldToml;

/// The schemas by the name of their file.
pub fn schemas() -> Vec<(&'static str, Value)> {
    let whole = |make: fn(SchemaGenerator) -> Schema| make(SchemaSettings::draft2020_12().into_generator()).to_value();
    vec![
        ("pack.schema.json", whole(|generator| generator.into_root_schema_for::<PackToml>())),
        ("tier.schema.json", whole(|generator| generator.into_root_schema_for::<TierToml>())),
        ("exercise.schema.json", whole(|generator| generator.into_root_schema_for::<ExerciseToml>())),
        ("cases.schema.json", cases()),
        ("world.schema.json", whole(|generator| generator.into_root_schema_for::<WorldToml>())),
    ]
}

/// A case has the common keys and those of its kind; which kind it is may stand in another file, so all are allowed.
fn cases() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut case = generator.root_schema_for::<CaseToml>().to_value();
    for entry in KINDS {
        let own = (entry.schema)(&mut generator).to_value();
        for part in ["properties", "$defs"] {
            let Some(more) = own.get(part).and_then(Value::as_object) else { continue };
            let Some(all) = case.as_object_mut() else { continue };
            if let Some(all) = all.entry(part).or_insert_with(|| json!({})).as_object_mut() {
                for (key, value) in more {
                    // `stdout` and the like mean the same in every kind that has them.
                    all.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
        }
    }
    let definitions = case.as_object_mut().and_then(|case| case.remove("$defs")).unwrap_or_else(|| json!({}));
    if let Some(case) = case.as_object_mut() {
        case.remove("$schema");
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cases.toml",
        "type": "object",
        "properties": {
            "format": { "const": 1 },
            "case": { "type": "array", "items": case },
        },
        "required": ["format", "case"],
        "additionalProperties": false,
        "$defs": definitions,
    })
}
