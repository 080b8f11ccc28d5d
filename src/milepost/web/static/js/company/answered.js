// A suggestion that was answered leaves its place: whoever pressed goes on with the next one, and what
// became of it is told by the region that was on the page before.
import { say } from '../say.js';

const cards = () => [...document.querySelectorAll('.suggestion')];
const act = (card) => card?.querySelector('.suggestion-acts button');
let pressed = null;

// A key that is held down answers once, not also what the focus goes on to.
document.addEventListener('keydown', (event) => {
  if (event.repeat && event.target.closest?.('.suggestion button')) event.preventDefault();
});

document.addEventListener('htmx:before:swap', (event) => {
  const form = event.detail.ctx.sourceElement?.closest?.('.suggestion form');
  if (!form) return;
  const card = form.closest('.suggestion');
  const held = card.contains(document.activeElement) || document.activeElement === document.body;
  pressed = { id: card.id, at: cards().indexOf(card), held };
});

document.addEventListener('htmx:after:swap', () => {
  if (!pressed) return;
  const { id, at, held } = pressed;
  pressed = null;
  const card = document.getElementById(id);
  const told = card ? card.querySelector('.answered-line') : document.querySelector('[data-answered]');
  // Refused: it can be answered still, and says why not by itself.
  const refused = card && !told;
  const next = refused ? card : cards().slice(card ? at + 1 : at).find(act) ?? cards().findLast(act);
  if (held) (act(next) ?? told)?.focus();
  if (!told) return;
  const { top, bottom } = told.getBoundingClientRect();
  const inSight = top < innerHeight && bottom > 0;
  // Where the surroundings are a region themselves, they tell it.
  if (!told.closest('[aria-live]')) say(told.textContent.trim(), { toast: !inSight });
});
