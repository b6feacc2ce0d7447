// node browser.js ROOT FILE...: opens each page in Chromium, light, dark and for print. It must load
// nothing, say nothing on the console, run nothing, and pass the rules of axe (WCAG 2.1 A and AA).
const path = require('path');
const fs = require('fs');
const [given, ...files] = process.argv.slice(2);
const root = path.resolve(given);
const { chromium } = require(path.join(root, 'node_modules/playwright-core'));
const axe = fs.readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(fs.existsSync);

let bad = 0;
const fail = (file, what) => {
  console.log('not ok: ' + file + ': ' + what);
  bad++;
};

async function look(browser, file, media) {
  const url = 'file://' + path.resolve(file);
  const page = await browser.newPage({ viewport: { width: media.width || 1000, height: 900 }, ...media });
  page.on('console', (m) => fail(file, 'console: ' + m.text()));
  page.on('pageerror', (e) => fail(file, 'error: ' + e));
  page.on('dialog', (d) => fail(file, 'dialog: ' + d.message()));
  page.on('request', (r) => r.url() === url || r.url() === 'data:,' || fail(file, 'request: ' + r.url()));
  await page.goto(url);
  if (media.media) await page.emulateMedia({ media: media.media });
  const found = await page.evaluate(() => ({
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    active: document.querySelectorAll('script, iframe, object, embed, form, base, img, audio, video, link').length,
    handlers: [...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^on|^style$/i.test(a.name))).length,
    links: [...document.querySelectorAll('[href], [src]')].filter((e) => !(e.getAttribute('href') || '').startsWith('#')).length,
    dead: [...document.querySelectorAll('a[href^="#"]')].filter((e) => !document.getElementById(e.getAttribute('href').slice(1))).length,
    same: new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size - document.querySelectorAll('[id]').length,
    styled: getComputedStyle(document.body).fontFamily.includes('system-ui'),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  const wanted = { title: found.title, headings: 1, active: 0, handlers: 0, links: 0, dead: 0, same: 0, styled: true, wide: found.wide };
  if (!found.title || JSON.stringify(found) !== JSON.stringify(wanted)) fail(file, JSON.stringify(found));
  if (found.wide > 0) fail(file, found.wide + ' pixels wider than the window of ' + (media.width || 1000));
  if (!media.media) {
    await page.evaluate(axe);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
    const { violations } = await page.evaluate((t) => axe.run({ runOnly: t }), tags);
    for (const v of violations) fail(file, 'axe ' + v.id + ': ' + v.nodes[0].html.slice(0, 200));
  }
  await page.close();
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  for (const file of files) {
    await look(browser, file, { colorScheme: 'light' });
    await look(browser, file, { colorScheme: 'dark', width: 390 });
    await look(browser, file, { media: 'print' });
  }
  await browser.close();
  process.exit(bad ? 1 : 0);
})();
