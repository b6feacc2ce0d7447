'use strict';

const OPEN = { from: 8, to: 18 };

module.exports = {
  name: 'hours',
  triggers: ['opening hours', 'when open', 'business hours', 'open weekend'],
  reply() {
    const hour = new Date().getHours();
    const now = hour >= OPEN.from && hour < OPEN.to ? 'We are open right now.' : 'We are closed right now.';
    return `${now} Our hours are ${OPEN.from}:00 to ${OPEN.to}:00, Monday to Friday.`;
  },
};
