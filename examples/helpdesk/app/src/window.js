'use strict';

const { screen } = require('electron');

const DEFAULT = { width: 1180, height: 780 };
const MINIMUM = { width: 640, height: 480 };

function restoreBounds(saved) {
  if (!saved) return Object.assign({}, DEFAULT);
  const area = screen.getDisplayMatching(saved).workArea;
  const width = Math.max(MINIMUM.width, Math.min(saved.width, area.width));
  const height = Math.max(MINIMUM.height, Math.min(saved.height, area.height));
  return {
    width,
    height,
    x: Math.min(Math.max(saved.x, area.x), area.x + area.width - width),
    y: Math.min(Math.max(saved.y, area.y), area.y + area.height - height),
  };
}

function createWindow(BrowserWindow, { bounds, page, preload, devTools }) {
  const window = new BrowserWindow(
    Object.assign({}, bounds, {
      minWidth: MINIMUM.width,
      minHeight: MINIMUM.height,
      show: false,
      title: 'Helpdesk Agent',
      backgroundColor: '#f4f5f7',
      webPreferences: {
        preload,
        contextIsolation: true,
        nodeIntegration: false,
        sandbox: true,
        webSecurity: true,
        spellcheck: true,
        devTools,
      },
    })
  );
  window.once('ready-to-show', () => window.show());
  window.loadFile(page);
  return window;
}

module.exports = { createWindow, restoreBounds, MINIMUM };
