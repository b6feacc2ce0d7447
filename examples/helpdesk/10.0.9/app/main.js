'use strict';

/*
 * Helpdesk Agent, main process.
 *
 * Starts the window, the tray, the chat connection and the updater, and answers the renderer's
 * requests.  Everything that talks to a server goes through src/transport.js, src/updater.js or
 * src/telemetry.js, so that the allowed hosts stand in one place (package.json, "helpdesk").
 */

const path = require('path');
const fs = require('fs');
const os = require('os');
const { app, BrowserWindow, Menu, dialog, ipcMain, nativeTheme, powerMonitor, session, shell } =
  require('electron');

const pkg = require('./package.json');
const { Logger } = require('./src/logger');
const { Settings } = require('./src/settings');
const { ChatTransport } = require('./src/transport');
const { Updater } = require('./src/updater');
const { TrayIcon } = require('./src/tray');
const { Telemetry } = require('./src/telemetry');
const { registerIpc } = require('./src/ipc');
const { createWindow, restoreBounds } = require('./src/window');
const { loadLocale } = require('./src/locale');
const { CrashGuard } = require('./src/crash');
const { openFolder, systemSummary } = require('./src/shell-tools');
const { ReplyBot } = require('./bot/bot');

const IS_DEV = process.env.HELPDESK_DEV === '1';
const PROTOCOL = 'helpdesk';
const IDLE_AFTER_SECONDS = 300;
const UPDATE_CHECK_MS = 4 * 60 * 60 * 1000;

const state = {
  window: null,
  tray: null,
  transport: null,
  updater: null,
  telemetry: null,
  settings: null,
  locale: null,
  bot: null,
  quitting: false,
  idleTimer: null,
  pendingDeepLink: null,
};

const log = new Logger({
  folder: path.join(app.getPath('userData'), 'logs'),
  level: IS_DEV ? 'debug' : 'info',
  keep: 7,
});

const crashGuard = new CrashGuard(log);
crashGuard.install(process);

/* One agent per user: a second start only brings the first to the front. */
if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app.on('second-instance', (event, argv) => {
    const link = argv.find((a) => a.startsWith(PROTOCOL + '://'));
    if (link) openDeepLink(link);
    showWindow();
  });
}

app.setAppUserModelId('example.helpdesk.agent');
if (!IS_DEV) app.setAsDefaultProtocolClient(PROTOCOL);

function showWindow() {
  if (!state.window) return;
  if (state.window.isMinimized()) state.window.restore();
  state.window.show();
  state.window.focus();
}

function openDeepLink(link) {
  let url;
  try {
    url = new URL(link);
  } catch (e) {
    log.warn('deep link ignored', { link });
    return;
  }
  if (url.protocol !== PROTOCOL + ':') return;
  const [kind, id] = [url.hostname, url.pathname.replace(/^\//, '')];
  if (!/^(chat|visitor|ticket)$/.test(kind) || !/^[A-Za-z0-9-]{1,64}$/.test(id)) {
    log.warn('deep link refused', { kind });
    return;
  }
  if (!state.window) {
    state.pendingDeepLink = { kind, id };
    return;
  }
  state.window.webContents.send('navigate', { kind, id });
}

/* ---- security ------------------------------------------------------------------------------ */

function hardenSession(ses) {
  ses.setPermissionRequestHandler((contents, permission, done) => {
    const allowed = permission === 'notifications' || permission === 'media';
    if (!allowed) log.info('permission refused', { permission });
    done(allowed);
  });

  ses.webRequest.onHeadersReceived((details, done) => {
    done({
      responseHeaders: Object.assign({}, details.responseHeaders, {
        'Content-Security-Policy': [
          "default-src 'self'; img-src 'self' data: https://files.helpdesk.example; " +
            "connect-src 'self' https://api.helpdesk.example wss://chat.helpdesk.example; " +
            "script-src 'self'; style-src 'self' 'unsafe-inline'",
        ],
      }),
    });
  });
}

app.on('web-contents-created', (event, contents) => {
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (e, url) => {
    if (!url.startsWith('file://')) {
      e.preventDefault();
      openExternal(url);
    }
  });
  contents.on('will-attach-webview', (e) => e.preventDefault());
});

function openExternal(url) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch (e) {
    return;
  }
  if (parsed.protocol === 'https:' || parsed.protocol === 'mailto:') {
    shell.openExternal(parsed.toString());
  } else {
    log.warn('external link refused', { protocol: parsed.protocol });
  }
}

