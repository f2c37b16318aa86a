//! Messages between runner, warden and slots: eight bytes of length, little endian, then a postcard document.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};

/// A message longer than this is a fault of ours: a case's inputs, outputs and files are all bounded far below it.
pub const MOST: u64 = 1 << 30;

/// The header of a message without bytes, which comes with descriptors: sockets in the network of the case.
pub const SOCKETS: [u8; 8] = [0; 8];

/// The header of a message without bytes, to a slot: the program is to be asked to end. It may come when the program has
/// ended by itself; then it stands before the next job.
pub const STOP: [u8; 8] = [0xff; 8];

/// A message, ready to be sent.
pub fn encode<T: Serialize>(message: &T) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 8];
    bytes = postcard::to_extend(message, bytes).map_err(io::Error::other)?;
    let length = (bytes.len() - 8) as u64;
    bytes[..8].copy_from_slice(&length.to_le_bytes());
    Ok(bytes)
}

/// The message in these bytes, without their length.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    postcard::from_bytes(bytes).map_err(io::Error::other)
}

/// How many bytes follow, as the first eight say.
pub fn length(header: [u8; 8]) -> io::Result<usize> {
    let length = u64::from_le_bytes(header);
    if length > MOST {
        return Err(io::Error::other(format!("a message of {length} bytes is longer than the {MOST} allowed")));
    }
    usize::try_from(length).map_err(io::Error::other)
}

/// Reads one message; `None` when the stream ends before it.
pub fn read<T: DeserializeOwned>(stream: &mut impl Read) -> io::Result<Option<T>> {
    let mut header = STOP;
    while header == STOP {
        match stream.read_exact(&mut header) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let mut bytes = vec![0; length(header)?];
    stream.read_exact(&mut bytes)?;
    decode(&bytes).map(Some)
}

/// Writes one message.
pub fn write<T: Serialize>(stream: &mut impl Write, message: &T) -> io::Result<()> {
    stream.write_all(&encode(message)?)?;
    stream.flush()
}
