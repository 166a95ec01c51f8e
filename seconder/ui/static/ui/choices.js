// The question is answered without loading the page anew; and where only scripts can hear that the browser says no for
// its person (navigator.globalPrivacyControl), the server is told, as it is by the header elsewhere.
(() => {
  const signal = document.querySelector("[data-choices]");
  if (!signal) return;
  const ask = document.querySelector("[data-ask]");

  async function send(fields) {
    const answered = await fetch(signal.dataset.choices, {
      method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" },
    });
    if (!answered.ok) throw new Error(answered.statusText);
    ask?.remove();
  }

  ask?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = [...new FormData(event.target), [event.submitter.name, event.submitter.value]];
    try {
      await send(fields);
      signal.textContent = "Your choice is kept. Change it under Your privacy choices, at the foot of every page.";
      document.getElementById("main")?.focus({ preventScroll: true });
    } catch {
      location.assign(signal.dataset.choices);
    }
  });

  function honoured() {
    ask?.remove();
    signal.textContent = "Your browser shows Global Privacy Control. It is honoured: nothing optional is kept or counted.";
  }

  if (navigator.globalPrivacyControl === true && !signal.dataset.heard) {
    // Where the browser keeps no cookies, nothing optional is kept, and nothing would remember that it was told.
    if (navigator.cookieEnabled) send([["signal", "script"], ["all", "no"]]).then(honoured, () => ask?.remove());
    else honoured();
  }
})();
