/** One letter as it stands in the log. Texts are set as text, never as markup; who speaks is said in words (DIS-4). */

const SENDERS = {
  customer: () => "You",
  bot: () => "Automated assistant",
  person: (name) => (name ? `${name}, person from our team` : "A person from our team"),
  notice: () => "Notice",
};

/** A small element maker: tag, class, text. */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** The letter's element; `choose(button)` is called with the button a customer picks. */
export function draw(letter, choose) {
  const sender = letter.sender in SENDERS ? letter.sender : "notice";
  const element = make("article", `letter ${sender}`);
  element.append(heading(letter, sender), words(letter.text));
  const link = picture(letter.data.image);
  if (link) element.append(link);
  if (sender === "bot" && letter.data.buttons?.length) element.append(choices(letter.data.buttons, choose));
  return element;
}

/** Close every open choice: the conversation went on. */
export function closeChoices(log) {
  log.querySelectorAll(".choices").forEach((group) => group.remove());
}

function heading(letter, sender) {
  const at = new Date(letter.at * 1000);
  const element = make("p", "sender");
  const time = make("time", "", at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = at.toISOString();
  element.append(make("span", "who", SENDERS[sender](letter.name)), " ", time);
  return element;
}

/** The text; the address of the customer's own copy of their data is the one thing in it that can be followed. */
function words(text) {
  const element = make("p", "words");
  for (const part of text.split(/(\/webhooks\/web\/export)(?![\w/])/)) {
    if (part !== "/webhooks/web/export") element.append(part);
    else element.append(Object.assign(make("a", "copy", "your data as a file"), { href: part, download: "my-data.md" }));
  }
  return element;
}

function picture(url) {
  if (!/^https?:\/\//.test(url ?? "")) return null;
  const link = make("a", "picture", "Open the picture in a new tab");
  Object.assign(link, { href: url, target: "_blank", rel: "noopener noreferrer" });
  return link;
}

function choices(buttons, choose) {
  const group = make("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Answers to choose from");
  for (const button of buttons) {
    const element = make("button", "choice-button", button.title);
    element.type = "button";
    element.addEventListener("click", () => choose(button));
    group.append(element);
  }
  return group;
}
