// Lists: selecting rows shows the bulk bar, the density of rows is remembered, the focused row is marked.
import { say } from "./words.js";

const STORE = "yinuo.density";

const boxes = (list) => [...list.querySelectorAll("tbody input[type=checkbox]")];

const tally = (list) => {
  const picked = boxes(list).filter((box) => box.checked);
  boxes(list).forEach((box) => box.closest("tr").classList.toggle("is-selected", box.checked));
  const bar = list.querySelector("[data-bulk]");
  if (bar) bar.hidden = !picked.length;
  const told = list.querySelector("[data-bulk-count]");
  if (told) told.textContent = say("selected", { n: picked.length });
  const all = list.querySelector("[data-select-all]");
  if (all) {
    all.checked = picked.length > 0 && picked.length === boxes(list).length;
    all.indeterminate = picked.length > 0 && !all.checked;
  }
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
    if (event.target.matches("[data-select-all]")) boxes(list).forEach((box) => (box.checked = event.target.checked));
    if (event.target.matches("[name=sq-density]")) {
      try {
        localStorage.setItem(STORE, event.target.value);
      } catch {
        // kept for this page only
      }
    }
    tally(list);
  });
  document.addEventListener("click", (event) => {
    const list = event.target.closest?.("[data-bulk-clear]")?.closest(".sq-list");
    if (!list) return;
    boxes(list).forEach((box) => (box.checked = false));
    tally(list);
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(".sq-scroll tbody tr");
    if (row) row.parentElement.querySelectorAll(".is-current").forEach((one) => one !== row && one.classList.remove("is-current"));
  });
  document.body.addEventListener("htmx:afterSettle", (event) => density(event.target));
  density(document);
};
