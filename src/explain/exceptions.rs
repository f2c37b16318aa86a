//! What an exception tells.

use super::Row;
use crate::event::{CaseFinished, ExceptionShown};

/// The rows of this subject.
pub const ROWS: &[Row] = &[
    Row {
        id: "reads-input",
        mistake: "asks for input that nobody types",
        explain: |case| {
            let exception = of(case, &["EOFError"])?;
            (source(exception).contains("input(") || exception.message.contains("reading a line"))
                .then(|| "`input()` waits for somebody to type, and nobody does: the data comes as arguments, files or standard input.".to_owned())
        },
    },
    Row {
        id: "module-not-there",
        mistake: "imports a package that the exercise does not have",
        explain: |case| {
            let exception = of(case, &["ModuleNotFoundError"])?;
            let name = quoted(&exception.message)?;
            Some(format!(
                "There is no module `{name}` here: solve it with what the statement names, or check the spelling of a file of your own."
            ))
        },
    },
    Row {
        id: "does-not-compile",
        mistake: "the file is no valid Python",
        explain: |case| {
            let exception = of(case, &["SyntaxError", "IndentationError", "TabError"])?;
            let message = &exception.message;
            if message.contains("never closed") || message.contains("unexpected EOF") {
                return Some(
                    "A bracket or quote that is opened is not closed: look at the marked line and the one above."
                        .to_owned(),
                );
            }
            if exception.class == "IndentationError" || exception.class == "TabError" {
                return Some("Python reads structure from indentation: four spaces a level, no tabs, and something below each line that ends with a colon.".to_owned());
            }
            if message.contains("expected ':'") {
                return Some("A line such as `if`, `for` or `def` ends with a colon.".to_owned());
            }
            message.contains("await").then(|| "`await` works inside `async def` only.".to_owned())
        },
    },
    Row {
        id: "none-has-no-attribute",
        mistake: "goes on with `None`",
        explain: |case| {
            let exception = of(case, &["AttributeError", "TypeError"])?;
            let message = &exception.message;
            let tells = message.starts_with("'NoneType' object")
                || message.contains("not NoneType")
                || message.ends_with("'NoneType'");
            tells.then(|| {
                "Something is `None` here: a function without a `return`, one that changes its argument in place (`list.sort`, `list.append`), or a search that found nothing.".to_owned()
            })
        },
    },
    Row {
        id: "missing-key",
        mistake: "takes a key for granted",
        explain: |case| {
            let exception = of(case, &["KeyError"])?;
            Some(format!(
                "A dict has no key {}: `d.get(key)` or `key in d` asks first, where the data may lack it.",
                exception.message
            ))
        },
    },
    Row {
        id: "empty-sequence",
        mistake: "takes the first of nothing",
        explain: |case| {
            let exception = of(case, &["IndexError", "ValueError", "StatisticsError", "ZeroDivisionError"])?;
            let message = exception.message.to_lowercase();
            let empty = ["empty", "at least one data point", "zero-size array", "arg is an empty"]
                .iter()
                .any(|part| message.contains(part));
            if exception.class == "ZeroDivisionError" {
                return Some("Something is divided by zero: a mean of nothing, or a vector of length zero. Decide what the result is then.".to_owned());
            }
            (empty || exception.class == "IndexError")
                .then(|| "A place is taken that is not there: think of the empty input, and of the last index, which is `len(x) - 1`.".to_owned())
        },
    },
    Row {
        id: "bad-json",
        mistake: "parses text that is no JSON",
        explain: |case| {
            let exception = of(case, &["JSONDecodeError"])?;
            let empty = exception.message.contains("line 1 column 1 (char 0)");
            Some(if empty {
                "What is parsed is empty or no JSON from its first character on: an empty line, a byte order mark, or a text around the JSON.".to_owned()
            } else {
                "A text is no valid JSON: where the data may hold such, catch `json.JSONDecodeError` for that one piece and go on.".to_owned()
            })
        },
    },
    Row {
        id: "not-serializable",
        mistake: "writes values as JSON that JSON does not have",
        explain: |case| {
            let exception = of(case, &["TypeError"])?;
            let kind = exception.message.strip_prefix("Object of type ")?.split(' ').next()?;
            let way = match kind {
                "set" | "frozenset" => "`sorted(...)` makes a list of it",
                "datetime" | "date" => "`.isoformat()` makes a text of it",
                "ndarray" => "`.tolist()` makes a list of it",
                "bytes" => "`.decode()` makes a text of it",
                "Tensor" => "`.tolist()` or `.item()` makes plain numbers of it",
                kind if kind.starts_with("int") || kind.starts_with("float") || kind == "bool_" || kind == "bool" => {
                    "`.item()`, `int(...)` or `float(...)` makes a plain number of it"
                }
                _ => "make it a dict, a list, a text or a number first",
            };
            Some(format!("JSON has no `{kind}`: {way}."))
        },
    },
    Row {
        id: "unhashable",
        mistake: "uses a list or a dict as a key",
        explain: |case| {
            let exception = of(case, &["TypeError"])?;
            let kind = exception.message.strip_prefix("unhashable type: ").and_then(quoted)?;
            let way = if kind == "list" {
                "a tuple of the same items can"
            } else {
                "a tuple of its sorted items can, or a text made of it"
            };
            Some(format!("A `{kind}` cannot be a key of a dict or a member of a set, since it can change; {way}."))
        },
    },
    Row {
        id: "decoding",
        mistake: "reads bytes in the wrong encoding",
        explain: |case| {
            of(case, &["UnicodeDecodeError"])?;
            Some("Not every file is UTF-8 throughout: name the encoding, and decode piece by piece where one bad byte must not cost the rest.".to_owned())
        },
    },
    Row {
        id: "encoding",
        mistake: "writes text in an encoding that lacks its letters",
        explain: |case| {
            of(case, &["UnicodeEncodeError"])?;
            Some("The encoding at hand lacks a character: open files for writing with `encoding='utf-8'`; a lone surrogate needs `errors=`.".to_owned())
        },
    },
    Row {
        id: "running-loop",
        mistake: "starts an event loop inside one",
        explain: |case| {
            let exception = of(case, &["RuntimeError"])?;
            let message = &exception.message;
            (message.contains("running event loop") || message.contains("event loop is already running")).then(|| {
                "`asyncio.run` starts a loop and cannot be called inside one: `await` the coroutine instead.".to_owned()
            })
        },
    },
    Row {
        id: "not-awaited",
        mistake: "uses a coroutine without awaiting it",
        explain: |case| {
            let by_type = of(case, &["TypeError", "AttributeError"])
                .is_some_and(|exception| exception.message.contains("'coroutine'"));
            (by_type || case.stderr.contains("was never awaited"))
                .then(|| "A coroutine was made and not awaited: write `await` before the call.".to_owned())
        },
    },
    Row {
        id: "changed-while-looping",
        mistake: "changes a collection while going through it",
        explain: |case| {
            let exception = of(case, &["RuntimeError"])?;
            exception.message.contains("changed size during iteration").then(|| {
                "A dict or set changes while a loop goes through it: go through a copy, `list(d)`, or collect the changes and make them afterwards.".to_owned()
            })
        },
    },
    Row {
        id: "recursion",
        mistake: "recurses without end or as deep as the data",
        explain: |case| {
            if of(case, &["RecursionError"])?.message.contains("coding a JSON") {
                return Some("The JSON is nested deeper than Python's stack: whoever reads JSON that somebody else wrote counts `RecursionError` among its mistakes.".to_owned());
            }
            Some("The function calls itself too often: the case that ends the recursion is missing or never reached, or the data is deeper than Python's stack; a loop with a list of what is left has no such limit.".to_owned())
        },
    },
    Row {
        id: "number-from-text",
        mistake: "mixes text and numbers",
        explain: |case| {
            let exception = of(case, &["TypeError"])?;
            let message = &exception.message;
            let mixes = message.contains("can only concatenate str")
                || (message.contains("unsupported operand") && message.contains("'str'"))
                || (message.contains("not supported between instances of") && message.contains("'str'"));
            // `"folder" / "file"`: two texts, which only paths can be joined like.
            if message.matches("'str'").count() > 1 {
                return message.contains("for /:").then(|| {
                    "Texts cannot be joined with `/`; paths can: make one of the two a `pathlib.Path` first.".to_owned()
                });
            }
            mixes.then(|| "A text meets a number: what comes from files, arguments and the environment is text until `int(...)` or `float(...)` makes a number of it.".to_owned())
        },
    },
    Row {
        id: "wrong-arguments",
        mistake: "a function takes other arguments than it is given",
        explain: |case| {
            let exception = of(case, &["TypeError"])?;
            let message = &exception.message;
            let tells = ["positional argument", "unexpected keyword argument", "multiple values for argument"];
            tells.iter().any(|part| message.contains(part)).then(|| {
                "Call and `def` do not fit: compare names and order of the parameters with the statement; a method needs `self` first.".to_owned()
            })
        },
    },
    Row {
        id: "shapes-do-not-fit",
        mistake: "combines arrays whose shapes do not fit",
        explain: |case| {
            let exception = case.exception.as_ref()?;
            let message = &exception.message;
            let tells = [
                "could not be broadcast",
                "shapes cannot be multiplied",
                "mismatch in its core dimension",
                "must match the size of tensor",
                "not aligned",
            ];
            tells.iter().any(|part| message.contains(part)).then(|| {
                "Shapes do not fit: print `x.shape` of both sides. `keepdims=True` or `x[:, None]` keeps an axis, `.T` swaps two.".to_owned()
            })
        },
    },
    Row {
        id: "needs-grad",
        mistake: "changes a parameter while gradients are recorded, or converts one that records",
        explain: |case| {
            let exception = of(case, &["RuntimeError"])?;
            let message = &exception.message;
            if message.contains("a leaf Variable that requires grad") {
                return Some("A parameter is changed in place while its gradient is recorded: do it under `with torch.no_grad():`.".to_owned());
            }
            if message.contains("Can't call numpy() on Tensor that requires grad") {
                return Some("A tensor that records gradients has no NumPy view: `.detach()` first.".to_owned());
            }
            message.contains("backward through the graph a second time").then(|| {
                "The same graph is used by two `backward()` calls: make the loss anew for each step, and keep running sums with `.item()` or `.detach()`.".to_owned()
            })
        },
    },
];

/// The exception of a case, when it is of one of these classes, whatever module they are in. Not one that the learner
/// raises with a `raise`: that is no mistake with a dict or an index, whatever it says.
fn of<'a>(case: &'a CaseFinished, classes: &[&str]) -> Option<&'a ExceptionShown> {
    let exception = case.exception.as_ref().filter(|exception| !source(exception).trim_start().starts_with("raise"))?;
    let name = exception.class.rsplit('.').next().unwrap_or(&exception.class);
    classes.contains(&name).then_some(exception)
}

/// The line that raised it.
fn source(exception: &ExceptionShown) -> &str {
    exception.frames.last().map_or("", |frame| frame.source.as_str())
}

/// What stands in the first pair of quotes.
fn quoted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('\'')?;
    rest.split_once('\'').map(|(name, _)| name).filter(|name| name.len() <= 80)
}
