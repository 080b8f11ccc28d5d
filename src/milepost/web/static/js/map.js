// The map by keyboard and without a page load: arrow keys follow the lines, the lines and
// neighbours of the station in hand are lit, and what is chosen opens in the sheet below.
import { say } from './say.js';

const map = document.querySelector('[data-map]');
const detail = document.getElementById('detail');

// Two pictures are on the page, one of them shown; what is chosen is chosen in both.
const stops = () => [...map.querySelectorAll('[data-stop]')];
const shown = (slug) => stops().find((stop) => stop.dataset.stop === slug && stop.getClientRects().length);
const chosen = () => map.querySelector('[aria-current]')?.dataset.stop ?? '';
let byKeyboard = false;
let now = chosen();

function light(slug) {
  for (const line of map.querySelectorAll('.map-line')) {
    line.classList.toggle('lit', Boolean(slug) && (line.dataset.from === slug || line.dataset.to === slug));
  }
  const near = shown(slug)?.dataset.near?.split(' ') ?? [];
  for (const stop of stops()) stop.classList.toggle('near', near.includes(stop.dataset.stop));
}

function mark() {
  for (const stop of stops()) {
    if (now && stop.dataset.stop === now) stop.setAttribute('aria-current', 'true');
    else stop.removeAttribute('aria-current');
  }
}

function choose(slug) {
  now = slug;
  mark();
  light(slug);
  const address = new URL(location.href);
  address.searchParams.delete('step');
  if (slug) address.searchParams.set('step', slug);
  history.replaceState(history.state, '', address);
}

function close() {
  const slug = chosen();
  detail.replaceChildren();
  choose('');
  shown(slug)?.focus();
}

// Along a line where the map has lines; else through the stations in the program's order.
function neighbour(stop, key) {
  const along = (lines, step) => (lines === undefined ? inOrder[at + step] : shown(lines.split(' ')[0]));
  const inOrder = stops().filter((one) => one.getClientRects().length);
  const at = inOrder.indexOf(stop);
  switch (key) {
    case 'ArrowRight': return along(stop.dataset.opens, 1);
    case 'ArrowLeft': return along(stop.dataset.comesFrom, -1);
    case 'ArrowDown': return inOrder[at + 1];
    case 'ArrowUp': return inOrder[at - 1];
    case 'Home': return inOrder[0];
    case 'End': return inOrder.at(-1);
    default: return null;
  }
}

map.addEventListener('keydown', (event) => {
  byKeyboard = true;
  const stop = event.target.closest('[data-stop]');
  if (!stop || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = neighbour(stop, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
});
map.addEventListener('pointerdown', () => { byKeyboard = false; });

map.addEventListener('focusin', (event) => light(event.target.closest('[data-stop]')?.dataset.stop));
map.addEventListener('focusout', () => light(chosen()));
map.addEventListener('pointerover', (event) => {
  const stop = event.target.closest('[data-stop]');
  if (stop) light(stop.dataset.stop);
});
map.addEventListener('pointerout', (event) => { if (event.target.closest('[data-stop]')) light(chosen()); });

map.addEventListener('click', (event) => {
  const stop = event.target.closest('[data-stop]');
  if (stop && !event.metaKey && !event.ctrlKey) choose(stop.dataset.stop);
});

detail.addEventListener('click', (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (event.target.closest('[data-close-sheet]')) {
    event.preventDefault();
    close();
    return;
  }
  const stop = shown(event.target.closest('[data-go]')?.dataset.go);
  if (!stop) return;
  event.preventDefault();
  stop.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && chosen()) close();
});

document.addEventListener('htmx:after:swap', () => {
  // A map drawn anew, because somebody else did something, knows of no choice made here.
  mark();
  const sheet = detail.querySelector('[data-sheet]');
  if (!sheet || sheet.dataset.told) return;
  sheet.dataset.told = 'yes';
  say(sheet.dataset.say);
  detail.scrollTop = 0;
  if (byKeyboard) sheet.querySelector('[tabindex]').focus();
});

// The address of a chosen station leads to its sheet; the station itself should be in sight as well.
const arrived = shown(chosen());
if (arrived) requestAnimationFrame(() => arrived.scrollIntoView({ block: 'center', inline: 'center' }));
