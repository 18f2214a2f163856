// Everything here only adds to pages that work without it.

const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, act, capture) => document.addEventListener(type, act, capture);

// ---- Times: the server writes UTC, the viewer reads their own zone.

const skew = Date.now() - Date.parse(document.body.dataset.now);
const day = { day: "numeric", month: "short" };
const minute = { hour: "2-digit", minute: "2-digit" };
const formats = {
  minute: new Intl.DateTimeFormat(undefined, { ...day, year: "numeric", ...minute }),
  second: new Intl.DateTimeFormat(undefined, { ...day, ...minute, second: "2-digit" }),
};

const whole = (value, by) => Math.floor(Math.max(0, value) / by);

function lasting(s) {
  if (s < 60) return `${whole(s, 1)} s`;
  if (s < 3600) return `${whole(s, 60)} m ${whole(s % 60, 1)} s`;
  if (s < 86400) return `${whole(s, 3600)} h ${whole(s % 3600, 60)} m`;
  return `${whole(s, 86400)} d ${whole(s % 86400, 3600)} h`;
}

function ago(s) {
  if (s < 60) return "just now";
  if (s < 3600) return `${whole(s, 60)} m ago`;
  return s < 172800 ? `${whole(s, 3600)} h ago` : `${whole(s, 86400)} d ago`;
}

function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function tick(root = document) {
  const since = (text) => (Date.now() - skew - Date.parse(text)) / 1000;
  for (const e of $$("[data-since]", root)) write(e, lasting(since(e.dataset.since)));
  for (const e of $$("time[data-ago]", root)) write(e, ago(since(e.dateTime)));
}

function localise(root) {
  for (const e of $$("time[data-local]", root)) write(e, formats[e.dataset.local].format(new Date(e.dateTime)));
  tick(root);
}

// ---- Morph: makes one element like another and keeps what the viewer is doing: focus, typed text, open panels, scroll.

const key = (node) => node.id || node.dataset?.key;

function morph(have, want) {
  if (have.nodeType !== want.nodeType || have.nodeName !== want.nodeName) return have.replaceWith(want);
  if (have.nodeType !== Node.ELEMENT_NODE) {
    if (have.data !== want.data) have.data = want.data;
    return;
  }
  const keeps = (name) => (name === "open" && /DETAILS|DIALOG/.test(have.nodeName)) || (name === "value" && have.value !== have.defaultValue);
  for (const { name, value } of want.attributes) if (!keeps(name) && have.getAttribute(name) !== value) have.setAttribute(name, value);
  for (const { name } of [...have.attributes]) if (!keeps(name) && !want.hasAttribute(name)) have.removeAttribute(name);
  morphChildren(have, want);
}

function morphChildren(have, want) {
  const wanted = new Set([...want.children].map(key).filter(Boolean));
  const keyed = new Map([...have.children].filter(key).map((child) => [key(child), child]));
  let at = have.firstChild;
  for (const next of [...want.childNodes]) {
    while (at && key(at) && !wanted.has(key(at))) at = drop(at);
    const match = key(next) ? keyed.get(key(next)) : at && !key(at) && at.nodeName === next.nodeName ? at : undefined;
    if (!match) have.insertBefore(next, at);
    else {
      if (match === at) at = at.nextSibling;
      else (have.moveBefore ?? have.insertBefore).call(have, match, at);
      morph(match, next);
    }
  }
  while (at) at = drop(at);
}

function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function parse(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  localise(page);
  return page;
}

/** Brings the live regions that both pages have up to date. */
function update(page, regions) {
  const focused = document.activeElement;
  for (const region of regions) {
    const want = region.id !== "toasts" && page.getElementById(region.id);
    if (want) morph(region, want);
  }
  for (const toast of $$("#toasts > [data-toast]", page)) showToast(toast);
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
}

// ---- Live regions: one stream for the tab says which run changed; the page is asked again for what depends on it.

const live = () => $$("[data-live]");
const due = new Set();
let stream, timer, busy;

/** Plans a refresh of the regions on these topics; of all regions without topics. */
function stale(topics) {
  for (const { id, dataset } of live()) if (topics?.includes(dataset.live) ?? true) due.add(id);
  if (due.size) timer ??= setTimeout(refresh, 300);
}

async function refresh() {
  timer = undefined;
  if (busy || document.hidden) return;
  busy = true;
  const ids = [...due];
  due.clear();
  try {
    const answer = await fetch(location.href, { headers: { "Atlas-Regions": ids.join(",") }, cache: "no-store" });
    // Signed out, or no longer theirs.
    if (answer.redirected || [401, 403, 404].includes(answer.status)) location.reload();
    else if (answer.ok) update(parse(await answer.text()), live().filter(({ id }) => ids.includes(id)));
  } catch {
    // The server is away; the stream says when it is back, and then everything is asked again.
  }
  busy = false;
  stale([]);
}

