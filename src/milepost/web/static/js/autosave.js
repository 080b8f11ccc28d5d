// Autosave: nothing typed is ever lost.
//
// Every keystroke is kept on this device first, and sent to `data-autosave` when typing pauses. What is
// kept goes away only when the server has said that it holds the very same words. The request is the
// form's own post with `X-Autosave: 1` and `If-Match: "<revision>"`; the answers are
//   200 {revision, saved_at, errors?: {name: message}}
//   409 {current_revision}     changed elsewhere: the person chooses
//   409, 404 {detail}          it can't be saved just now, or not any more, and why
//   422 {errors: {name: message}}
//   401, 403                   signed out, or the page is too old: kept here until it works again
import { mine } from './kept.js';
import { fingerprint, read, write } from './pairs.js';

const PAUSE = 800;
const LONGEST_PAUSE = 30_000;
// So long a form waits for a save that is under way before it is sent all the same.
const PATIENCE = 3000;
const shapes = { saved: 'saved', saving: 'saving', offline: 'problem', conflict: 'problem', problem: 'problem' };

const kept = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(mine(key))); } catch { return null; }
  },
  set(key, record) {
    try {
      localStorage.setItem(mine(key), JSON.stringify(record));
      return true;
    } catch { return false; }
  },
  drop(key) {
    try { localStorage.removeItem(mine(key)); } catch { /* storage is blocked: nothing was kept */ }
  },
};

const clock = (time) => new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

