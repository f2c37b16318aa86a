//! The class at a glance, as plain HTML that needs no script: the numbers, a plot of the grades, the tiers and the
//! exercises.

use std::collections::HashMap;

use super::html::{count, percent, text};
use super::items::Item;
use super::stats::{histogram, mean, quantile};
use crate::batch::{Batch, Grade, Record, StudentResult};
use crate::model::{TierId, Verdict};

/// Bars of the plot of grades: five percent each.
const BARS: usize = 20;

/// What is counted over the class.
#[derive(Debug)]
pub struct Overview {
    students: usize,
    handed_in: usize,
    unscored: usize,
    flagged: usize,
    /// Each scored student's share of all points.
    shares: Vec<f64>,
    /// By exercise: how many attempted it and how many passed it.
    exercises: Vec<(usize, usize)>,
    tiers: Vec<Tier>,
}

/// How far a tier is done.
#[derive(Debug)]
struct Tier {
    id: TierId,
    /// Its exercises, by their places.
    exercises: Vec<usize>,
    /// Students who passed all of them, half or more, some, none.
    done: [usize; 4],
}

impl Overview {
    /// Nobody has done anything yet.
    pub fn new(batch: &Batch) -> Overview {
        let mut tiers: Vec<Tier> = Vec::new();
        let mut known = HashMap::new();
        for (index, exercise) in batch.exercises.iter().enumerate() {
            let place = *known.entry(exercise.id.tier()).or_insert_with(|| {
                tiers.push(Tier { id: exercise.id.tier().clone(), exercises: Vec::new(), done: [0; 4] });
                tiers.len() - 1
            });
            tiers[place].exercises.push(index);
        }
        Overview {
            students: 0,
            handed_in: 0,
            unscored: 0,
            flagged: 0,
            shares: Vec::new(),
            exercises: vec![(0, 0); batch.exercises.len()],
            tiers,
        }
    }

    /// Takes the next student.
    pub fn student(&mut self, result: &StudentResult) {
        let passed = |record: &Record| record.verdict == Grade::Stable(Verdict::Passed);
        self.students += 1;
        self.handed_in += usize::from(result.student.submission.is_some());
        self.flagged += usize::from(result.records.iter().any(|record| !record.flags.is_empty()));
        match result.points {
            Some(points) => self.shares.push(points.share_of(result.max_points)),
            None => self.unscored += 1,
        }
        for ((attempted, done), record) in self.exercises.iter_mut().zip(&result.records) {
            *attempted += usize::from(record.verdict != Grade::Stable(Verdict::NotAttempted));
            *done += usize::from(passed(record));
        }
        for tier in &mut self.tiers {
            let done = tier.exercises.iter().filter(|index| passed(&result.records[**index])).count();
            let step = match done {
                0 => 3,
                all if all == tier.exercises.len() => 0,
                most if most * 2 >= tier.exercises.len() => 1,
                _ => 2,
            };
            tier.done[step] += 1;
        }
    }

    /// The inside of the overview; `items` are those of the exercises.
    pub fn html(&self, batch: &Batch, items: &[Item]) -> String {
        let mut html = self.facts(batch);
        html.push_str("<div class=\"figures\">\n");
        html.push_str(&self.grades());
        html.push_str(&self.tiers());
        html.push_str("</div>\n");
        html.push_str(&self.exercises(batch, items));
        html
    }

    fn facts(&self, batch: &Batch) -> String {
        let cases: usize = batch.exercises.iter().map(|exercise| exercise.cases.len()).sum();
        let facts = [
            (count(self.students), "students"),
            (count(self.handed_in), "handed something in"),
            (count(batch.exercises.len()), "exercises"),
            (count(cases), "cases"),
            (batch.max_points().to_string(), "points at most"),
            (count(self.unscored), "not scored"),
            (count(self.flagged), "flagged"),
        ];
        let shown = facts.map(|(number, what)| format!("<div><dt>{what}</dt><dd>{number}</dd></div>\n"));
        format!("<dl class=\"facts\">\n{}</dl>\n", shown.concat())
    }

