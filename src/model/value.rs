//! A Python value as plain data: what a call is given, what it answered, what was expected.
//!
//! The set is closed. Whatever Python object is not in it arrives as [`Value::Opaque`]: the name of its type and a
//! bounded `repr`. Values are compared here, in Rust, so an object whose `__eq__` always says yes gains nothing.

use num_bigint::BigInt;

/// A Python value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An `int` of any size.
    Int(BigInt),
    /// A `float`; NaN, the infinities and `-0.0` included.
    Float(f64),
    /// A `complex`: real and imaginary part.
    Complex(f64, f64),
    /// A `str`.
    Str(Text),
    /// A `bytes` or `bytearray`.
    Bytes(Vec<u8>),
    /// A `list`.
    List(Vec<Value>),
    /// A `tuple`, named tuples included.
    Tuple(Vec<Value>),
    /// A `set`, in no particular order.
    Set(Vec<Value>),
    /// A `frozenset`, in no particular order.
    FrozenSet(Vec<Value>),
    /// A `dict`, in insertion order.
    Dict(Vec<(Value, Value)>),
    /// A dataclass instance: class name and fields in declaration order.
    Object {
        /// Name of the class, without its module.
        class: String,
        /// The fields by name.
        fields: Vec<(String, Value)>,
    },
    /// An `Enum` member.
    EnumMember {
        /// Name of the class, without its module.
        class: String,
        /// Name of the member.
        member: String,
    },
    /// A `datetime`, `date`, `time` or `timedelta`.
    Temporal(TemporalKind, String),
    /// A `pathlib` path, with `/` between its parts.
    Path(String),
    /// A `decimal.Decimal`, as Python's `str` writes it.
    Decimal(String),
    /// A NumPy scalar.
    Scalar(Box<Array>),
    /// A NumPy array.
    Array(Box<Array>),
    /// A torch tensor, as the array of its values.
    Tensor(Box<Array>),
    /// A pandas Series.
    Series(Box<Series>),
    /// A pandas DataFrame.
    Frame(Box<Frame>),
    /// An object to be built by a class of the learner's module; only among the arguments of a call.
    New {
        /// Name of the class in the learner's module.
        class: String,
        /// Positional arguments.
        args: Vec<Value>,
        /// Keyword arguments.
        kwargs: Vec<(String, Value)>,
    },
    /// Anything else.
    Opaque {
        /// Name of the type, with its module unless it is the learner's.
        class: String,
        /// What `repr` gave, cut.
        repr: String,
    },
}

/// The four time types; the text beside it is ISO 8601, for a `timedelta` its seconds as a decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemporalKind {
    /// `datetime.datetime`
    DateTime,
    /// `datetime.date`
    Date,
    /// `datetime.time`
    Time,
    /// `datetime.timedelta`
    Delta,
}

impl TemporalKind {
    /// The name of the class in Python.
    pub fn name(self) -> &'static str {
        match self {
            TemporalKind::DateTime => "datetime",
            TemporalKind::Date => "date",
            TemporalKind::Time => "time",
            TemporalKind::Delta => "timedelta",
        }
    }
}

/// A Python `str`. Unlike Rust's it may hold lone surrogates (U+D800 to U+DFFF).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Text {
    /// Valid Unicode, as nearly always.
    Valid(String),
    /// The code points of a text with lone surrogates in it.
    Surrogates(Vec<u32>),
}

impl Text {
    /// The text of these code points.
    pub fn from_code_points(points: Vec<u32>) -> Text {
        match points.iter().map(|&point| char::from_u32(point)).collect() {
            Some(text) => Text::Valid(text),
            None => Text::Surrogates(points),
        }
    }

