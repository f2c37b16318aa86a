//! From text to values: a parser by recursive descent, with a limit on its depth.

use std::collections::HashSet;

use num_bigint::BigInt;

use super::construct::{Argument, Arguments, Constructor};
use super::{Call, Load, NotationError, Role, Step, strings};
use crate::model::Value;

/// Brackets within brackets.
const DEEPEST: usize = 100;
/// Digits of a decimal number; reading them takes time by the square. Hexadecimal numbers have no such limit.
const MOST_DIGITS: usize = 200_000;

/// Reads one value.
pub fn parse_value(text: &str, role: Role, files: &dyn Load) -> Result<Value, NotationError> {
    let mut parser = Parser { text, at: 0, depth: 0, role, files };
    let value = parser.value()?;
    parser.end()?;
    Ok(value)
}

/// Reads a call: `name(arguments)` and any number of `.method(arguments)`. Names without parentheses may stand before,
/// between and after the calls: `Counter.from_text('a').total`.
pub fn parse_call(text: &str, files: &dyn Load) -> Result<Call, NotationError> {
    let mut parser = Parser { text, at: 0, depth: 0, role: Role::Input, files };
    let mut steps = Vec::new();
    loop {
        parser.skip();
        let Some(name) = parser.name() else { return parser.fail("the name of a function is expected here") };
        let name = name.to_owned();
        if parser.eat("(") {
            let start = parser.at;
            let (args, kwargs) = parser.arguments()?.plain();
            if let Some((_, message)) = repeated(&kwargs) {
                return Err(NotationError { at: start, message });
            }
            steps.push(Step::Call { name, args, kwargs });
        } else {
            steps.push(Step::Attribute(name));
        }
        if !parser.eat(".") {
            break;
        }
    }
    // An attribute of something may be asked for without a call.
    if matches!(steps[..], [Step::Attribute(_)]) {
        return parser.fail("nothing is called; write `name(arguments)`");
    }
    parser.end()?;
    Ok(Call { steps })
}

