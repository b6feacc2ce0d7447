'use strict';

module.exports = {
  name: 'refund',
  triggers: ['refund', 'money back', 'return item', 'cancel order'],
  reply() {
    return 'You can return an item within 30 days. Shall I open a return for you?';
  },
};
