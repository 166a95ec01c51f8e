// Follows a stream of server-sent events and lets htmx fetch the fragment anew when something has changed:
// <div data-live="/…/events" data-live-names="run.waiting …" hx-get="/…" hx-trigger="changed" hx-swap="innerMorph">.
// The stream rests while the page is hidden, so that many open tabs do not use up the browser's connections.
// A fragment that contains [data-live-over] has ended and is followed no more.
(() => {
  const SETTLE = 120;

  function follow(element) {
    let stream = null;
    let timer = 0;
    const changed = () => { clearTimeout(timer); timer = setTimeout(() => htmx.trigger(element, "changed"), SETTLE); };

    function open() {
      if (stream || document.hidden) return;
      stream = new EventSource(element.dataset.live);
      stream.addEventListener("message", changed);
      (element.dataset.liveNames ?? "").split(" ").filter(Boolean).forEach((name) => stream.addEventListener(name, changed));
    }
    function close() { stream?.close(); stream = null; }
    function over() { return element.querySelector("[data-live-over]"); }

    if (over()) return;
    open();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return close();
      if (!over()) { open(); changed(); }
    });
    addEventListener("pagehide", close);
    element.addEventListener("htmx:after:swap", () => over() && close());
  }

  document.querySelectorAll("[data-live]").forEach(follow);
})();
