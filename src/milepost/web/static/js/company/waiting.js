// What stands under a message while it waits: not sent while the line is down; then being read, and
// why that takes long. An answer usually comes before anybody would read any of it.
const PATIENCE = 1000;
const LONG = 8000;

export function waiting(modelSeconds, changed) {
  const timers = new WeakMap();
  // Messages that went out once: whether they arrived, only the server knows.
  const sent = new WeakSet();
  const down = new WeakSet();
  const why = modelSeconds
    ? `Reading it… A language model is being asked; fixed rules answer if it takes longer than ${modelSeconds} seconds.`
    : 'Reading it… This takes longer than usual.';

  function stop(turn) {
    for (const timer of timers.get(turn) ?? []) clearTimeout(timer);
    timers.delete(turn);
    down.delete(turn);
  }

  function tell(turn, words, { busy = false } = {}) {
    const state = turn.querySelector('[data-state]');
    state.querySelector('[data-state-words]').textContent = words;
    state.querySelector('[data-busy]').hidden = !busy;
    state.hidden = !words;
    if (words) changed();
  }

  const later = (turn, after, ...told) => setTimeout(() => tell(turn, ...told), after);

  return {
    // It went out, and nothing came back yet.
    read(turn) {
      stop(turn);
      sent.add(turn);
      tell(turn, '');
      timers.set(turn, [
        later(turn, PATIENCE, 'Reading it…', { busy: true }),
        later(turn, LONG, why, { busy: true }),
      ]);
    },
    unsent(turn) {
      // The line may be tried again many times.
      if (down.has(turn)) return;
      stop(turn);
      down.add(turn);
      const words = sent.has(turn) ? 'Sent, but the line is down: its answer comes when the line is back' : 'Not sent yet';
      // Most often, the line is just about to stand.
      timers.set(turn, [later(turn, PATIENCE, words)]);
    },
    told(turn, words) {
      stop(turn);
      tell(turn, words);
    },
    over(turn) {
      stop(turn);
      tell(turn, '');
    },
  };
}
