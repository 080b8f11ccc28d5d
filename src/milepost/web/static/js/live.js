// A page about a company's journey follows what others do in it: the server says that something
// changed, and the page asks for its own parts anew (elements with hx-trigger="milepost:changed …").
import { say } from './say.js';
import { stream } from './stream.js';

// Few pages have something to write in where they are renewed; some get it by being renewed.
const guard = () => { if (document.querySelector('form[data-writing]')) import('./writing.js'); };
guard();

const head = document.querySelector('[data-live]');
const step = head?.dataset.liveStep ?? '';
// A line that is back within so long was never missed.
const UNNOTICED = 4_000;
// What was refused is asked for again, and then shows how things stand.
const AGAIN = 3_000;
const AT_MOST = 60_000;
const LOST = {
  lost: 'No connection to Milepost just now. What others do shows here as soon as it is back.',
  'signed-out': 'You are signed out, so what others do does not show here. Load the page again to sign in.',
};
let due = false;
let refusals = 0;
let toldGone = false;
let waiting = 0;

// Whoever is moving something is not disturbed: the page is renewed when they let go. What somebody
// writes is left alone by the renewal itself: see writing.js.
const busy = () => Boolean(document.querySelector('.held, [data-item][draggable="true"]'));

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

function heard(data) {
  // The first notice says that from now on nothing is missed; what was missed before is caught up.
  head.dataset.following = 'yes';
  let changed = '';
  try {
    changed = JSON.parse(data).step ?? '';
  } catch { /* a notice without details is about everything */ }
  if (!step || !changed || changed === step) soon();
}

// That there is no line is said once it lasts, and taken back when it is over.
let state = 'open';
let telling = 0;
let notice = null;

function tell() {
  notice ??= document.createElement('p');
  notice.className = 'toast';
  notice.dataset.lineLost = '';
  if (notice.textContent === LOST[state]) return;
  notice.textContent = LOST[state];
  document.getElementById('toasts')?.append(notice);
  say(LOST[state]);
}

function lineIs(now) {
  if (now === state) return;
  const before = state;
  state = now;
  if (now === 'open') {
    clearTimeout(telling);
    if (notice) say('The connection is back.');
    notice?.remove();
    notice = null;
    return;
  }
  delete head.dataset.following;
  // Whoever only looks on follows nothing, and misses nothing by that.
  if (now === 'refused') return;
  if (notice) tell();
  else if (before === 'open') telling = setTimeout(tell, UNNOTICED);
}

const line = head && stream({
  address: `/api/v1/journeys/${head.dataset.live}/events`,
  name: 'changed',
  onEvent: heard,
  onState: lineIs,
});

// A refusal is no part of the page: who did something is told, and what is there stays. Only a form that
// needs another look (422), or whose writer was overtaken ([data-clash]), comes back in its place.
const comesBack = (status, tasks) => status === 422
  || (status === 409 && tasks.some((task) => task.fragment?.querySelector?.('[data-clash]')));
function refused(status, fragment) {
  const said = [...fragment.querySelectorAll('.callout-title, .callout p:not(.actions)')];
  if (!said.length) return 'That did not reach Milepost. Check your connection and try again.';
  if (status === 404) return 'That is not there any more: somebody took it away meanwhile.';
  return said.map((one) => one.textContent.trim().replace(/([^.!?])$/, '$1.')).join(' ');
}

document.addEventListener('htmx:before:swap', (event) => {
  const { ctx, tasks } = event.detail;
  const renewal = ctx.sourceEvent?.type === 'milepost:changed';
  const status = ctx.response?.status ?? 200;
  if (status >= 400 && !comesBack(status, tasks)) {
    event.preventDefault();
    // That what the page is about is gone is said once, also to whoever did nothing.
    const gone = renewal && status === 404 && !toldGone;
    if (gone) toldGone = true;
    if ((gone || !renewal) && tasks.length) say(refused(status, tasks[0].fragment), { toast: true });
    clearTimeout(waiting);
    waiting = setTimeout(renew, Math.min(AT_MOST, AGAIN * 2 ** refusals));
    refusals += 1;
  } else if (renewal && busy()) {
    // What was asked for before somebody took hold of something comes too late.
    event.preventDefault();
    due = true;
  }
}, { capture: true });

for (const through of ['pointerup', 'dragend']) {
  document.addEventListener(through, () => setTimeout(() => { if (due) renew(); }, 0));
}

function resume() {
  line?.open();
  renew();
}

// A page in the background gives its line back, and catches up when it is looked at again.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) line?.close();
  else resume();
});
addEventListener('pagehide', () => line?.close());
addEventListener('pageshow', (event) => { if (event.persisted) resume(); });

if (!document.hidden) line?.open();

// What colleagues did meanwhile is said, not only shown.
const told = () => new Set([...document.querySelectorAll('[data-news]')].map((one) => one.dataset.news));
let heardOf = told();

document.addEventListener('htmx:after:swap', () => {
  guard();
  refusals = 0;
  toldGone = false;
  const now = told();
  const fresh = [...now].filter((words) => !heardOf.has(words));
  heardOf = now;
  const clash = document.querySelector('[data-clash]:not([data-told])');
  if (clash) {
    clash.dataset.told = '';
    say(clash.textContent.trim());
  } else if (fresh.length) say(fresh.join(' '), { toast: true });
});
