// The standup as a conversation: what is written goes out by the socket, what happened comes in by it,
// also what another tab or device caused. Each thing stands once, by its number.
import { say } from '../say.js';
import { line } from './line.js';
import { newName, outbox } from './outbox.js';
import { turns } from './turns.js';

const talk = document.querySelector('[data-standup]');
const composer = document.querySelector('[data-composer]');
const field = composer.querySelector('textarea');
const send = composer.querySelector('[data-send]');
const count = composer.querySelector('[data-count]');
const problem = composer.querySelector('[data-problem]');
const state = composer.querySelector('[data-line]');
const longest = Number(talk.dataset.longest);
const box = outbox(talk.dataset.standup);
const shown = turns(talk);
const bytes = new TextEncoder();

const STATES = {
  open: '',
  lost: 'Reconnecting… what you write is kept.',
  offline: 'Offline. What you write is kept, and sent when the line is back.',
  'signed-out': 'You are signed out. What you wrote is kept on this device.',
};
// What a message itself is refused for; anything else is about the line, and passes.
const UNSAYABLE = new Set(['invalid', 'too_large', 'bad_frame']);
const PAUSE = 5;
let told = 'open';

const socket = line({
  journey: talk.dataset.standup,
  after: talk.dataset.after,
  onState: lineIs,
  onFrame: heard,
});

function lineIs(kind, detail) {
  if (kind === 'open') for (const message of box.all()) post(message);
  else shown.lost();
  if (kind === told) return;
  const back = kind === 'open' && told !== 'open';
  told = kind;
  const words = STATES[kind] ?? detail;
  state.hidden = !words;
  state.replaceChildren(words);
  if (kind === 'signed-out') {
    const link = document.createElement('a');
    link.href = '/sign-in?next=/company/standup';
    link.textContent = 'Sign in';
    state.append(' ', link);
  }
  if (back) say('The line is back.');
}

function post(message) {
  shown.pending(message, socket.send({ type: 'message', id: message.name, text: message.text }));
}

function heard(frame) {
  if (frame.type === 'reply') {
    box.drop(frame.re);
    shown.reply(frame);
    return;
  }
  if (frame.action) {
    shown.decided(frame);
    return;
  }
  const [kind, action] = (frame.re ?? '').split(':');
  if (action) {
    shown.failed(action, frame.detail);
    say(frame.detail);
    return;
  }
  const message = box.all().find(({ name }) => name === kind);
  if (!message) return;
  if (!UNSAYABLE.has(frame.code)) {
    shown.waits(message.name, frame.detail);
    // Where the line is over, nothing goes out; what waits is sent when somebody comes back.
    setTimeout(() => post(message), (frame.retry_after ?? PAUSE) * 1000);
    return;
  }
  // It can't be said so: it goes back to where it can be changed.
  box.drop(message.name);
  shown.drop(message.name);
  if (!field.value) field.value = message.text;
  refuse(frame.detail);
  typed();
}

function refuse(words) {
  problem.hidden = !words;
  problem.querySelector('[data-problem-text]').textContent = words;
  if (words) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
}

function typed() {
  const size = bytes.encode(field.value.trim()).length;
  const near = size > longest * 0.75;
  count.textContent = near ? `${(size / 1024).toFixed(1)} of 8 kB` : '';
  count.classList.toggle('over', size > longest);
  send.disabled = size > longest;
  if (size > longest) refuse('A message holds at most 8 kB: shorten it, or send it in parts.');
  box.typing.set(field.value);
}

composer.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text || send.disabled) return;
  const message = { name: newName(), text };
  box.add(message);
  field.value = '';
  refuse('');
  typed();
  post(message);
  shown.end();
  field.focus();
});

field.addEventListener('input', () => {
  refuse('');
  typed();
});
field.addEventListener('keydown', (event) => {
  // While letters are still being composed, Enter chooses among them.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

// A key that is held down decides once, not also what the focus goes on to.
talk.addEventListener('keydown', (event) => {
  if (event.repeat && event.target.closest('button')) event.preventDefault();
});

// Confirming and dismissing: by the line while there is one, else as the form it is.
talk.addEventListener('submit', (event) => {
  const form = event.target;
  const decision = event.submitter?.value || form.elements.decision?.value;
  const actions = new FormData(form).getAll('action');
  const sent = actions.map((action) => socket.send({ type: decision, id: `${decision}:${action}`, action }));
  if (!sent.some(Boolean)) {
    event.preventDefault();
    say('There is no line just now. Try again in a moment.', { toast: true });
    return;
  }
  event.preventDefault();
  shown.busy(form, actions);
});

if (!field.value) field.value = box.typing.get();
typed();
for (const message of box.all()) shown.pending(message, false);
shown.end();
socket.call();
