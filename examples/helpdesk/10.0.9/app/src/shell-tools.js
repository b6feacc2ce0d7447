'use strict';

const os = require('os');
const { execFile } = require('child_process');

/* Opens a folder in the desktop's own file manager. */
function openFolder(folder) {
  switch (process.platform) {
    case 'win32':
      return execFile('explorer.exe', [folder]);
    case 'darwin':
      return execFile('open', [folder]);
    default:
      return execFile('xdg-open', [folder]);
  }
}

function capture(program, args) {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 3000, windowsHide: true }, (error, stdout) => resolve(error ? '' : stdout.trim()));
  });
}

/* One line for the About box and for support: system name and version. */
async function systemSummary() {
  if (process.platform === 'darwin') return 'macOS ' + (await capture('sw_vers', ['-productVersion']));
  if (process.platform === 'linux') return (await capture('lsb_release', ['-ds'])) || 'Linux ' + os.release();
  return (await capture('cmd.exe', ['/d', '/c', 'ver'])) || 'Windows ' + os.release();
}

module.exports = { openFolder, systemSummary };
