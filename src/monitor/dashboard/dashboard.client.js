/**
 * Keeps the page of the dashboard up to date: takes messages of the server and puts their pieces in place, without
 * moving what the reader looks at. Markup comes finished and escaped from the server and is only put in here; the
 * page's policy lets nothing in it run.
 */
/* global document, window, location, history, EventSource, URLSearchParams, setTimeout, clearTimeout */
(() => {
  'use strict';

  const FILTER_DELAY = 250;
  const RETRY_DELAY = 5000;

  const policy = globalThis.trustedTypes?.createPolicy('portwitness', { createHTML: (text) => text });
  const markup = (text) => (policy === undefined ? text : policy.createHTML(text));

  const connection = document.getElementById('connection');
  const filter = document.getElementById('filter');
  const form = document.getElementById('filter-form');
  const sections = [...document.querySelectorAll('main > section')];
  const changes = document.querySelector('#changes .scroll');
  const rowsOf = new Map();
  let source = null;
  let retry;
  let typing;
  let ended = false;
  let page = Number(new URLSearchParams(location.search).get('page') ?? '1');

  document.getElementById('filter-button').hidden = true;
  document.documentElement.classList.add('anchored');

  function say(text, state) {
    if (connection.textContent !== text) connection.textContent = text;
    connection.className = `connection ${state}`;
  }

  function query() {
    const view = new URLSearchParams();
    if (filter.value.trim() !== '') view.set('q', filter.value);
    if (page > 1) view.set('page', String(page));
    return view.toString();
  }

  /** What is to stay where it is on the screen: the section that is being read. */
  function sectionInView() {
    if (window.scrollY === 0) return null;
    let found = null;
    for (const section of sections) {
      if (section.getBoundingClientRect().top > window.innerHeight / 2) break;
      found = section;
    }
    return found;
  }

  /** New changes come on top: the one that is being read stays in its place. */
  function changeInView() {
    if (changes.scrollTop === 0) return null;
    const top = changes.getBoundingClientRect().top;
    for (const row of changes.querySelectorAll('tbody tr')) {
      if (row.getBoundingClientRect().bottom > top) return row;
    }
    return null;
  }

  /** Runs `work` and then scrolls by as much as `element` has moved. */
  function keepInPlace(element, scroller, work) {
    const before = element?.getBoundingClientRect().top;
    work();
    if (element === null || !element.isConnected) return;
    const moved = element.getBoundingClientRect().top - before;
    if (moved !== 0) scroller.scrollBy({ top: moved, behavior: 'instant' });
  }

  function setList(name, { keys, rows }) {
    const body = document.querySelector(`[data-list="${name}"]`);
    let known = rowsOf.get(name);
    if (known === undefined) {
      // What stands there came with the page; the first message brings all of it again.
      body.replaceChildren();
      known = new Map();
      rowsOf.set(name, known);
    }
    for (const [key, html] of rows) {
      const template = document.createElement('template');
      template.innerHTML = markup(html);
      const row = template.content.firstElementChild;
      known.get(key)?.replaceWith(row);
      known.set(key, row);
    }
    if (keys === undefined) return;
    const wanted = new Set(keys);
    for (const [key, row] of known) {
      if (wanted.has(key)) continue;
      row.remove();
      known.delete(key);
    }
    let at = body.firstElementChild;
    for (const key of keys) {
      const row = known.get(key);
      if (row === at) at = at.nextElementSibling;
      else body.insertBefore(row, at);
    }
  }

  function setPart(name, html) {
    const part = document.querySelector(`[data-part="${name}"]`);
    const focused = part.contains(document.activeElement) ? document.activeElement.dataset.page : undefined;
    part.innerHTML = markup(html);
    if (focused !== undefined) part.querySelector(`[data-page="${focused}"]`)?.focus({ preventScroll: true });
  }

  function apply({ status, title, parts, lists }) {
    document.title = `${title} – portwitness live`;
    document.getElementById('verdict').className = `banner ${status}`;
    keepInPlace(sectionInView(), window, () => {
      for (const [name, html] of Object.entries(parts)) setPart(name, html);
      const { changes: news, ...others } = lists;
      for (const [name, list] of Object.entries(others)) setList(name, list);
      if (news !== undefined) keepInPlace(changeInView(), changes, () => setList('changes', news));
    });
    hint();
  }

  /** Says in words where a table does not fit. */
  const hints = [...document.querySelectorAll('.scroll-hint')];
  function hint() {
    for (const one of hints) {
      const box = one.previousElementSibling;
      one.hidden = box.scrollWidth <= box.clientWidth + 1;
    }
  }
  window.addEventListener('resize', hint);
  hint();

  function disconnect() {
    clearTimeout(retry);
    source?.close();
    source = null;
  }

  function connect() {
    disconnect();
    if (ended) return;
    const view = query();
    const mine = new EventSource(view === '' ? 'events' : `events?${view}`);
    source = mine;
    rowsOf.clear();
    mine.onopen = () => {
      // Each connection begins with the whole state.
      rowsOf.clear();
    };
    mine.onmessage = ({ data }) => {
      if (mine !== source) return;
      apply(JSON.parse(data));
      say('Updating by itself', 'good');
    };
    mine.addEventListener('late', ({ data }) => say(JSON.parse(data), 'lost'));
    mine.addEventListener('end', ({ data }) => {
      ended = true;
      disconnect();
      say(JSON.parse(data), 'lost');
    });
    mine.onerror = () => {
      if (mine !== source) return;
      say('No connection to portwitness: this is an old state', 'lost');
      if (mine.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_DELAY);
    };
  }

  function show() {
    const view = query();
    history.replaceState(null, '', view === '' ? location.pathname : `?${view}`);
    connect();
  }

  filter.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      page = 1;
      show();
    }, FILTER_DELAY);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    page = 1;
    show();
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-page]');
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    page = Number(link.dataset.page);
    show();
  });

  // A page that nobody sees costs nothing, and leaves the few connections of the browser to others.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) disconnect();
    else connect();
  });

  say('Connecting', 'lost');
  if (!document.hidden) connect();
})();
