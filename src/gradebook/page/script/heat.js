
// The heat map: a table of which only the rows in sight, and a few more, are in the page. It is a grid for the keyboard:
// arrows go from cell to cell, Enter opens the student.

const ROW = 28, SPARE = 12;
const heat = { head: el("thead"), body: el("tbody"), rows: new Map(), row: 0, column: 0 };
heat.table = el("table", { role: "grid", "aria-label": "Students and exercises" }, heat.head, heat.body);
heat.sizer = el("div", {}, heat.table);
heat.map = el("div", { class: "map", tabindex: "-1" }, heat.sizer);
heat.told = el("p", { id: "told", "aria-hidden": "true" });

function legend() {
  const steps = [["s0", "0", "no points"], ["s1", "20", "some"], ["s2", "40", "a quarter and more"], ["s3", "60", "half and more"],
    ["s4", "80", "three quarters and more"], ["s5", "✓", "all points"]];
  const signs = data.grades.filter((grade) => grade.id !== "passed").map((grade) => el("li", {}, el("b", {}, grade.sign), " ", grade.words));
  return [
    el("p", { class: "note" }, "The sign is the verdict, the number and the colour the share of the points in percent. Arrow keys move, Enter opens the student."),
    el("ul", { class: "legend", "aria-label": "Colours" }, steps.map(([step, sign, words]) => el("li", {}, el("b", { class: step }, sign), " ", words))),
    el("ul", { class: "legend", "aria-label": "Signs" }, signs),
  ];
}

function step(cell, most) {
  const grade = data.grades[cell[GRADE]];
  if (!grade.counts) return "fault";
  if (grade.id === "not_attempted") return "blank";
  const share = most === 0 ? Number(grade.id === "passed") : cell[RAW] / most;
  return "s" + (share >= 1 ? 5 : share >= 0.75 ? 4 : share >= 0.5 ? 3 : share >= 0.25 ? 2 : share > 0 ? 1 : 0);
}
function summary(cell, exercise) {
  const grade = data.grades[cell[GRADE]];
  if (grade.id === "not_attempted") return grade.words;
  const score = grade.counts ? `${points(cell[RAW])} of ${points(exercise.max)} points` : "not scored";
  const flagged = cell[MORE]?.flags.length ? ", flagged" : "";
  return `${grade.words}, ${score}, ${cell[PASSED]} of ${plural(exercise.cases.length, "case")}${flagged}`;
}
function shortly(cell, most) {
  const grade = data.grades[cell[GRADE]];
  const partial = grade.counts && most > 0 && !["passed", "not_attempted"].includes(grade.id);
  return partial ? `${grade.sign} ${percent(cell[RAW] / most).slice(0, -1)}` : grade.sign;
}

function drawRow(row) {
  const index = selected[row], student = students[index];
  const name = el("th", { scope: "row", role: "rowheader", tabindex: "-1" }, link("student/" + index, foreign(nameOf(student))));
  name.firstChild.tabIndex = -1;
  const cells = columns.map((place) => {
    const cell = student.cells[place], exercise = data.exercises[place];
    const node = el("td", { role: "gridcell", tabindex: "-1", class: step(cell, exercise.max) });
    node.append(shortly(cell, exercise.max));
    node.setAttribute("aria-label", summary(cell, exercise));
    return node;
  });
  const node = el("tr", { "aria-rowindex": row + 2 }, name, cells);
  node.dataset.row = row;
  return node;
}

// Puts the rows in sight into the page, and takes the others out; rows that stay are not made anew.
function drawMap() {
  if (by("heat").hidden) return;
  const height = heat.map.clientHeight || 600;
  const first = printing ? 0 : Math.max(0, Math.floor(heat.map.scrollTop / ROW) - SPARE);
  const end = printing ? selected.length : Math.min(selected.length, first + Math.ceil(height / ROW) + 2 * SPARE);
  for (const [row, node] of heat.rows) {
    if (row >= first && row < end) continue;
    // The focus must not fall to the page when its cell leaves.
    if (node.contains(document.activeElement)) heat.map.focus({ preventScroll: true });
    node.remove();
    heat.rows.delete(row);
  }
  let before = null;
  for (let row = end - 1; row >= first; row -= 1) {
    let node = heat.rows.get(row);
    if (!node) {
      node = drawRow(row);
      heat.rows.set(row, node);
      heat.body.insertBefore(node, before);
    }
    before = node;
  }
  heat.sizer.style.paddingTop = first * ROW + "px";
  heat.sizer.style.paddingBottom = (selected.length - end) * ROW + "px";
  reachable();
}
// One cell is in the order of the tab key: where the arrows were last, or the first in sight.
function reachable() {
  heat.body.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
  (cellAt(heat.row, heat.column) ?? heat.body.rows[0]?.cells[0])?.setAttribute("tabindex", "0");
}
const cellAt = (row, column) => heat.rows.get(row)?.cells[column];

