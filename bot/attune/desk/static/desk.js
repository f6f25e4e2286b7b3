/* Live changes and comfort. Everything also works without this file, by forms and reloading. */

const status = document.getElementById("status");
const say = words => { if (status.textContent !== words) status.textContent = words; };

document.querySelector("form[action='/sign-out']")?.addEventListener("submit", () => sessionStorage.clear());

let isLeaving = false; // a form takes us elsewhere: to load this page again now would stop it halfway
addEventListener("submit", event => { isLeaving ||= !event.defaultPrevented; });
addEventListener("pageshow", () => { isLeaving = false; });

function listen(place, handlers) {
  let source;
  const open = () => {
    source = new EventSource(place.dataset.stream);
    for (const [kind, act] of Object.entries(handlers)) source.addEventListener(kind, event => act(event.data, source));
    source.addEventListener("open", () => say(""));
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return say("The connection was lost. Trying again…");
      say("The connection was lost. Trying again… If that lasts, reload this page.");
      setTimeout(open, 3000); // the browser gives up where a proxy answers for a desk that is away; we don't
    });
  };
  open();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", event => { if (event.persisted) open(); }); // the Back button may bring the page as it was
}

function replaceKeepingFocus(place, html) {
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const open = [...place.querySelectorAll("details")].map(one => one.open);
  place.innerHTML = html;
  place.querySelectorAll("details").forEach((one, number) => { one.open = Boolean(open[number]); });
  if (focused) place.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

function refresh(place, html, parts) {
  const holder = document.createElement("div");
  holder.innerHTML = html;
  for (const part of parts) {
    const [before, after] = [place.querySelector(part), holder.querySelector(part)];
    if (before.outerHTML === after.outerHTML) continue; // what did not change is not announced again
    for (const { name, value } of after.attributes) before.setAttribute(name, value);
    replaceKeepingFocus(before, after.innerHTML);
  }
}

const icon = document.querySelector("link[rel=icon]");
const calmIcon = icon.getAttribute("href");
function mark(title) { // seen from another tab too
  const alarms = document.querySelector("[data-alarms]");
  const isOpen = Number(alarms.dataset.alarms) > 0;
  const plain = title.replace(`${alarms.dataset.mark} `, "");
  document.title = isOpen ? `${alarms.dataset.mark} ${plain}` : plain;
  icon.setAttribute("href", isOpen ? "/static/alarm.svg" : calmIcon);
}
if (document.querySelector("[data-alarms]")) mark(document.title);

const queue = document.querySelector("[data-kind=queue]");
if (queue) {
  const waiting = () => Number(queue.querySelector(".queue").dataset.waiting);
  listen(queue, {
    queue: html => {
      const before = waiting();
      refresh(queue, html, ["[data-alarms]", "[data-rows]"]);
      if (waiting() > before) say(`${waiting()} waiting. Somebody new needs a person.`);
      mark(waiting() ? `(${waiting()}) Queue · Attune` : "Queue · Attune");
    },
  });
  document.querySelector("[data-keys]").hidden = false;
  queue.addEventListener("keydown", event => { // only inside the list: elsewhere the keys are the browser's
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const links = [...queue.querySelectorAll(".queue h2 a")];
    const at = links.indexOf(document.activeElement);
    if (!step || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    links[Math.min(Math.max(at + step, 0), links.length - 1)].focus();
  });
}

const load = document.querySelector("[data-kind=load]");
if (load) {
  listen(load, {
    load: html => {
      refresh(load, html, ["[data-alarms]", "[data-rows]"]);
      mark("Load · Attune");
    },
  });
}

const log = document.querySelector(".log");
if (log) {
  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  const packet = document.querySelector(".packet");
  const owner = () => packet.querySelector("[data-case]").dataset.owner;
  toEnd();
  listen(document.querySelector(".two"), {
    letter: html => {
      const place = document.createElement("template");
      place.innerHTML = html.trim();
      const letter = place.content.firstElementChild;
      const shown = log.querySelector(`[data-id="${CSS.escape(letter.dataset.id)}"]`);
      const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
      if (shown) shown.replaceWith(letter); // a letter that came before is marked
      else log.append(letter);
      if (follows) toEnd();
    },
    case: html => {
      const before = owner();
      refresh(packet, html, ["[data-alarms]", "[data-case]"]);
      mark(document.title);
      if (owner() !== before && !isLeaving) location.reload();
    },
    gone: (_, source) => {
      source.close();
      document.querySelectorAll(".act").forEach(one => one.remove());
      say("This conversation went back to the assistant.");
    },
  });
}

const reply = document.querySelector("[data-reply]");
if (reply) {
  const box = reply.elements.text;
  const ticks = [...reply.querySelectorAll("[data-checklist] input")];
  const open = () => { reply.querySelector("[data-box]").disabled = !ticks.every(one => one.checked); };
  reply.addEventListener("change", open);
  addEventListener("pageshow", open);
  open();
  const draft = `draft of ${reply.dataset.agent} for ${location.pathname}`; // in this tab alone, until it is sent
  const id = reply.elements.message_id;
  const keep = () => sessionStorage.setItem(draft, JSON.stringify([box.value, id.value]));
  const forget = () => sessionStorage.removeItem(draft);
  const kept = JSON.parse(sessionStorage.getItem(draft) ?? "null");
  if (kept) [box.value, id.value] = kept; // the same words under the same id arrive once, whatever became of the first try
  let mayHaveArrived = Boolean(kept);
  const write = () => {
    if (mayHaveArrived) id.value = crypto.randomUUID(); // other words than those are another letter
    mayHaveArrived = false;
    keep();
  };
  box.addEventListener("input", write);
  document.querySelectorAll("form[action^='/release/'], form[action^='/resolve/'], form[action^='/transfer/']")
    .forEach(form => form.addEventListener("submit", forget));
  const problem = reply.querySelector("[data-problem]");
  reply.querySelectorAll("[data-insert]").forEach(button => button.addEventListener("click", () => {
    box.value = [box.value.trimEnd(), button.textContent].filter(Boolean).join(" ");
    write();
    box.focus();
  }));
  box.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) reply.requestSubmit();
  });
  reply.addEventListener("submit", async event => {
    if (event.submitter?.getAttribute("form")) return;
    event.preventDefault();
    if (reply.dataset.busy) return;
    reply.dataset.busy = "yes";
    problem.textContent = "";
    try {
      const answer = await fetch(reply.action, {
        method: "POST", body: new FormData(reply), redirect: "manual", headers: { Accept: "application/json" },
      });
      if (answer.status === 204) {
        box.value = "";
        forget();
        reply.querySelectorAll("[data-checklist], [data-openings]").forEach(one => one.remove());
        id.value = crypto.randomUUID();
      } else if (answer.type === "opaqueredirect") {
        problem.textContent = "Nothing was sent: you are signed out. Your words are kept in this tab: reload it and sign in.";
      } else {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        problem.textContent = page.querySelector(".problem")?.textContent || "That could not be sent. Try again.";
      }
    } catch {
      mayHaveArrived = true;
      problem.textContent = "The desk cannot be reached. Your words are still here; try again.";
    }
    delete reply.dataset.busy;
    box.focus();
  });
}
