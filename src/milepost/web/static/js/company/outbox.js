// What was written and not answered yet, kept on this device: a closed tab or a lost line loses none
// of it. Several tabs share it; the server takes each message once, whoever sends it.
import { mine } from '../kept.js';

export function newName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function outbox(journey) {
  const key = mine(`standup:${journey}`);
  let here = [];

  const load = () => {
    try { return JSON.parse(localStorage.getItem(key)) ?? []; } catch { return here; }
  };
  const save = (messages) => {
    here = messages;
    try {
      if (messages.length) localStorage.setItem(key, JSON.stringify(messages));
      else localStorage.removeItem(key);
    } catch { /* storage is blocked: kept as long as the page is open */ }
  };

  return {
    all: load,
    add: (message) => save([...load(), message]),
    drop: (name) => save(load().filter((message) => message.name !== name)),
    typing: {
      get: () => {
        try { return localStorage.getItem(`${key}:typing`) ?? ''; } catch { return ''; }
      },
      set: (text) => {
        try {
          if (text) localStorage.setItem(`${key}:typing`, text);
          else localStorage.removeItem(`${key}:typing`);
        } catch { /* storage is blocked: it stays in the field */ }
      },
    },
  };
}
