'use strict';

/* Text helpers of the page: nothing here touches the network or the document. */
window.HelpdeskFormat = (function () {
  const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

  function escapeHtml(text) {
    return String(text).replace(/[&<>"']/g, (c) => ENTITIES[c]);
  }

  function linkify(html) {
    return html.replace(
      /\bhttps:\/\/[^\s<]+[^\s<.,;:!?)\]]/g,
      (url) => `<a href="${url}" rel="noopener noreferrer">${url}</a>`
    );
  }

  function markup(text) {
    return linkify(escapeHtml(text))
      .replace(/\*([^*\n]+)\*/g, '<strong>$1</strong>')
      .replace(/_([^_\n]+)_/g, '<em>$1</em>')
      .replace(/\n/g, '<br>');
  }

  function clock(ms, locale) {
    return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(ms));
  }

  function ago(ms, now) {
    const minutes = Math.floor((now - ms) / 60000);
    if (minutes < 1) return 'now';
    if (minutes < 60) return minutes + ' min';
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return hours + ' h';
    return Math.floor(hours / 24) + ' d';
  }

  function initials(name) {
    const words = (String(name || '').trim() || '?').split(/\s+/);
    return (words[0][0] + (words.length > 1 ? words[words.length - 1][0] : '')).toUpperCase();
  }

  return { escapeHtml, linkify, markup, clock, ago, initials };
})();
