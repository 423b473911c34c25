// A list of recordings that plays by mouse and by keyboard. The sound comes from /audio/<id>, with the cookie of the
// person signed in; nothing is fetched before somebody asks to hear it, because every listen is written down.
const states = new WeakMap()
const PEAKS = 160
const FLAT = Array(PEAKS).fill(0)

export default function (component) {
  const root = component.parentElement.querySelector(".player")
  let state = states.get(root)
  if (!state) {
    state = { root, selected: 0, audio: new Audio(), sounds: new Map(), wanted: null, frame: 0, items: [], signature: "" }
    states.set(root, state)
    prepare(state)
  }
  state.send = component.setTriggerValue
  update(state, component.data)
  return () => tearDown(state)
}

function prepare(state) {
  const { root, audio } = state
  state.canvas = root.querySelector("canvas")
  state.status = root.querySelector(".status")
  state.list = root.querySelector(".list")
  audio.onplay = () => { showPlaying(state, true); follow(state) }
  audio.onpause = audio.onended = () => { showPlaying(state, false); draw(state) }
  root.querySelector(".wave").onpointerdown = event => seek(state, event)
  root.onkeydown = event => onListKey(state, event)
  state.onDocumentKey = event => onGlobalKey(state, event)
  document.addEventListener("keydown", state.onDocumentKey)
  state.resized = new ResizeObserver(() => draw(state))
  state.resized.observe(state.canvas)
}

function tearDown(state) {
  cancelAnimationFrame(state.frame)
  document.removeEventListener("keydown", state.onDocumentKey)
  state.resized.disconnect()
  state.audio.pause()
  for (const sound of state.sounds.values()) URL.revokeObjectURL(sound.url)
  states.delete(state.root)
}

function update(state, data) {
  const signature = JSON.stringify(data.items)
  state.keys = data.keys || {}
  state.isGlobal = data.single
  state.actions = data.actions || []
  help(state)
  for (const button of state.list.querySelectorAll(".action")) button.disabled = false
  state.list.style.setProperty("--list-height", `${data.height}px`)
  state.root.classList.toggle("single", data.single)
  state.root.classList.toggle("with-bars", data.items.some(item => item.bars.length))
  if (signature === state.signature) return draw(state)
  const before = state.items[state.selected]?.id
  state.signature = signature
  state.items = data.items
  const kept = data.items.findIndex(item => item.id === before)
  state.selected = Math.max(kept, 0)
  if (kept < 0) { state.audio.pause(); state.audio.removeAttribute("src"); state.wanted = null }
  fill(state)
  if (data.single && data.items.length) load(state, data.items[state.selected].id).then(() => draw(state), () => {})
}

function fill(state) {
  state.list.replaceChildren(...state.items.map((item, index) => row(state, item, index)))
  mark(state, false)
}

function mark(state, withFocus) {
  const rows = [...state.list.children]
  rows.forEach((one, index) => {
    one.setAttribute("aria-selected", String(index === state.selected))
    one.classList.toggle("selected", index === state.selected)
  })
  state.list.setAttribute("aria-activedescendant", `row-${state.selected}`)
  if (withFocus && rows[state.selected]) rows[state.selected].scrollIntoView({ block: "nearest" })
  const item = state.items[state.selected]
  state.root.querySelector(".now").textContent = item ? item.title : ""
  draw(state)
}

function select(state, index) {
  const next = Math.min(Math.max(index, 0), state.items.length - 1)
  if (next === state.selected) return
  const wasPlaying = !state.audio.paused
  state.audio.pause()
  state.selected = next
  mark(state, true)
  if (wasPlaying) play(state, next)
}

async function load(state, id) {
  if (state.sounds.has(id)) return state.sounds.get(id)
  const answer = await fetch(`/audio/${id}`, { credentials: "same-origin" })
  if (answer.status === 401) throw new Error("You are signed out. Sign in again to listen.")
  if (answer.status === 403) throw new Error("You may not hear this recording.")
  if (!answer.ok) throw new Error("This recording cannot be fetched.")
  const blob = await answer.blob()
  const sound = { url: URL.createObjectURL(blob), peaks: await peaks(blob) }
  state.sounds.set(id, sound)
  return sound
}

