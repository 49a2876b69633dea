// How the till talks to the server: an order goes out, and the page hears what came of it.
// pos_queue.js gives it `till.place`, which puts the parts of an answer into the page; pos_dialogs.js
// gives it `till.askPin`, which asks a manager in place.
window.till = (() => {
  const words = document.getElementById("pos").dataset;
  const PATIENCE_MS = 20000;

  async function post(url, values) {
    const stop = new AbortController();
    const timer = window.setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      return await fetch(url, {
        method: "POST",
        body: new URLSearchParams(values),
        headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content, "X-Till": "1" },
        redirect: "manual",
        signal: stop.signal,
      });
    } finally {
      window.clearTimeout(timer);
    }
  }

  // Returns "done", "refused", "gone" (another page comes), or "down" (try again with the same key).
  async function send(url, values, sayIn) {
    let response;
    try {
      response = await post(url, values);
      const right = response.headers.get("X-Till-Ask");
      if (right) response = await till.askPin(await response.text(), (pin) => post(url, withPin(values, pin, right)));
    } catch {
      complain(sayIn, words.sayDown);
      return "down";
    }
    // Nobody gave a PIN: all stays as it was.
    if (!response) return "refused";
    return taken(response, sayIn);
  }

  async function taken(response, sayIn) {
    if (response.type === "opaqueredirect") return go(words.till);
    if (response.headers.get("X-Till-Shift")) return go(`${words.shiftOpen}?next=${encodeURIComponent(words.till)}`);
    const next = response.headers.get("X-Till-Go");
    if (next) return go(next);
    if (response.ok || response.status === 400 || response.status === 409) {
      till.place(await response.text());
      return response.ok ? "done" : "refused";
    }
    if (response.status >= 500) {
      complain(sayIn, response.status === 500 ? words.sayError : words.sayDown);
      return "down";
    }
    complain(sayIn, words.sayStale, words.sayReload, () => go(words.till));
    return "refused";
  }

  function withPin(values, pin, right) {
    const sent = new URLSearchParams(values);
    sent.set("pin", pin);
    sent.set("right", right);
    return sent;
  }

  function go(address) {
    window.location.assign(address);
    return "gone";
  }

  function complain(where, text, verb, act) {
    const line = document.createElement("p");
    line.className = "is-bad";
    const icon = document.createElement("span");
    icon.className = "bi bi-exclamation-octagon";
    icon.setAttribute("aria-hidden", "true");
    const said = document.createElement("span");
    said.textContent = `${text} `;
    line.append(icon, said);
    (typeof where === "string" ? document.getElementById(where) : where).replaceChildren(line);
    if (verb) offer(where, verb, act);
  }

  // Puts a button behind what was complained about.
  function offer(where, verb, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-secondary";
    button.textContent = verb;
    button.addEventListener("click", act);
    document.getElementById(where).querySelector("p > span:last-child").append(button);
  }

  // `actions` holds what a key or a button does, by the name of the action.
  const till = { words, post, send, go, complain, offer, actions: {} };
  return till;
})();
