// Keeps clock badges true between refreshes: each second below ten minutes, else each minute.
import { announce, now, say } from "./words.js";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const ICONS = { ok: "circle-check", warn: "clock", bad: "alert-triangle" };
const told = new Set(); // a threshold is announced once, not at each tick

const two = (n) => String(n).padStart(2, "0");

export const leftText = (ms) => {
  if (ms < HOUR) return `${two(Math.floor(ms / MINUTE))}:${two(Math.floor((ms % MINUTE) / 1000))}`;
  const h = Math.floor(ms / HOUR);
  const m = Math.floor((ms % HOUR) / MINUTE);
  return m ? say("hours_minutes", { h, m }) : say("hours", { h });
};

export const overText = (ms) => {
  if (ms < HOUR) return say("minutes", { m: Math.max(1, Math.floor(ms / MINUTE)) });
  return say("half_hours", { n: (Math.round(ms / HOUR * 10) / 10).toFixed(1).replace(/\.0$/, "") });
};

const stateOf = (badge) => Object.keys(ICONS).find((state) => badge.classList.contains(`is-${state}`));

const become = (badge, state) => {
  const before = stateOf(badge);
  if (before === state) return;
  badge.classList.remove(`is-${before}`);
  badge.classList.add(`is-${state}`);
  const use = badge.querySelector("use");
  if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ICONS[state]}`));
  const key = `${badge.dataset.what ?? ""}|${badge.dataset.due}|${state}`;
  if (badge.dataset.what && !told.has(key) && state !== "ok") {
    told.add(key);
    announce(say(state === "bad" ? "passed" : "near", { what: badge.dataset.what }));
  }
};

const draw = (badge, text) => {
  const place = badge.querySelector("span");
  if (place && place.textContent !== text) place.textContent = text;
};

const refresh = (badge, instant, wholeMinute) => {
  const left = Date.parse(badge.dataset.due) - instant;
  if (left <= 0) {
    if (stateOf(badge) === "bad" && badge.dataset.tick === undefined) return; // the server counts it
    become(badge, "bad");
    const counts = badge.dataset.unit === "natural" && -left < 24 * HOUR;
    draw(badge, counts ? say("over", { time: overText(-left) }) : say("late"));
    return;
  }
  const warn = Date.parse(badge.dataset.warn ?? "");
  if (warn <= instant || left <= 5 * MINUTE) become(badge, "warn");
  if (badge.dataset.tick !== undefined && (left < 10 * MINUTE || wholeMinute)) {
    draw(badge, say("left", { time: leftText(left) }));
  }
};

let lastMinute = Math.floor(now() / MINUTE);

const beat = () => {
  if (document.hidden) return;
  const instant = now();
  const minute = Math.floor(instant / MINUTE);
  document.querySelectorAll("[data-running]").forEach((badge) => refresh(badge, instant, minute !== lastMinute));
  lastMinute = minute;
};

export const start = () => setInterval(beat, 1000);