async function peaks(blob) {
  try {
    const reader = new OfflineAudioContext(1, 16000, 16000)
    const samples = (await reader.decodeAudioData(await blob.arrayBuffer())).getChannelData(0)
    const width = Math.max(1, Math.floor(samples.length / PEAKS))
    return Array.from({ length: PEAKS }, (_, at) => {
      let highest = 0
      for (let i = at * width; i < Math.min((at + 1) * width, samples.length); i++) highest = Math.max(highest, Math.abs(samples[i]))
      return highest
    })
  } catch {
    return FLAT // the browser plays what it cannot draw
  }
}

async function play(state, index) {
  const item = state.items[index]
  if (!item) return
  if (state.selected !== index) { state.audio.pause(); state.selected = index; mark(state, true) }
  const isLoaded = state.audio.dataset.id === String(item.id) && state.audio.src
  if (isLoaded && !state.audio.paused) return state.audio.pause()
  state.wanted = item.id
  try {
    const sound = await load(state, item.id)
    if (state.wanted !== item.id) return // somebody moved on while it was fetched
    if (!isLoaded) { state.audio.src = sound.url; state.audio.dataset.id = String(item.id) }
    say(state, "")
    await state.audio.play()
  } catch (error) {
    if (error.name !== "AbortError") say(state, error.message)
  }
}

function say(state, words) {
  state.status.textContent = words
  state.status.hidden = !words
}

function showPlaying(state, isPlaying) {
  for (const [index, one] of [...state.list.children].entries()) {
    one.classList.toggle("playing", isPlaying && index === state.selected)
  }
}

function seek(state, event) {
  const item = state.items[state.selected]
  if (!item) return
  const box = state.canvas.getBoundingClientRect()
  const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1)
  const isLoaded = state.audio.dataset.id === String(item.id) && state.audio.duration > 0
  if (isLoaded) { state.audio.currentTime = share * state.audio.duration; draw(state) }
  if (state.audio.paused) play(state, state.selected)
}

function follow(state) {
  draw(state)
  if (!state.audio.paused) state.frame = requestAnimationFrame(() => follow(state))
}

function draw(state) {
  const { canvas, audio } = state
  const item = state.items[state.selected]
  const box = canvas.getBoundingClientRect()
  if (!box.width) return
  const density = window.devicePixelRatio || 1
  canvas.width = box.width * density
  canvas.height = box.height * density
  const style = getComputedStyle(canvas)
  const heights = (item && state.sounds.get(item.id)?.peaks) || FLAT
  const isLoaded = item && audio.dataset.id === String(item.id) && audio.duration > 0
  const played = isLoaded ? audio.currentTime / audio.duration : 0
  const pen = canvas.getContext("2d")
  const step = canvas.width / heights.length
  heights.forEach((height, at) => {
    pen.fillStyle = style.getPropertyValue(at / heights.length < played ? "--wave-played" : "--wave")
    const tall = Math.max(Math.sqrt(height) * canvas.height * 0.94, 1.5 * density) // quiet sound is to be seen as well
    pen.fillRect(at * step, (canvas.height - tall) / 2, Math.max(step * 0.65, 1), tall)
  })
  state.root.querySelector(".clock").textContent = item ? clock(isLoaded ? audio.currentTime : 0, item.duration_s) : ""
}

function clock(at, whole) {
  return `${at.toFixed(1)} / ${whole.toFixed(1)} s`
}

function onListKey(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(".action")) return
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e6, End: 1e6 }
  if (event.key in moves) select(state, state.selected + moves[event.key])
  else if (actionOf(state, event)) { if (!event.repeat) press(state, actionOf(state, event)) }
  else if ((event.code === "Space" || event.key === "Enter") && !event.repeat) play(state, state.selected)
  else if (event.code !== "Space" && event.key !== "Enter") return
  event.preventDefault()
  event.stopPropagation()
}

function onGlobalKey(state, event) {
  if (!state.isGlobal || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return
  const where = event.composedPath()[0]
  if (where.closest?.("input, textarea, select, [contenteditable=true], [role=dialog]")) return
  if (event.code === "Space" && !where.closest?.("button, a")) {
    event.preventDefault()
    return play(state, state.selected)
  }
  const chosen = state.keys[event.code] ?? state.keys[event.key.toLowerCase()]
  const item = state.items[state.selected]
  if (!chosen || !item || state.decided === item.id) return
  state.decided = item.id // one answer for a recording: the next one must be here before a key counts again
  setTimeout(() => { if (state.decided === item.id) state.decided = null }, 2000)
  event.preventDefault()
  state.send("chosen", { recording_id: item.id, choice: chosen })
}