function resetMap() {
  heat.body.replaceChildren();
  heat.rows.clear();
  heat.row = heat.column = 0;
  heat.map.scrollTop = 0;
  heat.table.setAttribute("aria-rowcount", selected.length + 1);
  heat.table.setAttribute("aria-colcount", columns.length + 1);
  const name = (place) => el("th", { scope: "col", role: "columnheader" }, el("span", {}, data.exercises[place].id));
  heat.head.replaceChildren(el("tr", { "aria-rowindex": 1 }, el("th", { scope: "col", role: "columnheader" }, "Student"), columns.map(name)));
  heat.map.hidden = selected.length === 0;
  heat.told.textContent = selected.length === 0 ? "Nobody is left by the search and the filters." : "";
  drawMap();
}

function go(row, column) {
  heat.row = Math.max(0, Math.min(selected.length - 1, row));
  heat.column = Math.max(0, Math.min(columns.length, column));
  const head = heat.head.offsetHeight, top = heat.row * ROW, room = heat.map.clientHeight - head - ROW;
  if (top < heat.map.scrollTop) heat.map.scrollTop = top;
  if (top > heat.map.scrollTop + room) heat.map.scrollTop = top - room;
  drawMap();
  const cell = cellAt(heat.row, heat.column);
  if (!cell) return;
  // The first column stays in place and would hide what is under it.
  const first = cell.parentNode.cells[0].offsetWidth;
  if (heat.column > 0) {
    const left = cell.offsetLeft, right = left + cell.offsetWidth;
    if (left - first < heat.map.scrollLeft) heat.map.scrollLeft = left - first;
    if (right > heat.map.scrollLeft + heat.map.clientWidth) heat.map.scrollLeft = right - heat.map.clientWidth;
  }
  cell.focus({ preventScroll: true });
}
function visit(row, column) {
  const place = column > 0 ? "/" + columns[column - 1] : "";
  followed = true;
  location.hash = `#/student/${selected[row]}${place}`;
}
function whereIs(target) {
  const cell = target.closest("td, th"), row = cell?.parentNode.dataset.row;
  return row === undefined ? null : [Number(row), cell.cellIndex];
}
function tell(target) {
  const where = whereIs(target);
  if (!where || where[1] === 0) return;
  const student = students[selected[where[0]]], place = columns[where[1] - 1];
  heat.told.replaceChildren(foreign(nameOf(student)), " – ", data.exercises[place].id, ": ", summary(student.cells[place], data.exercises[place]));
}

heat.map.addEventListener("keydown", (event) => {
  if (event.ctrlKey && !["Home", "End"].includes(event.key) || event.altKey || event.metaKey) return;
  const jump = Math.max(1, Math.floor(heat.map.clientHeight / ROW) - 6);
  const { row, column } = heat;
  const moves = {
    ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
    PageUp: [row - jump, column], PageDown: [row + jump, column],
    Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? selected.length - 1 : row, columns.length],
  };
  if (event.key === "Enter") visit(row, column);
  else if (moves[event.key]) go(...moves[event.key]);
  else return;
  event.preventDefault();
});
heat.map.addEventListener("focusin", (event) => {
  const where = whereIs(event.target);
  if (where) [heat.row, heat.column] = where;
  tell(event.target);
});
heat.map.addEventListener("mouseover", (event) => tell(event.target));
heat.map.addEventListener("click", (event) => {
  const where = whereIs(event.target);
  if (where && where[1] > 0) visit(...where);
});
heat.map.addEventListener("scroll", drawMap, { passive: true });
by("heat").append(...legend(), heat.told, heat.map);
listeners.push(resetMap);
