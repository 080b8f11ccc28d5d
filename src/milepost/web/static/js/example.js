// "Use this example" fills the field, and becomes the way back to what was there.
import { read, write } from './pairs.js';
import { say } from './say.js';

const before = new WeakMap();

for (const button of document.querySelectorAll('[data-example]')) button.hidden = false;

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-example]');
  if (!button) return;
  const field = button.dataset.exampleFor;
  const { form } = button;
  if (before.has(button)) {
    write(form, before.get(button), field);
    before.delete(button);
    button.textContent = 'Use this example';
    say('Your own answer is back.');
    return;
  }
  before.set(button, read(form).filter(([name]) => name === field || name.startsWith(`${field}.`)));
  write(form, JSON.parse(button.dataset.example), field);
  button.textContent = 'Put back what was there';
  say('The example is filled in. Change it to your own.');
});
