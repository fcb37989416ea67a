// Words and addresses the server wrote into <meta>, and small things every module needs.
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

const words = JSON.parse(meta("sq-words") || "{}");

export const setting = meta;

// say("left", {time: "03:12"}) fills %(time)s; %% is a per cent sign
export const say = (key, values = {}) =>
  (words[key] ?? "").replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "").replaceAll("%%", "%");

export const icon = (name) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "sq-icon-s");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${meta("sq-icons")}#${name}`);
  svg.append(use);
  return svg;
};

// Told once to screen readers, politely
export const announce = (text) => {
  const place = document.getElementById("sq-say");
  if (place) place.textContent = text;
};

export const csrf = () => {
  try {
    return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] ?? "";
  } catch {
    return "";
  }
};

export const typing = (target) =>
  target instanceof Element &&
  (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));

// The server's clock: the browser's may be wrong by hours
const offset = Date.parse(meta("sq-server-time")) - Date.now() || 0;
export const now = () => Date.now() + offset;

// In the bank's zone, whatever the browser's is
export const hourMinute = (instant) =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: meta("sq-zone") || undefined }).format(instant);
