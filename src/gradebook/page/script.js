"use strict";
// What students are called and what their programs said comes from JSON and goes into the page as text only: nodes are
// made by `el` and `svg`, whose children are nodes or text. The page's policy refuses anything else.

const by = (id) => document.getElementById(id);
const block = (id) => JSON.parse(by(id).textContent);
const data = block("data-class");
const students = block("data-students");
const times = block("data-times");
// The large blocks are read when they are needed.
function lazily(id) {
  let found = null;
  return () => (found ??= block(id));
}
const texts = lazily("data-texts");
const measured = lazily("data-measured");

// What is inside of a node: lists in lists become one, and what is not there is left out.
const parts = (inside) => inside.flat(Infinity).filter((part) => part !== undefined && part !== null && part !== "");

function build(node, attributes, inside) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...parts(inside));
  return node;
}
const el = (name, attributes, ...inside) => build(document.createElement(name), attributes, inside);
const svg = (name, attributes, ...inside) =>
  build(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, inside);

// Foreign text: whichever way it runs, it does not turn what stands around it.
const foreign = (text) => el("bdi", {}, text);
const clipped = (text) => el("bdi", { class: "clip" }, text);
const tag = (text) => el("span", { class: "tag" }, text);
const link = (route, ...inside) => el("a", { href: "#/" + route }, ...inside);

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const plural = (number, one, many = one + "s") => grouped(number) + " " + (number === 1 ? one : many);
function points(hundredths) {
  const rest = hundredths % 100;
  const decimals = rest === 0 ? "" : rest % 10 === 0 ? "." + rest / 10 : "." + String(rest).padStart(2, "0");
  return grouped(Math.floor(hundredths / 100)) + decimals;
}
function percent(share) {
  if (share === null) return "–";
  const rounded = Math.round(share * 100);
  return (share > 0 && share < 1 ? Math.min(99, Math.max(1, rounded)) : rounded) + "%";
}
const decimals = (value) => (value === null ? "–" : value.toFixed(2).replace(/^-0\.00$/, "0.00").replace("-", "−"));
const duration = (ms) => (ms < 1000 ? grouped(Math.round(ms)) + " ms" : (ms / 1000).toFixed(ms < 10000 ? 2 : 1) + " s");
// RFC 3339 in UTC is easier to read without its letters; anything else is shown as it came.
const instant = (text) => text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|\+00:00)$/, "$1 $2 UTC");
function lateness([seconds, percentOff]) {
  const units = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
  const [size, unit] = units.find(([size]) => seconds >= size) ?? units[3];
  const told = seconds === null ? "late" : plural(Math.floor(seconds / size), unit) + " late";
  return percentOff > 0 ? `${told}, ${percentOff}% off` : told;
}

// A student's exercise, by name.
const GRADE = 0, RAW = 1, NET = 2, PASSED = 3, LETTERS = 4, FAILING = 5, MORE = 6;
const gradeOf = (letter) => data.grades[letter.charCodeAt(0) - 97];
const verdict = (grade) =>
  el("span", { class: grade.id }, el("span", { class: "sign", "aria-hidden": "true" }, grade.sign), " ", grade.words);
function* failing(cell) {
  for (let at = 0; at < cell[FAILING].length; at += 3) {
    yield { place: cell[FAILING][at], cause: cell[FAILING][at + 1], text: cell[FAILING][at + 2] };
  }
}
const NOT_REACHED = String.fromCharCode(97 + data.grades.findIndex((grade) => grade.id === "not_reached"));
const LEFT_OUT = -2;
const nameOf = (student) => student.name || student.id;
const tiers = [...new Set(data.exercises.map((exercise) => exercise.tier))];

const collator = new Intl.Collator("en", { numeric: true });
function compare(a, b) {
  // What is missing comes last in either direction: see `table`.
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

let printing = false;
// Whether the next view is one that was asked for, and not one that the reader returns to.
let followed = false;
const PAGE = 200;

// A table that is sorted by its heads and shown in pages. `columns`: `title`; `value` of a row, to sort by; `show` of a row,
// what is in the cell; `num`, `aside` (left out on a phone), `prose` (sentences), `row` (it names its row).
function table({ caption, columns, sorted = 0, down = false, changed = () => {} }) {
  let rows = [], from = 0;
  const body = el("tbody");
  const heads = columns.map((column, index) => {
    const arrow = el("span", { "aria-hidden": "true" });
    const button = el("button", { type: "button" }, column.title, " ", arrow);
    button.addEventListener("click", () => {
      down = sorted === index ? !down : Boolean(column.num);
      sorted = index;
      from = 0;
      draw();
      changed();
    });
    return { arrow, node: el("th", { scope: "col", class: classes(column) }, button) };
  });
  const earlier = el("button", { type: "button" }, "Earlier");
  const later = el("button", { type: "button" }, "Later");
  const shown = el("span", { role: "status" });
  const pager = el("div", { class: "pager" }, earlier, later, shown);
  const turn = (step) => () => {
    from += step;
    draw();
  };
  earlier.addEventListener("click", turn(-PAGE));
  later.addEventListener("click", turn(PAGE));
  const inner = el("table", { class: "wide" }, el("caption", {}, caption), el("thead", {}, el("tr", {}, heads.map((head) => head.node))), body);
  const node = el("div", {}, el("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" }, inner), pager);

  function classes(column) {
    return [column.num && "num", column.aside && "aside", column.row && "text", column.prose && "prose"].filter(Boolean).join(" ") || null;
  }
  function order() {
    const value = columns[sorted].value;
    const keyed = rows.map((row) => [value(row), row]);
    const missing = (key) => key === null || key === undefined || key === "";
    keyed.sort(([a], [b]) => missing(a) - missing(b) || (missing(a) ? 0 : down ? compare(b, a) : compare(a, b)));
    return keyed.map(([, row]) => row);
  }
  function draw() {
    rows = order();
    heads.forEach((head, index) => {
      head.arrow.textContent = index !== sorted ? "" : down ? "▼" : "▲";
      if (index === sorted) head.node.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.node.removeAttribute("aria-sort");
    });
    const part = printing ? rows : rows.slice(from, from + PAGE);
    body.replaceChildren(...part.map((row) => el("tr", {}, columns.map((column) => {
      const kind = column.row ? el("th", { scope: "row", class: classes(column) }) : el("td", { class: classes(column) });
      return build(kind, {}, [column.show(row)]);
    }))));
    pager.hidden = rows.length <= PAGE;
    earlier.disabled = from === 0;
    later.disabled = from + PAGE >= rows.length;
    shown.textContent = `${grouped(from + 1)}–${grouped(from + part.length)} of ${grouped(rows.length)}`;
  }
  return {
    node,
    // The rows in the order in which they are shown.
    order: () => rows,
    draw,
    show(all) {
      rows = all;
      from = 0;
      draw();
    },
  };
}

function select(node, options) {
  node.replaceChildren(...options.map(([value, text]) => el("option", { value }, text)));
  return node;
}
