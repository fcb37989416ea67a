// Facts as they happen. The stream sends `event: fact`, data {"seq", "kind", "case", "unit"}.
// An element with data-live-case="<id>" or data-live-list="<unit ids | *>" gets the event `live`
// (hx-trigger="live"); it bubbles, so hx-trigger="live from:body" works too.
import { announce, hourMinute, now, say, setting, typing } from "./words.js";

const PATIENCE = 4000; // ms before a lost connection is told
const CALM = 800; // ms in which several facts make one refresh
let heard = now();
let staleTimer = 0;
const waiting = new Map(); // element -> facts not shown yet
const timers = new Map();
const renewing = new WeakSet(); // elements whose new content is on its way

const concerned = (fact) =>
  [...document.querySelectorAll("[data-live-case], [data-live-list]")].filter((element) => {
    if (fact.case && element.dataset.liveCase === fact.case) return true;
    const units = element.dataset.liveList?.split(" ");
    if (!units) return false;
    return units.includes("*") || units.includes(fact.unit) || Boolean(fact.case && element.querySelector(`[data-case="${CSS.escape(fact.case)}"]`));
  });

// Never move what somebody is looking at, selecting or typing into
const busy = (element) => {
  const active = document.activeElement;
  if (element.dataset.liveList !== undefined) {
    const rows = element.querySelector(".sq-scroll tbody, [data-rows]") ?? element;
    return rows.matches(":hover") || rows.contains(active) || Boolean(element.querySelector("tr.is-selected, details[open]"));
  }
  return (element.contains(active) && typing(active)) || Boolean(element.querySelector("form.is-dirty, dialog[open], details[open]"));
};

const show = (element) => {
  waiting.delete(element);
  const pill = element.querySelector("[data-updates]");
  if (pill) pill.hidden = true;
  element.dispatchEvent(new CustomEvent("live", { bubbles: true }));
};

const offer = (element) => {
  const pill = element.querySelector("[data-updates]");
  if (!pill) return show(element);
  const text = say("updates", { n: waiting.get(element) ?? 1 });
  pill.querySelector("span").textContent = text;
  if (pill.hidden) announce(text);
  pill.hidden = false;
  return undefined;
};

// What a refresh replaces while a fact waits for it lives on under the same id
const heir = (element) => (element.isConnected ? element : element.id ? document.getElementById(element.id) : null);

const later = (element, count) => {
  waiting.set(element, (waiting.get(element) ?? 0) + count);
  if (!timers.has(element)) timers.set(element, setTimeout(settle, CALM, element));
};

const settle = (old) => {
  timers.delete(old);
  const count = waiting.get(old) ?? 1;
  waiting.delete(old);
  const element = heir(old);
  if (!element) return undefined;
  // The answer under way may be older than this fact, and htmx forgets what it queues for an element it replaces
  if (element !== old || renewing.has(element)) return later(element, count);
  waiting.set(element, count);
  return busy(element) ? offer(element) : show(element);
};

// Something besides a fact makes it old
export const renew = (element) => waiting.has(element) || later(element, 1);

const hear = (fact) => {
  heard = now();
  concerned(fact).forEach((element) => later(element, 1));
};

const catchUp = () => document.querySelectorAll("[data-live-case], [data-live-list]").forEach(settle);

const stale = (lost) => {
  const strip = document.getElementById("sq-stale");
  if (!strip) return;
  if (!lost) {
    clearTimeout(staleTimer);
    staleTimer = 0;
    if (!strip.hidden) catchUp();
    strip.hidden = true;
    return;
  }
  if (staleTimer) return; // each failed attempt says "lost" again
  staleTimer = setTimeout(() => {
    strip.querySelector("span").textContent = say("stale", { time: hourMinute(heard) });
    strip.hidden = false;
  }, PATIENCE);
};

const receive = ({ state, fact, reset }) => {
  if (state) document.documentElement.dataset.live = state;
  if (state === "open") {
    stale(false);
    heard = now();
  } else if (state === "lost") {
    stale(true);
  }
  if (reset) catchUp(); // facts were missed, or rights changed: what is shown may be old
  if (!fact) return;
  try {
    hear(JSON.parse(fact));
  } catch {
    // a broken line of the stream changes nothing
  }
};

const alone = (address) => {
  let wait = 1000;
  const open = () => {
    const source = new EventSource(address, { withCredentials: true });
    source.addEventListener("open", () => receive({ state: "open" }));
    source.addEventListener("fact", (event) => receive({ fact: event.data }));
    source.addEventListener("reset", () => receive({ reset: true }));
    source.addEventListener("error", () => {
      receive({ state: "lost" });
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(open, wait);
      wait = Math.min(wait * 2, 60_000);
    });
  };
  open();
};

export const start = () => {
  // What nobody asked for is no sign that somebody is here: it does not keep the session.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (!detail.triggeringEvent || detail.triggeringEvent.type === "live") detail.headers["X-By-Itself"] = "1";
  });
  document.addEventListener("htmx:beforeRequest", ({ detail }) => renewing.add(detail.elt));
  document.addEventListener("htmx:afterRequest", ({ detail }) => renewing.delete(detail.elt));
  document.addEventListener("click", (event) => {
    const pill = event.target.closest?.("[data-updates]");
    const element = pill?.closest("[data-live-case], [data-live-list]");
    if (element) show(element);
  });
  const address = setting("sq-live");
  if (!address || !document.querySelector("[data-live-case], [data-live-list]")) return;
  if (!("SharedWorker" in globalThis)) return alone(address);
  const worker = new SharedWorker(setting("sq-live-worker"), { name: `yinuo ${address}` });
  worker.port.onmessage = ({ data }) => receive(data);
  worker.port.start();
  worker.port.postMessage({ open: address });
  addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  return undefined;
};