    fn grades(&self) -> String {
        let mut sorted = self.shares.clone();
        sorted.sort_by(f64::total_cmp);
        let shown = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
        let of = |share| shown(quantile(&sorted, share));
        let mut told = match sorted.len() {
            0 => "Nobody has a grade.".to_owned(),
            _ => format!(
                "Median {}, mean {}. A quarter has less than {}, a quarter more than {}. Lowest {}, highest {}.",
                of(0.5),
                shown(mean(&sorted)),
                of(0.25),
                of(0.75),
                of(0.0),
                of(1.0)
            ),
        };
        if self.unscored > 0 {
            told.push_str(&format!(
                " {} not scored: a case of theirs has a fault of the exercise or the machine.",
                count(self.unscored)
            ));
        }
        format!(
            "<figure>\n<h3>Grades</h3>\n{}<figcaption>{told}</figcaption>\n</figure>\n",
            plot(&histogram(&sorted, BARS), quantile(&sorted, 0.5))
        )
    }

    fn tiers(&self) -> String {
        let row = |tier: &Tier| {
            let [all, most, some, none] = tier.done;
            let cells: String =
                tier.done.iter().map(|number| format!("<td class=\"num\">{}</td>", count(*number))).collect();
            let bar = stacked(&[(all, "all"), (most, "most"), (some, "some"), (none, "none")]);
            let exercises = tier.exercises.len();
            format!(
                "<tr><th scope=\"row\">{}</th><td class=\"num\">{exercises}</td>{cells}<td>{bar}</td></tr>\n",
                text(tier.id.as_str())
            )
        };
        let rows: String = self.tiers.iter().map(row).collect();
        format!(
            "<figure>\n<h3 id=\"tiers-title\">Tiers</h3>\n<div class=\"scroll\" role=\"region\" \
             aria-labelledby=\"tiers-title\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">Tier</th>\
             <th scope=\"col\" class=\"num\">Exercises</th><th scope=\"col\" class=\"num\">All passed</th>\
             <th scope=\"col\" class=\"num\">Half or more</th><th scope=\"col\" class=\"num\">Some</th>\
             <th scope=\"col\" class=\"num\">None</th><th scope=\"col\">Students</th></tr></thead>\n\
             <tbody>\n{rows}</tbody>\n</table>\n</div>\n<figcaption>Students by how many of a tier's exercises they \
             passed.</figcaption>\n</figure>\n"
        )
    }

    fn exercises(&self, batch: &Batch, items: &[Item]) -> String {
        let mut rows = String::new();
        for ((exercise, (attempted, passed)), item) in batch.exercises.iter().zip(&self.exercises).zip(items) {
            let rate = *passed as f64 / self.students.max(1) as f64;
            let share = item.share.map_or_else(|| "–".to_owned(), percent);
            let r = item.discrimination.map_or_else(|| "–".to_owned(), correlation);
            rows.push_str(&format!(
                "<tr><th scope=\"row\"><span class=\"id\">{}</span> <span class=\"title\">{}</span></th><td class=\"num\">{}</td>\
                 <td class=\"num\">{}</td><td class=\"num rate\">{} {}</td><td class=\"num\">{share}</td>\
                 <td class=\"num\">{r}</td></tr>\n",
                text(&exercise.id.to_string()),
                text(&exercise.title),
                count(*attempted),
                count(*passed),
                percent(rate),
                stacked(&[(*passed, "all"), (self.students - passed, "rest")]),
            ));
        }
        format!(
            "<h3 id=\"exercises-title\">Exercises</h3>\n<p class=\"note\">Passed: the share of all students. Points: the mean \
             share of the points among those who attempted it, before lateness. Discrimination: how points go together \
             with the points of the other exercises, from −1 to 1.</p>\n<div class=\"scroll\" role=\"region\" \
             aria-labelledby=\"exercises-title\" tabindex=\"0\">\n<table class=\"wide\">\n<thead><tr>\
             <th scope=\"col\">Exercise</th><th scope=\"col\" class=\"num\">Attempted</th>\
             <th scope=\"col\" class=\"num\">Passed</th><th scope=\"col\" class=\"num\">Pass rate</th>\
             <th scope=\"col\" class=\"num\">Points</th><th scope=\"col\" class=\"num\">Discrimination</th></tr>\
             </thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
        )
    }
}

/// A correlation with two decimals and a true minus.
pub fn correlation(r: f64) -> String {
    let shown = format!("{:.2}", r.abs());
    if r < 0.0 && shown != "0.00" { format!("−{shown}") } else { shown }
}

