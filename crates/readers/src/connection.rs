//! A connection that is kept, and as much of HTTP/1.1 as it takes to know where an answer ends.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::walk::Page;

/// After how long a reader gives an answer up.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came of a request.
pub type Answered = io::Result<Answer>;

/// How an answer began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// From before the request was written until its first byte was there.
    pub first_byte: Duration,
}

/// The connection of one reader.
pub struct Connection<'a> {
    address: SocketAddr,
    cookie: &'a str,
    stream: Option<BufReader<TcpStream>>,
}

/// Where the body of an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Sized(u64),
    Chunked,
    UntilClosed,
}

impl<'a> Connection<'a> {
    /// A connection that is opened when it is needed.
    pub fn new(address: SocketAddr, cookie: &'a str) -> Self {
        Self { address, cookie, stream: None }
    }

    /// Asks for a page and reads all of it, or its head where it streams. To connect is not measured.
    pub fn first_byte(&mut self, page: &Page) -> Answered {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => open(self.address)?,
        };
        let request = self.request(&page.path);
        let began = Instant::now();
        stream.get_mut().write_all(request.as_bytes())?;
        if stream.fill_buf()?.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let first_byte = began.elapsed();
        let (status, body, stays) = head(&mut stream)?;
        if !page.streams {
            skip(&mut stream, body)?;
            self.stream = Some(stream).filter(|_| stays && body != Body::UntilClosed);
        }
        Ok(Answer { status, first_byte })
    }

    fn request(&self, path: &str) -> String {
        let Self { address, cookie, .. } = self;
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n")
    }
}

fn open(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(BufReader::with_capacity(1 << 16, stream))
}

/// Reads the head: the status, where the body ends, and whether the connection stays open.
fn head(stream: &mut impl BufRead) -> io::Result<(u16, Body, bool)> {
    let first = line(stream)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status: u16 = status.ok_or(io::ErrorKind::InvalidData)?;
    let (mut body, mut stays) = (Body::UntilClosed, true);
    loop {
        let line = line(stream)?.to_ascii_lowercase();
        match line.split_once(':').map(|(name, value)| (name, value.trim())) {
            Some(("content-length", size)) => {
                body = Body::Sized(size.parse().map_err(|_| io::ErrorKind::InvalidData)?);
            }
            Some(("transfer-encoding", "chunked")) => body = Body::Chunked,
            Some(("connection", "close")) => stays = false,
            Some(_) => {}
            None if matches!(status, 204 | 304) => return Ok((status, Body::Sized(0), stays)),
            None => return Ok((status, body, stays)),
        }
    }
}

/// Reads to the end of a body.
fn skip(stream: &mut impl BufRead, body: Body) -> io::Result<()> {
    match body {
        Body::Sized(size) => skip_bytes(stream, size),
        Body::UntilClosed => io::copy(stream, &mut io::sink()).map(|_| ()),
        Body::Chunked => loop {
            let size = line(stream)?;
            let size = size.split(';').next().unwrap_or_default();
            let size = u64::from_str_radix(size, 16).map_err(|_| io::ErrorKind::InvalidData)?;
            skip_bytes(stream, size)?;
            line(stream)?;
            if size == 0 {
                return Ok(());
            }
        },
    }
}

fn skip_bytes(stream: &mut impl BufRead, size: u64) -> io::Result<()> {
    match io::copy(&mut stream.take(size), &mut io::sink())? {
        read if read == size => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// One line, without its end.
fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn page(streams: bool) -> Page {
        Page { name: String::new(), path: "/".to_owned(), status: 200, streams }
    }

    /// Answers each request of each connection with the next of these, after some time.
    fn serve(connections: Vec<Vec<&'static str>>, wait: Duration) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for answers in connections {
                let mut stream = BufReader::new(listener.accept().unwrap().0);
                for answer in answers {
                    while !line(&mut stream).unwrap().is_empty() {}
                    thread::sleep(wait);
                    stream.get_mut().write_all(answer.as_bytes()).unwrap();
                }
            }
        });
        address
    }

    #[test]
    fn answers_of_every_kind_follow_each_other_on_one_connection() {
        let answers = vec![
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.1 304 Same\r\n\r\n",
            "HTTP/1.1 303 Other\r\ncontent-length: 0\r\n\r\n",
        ];
        let wait = Duration::from_millis(20);
        let address = serve(vec![answers], wait);
        let mut connection = Connection::new(address, "a=b");
        for status in [200, 404, 304, 303] {
            let answer = connection.first_byte(&page(false)).unwrap();
            assert_eq!(answer.status, status);
            assert!(answer.first_byte >= wait, "{answer:?}");
        }
    }

    #[test]
    fn what_streams_is_left_and_what_was_closed_is_opened_again() {
        let streams = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
        let closes = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na";
        let last = "HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n";
        let address = serve(vec![vec![streams], vec![closes], vec![last]], Duration::ZERO);
        let mut connection = Connection::new(address, "");
        assert_eq!(connection.first_byte(&page(true)).unwrap().status, 200);
        assert_eq!(connection.first_byte(&page(false)).unwrap().status, 200);
        assert_eq!(connection.first_byte(&page(false)).unwrap().status, 201);
    }

    #[test]
    fn an_answer_that_ends_too_soon_is_none() {
        let short = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
        let address = serve(vec![vec![short], vec![""]], Duration::ZERO);
        let mut connection = Connection::new(address, "");
        assert!(connection.first_byte(&page(false)).is_err());
        assert!(connection.first_byte(&page(false)).is_err());
    }
}
