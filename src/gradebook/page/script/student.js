
// A student: points, exercises, and what was told of each case that did not pass.

function facts(student) {
  const pairs = [
    ["Id", foreign(student.id)],
    ["E-mail", student.email && foreign(student.email)],
    ["Points", student.points === null ? "not scored: a case has a fault of the exercise or the machine" : `${points(student.points)} of ${points(data.max_points)}${data.max_points > 0 ? `, ${percent(student.points / data.max_points)}` : ""}`],
    ["Submission", student.submission === null ? "nothing handed in" : foreign(student.submission)],
    ["Handed in", student.at && instant(student.at)],
    ["Lateness", student.late && lateness(student.late)],
    ...student.more.map(([name, value]) => [foreign(name), foreign(value)]),
    ["Flags", student.flags.length > 0 && el("span", {}, student.flags.map((flag, index) => [index > 0 ? "; " : "", data.flags[flag].words, data.flags[flag].means && ` (${data.flags[flag].means})`]))],
  ];
  return el("dl", { class: "pairs" }, pairs.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

const hasMore = (cell) => cell[FAILING].length > 0 || cell[MORE] !== null || cell[LETTERS].includes(NOT_REACHED);
const anchor = (place) => "exercise-" + place;

function exerciseRow(index, place) {
  const cell = students[index].cells[place], exercise = data.exercises[place], grade = data.grades[cell[GRADE]];
  const used = measured()[index][place];
  const off = cell[NET] === cell[RAW] ? "" : ` (${points(cell[RAW])} before lateness)`;
  const id = el("span", { class: "id" }, exercise.id);
  return el("tr", {},
    el("th", { scope: "row" }, hasMore(cell) ? link(`student/${index}/${place}`, id) : id, " ", el("span", { class: "title aside" }, exercise.title)),
    el("td", {}, verdict(grade)),
    el("td", { class: "num" }, cell[LETTERS].replaceAll("-", "") === "" ? "–" : `${cell[PASSED]}/${exercise.cases.length}`),
    el("td", { class: "num" }, grade.counts ? `${points(cell[NET])}/${points(exercise.max)}${off}` : "not scored"),
    el("td", { class: "num aside" }, used ? `${duration(used[1])}, ${duration(used[0])} of processor, ${used[2]} MiB` : "–"));
}

function failedCase(exercise, cell, one) {
  const found = exercise.cases[one.place], runs = cell[MORE]?.runs.find(([place]) => place === one.place);
  const told = one.text >= 0 ? el("pre", {}, texts()[one.text])
    : one.text === LEFT_OUT ? el("p", { class: "soft" }, "What was told is left out: the page has room for the first texts of each cause only.") : "";
  return [
    el("h5", {}, verdict(gradeOf(cell[LETTERS][one.place])), " ", caseName(exercise, one.place)),
    el("p", { class: "soft" }, foreign(found.purpose), found.group === null ? "" : [" – group ", foreign(found.group)]),
    el("p", {}, "Cause: ", link("cause/" + one.cause, foreign(data.causes[one.cause].label))),
    runs ? el("p", {}, "Runs: ", runs[1], ".") : "",
    told,
  ];
}

function details(student, place) {
  const cell = student.cells[place], exercise = data.exercises[place];
  const notReached = exercise.cases.filter((_, at) => cell[LETTERS][at] === NOT_REACHED).map((one) => one.id);
  return el("article", { id: anchor(place), "aria-labelledby": anchor(place) + "-title" },
    el("h4", { id: anchor(place) + "-title", tabindex: "-1" }, exercise.id, " ", el("span", { class: "title" }, exercise.title)),
    el("p", {}, verdict(data.grades[cell[GRADE]]), cell[MORE]?.reason ? [": ", foreign(cell[MORE].reason)] : ""),
    (cell[MORE]?.flags ?? []).map((flag) => el("p", { class: "warn" }, flag)),
    [...failing(cell)].map((one) => failedCase(exercise, cell, one)),
    notReached.length > 0 ? el("p", { class: "soft" }, "Not reached: ", notReached.join(", "), ".") : "");
}

function studentView(index) {
  const student = students[index];
  by("student-title").replaceChildren(foreign(nameOf(student)));
  // Neighbours are those of the list that the reader came from.
  const at = selected.indexOf(index);
  const near = (step, text) => (at >= 0 && selected[at + step] !== undefined ? link("student/" + selected[at + step], text) : "");
  const heads = ["Exercise", "Verdict", "Cases", "Points", "Time, memory"].map((title, column) =>
    el("th", { scope: "col", class: [column > 1 && "num", column > 3 && "aside"].filter(Boolean).join(" ") || null }, title));
  const told = data.exercises.map((_, place) => place).filter((place) => hasMore(student.cells[place]));
  refill("student", [
    el("p", { class: "steps" }, link("students", "All students"), near(-1, "← Previous"), near(1, "Next →")),
    facts(student),
    student.notes.length > 0 ? [el("h3", {}, "Notes"), el("ul", {}, student.notes.map((note) => el("li", {}, foreign(note))))] : [],
    el("h3", { id: "student-exercises" }, "Exercises"),
    el("div", { class: "scroll", role: "region", "aria-labelledby": "student-exercises", tabindex: "0" },
      el("table", { class: "wide" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, data.exercises.map((_, place) => exerciseRow(index, place))))),
    told.length > 0 ? [el("h3", {}, "What is to be said of them"), told.map((place) => details(student, place))] : [],
  ]);
  return nameOf(student);
}
