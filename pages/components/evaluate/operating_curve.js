// The trade-off, draggable. Python hands over one rung per AM target, with the threshold that validation gives for it, the
// exact figures, counts and intervals it then has, and what it can promise. While the pointer moves nothing leaves the
// browser, and the page is written once a frame at most; on release the target is sent.
const states = new WeakMap()
const STEP = 0.005
const KEYBOARD_REST_MS = 220
const PENDING_MS = 4000
const SVG = "http://www.w3.org/2000/svg"

export default function (component) {
  const root = component.parentElement.querySelector(".trade-off")
  let state = states.get(root)
  if (!state) {
    state = { root, k: null, pending: [], isDragging: false, rest: 0, width: 0, frame: 0, written: new Map() }
    states.set(root, state)
    prepare(state)
  }
  state.send = component.setStateValue
  state.trigger = component.setTriggerValue
  update(state, component.data)
  return () => {
    clearTimeout(state.rest)
    cancelAnimationFrame(state.frame)
    state.resized.disconnect()
    states.delete(root)
  }
}

function prepare(state) {
  const find = name => state.root.querySelector(name)
  state.svg = find(".curve svg")
  state.slider = find("input")
  state.pictures = ["good", "bad"].map(name => hundred(find(`.picture.${name}`)))
  state.slider.oninput = () => { state.isDragging = true; show(state, Number(state.slider.value)) }
  state.slider.onpointerdown = () => { state.byPointer = true }
  state.slider.onkeydown = () => { state.byPointer = false }
  state.slider.onchange = () => state.byPointer ? commit(state) : commitWhenResting(state)
  state.svg.onpointerdown = event => { state.svg.setPointerCapture(event.pointerId); state.isDragging = true; point(state, event) }
  state.svg.onpointermove = event => { if (state.svg.hasPointerCapture(event.pointerId)) point(state, event) }
  state.svg.onpointerup = state.svg.onpointercancel = () => { if (state.isDragging) commit(state) }
  for (const cell of state.root.querySelectorAll("button[data-cell]")) {
    cell.onclick = () => state.trigger("cell", cell.dataset.cell)
  }
  state.resized = new ResizeObserver(() => draw(state))
  state.resized.observe(find(".curve"))
}

function update(state, data) {
  state.data = data
  state.slider.max = String(data.rungs.length - 1)
  const wanted = Math.min(Math.round(data.am / STEP), data.rungs.length - 1)
  const seen = state.pending.findIndex(sent => sent.k === wanted)
  if (seen >= 0) state.pending.splice(0, seen + 1)
  state.pending = state.pending.filter(sent => performance.now() - sent.at < PENDING_MS)
  const isBusy = state.isDragging || state.pending.length > 0
  state.width = 0 // the lines may be another model's
  write(state, ".legend .shown", `${data.split} children`)
  write(state, ".legend .other", data.split === "test" ? "validation children" : "test children")
  node(state, ".legend .people").hidden = !data.judges.length
  if (state.k === null || !isBusy) state.k = wanted
  draw(state)
  paint(state)
}

function commit(state) {
  clearTimeout(state.rest)
  state.isDragging = false
  if (state.k === Math.round(state.data.am / STEP) && !state.pending.length) return
  state.pending.push({ k: state.k, at: performance.now() })
  state.send("am", Number((state.k * STEP).toFixed(3)))
}

function commitWhenResting(state) {
  clearTimeout(state.rest)
  state.rest = setTimeout(() => commit(state), KEYBOARD_REST_MS)
}

function point(state, event) {
  const box = state.svg.getBoundingClientRect()
  const am = ((event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT)) * state.data.am_max
  show(state, Math.min(Math.max(Math.round(am / STEP), 0), state.data.rungs.length - 1))
}

// However often the pointer moves between two frames, the page is written once
function show(state, k) {
  state.k = k
  if (!state.frame) state.frame = requestAnimationFrame(() => { state.frame = 0; paint(state) })
}

function node(state, name) {
  if (!state.written.has(name)) state.written.set(name, { host: state.root.querySelector(name), words: null })
  return state.written.get(name).host
}

function write(state, name, words) {
  node(state, name)
  const kept = state.written.get(name)
  if (kept.words === words) return
  kept.words = words
  kept.host.textContent = words
}

function paint(state) {
  const rung = state.data.rungs[state.k]
  if (!rung) return
  const at = rung[state.data.split]
  if (Number(state.slider.value) !== state.k) state.slider.value = String(state.k)
  state.slider.style.setProperty("--filled", `${(100 * state.k) / Math.max(state.data.rungs.length - 1, 1)}%`)
  state.slider.setAttribute("aria-valuetext", `AM target ${percent(rung.am_target)}, RCC ${percent(at.rcc)}`)
  write(state, ".target", percent(rung.am_target))
  write(state, ".asked", whole(at.am))
  write(state, ".children", whole(at.am) === "1" ? "child is" : "children are")
  write(state, ".caught", whole(at.rcc))
  write(state, ".am-beside", `AM ${percent(at.am)}`)
  write(state, ".rcc-beside", `RCC ${percent(at.rcc)}`)
  write(state, ".figure.rcc .value", percent(at.rcc))
  write(state, ".figure.am .value", percent(at.am))
  write(state, ".figure.rcc .between", ends(at.rcc_interval))
  write(state, ".figure.am .between", ends(at.am_interval))
  write(state, ".figure.threshold .value", rung.threshold === null ? "–" : rung.threshold.toFixed(4))
  write(state, ".elsewhere", elsewhere(rung, state.data.split))
  count(state, at)
  fill(state.pictures[0], at.am)
  fill(state.pictures[1], at.rcc)
  write(state, ".pictures figure:first-child b", whole(at.am))
  write(state, ".pictures figure:last-child b", at.rcc === null ? "–" : String(100 - Math.round(100 * at.rcc)))
  promise(state, rung)
  day(state, at)
  place(state, rung)
}

function count(state, at) {
  const totals = state.data.totals[state.data.split]
  for (const label of ["accepted", "noise", "speechless"]) {
    write(state, `[data-cell=${label}_refused] b`, at.refused[label].toLocaleString("en"))
    write(state, `[data-cell=${label}_passed] b`, (totals[label] - at.refused[label]).toLocaleString("en"))
  }
}

function hundred(host) {
  const dots = []
  for (let i = 0; i < 100; i++) {
    const dot = document.createElementNS(SVG, "circle")
    dot.setAttribute("cx", 5 + 10 * (i % 20)); dot.setAttribute("cy", 5 + 10 * Math.floor(i / 20)); dot.setAttribute("r", 3.7)
    host.append(dot)
    dots.push(dot)
  }
  return { dots, turned: 0 }
}

function fill(picture, share) {
  const turned = share === null ? 0 : Math.round(100 * share)
  for (let i = Math.min(turned, picture.turned); i < Math.max(turned, picture.turned); i++) {
    picture.dots[i].classList.toggle("turned", i < turned)
  }
  picture.turned = turned
}
