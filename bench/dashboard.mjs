// How long people wait for the dashboard: medians over several openings, in milliseconds, as JSON.
//
//   npm install --no-save playwright-core
//   node bench/dashboard.mjs URL [KEY]        CASTS=10000 STEPS=500 REPS=7 CHROMIUM=/usr/bin/chromium
//
// It starts that many casts of one step, of which one in twenty fails, and one with that many steps: use an app of its own.
import { chromium } from 'playwright-core';

const [url, key] = process.argv.slice(2);
const { CASTS = '10000', STEPS = '500', REPS = '7', CHROMIUM = '/usr/bin/chromium' } = process.env;
const headers = { 'Content-Type': 'application/json', ...(key ? { Authorization: `Bearer ${key}` } : {}) };
const median = list => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

async function cast(spell) {
  const answer = await fetch(`${url}/api/casts`, { method: 'POST', headers, body: JSON.stringify({ spell }) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()).castId;
}

const good = { slug: 'tiny', steps: [{ id: 'a', tool: 'json.value', with: { value: 1 } }] };
const bad = { slug: 'doomed', steps: [{ id: 'a', tool: 'json.parse', with: { text: '{ no' } }] };
const long = { slug: 'long', steps: Array.from({ length: Number(STEPS) }, (_, index) => ({ id: `s${index}`, tool: 'text.case', with: { text: 'a', to: 'upper' } })) };

let begun = 0;
await Promise.all(Array.from({ length: 16 }, async () => {
  while (begun < Number(CASTS)) await cast(begun++ % 20 === 0 ? bad : good);
}));

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
const open = async path => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.longTasks.push(Math.round(entry.duration)))).observe({ type: 'longtask', buffered: true });
  });
  if (key) await page.addInitScript(text => sessionStorage.setItem('grimoire.key', text), key);
  await page.goto(`${url}/#${path}`);
  return page;
};
const until = (page, condition, value) => page.waitForFunction(condition, value, { polling: 10, timeout: 120_000 });
const timed = async action => {
  const start = performance.now();
  await action();
  return Math.round(performance.now() - start);
};

// While it runs: what keeps the page from answering.
const id = await cast(long);
const live = await open(`/casts/${id}`);
await until(live, () => document.querySelector('h1')?.innerText.includes('completed'));
const longTasks = await live.evaluate(() => window.longTasks);
await live.close();

const list = [], filter = [], older = [], steps = [];
for (let rep = 0; rep < Number(REPS); rep++) {
  let page;
  list.push(await timed(async () => {
    page = await open('/casts');
    await until(page, () => document.querySelectorAll('tbody tr').length >= 50);
  }));
  filter.push(await timed(async () => {
    await page.getByRole('button', { name: 'failed', exact: true }).click();
    await until(page, () => { const found = [...document.querySelectorAll('tbody tr .badge')]; return found.length >= 25 && found.every(one => one.innerText.includes('failed')); });
  }));
  const first = await page.locator('tbody a.id').first().getAttribute('title');
  older.push(await timed(async () => {
    await page.getByRole('button', { name: 'Older casts' }).click();
    await until(page, before => document.querySelector('tbody a.id')?.title !== before, first);
  }));
  steps.push(await timed(async () => {
    await page.evaluate(hash => { location.hash = hash; }, `/casts/${id}`);
    await until(page, count => document.querySelectorAll('.rows > .row .bar-run').length === count, Number(STEPS));
  }));
  await page.close();
}
await browser.close();
console.log(JSON.stringify({ casts: Number(CASTS), steps: Number(STEPS), openList: median(list), filterFailed: median(filter), olderPage: median(older), openCast: median(steps), longTasksWhileLive: longTasks }));
