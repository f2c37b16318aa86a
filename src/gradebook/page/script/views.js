
// The views of the class: time used, causes, one cause, items, and how the clocks were set.

const caseName = (exercise, place) => [exercise.cases[place].id, exercise.cases[place].hidden ? [" ", tag("hidden")] : ""];
const exerciseOptions = () => [["", "all exercises"], ...data.exercises.map((exercise, place) => [place, exercise.id])];
function exerciseFilter(id, change) {
  const node = select(el("select", { id }), exerciseOptions());
  node.addEventListener("change", change);
  const told = el("p", { class: "soft", role: "status" });
  return { node: el("form", {}, el("div", { class: "field" }, el("label", { for: id }, "Exercise"), node)), told,
    wants: (place) => node.value === "" || Number(node.value) === place };
}

function timeView() {
  const most = Math.max(1, ...times.used.map((used) => used?.[1] ?? 0));
  const bar = ([median, nine]) => svg("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "most", x: 0, y: 2, width: (100 * nine / most).toFixed(2), height: 6 }),
    svg("rect", { class: "mark", x: (98 * median / most).toFixed(2), y: 0, width: 2, height: 10 }));
  const row = (exercise, place) => {
    const used = times.used[place];
    const cells = used ? used.map((ms) => el("td", { class: "num" }, duration(ms))) : [0, 1, 2].map(() => el("td", { class: "num" }, "–"));
    return el("tr", {}, el("th", { scope: "row" }, exercise.id), cells, el("td", {}, used ? bar(used) : ""));
  };
  const heads = ["Exercise", "Median", "Nine tenths", "Slowest", "Median, nine tenths"].map((title, index) =>
    el("th", { scope: "col", class: index > 0 && index < 4 ? "num" : null }, title));
  by("time").append(el("h3", { id: "time-title" }, "Time used"),
    el("p", { class: "note" }, "Time on the clock of all cases of a student's exercise. The mark is the median, the bar ends where nine of ten students have finished."),
    el("div", { class: "scroll", role: "region", "aria-labelledby": "time-title", tabindex: "0" },
      el("table", { class: "wide" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, data.exercises.map(row)))));
}

function clockView() {
  by("begun").hidden = false;
  by("begun").querySelector("dd").append(instant(times.begun));
  const rows = data.exercises.map((exercise, place) => {
    const [reference, factor] = times.clocks[place];
    const shown = [reference === null ? "not timed" : duration(reference), "× " + decimals(factor)];
    return el("tr", {}, el("th", { scope: "row" }, exercise.id), shown.map((text) => el("td", { class: "num" }, text)));
  });
  const heads = ["Exercise", "Slowest case of the reference", "Time limits"].map((title, index) =>
    el("th", { scope: "col", class: index > 0 ? "num" : null }, title));
  by("clocks").append(el("h3", { id: "clocks-title" }, "Clocks"),
    el("div", { class: "scroll", role: "region", "aria-labelledby": "clocks-title", tabindex: "0" },
      el("table", {}, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows))));
}

function causesView() {
  const causes = table({
    caption: "Causes of failing cases",
    sorted: 1, down: true,
    columns: [
      { title: "Cause", row: true, value: (place) => data.causes[place].label, show: (place) => [link("cause/" + place, foreign(data.causes[place].label)), data.causes[place].hidden ? [" ", tag("hidden")] : ""] },
      { title: "Students", num: true, value: (place) => data.causes[place].students, show: (place) => grouped(data.causes[place].students) },
      { title: "Exercise", value: (place) => data.exercises[data.causes[place].exercise].id, show: (place) => el("span", { class: "id" }, data.exercises[data.causes[place].exercise].id) },
      { title: "Cases", num: true, value: (place) => data.causes[place].cases.length, show: (place) => grouped(data.causes[place].cases.length) },
      { title: "Failing", num: true, value: (place) => data.causes[place].failing, show: (place) => grouped(data.causes[place].failing) },
    ],
  });
  const filter = exerciseFilter("causes-of", () => draw());
  const draw = () => {
    const all = data.causes.map((_, place) => place).filter((place) => filter.wants(data.causes[place].exercise));
    causes.show(all);
    filter.told.textContent = plural(all.length, "cause");
  };
  const capped = data.left_out > 0
    ? el("p", { class: "notice" }, `This page has room for the first texts of each cause only: ${plural(data.left_out, "failing case is", "failing cases are")} here without what was told of them.`) : "";
  by("causes").append(el("p", { class: "note" }, "Cases that fail for the same reason, whoever wrote them. Open one for an example and its students."),
    capped, filter.node, filter.told, causes.node);
  draw();
}

