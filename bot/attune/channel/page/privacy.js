/** The privacy panel: the switches that say yes or no in the conversation itself. */

const ON_BY_DEFAULT = { adapt: true, agent: false, quality: false, quotes: false };

/** Wire the panel; `send(text, payload)` says it to the assistant. Returns `refresh`, to call after each turn. */
export function privacy(send) {
  const panel = document.getElementById("privacy");
  const state = document.getElementById("privacy-state");
  const switches = [...panel.querySelectorAll("[role=switch]")];

  document.getElementById("privacy-open").addEventListener("click", () => { state.textContent = ""; panel.showModal(); refresh(); });
  panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
  for (const one of switches) one.addEventListener("change", () => say(one));

  function say(one) {
    const answer = one.checked ? "yes" : "no";
    const entities = { attune_purpose: one.dataset.purpose, attune_answer: answer };
    state.textContent = `${one.labels[0].textContent}: ${one.checked ? "on" : "off"}.`;
    send(`${one.labels[0].textContent}: ${answer}`, `/attune_consent${JSON.stringify(entities)}`);
  }

  async function refresh() {
    const answer = await fetch("consent").catch(() => null);
    if (!answer?.ok) return;
    const consent = await answer.json();
    for (const one of switches) {
      const value = consent[one.dataset.purpose];
      one.checked = isOn(one.dataset.purpose, value);
      if (value) one.closest(".choice").hidden = false;  // what nobody asked for is not shown either
    }
  }

  return () => { if (panel.open) refresh(); };
}

function isOn(purpose, value) {
  if (value === "granted") return true;
  return ON_BY_DEFAULT[purpose] && value !== "refused" && value !== "withdrawn";
}
