// A form as a list of [name, value] and back, for what is kept on the device and for examples.
import { dropBlankEntries, ensureEntries } from './rows.js';

// What a form carries beside what is written in it.
const own = (form) => new Set(['_action', ...[...form.querySelectorAll('input[type="hidden"]')].map(({ name }) => name)]);

export function read(form) {
  const carried = own(form);
  return [...new FormData(form)].filter(([name, value]) => !carried.has(name) && typeof value === 'string');
}

// What counts as the same answers: blank fields and entries, line ends, and where a field stands, aside.
export function fingerprint(pairs) {
  const numbers = new Map();
  const told = pairs
    .map(([name, value]) => [name, value.replace(/\r\n?/g, '\n').trim()])
    .filter(([, value]) => value)
    .map(([name, value]) => {
      const [, field, at, rest] = /^([^.]+)\.(\d+)(.*)$/.exec(name) ?? [];
      if (!field) return [name, value];
      const seen = numbers.get(field) ?? [];
      if (!seen.includes(at)) numbers.set(field, [...seen, at]);
      return [`${field}.${numbers.get(field).indexOf(at)}${rest}`, value];
    })
    .sort(([one], [other]) => Number(one > other) - Number(one < other));
  return JSON.stringify(told);
}

// Writes the pairs into the form; with `field`, into that field alone. What they leave out is emptied.
export function write(form, pairs, field = null) {
  const mine = (name) => !field || name === field || name.startsWith(`${field}.`);
  for (const entries of form.querySelectorAll('[data-entries]')) {
    const name = entries.dataset.entries;
    if (!mine(name)) continue;
    const numbers = pairs.filter(([one]) => one.startsWith(`${name}.`)).map(([one]) => Number(one.split('.')[1]));
    ensureEntries(form, name, Math.max(0, ...numbers.map((number) => number + 1)));
  }
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  const carried = own(form);
  for (const input of form.elements) {
    if (!input.name || carried.has(input.name) || !mine(input.name) || input.type === 'submit') continue;
    const given = values.get(input.name) ?? [];
    if (input.type === 'checkbox' || input.type === 'radio') input.checked = given.includes(input.value) || (!given.length && input.type === 'radio' && input.value === '');
    else if (input.tagName === 'SELECT') {
      const wanted = given.at(-1) ?? '';
      if ([...input.options].some((option) => option.value === wanted)) input.value = wanted;
    } else input.value = given.at(-1) ?? '';
  }
  for (const entries of form.querySelectorAll('[data-entries]')) {
    const name = entries.dataset.entries;
    if (mine(name)) dropBlankEntries(form, name);
  }
  form.dispatchEvent(new Event('input', { bubbles: true }));
}
