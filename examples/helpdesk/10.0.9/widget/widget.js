/* Helpdesk chat widget 10.0.9, loaded by customers' pages from widget.helpdesk.example. */
(function (window, document) {
  'use strict';

  var VERSION = '10.0.9';
  var API = 'https://api.helpdesk.example/v3/widget';
  var STORAGE_KEY = 'helpdesk.visitor';
  var POLL_MS = 4000;
  var MAX_TEXT = 2000;

  var TEXTS = {
    en: { title: 'Chat with us', send: 'Send', placeholder: 'Write a message', offline: 'We are offline', name: 'Your name', email: 'Your e-mail' },
    de: { title: 'Chatten Sie mit uns', send: 'Senden', placeholder: 'Nachricht schreiben', offline: 'Wir sind offline', name: 'Ihr Name', email: 'Ihre E-Mail' },
    fr: { title: 'Discutez avec nous', send: 'Envoyer', placeholder: 'Votre message', offline: 'Nous sommes absents', name: 'Votre nom', email: 'Votre e-mail' },
    it: { title: 'Scrivici', send: 'Invia', placeholder: 'Scrivi un messaggio', offline: 'Non siamo in linea', name: 'Il tuo nome', email: 'La tua e-mail' }
  };

  function Widget(options) {
    this.site = options.site;
    this.color = /^#[0-9a-f]{6}$/i.test(options.color || '') ? options.color : '#2563eb';
    this.side = options.side === 'left' ? 'left' : 'right';
    this.texts = TEXTS[(options.language || navigator.language || 'en').slice(0, 2)] || TEXTS.en;
    this.visitor = this.loadVisitor();
    this.lastId = 0;
    this.open = false;
    this.timer = null;
    this.failures = 0;
    this.sending = false;
  }

  Widget.prototype.loadVisitor = function () {
    try {
      var saved = JSON.parse(window.localStorage.getItem(STORAGE_KEY) || 'null');
      if (saved && saved.id) return saved;
    } catch (e) {
      /* storage may be switched off */
    }
    return { id: null, name: '', email: '' };
  };

  Widget.prototype.saveVisitor = function () {
    try {
      window.localStorage.setItem(STORAGE_KEY, JSON.stringify(this.visitor));
    } catch (e) {
      /* storage may be switched off */
    }
  };

  Widget.prototype.call = function (method, path, body) {
    var self = this;
    return window
      .fetch(API + path, {
        method: method,
        headers: { 'content-type': 'application/json', 'x-helpdesk-site': self.site, 'x-helpdesk-visitor': self.visitor.id || '' },
        body: body ? JSON.stringify(body) : undefined,
        credentials: 'omit'
      })
      .then(function (response) {
        if (!response.ok) throw new Error('helpdesk: ' + response.status);
        return response.json();
      });
  };

  Widget.prototype.element = function (tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      node.setAttribute(name, attributes[name]);
    });
    (children || []).forEach(function (child) {
      node.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    });
    return node;
  };

  Widget.prototype.mount = function () {
    var self = this;
    this.button = this.element('button', { type: 'button', class: 'hd-button', 'aria-expanded': 'false' }, [this.texts.title]);
    this.list = this.element('div', { class: 'hd-list', role: 'log', 'aria-live': 'polite' });
    this.input = this.element('textarea', { class: 'hd-input', maxlength: String(MAX_TEXT), placeholder: this.texts.placeholder });
    this.form = this.element('form', { class: 'hd-form' }, [this.input, this.element('button', { type: 'submit' }, [this.texts.send])]);
    this.panel = this.element('div', { class: 'hd-panel', hidden: '' }, [this.list, this.form]);
    this.root = this.element('div', { class: 'hd-root hd-' + this.side }, [this.panel, this.button]);
    this.root.style.setProperty('--hd-color', this.color);
    this.button.addEventListener('click', function () {
      self.toggle();
    });
    this.form.addEventListener('submit', function (event) {
      event.preventDefault();
      self.say(self.input.value);
    });
    this.input.addEventListener('keydown', function (event) {
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault();
        self.say(self.input.value);
      }
    });
    document.body.appendChild(this.root);
  };

  Widget.prototype.toggle = function () {
    this.open = !this.open;
    this.panel.hidden = !this.open;
    this.button.setAttribute('aria-expanded', String(this.open));
    if (this.open) this.start();
    else this.stop();
  };

  Widget.prototype.start = function () {
    var self = this;
    var ready = this.visitor.id
      ? Promise.resolve()
      : this.call('POST', '/visitors', { page: window.location.pathname, title: document.title, version: VERSION }).then(function (answer) {
          self.visitor.id = answer.id;
          self.saveVisitor();
        });
    ready.then(function () {
      self.poll();
    }).catch(function () {
      self.note(self.texts.offline);
    });
  };

  Widget.prototype.stop = function () {
    window.clearTimeout(this.timer);
  };

  Widget.prototype.poll = function () {
    var self = this;
    this.call('GET', '/messages?after=' + this.lastId)
      .then(function (messages) {
        self.failures = 0;
        messages.forEach(function (message) {
          self.lastId = Math.max(self.lastId, message.id);
          self.draw(message.text, message.from === 'visitor');
        });
      })
      .catch(function () {
        self.failures += 1;
      })
      .then(function () {
        if (self.open) self.timer = window.setTimeout(function () { self.poll(); }, POLL_MS * Math.min(8, 1 + self.failures));
      });
  };

  Widget.prototype.say = function (text) {
    var self = this;
    var trimmed = String(text).trim().slice(0, MAX_TEXT);
    if (!trimmed || this.sending) return;
    this.sending = true;
    this.input.value = '';
    this.call('POST', '/messages', { text: trimmed }).then(function (message) {
      self.lastId = Math.max(self.lastId, message.id);
      self.draw(trimmed, true);
    }).catch(function () {
      self.input.value = trimmed;
      self.note(self.texts.offline);
    }).then(function () {
      self.sending = false;
    });
  };

  Widget.prototype.draw = function (text, own) {
    this.list.appendChild(this.element('div', { class: own ? 'hd-own' : 'hd-agent' }, [text]));
    this.list.scrollTop = this.list.scrollHeight;
  };

  Widget.prototype.note = function (text) {
    this.list.appendChild(this.element('div', { class: 'hd-note' }, [text]));
  };

  function boot() {
    var options = window.helpdeskSettings || {};
    if (!options.site || window.Helpdesk) return;
    var widget = new Widget(options);
    widget.mount();
    window.Helpdesk = {
      version: VERSION,
      open: function () { if (!widget.open) widget.toggle(); },
      close: function () { if (widget.open) widget.toggle(); },
      identify: function (name, email) {
        widget.visitor.name = String(name || '');
        widget.visitor.email = String(email || '');
        widget.saveVisitor();
      }
    };
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', boot);
  else boot();
})(window, document);
