// A click on an element with data-counts="<name>" is counted at our own address: the name, and nothing else.
addEventListener("click", (event) => {
  const clicked = event.target.closest("[data-counts]");
  if (clicked) navigator.sendBeacon("/privacy/clicks/", clicked.dataset.counts);
});
