// Light or dark: as the system has it, until somebody chooses.

const name = 'grimoire.theme';

export const isDark = () => {
  const chosen = localStorage.getItem(name);
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
};

export function apply() {
  const chosen = localStorage.getItem(name);
  if (chosen) {
    document.documentElement.dataset.theme = chosen;
  }
}

export function turn() {
  localStorage.setItem(name, isDark() ? 'light' : 'dark');
  apply();
}

/** Calls when colours change: what is drawn on a canvas does not follow the style sheet by itself. */
export function whenTurned(signal, changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed, { signal });
}
