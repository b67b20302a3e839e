//! The difference of two texts, line by line.

/// A line and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `-` for a line that went, `+` for one that came, a space for one that stayed.
    pub sign: &'static str,
    /// The line.
    pub text: String,
}

/// How many lines that stayed are shown around those that did not.
const AROUND: usize = 3;

/// The most lines that are compared one by one; what is longer went and came as a whole.
const MOST: usize = 3_000;

/// The lines that went and came, with some around them; none where the texts are equal.
pub fn lines(before: &str, after: &str) -> Vec<Line> {
    let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let start = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let rest = (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
    let ends = rest.0.iter().rev().zip(rest.1.iter().rev());
    let end = ends.take_while(|(one, other)| one == other).count();
    let (went, came) = (
        rest.0.get(..rest.0.len() - end).unwrap_or_default(),
        rest.1.get(..rest.1.len() - end).unwrap_or_default(),
    );
    let stayed = |text: &&str| Line { sign: " ", text: (*text).to_owned() };
    let mut all: Vec<Line> = old.iter().take(start).map(stayed).collect();
    all.extend(middle(went, came));
    all.extend(old.iter().skip(old.len() - end).map(stayed));
    near(all)
}

/// The lines between the first and the last that differ, by the longest common subsequence.
fn middle(went: &[&str], came: &[&str]) -> Vec<Line> {
    let line = |sign, text: &str| Line { sign, text: text.to_owned() };
    if went.len() > MOST || came.len() > MOST {
        let went = went.iter().map(|text| line("-", text));
        return went.chain(came.iter().map(|text| line("+", text))).collect();
    }
    // How many lines the rests of both have in common, from each pair of places.
    let width = came.len() + 1;
    let mut common = vec![0u16; (went.len() + 1) * width];
    let at = |common: &[u16], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for i in (0..went.len()).rev() {
        for j in (0..came.len()).rev() {
            let best = if went.get(i) == came.get(j) {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(cell) = common.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    loop {
        match (went.get(i), came.get(j)) {
            (Some(one), Some(other)) if one == other => {
                lines.push(line(" ", one));
                (i, j) = (i + 1, j + 1);
            }
            (Some(one), other)
                if other.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) =>
            {
                lines.push(line("-", one));
                i += 1;
            }
            (_, Some(other)) => {
                lines.push(line("+", other));
                j += 1;
            }
            (_, None) => return lines,
        }
    }
}

/// The lines near one that went or came.
fn near(lines: Vec<Line>) -> Vec<Line> {
    let changed: Vec<_> =
        lines.iter().enumerate().filter(|(_, line)| line.sign != " ").map(|(at, _)| at).collect();
    let is_near = |at: usize| {
        let next = changed.partition_point(|one| *one < at);
        let close = |one: Option<&usize>| one.is_some_and(|one| one.abs_diff(at) <= AROUND);
        close(changed.get(next))
            || close(next.checked_sub(1).and_then(|before| changed.get(before)))
    };
    lines.into_iter().enumerate().filter(|(at, _)| is_near(*at)).map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> String {
        let lines = lines(before, after);
        lines.iter().map(|line| format!("{}{}", line.sign, line.text)).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn lines_that_went_and_came_stand_among_their_neighbours() {
        assert_eq!(told("a\nb\nc\n", "a\nx\nc\n"), " a|-b|+x| c");
        assert_eq!(told("", "a\nb\n"), "+a|+b");
        assert_eq!(told("a\nb\n", ""), "-a|-b");
        assert_eq!(told("a\nb\n", "a\nb\n"), "");
        assert_eq!(told("a\nb\nc\nd", "b\nd\ne"), "-a| b|-c| d|+e");
        let long: Vec<_> = (0..20).map(|number| number.to_string()).collect();
        let before = long.join("\n");
        let after = before.replace("\n10\n", "\nten\n");
        assert_eq!(told(&before, &after), " 7| 8| 9|-10|+ten| 11| 12| 13");
    }
}
