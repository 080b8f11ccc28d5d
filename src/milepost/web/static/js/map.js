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

function light(slug) {
  for (const line of map.querySelectorAll('.map-line')) {
    line.classList.toggle('lit', Boolean(slug) && (line.dataset.from === slug || line.dataset.to === slug));
  }
  const near = shown(slug)?.dataset.near.split(' ') ?? [];
  for (const stop of stops()) stop.classList.toggle('near', near.includes(stop.dataset.stop));
}

function choose(slug) {
  for (const stop of stops()) {
    if (slug && stop.dataset.stop === slug) stop.setAttribute('aria-current', 'true');
    else stop.removeAttribute('aria-current');
  }
  light(slug);
  history.replaceState(history.state, '', slug ? `/map?step=${slug}` : '/map');
}

function close() {
  const slug = chosen();
  detail.replaceChildren();
  choose('');
  shown(slug)?.focus();
}

// Along a line when there is one; up and down go through the stations in the program's order.
function neighbour(stop, key) {
  const [forward] = stop.dataset.opens.split(' ').filter(Boolean);
  const [back] = stop.dataset.comesFrom.split(' ').filter(Boolean);
  const inOrder = stops().filter((one) => one.getClientRects().length);
  const at = inOrder.indexOf(stop);
  switch (key) {
    case 'ArrowRight': return shown(forward);
    case 'ArrowLeft': return shown(back);
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
  const sheet = detail.querySelector('[data-sheet]');
  if (!sheet || sheet.dataset.told) return;
  sheet.dataset.told = 'yes';
  say(sheet.dataset.say);
  detail.scrollTop = 0;
  if (byKeyboard) sheet.querySelector('h2').focus();
});

// The address of a chosen station leads to its sheet; the station itself should be in sight as well.
const arrived = shown(chosen());
if (arrived) requestAnimationFrame(() => arrived.scrollIntoView({ block: 'center', inline: 'center' }));
