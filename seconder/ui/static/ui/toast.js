// Toasts leave after six seconds, unless they tell of an error or somebody points at them; all can be dismissed.
(() => {
  const STAY = 6000;

  function begin(toast) {
    if (toast.dataset.begun) return;
    toast.dataset.begun = "1";
    const dismiss = toast.querySelector("[data-dismiss]");
    dismiss.hidden = false;
    dismiss.addEventListener("click", () => toast.remove());
    if (toast.classList.contains("error")) return;
    let timer = setTimeout(() => toast.remove(), STAY);
    const hold = () => clearTimeout(timer);
    const release = () => { hold(); timer = setTimeout(() => toast.remove(), STAY); };
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("pointerleave", release);
    toast.addEventListener("focusout", release);
  }

  const beginAll = () => document.querySelectorAll("[data-toast]").forEach(begin);
  beginAll();
  document.addEventListener("htmx:after:swap", beginAll);
})();