function causeView(place) {
  const cause = data.causes[place], exercise = data.exercises[cause.exercise];
  by("cause-title").replaceChildren(foreign(cause.label));
  const names = [];
  students.forEach((student, index) => {
    for (const one of failing(student.cells[cause.exercise])) {
      if (one.cause !== place) continue;
      names.push(el("li", {}, link(`student/${index}/${cause.exercise}`, clipped(nameOf(student)))));
      break;
    }
  });
  const example = cause.example
    ? [el("h3", {}, "What was told of it, for ", link("student/" + cause.example[0], foreign(nameOf(students[cause.example[0]])))), el("pre", {}, texts()[cause.example[1]])]
    : [el("p", { class: "soft" }, "Nothing was told of it.")];
  refill("cause", [
    el("p", {}, exercise.id, " ", el("span", { class: "title" }, exercise.title), cause.hidden ? [" ", tag("hidden")] : ""),
    el("p", {}, plural(cause.failing, "failing case"), ", ", plural(cause.students, "student"), "; ",
      cause.cases.length === 1 ? "case " : "cases ", cause.cases.map((at, index) => [index > 0 ? ", " : "", caseName(exercise, at)]), "."),
    ...example,
    el("h3", {}, "Students"), el("ul", { class: "names" }, names),
  ]);
  return cause.label;
}

// Replaces what is in a section, all but its title.
function refill(id, nodes) {
  by(id).replaceChildren(by(id).querySelector("h2"), ...parts(nodes));
}

function itemsView() {
  const every = data.exercises.flatMap((exercise, of) => exercise.cases.map((one, place) => ({ of, place, item: one.item, one })));
  // In the order of the pack.
  const order = (row) => row.of * 100000 + (row.place ?? 0);
  const named = (row) => [el("span", { class: "id" }, data.exercises[row.of].id), row.one ? [" ", el("b", {}, row.one.id), row.one.hidden ? [" ", tag("hidden")] : ""] : ""];
  const columnsOf = (first) => [
    { title: first, row: true, value: order, show: named },
    { title: "Attempted", num: true, value: (row) => row.item.asked, show: (row) => grouped(row.item.asked) },
    { title: "Passed", num: true, value: (row) => row.item.passed, show: (row) => grouped(row.item.passed) },
    { title: "Difficulty", num: true, value: (row) => row.item.share, show: (row) => percent(row.item.share) },
    { title: "Discrimination", num: true, value: (row) => row.item.r, show: (row) => decimals(row.item.r) },
    { title: "Advice", prose: true, value: (row) => row.item.advice.join(" "), show: (row) => row.item.advice.join(" ") || "–" },
  ];
  const ofExercises = table({ caption: "Exercises", columns: columnsOf("Exercise") });
  const ofCases = table({ caption: "Cases", columns: columnsOf("Case") });
  const filter = exerciseFilter("items-of", () => draw());
  const only = el("input", { type: "checkbox", id: "advised" });
  only.addEventListener("change", () => draw());
  filter.node.append(el("div", { class: "check" }, el("label", {}, only, " with advice only")));
  const draw = () => {
    const rows = every.filter((row) => filter.wants(row.of) && (!only.checked || row.item.advice.length > 0));
    ofCases.show(rows);
    filter.told.textContent = `${plural(rows.length, "case")}, ${grouped(rows.filter((row) => row.item.advice.length > 0).length)} with advice`;
  };
  by("items").append(
    el("p", { class: "note" }, "Difficulty: the share of those who attempted it that passed a case, or their mean share of an exercise's points. Discrimination: how passing goes together with all else that a student did, this item left out (corrected point-biserial correlation), from −1 to 1. Whose verdict is a fault of the exercise or the machine is left out. Advice needs ten students."),
    ofExercises.node, el("h3", {}, "Cases"), filter.node, filter.told, ofCases.node);
  ofExercises.show(data.exercises.map((exercise, of) => ({ of, item: exercise.item })));
  draw();
}
