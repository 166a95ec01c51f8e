// Suggests the time zone of the device beside a form with data-zone, the id of its field, where another one is chosen.
(() => {
  const form = document.querySelector("form[data-zone]");
  const field = form && document.getElementById(form.dataset.zone);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!field || !here || field.value === here) return;
  const suggestion = document.createElement("button");
  suggestion.type = "button";
  suggestion.className = "button small";
  suggestion.textContent = `Use ${here.replaceAll("_", " ")}, as this device does`;
  suggestion.addEventListener("click", () => {
    if (![...field.options].some((option) => option.value === here)) field.add(new Option(here.replaceAll("_", " "), here));
    field.value = here;
    suggestion.remove();
    field.focus();
  });
  field.parentElement.append(suggestion);
})();
