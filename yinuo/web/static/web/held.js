// What is held counts down; once it is due, the page is asked for until it says what became of it.
import { renew } from "./live.js";
import { now } from "./words.js";

const beat = () => {
  const mark = document.querySelector("[data-held-until]");
  if (!mark) return;
  const left = Math.ceil((Date.parse(mark.dataset.heldUntil) - now()) / 1000);
  const place = mark.querySelector("[data-held-left]");
  if (place) place.textContent = Math.max(0, left);
  const page = mark.closest("[data-live-case]");
  if (left < 0 && page) renew(page);
};

export const start = () => setInterval(beat, 1000);
