'use strict';

const fs = require('fs');
const path = require('path');
const isEmail = require('validator/lib/isEmail');

const MAX_MESSAGE = 4000;
const MAX_UPLOAD_BYTES = 20 * 1024 * 1024;
const UPLOAD_TYPES = new Set(['.png', '.jpg', '.jpeg', '.gif', '.pdf', '.txt', '.docx', '.xlsx', '.zip']);

/* Every request of the renderer is checked here; it is a web page and may be fooled. */
function registerIpc(ipcMain, { state, log, applySettings, signOut, openExternal }) {
  const handle = (channel, fn) =>
    ipcMain.handle(channel, async (event, payload) => {
      try {
        return { ok: true, value: await fn(payload || {}) };
      } catch (error) {
        log.warn('request failed', { channel, message: error.message });
        return { ok: false, error: error.message };
      }
    });

  handle('sign-in', async ({ email, password }) => {
    if (!isEmail(String(email)) || typeof password !== 'string') throw new Error('invalid sign-in');
    const token = await state.transport.signIn(email, password);
    state.settings.setSecret('token', token);
    await state.transport.connect();
    return true;
  });

  handle('sign-out', () => signOut());
  handle('chat:list', () => state.transport.chats());
  handle('chat:history', ({ chat, before }) => state.transport.history(chat, before));

  handle('chat:send', ({ chat, text }) => {
    const trimmed = String(text).trim();
    if (!trimmed || trimmed.length > MAX_MESSAGE) throw new Error('message length');
    return state.transport.say(chat, trimmed);
  });

  handle('chat:close', ({ chat, tags }) => state.transport.finish(chat, (tags || []).map(String).slice(0, 10)));

  handle('file:upload', async ({ chat, file }) => {
    const type = path.extname(String(file)).toLowerCase();
    if (!UPLOAD_TYPES.has(type)) throw new Error('file type');
    const stat = await fs.promises.stat(file);
    if (stat.size > MAX_UPLOAD_BYTES) throw new Error('file size');
    const data = await fs.promises.readFile(file);
    return state.transport.request('POST', `/chats/${encodeURIComponent(chat)}/files`, {
      name: path.basename(file),
      data: data.toString('base64'),
    });
  });

  handle('settings:get', () => state.settings.all());
  handle('settings:set', ({ key, value }) => {
    state.settings.set(key, value);
    applySettings();
    return state.settings.all();
  });

  handle('locale:all', () => state.locale.all());
  handle('link:open', ({ url }) => openExternal(String(url)));
}

module.exports = { registerIpc };
