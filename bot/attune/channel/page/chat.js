/** The chat page: wires form, log, outbox and panel to the connection. */

import { Connection } from "./connection.js";
import { closeChoices, draw, make } from "./letters.js";
import { privacy } from "./privacy.js";
import { waitingLine } from "./waiting.js";

const at = (id) => document.getElementById(id);
const log = at("log"), outbox = at("outbox"), words = at("words"), busy = at("busy");
const onTheWay = new Map(); // message_id -> message, until its letter is in the log
const CALM = 600; // milliseconds before a short wait is worth a word
let conversations = 0, following = true, busyTimer, lostTimer;

const connection = new Connection({ letter, status, connected, started, refused, waiting });
const refreshPrivacy = privacy(say);
const line = waitingLine(at("waiting"));

function say(text, payload) {
  connection.send(text, payload);
}

function letter(one) {
  onTheWay.delete(one.message_id);
  drawOutbox();
  if (one.sender === "customer") { following = true; closeChoices(log); }
  if (line.takes(one)) return;
  if (one.text || one.data.image) log.append(draw(one, choose));
  follow();
}

function choose(button) {
  closeChoices(log);
  say(button.title, button.payload);
  (matchMedia("(hover: hover)").matches ? words : log).focus(); // the field would bring up a phone's keyboard
}

function status(now) {
  if (now.replayed) log.setAttribute("aria-busy", "false");
  line.owner(now.owner);
  clearTimeout(busyTimer);
  if (now.busy) busyTimer = setTimeout(() => { busy.hidden = false; }, CALM);
  else { busy.hidden = true; refreshPrivacy(); }
}

function connected(yes) {
  clearTimeout(lostTimer);
  if (yes) at("connection").textContent = "";
  else lostTimer = setTimeout(() => { at("connection").textContent = "Connection lost, trying again."; }, CALM);
}

function started() {
  log.replaceChildren();
  if (conversations++) notice("Your last conversation has ended. This is a new one.");
}

function refused(message, sentence) {
  onTheWay.delete(message.message_id);
  drawOutbox();
  words.value ||= message.text;
  notice(sentence || "This message could not be sent.");
}

function waiting(messages) {
  for (const one of messages) if (!connection.seen.has(one.message_id)) onTheWay.set(one.message_id, one);
  drawOutbox();
}

function notice(text) {
  log.append(draw({ sender: "notice", text, at: Date.now() / 1000, data: {} }, choose));
  follow();
}

function drawOutbox() {
  outbox.replaceChildren(...[...onTheWay.values()].map((one) => {
    const element = make("article", "letter customer unsent");
    element.append(make("p", "sender", "You, sending…"), make("p", "words", one.text));
    return element;
  }));
}

/** Keep the newest letter in view, unless somebody scrolled back to read. */
function follow() {
  if (following) log.scrollTop = log.scrollHeight;
}

function fitWords() {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight + 2, 160)}px`;
}

at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = words.value.trim();
  words.value = "";
  fitWords();
  if (text) say(text);
});

words.addEventListener("input", fitWords);
words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at("composer").requestSubmit();
});

log.addEventListener("scroll", () => { following = log.scrollHeight - log.scrollTop - log.clientHeight < 80; });
new ResizeObserver(follow).observe(log);
at("person").addEventListener("click", () => say("I want to talk to a person"));

waiting(connection.waiting);
connection.open();
