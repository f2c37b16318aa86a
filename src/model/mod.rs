//! The nouns of the project, as plain data without any IO. Everything else may use them; they use nothing here.

mod difference;
pub mod digest;
mod ids;
mod job;
mod limits;
mod nearest;
mod options;
mod template;
mod transcript;
mod units;
mod value;
mod verdict;
mod visit;

pub use difference::{Channel, Comparison, Difference, DifferenceKind, NearMiss};
pub use ids::{BadName, BadStudent, CaseId, EnvironmentName, ExerciseId, StudentId, TierId, Uid};
pub use job::{
    Capture, Content, Exit, Facts, FileFact, Job, LimitKind, Program, Sockets, SpecialFile, Usage, WorkFile,
};
pub use limits::Limits;
pub use nearest::{did_you_mean, nearest};
pub use options::{BadPattern, DtypeRule, Format, Keys, Nan, Options, Order, Pattern, Tolerance, Types, Whitespace};
pub use template::filled;
pub use transcript::{End, Request, Transcript, most_at_once};
pub use units::{BadQuantity, Bytes, Time};
pub use value::{Array, ArrayData, Column, DtypeKind, Frame, Series, TemporalKind, Text, Value};
pub use verdict::Verdict;
pub use visit::{Reply, Visit};
