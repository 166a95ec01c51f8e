// Keys: ? lists them, g and a letter goes to a place, j and k walk through a list, one letter presses a button
// that names it in data-keys, or reaches it where it submits; a, r and e do so from a list of reviews, and x ticks one. They rest while somebody types, and can be switched off in the list itself.
(() => {
  const list = document.getElementById("shortcuts");
  const choice = document.getElementById("shortcuts-on");
  let leader = 0;

  const on = () => kept.read("seconder.shortcuts") !== "off";
  if (choice) {
    choice.checked = on();
    choice.addEventListener("change", () => kept.keep("seconder.shortcuts", choice.checked ? "on" : "off"));
  }

  function walk(step) {
    const links = [...document.querySelectorAll("[data-walk] .name a")];
    if (!links.length) return;
    let at = links.indexOf(document.activeElement);
    if (at < 0) at = links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
    links[next].focus();
  }

  function press(key) {
    const named = document.querySelector(`[data-keys="${CSS.escape(key)}"]`);
    // A stray letter must not decide anything: what submits is only reached, and Enter does it.
    if (named?.matches("input, select, textarea, [type=submit]")) named.focus();
    else named?.click();
    return Boolean(named);
  }

  // In a list of reviews a letter opens the focused one, and presses there what it names: /…/reviews/…/#a
  function act(key) {
    const link = document.activeElement.closest("[data-walk] a[data-acts]");
    if (!link?.dataset.acts.includes(key) || link.hasAttribute("aria-current")) return false;
    location.href = `${link.href}#${key}`;
    return true;
  }

  // Ticks the one in focus, to be answered together with others.
  function pick() {
    document.activeElement.closest("[data-walk] li")?.querySelector("input[type=checkbox]")?.click();
  }

  // What is ticked stays: the list is not fetched anew meanwhile.
  document.addEventListener("htmx:before:request", (event) => {
    if (event.target.closest?.("[data-picks]")?.querySelector("input[name=review]:checked")) event.preventDefault();
  });

  const wanted = location.hash.slice(1);
  if (on() && wanted.length === 1) {
    history.replaceState(history.state, "", location.pathname + location.search);
    press(wanted);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    if (event.key === "?") { list?.showModal(); return; }
    if (!on() || event.key.length !== 1) return;
    if (Date.now() - leader < 1200) {
      leader = 0;
      document.querySelector(`[data-goes="${CSS.escape(event.key)}"]`)?.click();
    } else if (event.key === "g") leader = Date.now();
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "x") pick();
    else if (act(event.key) || press(event.key)) event.preventDefault();
  });
})();
