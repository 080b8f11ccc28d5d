// The conversation on the page: made of the page's own blank parts, each turn once, in its order.
import { say } from '../say.js';
import { waiting } from './waiting.js';

export function turns(talk) {
  // As the page itself tells times: by the person's zone, not the device's.
  const clock = (time) => time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: talk.dataset.zone });
  const list = talk.querySelector('[data-turns]');
  const verbs = document.querySelector('[data-verbs]').dataset;
  const readers = document.querySelector('[data-readers]').dataset;
  const blank = (name) => document.getElementById(`blank-${name}`).content.firstElementChild.cloneNode(true);
  const find = (attribute, value) => [...list.querySelectorAll(`[${attribute}]`)].find((one) => one.getAttribute(attribute) === value);
  const verb = (kind) => verbs[kind.replace(/_(.)/g, (_, letter) => letter.toUpperCase())] ?? '';
  const wait = waiting(Number(talk.dataset.modelSeconds ?? 0), end);
  // What was decided on this very page, and isn't answered yet.
  const deciding = new Set();
  let verdicts = [];

  function end() {
    scrollTo({ top: document.documentElement.scrollHeight });
  }

  function said(text) {
    const turn = blank('said');
    turn.querySelector('[data-text]').textContent = text;
    turn.querySelector('[data-at]').textContent = clock(new Date());
    talk.querySelector('[data-empty]')?.remove();
    list.append(turn);
    return turn;
  }

  function proposal(action) {
    const one = blank('proposal');
    const what = verb(action.kind);
    one.dataset.action = action.id;
    one.dataset.kind = action.kind;
    one.id = `action-${action.id}`;
    one.querySelector('[data-verb]').textContent = what;
    const link = one.querySelector('[data-label]');
    link.textContent = action.label;
    link.href = `/company/steps/${action.step}`;
    one.querySelector('[data-step-title]').textContent = action.step_title;
    one.querySelector('[data-of-step]').hidden = !action.step_title || action.step_title === action.label;
    one.querySelector('[data-what-then] a').href = `/company/steps/${action.step}/outcome`;
    one.querySelector('[data-id]').value = action.id;
    for (const button of one.querySelectorAll('button')) {
      button.setAttribute('aria-label', `${button.textContent}: ${what} ${action.label}`);
    }
    return one;
  }

  // Several that were decided by one press are told in one breath.
  function tell(words) {
    verdicts.push(words);
    if (verdicts.length > 1) return;
    setTimeout(() => {
      say(verdicts.join(' '));
      verdicts = [];
    }, 150);
  }

  // Whoever pressed goes on where they were: at what is to be decided next, or at what came of it.
  function goOn(turn, verdict) {
    const next = [...turn.querySelectorAll('[data-decide]')].find((form) => !deciding.has(form.elements.action.value));
    (next?.querySelector('button') ?? verdict).focus();
  }

  return {
    end,
    pending(message, sent) {
      const turn = find('data-name', message.name) ?? said(message.text);
      turn.dataset.name = message.name;
      turn.classList.add('pending');
      if (sent) wait.read(turn);
      else wait.unsent(turn);
    },
    // The line is down: what waits for an answer gets none now.
    lost() {
      for (const turn of list.querySelectorAll('.pending')) wait.unsent(turn);
    },
    waits(name, words) {
      const turn = find('data-name', name);
      if (turn) wait.told(turn, words);
    },
    drop(name) {
      find('data-name', name)?.remove();
    },
    reply(frame) {
      const number = Number(frame.id);
      const mine = frame.re && find('data-name', frame.re);
      if (find('data-seq', frame.id)) {
        // Heard before: what still waited here for it is that same message.
        mine?.remove();
        return;
      }
      const turn = mine || said(frame.said);
      turn.classList.remove('pending');
      turn.removeAttribute('data-name');
      turn.dataset.seq = String(number - 1);
      wait.over(turn);
      const reply = blank('reply');
      reply.dataset.seq = frame.id;
      reply.querySelector('[data-text]').textContent = frame.text;
      reply.querySelector('[data-at]').textContent = clock(new Date());
      const reader = readers[frame.engine] ?? '';
      reply.querySelector('[data-reader-words]').textContent = reader;
      reply.querySelector('[data-reader]').hidden = !reader;
      const proposals = reply.querySelector('[data-actions]');
      proposals.replaceChildren(...frame.actions.map(proposal));
      proposals.hidden = !frame.actions.length;
      const none = reply.querySelector('[data-none]');
      const options = frame.actions.filter((action) => !action.sure);
      none.hidden = options.length < 2;
      none.querySelector('button').before(...options.map((action) => {
        const input = document.createElement('input');
        Object.assign(input, { type: 'hidden', name: 'action', value: action.id });
        return input;
      }));
      // Before what is not sent yet: the order is that of the talk.
      turn.after(reply);
      for (const later of list.querySelectorAll('.pending')) list.append(later);
      for (const action of frame.actions) if (action.state !== 'proposed') this.decided({ ...action, action: action.id, detail: '' });
      end();
    },
    decided(frame) {
      const mine = deciding.delete(frame.action);
      const one = find('data-action', frame.action);
      if (!one) return;
      const turn = one.closest('.turn');
      const none = turn.querySelector('[data-none]');
      const form = one.querySelector('[data-decide]');
      const pressed = document.activeElement;
      const verdict = one.querySelector('[data-verdict]');
      if (frame.detail) verdict.textContent = frame.detail;
      verdict.hidden = !verdict.textContent;
      verdict.classList.toggle('done', frame.state === 'confirmed');
      one.querySelector('[data-what-then]').hidden = one.dataset.kind !== 'complete_step' || frame.state !== 'confirmed';
      if (none) {
        for (const input of none.querySelectorAll('[name="action"]')) if (input.value === frame.action) input.remove();
        none.hidden = none.querySelectorAll('[name="action"]').length < 2;
        delete none.dataset.sent;
      }
      const leaves = form?.contains(pressed) || (none?.hidden && none.contains(pressed));
      form?.remove();
      if (leaves) goOn(turn, verdict);
      if (mine && verdict.textContent) tell(verdict.textContent);
    },
    failed(action, words) {
      deciding.delete(action);
      const one = find('data-action', action);
      if (!one) return;
      const verdict = one.querySelector('[data-verdict]');
      verdict.textContent = words;
      verdict.hidden = false;
      this.free(one);
    },
    busy(form, actions) {
      for (const action of actions) deciding.add(action);
      form.classList.add('waiting');
      // Should no answer come, it can be pressed again: deciding twice decides once.
      setTimeout(() => form.classList.remove('waiting'), 8000);
    },
    free(one) {
      for (const form of one.querySelectorAll('.waiting')) form.classList.remove('waiting');
    },
  };
}