/// A bar of parts; the number of each is told beside it, so it is not for those who listen.
fn stacked(parts: &[(usize, &str)]) -> String {
    let all: usize = parts.iter().map(|(number, _)| number).sum();
    let mut svg =
        "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">".to_owned();
    let mut before = 0;
    for (number, class) in parts {
        let place = |number: usize| 100.0 * number as f64 / all.max(1) as f64;
        if *number > 0 {
            let (x, width) = (place(before), place(*number));
            svg.push_str(&format!("<rect class=\"{class}\" x=\"{x:.2}\" y=\"0\" width=\"{width:.2}\" height=\"10\"/>"));
        }
        before += number;
    }
    svg + "</svg>"
}

/// The plot of the grades.
fn plot(counts: &[usize], median: Option<f64>) -> String {
    const LEFT: f64 = 34.0;
    const TOP: f64 = 22.0;
    const WIDTH: f64 = 360.0;
    const HEIGHT: f64 = 130.0;
    let most = counts.iter().copied().max().unwrap_or(0);
    let bar = WIDTH / counts.len().max(1) as f64;
    let told: Vec<String> = counts
        .iter()
        .enumerate()
        .filter(|(_, number)| **number > 0)
        .map(|(index, number)| format!("from {}%: {}", index * 100 / counts.len(), count(*number)))
        .collect();
    let mut svg = format!(
        "<svg class=\"plot\" viewBox=\"0 0 410 176\" role=\"img\" aria-label=\"Students by their share of the points. {}\">\n",
        told.join("; ")
    );
    let base = TOP + HEIGHT;
    for (index, number) in counts.iter().enumerate() {
        let height = HEIGHT * *number as f64 / most.max(1) as f64;
        let (x, y, width) = (LEFT + bar * index as f64 + 1.0, base - height, bar - 2.0);
        if *number > 0 {
            svg.push_str(&format!(
                "<rect class=\"grade\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>\n"
            ));
        }
    }
    svg.push_str(&format!("<path class=\"axis\" d=\"M{LEFT} {base}h{WIDTH}\"/>\n"));
    for share in [0, 25, 50, 75, 100] {
        let x = LEFT + WIDTH * f64::from(share) / 100.0;
        svg.push_str(&format!("<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{share}%</text>\n", base + 18.0));
    }
    for number in if most > 0 { vec![0, most] } else { vec![0] } {
        let y = base - HEIGHT * number as f64 / most.max(1) as f64 + 4.0;
        svg.push_str(&format!(
            "<text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"end\">{}</text>\n",
            LEFT - 5.0,
            count(number)
        ));
    }
    if let Some(median) = median {
        let x = LEFT + WIDTH * median;
        let anchor = if median > 0.75 { "end" } else { "start" };
        let beside = if median > 0.75 { x - 5.0 } else { x + 5.0 };
        svg.push_str(&format!(
            "<path class=\"median\" d=\"M{x:.1} 6V{base}\"/>\n<text x=\"{beside:.1}\" y=\"14\" text-anchor=\"{anchor}\">median {}</text>\n",
            percent(median)
        ));
    }
    svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_class_in_numbers() {
        let (batch, students) = samples::class();
        let mut overview = Overview::new(&batch);
        students.iter().for_each(|student| overview.student(student));
        assert_eq!((overview.students, overview.handed_in, overview.unscored, overview.flagged), (4, 3, 1, 1));
        assert_eq!(overview.exercises, [(3, 1), (3, 1)]);
        assert_eq!(overview.tiers.iter().map(|tier| tier.done).collect::<Vec<_>>(), [[1, 0, 0, 3], [1, 0, 0, 3]]);
        assert_eq!(overview.shares, [1.0, 0.25, 0.0]);
    }

    #[test]
    fn bars_and_correlations() {
        assert!(stacked(&[(1, "all"), (3, "rest")]).contains("class=\"rest\" x=\"25.00\" y=\"0\" width=\"75.00\""));
        assert!(!stacked(&[(0, "all")]).contains("rect"));
        assert_eq!([0.5, -0.256, -0.001].map(correlation), ["0.50", "−0.26", "0.00"]);
        let svg = plot(&[3, 0, 0, 1], Some(0.1));
        assert!(svg.contains("from 0%: 3; from 75%: 1") && svg.contains("median 10%"), "{svg}");
    }
}
