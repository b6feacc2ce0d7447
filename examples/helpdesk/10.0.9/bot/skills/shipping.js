'use strict';

const DAYS = { standard: '3 to 5', express: '1 to 2' };

module.exports = {
  name: 'shipping',
  triggers: ['shipping cost', 'delivery time', 'how long shipping', 'express delivery'],
  reply({ text }) {
    const kind = /express/i.test(text) ? 'express' : 'standard';
    return `Our ${kind} delivery takes ${DAYS[kind]} working days.`;
  },
};
