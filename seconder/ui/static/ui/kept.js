// The one script that keeps something in the browser (core/cookies.py): short texts, under keys that are declared in some
// personal_data.py. Where the browser keeps nothing for this site, pages work on as if nothing had been kept.
const kept = {
  read(key) {
    try { return localStorage.getItem(key); } catch { return null; }
  },
  keep(key, text) {
    try { localStorage.setItem(key, String(text)); } catch { /* the person does not want it kept */ }
  },
};
