'use strict';

const { Menu, Tray, nativeImage } = require('electron');

class TrayIcon {
  constructor({ icon, text, onShow, onQuit }) {
    this.text = text;
    this.onShow = onShow;
    this.onQuit = onQuit;
    this.status = 'offline';
    this.unread = 0;
    this.tray = new Tray(nativeImage.createFromPath(icon));
    this.tray.on('click', onShow);
    this.update();
  }

  setStatus(status) {
    this.status = status;
    this.update();
  }

  badge(step) {
    this.unread = step === 0 ? 0 : this.unread + step;
    this.update();
  }

  update() {
    const label = this.text('status.' + this.status);
    this.tray.setToolTip(this.unread ? `Helpdesk (${this.unread}) - ${label}` : `Helpdesk - ${label}`);
    this.tray.setContextMenu(
      Menu.buildFromTemplate([
        { label, enabled: false },
        { type: 'separator' },
        { label: this.text('tray.show'), click: this.onShow },
        { label: this.text('menu.quit'), click: this.onQuit },
      ])
    );
  }
}

module.exports = { TrayIcon };
