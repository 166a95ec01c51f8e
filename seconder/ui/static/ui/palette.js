// Ctrl or ⌘ and K finds anything: the server finds, htmx fetches, and the arrows walk through what was found while
// the focus stays in the field. Without this script the link beside it leads to a page that finds the same.
(() => {
  const dialog = document.getElementById("palette");
  const field = dialog?.querySelector("[role=combobox]");
  const found = document.getElementById("palette-found");
  if (!field) return;
  let at = 0;
  let asked = null; // the text that was asked for last
  let fetched = null; // the text that what is shown was found for
  let follows = false; // Enter came before the answer

  const options = () => [...found.querySelectorAll("a[role=option]")];

  function mark(next) {
    const all = options();
    at = all.length ? (next + all.length) % all.length : 0;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (all[at]) field.setAttribute("aria-activedescendant", all[at].id);
    else field.removeAttribute("aria-activedescendant");
    all[at]?.scrollIntoView({ block: "nearest" });
  }

  function begin() {
    follows = false;
    field.focus();
    field.select();
    htmx.process(field); // whoever is quicker than htmx's own start is heard as well
    htmx.trigger(field, "opened");
  }

  function follow() {
    if (fetched === field.value) options()[at]?.click();
    else follows = true;
  }

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (!dialog.open && !document.querySelector("dialog[open]")) dialog.showModal();
    if (dialog.open) begin();
  });
  document.addEventListener("click", (event) => event.target.closest("[data-opens=palette]") && begin());

  field.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Enter: follow };
    if (event.isComposing || !steps[event.key]) return;
    event.preventDefault();
    steps[event.key]();
  });

  field.addEventListener("htmx:before:request", () => { asked = field.value; fetched = null; });
  field.addEventListener("htmx:after:swap", () => {
    fetched = asked;
    mark(0);
    if (follows) { follows = false; follow(); }
  });
})();
