/** The quiet line above the message field: whether a person was asked for, and the place in the queue. */

const STATES = {
  queue: "A person was asked for.",
  agent: "You are talking with a person from our team.",
};

/** Wire the line. `takes(letter)` says whether it shows the letter itself; `owner(kind)` who has the conversation. */
export function waitingLine(element) {
  let owner = "bot", place = "";

  function show() {
    const said = [STATES[owner], owner === "queue" ? place : ""].filter(Boolean).join(" ");
    if (element.textContent !== said) element.textContent = said; // the same words again would be read out again
  }

  return {
    takes(letter) {
      const quiet = letter.sender === "notice" && letter.data.place !== undefined;
      if (quiet || letter.data.utter_action === "utter_place") place = letter.text;
      show();
      return quiet;
    },
    owner(kind) {
      if (kind !== "queue") place = "";
      owner = kind;
      show();
    },
  };
}
