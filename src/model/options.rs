//! The leniencies that an author may name. Everything is exact by default.

use std::str::FromStr;

/// How a comparison goes about it. `Options::default()` is exact.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    /// How bytes are read; `None` is to be chosen from the name of the file.
    pub format: Option<Format>,
    /// Numbers are equal when `|a - e| <= max(abs, rel * |e|)`.
    pub tolerance: Tolerance,
    /// Whether NaN equals NaN; it does unless the author says otherwise.
    pub nan: Nan,
    /// Whether `1`, `1.0` and a NumPy `1` are the same.
    pub types: Types,
    /// How element types of arrays and columns are compared.
    pub dtype: DtypeRule,
    /// Whether rows, lines, or the items of the outermost list have an order.
    pub order: Order,
    /// Lists at these paths have no order.
    pub unordered: Vec<Pattern>,
    /// Whether unexpected keys are allowed.
    pub keys: Keys,
    /// What is at these paths is not compared.
    pub ignore: Vec<Pattern>,
    /// Whether space at line ends counts.
    pub whitespace: Whitespace,
}

/// Absolute and relative tolerance; both finite and not negative.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tolerance {
    /// Largest absolute distance.
    pub abs: f64,
    /// Largest distance as a share of the expected number.
    pub rel: f64,
}

impl Tolerance {
    /// Whether nothing but the very same number will do.
    pub fn is_exact(self) -> bool {
        self.abs == 0.0 && self.rel == 0.0
    }
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
    };
}

choice!(
    /// Whether NaN equals NaN.
    Nan {
        /// It does.
        #[default]
        Equal,
        /// It never does, as in IEEE 754.
        Unequal,
    }
);
choice!(
    /// Whether numbers of different types can be equal.
    Types {
        /// `1` is not `1.0`.
        #[default]
        Exact,
        /// `1`, `1.0` and a NumPy `1` are the same; `True` is not among them.
        Numeric,
    }
);
choice!(
    /// How element types of arrays, Series and DataFrames are compared.
    DtypeRule {
        /// `float32` is not `float64`.
        #[default]
        Exact,
        /// All floats are one kind, all integers, all texts.
        Kind,
        /// Not at all.
        Any,
    }
);
choice!(
    /// Whether the outermost items have an order.
    Order {
        /// They have.
        #[default]
        Exact,
        /// They compare as a multiset.
        Any,
    }
);
choice!(
    /// Which keys a dict or JSON object may have.
    Keys {
        /// The expected ones and no others.
        #[default]
        Exact,
        /// At least the expected ones.
        Subset,
    }
);
choice!(
    /// Whether white space in text counts.
    Whitespace {
        /// It does.
        #[default]
        Exact,
        /// Space at line ends and blank lines at the end do not.
        Trim,
    }
);
choice!(
    /// How bytes are read before they are compared.
    Format {
        /// UTF-8 text, line by line.
        #[default]
        Text,
        /// One JSON document.
        Json,
        /// A JSON document a line; blank lines do not count.
        Jsonl,
        /// Comma-separated values, RFC 4180; numbers compare as numbers.
        Csv,
        /// A NumPy array file.
        Npy,
        /// Byte for byte.
        Bytes,
    }
);

impl Format {
    /// The format that the ending of a file's name stands for.
    pub fn of_name(name: &str) -> Format {
        match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
            Some("json") => Format::Json,
            Some("jsonl" | "ndjson") => Format::Jsonl,
            Some("csv") => Format::Csv,
            Some("npy") => Format::Npy,
            Some("txt" | "md" | "py" | "log" | "html" | "xml" | "toml" | "yaml" | "yml") => Format::Text,
            _ => Format::Bytes,
        }
    }
}

/// A JSON Pointer (RFC 6901) in which `*` stands for any one key or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Option<String>>);

/// A path pattern does not start with `/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a path: write a JSON Pointer such as \"/items/*/id\"")]
pub struct BadPattern(String);

impl FromStr for Pattern {
    type Err = BadPattern;
    fn from_str(text: &str) -> Result<Pattern, BadPattern> {
        if text.is_empty() {
            return Ok(Pattern(Vec::new()));
        }
        let rest = text.strip_prefix('/').ok_or_else(|| BadPattern(text.to_owned()))?;
        let part = |part: &str| (part != "*").then(|| part.replace("~1", "/").replace("~0", "~"));
        Ok(Pattern(rest.split('/').map(part).collect()))
    }
}

impl Pattern {
    /// Whether the pattern stands for exactly this path, given as its unescaped parts.
    pub fn matches(&self, path: &[String]) -> bool {
        self.0.len() == path.len()
            && self.0.iter().zip(path).all(|(want, have)| want.as_ref().is_none_or(|want| want == have))
    }
}
