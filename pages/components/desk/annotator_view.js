/** What the judge sees. Knows the markup of annotator.html, decides nothing. */

const NUDGE_MS = 2500;

class View {
  /**
   * @param {ParentNode} root
   * @param {{label: string, name: string, colour: string, says: string}[]} labels
   * @param {Record<string, string>} languages those the desk speaks, each by its own name
   */
  constructor(root, labels, languages) {
    this.root = root;
    this.desk = root.querySelector(".desk");
    translate(this.desk);
    this.labels = new Map(labels.map((label) => [label.label, label]));
    this.picture = new Picture(this.find(".wave"));
    this.isLocked = true;
    this.buttons = labels.map((label) => this.#labelButton(label));
    this.find(".labels").replaceChildren(...this.buttons);
    for (const place of this.desk.querySelectorAll(".languages")) place.replaceChildren(...this.#languageButtons(languages));
  }

  find(selector) {
    return this.desk.querySelector(selector);
  }

  close() {
    this.picture.close();
  }

  /** @param {"intro"|"working"|"empty"|"waiting"} phase */
  phase(phase) {
    this.desk.dataset.phase = phase;
  }

  /** @param {{done: number, left: number|null, perHour: number|null, minutes: number|null}} figures */
  figures({ done, left, perHour, minutes }) {
    this.find(".done").textContent = t("{n} done today", { n: written(done) });
    this.find(".left").textContent = left === null ? "" : t("{n} left", { n: written(left) });
    this.find(".pace").textContent = perHour === null ? "" : t("{n} an hour", { n: written(Math.round(perHour)) });
    this.find(".time").textContent = minutes === null || !left ? "" : t("about {time}", { time: inTime(minutes) });
  }

  item(item) {
    const word = this.find(".word");
    word.textContent = item.word || t("The word is not known");
    word.classList.toggle("unknown", !item.word);
    word.lang = item.word && isLanguageCode(item.language) ? item.language : "";
    const length = t("{n} s", { n: written(item.duration_s, 1) });
    this.find(".about").textContent = [languageName(item.language), length].filter(Boolean).join(" · ");
    this.find(".wave").setAttribute("aria-label", t("Play again: {word}", { word: item.word || t("recording") }));
  }

  /** Words over the picture; empty shows the picture. */
  hint(words) {
    this.find(".wave .hint").textContent = words;
  }

  /** Words above the labels that go by themselves. */
  nudge(words) {
    clearTimeout(this.nudging);
    this.find(".nudge").textContent = words;
    if (words) this.nudging = setTimeout(() => this.nudge(""), NUDGE_MS);
  }

  locked(isLocked) {
    this.isLocked = isLocked;
    for (const button of this.buttons) button.setAttribute("aria-disabled", String(isLocked));
  }

  pressed(label) {
    const button = this.buttons.find((one) => one.dataset.label === label);
    button?.classList.add("pressed");
    setTimeout(() => button?.classList.remove("pressed"), 140);
  }

  liking({ speed, volumeDb, isLooping }) {
    this.find(".speed").textContent = t("{n}× speed", { n: speed.toLocaleString(language) });
    this.find(".volume").textContent = t("{n} dB", { n: `${volumeDb > 0 ? "+" : ""}${written(volumeDb)}` });
    this.find(".loop").setAttribute("aria-pressed", String(isLooping));
  }

  /** Open the row of sound controls where there is no place for it, or close it. */
  adjust() {
    const isOpen = this.desk.dataset.adjusts !== "true";
    this.desk.dataset.adjusts = String(isOpen);
    this.find(".adjust").setAttribute("aria-expanded", String(isOpen));
  }

  /** Write the keys in force on the buttons. @param {Keys} keys */
  keys(keys) {
    for (const place of this.desk.querySelectorAll("[data-key]")) {
      const [first] = keys.of(place.dataset.key);
      place.textContent = first ? keyInWords(first) : "";
      place.closest("button")?.setAttribute("aria-keyshortcuts", place.textContent);
    }
  }

  saved(state, words) {
    const place = this.find(".saved");
    place.dataset.state = state;
    if (place.textContent !== words) place.textContent = words;
  }

  get savedState() {
    return this.find(".saved").dataset.state;
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

  /** @param {number|null} minutes judged without a pause; null: nothing is said of one */
  pause(minutes) {
    const place = this.find(".pause");
    if (place.hidden === (minutes === null)) return;
    place.hidden = minutes === null;
    place.querySelector(".words").textContent =
      minutes === null ? "" : t("You have listened for {n} minutes. A short pause keeps the ear fresh.", { n: minutes });
  }

  /**
   * For a new judge, who begins on recordings whose answer is settled.
   *
   * @param {{answered: number, right: number, needed: number, has_passed: boolean}|null} come how far; null: not for this one
   * @param {{is_right: boolean, expected: string}|null} [feedback] on the last label
   */
  practice(come, feedback, label) {
    const place = this.find(".practice");
    if (!come) {
      place.hidden = place.dataset.passed !== "true";
      return;
    }
    place.hidden = false;
    place.dataset.passed = String(come.has_passed);
    place.querySelector(".come").textContent = come.has_passed
      ? t("The practice is over. From now on your labels count.")
      : t("Practice: {answered} of {needed} answered, {right} right", come);
    if (!feedback) return;
    const [said, expected] = [this.nameOf(label), this.nameOf(feedback.expected)];
    place.querySelector(".told").textContent = feedback.is_right
      ? t("Right: {label}.", { label: said })
      : t("You said {said}; the answer is {expected}.", { said, expected });
  }

  empty(done, elsewhere) {
    this.find(".empty h2").textContent = elsewhere ? t("The rest lies in another tab") : t("Nothing left to judge: thank you");
    const today = done ? counted(done, "{n} label today.", "{n} labels today.") : "";
    const open = elsewhere
      ? counted(
          elsewhere,
          "{n} recording is kept for another tab of yours, or one that you closed.",
          "{n} recordings are kept for another tab of yours, or one that you closed.",
        )
      : t("New recordings appear here by themselves.");
    this.find(".empty .more").textContent = `${today} ${open}`.trim();
    this.find(".take-over").hidden = !elsewhere;
  }

  /** @param {Deed[]} given newest first */
  recent(given) {
    const states = { saved: "✓", waiting: "…", refused: t("not taken") };
    this.find(".recent").replaceChildren(
      ...given.map(({ label, item, state, flag, comment }) => {
        const chip = document.createElement("li");
        const name = document.createElement("b");
        const said = document.createElement("span");
        chip.dataset.state = state;
        chip.style.setProperty("--tone", this.labels.get(label)?.colour ?? "currentColor");
        name.textContent = this.nameOf(label);
        said.textContent = item.word;
        said.className = "word-said";
        chip.append(name, said, flag ? "?" : "", comment ? "✎" : "", states[state] ?? "");
        return chip;
      }),
    );
  }

  /** A label in the judge's language. */
  nameOf(label) {
    return this.labels.get(label)?.name ?? label;
  }

  #labelButton({ label, name, colour, says }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "label";
    button.dataset.do = "label";
    button.dataset.label = label;
    button.style.setProperty("--tone", colour);
    button.setAttribute("aria-label", `${name}: ${says}`);
    const key = document.createElement("kbd");
    key.dataset.key = label;
    button.append(key, part("name", name), part("says", says));
    key.setAttribute("aria-hidden", "true");
    return button;
  }

  #languageButtons(languages) {
    return Object.entries(languages).map(([code, name]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: name, lang: code });
      button.dataset.do = "speak";
      button.dataset.label = code;
      button.setAttribute("aria-pressed", String(code === language));
      return button;
    });
  }
}

function part(className, text) {
  const element = Object.assign(document.createElement("span"), { className, textContent: text });
  element.setAttribute("aria-hidden", "true");
  return element;
}

/** "1 h 20 min"; whole minutes below an hour, tens of minutes above. */
function inTime(minutes) {
  const whole = minutes < 60 ? Math.max(1, Math.round(minutes)) : Math.round(minutes / 10) * 10;
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  const parts = [hours ? t("{n} h", { n: hours }) : "", rest ? t("{n} min", { n: rest }) : ""];
  return parts.filter(Boolean).join(" ");
}

function isLanguageCode(code) {
  return /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(code);
}

/** "fr" becomes French; what is no code stays as it is. */
function languageName(code) {
  if (!isLanguageCode(code)) return code;
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code);
  } catch {
    return code;
  }
}
