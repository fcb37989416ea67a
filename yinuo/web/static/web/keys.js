// Single keys: data-key="n" or "g c" on links, buttons and fields. Never while typing; can be switched off.
import { typing } from "./words.js";

const STORE = "yinuo.keys";
const PAUSE = 900; // ms between the two keys of a sequence
let before = "";
let beforeAt = 0;

const on = () => {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
};

const rows = () => [...document.querySelectorAll(".sq-scroll tbody tr, [data-row]")].filter((row) => row.querySelector("a[href]"));

const visible = (element) => element.getClientRects().length > 0;

// A key of a row's own counts only for the row one stands on.
const meant = (element) => !element.closest("[data-row]") || element.closest("[data-row]").contains(document.activeElement);

const bound = (key) => [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key && visible(element) && meant(element));

const use = (element) => (element.matches("input, select, textarea") ? element.focus() : element.click());

const move = (step) => {
  const all = rows();
  if (!all.length) return false;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const at = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step));
  all.forEach((row, n) => row.classList.toggle("is-current", n === at));
  all[at].querySelector("a[href]").focus();
  all[at].scrollIntoView({ block: "nearest" });
  return true;
};

const pick = () => {
  const row = rows().find((one) => one.contains(document.activeElement));
  const box = row?.querySelector("input[type=checkbox]");
  box?.click();
  row?.querySelector("a[href]")?.focus();
  return Boolean(box);
};

const act = (key) => {
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (key === "x" && pick()) return true;
  const sequence = performance.now() - beforeAt < PAUSE ? bound(`${before} ${key}`) : null;
  const target = sequence ?? bound(key);
  before = key;
  beforeAt = performance.now();
  if (target) use(target);
  return Boolean(target);
};

const nameOf = (element) => {
  if (element.dataset.keyLabel) return element.dataset.keyLabel;
  if (element.getAttribute("aria-label")) return element.getAttribute("aria-label");
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
  return copy.textContent.trim();
};

const line = (element) => {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = nameOf(element);
  const keys = document.createElement("span");
  for (const part of element.dataset.key.split(" ")) {
    const key = document.createElement("kbd");
    key.textContent = part.toUpperCase();
    keys.append(key, " ");
  }
  item.append(name, keys);
  return item;
};

const once = (element, place, all) => all.findIndex((other) => other.dataset.key === element.dataset.key) === place;

export const openSheet = () => {
  const sheet = document.getElementById("sq-keys");
  if (!sheet || sheet.open) return;
  sheet.querySelectorAll("[data-keys-list-only]").forEach((item) => (item.hidden = !rows().length));
  sheet.querySelectorAll("[data-keys-select-only]").forEach((item) => (item.hidden = !document.querySelector("tbody .sq-c-select")));
  sheet.querySelector("[data-keys-own]").replaceChildren(...[...document.querySelectorAll("[data-key]")].filter(visible).filter(once).map(line));
  sheet.querySelector("[data-keys-switch]").checked = on();
  sheet.showModal();
};

export const start = () => {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]") || !on()) return;
    if (event.key === "?") {
      event.preventDefault();
      openSheet();
    } else if (event.key.length === 1 && event.key !== " " && act(event.key.toLowerCase())) {
      event.preventDefault();
    }
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-keys-switch]")) return;
    try {
      localStorage.setItem(STORE, event.target.checked ? "on" : "off");
    } catch {
      // without storage the choice lasts until the page is left
    }
  });
};
