//! The console as a process: it says where it is, answers, and ends when it is asked to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::call::Installation;

struct Served {
    process: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

/// Starts the console of an installation on a free port.
fn serve(installation: &Installation, more: &[&str]) -> Served {
    let home = installation.home().join("home");
    let mut process = Command::new(env!("CARGO_BIN_EXE_firstbell"))
        .args(["--home", home.to_str().unwrap(), "serve", "--listen", "127.0.0.1:0"])
        .args(more)
        .env_remove("FIRSTBELL_DATABASE")
        .env_remove("FIRSTBELL_MASTER_KEY")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("The console is at http://").unwrap().to_owned();
    Served { process, out, address }
}

impl Served {
    /// What it answers to a request for a path.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The rest of what it printed once it was asked to end and has.
    fn stop(mut self) -> String {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        assert_eq!(self.process.wait().unwrap().code(), Some(0));
        rest
    }
}

#[test]
fn the_console_answers_until_it_is_asked_to_end() {
    let installation = Installation::new();
    let served = serve(&installation, &[]);
    assert!(served.get("/healthz").contains("200 OK"));
    assert!(served.get("/readyz").ends_with("ok\n"));
    let page = served.get("/sign-in");
    assert!(page.contains("<h1>Sign in</h1>"), "{page}");
    let style = page.split_once("href=\"/assets/").unwrap().1;
    let style = served.get(&format!("/assets/{}", style.split_once('"').unwrap().0));
    assert!(style.contains("text/css") && style.contains("immutable"), "{style}");
    let metrics = served.get("/metrics");
    assert!(metrics.contains("firstbell_http_requests_total{"), "{metrics}");
    assert!(metrics.contains("route=\"/sign-in\""), "{metrics}");
    let path = served.get("/districts/oak");
    assert!(path.contains("location: /sign-in?then=%2Fdistricts%2Foak"), "{path}");
    let address = served.address.clone();
    let rest = served.stop();
    let link = rest.split_once("http://").unwrap().1.trim().to_owned();
    assert!(link.starts_with(&format!("{address}/invitation/")), "{rest}");
    assert!(rest.contains("This link makes the first operator"), "{rest}");
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn what_stands_in_the_way_of_a_console_is_told() {
    let installation = Installation::new();
    let open = installation.call(&["serve", "--listen", "0.0.0.0:0"]).with(2);
    assert!(open.talk.contains("passwords would cross the network"), "{}", open.talk);
    let served = serve(&installation, &[]);
    let busy = installation.call(&["serve", "--listen", &served.address]).with(1);
    assert!(busy.talk.contains("cannot listen on"), "{}", busy.talk);
    served.stop();
}
