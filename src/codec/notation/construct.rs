//! What `name(arguments)` means: the constructors of the notation, and objects of the learner's module.

use super::parse::{check_hashable, repeated};
use super::{Load, NotationError, Role, canonical};
use crate::codec::dtype::{Elements, elements};
use crate::model::{Column, Frame, Series, TemporalKind, Text, Value};

mod array;

/// An argument as it was read.
#[derive(Debug)]
pub(super) struct Argument {
    pub at: usize,
    pub keyword: Option<String>,
    pub value: Value,
    /// The text of the value when that is short; empty otherwise.
    pub source: String,
}

/// Arguments in their order, the positional ones first.
#[derive(Debug, Default)]
pub(super) struct Arguments(pub Vec<Argument>);

impl Arguments {
    /// Positional arguments and keywords.
    pub fn plain(self) -> (Vec<Value>, Vec<(String, Value)>) {
        let (mut args, mut kwargs) = (Vec::new(), Vec::new());
        for argument in self.0 {
            match argument.keyword {
                None => args.push(argument.value),
                Some(name) => kwargs.push((name, argument.value)),
            }
        }
        (args, kwargs)
    }
}

/// Whether the notation gives this name a meaning of its own.
pub(super) fn is_known(name: &str) -> bool {
    parameters(name).is_some()
}

/// The parameters of a constructor, and how many of them may be given by position.
fn parameters(name: &str) -> Option<(&'static [&'static str], usize)> {
    Some(match name {
        "set" | "frozenset" => (&["items"], 1),
        "complex" => (&["real", "imag"], 2),
        "Decimal" | "Path" | "datetime" | "date" | "time" | "load" => (&["text"], 1),
        "timedelta" => (&["seconds"], 1),
        "array" => (&["values", "dtype", "shape"], 1),
        "scalar" | "tensor" => (&["value", "dtype", "shape"], 1),
        "Series" => (&["values", "dtype", "index", "name"], 1),
        "DataFrame" => (&["columns", "dtypes", "index"], 1),
        _ => return None,
    })
}

/// A name before its arguments.
pub(super) struct Constructor<'a> {
    pub name: &'a str,
    pub role: Role,
    pub files: &'a dyn Load,
    pub at: usize,
}

/// An argument that is bound to a parameter.
type Bound = Option<Argument>;

