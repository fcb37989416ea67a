// Forms: error summary takes the focus, characters are counted, a changed form is marked, nothing is sent twice.
import { say } from "./words.js";

const count = (control) => {
  const place = document.getElementById(control.dataset.count);
  if (!place) return;
  const most = Number(control.dataset.most);
  const n = [...control.value].length;
  place.textContent = say("characters", { n: n.toLocaleString("en"), most: most.toLocaleString("en") });
  place.classList.toggle("is-over", n > most);
};

const focusErrors = (root) => root.querySelector?.("[data-errors]")?.focus();

export const start = () => {
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-count]")) count(event.target);
    event.target.closest?.("form[method=post]")?.classList.add("is-dirty");
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    form.classList.remove("is-dirty");
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
    return undefined;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));
  document.addEventListener("click", async (event) => {
    const source = event.target.closest?.("[data-copy]");
    if (!source || !navigator.clipboard) return;
    await navigator.clipboard.writeText(document.getElementById(source.dataset.copy).textContent.trim());
    source.querySelector("span")?.replaceChildren(say("copied"));
  });
  focusErrors(document);
};
