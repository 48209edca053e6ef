//! Every way in which the server can misbehave. Whatever is not listed for a resource is done
//! properly.

use std::time::Duration;

/// One fault, or one choice between ways to be right. Several combine on one resource; of those
/// which replace the whole answer, the first listed one wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behaviour {
    // --- Ranges ---
    /// Says `Accept-Ranges: none` and answers every range with the whole file.
    NoRanges,
    /// Says `Accept-Ranges: bytes` and answers every range with the whole file all the same.
    IgnoresRange,
    /// Answers ranges properly but does not advertise that it can.
    SilentRanges,
    /// Answers with this status whenever there is a `Range` header.
    RefusesRange(u16),
    /// Answers every range with 416 and `Content-Range: bytes */n`.
    UnsatisfiableWithTotal(u64),
    /// Sends the right part with its `Content-Range`, but under status 200.
    WrongStatusForRange,
    /// Both ends in `Content-Range` are off by this much; the body is what was asked for.
    WrongContentRangeStart(i64),
    /// The total in `Content-Range` is off by this much.
    WrongContentRangeTotal(i64),
    /// `Content-Range: bytes a-b/*`.
    UnknownTotal,
    /// A 206 without `Content-Range`.
    NoContentRange,
    /// A 206 whose `Content-Range` is not one.
    GarbageContentRange,
    /// A 206 with at most this many bytes, honestly labelled.
    ShorterRange(u64),
    /// A 206 for a range this much off the asked one, honestly labelled.
    ServesOtherRange(i64),
    /// A 206 with the first `n` bytes although no range was asked for.
    PartialToPlain(u64),
    /// Answers the one range as `multipart/byteranges`.
    MultipartRanges,
    /// Sends the asked part although `If-Range` names another version.
    IgnoresIfRange,
    /// Pays no attention to `If-Match`, `If-None-Match` and the two dates.
    IgnoresPreconditions,

    // --- Framing of the body ---
    /// `Transfer-Encoding: chunked` instead of a length.
    Chunked,
    /// Chunked, with a `Content-Length` of this many bytes beside it.
    ChunkedWithLength(u64),
    /// Chunked, but the connection closes where the last chunk should be.
    ChunkedNoEnd,
    /// Chunked, with a chunk size that is not a number after half of the body.
    BadChunk,
    /// What `Content-Length` says, or that it is missing.
    Length(Length),
    /// The file, and then more and more bytes; without a length unless [`Self::Length`] lies one.
    Endless,

    // --- How and when it ends ---
    /// Ends the connection at this place of the body.
    CutAt { at: At, how: Cut },
    /// Sends nothing any more from this place of the body on.
    Stall { at: At },
    /// Sends nothing for a while at this place of the body, then goes on.
    PauseAt { at: At, duration: Duration },
    /// One byte at a time.
    Trickle { bytes_per_second: u64 },
    /// Limits the connection's rate, smoothly from the first byte on.
    Pace { bytes_per_second: u64 },
    /// Waits before the first byte of the answer.
    SlowFirstByte(Duration),
    /// Takes the request and never answers.
    Hang,
    /// Takes the request and ends the connection.
    DropBeforeAnswer(Cut),

    // --- Odd answers ---
    /// Answers with something that is not HTTP and closes.
    GarbageAnswer,
    /// Answers with these bytes and closes.
    Raw(&'static [u8]),
    /// A 200 with `Content-Length: 0` and no body instead of the file.
    EmptyAnswer,
    /// Speaks HTTP/1.0 and closes after each answer.
    HttpOneZero,
    /// Says `Connection: close` and closes.
    ConnectionClose,
    /// One more header, with a value of this many bytes.
    HugeHeader(usize),
    /// So many more headers.
    ManyHeaders(usize),
    /// A 103 before the answer.
    EarlyHints,
    /// This status with a plain text body instead of the file.
    Status { code: u16, retry_after: Option<String>, body: String },
    /// An HTML page instead of the file, as captive portals and login walls send.
    HtmlInstead { title: String, status: u16 },
    /// A 304 although nobody asked a condition.
    NotModified,

    // --- Redirects ---
    /// To an absolute or a relative address.
    Redirect { code: u16, to: String },
    /// To an address given as raw bytes.
    RedirectRaw { code: u16, to: &'static [u8] },
    /// To itself, for ever.
    RedirectLoop,
    /// This many redirects (`?hop=1`, `?hop=2`, ...) before the file.
    RedirectChain(u32),
    /// A redirect without `Location`.
    NoLocation(u16),

    // --- What the head says about the file ---
    /// Which validator, if any.
    ETag(ETag),
    /// Which date, if any.
    LastModified(LastModified),
    /// Instead of `application/octet-stream`.
    ContentType(String),
    /// The raw value, to be able to send what no library would.
    ContentDisposition(Vec<u8>),
    /// The raw value of a `Set-Cookie`.
    SetCookie(String),
    /// One more header.
    ExtraHeader { name: String, value: String },

    // --- What the file holds ---
    /// Requests after the first `n` see the next version, with its own validators.
    ChangesAfterRequests(u64),
    /// Requests which come after `n` body bytes see the next version; running ones do not.
    ChangesAtBytes(u64),
    /// The byte at this file offset has one bit flipped.
    CorruptByte { offset: u64 },
    /// Really gzips the body although nobody said it may.
    Gzip,
    /// Claims this `Content-Encoding` for a body which has none.
    EncodingLie(String),

    // --- Who may have it ---
    /// Requests beyond `n` at a time are turned away.
    MaxConnections { n: usize, over: Over },
    /// 401 without these Basic credentials.
    NeedsAuth { user: String, password: String },
    /// This status unless the request has this header with this value.
    NeedsHeader { name: String, value: String, status: u16 },
    /// This status from the second request on, whatever its method.
    OneTimeLink(u16),
    /// This status after so many requests.
    ExpiresAfter { requests: u64, status: u16 },
}

/// A place in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// After so many bytes of this answer's body.
    Body(u64),
    /// Before the byte at this file offset; answers which do not reach it are not concerned.
    File(u64),
}

/// How the server ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// RST, once the client's kernel has everything that was sent before it.
    Reset,
    /// FIN, over TLS after a `close_notify`.
    CleanClose,
    /// FIN, and over TLS no `close_notify` before it.
    Truncate,
    /// Ends its own direction only and goes on listening.
    HalfClose,
}

/// What `Content-Length` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Too much: the connection closes before that many bytes.
    Plus(u64),
    /// Too little: the rest follows and the connection stays open.
    Minus(u64),
    /// Nothing: the end of the connection is the end of the body.
    Missing,
    /// `banana`
    Garbage,
    /// The right one and another one which is larger by this much.
    Duplicate(u64),
    /// `-1`
    Negative,
    /// 2^63 - 1
    Huge,
    /// 2^64
    Overflow,
}

/// What `ETag` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ETag {
    /// A strong one made of the content; this is the default.
    Strong,
    Weak,
    None,
    /// Another one for each request.
    PerRequest,
    /// Without its quotes.
    Unquoted,
    /// This raw value, whatever the content.
    Fixed(String),
}

/// What `Last-Modified` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LastModified {
    /// A date in January 2024 made of the content; this is the default.
    Dated,
    None,
    /// Another one for each request.
    PerRequest,
    /// This raw value, whatever the content.
    Fixed(String),
}

/// How a request beyond the allowed number is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// With this status, say 503 or 429.
    Status(u16),
    Reset,
}
