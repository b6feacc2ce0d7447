'use strict';

const MAX_REPORTS = 5;

/* Keeps the agent alive through a stray rejection, ends it after an exception it cannot judge. */
class CrashGuard {
  constructor(log) {
    this.log = log;
    this.reports = 0;
  }

  install(target) {
    target.on('unhandledRejection', (reason) => this.note('rejection', reason));
    target.on('uncaughtException', (error) => {
      this.note('exception', error);
      setTimeout(() => target.exit(70), 200);
    });
  }

  note(kind, error) {
    if (this.reports++ >= MAX_REPORTS) return;
    this.log.error(kind, { message: error && error.message, stack: error && error.stack });
  }
}

module.exports = { CrashGuard };
