// Filters that answer while one types: the address follows, so that a reload or a bookmark keeps them.
document.addEventListener('htmx:after:swap', (event) => {
  const form = event.detail?.ctx?.sourceElement?.closest?.('form.filters');
  if (!form) return;
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const address = new URL(form.action);
  window.history.replaceState(window.history.state, '', asked.size ? `${address.pathname}?${asked}` : address.pathname);
});
