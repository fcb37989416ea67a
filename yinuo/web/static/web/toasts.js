// Short messages. The server sends HX-Trigger: {"toast": {"text": "…", "undo": "/url", "seconds": 10, "bad": false}}.
import { csrf, icon, say } from "./words.js";

const button = (text, label) => {
  const made = document.createElement("button");
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.append(text);
  return made;
};

const undo = async (toast, address) => {
  toast.remove();
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": csrf(), "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok) return location.reload();
  return show({ text: say("trouble"), bad: true });
};

export const show = ({ text, undo: address, seconds = 10, bad = false }) => {
  const place = document.getElementById("sq-toasts");
  if (!place || !text) return;
  const toast = document.createElement("div");
  toast.className = bad ? "sq-toast is-bad" : "sq-toast";
  toast.dataset.toast = "";
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  if (address) {
    const back = button(say("undo"));
    back.addEventListener("click", () => undo(toast, address));
    toast.append(back);
  }
  const close = button(icon("x"), say("close"));
  close.dataset.dismiss = "";
  toast.append(close);
  place.append(toast);
  leave(toast, seconds);
};

// It waits while somebody reads or uses it
const leave = (toast, seconds) => {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? leave(toast, 3) : toast.remove()), seconds * 1000);
};

export const start = () => {
  document.body.addEventListener("toast", (event) => show(event.detail));
  document.querySelectorAll("[data-toast]:not(.is-bad)").forEach((toast) => leave(toast, 10));
  for (const trouble of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(trouble, () => show({ text: say("trouble"), bad: true }));
  }
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) show({ text: say("trouble"), bad: true });
  });
};
