// Menus are <details>; dialogs open by data-open, close by data-dismiss; the panels "why this date".
import { openSheet } from "./keys.js";
import { open as openPalette } from "./palette.js";

const shut = (except) => document.querySelectorAll("details.sq-menu[open]").forEach((menu) => menu !== except && !menu.contains(except) && (menu.open = false));

const reveal = (id) => {
  if (id === "sq-palette") return openPalette();
  if (id === "sq-keys") return openSheet();
  return document.getElementById(id)?.showModal?.();
};

const explain = (button) => {
  const bar = button.closest(".sq-card") ?? document;
  const opening = button.getAttribute("aria-expanded") !== "true";
  bar.querySelectorAll("[data-why]").forEach((one) => {
    const open = opening && one === button;
    one.setAttribute("aria-expanded", String(open));
    one.closest("dl > div")?.classList.toggle("is-open", open);
    document.getElementById(one.dataset.why).hidden = !open;
  });
};

// A link to a part of the page that holds a folded form opens it, and the first field waits for the writer.
const unfold = (link) => {
  const part = document.getElementById(link.hash.slice(1));
  const form = part?.matches("[data-unfold]") ? part : part?.querySelector("[data-unfold]");
  if (!form) return;
  form.dataset.awaited = "";
  form.open = true;
  beginIn(form);
};

const beginIn = (form) => {
  const first = form.querySelector("form")?.querySelector("input:not([type=hidden]), select, textarea");
  if (!first || form.dataset.awaited === undefined) return;
  delete form.dataset.awaited;
  first.focus();
};

export const start = () => {
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    const form = target.closest?.("[data-unfold]");
    if (form) beginIn(form);
  });
  document.addEventListener("click", (event) => {
    const at = event.target;
    if (!(at instanceof Element)) return;
    shut(at.closest("details.sq-menu"));
    const link = at.closest('a[href^="#"]');
    if (link) unfold(link);
    const opener = at.closest("[data-open]");
    if (opener) {
      shut(null);
      reveal(opener.dataset.open);
    }
    const why = at.closest("[data-why]");
    if (why) explain(why);
    const close = at.closest("[data-why-close]");
    if (close) {
      const button = document.querySelector(`[data-why="${close.closest(".sq-why").id}"]`);
      explain(button);
      button.focus();
    }
    const dismiss = at.closest("[data-dismiss]");
    if (dismiss) (dismiss.closest("dialog") ?? dismiss.closest("[data-toast]"))?.[dismiss.closest("dialog") ? "close" : "remove"]();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.sq-menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else {
      shut(null);
    }
  });
};