/* ---- chat ---------------------------------------------------------------------------------- */

function startTransport() {
  const transport = new ChatTransport({
    apiBase: pkg.helpdesk.apiBase,
    socketUrl: 'wss://chat.helpdesk.example/agent',
    token: () => state.settings.secret('token'),
    version: pkg.version,
    log,
  });

  transport.on('status', (status) => {
    state.tray.setStatus(status);
    send('status', status);
  });
  transport.on('message', (message) => {
    send('message', message);
    if (!state.window || !state.window.isFocused()) state.tray.badge(+1);
    if (state.settings.get('bot.enabled')) {
      const reply = state.bot.suggest(message);
      if (reply) send('suggestion', { chat: message.chat, reply });
    }
  });
  transport.on('visitor', (visitor) => send('visitor', visitor));
  transport.on('transfer', (transfer) => send('transfer', transfer));
  transport.on('expired', () => {
    log.info('session expired');
    state.settings.setSecret('token', null);
    send('signed-out', { reason: 'expired' });
  });
  transport.on('slow', (ms) => state.telemetry.count('transport.slow', { seconds: Math.round(ms / 1000) }));
  transport.on('error', (error) => {
    log.warn('transport', { message: error.message, code: error.code });
    state.telemetry.count('transport.error', { code: error.code || 'unknown' });
  });
  return transport;
}

function send(channel, payload) {
  if (state.window && !state.window.isDestroyed()) state.window.webContents.send(channel, payload);
}

function watchIdle() {
  clearInterval(state.idleTimer);
  state.idleTimer = setInterval(() => {
    /* "invisible" was chosen by hand and stays, whether the agent is idle or not */
    const wanted = state.settings.get('presence');
    const idle = powerMonitor.getSystemIdleTime() >= IDLE_AFTER_SECONDS;
    state.transport.setPresence(idle && wanted !== 'invisible' ? 'away' : wanted);
  }, 15000);
}

/* ---- settings and menu --------------------------------------------------------------------- */

function applySettings() {
  const s = state.settings;
  nativeTheme.themeSource = s.get('theme');
  app.setLoginItemSettings({ openAtLogin: s.get('startAtLogin'), openAsHidden: true });
  state.telemetry.enabled = s.get('telemetry');
  state.locale = loadLocale(path.join(__dirname, 'locales'), s.get('language') || app.getLocale());
  buildMenu();
}

