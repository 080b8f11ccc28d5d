// The light/dark switch. Runs in <head> before anything is painted, so that no page flashes in the
// wrong theme. Without a choice the system decides; choosing what the system has forgets the choice.
(() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const read = () => {
    try { return localStorage.getItem('milepost:theme'); } catch { return null; }
  };
  const write = (theme) => {
    try {
      if (theme) localStorage.setItem('milepost:theme', theme);
      else localStorage.removeItem('milepost:theme');
    } catch { /* storage is blocked: the choice holds for this page */ }
  };
  const apply = (theme) => {
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  if (read()) apply(read());

  document.addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-theme-switch]')) return;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
    const wanted = dark ? 'light' : 'dark';
    const chosen = (wanted === 'dark') === system.matches ? null : wanted;
    apply(chosen);
    write(chosen);
    document.dispatchEvent(new CustomEvent('milepost:say', { detail: dark ? 'Light theme' : 'Dark theme' }));
  });
  addEventListener('storage', (event) => {
    if (event.key === 'milepost:theme') apply(event.newValue);
  });
})();
