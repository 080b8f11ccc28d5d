// Server-sent events that come back by themselves. A browser's EventSource gives up for good at the first
// answer that is no stream (a proxy's 502 while the server starts anew), and is slow after a lost line:
// here each line that breaks is let go, and another one is opened after a pause that grows.
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
// A line that broke sooner than this was none: the pauses go on growing.
const HELD = 5_000;

// Why there is no line: the browser doesn't say.
async function reason(address) {
  const asking = new AbortController();
  const timer = setTimeout(() => asking.abort(), LONGEST_PAUSE);
  try {
    const answer = await fetch(address, { cache: 'no-store', signal: asking.signal });
    if (answer.status === 401) return 'signed-out';
    // Said by Milepost itself, and not by something in between: it would say the same again.
    const said = answer.headers.get('content-type') ?? '';
    return answer.status === 403 && said.includes('problem+json') ? 'refused' : 'lost';
  } catch {
    return 'lost';
  } finally {
    clearTimeout(timer);
    asking.abort();
  }
}

// `onEvent(data)` for events called `name`; `onState('open' | 'lost' | 'signed-out' | 'refused')`.
export function stream({ address, name, onEvent, onState }) {
  let line = null;
  let wanted = false;
  let failures = 0;
  let timer = 0;

  function call() {
    clearTimeout(timer);
    if (line || !wanted) return;
    if (!navigator.onLine) {
      again('lost');
      return;
    }
    const mine = new EventSource(address);
    const began = Date.now();
    line = mine;
    mine.addEventListener('open', () => { if (line === mine) onState('open'); });
    mine.addEventListener(name, (event) => { if (line === mine) onEvent(event.data); });
    mine.addEventListener('error', async () => {
      if (line !== mine) return;
      const refused = mine.readyState === EventSource.CLOSED;
      drop();
      if (Date.now() - began > HELD) failures = 0;
      again(refused ? await reason(address) : 'lost');
    });
  }

  function again(state) {
    // Opened anew, or no longer wanted, while the reason was asked for.
    if (line || !wanted) return;
    onState(state);
    if (state === 'refused') return;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
    failures += 1;
    clearTimeout(timer);
    // Not all at once, when a server comes back.
    timer = setTimeout(call, pause * (0.75 + Math.random() / 2));
  }

  function drop() {
    clearTimeout(timer);
    line?.close();
    line = null;
  }

  addEventListener('offline', () => {
    drop();
    again('lost');
  });
  // After a sleep, or in another network, a line may be dead without knowing.
  addEventListener('online', () => {
    failures = 0;
    drop();
    call();
  });

  return {
    open() {
      wanted = true;
      call();
    },
    close() {
      wanted = false;
      drop();
    },
  };
}
