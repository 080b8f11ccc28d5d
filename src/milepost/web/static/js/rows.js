// Ranked lists and repeating rows without a round trip: the same buttons that the server understands
// (add:people, remove:people:2, up:…, down:…) work on the page, and every name is numbered anew.
import { say } from './say.js';

const list = (form, field) => form.querySelector(`[data-entries="${field}"]`);
const entriesOf = (entries) => [...entries.children].filter((child) => child.matches('[data-entry]'));

function renumber(entries) {
  const field = entries.dataset.entries;
  const name = new RegExp(`^${field}\\.\\d+(?=\\.|$)`);
  const id = new RegExp(`\\bf-${field}-\\d+(?=-|$|\\s)`, 'g');
  entriesOf(entries).forEach((entry, at) => {
    const label = entry.getAttribute('aria-label');
    if (label) entry.setAttribute('aria-label', label.replace(/\d+$/, at + 1));
    for (const one of entry.querySelectorAll('*')) {
      if (one.matches('[data-number]')) one.textContent = at + 1;
      if (one.matches('button[name="_action"]')) one.value = one.value.replace(/\d+$/, at);
      else if (one.name) one.name = one.name.replace(name, `${field}.${at}`);
      for (const attribute of ['id', 'for', 'aria-describedby', 'data-error-for']) {
        const value = one.getAttribute(attribute);
        if (value) one.setAttribute(attribute, value.replace(id, `f-${field}-${at}`));
      }
    }
  });
}

function blank(form, field) {
  const template = form.querySelector(`template[data-blank="${field}"]`);
  return template.content.firstElementChild.cloneNode(true);
}

const inputs = (entry) => [...entry.querySelectorAll('.input')];
export const isBlank = (entry) => inputs(entry).every((input) => !input.value.trim());

// Room for `count` entries, for an example that brings more than are shown.
export function ensureEntries(form, field, count) {
  const entries = list(form, field);
  if (!entries) return;
  while (entriesOf(entries).length < count) entries.append(blank(form, field));
  renumber(entries);
}

export function dropBlankEntries(form, field) {
  const entries = list(form, field);
  if (!entries) return;
  for (const entry of entriesOf(entries).slice(Number(entries.dataset.least))) if (isBlank(entry)) entry.remove();
  renumber(entries);
}

function changed(form, entries) {
  renumber(entries);
  form.dispatchEvent(new Event('input', { bubbles: true }));
}

function add(form, entries, field) {
  const most = Number(entries.dataset.most);
  if (entriesOf(entries).length >= most) {
    say(`That is the limit: ${most}.`, { toast: true });
    return;
  }
  const entry = blank(form, field);
  entries.append(entry);
  changed(form, entries);
  inputs(entry)[0]?.focus();
  say(`Added ${entriesOf(entries).length}.`);
}

// Removing by mistake costs nothing: the entry is offered back where it stood.
function remove(form, entries, field, at) {
  const entry = entriesOf(entries)[at];
  const after = entry.nextElementSibling;
  const empty = isBlank(entry);
  entry.remove();
  if (!entriesOf(entries).length) entries.append(blank(form, field));
  changed(form, entries);
  const neighbour = entriesOf(entries)[Math.min(at, entriesOf(entries).length - 1)];
  inputs(neighbour)[0]?.focus();
  say(`Removed ${at + 1}.`);
  entries.parentElement.querySelector('[data-undo]')?.remove();
  if (empty) return;
  const undo = document.createElement('button');
  undo.type = 'button';
  undo.className = 'button small quiet';
  undo.dataset.undo = '';
  undo.textContent = `Put back ${at + 1}`;
  undo.addEventListener('click', () => {
    if (after?.isConnected) after.before(entry);
    else entries.append(entry);
    undo.remove();
    changed(form, entries);
    inputs(entry)[0]?.focus();
    say(`Put back ${at + 1}.`);
  });
  entries.parentElement.querySelector('[data-add]')?.after(undo);
}

function move(form, entries, at, by) {
  const all = entriesOf(entries);
  const [entry, other] = [all[at], all[at + by]];
  if (!entry || !other) return;
  if (by < 0) other.before(entry);
  else other.after(entry);
  changed(form, entries);
  const verb = by < 0 ? 'up' : 'down';
  const button = entry.querySelector(`[value^="${verb}:"]`);
  // At the end of the list its own button hides; the focus goes to the one that still works.
  const last = by < 0 ? entry === entriesOf(entries)[0] : entry === entriesOf(entries).at(-1);
  (last ? entry.querySelector(`[value^="${by < 0 ? 'down' : 'up'}:"]`) : button)?.focus();
  say(`Now ${at + by + 1} of ${all.length}.`);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('button[name="_action"]');
  const [verb, field, at] = button?.value.split(':') ?? [];
  if (!field || !button.form) return;
  const entries = list(button.form, field);
  if (!entries) return;
  event.preventDefault();
  if (verb === 'add') add(button.form, entries, field);
  if (verb === 'remove') remove(button.form, entries, field, Number(at));
  if (verb === 'up') move(button.form, entries, Number(at), -1);
  if (verb === 'down') move(button.form, entries, Number(at), 1);
});

// Alt with an arrow moves the entry one is typing in; Enter in a list goes on to the next entry.
document.addEventListener('keydown', (event) => {
  const entry = event.target.closest?.('[data-entry]');
  if (!entry || !event.target.matches('.input')) return;
  const entries = entry.parentElement;
  const at = entriesOf(entries).indexOf(entry);
  if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault();
    move(event.target.form, entries, at, event.key === 'ArrowUp' ? -1 : 1);
    event.target.focus();
  } else if (event.key === 'Enter' && event.target.matches('input') && entries.matches('.ranked')) {
    event.preventDefault();
    const next = entriesOf(entries)[at + 1];
    if (next) inputs(next)[0].focus();
    else if (!isBlank(entry)) add(event.target.form, entries, entries.dataset.entries);
  }
});
