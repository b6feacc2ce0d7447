'use strict';

const { contextBridge, ipcRenderer } = require('electron');

const INVOKE = new Set([
  'sign-in',
  'sign-out',
  'chat:list',
  'chat:send',
  'chat:close',
  'chat:history',
  'file:upload',
  'settings:get',
  'settings:set',
  'locale:all',
  'link:open',
]);
const EVENTS = new Set([
  'message',
  'visitor',
  'transfer',
  'status',
  'update',
  'navigate',
  'open',
  'suggestion',
  'signed-out',
]);

contextBridge.exposeInMainWorld('helpdesk', {
  invoke(channel, payload) {
    if (!INVOKE.has(channel)) return Promise.reject(new Error('unknown request: ' + channel));
    return ipcRenderer.invoke(channel, payload);
  },
  on(channel, listener) {
    if (!EVENTS.has(channel)) throw new Error('unknown event: ' + channel);
    const wrapped = (event, payload) => listener(payload);
    ipcRenderer.on(channel, wrapped);
    return () => ipcRenderer.removeListener(channel, wrapped);
  },
  platform: process.platform,
  versions: { electron: process.versions.electron, chrome: process.versions.chrome },
});
