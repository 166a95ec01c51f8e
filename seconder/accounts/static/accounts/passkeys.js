// Asks the browser for a passkey when a form with data-passkey is sent, and sends the form with the answer.
// create, get: the server's question lies in data-question. find (signing in): it is fetched from the form's address,
// and asked as well once somebody is in a field with autocomplete="… webauthn", where the browser offers passkeys.
(() => {
  const NONE = "This browser has no passkeys. Use another way, or another browser.";
  const SAID = {
    NotAllowedError: "Nothing was done: no passkey was chosen, or it took too long. Try again, or use another way.",
    InvalidStateError: "This device already has a passkey of yours.",
    SecurityError: "Passkeys do not work at this address.",
  };
  let offer = null; // what the field offers meanwhile; browsers take one question at a time

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

  async function question(form) {
    if (form.dataset.question) return JSON.parse(form.dataset.question).publicKey;
    const found = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!found.ok) throw new Error("Too many tries. Wait a minute and try again.");
    return (await found.json()).request_options.publicKey;
  }

  function made(form, asked) {
    const alone = form.elements.passwordless?.checked;
    if (alone) Object.assign(asked.authenticatorSelection, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
    asked.user.id = bytes(asked.user.id);
    asked.excludeCredentials = known(asked.excludeCredentials);
    return navigator.credentials.create({ publicKey: asked });
  }

  async function answer(form, more = {}) {
    const asked = await question(form);
    asked.challenge = bytes(asked.challenge);
    if (form.dataset.passkey === "create") return made(form, asked);
    asked.allowCredentials = known(asked.allowCredentials);
    return navigator.credentials.get({ publicKey: asked, ...more });
  }

  function send(form, credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    const { id, type } = credential;
    form.elements.credential.value = JSON.stringify({ id, type, rawId: text(credential.rawId), response, clientExtensionResults: {} });
    form.submit();
  }

  function say(form, words) {
    const place = form.querySelector("[data-passkey-said]");
    place.textContent = words;
    place.hidden = false;
    // After pending.js, which takes the form to be on its way.
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = false; button.removeAttribute("aria-busy"); }), 20);
  }

  async function offerIn(form) {
    if (offer || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    offer = new AbortController();
    try {
      send(form, await answer(form, { mediation: "conditional", signal: offer.signal }));
    } catch { offer = null; } // it was an offer: the button and the other ways are still there
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      say(form, NONE);
      form.querySelectorAll("button").forEach((button) => button.remove());
      continue;
    }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      offer?.abort();
      try {
        send(form, await answer(form));
      } catch (fault) { say(form, SAID[fault.name] ?? fault.message); }
    });
    if (form.dataset.passkey === "find") document.querySelector('[autocomplete~="webauthn"]')?.addEventListener("focus", () => offerIn(form));
  }
})();
