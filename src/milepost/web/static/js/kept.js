// Where words wait on this device until the server has them. Each person's are apart: who signs in next
// in this browser may be somebody else, and is neither shown them nor has them sent in their name.
export const who = document.documentElement.dataset.who ?? '';
const MINE = `milepost:draft:${who}:`;

export const mine = (name) => MINE + name;

// Signing out of a shared device takes along what is kept on it.
export function forgetMine() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(MINE)) localStorage.removeItem(key);
    }
  } catch { /* nothing was kept where storage is blocked */ }
}
