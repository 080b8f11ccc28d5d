// Telling people: the live region for those who listen, a toast for those who look.
export function say(words, { toast = false } = {}) {
  const live = document.getElementById('live');
  if (live) {
    live.textContent = '';
    // The same words twice are only read twice when the region was empty in between.
    setTimeout(() => { live.textContent = words; }, 50);
  }
  const toasts = document.getElementById('toasts');
  if (!toast || !toasts) return;
  const shown = document.createElement('p');
  shown.className = 'toast';
  shown.textContent = words;
  toasts.append(shown);
  setTimeout(() => shown.remove(), 8000);
}
