
// Which view is shown: what stands after `#/` in the address.

const title = document.title;
const lists = ["overview", "students", "heat", "causes", "items", "run"];
const made = new Set();
const makers = { causes: causesView, items: itemsView };
const scrolls = new Map();
let shownRoute = null;

const place = (text, all) => (/^\d{1,7}$/.test(text ?? "") && Number(text) < all.length ? Number(text) : null);

// The section to show and what to call it; what is not known leads to the overview.
function show(parts) {
  const [view, first, second] = parts;
  if (view === "student" && place(first, students) !== null) {
    return ["student", studentView(Number(first)), place(second, data.exercises)];
  }
  if (view === "cause" && place(first, data.causes) !== null) return ["cause", causeView(Number(first)), null];
  const id = lists.includes(view) ? view : "overview";
  if (makers[id] && !made.has(id)) {
    made.add(id);
    makers[id]();
  }
  return [id, by(id + "-title").textContent, null];
}

function route() {
  // A link within the page, such as the one that skips to the content, is no view.
  if (location.hash !== "" && !location.hash.startsWith("#/")) return;
  const wanted = location.hash.slice(2);
  const [id, name, part] = show(wanted.split("/"));
  document.querySelectorAll("main > section").forEach((section) => { section.hidden = section.id !== id; });
  const filtered = ["students", "heat"].includes(id);
  by("filter").hidden = !filtered;
  if (filtered) by(id + "-title").after(by("filter"));
  document.querySelectorAll("#views a").forEach((one) => {
    const to = one.getAttribute("href").slice(2) || "overview";
    if (to === id) one.setAttribute("aria-current", "page");
    else if (to === id + "s") one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  });
  document.title = `${name} – ${title}`;
  if (id === "heat") drawMap();
  if (shownRoute !== null) {
    const target = part === null ? by(id + "-title") : by(anchor(part) + "-title") ?? by(id + "-title");
    target.focus({ preventScroll: true });
    // Back and forward return to where one was.
    if (part !== null) target.scrollIntoView();
    else window.scrollTo(0, followed ? 0 : scrolls.get(wanted) ?? 0);
    if (!followed && id === "heat" && selected.length > 0) go(heat.row, heat.column);
  } else if (part !== null) {
    by(anchor(part) + "-title")?.scrollIntoView();
  }
  shownRoute = wanted;
  followed = false;
}

history.scrollRestoration = "manual";
document.addEventListener("click", (event) => {
  const to = event.target.closest?.("a[href^='#/']");
  if (to && to.hash !== location.hash && !event.ctrlKey && !event.metaKey && !event.shiftKey) followed = true;
});
window.addEventListener("scroll", () => {
  if (shownRoute === location.hash.slice(2)) scrolls.set(shownRoute, window.scrollY);
}, { passive: true });
window.addEventListener("hashchange", route);
window.addEventListener("resize", () => { if (!by("heat").hidden) drawMap(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest?.("input, select, textarea")) return;
  event.preventDefault();
  if (by("filter").hidden) {
    location.hash = "#/students";
    window.addEventListener("hashchange", () => search.focus(), { once: true });
  } else search.focus();
});
// On paper is all of a list, not the part in sight.
const print = (now) => () => {
  printing = now;
  if (!by("students").hidden) list.draw();
  drawMap();
};
window.addEventListener("beforeprint", print(true));
window.addEventListener("afterprint", print(false));

timeView();
clockView();
filter();
by("views").hidden = false;
route();
