'use strict';

/* The list of chats on the left and the open conversation on the right. */
class ChatView {
  constructor({ list, messages, visitor, onOpen }) {
    this.list = list;
    this.messages = messages;
    this.visitor = visitor;
    this.onOpen = onOpen;
    this.chats = new Map();
    this.current = null;
  }

  setChats(chats) {
    this.chats.clear();
    for (const chat of chats) this.chats.set(chat.id, Object.assign({ unread: 0 }, chat));
    this.drawList();
  }

  drawList() {
    const sorted = _.sortBy([...this.chats.values()], (chat) => -chat.lastAt);
    this.list.replaceChildren(
      ...sorted.map((chat) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = `${chat.name || 'Visitor'} - ${HelpdeskFormat.ago(chat.lastAt, Date.now())}`;
        button.classList.toggle('unread', chat.unread > 0);
        button.setAttribute('aria-current', String(chat.id === this.current));
        button.addEventListener('click', () => this.open(chat.id));
        return button;
      })
    );
  }

  open(id) {
    this.current = id;
    const chat = this.chats.get(id);
    if (chat) chat.unread = 0;
    this.visitor.textContent = chat ? `${chat.name || 'Visitor'} (${chat.page || 'unknown page'})` : '';
    this.messages.replaceChildren();
    this.drawList();
    this.onOpen(id);
  }

  add(message) {
    const chat = this.chats.get(message.chat);
    if (chat) {
      chat.lastAt = message.at;
      if (message.chat !== this.current) chat.unread += 1;
    }
    if (message.chat === this.current) this.draw(message);
    this.drawList();
  }

  draw(message) {
    const box = document.createElement('div');
    box.className = 'message' + (message.own ? ' own' : '');
    box.innerHTML = HelpdeskFormat.markup(message.text);
    const time = document.createElement('time');
    time.textContent = HelpdeskFormat.clock(message.at);
    box.append(time);
    this.messages.append(box);
    this.messages.scrollTop = this.messages.scrollHeight;
  }
}

window.ChatView = ChatView;
