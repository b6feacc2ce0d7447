'use strict';

const NUMBER = /\b([A-Z]{2}-?\d{6,9})\b/i;

module.exports = {
  name: 'order',
  triggers: ['order status', 'where order', 'track package', 'delivery late'],
  reply({ text }) {
    const found = NUMBER.exec(text);
    if (!found) return 'I can look that up. What is your order number?';
    return `Thank you. I am checking order ${found[1].toUpperCase()} for you.`;
  },
};
