// Lists put in order by dragging. Where something was dropped is sent by the form that the list
// names (data-order="its id"); without a mouse, buttons send the same. What was moved keeps the focus,
// and its new place is said.
import { say } from './say.js';

let held = null;
let came = null;

// While something is held the page keeps still: answers wait until it is let go.
let free = Promise.resolve();
let release = () => {};
document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  const { fetch } = ctx;
  ctx.fetch = async (...asked) => {
    const answer = await fetch(...asked);
    await free;
    return answer;
  };
});

const controls = (part) => [...part.querySelectorAll('a, button:not([disabled])')];
const itemOf = (target) => target.closest?.('[data-order] > [data-item]');

// Only the grip starts a drag: text in a row can still be selected.
document.addEventListener('pointerdown', (event) => {
  const item = itemOf(event.target);
  if (item) item.draggable = Boolean(event.target.closest('[data-grip]'));
});

// What was pressed and not dragged is let go again.
document.addEventListener('pointerup', (event) => {
  const item = itemOf(event.target);
  if (item && !held) item.draggable = false;
});

document.addEventListener('dragstart', (event) => {
  const item = itemOf(event.target);
  if (!item?.draggable) return;
  held = item;
  came = item.nextElementSibling;
  free = new Promise((resolve) => { release = resolve; });
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', item.dataset.item);
  item.classList.add('held');
});

document.addEventListener('dragover', (event) => {
  const over = held && itemOf(event.target);
  if (!over || over.parentElement !== held.parentElement) return;
  event.preventDefault();
  if (over === held) return;
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(held);
  else over.after(held);
});

document.addEventListener('drop', (event) => {
  if (held) event.preventDefault();
});

document.addEventListener('dragend', (event) => {
  if (!held) return;
  const item = held;
  held = null;
  release();
  item.classList.remove('held');
  item.draggable = false;
  if (event.dataTransfer.dropEffect === 'none') {
    item.parentElement.insertBefore(item, came);
    return;
  }
  if (item.nextElementSibling === came) return;
  const form = document.getElementById(item.parentElement.dataset.order);
  form.querySelector('[data-moved]').value = item.dataset.item;
  form.querySelector('[data-after]').value = item.previousElementSibling?.dataset.item ?? '';
  controls(item)[0]?.focus({ preventScroll: true });
  form.requestSubmit();
});

// On the root, which no fragment from the server replaces: lists come and go.
document.documentElement.classList.add('can-drag');

// A form that moves one thing names it (data-moves); in one for a whole list the pressed button does,
// or what was dropped.
const places = (form) => form?.matches?.('form[data-moves], form:has([data-moved])');
function movedBy(form, pressed, body) {
  if (form.dataset.moves) return form.dataset.moves;
  if (pressed) return pressed.value;
  const dropped = form.querySelector('[data-moved]');
  return body?.get?.(dropped.name) ?? dropped.value;
}

document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement;
  if (!places(form)) return;
  const pressed = ctx.sourceEvent?.submitter ?? null;
  ctx.moved = { item: movedBy(form, pressed, ctx.request?.body), button: pressed?.id };
});

// At the end of a list the pressed button can do no more: the one that still works has the focus then.
function refocus(item, button) {
  const active = document.activeElement;
  if (active && active !== document.body && !item.contains(active) && active.id !== button) return;
  const pressed = button && document.getElementById(button);
  const [first] = pressed && !pressed.disabled ? [pressed] : controls(pressed?.parentElement ?? item);
  first?.focus({ preventScroll: !pressed });
}

document.addEventListener('htmx:after:swap', (event) => {
  const { ctx } = event.detail;
  if (!ctx.moved || !(ctx.response?.status < 400)) return;
  const item = document.querySelector(`[data-order] > [data-item="${CSS.escape(ctx.moved.item)}"]`);
  if (!item) return;
  const all = [...item.parentElement.children];
  refocus(item, ctx.moved.button);
  say(`Moved to ${all.indexOf(item) + 1} of ${all.length}.`);
});
