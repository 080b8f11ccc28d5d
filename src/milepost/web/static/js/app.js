// What every page needs: the CSRF header on htmx requests, the live region, toasts that leave, buttons
// that show they are busy, dialogs, and where one is in a long form.
import { forgetMine } from './kept.js';
import { say } from './say.js';

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? '';

document.addEventListener('htmx:config:request', (event) => {
  const { request } = event.detail.ctx;
  request.headers['X-CSRF-Token'] = token();
});

// What was sent arrives even if the page is left at once. Browsers keep at most 64 KiB alive.
document.addEventListener('htmx:before:request', (event) => {
  const { request } = event.detail.ctx;
  request.keepalive = request.method !== 'GET' && String(request.body ?? '').length < 30000
    && !(request.body instanceof FormData);
});

document.addEventListener('htmx:error', () => {
  say('That did not reach Milepost. Check your connection and try again.', { toast: true });
});

document.addEventListener('milepost:say', (event) => say(event.detail));

// A form sent the ordinary way: the pressed button shows it and is not pressed twice.
document.addEventListener('submit', (event) => {
  const pressed = event.submitter;
  if (!pressed || event.defaultPrevented || pressed.closest('[hx-post], [hx-get]')) return;
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sent = 'yes';
  pressed.classList.add('busy');
});
// Coming back by the browser's Back button shows the page as it was left: let it be sent again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
  for (const busy of document.querySelectorAll('.busy')) busy.classList.remove('busy');
});

document.addEventListener('submit', (event) => {
  if (event.target.matches('[data-sign-out]')) forgetMine();
});

// <button data-opens="id"> opens a <dialog>; <button data-closes> closes the one it is in.
document.addEventListener('click', (event) => {
  const opener = event.target.closest?.('[data-opens]');
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest?.('[data-closes]');
  if (closer) closer.closest('dialog')?.close();
});

for (const toast of document.querySelectorAll('.toast')) setTimeout(() => toast.remove(), 8000);

const path = document.querySelector('[data-form-path]');
if (path) {
  const links = [...path.querySelectorAll('a')];
  const parts = links.map((link) => document.querySelector(link.hash));
  const mark = () => {
    const reached = parts.findLastIndex((part) => part && part.getBoundingClientRect().top < innerHeight * 0.4);
    links.forEach((link, at) => {
      if (at === Math.max(0, reached)) {
        if (!link.ariaCurrent) link.parentElement.parentElement.scrollTo({ left: link.offsetLeft - 24 });
        link.setAttribute('aria-current', 'step');
      } else link.removeAttribute('aria-current');
    });
  };
  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  }, { passive: true });
  mark();
}
