/** What the judge sees. Knows the markup of annotator.html, decides nothing. */

const BAR_PX = 3;
const GAP_PX = 2;

/** One and many: counted(1, "label waits", "labels wait"). */
function counted(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

class View {
  /**
   * @param {ParentNode} root
   * @param {{label: string, key: string, letter: string, colour: string, says: string}[]} labels
   */
  constructor(root, labels) {
    this.root = root;
    this.desk = root.querySelector(".desk");
    this.labels = new Map(labels.map((label) => [label.label, label]));
    this.canvas = this.find(".wave canvas");
    this.peaks = null;
    this.buttons = labels.map((label) => this.#labelButton(label));
    this.find(".labels").replaceChildren(...this.buttons);
    this.find(".keys dl").replaceChildren(...this.#keyList(labels));
    this.sizes = new ResizeObserver(() => this.draw(null));
    this.sizes.observe(this.canvas);
  }

  find(selector) {
    return this.desk.querySelector(selector);
  }

  close() {
    this.sizes.disconnect();
  }

  /** @param {"intro"|"working"|"empty"|"waiting"} phase */
  phase(phase) {
    this.desk.dataset.phase = phase;
  }

  figures(done, left) {
    this.find(".done").textContent = `${done} done today`;
    this.find(".left").textContent = left === null ? "" : `${left} left`;
  }

  item(item) {
    const word = this.find(".word");
    word.textContent = item.word || "The word is not known";
    word.classList.toggle("unknown", !item.word);
    word.lang = item.word && isLanguageCode(item.language) ? item.language : "";
    this.find(".about").textContent = [languageName(item.language), `${item.duration_s.toFixed(1)} s`].filter(Boolean).join(" · ");
    this.canvas.parentElement.setAttribute("aria-label", `Play again: ${item.word || "recording"}`);
  }

  /** Words over the waveform; empty shows the waveform. */
  hint(words) {
    this.find(".wave .hint").textContent = words;
  }

  locked(isLocked) {
    for (const button of this.buttons) button.setAttribute("aria-disabled", String(isLocked));
  }

  pressed(label) {
    const button = this.buttons.find((one) => one.dataset.label === label);
    button?.classList.add("pressed");
    setTimeout(() => button?.classList.remove("pressed"), 140);
  }

  saved(state, words) {
    const place = this.find(".saved");
    place.dataset.state = state;
    if (place.textContent !== words) place.textContent = words;
  }

  get savedState() {
    return this.find(".saved").dataset.state;
  }

  get isListingKeys() {
    return this.find(".keys").open;
  }

  /** Open the list of keys, or close it. */
  listKeys() {
    if (this.isListingKeys) this.find(".keys").close();
    else this.find(".keys").showModal();
  }

  /** @param {{words: string, isSignIn?: boolean, canClose?: boolean}|null} banner */
  banner(banner) {
    this.find(".banner").hidden = banner === null;
    if (banner === null) return;
    const words = this.find(".banner .words");
    if (words.textContent !== banner.words) words.textContent = banner.words;
    this.find(".banner .again").hidden = !banner.isSignIn;
    this.find(".banner .close").hidden = !banner.canClose;
  }

  empty(done, elsewhere) {
    this.find(".empty h2").textContent = elsewhere ? "The rest lies in another tab" : "Nothing left to judge: thank you";
    const today = done ? `${counted(done, "label", "labels")} today. ` : "";
    const open = elsewhere ? `${counted(elsewhere, "recording is", "recordings are")} kept for another tab of yours, or one that you closed.` : "";
    this.find(".empty .more").textContent = `${today}${open || "New recordings appear here by themselves."}`;
    this.find(".take-over").hidden = !elsewhere;
  }

  /** @param {Deed[]} given newest first */
  recent(given) {
    this.find(".recent").replaceChildren(
      ...given.map(({ label, item, state }) => {
        const chip = document.createElement("li");
        const name = document.createElement("b");
        const said = document.createElement("span");
        chip.dataset.state = state;
        chip.style.setProperty("--tone", this.labels.get(label)?.colour ?? "currentColor");
        name.textContent = label;
        said.textContent = item.word;
        said.className = "word-said";
        chip.append(name, said, { saved: "✓", waiting: "…", refused: "not taken" }[state] ?? "");
        return chip;
      }),
    );
  }

  /** @param {Float32Array|null} peaks of the recording on screen, null while there is none */
  wave(peaks) {
    this.peaks = peaks;
    this.draw(null);
  }

  /** @param {number|null} share of the recording that has sounded, null when nothing plays */
  draw(share) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const scale = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * scale)) this.canvas.width = Math.round(width * scale);
    if (this.canvas.height !== Math.round(height * scale)) this.canvas.height = Math.round(height * scale);
    const pen = this.canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    if (!this.peaks) return;
    const style = getComputedStyle(this.canvas);
    const colours = { quiet: resolved(style, "--bar", this.canvas), played: style.getPropertyValue("--bar-played") };
    this.#bars(pen, width, height, share ?? 0, colours);
    if (share !== null) {
      pen.fillStyle = colours.played;
      pen.fillRect(Math.min(width - 2, share * width), 0, 2, height);
    }
  }

  #bars(pen, width, height, share, colours) {
    const count = Math.max(1, Math.floor(width / (BAR_PX + GAP_PX)));
    for (let bar = 0; bar < count; bar += 1) {
      const begin = Math.floor((bar / count) * this.peaks.length);
      const end = Math.max(begin + 1, Math.floor(((bar + 1) / count) * this.peaks.length));
      const loudest = Math.max(...this.peaks.subarray(begin, end));
      // the root keeps quiet recordings visible; it is the same for all, so a quiet one still looks quiet
      const tall = Math.max(2, Math.sqrt(Math.min(1, loudest)) * (height - 4));
      pen.fillStyle = bar / count < share ? colours.played : colours.quiet;
      pen.fillRect((bar / count) * width, (height - tall) / 2, BAR_PX, tall);
    }
  }

  #labelButton({ label, key, colour, says }) {
    const button = document.createElement("button");
    const parts = { kbd: key, name: label, says };
    button.type = "button";
    button.className = "label";
    button.dataset.do = "label";
    button.dataset.label = label;
    button.style.setProperty("--tone", colour);
    button.setAttribute("aria-keyshortcuts", key);
    button.setAttribute("aria-label", `${label}: ${says}`);
    for (const [name, text] of Object.entries(parts)) {
      const part = document.createElement(name === "kbd" ? "kbd" : "span");
      part.className = name;
      part.textContent = text;
      part.setAttribute("aria-hidden", "true");
      button.append(part);
    }
    return button;
  }

  #keyList(labels) {
    const keys = [
      ...labels.map(({ label, key, letter }) => [[key, letter], label]),
      [["Space"], "play again"],
      [["U", "←"], "undo, as far back as you like in this visit"],
      [["K", "→"], "skip: it comes again at the end"],
      [["?"], "this list"],
    ];
    return keys.flatMap(([names, does]) => {
      const term = document.createElement("dt");
      const what = document.createElement("dd");
      term.append(...names.flatMap((name) => [Object.assign(document.createElement("kbd"), { textContent: name }), " "]));
      what.textContent = does;
      return [term, what];
    });
  }
}

/** A custom property's colour as the canvas understands it (it knows no var() and no color-mix of variables). */
function resolved(style, name, element) {
  element.style.color = style.getPropertyValue(name);
  return getComputedStyle(element).color;
}

function isLanguageCode(language) {
  return /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(language);
}

/** "fr" becomes French; what is no code stays as it is. */
function languageName(language) {
  if (!isLanguageCode(language)) return language;
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(language);
  } catch {
    return language;
  }
}
