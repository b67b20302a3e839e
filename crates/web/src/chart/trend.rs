//! How a district was over its operations, as two lines and bars beneath.

use firstbell_sync::standing::TrendPoint;

use crate::words;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 120.0;
const BARS: f64 = 40.0;

/// A picture and the table beneath it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// The line of the students: points as SVG writes them.
    pub students: String,
    /// The line of the classes.
    pub classes: String,
    /// The bars of the changes.
    pub bars: Vec<Bar>,
    /// The rows of the table, the newest first.
    pub rows: Vec<Row>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Its left edge.
    pub x: String,
    /// Its upper edge.
    pub y: String,
    /// How wide it is.
    pub width: String,
    /// How high it is.
    pub height: String,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The operation.
    pub operation: i64,
    /// When.
    pub at: String,
    /// Students; a dash where they were not counted.
    pub students: String,
    /// Classes; the same.
    pub classes: String,
    /// Changes.
    pub changes: String,
}

/// The picture of these points, the oldest first; `None` where there are too few for lines.
pub fn of(points: &[TrendPoint]) -> Option<Trend> {
    if points.len() < 2 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a picture is not that precise")]
    let float = |number: u64| number as f64;
    #[expect(clippy::cast_precision_loss, reason = "a picture is not that precise")]
    let step = WIDTH / points.len() as f64;
    let middle = |at: f64| step.mul_add(at, step / 2.0);
    let line = |of: fn(&TrendPoint) -> Option<u64>| {
        let most = points.iter().filter_map(of).max().unwrap_or(0).max(1);
        let points = (0u32..).zip(points).filter_map(|(at, point)| Some((at, of(point)?)));
        let points = points.map(|(at, number)| {
            let y = (HEIGHT - 8.0).mul_add(-(float(number) / float(most)), HEIGHT);
            format!("{:.1},{y:.1}", middle(f64::from(at)))
        });
        points.collect::<Vec<_>>().join(" ")
    };
    let most = points.iter().map(|point| point.changes).max().unwrap_or(0).max(1);
    let bar = |(at, point): (u32, &TrendPoint)| {
        let height = BARS * float(point.changes) / float(most);
        Bar {
            x: format!("{:.1}", step.mul_add(f64::from(at), step * 0.2)),
            y: format!("{:.1}", HEIGHT + 10.0 + BARS - height),
            width: format!("{:.1}", step * 0.6),
            height: format!("{height:.1}"),
        }
    };
    let dash = |number: Option<u64>| number.map_or("–".to_owned(), words::thousands);
    let row = |point: &TrendPoint| Row {
        operation: point.operation.0,
        at: words::instant(point.at),
        students: dash(point.students),
        classes: dash(point.classes),
        changes: words::thousands(point.changes),
    };
    Some(Trend {
        students: line(|point| point.students),
        classes: line(|point| point.classes),
        bars: (0u32..).zip(points).map(bar).collect(),
        rows: points.iter().rev().map(row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use firstbell_roster::model::{DateTime, OperationNumber};

    use super::*;

    fn point(operation: i64, students: Option<u64>, changes: u64) -> TrendPoint {
        TrendPoint {
            operation: OperationNumber(operation),
            at: DateTime(0),
            students,
            classes: None,
            changes,
        }
    }

    #[test]
    fn one_operation_makes_no_line() {
        assert_eq!(of(&[point(1, Some(5), 5)]), None);
    }

    #[test]
    fn the_highest_stands_at_the_top_and_what_was_not_counted_is_left_out() {
        let trend = of(&[point(1, None, 100), point(2, Some(50), 50), point(3, Some(100), 0)]);
        let trend = trend.unwrap();
        assert_eq!(trend.students, "320.0,64.0 533.3,8.0");
        assert_eq!(trend.classes, "");
        let heights: Vec<_> = trend.bars.iter().map(|bar| bar.height.as_str()).collect();
        assert_eq!(heights, ["40.0", "20.0", "0.0"]);
        assert_eq!((trend.rows[0].operation, trend.rows[2].students.as_str()), (3, "–"));
    }
}