function buildMenu() {
  const t = (key) => state.locale.text(key);
  const template = [
    {
      label: t('menu.file'),
      submenu: [
        { label: t('menu.settings'), accelerator: 'CmdOrCtrl+,', click: () => send('open', 'settings') },
        { type: 'separator' },
        { label: t('menu.signOut'), click: signOut },
        { label: t('menu.quit'), accelerator: 'CmdOrCtrl+Q', click: quit },
      ],
    },
    { label: t('menu.edit'), role: 'editMenu' },
    { label: t('menu.view'), role: 'viewMenu' },
    {
      label: t('menu.help'),
      submenu: [
        { label: t('menu.manual'), click: () => openExternal('https://www.helpdesk.example/manual') },
        { label: t('menu.news'), click: () => openExternal('https://www.helpdesk.example/agent/news/10.0.9') },
        { label: t('menu.logs'), click: () => openFolder(log.folder) },
        { label: t('menu.sendLogs'), click: sendLogs },
        { label: t('menu.checkUpdate'), click: () => state.updater.check({ manual: true }) },
        { label: t('menu.about'), click: about },
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

async function about() {
  const summary = await systemSummary();
  dialog.showMessageBox(state.window, {
    type: 'info',
    title: pkg.productName,
    message: `${pkg.productName} ${pkg.version}`,
    detail: [`Electron ${process.versions.electron}`, `Node ${process.versions.node}`, summary].join('\n'),
  });
}

async function sendLogs() {
  const answer = await dialog.showMessageBox(state.window, {
    type: 'question',
    buttons: [state.locale.text('yes'), state.locale.text('no')],
    message: state.locale.text('logs.ask'),
  });
  if (answer.response !== 0) return;
  try {
    const ticket = await state.telemetry.uploadLogs([log.previous(), log.current()]);
    dialog.showMessageBox(state.window, { message: state.locale.text('logs.sent', { ticket }) });
  } catch (error) {
    log.warn('log upload failed', { message: error.message });
    dialog.showErrorBox(pkg.productName, state.locale.text('logs.failed'));
  }
}

async function signOut() {
  await state.transport.close('signed out');
  state.settings.setSecret('token', null);
  send('signed-out', { reason: 'user' });
}

function quit() {
  state.quitting = true;
  app.quit();
}

/* ---- updates ------------------------------------------------------------------------------- */

function startUpdater() {
  const updater = new Updater({
    base: pkg.helpdesk.updateBase,
    channel: pkg.helpdesk.channel,
    version: pkg.version,
    folder: path.join(app.getPath('temp'), 'helpdesk-agent-update'),
    log,
  });
  updater.on('available', (release) => send('update', { state: 'available', version: release.version }));
  updater.on('ready', async (release) => {
    const answer = await dialog.showMessageBox(state.window, {
      type: 'question',
      buttons: [state.locale.text('update.now'), state.locale.text('update.later')],
      message: state.locale.text('update.ready', { version: release.version }),
    });
    if (answer.response === 0) {
      state.quitting = true;
      updater.install(release);
    }
  });
  updater.on('error', (error) => {
    log.warn('update', { message: error.message });
    state.telemetry.count('update.error', { reason: error.reason || 'other' });
  });
  setInterval(() => updater.check({ manual: false }), UPDATE_CHECK_MS).unref();
  return updater;
}

/* ---- start --------------------------------------------------------------------------------- */

async function start() {
  state.settings = await Settings.open(path.join(app.getPath('userData'), 'settings.json'), log);
  state.telemetry = new Telemetry({
    base: pkg.helpdesk.telemetryBase,
    version: pkg.version,
    enabled: state.settings.get('telemetry'),
    log,
  });
  state.locale = loadLocale(path.join(__dirname, 'locales'), state.settings.get('language') || app.getLocale());
  state.bot = new ReplyBot({ skills: path.join(__dirname, 'bot', 'skills'), locale: state.locale });

  hardenSession(session.defaultSession);
  state.window = createWindow(BrowserWindow, {
    bounds: restoreBounds(state.settings.get('bounds')),
    page: path.join(__dirname, 'renderer', 'index.html'),
    preload: path.join(__dirname, 'preload.js'),
    devTools: IS_DEV,
  });
  state.tray = new TrayIcon({
    icon: path.join(__dirname, 'assets', 'tray.png'),
    text: (key) => state.locale.text(key),
    onShow: showWindow,
    onQuit: quit,
  });

  state.window.on('close', (e) => {
    state.settings.set('bounds', state.window.getBounds());
    if (!state.quitting && state.settings.get('closeToTray')) {
      e.preventDefault();
      state.window.hide();
    }
  });
  state.window.on('focus', () => state.tray.badge(0));
  state.window.webContents.once('did-finish-load', () => {
    if (state.pendingDeepLink) send('navigate', state.pendingDeepLink);
    state.pendingDeepLink = null;
  });

  state.transport = startTransport();
  state.updater = startUpdater();
  registerIpc(ipcMain, { state, log, applySettings, signOut, openExternal });
  applySettings();
  watchIdle();

  if (state.settings.secret('token')) await state.transport.connect();
  state.updater.check({ manual: false });
  state.telemetry.count('start', { platform: process.platform, arch: process.arch, release: os.release() });
  log.info('started', { version: pkg.version, dev: IS_DEV, data: fs.existsSync(log.folder) });
}

app.whenReady().then(start).catch((error) => {
  log.error('start failed', { message: error.message, stack: error.stack });
  dialog.showErrorBox(pkg.productName, String(error.message));
  app.exit(1);
});

app.on('open-url', (event, url) => {
  event.preventDefault();
  openDeepLink(url);
});

app.on('activate', showWindow);

app.on('before-quit', () => {
  state.quitting = true;
  clearInterval(state.idleTimer);
  if (state.transport) state.transport.close('quit');
  if (state.telemetry) state.telemetry.flush();
});

app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});