impl Constructor<'_> {
    /// The value that the arguments build.
    pub fn build(&self, arguments: Arguments) -> Result<Value, NotationError> {
        let Some((names, positional)) = parameters(self.name) else { return self.foreign(arguments) };
        let mut bound = self.bind(arguments, names, positional)?.into_iter();
        let mut next = || bound.next().flatten();
        match self.name {
            "set" => self.items(next(), "in a set").map(Value::Set),
            "frozenset" => self.items(next(), "in a frozenset").map(Value::FrozenSet),
            "complex" => {
                let (re, im) = (self.real(next())?, self.real(next())?);
                Ok(Value::Complex(re, im))
            }
            "Decimal" => self.canonical(next(), canonical::decimal, Value::Decimal),
            "Path" => self.canonical(next(), |text| Ok(canonical::path(text)), Value::Path),
            "datetime" => self.temporal(next(), TemporalKind::DateTime, canonical::datetime),
            "date" => self.temporal(next(), TemporalKind::Date, canonical::date),
            "time" => self.temporal(next(), TemporalKind::Time, canonical::time),
            "timedelta" => {
                let argument = self.required(next(), "seconds")?;
                let text = canonical::seconds(&argument.source).map_err(|message| at(argument.at, message))?;
                Ok(Value::Temporal(TemporalKind::Delta, text))
            }
            "load" => {
                let argument = self.required(next(), "path")?;
                let path = text_of(&argument, "the path of a file")?;
                self.files.load(path).map_err(|message| at(argument.at, message))
            }
            "Series" => self.series(next(), next(), next(), next()),
            "DataFrame" => self.frame(next(), next(), next()),
            _ => self.array(next(), next(), next()),
        }
    }

    fn fail<T>(&self, message: String) -> Result<T, NotationError> {
        Err(at(self.at, message))
    }

    /// An object of the learner's module.
    fn foreign(&self, arguments: Arguments) -> Result<Value, NotationError> {
        let (name, first) = (self.name, self.name.chars().next().unwrap_or('_'));
        if matches!(name, "int" | "float" | "str" | "list" | "tuple" | "dict" | "range" | "bytes" | "bytearray") {
            return self.fail(format!("nothing is evaluated: write the value itself instead of `{name}(…)`"));
        }
        let by_position = arguments.0.iter().find(|argument| argument.keyword.is_none()).map(|argument| argument.at);
        let (args, kwargs) = arguments.plain();
        if let Some((_, message)) = repeated(&kwargs) {
            return self.fail(message);
        }
        let class = name.to_owned();
        match (self.role, by_position) {
            (Role::Input, _) => Ok(Value::New { class, args, kwargs }),
            (Role::Expectation, None) => Ok(Value::Object { class, fields: kwargs }),
            (Role::Expectation, Some(place)) if first.is_lowercase() => {
                Err(at(place, format!("`{name}` is no constructor of this notation; nothing is evaluated")))
            }
            (Role::Expectation, Some(place)) => {
                Err(at(place, format!("the fields of an expected `{name}` are written as keywords: `{name}(field=…)`")))
            }
        }
    }

    fn bind(&self, arguments: Arguments, names: &[&str], positional: usize) -> Result<Vec<Bound>, NotationError> {
        let mut bound: Vec<Bound> = names.iter().map(|_| None).collect();
        for (place, argument) in arguments.0.into_iter().enumerate() {
            let index = match &argument.keyword {
                Some(keyword) => names.iter().position(|name| name == keyword),
                None => (place < positional).then_some(place),
            };
            let listed = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let name = self.name;
            let Some(slot) = index.and_then(|index| bound.get_mut(index)) else {
                let message = match &argument.keyword {
                    Some(keyword) => format!("`{keyword}` is no argument of `{name}`, which has {listed}"),
                    None => format!("`{name}` takes {positional} argument(s) by position; it has {listed}"),
                };
                return Err(at(argument.at, message));
            };
            if slot.is_some() {
                return Err(at(argument.at, "this argument is given twice".into()));
            }
            *slot = Some(argument);
        }
        Ok(bound)
    }

    fn required(&self, argument: Bound, name: &str) -> Result<Argument, NotationError> {
        argument.map_or_else(|| self.fail(format!("the {name} of `{}` is missing", self.name)), Ok)
    }

    /// The items of a list, tuple or set, all of which may be in a set.
    fn items(&self, argument: Bound, place: &str) -> Result<Vec<Value>, NotationError> {
        let Some(argument) = argument else { return Ok(Vec::new()) };
        let items = match argument.value {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => items,
            Value::Dict(items) if items.is_empty() => Vec::new(),
            other => {
                let message = format!("`{}` takes `{{…}}` or `[…]`, not a {}", self.name, other.type_name());
                return Err(at(argument.at, message));
            }
        };
        items.iter().try_for_each(|item| check_hashable(item, place)).map_err(|message| at(argument.at, message))?;
        Ok(items)
    }

    fn real(&self, argument: Bound) -> Result<f64, NotationError> {
        let Some(argument) = argument else { return Ok(0.0) };
        array::real(&argument.value).ok_or_else(|| at(argument.at, "a number is expected here".into()))
    }

    fn canonical(
        &self,
        argument: Bound,
        canonical: impl Fn(&str) -> Result<String, String>,
        wrap: impl Fn(String) -> Value,
    ) -> Result<Value, NotationError> {
        let argument = self.required(argument, "text")?;
        let text = text_of(&argument, &format!("a text in quotes, as in `{}('…')`,", self.name))?;
        canonical(text).map(wrap).map_err(|message| at(argument.at, message))
    }

    fn temporal(
        &self,
        argument: Bound,
        kind: TemporalKind,
        canonical: impl Fn(&str) -> Result<String, String>,
    ) -> Result<Value, NotationError> {
        self.canonical(argument, canonical, |text| Value::Temporal(kind, text))
    }

    fn series(&self, values: Bound, dtype: Bound, index: Bound, name: Bound) -> Result<Value, NotationError> {
        let values = list(self.required(values, "list of values")?, "the values of a Series")?;
        let dtype = match &dtype {
            Some(argument) => Some(text_of(argument, "the name of a dtype")?.to_owned()),
            None => None,
        };
        let name = name.map_or(Value::None, |argument| argument.value);
        let index = labels(index, values.len())?;
        let column = column(name, dtype, values).map_err(|message| at(self.at, message))?;
        Ok(Value::Series(Box::new(Series { index, column })))
    }

    fn frame(&self, columns: Bound, dtypes: Bound, index: Bound) -> Result<Value, NotationError> {
        let pairs = dict(self.required(columns, "dict of columns")?)?;
        let mut dtypes = dtypes.map_or(Ok(Vec::new()), dict)?;
        let mut columns: Vec<Column> = Vec::new();
        for (name, values) in pairs {
            let shown = super::write(&name, 60);
            let Value::List(values) = values else { return self.fail(format!("column {shown} is not a list")) };
            let dtype = match dtypes.iter().position(|(key, _)| *key == name).map(|place| dtypes.swap_remove(place)) {
                None => None,
                Some((_, Value::Str(Text::Valid(dtype)))) => Some(dtype),
                Some(_) => return self.fail(format!("the dtype of column {shown} is not a text")),
            };
            if let Some(first) = columns.first()
                && first.values.len() != values.len()
            {
                let (other, this) = (first.values.len(), values.len());
                return self.fail(format!("column {shown} has {this} values, the first column {other}"));
            }
            columns.push(column(name, dtype, values).map_err(|message| at(self.at, message))?);
        }
        if let Some((name, _)) = dtypes.first() {
            return self.fail(format!("`dtypes` names {}, which is no column", super::write(name, 60)));
        }
        let index = match columns.first() {
            Some(first) => labels(index, first.values.len())?,
            None => index.map(|argument| list(argument, "`index`")).transpose()?,
        };
        Ok(Value::Frame(Box::new(Frame { index, columns })))
    }
}

