// Keeps "5 minutes ago" true while a page stays open; says the same as seconder/ui/words.py.
(() => {
  const UNITS = [[86400, "day"], [3600, "hour"], [60, "minute"]];

  function relative(seconds) {
    const distance = Math.abs(seconds);
    if (distance < 45) return seconds <= 0 ? "just now" : "in a moment";
    if (distance >= 30 * 86400) return null;
    const [size, unit] = UNITS.find(([length]) => distance >= length * 0.95) ?? UNITS[2];
    const count = Math.max(1, Math.round(distance / size));
    if (unit === "day" && count === 1) return seconds < 0 ? "yesterday" : "tomorrow";
    const amount = `${count} ${unit}${count === 1 ? "" : "s"}`;
    return seconds < 0 ? `${amount} ago` : `in ${amount}`;
  }

  function refresh() {
    document.querySelectorAll("time [data-moment]").forEach((shown) => {
      const when = Date.parse(shown.parentElement.dateTime);
      const words = relative(Math.round((when - Date.now()) / 1000));
      if (words && words !== shown.textContent) shown.textContent = words;
    });
  }

  setInterval(refresh, 20000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
})();
