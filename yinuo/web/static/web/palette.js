// Ctrl K: a dialog whose list comes from the server; arrows choose, Enter opens, Esc closes.
import { openSheet } from "./keys.js";

const dialog = () => document.getElementById("sq-palette");
const options = () => [...dialog().querySelectorAll("[role=option]")];
const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

const choose = (at) => {
  const all = options();
  const input = dialog().querySelector("input");
  if (!all.length) return input.removeAttribute("aria-activedescendant");
  const place = (at + all.length) % all.length;
  all.forEach((one, n) => one.setAttribute("aria-selected", String(n === place)));
  input.setAttribute("aria-activedescendant", all[place].id);
  all[place].scrollIntoView({ block: "nearest" });
  return undefined;
};

const follow = (option) => {
  const target = option.getAttribute("href");
  if (!target.startsWith("#")) return location.assign(target);
  dialog().close();
  return target === "#sq-keys" ? openSheet() : document.querySelector(target)?.showModal?.();
};

export const open = () => {
  const box = dialog();
  if (!box || box.open) return;
  box.showModal();
  const input = box.querySelector("input");
  input.select();
  input.dispatchEvent(new Event("ask"));
};

export const start = () => {
  if (!dialog()) return;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  dialog().addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen() + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && options()[chosen()]) {
      event.preventDefault();
      follow(options()[chosen()]);
    }
  });
  dialog().addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      event.preventDefault();
      follow(option);
    } else if (event.target === dialog()) {
      dialog().close(); // a click beside it
    }
  });
  dialog().addEventListener("htmx:afterSwap", () => choose(0));
};
