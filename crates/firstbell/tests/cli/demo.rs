//! `demo`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::call::firstbell;

#[test]
fn the_demonstration_shows_it_all_and_names_the_next_step() {
    let told = firstbell("demo").with(0).out;
    assert!(told.lines().count() < 120, "{told}");
    for command in ["check day1", "plan oak", "sync oak", "undo oak", "log oak"] {
        assert!(told.contains(&format!("\n$ firstbell {command}")), "{command} in {told}");
    }
    assert!(told.contains("the sums agree"), "{told}");
    let teacher = told.split("--for teacher\n").nth(1).unwrap().split("\n[").next().unwrap();
    assert!(teacher.ends_with('.'), "{teacher}");
    assert!(told.ends_with("\n$ firstbell check your.zip\n"), "{told}");
    assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
}

#[test]
fn the_demonstration_takes_no_installation() {
    let told = firstbell("demo --home somewhere").with(2).talk;
    assert!(told.contains("plays in a folder of its own"), "{told}");
    assert!(!std::path::Path::new("somewhere").exists());
}

#[test]
fn the_demonstration_tells_scripts_too() {
    let told = firstbell("demo --json").with(0).json();
    let steps = told["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["report"]["status"] == "applied"), "{told}");
}

/// Starts the demonstration's console; gives the process and what it says.
fn served(more: &[&str]) -> (Child, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_firstbell"))
        .args(["demo", "--serve", "--listen", "127.0.0.1:0"])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(process.stdout.take().unwrap());
    let mut told = String::new();
    while !told.contains("--keep DIR") && !told.contains("serves it again") {
        assert_ne!(out.read_line(&mut told).unwrap(), 0, "{told}");
    }
    (process, told)
}

/// Asks a console; gives the head and the page.
fn ask(address: &str, request: &str, cookie: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn stop(mut process: Child) {
    let id = process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(process.wait().unwrap().code(), Some(0));
}

#[test]
fn the_demonstration_is_served_with_a_plan_that_waits() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let (process, told) = served(&["--keep", kept.to_str().unwrap()]);
    assert!(told.lines().count() <= 8, "{told}");
    let link = told.lines().find_map(|line| line.trim().strip_prefix("http://")).unwrap();
    let (address, path) = link.split_once('/').unwrap();
    let password = "password=first+bell+at+eight&again=first+bell+at+eight";
    let accepted = ask(address, &format!("POST /{path}"), "", password);
    let cookie = accepted.split_once("set-cookie: ").unwrap().1.split_once(';').unwrap().0;
    let first = ask(address, "GET /", cookie, "");
    assert!(first.contains("1 district waits for a person"), "{first}");
    let plan = ask(address, "GET /districts/oak/plans/2", cookie, "");
    assert!(plan.contains("On hold for a person") && plan.contains("Approve and apply"), "{plan}");
    stop(process);
    assert!(kept.join("home/hub.db").exists());
    let again = firstbell(&format!("demo --keep {}", kept.display())).with(2);
    assert!(again.talk.contains("is not empty"), "{}", again.talk);
}

#[test]
fn the_demonstration_is_served_on_this_machine_alone() {
    let told = firstbell("demo --serve --listen 0.0.0.0:0").with(2).talk;
    assert!(told.contains("on this machine alone"), "{told}");
    firstbell("demo --listen 127.0.0.1:0").with(2);
}