/// The first keyword that is there twice.
pub(super) fn repeated(kwargs: &[(String, Value)]) -> Option<(&str, String)> {
    let mut seen = HashSet::new();
    let (name, _) = kwargs.iter().find(|(name, _)| !seen.insert(name.as_str()))?;
    Some((name, format!("`{name}` is given twice")))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    role: Role,
    files: &'a dyn Load,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T, NotationError> {
        Err(NotationError { at: self.at, message: message.into() })
    }

    /// Passes spaces, line ends and comments.
    fn skip(&mut self) {
        loop {
            let trimmed = self.rest().trim_start();
            self.at = self.text.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn end(&mut self) -> Result<(), NotationError> {
        self.skip();
        match self.rest().chars().next() {
            None => Ok(()),
            Some(_) => self.fail("the value ends here, and more text follows"),
        }
    }

    /// An identifier, if one starts here.
    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let starts = |c: char| c == '_' || c.is_alphabetic();
        if !rest.starts_with(starts) {
            return None;
        }
        let length = rest.find(|c: char| !starts(c) && !c.is_numeric()).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length)
    }

    fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Result<T, NotationError>) -> Result<T, NotationError> {
        if self.depth >= DEEPEST {
            return self.fail(format!("brackets are nested more than {DEEPEST} deep"));
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }

    fn value(&mut self) -> Result<Value, NotationError> {
        self.skip();
        let rest = self.rest();
        if strings::starts(rest) {
            return self.string();
        }
        match rest.chars().next() {
            None => self.fail("a value is missing here"),
            Some('[') => self.deeper(|parser| Ok(Value::List(parser.items("[", "]")?.0))),
            Some('(') => self.deeper(Self::tuple),
            Some('{') => self.deeper(Self::braces),
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(),
            Some(c) if c == '_' || c.is_alphabetic() => self.named(),
            Some(c) => self.fail(format!("a value cannot start with `{}`", c.escape_debug())),
        }
    }

    /// Items up to the closing bracket, and whether the last one had a comma after it.
    fn items(&mut self, open: &str, close: &str) -> Result<(Vec<Value>, bool), NotationError> {
        let start = self.at;
        self.at += open.len();
        let mut items = Vec::new();
        let mut comma = false;
        while !self.eat(close) {
            self.separated(items.is_empty() || comma, start, open, close)?;
            items.push(self.value()?);
            comma = self.eat(",");
        }
        Ok((items, comma))
    }

    /// Checks that an item may start here.
    fn separated(&self, may: bool, start: usize, open: &str, close: &str) -> Result<(), NotationError> {
        if self.rest().is_empty() {
            let message = format!("`{open}` is not closed; `{close}` is missing");
            return Err(NotationError { at: start, message });
        }
        if may { Ok(()) } else { self.fail(format!("`,` or `{close}` is expected here")) }
    }

    fn tuple(&mut self) -> Result<Value, NotationError> {
        let (mut items, comma) = self.items("(", ")")?;
        match (items.len(), comma) {
            // Brackets around a single value are only brackets.
            (1, false) => Ok(items.remove(0)),
            _ => Ok(Value::Tuple(items)),
        }
    }

    fn braces(&mut self) -> Result<Value, NotationError> {
        let start = self.at;
        self.at += 1;
        let (mut pairs, mut items) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        let mut comma = false;
        while !self.eat("}") {
            self.separated(comma || (pairs.is_empty() && items.is_empty()), start, "{", "}")?;
            let at = self.at;
            let first = self.value()?;
            let is_pair = self.eat(":");
            if (is_pair && !items.is_empty()) || (!is_pair && !pairs.is_empty()) {
                return Err(NotationError { at, message: "a dict has `key: value` everywhere, a set nowhere".into() });
            }
            let what = if is_pair { "a key of a dict" } else { "in a set" };
            check_hashable(&first, what).map_err(|message| NotationError { at, message })?;
            if let Some(key) = key_text(&first)
                && !seen.insert(key)
            {
                return Err(NotationError { at, message: format!("{} is there twice", super::write(&first, 60)) });
            }
            if is_pair {
                pairs.push((first, self.value()?));
            } else {
                items.push(first);
            }
            comma = self.eat(",");
        }
        Ok(if items.is_empty() { Value::Dict(pairs) } else { Value::Set(items) })
    }

    fn string(&mut self) -> Result<Value, NotationError> {
        let start = self.at;
        let mut whole: Option<Value> = None;
        // Literals one after the other are one text, as in Python.
        while strings::starts(self.rest()) {
            let (part, length) = strings::literal(self.rest())
                .map_err(|error| NotationError { at: self.at + error.at, message: error.message })?;
            self.at += length;
            whole = Some(match whole {
                None => part,
                Some(before) => strings::join(before, part).ok_or_else(|| NotationError {
                    at: start,
                    message: "a `str` and `bytes` cannot stand one after the other".into(),
                })?,
            });
            let after = self.at;
            self.skip();
            if !strings::starts(self.rest()) {
                self.at = after;
                break;
            }
        }
        whole.map_or_else(|| self.fail("a string is expected here"), Ok)
    }

    fn number(&mut self) -> Result<Value, NotationError> {
        let rest = self.rest();
        let sign = usize::from(rest.starts_with(['-', '+']));
        let unsigned = rest.get(sign..).unwrap_or_default();
        let negative = rest.starts_with('-');
        for (word, number) in [("inf", f64::INFINITY), ("nan", f64::NAN)] {
            let after = unsigned.strip_prefix(word).and_then(|after| after.chars().next());
            if sign == 1 && unsigned.starts_with(word) && !after.is_some_and(char::is_alphanumeric) {
                self.at += sign + word.len();
                return Ok(Value::Float(if negative && number.is_infinite() { -number } else { number }));
            }
        }
        let mut length = 0;
        for (index, c) in unsigned.char_indices() {
            let exponent_sign = matches!(c, '+' | '-')
                && unsigned.get(..index).is_some_and(|before| before.ends_with(['e', 'E']))
                && !unsigned.starts_with("0x")
                && !unsigned.starts_with("0X");
            if !(c.is_ascii_alphanumeric() || c == '_' || c == '.' || exponent_sign) {
                break;
            }
            length = index + 1;
        }
        let token = unsigned.get(..length).unwrap_or_default();
        match number(token, negative) {
            Ok(value) => {
                self.at += sign + length;
                Ok(value)
            }
            Err(message) => self.fail(message),
        }
    }

    /// A constant, a constructor or a name of the learner's module.
    fn named(&mut self) -> Result<Value, NotationError> {
        let start = self.at;
        let name = self.name().unwrap_or_default();
        let wrong = |message: String| Err(NotationError { at: start, message });
        match name {
            "None" => return Ok(Value::None),
            "True" => return Ok(Value::Bool(true)),
            "False" => return Ok(Value::Bool(false)),
            "nan" => return Ok(Value::Float(f64::NAN)),
            "inf" => return Ok(Value::Float(f64::INFINITY)),
            _ => {}
        }
        if self.eat("(") {
            let arguments = self.deeper(Self::arguments)?;
            let constructor = Constructor { name, role: self.role, files: self.files, at: start };
            return constructor.build(arguments);
        }
        if self.eat(".") {
            self.skip();
            let member_at = self.at;
            let Some(member) = self.name() else { return self.fail("the name of an enum's member is expected here") };
            let next = {
                self.skip();
                self.rest().chars().next()
            };
            return match next {
                Some('(') if super::construct::is_known(member) => {
                    wrong(format!("write `{member}(…)` without `{name}.`"))
                }
                Some('(') => wrong(format!("nothing is evaluated: `{name}.{member}(…)` cannot be called in a value")),
                Some('.') => Err(NotationError { at: member_at, message: "a value has one dot: `Name.MEMBER`".into() }),
                _ => Ok(Value::EnumMember { class: name.to_owned(), member: member.to_owned() }),
            };
        }
        let instead = match name {
            "true" => "; write `True`",
            "false" => "; write `False`",
            "null" | "none" | "NULL" | "nil" | "undefined" => "; write `None`",
            "NaN" | "NAN" => "; write `nan`",
            "Infinity" | "Inf" | "infinity" => "; write `inf`",
            "lambda" | "not" | "for" | "if" => "; nothing is evaluated",
            _ => "; write a text in quotes, an object as `Name(…)`, an enum's member as `Name.MEMBER`",
        };
        wrong(format!("`{name}` is not a value{instead}"))
    }

    /// Arguments up to the closing parenthesis; the opening one is passed already.
    fn arguments(&mut self) -> Result<Arguments, NotationError> {
        let start = self.at.saturating_sub(1);
        let mut arguments = Arguments::default();
        let mut comma = true;
        while !self.eat(")") {
            self.separated(comma, start, "(", ")")?;
            let at = self.at;
            let keyword = self.keyword();
            let from = {
                self.skip();
                self.at
            };
            let value = self.value()?;
            let source = self.text.get(from..self.at).unwrap_or_default().trim().to_owned();
            // Only `timedelta` looks at the source, of a number; the rest need not be held.
            let source = if source.len() <= 64 { source } else { String::new() };
            if keyword.is_none() && arguments.0.iter().any(|argument| argument.keyword.is_some()) {
                return Err(NotationError { at, message: "a positional argument stands after a keyword".into() });
            }
            arguments.0.push(Argument { at, keyword, value, source });
            comma = self.eat(",");
        }
        Ok(arguments)
    }

    /// `key=`, if that is what comes next.
    fn keyword(&mut self) -> Option<String> {
        let start = self.at;
        if !strings::starts(self.rest())
            && let Some(name) = self.name()
            && self.eat("=")
        {
            return Some(name.to_owned());
        }
        self.at = start;
        None
    }
}