fn at(at: usize, message: String) -> NotationError {
    NotationError { at, message }
}

fn text_of<'a>(argument: &'a Argument, what: &str) -> Result<&'a str, NotationError> {
    match &argument.value {
        Value::Str(Text::Valid(text)) => Ok(text),
        other => Err(at(argument.at, format!("{what} is expected here, not a {}", other.type_name()))),
    }
}

fn list(argument: Argument, what: &str) -> Result<Vec<Value>, NotationError> {
    match argument.value {
        Value::List(items) => Ok(items),
        other => Err(at(argument.at, format!("{what} are a list, not a {}", other.type_name()))),
    }
}

fn dict(argument: Argument) -> Result<Vec<(Value, Value)>, NotationError> {
    match argument.value {
        Value::Dict(items) => Ok(items),
        other => Err(at(argument.at, format!("a dict by column is expected here, not a {}", other.type_name()))),
    }
}

fn labels(index: Bound, rows: usize) -> Result<Option<Vec<Value>>, NotationError> {
    let Some(argument) = index else { return Ok(None) };
    let place = argument.at;
    let labels = list(argument, "the labels of `index`")?;
    if labels.len() == rows {
        return Ok(Some(labels));
    }
    Err(at(place, format!("`index` has {} labels for {rows} rows", labels.len())))
}

/// A column whose values are as pandas would hold them: `1` in a `float64` column is `1.0`, `None` there is NaN.
fn column(name: Value, dtype: Option<String>, mut values: Vec<Value>) -> Result<Column, String> {
    let lower = dtype.as_deref().unwrap_or_default().to_ascii_lowercase();
    let plain = dtype.as_deref() == Some(lower.as_str());
    for value in &mut values {
        let bad = |value: &Value| Err(format!("{} cannot be in a column of dtype {lower}", super::write(value, 60)));
        match elements(&lower) {
            Elements::Float(bits) => match array::real(value) {
                Some(number) => *value = Value::Float(crate::codec::dtype::round_to(number, bits)),
                None if *value == Value::None && plain => *value = Value::Float(f64::NAN),
                None if *value == Value::None => {}
                None => return bad(value),
            },
            Elements::Int(_) | Elements::UInt(_) if !matches!(value, Value::Int(_) | Value::None) => return bad(value),
            _ => {}
        }
    }
    Ok(Column { name, dtype, values })
}