function autosave(form) {
  const key = form.dataset.draftKey || location.pathname;
  const state = form.querySelector('[data-save-state]');
  const words = state.querySelector('[data-save-words]');
  const offers = state.querySelector('[data-save-offers]');
  const revision = form.elements.revision;
  const discard = form.querySelector('[data-discard]');
  // A form that came back with errors shows words that the server does not hold yet.
  let saved = 'unsaved' in form.dataset ? '' : fingerprint(read(form));
  let timer = 0;
  let sending = false;
  let flight = null;
  let failures = 0;
  // A form may come back because another device was faster: then its person is asked at once.
  let conflict = 'overtaken' in form.dataset;
  let deviceKeeps = true;

  const show = (kind, text, choices = []) => {
    state.className = `save-state ${shapes[kind]}`;
    if (words.textContent !== text) words.textContent = text;
    offers.replaceChildren(...choices.map(([label, act]) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button small';
      button.textContent = label;
      button.addEventListener('click', act);
      return button;
    }));
    offers.hidden = !choices.length;
  };

  const keep = (pairs, more = {}) => {
    deviceKeeps = kept.set(key, { pairs, revision: revision?.value ?? '', at: Date.now(), ...more });
  };

  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  };

  const send = () => {
    flight = sendNow();
    return flight;
  };

  function typed(event) {
    if (sending === 'leaving') return;
    for (const line of event?.target.closest?.('[data-field]')?.querySelectorAll('[data-error-for]') ?? []) {
      line.dataset.stale = '';
    }
    const pairs = read(form);
    if (fingerprint(pairs) === saved && !sending) {
      kept.drop(key);
      return;
    }
    keep(pairs);
    if (conflict) return;
    show('saving', navigator.onLine ? 'Not saved yet' : offline());
    later(PAUSE);
  }

  const offline = () => deviceKeeps
    ? 'Offline: kept on this device'
    : 'Offline, and this browser keeps nothing: leave the page open';

  async function sendNow() {
    clearTimeout(timer);
    if (sending || conflict) return;
    const pairs = read(form);
    const print = fingerprint(pairs);
    if (print === saved) return;
    sending = true;
    show('saving', 'Saving…');
    const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
    body.set('_action', 'autosave');
    let answer;
    try {
      answer = await fetch(form.dataset.autosave, {
        method: 'POST',
        body,
        headers: {
          'X-Autosave': '1',
          'X-CSRF-Token': document.querySelector('meta[name="csrf-token"]')?.content ?? '',
          'If-Match': `"${revision?.value ?? ''}"`,
          Accept: 'application/json, application/problem+json',
        },
        // A page being closed may still finish a small request.
        keepalive: body.toString().length < 60_000,
        redirect: 'error',
      });
    } catch { /* the line is down, or something between answered in its place */ }
    const told = await answer?.json().catch(() => null);
    if (sending === 'leaving') return;
    sending = false;
    if (answer?.ok && told) accepted(print, told);
    else if (answer?.status === 409 && told && 'current_revision' in told) clash(told);
    else if (answer?.status === 409 || answer?.status === 404) show('problem', `${told?.detail ?? 'Not saved.'} What you typed is kept on this device.`);
    else if (answer?.status === 422) refused(told);
    else if (answer?.status === 401 || answer?.status === 403) {
      show('problem', 'You are signed out: kept on this device', [['Try again', send]]);
    } else retry();
  }

  function accepted(print, told) {
    failures = 0;
    saved = print;
    if (revision) revision.value = told.revision;
    if (discard) discard.hidden = !told.kept;
    const problems = marked(told.errors);
    const now = read(form);
    if (fingerprint(now) !== print) {
      keep(now);
      later(PAUSE);
    } else if (!problems) kept.drop(key);
    const time = `Saved ${clock(told.saved_at ?? Date.now())}`;
    if (problems) show('problem', `${time}, but ${problems === 1 ? 'one field needs' : `${problems} fields need`} another look`);
    else show('saved', time);
  }

  function refused(told) {
    marked(told?.errors);
    show('problem', 'Not saved yet: a field needs another look. Kept on this device.');
  }

  function retry() {
    failures += 1;
    show('offline', navigator.onLine ? 'Milepost does not answer: kept on this device' : offline(), [['Try again', send]]);
    later(Math.min(LONGEST_PAUSE, 2000 * 2 ** (failures - 1)));
  }

  function clash(told) {
    conflict = true;
    const theirs = () => {
      // Mine stays on this device, set aside, and is offered back after the reload.
      keep(read(form), { aside: true });
      sending = 'leaving';
      // Not reload(): what came back from sending would be sent again.
      location.replace(location.pathname + location.search);
    };
    const ours = () => {
      conflict = false;
      if (revision && told) revision.value = told.current_revision;
      saved = '';
      send();
    };
    show('conflict', 'Changed on another device', [['Load theirs', theirs], ['Keep mine', ours]]);
  }

  // Shows each field's problem beside it. What a failed submit said ("needed") stays until somebody
  // works on that field: a draft is allowed to have gaps. Returns how many problems there are.
  function marked(errors = {}) {
    const found = Object.entries(errors ?? {});
    for (const line of form.querySelectorAll('[data-error-for]')) {
      const name = line.dataset.errorFor;
      const [, message] = found.find(([field]) => `f-${field.replaceAll('.', '-')}` === name) ?? [];
      if (!message && !('stale' in line.dataset)) continue;
      if (message) line.dataset.stale = '';
      line.hidden = !message;
      line.querySelector('[data-error-text]').textContent = message ?? '';
      const input = document.getElementById(name);
      if (input?.matches('.input')) {
        if (message) input.setAttribute('aria-invalid', 'true');
        else input.removeAttribute('aria-invalid');
      }
    }
    return found.length;
  }

  // A field may be gone since (a colleague took its task away): what was typed there gets a place again.
  function house(pairs) {
    const pattern = form.querySelector('template[data-homeless]');
    for (const [name, value] of pattern ? pairs : []) {
      if (!value.trim() || !name.startsWith(pattern.dataset.homeless) || form.elements.namedItem(name)) continue;
      const place = pattern.content.cloneNode(true);
      const area = place.querySelector('textarea');
      area.name = name;
      area.id = name;
      place.querySelector('label').htmlFor = name;
      pattern.before(place);
    }
  }

  function restore() {
    const record = kept.get(key);
    const shown = fingerprint(read(form));
    if (!saved) typed();
    if (!record || (!saved && fingerprint(record.pairs) === shown)) return;
    if (fingerprint(record.pairs) === saved) {
      kept.drop(key);
      return;
    }
    const bring = () => {
      conflict = false;
      house(record.pairs);
      write(form, record.pairs);
      show('saving', 'Your text is back');
      later(0);
    };
    if (!record.aside && record.revision === (revision?.value ?? '')) {
      bring();
      show('saving', `Brought back what you typed at ${clock(record.at)}`);
      return;
    }
    // Both versions are worth something: neither is thrown away without being asked.
    conflict = true;
    const away = () => {
      conflict = false;
      kept.drop(key);
      show('saved', 'Kept the saved version');
    };
    show('problem', `This device has other text, typed at ${clock(record.at)}`, [['Bring it back', bring], ['Discard it', away]]);
  }

  form.addEventListener('input', typed);
  form.addEventListener('change', typed);
  addEventListener('online', () => { if (!conflict) send(); });
  addEventListener('offline', () => { if (fingerprint(read(form)) !== saved) show('offline', offline()); });
  document.addEventListener('visibilitychange', () => { if (document.hidden) send(); });
  // A save under way is waited for, so that the form says it has seen it, and none comes in after it.
  let settling = false;
  let settled = false;
  form.addEventListener('submit', (event) => {
    const pressed = event.submitter;
    const words = !pressed?.hasAttribute('data-discard');
    if (sending === true && !settled && !event.defaultPrevented) {
      event.preventDefault();
      if (settling) return;
      settling = true;
      pressed?.classList.add('busy');
      Promise.race([flight, new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]).finally(() => {
        settling = false;
        settled = true;
        form.requestSubmit(pressed);
      });
      return;
    }
    if (!words) kept.drop(key);
    settled = false;
    // app.js and rows.js may have stopped this submit; then the page stays, and so does autosave.
    setTimeout(() => {
      if (event.defaultPrevented) return;
      clearTimeout(timer);
      if (words && fingerprint(read(form)) !== saved) keep(read(form), { sent: true });
      sending = 'leaving';
    });
  });
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    letGo();
    sending = false;
    typed();
  });
  restore();
  if (conflict && 'overtaken' in form.dataset) clash({ current_revision: revision.value });
}

// A form that arrived: what was kept of it here when it was sent has done its work.
function letGo() {
  const [, arrived] = /(?:^|; )milepost_sent=([^;]+)/.exec(document.cookie) ?? [];
  if (!arrived) return;
  if (kept.get(arrived)?.sent) kept.drop(arrived);
  document.cookie = 'milepost_sent=; path=/; max-age=0; samesite=lax';
}

letGo();
for (const form of document.querySelectorAll('form[data-autosave]')) autosave(form);
