// Lists: what is selected is counted, Shift selects a range, the density of rows is remembered, the focused row is marked.
// Without scripts the boxes and the bar above the rows (shown by the style sheet while a box is ticked) do all but counting.
import { say } from "./words.js";

const STORE = "yinuo.density";
let last = null; // the box ticked before, where a range begins
let shift = false;

const boxes = (list) => [...list.querySelectorAll("tbody .sq-c-select input")];
const every = (list) => list.querySelector("[data-bulk-all]");

const tally = (list) => {
  const picked = boxes(list).filter((box) => box.checked);
  boxes(list).forEach((box) => box.closest("tr").classList.toggle("is-selected", box.checked));
  const count = list.querySelector("[data-bulk-count]");
  if (count) count.textContent = say("selected", { n: every(list)?.checked ? every(list).dataset.bulkAll : picked.length });
  const all = list.querySelector("[data-select-all]");
  if (all) {
    all.checked = picked.length > 0 && picked.length === boxes(list).length;
    all.indeterminate = picked.length > 0 && !all.checked;
  }
};

const range = (list, box) => {
  const all = boxes(list);
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (shift && from >= 0) all.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
  last = box;
};

// A tick that the whole list got falls with the first row that is taken out again
const ticked = (list, target) => {
  if (target.matches("[data-select-all], [data-bulk-all]")) boxes(list).forEach((box) => (box.checked = target.checked));
  if (target.closest("tbody .sq-c-select")) range(list, target);
  const all = every(list);
  if (all && boxes(list).some((box) => !box.checked)) all.checked = false;
  if (target.matches("[data-selecting]") && !target.checked) boxes(list).forEach((box) => (box.checked = false));
};

const ready = (root) => {
  root.querySelectorAll?.("[data-select-page]").forEach((label) => (label.hidden = false));
  root.querySelectorAll?.(".sq-list:has([data-bulk-count])").forEach(tally);
};

const remembered = () => {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null;
  }
};

const density = (root) => {
  if (remembered() === "dense") root.querySelectorAll?.(".sq-dense").forEach((radio) => (radio.checked = true));
};

export const start = () => {
  document.addEventListener("change", (event) => {
    const list = event.target.closest?.(".sq-list");
    if (!list) return;
    ticked(list, event.target);
    if (event.target.matches("[name=sq-density]")) {
      try {
        localStorage.setItem(STORE, event.target.value);
      } catch {
        // kept for this page only
      }
    }
    tally(list);
  });
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, (event) => (shift = event.shiftKey), true);
  document.addEventListener("reset", (event) => setTimeout(() => event.target.closest(".sq-list") && tally(event.target.closest(".sq-list"))));
  addEventListener("pageshow", () => ready(document)); // coming back, the browser has ticked the boxes again
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(".sq-scroll tbody tr");
    if (row) row.parentElement.querySelectorAll(".is-current").forEach((one) => one !== row && one.classList.remove("is-current"));
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    density(event.target);
    ready(document);
  });
  density(document);
  ready(document);
};
