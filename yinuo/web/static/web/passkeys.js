// <form data-passkey="get|make" hidden>: shown where the browser has passkeys. Submitting asks the device; its answer goes into
// the field `answer` and the form is sent. What to ask is in data-options, or fetched from data-ask as the challenge begins.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

const wanted = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  ...(options.user ? { user: { ...options.user, id: bytes(options.user.id) } } : {}),
  ...(options.allowCredentials ? { allowCredentials: named(options.allowCredentials) } : {}),
  ...(options.excludeCredentials ? { excludeCredentials: named(options.excludeCredentials) } : {}),
});

const answered = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: {},
    response,
  });
};

const options = async (form) => {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

const ask = async (form) => {
  const publicKey = wanted(await options(form));
  const make = form.dataset.passkey === "make";
  return make ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[data-passkey-said]");
  const button = form.querySelector("button[type=submit]");
  const here = location.hostname === form.dataset.domain || location.hostname.endsWith(`.${form.dataset.domain}`);
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  if (!here) {
    button.disabled = true;
    said.textContent = form.dataset.elsewhere;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "";
    try {
      form.elements.answer.value = answered(await ask(form));
      form.submit();
    } catch {
      said.textContent = form.dataset.failed;
      button.disabled = false;
    }
  });
}
