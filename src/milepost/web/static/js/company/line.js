// The line to the standup: a socket that comes back by itself, and goes on behind the last frame heard.
import { who } from '../kept.js';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
// Longer than a model may take: a line that stays silent so long is dead, whatever it says.
const SILENT = 60_000;
// Codes after which calling again would be answered the same.
const OVER = new Set([4400, 4401, 4403, 4404, 4409]);
const FLOODED = 4429;
const FLOOD_PAUSE = 20_000;

export function line({ journey, after, onFrame, onState }) {
  let socket = null;
  let failures = 0;
  let timer = 0;
  let silence = 0;
  let over = false;
  let last = after;
  let refusal = '';

  const address = () => {
    const url = new URL('/ws/standup', location.href);
    url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('journey', journey);
    url.searchParams.set('after', last);
    url.searchParams.set('as', who);
    return url;
  };

  function call() {
    clearTimeout(timer);
    if (over || socket || !navigator.onLine) return;
    const mine = new WebSocket(address());
    socket = mine;
    mine.addEventListener('open', () => {
      if (socket !== mine) return;
      failures = 0;
      onState('open', '');
    });
    mine.addEventListener('message', (event) => {
      if (socket !== mine) return;
      clearTimeout(silence);
      const frame = JSON.parse(event.data);
      last = String(frame.id).split('.')[0];
      if (frame.type === 'error' && !frame.action) refusal = frame.detail;
      onFrame(frame);
    });
    mine.addEventListener('close', (event) => {
      if (socket === mine) lost(event.code);
    });
  }

  function lost(code) {
    clearTimeout(silence);
    socket = null;
    if (OVER.has(code)) {
      over = true;
      onState(code === 4401 ? 'signed-out' : 'over', refusal);
      return;
    }
    onState(navigator.onLine ? 'lost' : 'offline', '');
    const pause = code === FLOODED ? FLOOD_PAUSE : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
    failures += 1;
    clearTimeout(timer);
    // Not all at once, when a server comes back.
    timer = setTimeout(call, pause * (0.75 + Math.random() / 2));
  }

  function drop() {
    const mine = socket;
    if (!mine) return;
    lost(0);
    mine.close();
  }

  addEventListener('offline', () => {
    drop();
    clearTimeout(timer);
    onState('offline', '');
  });
  addEventListener('online', () => {
    failures = 0;
    call();
  });
  // A page that sleeps may wake with a line that is long dead: what is said meanwhile comes anew.
  document.addEventListener('visibilitychange', () => { if (!document.hidden) call(); });
  addEventListener('pagehide', () => { if (socket) socket.close(); });
  addEventListener('pageshow', (event) => {
    if (event.persisted) {
      socket = null;
      call();
    }
  });

  return {
    call,
    send(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(frame));
      clearTimeout(silence);
      silence = setTimeout(drop, SILENT);
      return true;
    },
  };
}
