// <form data-draft-url="…">: what is typed is kept on the server 1.5 s after the last key. Files are not part of it.
import { csrf, hourMinute, now, say } from "./words.js";

const QUIET = 1500;
const AGAIN = 15_000;
const timers = new WeakMap();

const tell = (form, text, bad) => {
  const place = form.querySelector("[data-draft-status]") ?? document.querySelector("[data-draft-status]");
  if (!place) return;
  place.hidden = false;
  place.classList.toggle("is-bad", bad);
  place.querySelector("[data-draft-words]").textContent = text;
};

const body = (form) => {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  return new URLSearchParams(data);
};

export const save = async (form, { leaving = false } = {}) => {
  clearTimeout(timers.get(form));
  timers.delete(form);
  const request = { method: "POST", body: body(form), headers: { "X-CSRFToken": csrf(), "HX-Request": "true" }, keepalive: leaving };
  const answer = await fetch(form.dataset.draftUrl, request).catch(() => null);
  if (answer?.ok) return tell(form, say("saved", { time: hourMinute(now()) }), false);
  tell(form, say("unsaved"), true);
  timers.set(form, setTimeout(save, AGAIN, form));
  return undefined;
};

const later = (event) => {
  const form = event.target.closest?.("form[data-draft-url]");
  if (!form) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(save, QUIET, form));
};

export const start = () => {
  document.addEventListener("input", later);
  document.addEventListener("change", later);
  document.addEventListener("submit", (event) => {
    clearTimeout(timers.get(event.target));
    timers.delete(event.target);
  });
  addEventListener("online", () => document.querySelectorAll("form[data-draft-url]").forEach((form) => timers.has(form) && save(form)));
  addEventListener("pagehide", () => document.querySelectorAll("form[data-draft-url]").forEach((form) => timers.has(form) && save(form, { leaving: true })));
};