function connect() {
  if (stream || document.hidden || !live().length) return;
  stream = new EventSource("/admin/events");
  stream.addEventListener("run", ({ data }) => stale(["runs", "notices", `run:${JSON.parse(data).run}`]));
  // What changed while nobody listened was told to nobody.
  stream.addEventListener("open", () => stale());
  stream.addEventListener("error", () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    disconnect();
    setTimeout(connect, 15000);
  });
}

function disconnect() {
  stream?.close();
  stream = undefined;
}

on("visibilitychange", () => {
  if (document.hidden) disconnect();
  else connect();
});
addEventListener("pagehide", disconnect);

// ---- Toasts: read out, stay for ten seconds, longer while somebody looks at them.

function showToast(toast) {
  document.getElementById("toasts")?.append(toast);
  let left = 10;
  const clock = setInterval(() => {
    if (toast.matches(":hover, :focus-within") || document.hidden) return;
    if ((left -= 1) > 0) return;
    clearInterval(clock);
    toast.remove();
  }, 1000);
}

function say(words) {
  showToast(Object.assign(document.createElement("div"), { className: "toast warning", textContent: words }));
}

// ---- Forms: sent once; those marked so are sent without leaving the page.

on("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.getAttribute("method") !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  submitter?.setAttribute("aria-busy", "true");
  if (!("inplace" in form.dataset)) return void (sessionStorage.posted = `${submitter?.getAttribute("formaction") ?? form.getAttribute("action")} ${address()}`);
  event.preventDefault();
  send(form, submitter).finally(() => release(form));
});

function release(form) {
  delete form.dataset.sent;
  for (const button of $$("[aria-busy]", form)) button.removeAttribute("aria-busy");
}

const address = () => location.pathname + location.search;
// The page of a refused form takes the form's own address: that can be read again.
const [to, from] = (sessionStorage.posted ?? "").split(" ");
delete sessionStorage.posted;
if (to === address() && !performance.getEntriesByType("navigation")[0]?.redirectCount) history.replaceState(null, "", from);
let shown = address();

async function send(form, submitter) {
  let answer, page;
  try {
    answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form, submitter)) });
    page = parse(await answer.text());
  } catch {
    return say("Not sent: the server could not be reached. Try again in a moment.");
  }
  if (!page.querySelector("main")) return location.reload();
  if (answer.ok && new URL(answer.url).pathname === location.pathname) return update(page, live());
  if (answer.ok) history.pushState(null, "", answer.url);
  shown = address();
  const toasts = $$("#toasts > [data-toast]", page);
  morph(document.body, page.body);
  document.title = page.title;
  document.getElementById("toasts")?.replaceChildren();
  toasts.forEach(showToast);
  scrollTo(0, 0);
  document.querySelector("main").focus();
}

// Back to a page that was left without loading another; a step to "#main" needs nothing.
addEventListener("popstate", () => address() !== shown && location.reload());
addEventListener("pageshow", ({ persisted }) => {
  $$("form[data-sent]").forEach(release);
  if (!persisted) return;
  connect();
  stale();
});

// Fields that are empty leave no trace in the address.
on("formdata", ({ target, formData }) => {
  if (!("filters" in target.dataset)) return;
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});

function countChecked() {
  for (const words of $$("[data-checked]")) {
    const boxes = $$("input[type=checkbox]", words.closest("form"));
    write(words, `${boxes.filter((box) => box.checked).length} of ${boxes.length} chosen`);
  }
}

// ---- Palette: the search page in a window of its own.

const palette = document.getElementById("palette");
const question = document.getElementById("palette-q");
const answers = document.getElementById("palette-results");
const places = [...(answers?.childNodes ?? [])];
let asked = 0;

function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  question.select();
}

async function ask() {
  const turn = ++asked;
  const text = question.value.trim();
  if (!text) return answers.replaceChildren(...places);
  await new Promise((wait) => setTimeout(wait, 150));
  if (turn !== asked) return;
  const answer = await fetch(`/admin/search?q=${encodeURIComponent(text)}`, { headers: { "Atlas-Regions": "results" } });
  const found = answer.ok && parse(await answer.text()).getElementById("results");
  if (found && turn === asked) answers.replaceChildren(...found.childNodes);
}

