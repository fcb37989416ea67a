// <input type=file data-upload-url data-upload-into>: each file is sent at once with its progress; the server
// answers 2xx with the row of the stored file, or 4xx with the reason as plain text. Without script the form sends it.
import { csrf, icon, say } from "./words.js";

const size = (bytes) => (bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

const el = (name, className, ...inside) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
};

const row = (file) => {
  const bar = el("progress", "sq-progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const told = el("span");
  const gone = el("button", "sq-file-gone", icon("x"));
  gone.type = "button";
  gone.setAttribute("aria-label", `${say("cancel")} ${file.name}`);
  const item = el("li", "sq-file", el("i", "", icon("file-text")), el("div", "", el("p", "", file.name), bar, el("p", "", told)), gone);
  return { item, bar, told, gone };
};

const refuse = ({ item, bar, told, gone }, reason) => {
  item.classList.add("is-bad");
  bar.remove();
  told.textContent = reason;
  gone.onclick = () => item.remove();
};

const send = (input, file, list) => {
  const made = row(file);
  list.append(made.item);
  const most = Number(input.dataset.uploadMost);
  if (most && file.size > most) return refuse(made, say("too_large", { size: size(most) }));
  const request = new XMLHttpRequest();
  const data = new FormData();
  data.append(input.name, file);
  request.upload.onprogress = (event) => {
    const n = event.lengthComputable ? Math.round((event.loaded / event.total) * 100) : 0;
    made.bar.value = n;
    made.told.textContent = `${say("sending", { n })}, ${size(event.loaded)} / ${size(file.size)}`;
  };
  request.onerror = () => refuse(made, say("unsent"));
  request.onload = () => {
    if (request.status >= 400) return refuse(made, request.status < 500 && request.responseText.length < 300 ? request.responseText : say("unsent"));
    made.item.outerHTML = request.responseText;
    return globalThis.htmx?.process(list);
  };
  made.gone.onclick = () => {
    request.abort();
    made.item.remove();
  };
  request.open("POST", input.dataset.uploadUrl);
  request.setRequestHeader("X-CSRFToken", csrf());
  request.setRequestHeader("HX-Request", "true");
  return request.send(data);
};

export const start = () =>
  document.addEventListener("change", (event) => {
    const input = event.target;
    const list = input.matches?.("[data-upload-url]") && document.getElementById(input.dataset.uploadInto);
    if (!list) return;
    [...input.files].forEach((file) => send(input, file, list));
    input.value = "";
  });
