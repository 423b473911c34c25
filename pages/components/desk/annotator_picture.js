/** The recording as a picture: its waveform, its spectrogram, both or neither, and how far it has sounded. */

const BAR_PX = 3;
const GAP_PX = 2;

class Picture {
  /** @param {HTMLElement} place holds the two canvases */
  constructor(place) {
    this.place = place;
    this.wave = place.querySelector(".waveform");
    this.spectrum = place.querySelector(".spectrogram");
    /** @type {Take|null} */
    this.take = null;
    this.image = { of: null, colour: "", canvas: null };
    this.sizes = new ResizeObserver(() => this.draw(null));
    this.sizes.observe(this.wave);
    this.sizes.observe(this.spectrum);
  }

  close() {
    this.sizes.disconnect();
  }

  /** What the project lets a judge see. */
  shows({ waveform, spectrogram }) {
    this.place.dataset.waveform = waveform;
    this.place.dataset.spectrogram = spectrogram;
  }

  /** @param {Take|null} take the recording on screen, null while there is none */
  of(take) {
    this.take = take;
    if (take && this.place.dataset.spectrogram === "true") take.picture ??= spectrumOf(take.buffer);
    this.draw(null);
  }

  /** @param {number|null} share of the recording that has sounded, null when nothing plays */
  draw(share) {
    this.place.style.setProperty("--share", String(share ?? 0));
    const style = getComputedStyle(this.place);
    const quiet = resolved(style, "--bar", this.wave);
    const played = style.getPropertyValue("--bar-played");
    this.#on(this.wave, share, played, (pen, width, height) => this.#bars(pen, width, height, share ?? 0, { quiet, played }));
    this.#on(this.spectrum, share, played, (pen, width, height) => this.#levels(pen, width, height, style));
  }

  #on(canvas, share, played, paint) {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    const scale = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    if (!this.take) return;
    paint(pen, width, height);
    if (share === null) return;
    pen.fillStyle = played;
    pen.fillRect(Math.min(width - 2, share * width), 0, 2, height);
  }

  #bars(pen, width, height, share, colours) {
    const { peaks } = this.take;
    const count = Math.max(1, Math.floor(width / (BAR_PX + GAP_PX)));
    for (let bar = 0; bar < count; bar += 1) {
      const begin = Math.floor((bar / count) * peaks.length);
      const end = Math.max(begin + 1, Math.floor(((bar + 1) / count) * peaks.length));
      const loudest = Math.max(...peaks.subarray(begin, end));
      // the root keeps quiet recordings visible; it is the same for all, so a quiet one still looks quiet
      const tall = Math.max(2, Math.sqrt(Math.min(1, loudest)) * (height - 4));
      pen.fillStyle = bar / count < share ? colours.played : colours.quiet;
      pen.fillRect((bar / count) * width, (height - tall) / 2, BAR_PX, tall);
    }
  }

  #levels(pen, width, height, style) {
    const { picture } = this.take;
    if (!picture) return;
    const colour = resolved(style, "--ink", this.spectrum);
    if (this.image.of !== picture || this.image.colour !== colour) {
      this.image = { of: picture, colour, canvas: painted(picture, colour) };
    }
    pen.drawImage(this.image.canvas, 0, 0, width, height);
  }
}

/** Levels as ink of one colour, thinner where it is quiet: reads on a light and on a dark page. */
function painted({ columns, bands, levels }, colour) {
  const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: bands });
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, columns, bands);
  const image = pen.getImageData(0, 0, columns, bands);
  levels.forEach((level, at) => {
    image.data[4 * at + 3] = level;
  });
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** A custom property's colour as the canvas understands it (it knows no var() and no color-mix of variables). */
function resolved(style, name, element) {
  element.style.color = style.getPropertyValue(name);
  return getComputedStyle(element).color;
}