question?.addEventListener("input", () => ask().catch(() => {}));
question?.form.addEventListener("submit", (event) => {
  const text = question.value.trim();
  const run = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  if (!text || run) event.preventDefault();
  if (run) location.assign(`/admin/operations/${text.toLowerCase()}`);
});
palette?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const stops = [question, ...$$("a", answers)];
  stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
});

// ---- Selectors: type to search the cache; arrows and Enter choose. Without this the search is a page of its own.

function selecting(box) {
  const input = box.querySelector("[role=combobox]");
  const list = box.querySelector("[role=listbox]");
  const told = box.querySelector("[data-found]");
  let turn = 0;
  const options = () => $$("[role=option]", list);
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (option) => {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (option) input.setAttribute("aria-activedescendant", option.id);
    option?.scrollIntoView({ block: "nearest" });
  };
  const choose = (option) => {
    box.querySelector("input[type=hidden]").value = option.dataset.id;
    write(box.querySelector("[data-chosen]"), option.firstElementChild.textContent);
    const own = box.closest("form")?.querySelector(`input[name=own][value="${box.querySelector("input[type=hidden]").name}"]`);
    if (own) own.checked = true;
    input.value = "";
    write(told, `${option.firstElementChild.textContent} chosen`);
    close();
  };
  const look = async () => {
    const mine = ++turn;
    await new Promise((wait) => setTimeout(wait, 150));
    if (mine !== turn) return;
    const answer = await fetch(`${box.dataset.selector}&q=${encodeURIComponent(input.value.trim())}`, { headers: { "Atlas-Regions": "results" } });
    if (!answer.ok || mine !== turn) return;
    const found = $$("a[data-id]", parse(await answer.text()));
    list.replaceChildren(...found.map((link, at) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${at}` });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.id = link.dataset.id;
      option.append(...link.childNodes);
      return option;
    }));
    write(told, found.length ? `${found.length} found` : "Nothing found");
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  input.addEventListener("input", () => look().catch(() => {}));
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) return void look().catch(() => {});
      mark(all[(Math.max(at, step > 0 ? -1 : 0) + step + all.length) % all.length]);
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      choose(all[at]);
    } else if (event.key === "Enter") {
      // Not the form: who searches does not save.
      event.preventDefault();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault();
    if (option) choose(option);
  });
  input.addEventListener("blur", close);
}

$$("[data-selector]").forEach(selecting);

// ---- Time slider: each step is a day with changes; letting go leads there.

$$("[data-instants]").forEach((slider) => {
  const instants = slider.dataset.instants.split(" ");
  const output = slider.parentElement.querySelector("output");
  slider.addEventListener("input", () => write(output, formats.minute.format(new Date(instants[slider.value]))));
  slider.addEventListener("change", () => {
    const there = new URL(slider.dataset.address, location.href);
    there.searchParams.set("at", instants[slider.value]);
    location.assign(there);
  });
});

// ---- Menus and other clicks.

on("toggle", ({ target }) => {
  if (!("menu" in target.dataset) || !target.open) return;
  for (const other of $$("details[data-menu][open]")) if (!other.contains(target)) other.open = false;
  target.querySelector("input[type=search]")?.focus();
}, true);

on("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && palette) {
    event.preventDefault();
    openPalette();
  }
  const menu = event.key === "Escape" && document.activeElement?.closest("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

on("click", (event) => {
  const { target } = event;
  for (const menu of $$("details[data-menu][open]")) if (!menu.contains(target)) menu.open = false;
  if (target === palette) palette.close();
  if (target.closest("[data-dismiss]")) target.closest("[data-toast]").remove();
  if (target.closest("[data-palette]") && !event.ctrlKey && !event.metaKey && palette) {
    event.preventDefault();
    openPalette();
  }
  const check = target.closest("[data-check]");
  if (!check) return;
  for (const box of $$("input[type=checkbox]", check.closest("form"))) box.checked = check.dataset.check === "all";
  countChecked();
});

on("change", countChecked);
on("input", ({ target }) => {
  const list = target.dataset?.narrows && document.getElementById(target.dataset.narrows);
  if (!list) return;
  const wanted = target.value.trim().toLowerCase();
  for (const entry of list.children) entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
});

if (/Mac|iP/.test(navigator.platform)) $$("[data-palette] kbd").forEach((e) => write(e, "⌘ K"));
localise(document);
countChecked();
setInterval(() => document.hidden || tick(), 1000);
// Put in again, so that what was there from the start is read out too.
setTimeout(() => $$("#toasts > [data-toast]").forEach(showToast), 100);
connect();
