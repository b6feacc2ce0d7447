'use strict';

(async function () {
  const $ = (id) => document.getElementById(id);

  async function ask(channel, payload) {
    const answer = await helpdesk.invoke(channel, payload);
    if (!answer.ok) throw new Error(answer.error);
    return answer.value;
  }

  const texts = await ask('locale:all');
  const settings = await ask('settings:get');
  document.querySelectorAll('[data-text]').forEach((node) => {
    node.textContent = texts[node.dataset.text] || node.textContent;
  });

  const view = new ChatView({
    list: $('chats'),
    messages: $('messages'),
    visitor: $('visitor'),
    async onOpen(id) {
      for (const message of await ask('chat:history', { chat: id })) view.draw(message);
    },
  });

  async function send() {
    const text = $('text').value.trim();
    if (!text || !view.current) return;
    $('text').value = '';
    await ask('chat:send', { chat: view.current, text });
    view.add({ chat: view.current, text, own: true, at: Date.now() });
  }

  $('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send().catch(showError);
  });
  $('text').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && settings['chat.enterSends']) {
      event.preventDefault();
      send().catch(showError);
    }
  });

  function showError(error) {
    const box = document.createElement('div');
    box.className = 'message';
    box.textContent = error.message;
    $('messages').append(box);
  }

  helpdesk.on('message', (message) => view.add(message));
  helpdesk.on('navigate', ({ kind, id }) => {
    if (kind === 'chat') view.open(id);
  });
  helpdesk.on('status', (status) => {
    document.title = 'Helpdesk Agent - ' + (texts['status.' + status] || status);
  });
  helpdesk.on('suggestion', ({ chat, reply }) => {
    if (chat === view.current && !$('text').value) $('text').value = reply;
  });
  helpdesk.on('signed-out', () => view.setChats([]));

  view.setChats(await ask('chat:list'));
})();
