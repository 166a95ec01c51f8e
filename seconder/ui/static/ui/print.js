// A button with data-prints prints the page; it is there only where scripts are.
document.querySelectorAll("[data-prints]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
