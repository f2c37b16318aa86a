//! One run of one program behind the wall: what goes in ([`Job`]) and what came out ([`Facts`]).
//!
//! Neither knows of exercises, expectations or verdicts: the wall never sees what an answer should be.

use std::net::SocketAddrV4;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Limits, Transcript, Visit};

/// Bytes as one block, not as a sequence of numbers.
mod blob {
    use std::fmt;
    use std::marker::PhantomData;

    use serde::{Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(bytes: &impl AsRef<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes.as_ref())
    }

    struct Block<T>(PhantomData<T>);

    impl<T: From<Vec<u8>>> de::Visitor<'_> for Block<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bytes")
        }
        fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<T, E> {
            Ok(T::from(bytes.to_vec()))
        }
        fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<T, E> {
            Ok(T::from(bytes))
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>, T: From<Vec<u8>>>(deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_byte_buf(Block(PhantomData))
    }
}

/// A program to run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// The interpreter of the Python environment.
    pub python: PathBuf,
    /// Modules of it that a warm interpreter has loaded.
    pub preload: Arc<[String]>,
    /// What it does.
    pub program: Program,
    /// Environment variables besides the few that every case has.
    pub env: Vec<(String, String)>,
    /// The learner's files.
    pub solution: Vec<WorkFile>,
    /// Files put into the work folder, which is the current folder.
    pub inputs: Vec<WorkFile>,
    /// Standard input.
    #[serde(with = "blob")]
    pub stdin: Arc<[u8]>,
    /// `PYTHONHASHSEED`: fixed, so that two runs give the same bytes.
    pub hash_seed: u32,
    /// What random numbers start from: another for each case, the same in each run.
    pub seed: u64,
    /// What it may use.
    pub limits: Limits,
    /// Whether the files of the work folder are wanted afterwards.
    pub collect_files: bool,
    /// What the runner's side gets of the case's own network.
    pub sockets: Sockets,
}

/// Sockets that are made in the network of a case, for somebody on the runner's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sockets {
    /// None.
    None,
    /// One that listens here.
    Listener(SocketAddrV4),
    /// So many that are not connected yet.
    Unconnected(u16),
}

/// What the interpreter does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Program {
    /// It runs this file of the solution as `__main__`, with these arguments.
    Script {
        /// Path within the solution.
        entry: String,
        /// `sys.argv[1:]`
        args: Vec<String>,
    },
    /// The driver imports this file of the solution, reads the question on its private descriptor, and answers there.
    Call {
        /// Path within the solution.
        entry: String,
        /// The question, as the driver reads it.
        #[serde(with = "blob")]
        question: Arc<[u8]>,
    },
}

/// A file given to the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkFile {
    /// Relative path with `/` between its parts; never with `..`.
    pub path: String,
    /// What it holds.
    #[serde(with = "blob")]
    pub bytes: Arc<[u8]>,
}

/// What a run was seen to do. Facts only; a judgement is made elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Facts {
    /// How it ended.
    pub exit: Exit,
    /// What it wrote to standard output.
    pub stdout: Capture,
    /// What it wrote to standard error.
    pub stderr: Capture,
    /// What came back on the private descriptor, if anything did.
    pub answer: Option<Vec<u8>>,
    /// Files of the work folder that are new or not as they were given, sorted by path; empty unless wanted.
    pub files: Vec<FileFact>,
    /// What it used.
    pub usage: Usage,
    /// The temporary folder that it ran in, gone by now: with `solution/` and `work/` below it.
    pub folder: String,
    /// Whether it ran in a fork of a warm interpreter.
    pub warm: bool,
    /// Why it did not, although it should have.
    pub cold_because: Option<String>,
    /// The steps of the case and when each ended, on the machine's monotonic clock; empty unless asked for.
    pub steps: Vec<(String, Duration)>,
    /// What the jobs before it did, where a case has several.
    #[serde(skip)]
    pub earlier: Vec<Facts>,
    /// What the services of its world saw; the runner's side knows, not the slot.
    #[serde(skip)]
    pub transcript: Transcript,
    /// What its program answered, where that is a server; the runner's side knows, not the slot.
    #[serde(skip)]
    pub visit: Visit,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    /// By itself, with this code.
    Code(i32),
    /// By this signal, which we did not send.
    Signal(i32),
    /// We ended it, because of this limit.
    Limit(LimitKind),
}

/// Which limit was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LimitKind {
    /// Time on the clock.
    Wall,
    /// Processor time.
    Cpu,
    /// Memory.
    Memory,
    /// Bytes on stdout, stderr or the answer channel.
    Output,
    /// Bytes or number of files.
    Files,
    /// Processes at once.
    Processes,
}

/// Bytes read from a stream, up to a limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// The first bytes.
    #[serde(with = "blob")]
    pub bytes: Vec<u8>,
    /// Whether there were more.
    pub truncated: bool,
}

/// A file that the program left in its work folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFact {
    /// Relative path with `/` between its parts; bytes that are not UTF-8 as U+FFFD.
    pub path: String,
    /// What is there now.
    pub content: Content,
}

/// What is at a path of the work folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// A regular file with these bytes.
    Regular(#[serde(with = "blob")] Vec<u8>),
    /// A regular file of so many bytes, more than are read.
    TooLarge(u64),
    /// A symbolic link, FIFO, socket or device: named, never opened.
    Special(SpecialFile),
    /// Nothing any more: an input that was removed.
    Removed,
}

/// What a path is when it is no regular file. A folder is only named when it is in the place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpecialFile {
    /// A symbolic link.
    Link,
    /// A named pipe.
    Fifo,
    /// A socket.
    Socket,
    /// A device.
    Device,
    /// Something that could not be read.
    Unreadable,
}

impl std::fmt::Display for SpecialFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SpecialFile::Link => "symbolic link",
            SpecialFile::Fifo => "named pipe",
            SpecialFile::Socket => "socket",
            SpecialFile::Device => "device",
            SpecialFile::Unreadable => "file that cannot be read",
        })
    }
}

/// What a run used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Time on the clock, from start to end.
    pub wall: Duration,
    /// Processor time of all threads and processes.
    pub cpu: Duration,
    /// Largest resident memory seen, in bytes.
    pub memory: u64,
}
