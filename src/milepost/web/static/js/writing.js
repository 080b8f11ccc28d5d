// What somebody writes outlasts the page being renewed around it: text, caret, focus, open editors.
//
// A form[data-writing] that holds words which were not sent yet, or the cursor, stays as it is while its
// surroundings are morphed. Where the server has no such place any more (a colleague removed the task),
// it stays until its writer is through.
const TYPED = 'input:not([type="hidden"]), select, textarea';

const chosenAtFirst = (select) => Math.max(0, [...select.options].findIndex((option) => option.defaultSelected));

function changed(control) {
  if (control.matches('select')) return control.selectedIndex !== chosenAtFirst(control);
  if (control.matches('[type="checkbox"], [type="radio"]')) return control.checked !== control.defaultChecked;
  return control.value !== control.defaultValue;
}

const hasCursor = (form) => form.contains(document.activeElement) && document.activeElement.matches(TYPED);

// A form that came back refused (data-unsent) shows words that nobody has stored.
const isWritten = (form) => 'unsent' in form.dataset || hasCursor(form)
  || [...form.elements].some((one) => one.matches(TYPED) && changed(one));

// The forms that the swap going on leaves alone.
let kept = new Set();

window.htmx.registerExtension('milepost-writing', {
  htmx_before_morph_node: (element) => !kept.has(element),
});

const inside = (fragment, element) => element.id && fragment.querySelector(`#${CSS.escape(element.id)}`);

// Puts what the answer has no place for back into it, where it stood.
function putBack(form, target, fragment) {
  const named = [];
  for (let one = form; one && one !== target; one = one.parentElement) if (one.id) named.unshift(one);
  const lost = named.find((one) => !inside(fragment, one));
  if (!lost) return false;
  const copy = lost.cloneNode(true);
  for (let one = lost.previousElementSibling; one; one = one.previousElementSibling) {
    const there = inside(fragment, one);
    if (there) {
      there.after(copy);
      return true;
    }
  }
  for (let one = lost.nextElementSibling; one; one = one.nextElementSibling) {
    const there = inside(fragment, one);
    if (there) {
      there.before(copy);
      return true;
    }
  }
  const parent = lost.parentElement;
  if (parent === target) fragment.append(copy);
  else {
    const around = parent.cloneNode(false);
    around.append(copy);
    fragment.append(around);
  }
  return true;
}

let cursor = null;
let outlived = false;

document.addEventListener('htmx:before:swap', (event) => {
  const { ctx, tasks } = event.detail;
  if (event.defaultPrevented) return;
  // What a form's own sending brings back belongs into it.
  const sent = ctx.sourceElement?.closest?.('form[data-writing]');
  kept = new Set([...document.querySelectorAll('form[data-writing]')].filter((form) => form !== sent && isWritten(form)));
  outlived = false;
  for (const form of kept) {
    // What had the focus when the page came must not draw it back each time.
    for (const one of form.querySelectorAll('[autofocus]')) one.removeAttribute('autofocus');
    for (const task of tasks) {
      if (!task.target?.contains?.(form)) continue;
      // What would be replaced as a whole is gone over part by part instead.
      if (task.swapSpec?.style === 'innerHTML') task.swapSpec = { ...task.swapSpec, style: 'innerMorph' };
      if (putBack(form, task.target, task.fragment)) outlived = true;
    }
  }
  const active = document.activeElement;
  cursor = active && active !== document.body
    ? { active, from: active.selectionStart, to: active.selectionEnd, way: active.selectionDirection }
    : null;
});

document.addEventListener('htmx:after:swap', () => {
  kept = new Set();
  if (!cursor) return;
  const { active, from, to, way } = cursor;
  cursor = null;
  if (!active.isConnected || document.activeElement === active) return;
  active.focus({ preventScroll: true });
  if (from !== null && from !== undefined) active.setSelectionRange(from, to, way);
});

// What only stood here for its writer goes when they are through with it.
document.addEventListener('focusout', () => setTimeout(() => {
  if (!outlived || [...document.querySelectorAll('form[data-writing]')].some(hasCursor)) return;
  outlived = false;
  document.body.dispatchEvent(new CustomEvent('milepost:changed'));
}));

// A form that adds something is empty again once that is there, but for what was typed since.
const adding = new WeakMap();
const field = (form) => form.querySelector('input:not([type="hidden"])');

document.addEventListener('htmx:before:request', (event) => {
  const form = event.detail.ctx.sourceElement;
  if (form?.matches?.('form[data-empties]')) adding.set(form, field(form)?.value ?? '');
});

document.addEventListener('htmx:after:swap', (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement;
  if (!form?.matches?.('form[data-empties]') || !(ctx.response?.status < 400)) return;
  const first = field(form);
  const before = adding.get(form) ?? '';
  const since = first.value.startsWith(before) ? first.value.slice(before.length) : first.value;
  form.reset();
  first.value = since;
  first.focus();
});
