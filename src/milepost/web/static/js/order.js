// Lists put in order by dragging. Where something was dropped is sent by the form that the list
// names (data-order="its id"); without a mouse, buttons send the same.
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
  form.requestSubmit();
});

// On the root, which no fragment from the server replaces: lists come and go.
document.documentElement.classList.add('can-drag');
