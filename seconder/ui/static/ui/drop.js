// A file dropped on a text is the file that the control beside it takes; it is read on the server, when the form is sent.
(() => {
  const fields = document.querySelectorAll("input[type=file][data-drop]");

  fields.forEach((input) => {
    const text = document.getElementById(input.dataset.drop);
    if (!text) return;
    const over = (on) => text.classList.toggle("dropping", on);
    text.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      over(true);
    });
    text.addEventListener("dragleave", () => over(false));
    text.addEventListener("drop", (event) => {
      over(false);
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      input.files = event.dataTransfer.files;
      input.focus();
    });
  });
})();
