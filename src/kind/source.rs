//! Text, bytes and files as authors write them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, de};

use super::{Files, ReadError};
use crate::model::{Format, WorkFile};

/// A source of bytes: a string, or a table with `file`, `bytes`, or `repeat` and `times`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The text itself.
    Text(String),
    /// A file of the exercise.
    File(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A text many times over.
    Repeat(String, usize),
}

/// A generated input is no longer than this: 64 MiB.
const MOST_REPEATED: usize = 64 << 20;

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Source, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Source;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string, or a table such as { file = \"fixtures/x.jsonl\" }")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Source, E> {
                Ok(Source::Text(text.to_owned()))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Source, A::Error> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Table {
                    file: Option<String>,
                    bytes: Option<String>,
                    repeat: Option<String>,
                    times: Option<usize>,
                }
                let table = Table::deserialize(de::value::MapAccessDeserializer::new(map))?;
                match table {
                    Table { file: Some(path), bytes: None, repeat: None, times: None } => Ok(Source::File(path)),
                    Table { file: None, bytes: Some(digits), repeat: None, times: None } => {
                        hexadecimal(&digits).map(Source::Bytes).ok_or_else(|| {
                            de::Error::custom("`bytes` are pairs of hexadecimal digits, such as \"ff fe 00\"")
                        })
                    }
                    Table { file: None, bytes: None, repeat: Some(text), times: Some(times) } => {
                        if text.len().saturating_mul(times) > MOST_REPEATED {
                            return Err(de::Error::custom("a repeated text is at most 64 MiB long"));
                        }
                        Ok(Source::Repeat(text, times))
                    }
                    _ => Err(de::Error::custom("a source has `file`, or `bytes`, or `repeat` with `times`")),
                }
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl schemars::JsonSchema for Source {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Source".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let table = |properties: serde_json::Value, required: &[&str]| serde_json::json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
        schemars::json_schema!({
            "description": "Text, or a table that says where bytes come from.",
            "oneOf": [
                { "type": "string" },
                table(serde_json::json!({ "file": { "type": "string", "description": "a file of the exercise" } }), &["file"]),
                table(serde_json::json!({ "bytes": { "type": "string", "description": "hexadecimal digits" } }), &["bytes"]),
                table(
                    serde_json::json!({ "repeat": { "type": "string" }, "times": { "type": "integer", "minimum": 0 } }),
                    &["repeat", "times"]
                ),
            ]
        })
    }
}

/// The bytes of `"ff fe 00"`.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    if digits.len() % 2 == 1 {
        return None;
    }
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok()).collect()
}

impl Source {
    /// The bytes that it stands for.
    pub fn bytes(&self, files: &dyn Files) -> Result<Arc<[u8]>, ReadError> {
        match self {
            Source::Text(text) => Ok(text.as_bytes().into()),
            Source::Bytes(bytes) => Ok(bytes[..].into()),
            Source::Repeat(text, times) => Ok(text.repeat(*times).into_bytes().into()),
            Source::File(path) => files.read(path).ok_or_else(|| missing(path)),
        }
    }

    /// The format that the file's name stands for; `None` for what is written inline.
    pub fn format(&self) -> Option<Format> {
        match self {
            Source::File(path) => Some(Format::of_name(path)),
            Source::Bytes(_) => Some(Format::Bytes),
            Source::Text(_) | Source::Repeat(..) => None,
        }
    }
}

fn missing(path: &str) -> ReadError {
    ReadError { message: format!("there is no file `{path}` in the exercise's folder"), span: None }
}

/// Input files: a table of names and sources, or a list of paths in the exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileSet(BTreeMap<String, Source>);

impl<'de> Deserialize<'de> for FileSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FileSet, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = FileSet;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a table of name = source, or a list of paths in the exercise")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<FileSet, A::Error> {
                let mut files = BTreeMap::new();
                while let Some(path) = seq.next_element::<String>()? {
                    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
                    files.insert(name, Source::File(path));
                }
                Ok(FileSet(files))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<FileSet, A::Error> {
                BTreeMap::deserialize(de::value::MapAccessDeserializer::new(map)).map(FileSet)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl schemars::JsonSchema for FileSet {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FileSet".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Files by name, or a list of paths in the exercise.",
            "oneOf": [
                { "type": "array", "items": { "type": "string" } },
                { "type": "object", "additionalProperties": generator.subschema_for::<Source>() },
            ]
        })
    }
}

/// Whether `path` stays in the folder that it is relative to.
pub fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', '\0'])
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

impl FileSet {
    /// The files with their bytes.
    pub fn read(&self, files: &dyn Files) -> Result<Vec<WorkFile>, ReadError> {
        let one = |(path, source): (&String, &Source)| {
            if !is_inside(path) {
                let message = format!("`{path}` is not a path inside the work folder");
                return Err(ReadError { message, span: None });
            }
            Ok(WorkFile { path: path.clone(), bytes: source.bytes(files)? })
        };
        self.0.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_come_in_pairs() {
        assert_eq!(hexadecimal("ff FE 00"), Some(vec![255, 254, 0]));
        assert_eq!(hexadecimal("f"), None);
        assert_eq!(hexadecimal("fg"), None);
    }

    #[test]
    fn a_path_stays_inside() {
        for good in ["a", "a/b.txt", "..a"] {
            assert!(is_inside(good), "{good}");
        }
        for bad in ["", "/a", "a//b", "../a", "a/../b", "a/.", "a\\b", "a\0"] {
            assert!(!is_inside(bad), "{bad}");
        }
    }
}
