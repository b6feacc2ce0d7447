'use strict';

module.exports = {
  name: 'password',
  triggers: ['forgot password', 'reset password', 'cannot log', 'login problem'],
  reply() {
    return 'Please open https://www.helpdesk.example/reset and follow the steps; the link is valid for one hour.';
  },
};
