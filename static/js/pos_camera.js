// The camera as a scanner: what it reads goes to the till like any scan. The reader is loaded when it is first needed.
(() => {
  const { till } = window;
  const dialog = document.getElementById("camera");
  const video = dialog.querySelector("video");
  const say = dialog.querySelector("[data-say]");
  const words = dialog.dataset;
  // As long as a code stays before the camera it is one scan.
  const SAME_AGAIN_MS = 1500;
  const BETWEEN_MS = 150;
  const FORMATS = ["EAN_13", "EAN_8", "UPC_A", "UPC_E", "CODE_128", "CODE_39"];

  let stream = null;
  let controls = null;
  let last = { code: "", seen: 0 };
  let loading = null;
  let turn = 0;

  function tell(text, tone) {
    const line = document.createElement("p");
    line.className = tone;
    line.textContent = text;
    say.replaceChildren(line);
  }

  function reader() {
    loading ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = words.reader;
      script.addEventListener("load", () => resolve(window.ZXingBrowser));
      script.addEventListener("error", () => {
        loading = null;
        script.remove();
        reject(new Error("no reader"));
      });
      document.head.append(script);
    });
    return loading;
  }

  function sentence(error) {
    if (!window.isSecureContext) return words.sayInsecure;
    if (error.name === "NotAllowedError" || error.name === "SecurityError") return words.sayRefused;
    if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return words.sayAbsent;
    if (error.name === "NotReadableError" || error.name === "AbortError") return words.sayBusy;
    return words.sayUnable;
  }

  async function start() {
    turn += 1;
    const mine = turn;
    last = { code: "", seen: 0 };
    say.replaceChildren();
    dialog.classList.remove("is-blind");
    dialog.showModal();
    try {
      // The camera is asked for first: a refusal needs no reader.
      const opened = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      if (mine !== turn) return release(opened);
      stream = opened;
      const { BarcodeFormat, BrowserMultiFormatOneDReader } = await reader();
      if (mine !== turn) return;
      const reads = new BrowserMultiFormatOneDReader(undefined, { delayBetweenScanAttempts: BETWEEN_MS, delayBetweenScanSuccess: BETWEEN_MS });
      reads.possibleFormats = FORMATS.map((name) => BarcodeFormat[name]);
      const started = await reads.decodeFromStream(opened, video, (result) => {
        if (result && mine === turn) heard(result.getText());
      });
      if (mine === turn) controls = started;
      else started.stop();
    } catch (error) {
      if (mine !== turn) return;
      stop();
      dialog.classList.add("is-blind");
      tell(sentence(error), "is-bad");
    }
  }

  function release(opened) {
    opened.getTracks().forEach((track) => track.stop());
  }

  function stop() {
    turn += 1;
    controls?.stop();
    if (stream) release(stream);
    video.srcObject = null;
    controls = stream = null;
  }

  function heard(code) {
    const now = Date.now();
    const isNew = code !== last.code || now - last.seen > SAME_AGAIN_MS;
    last = { code, seen: now };
    if (!isNew) return;
    tell(words.sayRead.replace("{code}", code), "is-info");
    navigator.vibrate?.(60);
    document.dispatchEvent(new CustomEvent("till:scan", { detail: { code } }));
  }

  // What came of it is said here too: the till behind is dimmed.
  document.addEventListener("till:answered", ({ detail }) => {
    if (!dialog.open || detail.text !== last.code) return;
    const name = document.querySelector("#till-lines [data-touched]")?.dataset.name;
    if (detail.outcome !== "done") say.replaceChildren(...document.getElementById("till-say").cloneNode(true).childNodes);
    else if (!document.getElementById("till-results").hidden || !name) tell(words.sayUnknown.replace("{code}", detail.text), "is-bad");
    else tell(words.sayAdded.replace("{name}", name), "is-info");
  });

  document.querySelectorAll("[data-camera-open]").forEach((button) => {
    // On a phone without https the dialog says why there is no camera; elsewhere there is nothing to open.
    const couldExplain = !window.isSecureContext && window.matchMedia("(pointer: coarse)").matches;
    button.hidden = !navigator.mediaDevices?.getUserMedia && !couldExplain;
    button.addEventListener("click", start);
  });
  dialog.addEventListener("close", () => {
    stop();
    // The till gives the scan field the focus: here that would only bring up the keyboard.
    if (window.matchMedia("(pointer: coarse)").matches) document.activeElement?.blur();
  });
  // The event `close` comes later, and to a hidden page perhaps never: the light goes out at once.
  function leave() {
    if (!dialog.open) return;
    stop();
    dialog.close();
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) leave();
  });
  window.addEventListener("pagehide", leave);
})();
