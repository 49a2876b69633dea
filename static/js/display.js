// The customer's screen: asks once a second what there is to see; a till in the same browser says when to ask at once.
(() => {
  const screen = document.getElementById("display");
  const away = document.getElementById("display-away");
  const EVERY_MS = 1000;
  let seen = "";
  let timer = 0;

  async function look() {
    window.clearTimeout(timer);
    try {
      const answer = await fetch(`${screen.dataset.state}?seen=${seen}`);
      away.hidden = answer.ok;
      if (answer.status === 200) {
        const parts = new DOMParser().parseFromString(await answer.text(), "text/html").body.children;
        screen.replaceChildren(...parts);
        seen = answer.headers.get("X-Version");
        document.querySelector(".display-lines li:last-child")?.scrollIntoView({ block: "nearest" });
      }
    } catch {
      away.hidden = false;
    }
    window.clearTimeout(timer);
    timer = window.setTimeout(look, EVERY_MS);
  }

  new BroadcastChannel("till").addEventListener("message", look);
  look();
})();