    /// The text with U+FFFD in the place of each lone surrogate.
    pub fn lossy(&self) -> String {
        match self {
            Text::Valid(text) => text.clone(),
            Text::Surrogates(points) => {
                points.iter().map(|&p| char::from_u32(p).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::Valid(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::Valid(text.to_owned())
    }
}

/// An n-dimensional array in C order.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// NumPy's name of the element type: `float32`, `int64`, `bool`, `<U5`, `object`, `bfloat16` ...
    pub dtype: String,
    /// The length of each axis; empty for a scalar.
    pub shape: Vec<usize>,
    /// The elements, as many as the product of `shape`.
    pub data: ArrayData,
}

/// The elements of an [`Array`], widened to the largest type of their kind.
#[derive(Debug, Clone, PartialEq)]
pub enum ArrayData {
    /// Floats of any width.
    Float(Vec<f64>),
    /// Signed integers of any width.
    Int(Vec<i64>),
    /// Unsigned integers of any width.
    UInt(Vec<u64>),
    /// Booleans.
    Bool(Vec<bool>),
    /// Complex numbers: real and imaginary part.
    Complex(Vec<(f64, f64)>),
    /// Anything else, element by element.
    Values(Vec<Value>),
}

impl ArrayData {
    /// How many elements there are.
    pub fn len(&self) -> usize {
        match self {
            ArrayData::Float(items) => items.len(),
            ArrayData::Int(items) => items.len(),
            ArrayData::UInt(items) => items.len(),
            ArrayData::Bool(items) => items.len(),
            ArrayData::Complex(items) => items.len(),
            ArrayData::Values(items) => items.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Element `index` as a Python value.
    pub fn get(&self, index: usize) -> Option<Value> {
        match self {
            ArrayData::Float(items) => items.get(index).map(|&x| Value::Float(x)),
            ArrayData::Int(items) => items.get(index).map(|&x| Value::Int(x.into())),
            ArrayData::UInt(items) => items.get(index).map(|&x| Value::Int(x.into())),
            ArrayData::Bool(items) => items.get(index).map(|&x| Value::Bool(x)),
            ArrayData::Complex(items) => items.get(index).map(|&(re, im)| Value::Complex(re, im)),
            ArrayData::Values(items) => items.get(index).cloned(),
        }
    }
}

/// What kind of elements a dtype has: the looseness of `dtype = "kind"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DtypeKind {
    /// `float16`, `float32`, `float64`, `bfloat16` ...
    Float,
    /// Signed and unsigned integers.
    Int,
    /// `bool`
    Bool,
    /// Complex numbers.
    Complex,
    /// `<U5`, `str`, `string`, `object`, `category`
    Text,
    /// `datetime64[ns]`, `timedelta64[ns]`
    Time,
    /// Others.
    Other,
}

impl DtypeKind {
    /// The kind that NumPy's, pandas' or torch's name of a dtype belongs to.
    pub fn of(dtype: &str) -> DtypeKind {
        let name = dtype.to_ascii_lowercase();
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
        if starts(&["float", "bfloat"]) {
            DtypeKind::Float
        } else if starts(&["int", "uint"]) {
            DtypeKind::Int
        } else if starts(&["bool"]) {
            DtypeKind::Bool
        } else if starts(&["complex"]) {
            DtypeKind::Complex
        } else if starts(&["datetime", "timedelta", "period"]) {
            DtypeKind::Time
        } else if starts(&["<u", ">u", "|u", "=u", "str", "object", "category"]) {
            DtypeKind::Text
        } else {
            DtypeKind::Other
        }
    }
}

/// A labelled column of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The column's label; `None` when it has none.
    pub name: Value,
    /// pandas' name of the element type; `None` where an expectation leaves it open.
    pub dtype: Option<String>,
    /// The values, missing ones as `None` or NaN, as Python's `tolist()` gives them.
    pub values: Vec<Value>,
}

/// A pandas Series.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The row labels; `None` where an expectation leaves them open. A multi-index has tuples.
    pub index: Option<Vec<Value>>,
    /// The values with their label and type.
    pub column: Column,
}

/// A pandas DataFrame.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The row labels; `None` where an expectation leaves them open. A multi-index has tuples.
    pub index: Option<Vec<Value>>,
    /// The columns from left to right.
    pub columns: Vec<Column>,
}

impl Value {
    /// A `str`.
    pub fn str(text: &str) -> Value {
        Value::Str(text.into())
    }

    /// An `int`.
    pub fn int(number: i64) -> Value {
        Value::Int(number.into())
    }

    /// The type's name as a Python programmer says it: `int`, `float32 array`, `DataFrame`, `Message`.
    pub fn type_name(&self) -> String {
        match self {
            Value::None => "None".into(),
            Value::Bool(_) => "bool".into(),
            Value::Int(_) => "int".into(),
            Value::Float(_) => "float".into(),
            Value::Complex(..) => "complex".into(),
            Value::Str(_) => "str".into(),
            Value::Bytes(_) => "bytes".into(),
            Value::List(_) => "list".into(),
            Value::Tuple(_) => "tuple".into(),
            Value::Set(_) => "set".into(),
            Value::FrozenSet(_) => "frozenset".into(),
            Value::Dict(_) => "dict".into(),
            Value::Object { class, .. }
            | Value::EnumMember { class, .. }
            | Value::New { class, .. }
            | Value::Opaque { class, .. } => class.clone(),
            Value::Temporal(kind, _) => kind.name().into(),
            Value::Path(_) => "Path".into(),
            Value::Decimal(_) => "Decimal".into(),
            Value::Scalar(array) => format!("NumPy {}", array.dtype),
            Value::Array(array) => format!("{} array", array.dtype),
            Value::Tensor(array) => format!("{} tensor", array.dtype),
            Value::Series(_) => "Series".into(),
            Value::Frame(_) => "DataFrame".into(),
        }
    }
}
