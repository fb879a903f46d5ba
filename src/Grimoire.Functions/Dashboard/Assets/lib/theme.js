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