/// A number without its sign.
fn number(token: &str, negative: bool) -> Result<Value, String> {
    let bad = || Err(format!("`{}` is not a number", token.chars().take(40).collect::<String>()));
    let doubled = token.contains("__") || token.ends_with('_') || token.contains("_.") || token.contains("._");
    if token.is_empty() || doubled {
        return bad();
    }
    let prefix = token.get(..2).unwrap_or_default().to_ascii_lowercase();
    let signed = |number: BigInt| Value::Int(if negative { -number } else { number });
    let radix = match prefix.as_str() {
        "0x" => 16,
        "0o" => 8,
        "0b" => 2,
        _ => 10,
    };
    let digits: String = token.chars().filter(|&c| c != '_').collect();
    if radix != 10 {
        let digits = digits.get(2..).unwrap_or_default();
        let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        return match BigInt::parse_bytes(digits.as_bytes(), radix) {
            Some(number) if plain => Ok(signed(number)),
            _ => bad(),
        };
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if digits.len() > 1 && digits.starts_with('0') && digits.bytes().any(|byte| byte != b'0') {
            return Err(format!("`{token}` starts with 0, which Python does not allow; write it without"));
        }
        return match parse_int(&digits) {
            Some(number) => Ok(signed(number)),
            None => Err(format!("a number has more than {MOST_DIGITS} digits; write it in hexadecimal (0x…)")),
        };
    }
    let float_like = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    match digits.parse::<f64>() {
        Ok(number) if float_like => Ok(Value::Float(if negative { -number } else { number })),
        _ => bad(),
    }
}

/// A decimal integer, maybe with a minus; `None` when it is none, or longer than 200 000 digits.
pub(in crate::codec) fn parse_int(digits: &str) -> Option<BigInt> {
    if digits.len() > MOST_DIGITS {
        return None;
    }
    // Nearly all fit, and a machine word is read much faster.
    match digits.parse::<i64>() {
        Ok(number) => Some(number.into()),
        Err(_) => BigInt::parse_bytes(digits.as_bytes(), 10),
    }
}

/// What Python refuses in sets and as keys.
pub(super) fn check_hashable(value: &Value, place: &str) -> Result<(), String> {
    match value {
        Value::List(_) | Value::Set(_) | Value::Dict(_) | Value::Array(_) | Value::Series(_) | Value::Frame(_) => {
            Err(format!("a {} cannot be {place}", value.type_name()))
        }
        // Depth is bounded by the parser.
        Value::Tuple(items) => items.iter().try_for_each(|item| check_hashable(item, place)),
        _ => Ok(()),
    }
}

/// A text for keys of the simple types, equal when Python takes the keys for equal.
fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(super::write(&Value::Str(text.clone()), usize::MAX / 2)),
        Value::Int(number) => Some(number.to_str_radix(16)),
        Value::Bool(value) => Some(u8::from(*value).to_string()),
        Value::None => Some("None".into()),
        _ => None,
    }
}
