// A page about a company's journey follows what others do in it: the server says that something
// changed, and the page asks for its own parts anew (elements with hx-trigger="milepost:changed …").
import { say } from './say.js';

const head = document.querySelector('[data-live]');
const step = head?.dataset.liveStep ?? '';
let source = null;
let due = false;
let waiting = 0;

// Whoever is writing, or moving something, is not disturbed: the page is renewed when they are through.
const busy = () => Boolean(document.querySelector('.held, [data-item][draggable="true"]'))
  || [...document.querySelectorAll('form[data-writing]')].some((form) => form.contains(document.activeElement));

function renew() {
  if (busy()) {
    due = true;
    return;
  }
  due = false;
  document.body.dispatchEvent(new CustomEvent('milepost:changed'));
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(renew, 60);
}

function heard(event) {
  // The first notice says that from now on nothing is missed.
  head.dataset.following = 'yes';
  let changed = '';
  try {
    changed = JSON.parse(event.data).step ?? '';
  } catch { /* a notice without details is about everything */ }
  if (!step || !changed || changed === step) soon();
}

function follow() {
  source = new EventSource(`/api/v1/journeys/${head.dataset.live}/events`);
  source.addEventListener('changed', heard);
}

// What was asked for before somebody took hold of something comes too late.
document.addEventListener('htmx:before:swap', (event) => {
  if (event.detail?.ctx?.sourceEvent?.type !== 'milepost:changed' || !busy()) return;
  event.preventDefault();
  due = true;
});

for (const through of ['focusout', 'pointerup', 'dragend']) {
  document.addEventListener(through, () => setTimeout(() => { if (due) renew(); }, 0));
}

// A page in the background gives its line back, and catches up when it is looked at again.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    source?.close();
    source = null;
  } else if (!source) {
    follow();
    renew();
  }
});
addEventListener('pagehide', () => source?.close());

if (head && !document.hidden) follow();

// What colleagues did meanwhile is said, not only shown.
const told = () => new Set([...document.querySelectorAll('[data-news]')].map((one) => one.dataset.news));
let heardOf = told();

document.addEventListener('htmx:after:swap', () => {
  const now = told();
  const fresh = [...now].filter((words) => !heardOf.has(words));
  heardOf = now;
  if (fresh.length) say(fresh.join(' '), { toast: true });
});

// A form that adds something is empty again once that is there.
document.addEventListener('htmx:after:swap', (event) => {
  const form = event.detail?.ctx?.sourceElement;
  if (form?.matches?.('form[data-empties]') && event.detail.ctx.response?.status < 400) {
    form.reset();
    form.querySelector('input:not([type="hidden"])')?.focus();
  }
});
