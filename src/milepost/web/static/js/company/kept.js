// A form that is written in one go: what is typed is kept on this device until it is sent, and brought
// back when the page is opened again. <form data-kept="key"> keeps, [data-kept-done="key"] lets go.
import { fingerprint, read, write } from '../pairs.js';

const PREFIX = 'milepost:draft:';
const clock = (time) => new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

const kept = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
  },
  set(key, record) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(record));
      return true;
    } catch { return false; }
  },
  drop(key) {
    try { localStorage.removeItem(PREFIX + key); } catch { /* storage is blocked: nothing was kept */ }
  },
};

function keep(form) {
  const key = form.dataset.kept;
  const state = form.querySelector('[data-save-state]');
  const words = state.querySelector('[data-save-words]');
  const offers = state.querySelector('[data-save-offers]');
  // As it was proposed; a form that came back with errors holds what was typed, and is kept anyway.
  const fresh = 'unsaved' in form.dataset ? null : read(form);
  const untouched = (pairs) => fresh !== null && fingerprint(pairs) === fingerprint(fresh);
  let timer = 0;

  const show = (kind, text) => {
    state.className = `save-state ${kind}`;
    if (words.textContent !== text) words.textContent = text;
  };

  const offer = (label, act) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button small';
    button.textContent = label;
    button.addEventListener('click', act);
    offers.replaceChildren(button);
    offers.hidden = false;
  };

  function typed() {
    const pairs = read(form);
    if (untouched(pairs)) {
      clearTimeout(timer);
      kept.drop(key);
      show('saved', '');
      return;
    }
    const held = kept.set(key, { pairs, at: Date.now() });
    // Said once typing pauses: a live region that speaks at every key is no help.
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (held) show('saved', `Kept on this device ${clock(Date.now())}`);
      else show('problem', 'This browser keeps nothing: leave the page open until you have sent it');
    }, 600);
  }

  const record = kept.get(key);
  if (record && fresh !== null && !untouched(record.pairs)) {
    write(form, record.pairs);
    show('saved', `Brought back what you typed at ${clock(record.at)}`);
    offer('Start over', () => {
      write(form, fresh);
      kept.drop(key);
      offers.replaceChildren();
      offers.hidden = true;
      clearTimeout(timer);
      show('saved', 'As it was proposed');
    });
  }
  form.addEventListener('input', typed);
  form.addEventListener('change', typed);
}

for (const done of document.querySelectorAll('[data-kept-done]')) kept.drop(done.dataset.keptDone);
for (const form of document.querySelectorAll('form[data-kept]')) keep(form);
