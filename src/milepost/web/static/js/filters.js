// Filters that answer while one types: the address follows, so that a reload or a bookmark keeps them.
document.addEventListener('htmx:after:swap', (event) => {
  const form = event.detail?.ctx?.sourceElement?.closest?.('form.filters');
  if (!form) return;
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const query = asked.toString();
  window.history.replaceState(window.history.state, '', query ? `${form.action.split('?')[0]}?${query}` : form.action);
});
