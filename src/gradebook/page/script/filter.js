
// The students that are looked at: those who match the search and the filters, in the order of their table.

const filters = { verdict: by("by-verdict"), flag: by("by-flag"), tier: by("by-tier") };
const search = by("search");
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const haystacks = students.map((student) =>
  folded([student.id, student.name, student.email, ...student.flags.map((flag) => data.flags[flag].words)].join("\n")));
const wantedTier = () => filters.tier.value;
// The places of the exercises that are looked at.
const wantedExercises = () =>
  data.exercises.map((_, place) => place).filter((place) => !wantedTier() || data.exercises[place].tier === wantedTier());

let selected = [];
let columns = [];
let listeners = [];

function matching() {
  const words = folded(search.value).split(/\s+/).filter(Boolean);
  const grade = filters.verdict.value === "" ? null : Number(filters.verdict.value);
  const flag = filters.flag.value === "" ? null : Number(filters.flag.value);
  columns = wantedExercises();
  return students.map((_, index) => index).filter((index) => {
    const student = students[index];
    return words.every((word) => haystacks[index].includes(word))
      && (flag === null || student.flags.includes(flag))
      && (grade === null || columns.some((place) => student.cells[place][GRADE] === grade));
  });
}

// Points of the exercises that are looked at; `null` while one of them is not scored.
function pointsOf(student) {
  if (!wantedTier()) return student.points;
  const cells = columns.map((place) => student.cells[place]);
  return cells.every((cell) => data.grades[cell[GRADE]].counts) ? cells.reduce((sum, cell) => sum + cell[NET], 0) : null;
}
const mostPoints = () => (wantedTier() ? columns.reduce((sum, place) => sum + data.exercises[place].max, 0) : data.max_points);
const passedOf = (student) => columns.filter((place) => data.grades[student.cells[place][GRADE]].id === "passed").length;

const list = table({
  caption: "Students, by what is searched and filtered",
  columns: [
    { title: "Id", row: true, value: (index) => students[index].id, show: (index) => link("student/" + index, clipped(students[index].id)) },
    { title: "Name", value: (index) => students[index].name, show: (index) => clipped(students[index].name || "–") },
    { title: "E-mail", aside: true, value: (index) => students[index].email, show: (index) => clipped(students[index].email || "–") },
    { title: "Points", num: true, value: (index) => pointsOf(students[index]), show: (index) => shownPoints(students[index]) },
    { title: "Share", num: true, aside: true, value: (index) => pointsOf(students[index]), show: (index) => shownShare(students[index]) },
    { title: "Passed", num: true, value: (index) => passedOf(students[index]), show: (index) => `${passedOf(students[index])}/${columns.length}` },
    { title: "Flags", value: (index) => flagsOf(students[index]), show: (index) => flagsOf(students[index]) || "–" },
  ],
  changed: () => settle(),
});
function shownPoints(student) {
  const value = pointsOf(student);
  return value === null ? "not scored" : points(value);
}
function shownShare(student) {
  const value = pointsOf(student), most = mostPoints();
  return value === null || most === 0 ? "–" : percent(value / most);
}
const flagsOf = (student) => student.flags.map((flag) => data.flags[flag].words).join(", ");

function settle() {
  selected = list.order();
  listeners.forEach((listener) => listener());
}
function filter() {
  const found = matching();
  list.show(found);
  const tier = wantedTier() ? `, ${wantedTier()} only` : "";
  by("count").textContent = `${grouped(found.length)} of ${plural(students.length, "student")}${tier}`;
  settle();
}
select(filters.verdict, [["", "any"], ...data.grades.map((grade, place) => [place, `${grade.sign} ${grade.words}`])]);
select(filters.flag, [["", "any"], ...data.flags.map((flag, place) => [place, flag.words])]);
select(filters.tier, [["", "all"], ...tiers.map((tier) => [tier, tier])]);
by("students").append(list.node);
by("filter").addEventListener("submit", (event) => event.preventDefault());
search.addEventListener("input", filter);
Object.values(filters).forEach((one) => one.addEventListener("change", filter));
by("clear").addEventListener("click", () => {
  search.value = "";
  Object.values(filters).forEach((one) => { one.value = ""; });
  filter();
});
